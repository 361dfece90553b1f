"""Several counties that a page names, all of one city: the city's own news, though it never names itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from readout_nlp.readouts.named import read_mentions
from readout_nlp.readouts.organs import Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above, bearers

_WEIGHT = 1.0  # as much as a full name in passing
_SEVERAL = 3
_OWN = ("plain", "own")


def several_signs(text: str, organ: Organ, *, year: int | None) -> Iterator[Evidence]:
    """Give the city, prefecture or league in which all units lie that a page names, three counties or more.

    A name that none of its units could bear, or one of a place visited or relayed, lets nothing be said.

    Parameters
    ----------
    text
        The folded title and body.
    organ
        The convening organ, without a name.
    year
        The year to look names up in.

    Examples
    --------
    >>> from readout_nlp.readouts.organs import find_organ
    >>> text = "市委召开会议。会议指出,墨脱、察隅、米林、波密的河堤要加固。"
    >>> [sign.division.name for sign in several_signs(text, find_organ(text), year=2020)]
    ['林芝市']
    >>> list(several_signs(text + "学习嘉兴经验。", find_organ(text), year=2020))
    []
    """
    mentions = [m for m in read_mentions(text) if m.use != "landmark" and not _of_a_province(m.name, year)]
    names = list(dict.fromkeys(mention.name for mention in mentions))
    if len(names) < _SEVERAL or any(mention.use not in _OWN for mention in mentions):
        return
    around = [_around(bearers(name, year=year), organ) for name in names]
    shared = frozenset.intersection(*around)
    counties = Counter(d for name in names for d in set(_superiors(bearers(name, year=year), organ)))
    if len(shared) == 1 and counties[division := next(iter(shared))] >= _SEVERAL:
        yield Evidence(division=division, basis="named", quote="、".join(names)[:60], weight=_WEIGHT)


def _of_a_province(name: str, year: int | None) -> bool:
    """Say whether a name is a province's alone: the seat of meetings that are passed on, or its own."""
    return all(unit.level == "province" for unit in bearers(name, year=year))


def _superiors(units: Sequence[Division], organ: Organ) -> Iterator[Division]:
    """Give the unit that the organ fits above each county."""
    for unit in units:
        if unit.level == "county":
            yield from (
                upper for upper in above(unit) if upper.level == "prefecture" and fits(organ.kind, upper)
            )


def _around(units: Sequence[Division], organ: Organ) -> frozenset[Division]:
    """Give the prefectures that a name may be of: itself one, or a county in it."""
    own = {unit for unit in units if unit.level == "prefecture" and fits(organ.kind, unit)}
    return frozenset(own | set(_superiors(units, organ)))
