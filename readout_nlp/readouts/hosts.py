"""Whose site a page stands on, by the letters of its host: yangchun.gov.cn, hbrbnews.cn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from readout_nlp.readouts.organs import Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above, bearers, within
from readout_nlp.reference.spellings import initialled, initials, spelled_names

_GOVERNMENT, _OUTLET, _INITIALS, _SOLE = 4.0, 2.0, 1.5, 1.0
_HOLDS = "news|xww|xw|rbs|rb|daily|rmt|rm|wang|net|tv|online|ww|w|xc"  # what an outlet's host ends with
_OUTLETS = re.compile(rf"^(?P<word>[a-z]{{2,}}?)(?:{_HOLDS}){{1,2}}$")
_OFFICES = re.compile(r"^(?P<word>[a-z]{4,}?)(?:(?:s|x|q|z)?zf|shi|xian|qu|zhou|gov|news|xw|rmt)?$")
_UNITS = {"shi": "市", "xian": "县", "qu": "区", "zhou": "州"}
_WIDEST = ("province", "prefecture", "county")
_NO_UNIT = frozenset(["www", "m", "wap", "news", "gov", "com", "cn", "net", "org", "edu"])
_LETTERS = re.compile("[a-z]+")
_TELLING = 4  # so many letters are hardly two units' within one prefecture


def host_signs(address: str, organ: Organ | None, *, year: int | None) -> Iterator[Evidence]:
    """Give every unit that the host of an address spells in full, on a government's site or an outlet's.

    Where a wider unit that the organ does not fit is spelled alike (苏州市 beside 肃州区), it is that one's.

    Examples
    --------
    >>> [sign.division.name for sign in host_signs("http://www.kunshan.gov.cn/a.html", None, year=2020)]
    ['昆山市']
    """
    labels, government = _labels(address)
    kind = organ.kind if organ is not None else None
    for label in labels[-2:]:
        units = _spelled(label, government, year=year)
        others = [d for d in units if not fits(kind, d)]
        for division in units:
            if not any(_is_wider(other, division) for other in (units if division in others else others)):
                weight = _GOVERNMENT if government else _OUTLET
                yield Evidence(division=division, basis="address", quote=label, weight=weight)


def _spelled(label: str, government: bool, *, year: int | None) -> list[Division]:
    """Give the units spelled by a label; of one and what lies within it under its name, the one."""
    names, unit = spelled_names().get(label, ()) if government else (), ""
    found = (_OFFICES if government else _OUTLETS).match(label)
    if not names and found is not None:
        names = spelled_names().get(found["word"], ())
        unit = _UNITS.get(label[found.end("word") :], "")
    units = {d.code: d for name in names for d in bearers(name, year=year) if d.name.endswith(unit)}
    return [d for d in units.values() if units.keys().isdisjoint(upper.code for upper in above(d))]


def _is_wider(one: Division, other: Division) -> bool:
    return _WIDEST.index(one.level) < _WIDEST.index(other.level)


def initial_signs(
    address: str, signs: Sequence[Evidence], organ: Organ | None, *, year: int | None
) -> Iterator[Evidence]:
    """Give the units told by a page whose initials the host bears too: two letters alone tell nothing.

    Four letters, of the unit or of its province and the unit, also tell one county of a prefecture that the
    page names.

    Examples
    --------
    >>> from readout_nlp.readouts.organs import find_organ
    >>> from readout_nlp.reference.gazetteer import by_code
    >>> chuzhou = Evidence(division=by_code("341100"), basis="superior", quote="", weight=1.5, own=False)
    >>> organ = find_organ("市委召开会议")
    >>> found = initial_signs("http://www.ahtcxw.com/1.html", [chuzhou], organ, year=2022)
    >>> [sign.division.name for sign in found]
    ['天长市']
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
        if fits(kind, d) and any(len(word) >= _TELLING for word in _told_by(d, beside=True) & words.keys())
    }
    found = named or below
    if len(found) == 1:
        (division,) = found.values()
        quote = words[min(_told_by(division, beside=not named) & words.keys())]
        yield Evidence(division=division, basis="address", quote=quote, weight=_INITIALS)


def _told_by(division: Division, *, beside: bool) -> frozenset[str]:
    """Give a unit's initials; with `beside`, also behind those of its province (ahtc: 安徽天长)."""
    own = initials(division)
    if not beside:
        return own
    province = next((unit for unit in above(division) if unit.level == "province"), None)
    upper = min(initials(province), key=len, default="") if province is not None else ""
    return own | {upper + one for one in own if upper}


def sole_signs(address: str, organ: Organ | None, *, year: int | None) -> Iterator[Evidence]:
    """Give the unit whose letters a government's host is named with, where it alone fits the organ.

    Examples
    --------
    >>> from readout_nlp.readouts.organs import find_organ
    >>> county, district = find_organ("县委召开会议。"), find_organ("区委召开会议。")
    >>> [s.division.name for s in sole_signs("http://www.shcm.gov.cn/a.html", district, year=2020)]
    ['崇明区']
    >>> list(sole_signs("http://www.shcm.gov.cn/a.html", county, year=2020))
    []
    """
    labels, government = _labels(address)
    if not government or not labels or organ is None:
        return
    units = [d for d in initialled().get(labels[-1], ()) if d.valid_in(year) and fits(organ.kind, d)]
    if len(units) == 1:
        yield Evidence(division=units[0], basis="address", quote=labels[-1], weight=_SOLE)


def _heads(label: str) -> Iterator[str]:
    """Give what may be initials at the head of a label: hbrbnews is hb, rb, news."""
    yield label
    for end in range(2, len(label)):
        if re.fullmatch(rf"(?:{_HOLDS}|zf|gov){{1,2}}", label[end:]):
            yield label[:end]


def _labels(address: str) -> tuple[list[str], bool]:
    host = (urlsplit(address).hostname or "") if address else ""
    parts = host.split(".")
    joined = (part.replace("-", "") for part in parts)  # zunyi-news
    labels = [p for p in joined if p not in _NO_UNIT and _LETTERS.fullmatch(p)]
    return labels, parts[-2:] == ["gov", "cn"]
