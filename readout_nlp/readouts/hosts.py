"""Whose site a page stands on, by the letters of its host: yangchun.gov.cn, hbrbnews.cn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from readout_nlp.readouts.organs import Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import above, bearers, within
from readout_nlp.reference.spellings import initials, spelled_names

_GOVERNMENT, _OUTLET, _INITIALS = 4.0, 2.0, 1.5
_HOLDS = "news|xww|xw|rbs|rb|daily|rmt|rm|wang|net|tv|online|ww|w|xc"  # what an outlet's host ends with
_OUTLETS = re.compile(rf"^(?P<word>[a-z]{{2,}}?)(?:{_HOLDS}){{1,2}}$")
_OFFICES = re.compile(r"^(?P<word>[a-z]{4,}?)(?:(?:s|x|q|z)?zf|shi|xian|qu|zhou|gov|news|xw|rmt)?$")
_NO_UNIT = frozenset(["www", "m", "wap", "news", "gov", "com", "cn", "net", "org", "edu"])
_LETTERS = re.compile("[a-z]+")
_TELLING = 4  # so many letters are hardly two units' within one prefecture


def host_signs(address: str, *, year: int | None) -> Iterator[Evidence]:
    """Give every unit that the host of an address spells in full, on a government's site or an outlet's.

    Examples
    --------
    >>> [sign.division.name for sign in host_signs("http://www.kunshan.gov.cn/a.html", year=2020)]
    ['昆山市']
    """
    labels, government = _labels(address)
    pattern = _OFFICES if government else _OUTLETS
    for label in labels[-2:]:
        names = spelled_names().get(label, ()) if government else ()
        found = pattern.match(label)
        if not names and found is not None:
            names = spelled_names().get(found["word"], ())
        units = {d.code: d for name in names for d in bearers(name, year=year)}
        for division in units.values():
            if units.keys().isdisjoint(unit.code for unit in above(division)):  # 长沙's site, not 长沙县's
                weight = _GOVERNMENT if government else _OUTLET
                yield Evidence(division=division, basis="address", quote=label, weight=weight)


def initial_signs(
    address: str, signs: Sequence[Evidence], organ: Organ | None, *, year: int | None
) -> Iterator[Evidence]:
    """Give the units told by a page whose initials the host bears too: two letters alone tell nothing.

    Four letters also tell one county of a prefecture that the page names.
    """
    kind = organ.kind if organ is not None else None
    words = {word: label for label in _labels(address)[0] for word in _heads(label)}
    if not words:
        return
    told = {sign.division.code: sign.division for sign in signs}
    named = {code: d for code, d in told.items() if fits(kind, d) and initials(d) & words.keys()}
    below = {
        d.code: d
        for unit in told.values()
        if unit.level == "prefecture" and kind is not None
        for d in within(unit, year=year)
        if fits(kind, d) and any(len(word) >= _TELLING for word in initials(d) & words.keys())
    }
    found = named or below
    if len(found) == 1:
        (division,) = found.values()
        quote = words[min(initials(division) & words.keys())]
        yield Evidence(division=division, basis="address", quote=quote, weight=_INITIALS)


def _heads(label: str) -> Iterator[str]:
    """Give what may be initials at the head of a label: hbrbnews is hb, rb, news."""
    yield label
    for end in range(2, len(label)):
        if re.fullmatch(rf"(?:{_HOLDS}|zf|gov){{1,2}}", label[end:]):
            yield label[:end]


def _labels(address: str) -> tuple[list[str], bool]:
    host = (urlsplit(address).hostname or "") if address else ""
    parts = host.split(".")
    labels = [p for p in parts if p not in _NO_UNIT and _LETTERS.fullmatch(p)]
    return labels, parts[-2:] == ["gov", "cn"]
