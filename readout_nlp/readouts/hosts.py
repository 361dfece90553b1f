"""Whose site a page stands on, by the letters of its host: yangchun.gov.cn, hbrbnews.cn."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from urllib.parse import urlsplit

from readout_nlp.readouts.organs import Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.reference.gazetteer import Division, above, bearers, by_code, within
from readout_nlp.reference.place_words import government_hosts, outlet_hosts
from readout_nlp.reference.spellings import initialled, initials, joined, spelled_names, spellings

GOVERNMENT, _OUTLET, _INITIALS, _SOLE = 4.0, 2.0, 1.5, 1.0
# what an outlet's host ends with: 日报 rb, 快报 kb, 数字报 szb, 手机台 sjt
_HOLDS = "news|xinwen|xww|xw|rbs|rb|wb|kb|szb|daily|rmt|rm|sjt|sjb|wang|net|tv|online|ww|w|xc"
_OUTLETS = re.compile(rf"^(?P<word>[a-z]{{2,}}?)(?:{_HOLDS}){{1,2}}$")
_OFFICES = re.compile(r"^(?P<word>[a-z]{4,}?)(?:(?:s|x|q|z)?zf|shi|xian|qu|zhou|gov|news|xw|rmt)?$")
_UNITS = {"shi": "市", "xian": "县", "qu": "区", "zhou": "州"}
_WIDEST = ("province", "prefecture", "county")
_NO_UNIT = frozenset(["www", "m", "wap", "news", "gov", "com", "cn", "net", "org", "edu"])
_LETTERS = re.compile("[a-z]+")
_KIND_OF_SITE = re.compile("^(?:m|wap|www|news)-(?=[a-z])")
_OF_AN_OFFICE = re.compile("^([a-z]{4,6}?)(?:zf|zx|rd|xf|dj|gov)$")  # jxjazx: the 政协 of 吉安
_WHOLE = 6  # letters of a spelling that is a host's whole name
_PREFIX = 4  # letters of a unit above before a name: ah, nmg, shch
_NEWS_SITE = re.compile("^(?P<word>[a-z]{2})(?:xww|xw|news|rb|rmt|tv)$")
_FEW = 10  # cities of 宁夏, 青海, 西藏, 海南
_TELLING = 4  # so many letters are hardly two units' within one prefecture


def host_signs(address: str, organ: Organ | None, *, year: int | None) -> Iterator[Evidence]:
    """Give every unit that the host of an address spells in full, on a government's site or an outlet's.

    Where a wider unit that the organ does not fit is spelled alike (苏州市 beside 肃州区), it is that one's;
    and where it is known whose the host is (fuzhou.gov.cn), no other's.

    Examples
    --------
    >>> [sign.division.name for sign in host_signs("http://www.kunshan.gov.cn/a.html", None, year=2020)]
    ['昆山市']
    """
    labels, government = _labels(address)
    kind = organ.kind if organ is not None else None
    for label in labels[-2:]:
        everyday = government and label is labels[-1]  # huzhu.gov.cn is a county's, whatever 互助 means
        units = _spelled(label, government, year=year, everyday=everyday)
        if everyday:
            units = _owners(label, units)
        others = [d for d in units if not fits(kind, d)]
        for division in units:
            if not any(_is_wider(other, division) for other in (units if division in others else others)):
                weight = GOVERNMENT if government else _OUTLET
                yield Evidence(division=division, basis="address", quote=label, weight=weight)


def _spelled(label: str, government: bool, *, year: int | None, everyday: bool = False) -> list[Division]:
    """Give the units spelled by a label; of one and what lies within it under its name, the one."""
    names, unit = spelled_names(everyday=everyday).get(label, ()) if government else (), ""
    found = (_OFFICES if government else _OUTLETS).match(label)
    if not names and found is not None:
        names = spelled_names().get(found["word"], ())
        unit = _UNITS.get(label[found.end("word") :], "")
    units = {d.code: d for name in names for d in bearers(name, year=year) if d.name.endswith(unit)}
    units = units or {d.code: d for d in _behind_initials(label, year=year)}
    return [d for d in units.values() if units.keys().isdisjoint(upper.code for upper in above(d))]


def _owners(label: str, units: list[Division]) -> list[Division]:
    """Keep of units spelled alike those of the name whose government's the host is known to be."""
    owner = by_code(government_hosts().get(label, ""))
    if owner is None:
        return units
    return [d for d in units if (d.short, d.code[:2]) == (owner.short, owner.code[:2])]


def _behind_initials(label: str, *, year: int | None) -> Iterator[Division]:
    """Give the units that a label spells behind the initials of a unit above them: ahhuoshan, in 安徽."""
    for end in range(2, min(_PREFIX, len(label) - _TELLING) + 1):
        for name in spelled_names(everyday=True).get(label[end:], ()):
            yield from (
                d
                for d in bearers(name, year=year)
                if any(label[:end] in initials(upper) for upper in above(d))
            )


def _is_wider(one: Division, other: Division) -> bool:
    return _WIDEST.index(one.level) < _WIDEST.index(other.level)


def initial_signs(
    address: str, signs: Sequence[Evidence], organ: Organ | None, *, year: int | None
) -> Iterator[Evidence]:
    """Give the units told by a page whose letters the host bears too: two letters alone tell nothing.

    Letters are the initials, alone or behind those of a unit above, or the whole spelling. Four letters also
    tell one county of a prefecture that the page names.

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
    named = {code: d for code, d in told.items() if fits(kind, d) and _letters(d) & words.keys()}
    below = {
        d.code: d
        for unit in told.values()
        if unit.level == "prefecture" and kind is not None
        for d in within(unit, year=year)
        if fits(kind, d) and any(len(word) >= _TELLING for word in (initials(d) | joined(d)) & words.keys())
    }
    found = named or below or _of_few(_labels(address)[0], told.values(), organ, year=year)
    if len(found) == 1:
        (division,) = found.values()
        quote = words[min(_letters(division) & words.keys())]
        yield Evidence(division=division, basis="address", quote=quote, weight=_INITIALS)


def _of_few(
    labels: Sequence[str], told: Collection[Division], organ: Organ | None, *, year: int | None
) -> dict[str, Division]:
    """Give the units whose two letters a news site bears (gyxww), within the one province that is told.

    Only where few units of the province fit the organ: where many do, letters agree by chance. A site with
    the province's letters is the province's.
    """
    provinces = {unit.code: unit for unit in told if unit.level == "province"}
    words = {found["word"] for label in labels if (found := _NEWS_SITE.match(label))}
    narrower = any(unit.level == "prefecture" or (organ and fits(organ.kind, unit)) for unit in told)
    if organ is None or len(provinces) != 1 or narrower:
        return {}
    (province,) = provinces.values()
    right = within(province, year=year)
    units = {d.code: d for d in (*right, *(d for one in right for d in within(one, year=year)))}
    fitting = {code: d for code, d in units.items() if fits(organ.kind, d)}
    if len(fitting) > _FEW or initials(province) & words:
        return {}
    return {code: d for code, d in fitting.items() if initials(d) & words}


def _letters(division: Division) -> frozenset[str]:
    spelling = [word for word in spellings(division) if len(word) >= _TELLING]
    return initials(division) | joined(division) | frozenset(spelling)


def portal_signs(address: str, organ: Organ | None, *, year: int | None) -> Iterator[Evidence]:
    """Give the province whose news site a page stands on, and the unit of it that is spelled before the host.

    The province only supports the units within it: such a site prints news of all.

    Examples
    --------
    >>> [s.division.name for s in portal_signs("http://news.enorth.com.cn/a.html", None, year=2020)]
    ['天津市']
    >>> [s.division.short for s in portal_signs("http://jianghua.rednet.cn/a.html", None, year=2020)]
    ['湖南', '江华']
    """
    host = (urlsplit(address).hostname or "") if address else ""
    site = next((site for site in outlet_hosts() if f".{host}".endswith(f".{site}")), None)
    province = by_code(outlet_hosts()[site]) if site is not None else None
    if site is None or province is None:
        return
    yield Evidence(division=province, basis="address", quote=site, weight=_OUTLET, own=False)
    for label in host.removesuffix(site).split("."):
        units = [d for name in spelled_names(everyday=True).get(label, ()) for d in bearers(name, year=year)]
        for division in units:
            if province in above(division) and fits(organ.kind if organ is not None else None, division):
                yield Evidence(division=division, basis="address", quote=host, weight=_OUTLET)


def is_anothers(address: str, division: Division) -> bool:
    """Say whether a page's site is a government's whose letters are neither a unit's nor those above its.

    Examples
    --------
    >>> from readout_nlp.reference.gazetteer import by_name
    >>> pingfang, dongcheng = by_name("平房区")[0], by_name("东城区")[0]
    >>> url = "http://www.bjdch.gov.cn/a.html"
    >>> is_anothers(url, pingfang), is_anothers(url, dongcheng), is_anothers("http://bjdch.example", pingfang)
    (True, False, False)
    """
    labels, government = _labels(address)
    known = {word for unit in (division, *above(division)) for word in _letters(unit)}
    spelled = [word.removeprefix("cn") for word in labels]  # cnjg: 剑阁 in China
    return government and bool(labels) and not any(word.startswith(tuple(known)) for word in spelled)


def sole_signs(address: str, organ: Organ | None, *, year: int | None) -> Iterator[Evidence]:
    """Give the unit whose letters a government's host is named with, where it alone fits the organ.

    Of another's host only the whole spelling tells (zhushan.cn).

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
    if not labels or organ is None:
        return
    words = (labels[-1], labels[-1].removesuffix("gov"), *_OF_AN_OFFICE.findall(labels[-1]))
    found = (d for w in words for d in initialled().get(w, ())) if government else _spelled_alone(labels[-1])
    units = [d for d in found if d.valid_in(year) and fits(organ.kind, d)]
    if len({d.code for d in units}) == 1:
        yield Evidence(division=units[0], basis="address", quote=labels[-1], weight=_SOLE)


def _spelled_alone(label: str) -> Iterator[Division]:
    """Give the units whose short name's spelling a label is, if it is long enough to be hardly a word's."""
    if len(label) >= _WHOLE:
        yield from (d for name in spelled_names().get(label, ()) for d in bearers(name))


def _heads(label: str) -> Iterator[str]:
    """Give what may be initials at the head of a label: hbrbnews is hb, rb, news."""
    yield label
    for end in range(2, len(label)):
        if re.fullmatch(rf"(?:{_HOLDS}|zf|gov){{1,2}}", label[end:]):
            yield label[:end]


def _labels(address: str) -> tuple[list[str], bool]:
    host = (urlsplit(address).hostname or "") if address else ""
    parts = host.split(".")
    plain = (_KIND_OF_SITE.sub("", part).replace("-", "") for part in parts)
    labels = [p for p in plain if p not in _NO_UNIT and _LETTERS.fullmatch(p)]
    return labels, parts[-2:] == ["gov", "cn"]
