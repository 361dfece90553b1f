"""What a check of a saved model found: a verdict and its figures for each level that was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from readout_nlp.errors import CheckError, RecipeError
from readout_nlp.text_tables import fold

State = Literal["passed", "failed", "cannot be checked"]

NUMBER = ".3g"


class CannotBeCheckedError(RecipeError):
    """A level has nothing to compare with: neither a pass nor a failure."""


@dataclass(frozen=True, kw_only=True)
class Level:
    """One level of a check.

    Attributes
    ----------
    name
        ``hashes``, ``shares`` or ``refit``.
    state
        ``passed``, ``failed`` or ``cannot be checked``.
    says
        The verdict in a sentence, with the reason unless it passed.
    figures
        What was counted and measured, by name, in the order of reading; plain JSON values.
    fault
        The error that stands for a verdict other than ``passed``.
    """

    name: str
    state: State
    says: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    fault: CheckError | RecipeError | None = None

    @property
    def ok(self) -> bool:
        """True if the level passed."""
        return self.state == "passed"

    def __str__(self) -> str:
        return "\n".join([f"{self.name}: {self.state}: {self.says}", *_lines(self.figures)])


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What a check of a saved model found, level by level.

    Attributes
    ----------
    model
        The folder's name, without where it lies.
    levels
        In the order of their strength: ``hashes``, ``shares``, ``refit``; those that were asked for.
    """

    model: str
    levels: tuple[Level, ...]

    @property
    def ok(self) -> bool:
        """True if no level failed and the strongest that was asked for passed.

        A refit compares shares too, so that it stands in for ``shares`` where these cannot be inferred again
        (a clustering).
        """
        return all(level.state != "failed" for level in self.levels) and self.levels[-1].ok

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self, width: int | None = None) -> str:
        """Say it for a person, in lines of at most `width` columns; None: in full."""
        lines = (line for level in self.levels for line in str(level).splitlines())
        return "\n".join(part for line in lines for part in fold(line, width))

    def to_dict(self) -> dict[str, Any]:
        """Give the verdicts as plain JSON values.

        Examples
        --------
        >>> level = Level(name="hashes", state="passed", says="2 files, each as sealed")
        >>> Verdicts(model="model", levels=(level,)).to_dict()["ok"]
        True
        """
        levels = {
            one.name: {"verdict": one.state, "says": one.says, **dict(one.figures)} for one in self.levels
        }
        return {"model": self.model, "ok": self.ok, **levels}

    def require(self) -> None:
        """Do nothing if all is well.

        Raises
        ------
        CheckError
            A level failed.
        RecipeError
            None failed, but the strongest that was asked for cannot be checked.
        """
        if self.ok:
            return
        bad = sorted((one for one in self.levels if one.fault), key=lambda one: one.state != "failed")
        for level in bad:
            if level.fault is not None:
                raise level.fault


def cannot(name: str, why: CannotBeCheckedError, figures: Mapping[str, Any] | None = None) -> Level:
    """Give the level that has nothing to compare with.

    Examples
    --------
    >>> cannot("shares", CannotBeCheckedError("an imported model", "one fitted here", "ask its maker")).says
    'because of an imported model; it needs one fitted here; ask its maker'
    """
    says = f"because of {why.found}; it needs {why.expected}; {why.action}"
    return Level(name=name, state="cannot be checked", says=says, figures=figures or {}, fault=why)


def _lines(figures: Mapping[str, Any]) -> Iterator[str]:
    for name, value in figures.items():
        if isinstance(value, list):
            yield f"  {_words(name)}: {len(value) or 'none'}"
            yield from (f"    {_row(row)}" for row in value)
        else:
            yield f"  {_words(name)}: {_shown(value)}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _row(row: object) -> str:
    if not isinstance(row, Mapping):
        return _shown(row)
    return ", ".join(f"{_words(key)} {_shown(value)}" for key, value in row.items())


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not known"
    return f"{value:{NUMBER}}" if isinstance(value, float) else str(value)
