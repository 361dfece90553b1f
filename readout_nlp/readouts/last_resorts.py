"""What is asked in order where no sign decides: townships, the only name, several counties."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Protocol

from readout_nlp.readouts.in_passing import passing_signs
from readout_nlp.readouts.organs import Organ
from readout_nlp.readouts.several_within import several_signs
from readout_nlp.readouts.signs import Evidence
from readout_nlp.readouts.townships import township_signs
from readout_nlp.readouts.weigh import Verdict, decide

_NARROW = ("city", "district", "county", "banner")  # whose townships may tell them, or one name
_WIDE = ("city", "state", "league", "area")  # whose counties may


class _Resort(Protocol):
    def __call__(self, text: str, *, organ: Organ, year: int | None) -> Iterator[Evidence]: ...


def last_verdict(
    text: str, signs: Sequence[Evidence], organ: Organ | None, *, year: int | None, has_counties: bool = False
) -> Verdict | None:
    """Give what the first of the last resorts tells that decides; None where none does.

    Parameters
    ----------
    text
        The folded title and body.
    signs
        What the page tells otherwise, which does not decide.
    organ
        The convening organ.
    year
        The year whose units are meant; None if it is not known.
    has_counties
        Whether the page speaks of counties below.

    Examples
    --------
    >>> from readout_nlp.readouts.organs import find_organ
    >>> text = "市委召开会议。会议指出,湖州是竹乡,要管好竹林。"
    >>> last_verdict(text, [], find_organ(text), year=2020).division.name
    '湖州市'
    """
    if organ is None:
        return None
    for resort in _resorts(signs, organ):
        found = list(resort(text, organ=organ, year=year))
        verdict = decide([*signs, *found], organ, has_counties=has_counties) if found else None
        if verdict is not None:
            return verdict
    return None


def _resorts(signs: Sequence[Evidence], organ: Organ) -> Iterator[_Resort]:
    """Give what may be asked for an organ; where a name is printed with it, names in passing tell nothing."""
    if organ.kind in _NARROW:
        yield partial(township_signs, signs=signs)
    if organ.kind in _NARROW and organ.name is None:
        yield partial(passing_signs, signs=signs)
    if organ.kind in _WIDE and organ.name is None:
        yield several_signs
