"""The townships that a page without its unit's name speaks of, and the one unit that they lie in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from readout_nlp.readouts.named import read_mentions
from readout_nlp.readouts.organs import Organ, fits
from readout_nlp.readouts.signs import Evidence
from readout_nlp.readouts.weigh import ENOUGH
from readout_nlp.reference.gazetteer import Division, above, bearers, by_code
from readout_nlp.reference.townships import STATE, by_full_name, by_stem, stem, units_then

_WEIGHT = 1.0  # as much as a full name in passing: less than any sign of a unit's own
_NAMES = 2  # that no other unit has, or
_LONG = 3  # letters of one
_LONGEST = 14
_LONGEST_SENTENCE = 800  # what is longer has lost its marks: who is spoken of cannot be told
# 乡镇, 乡村 and 镇街 are words of their own: 联乡 is none in 部分联乡镇
_UNIT = re.compile("街道|苏木(?!乡)|镇(?!街)|乡(?![镇村里土亲愁情贤级风音间])")
# 甲、乙两镇, 甲、乙等3个乡镇, 甲和乙两处
_LIST = re.compile(
    r"(?P<names>(?<![㐀-鿿])[㐀-鿿]{2,20}?(?:、[㐀-鿿]{2,20}?){0,30}?)(?:等|[一二两三四五六七八九十]|\d{1,2}|个){1,4}"
    "(?:乡镇|镇乡|镇街|街镇|街道|乡|镇|苏木|处)"
)
_JOINS = re.compile("[和与及]")
# What may stand right before a name of two letters; other letters may be a part of a longer one.
_BEFORE = re.compile(
    r"(?:^|[^㐀-鿿]|[、了到在于将把由从对向给以与和及至赴的是为让使]|[我全][县市区旗]|"
    "关于|申请|研究|同意|听取|推荐|走进|要求|组织|配合|拨付|强调|决定|讨论|审议|审定|通报|通过|支持|涉及|包括|实施|推进|加快)$"
)
_LARGER = re.compile("[东西南北上下大小新老前后中]$")  # 大柳河镇 is not 柳河镇
_BEHIND = re.compile(
    "(?<![我全本各])[县市区旗州盟]$"
)  # a unit's name, also one that is no name elsewhere: 西区
# What is told of somebody else: a visit of the centre's, an example, an accident
_ELSEWHERE = re.compile("总书记|总理|经验|事故|案件|教训|对标|借鉴|学习考察|招商|支援|参观")
_SENTENCE = re.compile(r"[^。;!?\n]+")
_NEAR = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Township:
    """A township that a text names: where, its name alone, the codes of the units that have one of it.

    `full` says that its unit is printed with it (平山镇), not once for a list.
    """

    start: int
    end: int
    stem: str
    codes: frozenset[str]
    full: bool


def township_signs(
    text: str, signs: Sequence[Evidence], organ: Organ, *, year: int | None
) -> Iterator[Evidence]:
    """Give the one unit in which the townships lie that a page names, if no other sign speaks against it.

    Two names must be together in no other unit that the organ fits, or a name of three letters or more in no
    other, or one of two letters where another sign tells the unit above. It must be within the units above
    that other signs name, and among the units that they tell. 市委 is also that of a city in two or more of
    whose districts they lie, if none has them all.

    Parameters
    ----------
    text
        The folded title and body.
    signs
        What the page tells by names and codes, or implies.
    organ
        The convening organ.
    year
        The year whose units are meant; without one those of all years since pages are online.

    Examples
    --------
    >>> from readout_nlp.readouts.organs import find_organ
    >>> text = "县委召开会议。会议指出,平山、雷埠两镇的河堤要加固。"
    >>> [s.division.name for s in township_signs(text, [], find_organ(text), year=2020)]
    ['怀宁县']
    """
    found = townships_in(text)
    if not found:
        return
    others = _others(text, found)
    told = [sign for sign in signs if sign.basis != "named" or sign.quote in others]  # 平山 is no 平山县 here
    quote = "、".join(dict.fromkeys(text[t.start : t.end] for t in found))
    for division in _one(_candidates(found, told, organ, year), found, told):
        yield Evidence(division=division, basis="township", quote=quote[:60], weight=_WEIGHT)


def _others(text: str, found: Sequence[Township]) -> str:
    """Give a text without the names of its townships."""
    ends = [0, *(township.end for township in found)]
    starts = [*(township.start for township in found), len(text)]
    return "\n".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def townships_in(text: str) -> list[Township]:
    """Give the townships that a folded text names, in full or in a list, unless the sentence is of another's.

    Examples
    --------
    >>> [t.stem for t in townships_in("听取平山镇河堤汇报。查达连河、迎兰两镇。赴怀宁县平山镇学习考察。")]
    ['平山', '达连河', '迎兰']
    """
    found: list[Township] = []
    for sentence in _SENTENCE.finditer(text):
        words = sentence.group()
        if len(words) > _LONGEST_SENTENCE:
            continue
        if (_UNIT.search(words) or "处" in words) and not _ELSEWHERE.search(words):
            here = [*_in_full(words), *_listed(words)]
            at = sentence.start()
            kept = _not_elsewhere(words, sorted(here, key=lambda township: township.start))
            found += [replace(t, start=t.start + at, end=t.end + at) for t in kept if _begins(words, t)]
    return found


def _in_full(sentence: str) -> Iterator[Township]:
    """Read names with their unit (平山镇), the longest known that ends there."""
    for found in _UNIT.finditer(sentence):
        for start in range(max(0, found.end() - _LONGEST), found.start() - 1):
            name = sentence[start : found.end()]
            codes = by_full_name().get(name)
            if codes is not None:
                yield Township(
                    start=start, end=found.end(), stem=stem(name), codes=frozenset(codes), full=True
                )
                break


def _begins(sentence: str, township: Township) -> bool:
    """Say whether a name may begin there, not inside a longer name; in a list other names vouch for it."""
    before = sentence[max(0, township.start - _NEAR) : township.start]
    if _BEFORE.search(before) is not None:
        return True
    return not (township.full and len(township.stem) < _LONG) and not _LARGER.search(before)


def _listed(sentence: str) -> Iterator[Township]:
    """Read names in a list before their unit, all but the first known (words may stand before that)."""
    for found in _LIST.finditer(sentence):
        start = found.start("names")
        names: list[tuple[int, int, str]] = []
        for part in _parts(found["names"]):
            ends = (0,) if names else range(len(part) - 1)
            at = next((at for at in ends if stem(part[at:]) in by_stem()), None)
            if at is None:
                break
            names.append((start + at, start + len(part), stem(part[at:])))
            start += len(part) + 1
        else:
            yield from (
                Township(start=start, end=end, stem=name, codes=frozenset(by_stem()[name]), full=False)
                for start, end, name in (names if len(names) > 1 else ())
            )


def _parts(names: str) -> list[str]:
    """Split a list; 和 may join the last two names, or be a letter of the last (和平)."""
    *first, last = names.split("、")
    joins = (found.start() for found in _JOINS.finditer(last))
    at = next((at for at in joins if stem(last[at + 1 :]) in by_stem()), 0)
    return [*first, last[:at], last[at + 1 :]] if at and last not in by_stem() else [*first, last]


def _not_elsewhere(sentence: str, here: Sequence[Township]) -> Iterator[Township]:
    """Keep of townships the units that every place named in the sentence may be, or may be above.

    None is kept where that place was visited or the like, nor where one of them stands behind its name.
    """
    others = [
        m for m in read_mentions(sentence) if not any(t.start < m.end and m.start < t.end for t in here)
    ]
    starts = {township.start for township in here}
    if any(m.use == "foreign" or m.end in starts for m in others) or any(
        _BEHIND.search(sentence, max(0, start - _NEAR), start) for start in starts
    ):
        return
    places = [bearers(mention.name) for mention in others]
    for township in here:
        units = {code: by_code(code, year=STATE) for code in township.codes}
        codes = frozenset(
            code
            for code, unit in units.items()
            if unit is not None and all(any(_related(unit, d) for d in one) for one in places)
        )
        if codes:
            yield replace(township, codes=codes)


def _related(unit: Division, other: Division) -> bool:
    """Say whether a unit is another, by name or code, or within it, or above it."""
    ours = {unit.code, *(upper.code for upper in above(unit))}
    return other.code in ours or unit.code in {upper.code for upper in above(other)}


def _candidates(
    found: Iterable[Township], signs: Sequence[Evidence], organ: Organ, year: int | None
) -> dict[Division | str, set[str]]:
    """Give every unit that may be the page's with its townships' names; a code where it is not known."""
    named: dict[str, set[str]] = {}
    for township in found:
        for code in township.codes:
            named.setdefault(code, set()).add(township.stem)
    units: dict[Division | str, set[str]] = {}
    for code, names in named.items():
        then = units_then(code, year=year)
        wider = (unit for d in then if d.name.endswith("区") for unit in above(d))
        fitting = {d for d in (*then, *wider) if fits(organ.kind, d) and _agrees(d, signs)}
        for unit in fitting if then else (code,):
            units.setdefault(unit, set()).update(names)
    return {unit: names for unit, names in units.items() if not _in_one_district(unit, names, found)}


def _in_one_district(unit: Division | str, names: set[str], found: Iterable[Township]) -> bool:
    """Say whether one district of a city has all the names: then they need not be the city's."""
    if isinstance(unit, str) or unit.level == "county":
        return False
    inside = [{code for code in t.codes if code[:4] == unit.code[:4]} for t in found if t.stem in names]
    return bool(set.intersection(*inside) - {unit.code})


def _agrees(division: Division, signs: Sequence[Evidence]) -> bool:
    """Say whether every sign that tells something is of the unit, of one above it or within, or may be."""
    return _telling(signs) <= {sign.quote for sign in signs if _related(division, sign.division)}


def _telling(signs: Sequence[Evidence]) -> set[str]:
    """Give the quotes of the signs that weigh enough to tell something."""
    weights: dict[tuple[str, str], float] = {}
    for sign in signs:
        key = (sign.quote, sign.division.code)
        weights[key] = weights.get(key, 0.0) + sign.weight
    return {quote for (quote, _), weight in weights.items() if weight >= ENOUGH}


def _one(
    units: Mapping[Division | str, set[str]], found: Sequence[Township], signs: Sequence[Evidence]
) -> list[Division]:
    """Give the units that have more of the names than any other; none where one of them is not known."""
    most = max(map(len, units.values()), default=0)
    best = [unit for unit, names in units.items() if len(names) == most]
    known = [unit for unit in best if isinstance(unit, Division)]
    if not best or len(known) < len(best):
        return []
    long = {t.stem for t in found if t.full and (len(t.stem) >= _LONG or _bounded(known, signs))}
    return known if most >= _NAMES or units[best[0]] & long else []


def _bounded(units: Sequence[Division], signs: Sequence[Evidence]) -> bool:
    """Say whether a sign tells a unit above the one left: there, a name of two letters is no chance."""
    telling = _telling(signs)
    return len(units) == 1 and any(s.quote in telling and s.division in above(units[0]) for s in signs)
