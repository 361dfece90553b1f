"""How the addresses of sites spell divisions: syllables without tones (``data/division_pinyin.csv``)."""

from __future__ import annotations

from functools import cache
from itertools import product

from readout_nlp.reference.gazetteer import Division, above, divisions, everyday_names
from readout_nlp.reference.tables import table_rows

_TELLING = 3  # initials; two are many units'
_UNIT_INITIALS = {"省": "s", "市": "s", "县": "x", "区": "q", "州": "z", "盟": "m", "旗": "q"}
_OF_TWO_LETTERS = ("zh", "ch", "sh")  # 东城 is dc, or dch


@cache
def spelled_names(*, everyday: bool = False) -> dict[str, tuple[str, ...]]:
    """Give the short names of divisions by their spelling; everyday words are among them if asked for.

    Examples
    --------
    >>> spelled_names()["kunshan"], spelled_names()["yichun"], "hezuo" in spelled_names()
    (('昆山',), ('伊春', '宜春'), False)
    >>> spelled_names(everyday=True)["hezuo"]
    ('合作',)
    """
    found: dict[str, list[str]] = {}
    for name, syllables in _syllables().items():
        found.setdefault(syllables.replace(" ", ""), []).append(name)
        if name.endswith("族"):  # 鄂温克族自治旗 is ewenke
            found.setdefault(syllables.removesuffix(" zu").replace(" ", ""), []).append(name)
    words = frozenset[str]() if everyday else everyday_names()
    return {word: tuple(names) for word, names in found.items() if words.isdisjoint(names)}


@cache
def initials(division: Division) -> frozenset[str]:
    """Give the first letters of a division's syllables, without and with its unit's.

    Of zh, ch, sh they may be two; of er the first may be r.

    Examples
    --------
    >>> from readout_nlp.reference.gazetteer import by_code
    >>> sorted(initials(by_code("320583"))), sorted(initials(by_code("110101")))
    (['ks', 'ksh', 'kshs', 'kss'], ['dc', 'dch', 'dchq', 'dcq'])
    >>> "hrb" in initials(by_code("230100"))
    True
    """
    syllables = _syllables().get(division.short)
    if syllables is None:
        return frozenset()
    short = {"".join(letters) for letters in product(*map(_heads, syllables.split()))}
    if division.name.endswith("新区"):  # 滨海新区 is bh too
        short |= {"".join(letters) for letters in product(*map(_heads, syllables.split()[:-1]))}
    return frozenset({*short, *(word + _UNIT_INITIALS.get(division.name[-1], "") for word in short)})


def _heads(syllable: str) -> tuple[str, ...]:
    if syllable == "er":
        return ("e", "r")  # 哈尔滨 is hrb
    return (syllable[0], syllable[:2]) if syllable.startswith(_OF_TWO_LETTERS) else (syllable[0],)


def spellings(division: Division) -> frozenset[str]:
    """Give a division's syllables as one word.

    Examples
    --------
    >>> from readout_nlp.reference.gazetteer import by_code
    >>> spellings(by_code("420583"))
    frozenset({'zhijiang'})
    """
    syllables = _syllables().get(division.short)
    return frozenset() if syllables is None else frozenset({syllables.replace(" ", "")})


@cache
def joined(division: Division) -> frozenset[str]:
    """Give a division's initials behind those of each unit above it.

    Examples
    --------
    >>> from readout_nlp.reference.gazetteer import by_code
    >>> "cqstl" in joined(by_code("500151")), "jxja" in joined(by_code("360800"))
    (True, True)
    """
    own = initials(division)
    upper = {word for unit in above(division) for word in initials(unit)}
    return frozenset(one + other for one in upper for other in own)


@cache
def initialled() -> dict[str, tuple[Division, ...]]:
    """Give the divisions of all years by what hosts are named with: initials, three or with the unit's above.

    Examples
    --------
    >>> sorted({d.name for d in initialled()["shcm"]}), "cm" in initialled()
    (['崇明区', '崇明县'], False)
    """
    found: dict[str, list[Division]] = {}
    for division in divisions():
        for word in {word for word in initials(division) if len(word) >= _TELLING} | joined(division):
            found.setdefault(word, []).append(division)
    return {word: tuple(units) for word, units in found.items()}


@cache
def _syllables() -> dict[str, str]:
    return {row["name"]: row["syllables"] for row in table_rows("division_pinyin.csv")}
