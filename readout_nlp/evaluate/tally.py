"""Outcomes counted, and the shares that follow from them with their intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import binomtest

from readout_nlp.evaluate.fields import Outcome

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of cases in [0, 1] with its Wilson interval; `value` is None where there is no case."""

    cases: int
    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def share(hits: int, cases: int) -> Share:
    """Give `hits` of `cases` with the Wilson score interval at 95 % (Wilson 1927).

    The interval takes the cases as independent. Pages of one site are not: the doubt is at least so wide.

    Examples
    --------
    >>> print(share(98, 100))
    0.980 [0.930, 0.994]
    >>> print(share(0, 0))
    -
    """
    if not cases:
        return Share(cases=0, value=None, low=None, high=None)
    interval = binomtest(hits, cases).proportion_ci(confidence_level=CONFIDENCE, method="wilson")
    return Share(cases=cases, value=hits / cases, low=float(interval.low), high=float(interval.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often each outcome of one field was met; see `judge` for what they mean."""

    right: int = 0
    wrong: int = 0
    refused: int = 0
    false: int = 0
    null: int = 0

    @property
    def pages(self) -> int:
        """Pages whose truth says something about the field, be it that it cannot be known."""
        return self.right + self.wrong + self.refused + self.false + self.null

    @property
    def precision(self) -> Share:
        """Right values among those given."""
        return share(self.right, self.right + self.wrong + self.false)

    @property
    def recall(self) -> Share:
        """Right values among those that can be known."""
        return share(self.right, self.right + self.wrong + self.refused)

    @property
    def refusal(self) -> Share:
        """Values not given among those that can be known."""
        return share(self.refused, self.right + self.wrong + self.refused)

    @property
    def wrong_and_certain(self) -> Share:
        """Pages with a value given that is wrong, or that cannot be known: the fault nobody sees later."""
        return share(self.wrong + self.false, self.pages)


def tally(outcomes: Iterable[Outcome | None]) -> Tally:
    """Count outcomes; None is left out.

    Examples
    --------
    >>> tally(["right", "right", "wrong", None])
    Tally(right=2, wrong=1, refused=0, false=0, null=0)
    """
    counts = Counter[str](outcome for outcome in outcomes if outcome is not None)
    return Tally(**counts)


def harmonic(precision: float | None, recall: float | None) -> float | None:
    """Give F1, the harmonic mean of precision and recall, in [0, 1]; None where either is missing.

    Examples
    --------
    >>> harmonic(1.0, 0.5), harmonic(0.0, 0.0), harmonic(None, 1.0)
    (0.6666666666666666, 0.0, None)
    """
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
