"""How the addresses of sites spell divisions: syllables without tones (``data/division_pinyin.csv``)."""

from __future__ import annotations

from functools import cache

from readout_nlp.reference.gazetteer import Division, above, divisions, everyday_names
from readout_nlp.reference.tables import table_rows

_TELLING = 3  # initials; two are many units'
_UNIT_INITIALS = {"省": "s", "市": "s", "县": "x", "区": "q", "州": "z", "盟": "m", "旗": "q"}


@cache
def spelled_names() -> dict[str, tuple[str, ...]]:
    """Give the short names of divisions by their spelling; everyday words are not among them.

    Examples
    --------
    >>> spelled_names()["kunshan"], spelled_names()["yichun"], "hezuo" in spelled_names()
    (('昆山',), ('伊春', '宜春'), False)
    """
    found: dict[str, list[str]] = {}
    for name, syllables in _syllables().items():
        found.setdefault(syllables.replace(" ", ""), []).append(name)
    everyday = everyday_names()
    return {word: tuple(names) for word, names in found.items() if everyday.isdisjoint(names)}


def initials(division: Division) -> frozenset[str]:
    """Give the first letters of a division's syllables, without and with its unit's.

    Examples
    --------
    >>> from readout_nlp.reference.gazetteer import by_code
    >>> sorted(initials(by_code("320583")))
    ['ks', 'kss']
    """
    syllables = _syllables().get(division.short)
    if syllables is None:
        return frozenset()
    short = "".join(syllable[0] for syllable in syllables.split())
    return frozenset({short, short + _UNIT_INITIALS.get(division.name[-1], "")})


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
        own = initials(division)
        upper = [min(initials(unit), key=len) for unit in above(division) if initials(unit)]
        joined = {one + other for one in upper for other in own} if division.level == "county" else set()
        for word in {word for word in own if len(word) >= _TELLING} | joined:
            found.setdefault(word, []).append(division)
    return {word: tuple(units) for word, units in found.items()}


@cache
def _syllables() -> dict[str, str]:
    return {row["name"]: row["syllables"] for row in table_rows("division_pinyin.csv")}
