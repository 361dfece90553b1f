"""The record of one question to a coder, and what kinds of questions there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from readout_nlp.errors import RecipeError
from readout_nlp.readouts.readout import ACTS

Kind = Literal[
    "word_intrusion", "word_set_intrusion", "topic_intrusion", "label_match", "act_check", "item_check"
]
KINDS: tuple[Kind, ...] = (
    "word_intrusion",
    "word_set_intrusion",
    "topic_intrusion",
    "label_match",
    "act_check",
    "item_check",
)
DEFAULT_KINDS: tuple[Kind, ...] = (
    "word_intrusion",
    "topic_intrusion",
    "label_match",
    "act_check",
    "item_check",
)
OF_TOPICS = frozenset(KINDS[:4])  # a question with one right answer among options drawn for it
WHOLE, SEVERAL, PART, NOTHING = "one_item", "several_items", "part_of_item", "no_item"
# the options of these kinds are always the same, in this order, and are shown by name
FIXED_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "act_check": tuple(ACTS),
    "item_check": (WHOLE, SEVERAL, PART, NOTHING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question to a coder.

    Attributes
    ----------
    kind
        What is asked.
    stratum
        The topic that is judged; for an act the parsed act, for an item nothing.
    options
        What the coder chooses from, in the order shown.
    answer
        Index of the option that the model or the parser gives: what the key holds and no sheet shows.
    text
        What is to be read, if anything.
    before, after
        What stands around it on the page, for context.
    about
        What the key keeps of it: ids, shares, inclusion probability; plain JSON values.
    """

    kind: Kind
    stratum: str
    options: tuple[str, ...]
    answer: int
    text: str = ""
    before: str = ""
    after: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)


def check_kinds(kinds: Sequence[str]) -> tuple[Kind, ...]:
    """Check names of kinds of tasks, and give them in their own order.

    Raises
    ------
    RecipeError
        A name is none, or there is none.

    Examples
    --------
    >>> check_kinds(["item_check", "word_intrusion"])
    ('word_intrusion', 'item_check')
    """
    strange = [name for name in kinds if name not in KINDS]
    if strange or not kinds:
        raise RecipeError(
            f"tasks {', '.join(strange) or 'none'}", f"one or several of {', '.join(KINDS)}", "name them so"
        )
    return tuple(kind for kind in KINDS if kind in kinds)


def check_count(name: str, value: int, *, least: int = 1) -> None:
    """Refuse a number of tasks, coders or words that is too small.

    Raises
    ------
    RecipeError
        If it is.
    """
    if isinstance(value, bool) or value < least:
        raise RecipeError(f"{name} = {value}", f"{least} or more", f"raise {name}")
