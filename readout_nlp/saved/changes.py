"""What differs between two mappings and between two sets of names, in a form that prints and serialises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readout_nlp.saved.credits import one_line

SHOWN = 10
LONG = 80


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What one mapping says and another does not, by dotted key.

    Attributes
    ----------
    added, removed : dict
        Keys that only the other, or only the one has, with their values.
    changed : dict
        Keys of both whose values differ, with ``(value of the one, value of the other)``.
    """

    added: dict[str, Any]
    removed: dict[str, Any]
    changed: dict[str, tuple[Any, Any]]

    def __bool__(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.added or self.removed or self.changed)

    def lines(self) -> Iterator[str]:
        """Give a line for each difference."""
        for key, (old, new) in self.changed.items():
            yield f"{one_line(key)}: {_short(old)} -> {_short(new)}"
        yield from (
            f"{one_line(key)}: only in the other, {_short(value)}" for key, value in self.added.items()
        )
        yield from (
            f"{one_line(key)}: only in the one, {_short(value)}" for key, value in self.removed.items()
        )

    def to_dict(self) -> dict[str, Any]:
        """Give plain JSON values."""
        changed = {key: list(pair) for key, pair in self.changed.items()}
        return {"added": self.added, "removed": self.removed, "changed": changed}


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Which names two models share.

    Attributes
    ----------
    both, only_one, only_other : int
        How many are in both, only in the one, only in the other.
    examples_one, examples_other : tuple of str
        The first of those that only one of them has, most important first.
    """

    both: int
    only_one: int
    only_other: int
    examples_one: tuple[str, ...]
    examples_other: tuple[str, ...]

    def __str__(self) -> str:
        sides = (
            f"{n} only in {which}"
            + (f" ({', '.join(map(one_line, names))}{', ...' if n > len(names) else ''})" if n else "")
            for which, n, names in (
                ("the one", self.only_one, self.examples_one),
                ("the other", self.only_other, self.examples_other),
            )
        )
        return f"{self.both} in both, {', '.join(sides)}"

    def to_dict(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return {
            "both": self.both,
            "only_one": self.only_one,
            "only_other": self.only_other,
            "examples_one": list(self.examples_one),
            "examples_other": list(self.examples_other),
        }


def changes(one: Mapping[str, Any], other: Mapping[str, Any]) -> Changes:
    """Compare two mappings, nested ones by dotted keys; lists are compared whole.

    Examples
    --------
    >>> found = changes({"a": {"b": 1, "c": [1]}}, {"a": {"b": 2, "c": [1]}, "d": 3})
    >>> found.changed, found.added, found.removed
    ({'a.b': (1, 2)}, {'d': 3}, {})
    """
    left, right = dict(flat(one)), dict(flat(other))
    return Changes(
        added={key: value for key, value in right.items() if key not in left},
        removed={key: value for key, value in left.items() if key not in right},
        changed={
            key: (value, right[key]) for key, value in left.items() if key in right and value != right[key]
        },
    )


def flat(mapping: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Give the leaves of a nested mapping by dotted key.

    Examples
    --------
    >>> dict(flat({"a": {"b": 1}, "c": {}}))
    {'a.b': 1, 'c': {}}
    """
    for key, value in mapping.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def overlap(one: Sequence[str], other: Sequence[str]) -> Overlap:
    """Compare two lists of names, each with its most important first.

    Examples
    --------
    >>> str(overlap(["教育", "防汛"], ["防汛", "住房"]))
    '1 in both, 1 only in the one (教育), 1 only in the other (住房)'
    """
    left, right = set(one), set(other)
    mine = [name for name in one if name not in right]
    theirs = [name for name in other if name not in left]
    return Overlap(
        both=len(left & right),
        only_one=len(mine),
        only_other=len(theirs),
        examples_one=tuple(mine[:SHOWN]),
        examples_other=tuple(theirs[:SHOWN]),
    )


def _short(value: object) -> str:
    text = f"{len(value)} values" if isinstance(value, list) and len(value) > SHOWN else one_line(value)
    return text if len(text) <= LONG else f"{text[:LONG]}..."
