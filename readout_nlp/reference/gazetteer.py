"""Administrative divisions of China (GB/T 2260), valid by year, and the synthetic sample's fictional ones.

The tables are ``data/divisions.csv`` (source, licence and freshness in ``data/divisions.source.md``) and
``data/fictional_divisions.csv``; to add a place, add a row.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from readout_nlp.reference.tables import table_rows
from readout_nlp.reference.word_heads import Heads, by_head

DivisionLevel = Literal["province", "prefecture", "county"]

_TABLES = ("divisions.csv", "fictional_divisions.csv")
NATIONS = (
    "壮|回|维吾尔|哈萨克|柯尔克孜|蒙古|藏|羌|彝|苗|侗|土家|布依|朝鲜|满|白|傣|景颇|傈僳|哈尼|黎|瑶|佤|拉祜|布朗|"
    "纳西|普米|独龙|怒|阿昌|德昂|基诺|水|仡佬|毛南|仫佬|京|畲|高山|土|撒拉|东乡|保安|裕固|锡伯|塔吉克|达斡尔|"
    "鄂温克|鄂伦春|赫哲|各|塔塔尔|俄罗斯"
)
# no name begins inside them: 召开县委常委会 is not in 开县, 公开平台 not in 开平, 美丽江山 not in 丽江
_WORDS = frozenset(
    re.findall(
        "..",
        "召开公开展开离开打开分开放开揭开敞开拉开美丽幸福清廉健康致富提高"
        "提升形成投资城乡深化确保响应改革扎根繁荣争当代化绿色大美善美管理"
        "治理振兴新兴名单公文六盘亲临",
    )
)
_NEW = re.compile("新(?:宁夏(?![季收粮天种播至])|河南|河北|安徽|青海)")  # a new 宁夏, no 新宁
_BARE = "维吾尔|哈萨克|柯尔克孜|蒙古|锡伯|塔吉克|各"  # these also stand before 自治 without 族
_ETHNIC = re.compile(
    rf"(?<=..)(?:(?:(?:{NATIONS})族)+(?=[自区])(?:自治)?|(?:(?:{NATIONS})族)*(?:{_BARE})自治)(?=[区州县旗]$)"
)
_UNIT = re.compile(
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|特区|矿区|联合旗|(?<=神农架)林区|[省市县区盟旗州])$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """One administrative unit during the years in which code, name and parent stayed as they are.

    Attributes
    ----------
    code
        Six digits (GB/T 2260; fictional ones begin with 99).
    name, short
        Full name, and the name without its unit and nationality (苏州市: 苏州; 石柱土家族自治县: 石柱).
        A name of one character keeps its unit (城区, 郊区).
    level
        ``province``, ``prefecture`` or ``county``.
    parent
        Code of the unit above; None for a province.
    valid_from, valid_to
        First and last year, both included; None where the table does not see a beginning or an end.
    """

    code: str
    name: str
    short: str
    level: DivisionLevel
    parent: str | None
    valid_from: int | None
    valid_to: int | None

    def valid_in(self, year: int | None) -> bool:
        """Say whether the unit existed in `year`; without a year, whether it still exists."""
        if year is None:
            return self.valid_to is None
        return (self.valid_from or year) <= year <= (self.valid_to or year)


def short_name(name: str) -> str:
    """Take the unit and the nationalities off a division's name.

    Examples
    --------
    >>> [short_name(n) for n in ("苏州市", "石柱土家族自治县", "广西壮族自治区", "郊区", "神农架林区")]
    ['苏州', '石柱', '广西', '郊区', '神农架']
    """
    plain = _UNIT.sub("", _ETHNIC.sub("", name))
    return plain if len(plain) > 1 else name


@cache
def divisions() -> tuple[Division, ...]:
    """All divisions of both tables, in the order of their codes and years.

    Examples
    --------
    >>> any(d.name == "苏州市" for d in divisions())
    True
    """
    folder = files("readout_nlp.reference") / "data"
    rows: list[Division] = []
    for table in _TABLES:
        path = folder / table
        if path.is_file():
            rows.extend(_read(path.read_text(encoding="utf-8").splitlines()))
    return tuple(rows)


def _read(lines: list[str]) -> Iterator[Division]:
    for row in csv.DictReader(lines):
        yield Division(
            code=row["code"],
            name=row["name"],
            short=short_name(row["name"]),
            level=_level(row["level"]),
            parent=row["parent"] or None,
            valid_from=int(row["valid_from"]) if row["valid_from"] else None,
            valid_to=int(row["valid_to"]) if row["valid_to"] else None,
        )


def _level(text: str) -> DivisionLevel:
    if text == "province":
        return "province"
    return "prefecture" if text == "prefecture" else "county"


def by_code(code: str, *, year: int | None = None) -> Division | None:
    """Look a code up: the unit that bore it in `year`, without a year the latest one; None if there is none.

    Examples
    --------
    >>> by_code("320584", year=2010).name, by_code("320509").name, by_code("000000")
    ('吴江市', '吴江区', None)
    """
    found = _code_index().get(code, ())
    if year is not None:
        found = tuple(d for d in found if d.valid_in(year))
    return max(found, key=lambda d: d.valid_to or 9999, default=None)


def by_name(name: str, *, year: int | None = None, within: str | None = None) -> tuple[Division, ...]:
    """Look a full or short name up: every unit that may bear it, one a code, the widest level first.

    Parameters
    ----------
    name
        苏州市 or 苏州.
    year
        Only units that existed in this year. Without it units that exist today, or, where none does, units
        that once did.
    within
        Only units inside the unit with this code.

    Examples
    --------
    >>> [d.code for d in by_name("吴江市", year=2010)], by_name("吴江市", year=2020)
    (['320584'], ())
    >>> [d.code for d in by_name("吴中", within="320500")]
    ['320506']
    >>> len(by_name("鼓楼区")) > 1
    True
    """
    found = _name_index().get(name)
    if found is None:
        return ()
    if within is not None:
        found = tuple(d for d in found if within in (d.code, *(u.code for u in above(d))))
    alive = [d for d in found if d.valid_in(year)]
    if year is None and not alive:
        alive = list(found)
    latest = {d.code: d for d in sorted(alive, key=lambda d: d.valid_to or 9999)}
    return tuple(sorted(latest.values(), key=lambda d: ("ppc".index(d.level[0]), d.code)))


_ONLINE_SINCE = 2003  # hardly a readout on the web is older: a unit that was gone by then is none of theirs
_ENDINGS = "省市州盟县区旗"


@lru_cache(maxsize=4096)
def bearers(name: str, *, year: int | None = None) -> tuple[Division, ...]:
    """Give every unit that may be meant by a name as pages print it, one a code, the widest level first.

    Unlike `by_name` it also reads a short name with its unit (甘南州, 彭水县), takes the year before into
    account (the table tells how things stood at the end of a year) and, without a year, all years since pages
    are online: the same name may then be two codes of one unit. A unit gone by then must be named in full.

    Examples
    --------
    >>> [[d.code for d in bearers(name)] for name in ("甘南州", "寿县")]
    [['623000'], ['340422', '341521']]
    >>> [d.code for d in bearers("寿县", year=2020)]
    ['340422']
    >>> [d.name for d in bearers("吴江", year=2008)]
    ['吴江市']
    >>> bearers("渡口"), bearers("渡口市")[0].name
    ((), '渡口市')
    """
    index = _name_index()
    known = list(index.get(name, ()))
    if name[-1:] in _ENDINGS:
        known += [d for d in index.get(name[:-1], ()) if d.name.endswith(name[-1:]) and d.short != d.name]
    if year is None:
        alive = [d for d in known if d.valid_to is None or d.valid_to >= _ONLINE_SINCE]
    else:
        alive = [d for d in known if d.valid_in(year) or d.valid_in(year - 1)]
    alive = alive or [d for d in known if d.name == name or abbreviations().get(name) == d.code]
    latest = {d.code: d for d in sorted(alive, key=lambda d: d.valid_to or 9999)}
    return tuple(sorted(latest.values(), key=lambda d: ("ppc".index(d.level[0]), d.code)))


@cache
def above(division: Division) -> tuple[Division, ...]:
    """Give the units above a division, the nearest first.

    Examples
    --------
    >>> [d.name for d in above(by_code("320506"))]
    ['苏州市', '江苏省']
    """
    chain: list[Division] = []
    code = division.parent
    while code is not None and len(chain) < 3:
        unit = by_code(code, year=division.valid_to) or by_code(code)
        if unit is None:
            break
        chain.append(unit)
        code = unit.parent
    return tuple(chain)


@lru_cache(maxsize=1024)
def within(division: Division, *, year: int | None = None) -> tuple[Division, ...]:
    """Give the units right below a division, one a code; without a year all since pages are online.

    Examples
    --------
    >>> [d.name for d in within(by_code("533400"), year=2020)]
    ['香格里拉市', '德钦县', '维西傈僳族自治县']
    """
    alive = (
        d
        for d in divisions()
        if d.parent == division.code
        and ((d.valid_to or 9999) >= _ONLINE_SINCE if year is None else d.valid_in(year))
    )
    return tuple({d.code: d for d in alive}.values())


def mentions(text: str) -> dict[str, int]:
    """Count the full and short names of divisions in a text; of names that overlap the first and longest.

    Linear in the length of the text: only names whose first two characters occur in it are looked for.

    Examples
    --------
    >>> mentions("苏州市委书记到吴中区调研,苏州市")
    {'苏州市': 2, '吴中区': 1}
    >>> mentions("主持召开县委常委会会议")
    {}
    """
    found: dict[str, int] = {}
    for _, name in occurrences(text):
        found[name] = found.get(name, 0) + 1
    return found


def occurrences(text: str) -> Iterator[tuple[int, str]]:
    """Give every name that `mentions` counts with the place where it begins.

    Examples
    --------
    >>> list(occurrences("苏州市委书记到吴中区调研"))
    [(0, '苏州市'), (7, '吴中区')]
    """
    heads, index = _heads()
    names_after = index.get
    skip_to = 0
    for at in heads.places(text):
        names = names_after(text[at : at + 2])  # few heads pass: asked first
        if names is None or at < skip_to or text[max(0, at - 1) : at + 1] in _WORDS:
            continue
        for name in names:
            if text.startswith(name, at) and not (name[0] == "新" and _NEW.match(text, at)):
                skip_to = at + len(name)
                yield at, name
                break


@cache
def everyday_names() -> frozenset[str]:
    """Names of counties that are everyday words (振兴, 平安): in running text they tell no place.

    Examples
    --------
    >>> "振兴" in everyday_names(), "昆山" in everyday_names()
    (True, False)
    """
    return frozenset(row["name"] for row in table_rows("everyday_names.csv"))


def known_names() -> Collection[str]:
    """Give every full and short name and abbreviation of the tables, of whatever years.

    Examples
    --------
    >>> "吴江市" in known_names(), "吴江" in known_names(), "书记" in known_names()
    (True, True, False)
    """
    return _name_index().keys()


@cache
def abbreviations() -> dict[str, str]:
    """Names that a unit is called by and that its full name does not show (科右前旗), with its code.

    Examples
    --------
    >>> abbreviations()["科右前旗"], bearers("科右前旗")[0].name
    ('152221', '科尔沁右翼前旗')
    """
    return {row["name"]: row["code"] for row in table_rows("place_abbreviations.csv")}


@cache
def _code_index() -> dict[str, tuple[Division, ...]]:
    index: dict[str, list[Division]] = {}
    for division in divisions():
        index.setdefault(division.code, []).append(division)
    return {code: tuple(found) for code, found in index.items()}


@cache
def _name_index() -> dict[str, tuple[Division, ...]]:
    index: dict[str, list[Division]] = {}
    for division in divisions():
        for name in {division.name, division.short}:
            index.setdefault(name, []).append(division)
            if "乾" in name:  # 乾县: a page in traditional characters, made simplified, prints 干县
                index.setdefault(name.replace("乾", "干"), []).append(division)
    for name, code in abbreviations().items():
        index.setdefault(name, []).extend(_code_index()[code])
    return {name: tuple(found) for name, found in index.items()}


@cache
def _heads() -> tuple[Heads, dict[str, tuple[str, ...]]]:
    return by_head(_name_index())
