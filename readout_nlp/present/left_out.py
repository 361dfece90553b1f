"""Parts of an analysis that its recipe does not ask for: the report says so where they would stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from readout_nlp.present.text import Both, both

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "beside": ("other_model", "clusters"),
    "scrutiny": ("trends", "likeness", "words", "leaders", "tifa", "echo"),
}


class LeftOut(NamedTuple):
    """What is said of the parts that were left out.

    Attributes
    ----------
    note
        All of them in one sentence; None where nothing was left out.
    why
        A sentence for each, by its name.
    """

    note: Both | None
    why: Mapping[str, Both]


def left_out(recipe: Mapping[str, Any]) -> LeftOut:
    """Say which parts a recipe does not ask for; one that knows nothing of such settings asks for all.

    Examples
    --------
    >>> found = left_out({"beside": ["clusters"], "scrutiny": ["trends", "words", "leaders", "tifa", "echo"]})
    >>> found.note.en
    'Not made, as the recipe asks (beside, scrutiny): other_model, likeness.'
    >>> found.why["likeness"].en
    'Not made: the setting scrutiny of the recipe does not name likeness.'
    >>> left_out({}).note is None
    True
    """
    found = {
        part: setting
        for setting, parts in SETTINGS.items()
        for part in parts
        if recipe.get(setting) is not None and part not in recipe[setting]
    }
    why = {part: both("left_out.why", part=part, setting=setting) for part, setting in found.items()}
    if not found:
        return LeftOut(None, why)
    settings = ", ".join(dict.fromkeys(found.values()))
    return LeftOut(both("left_out.note", parts=", ".join(found), settings=settings), why)
