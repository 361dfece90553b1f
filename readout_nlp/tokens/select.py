"""Which distinct terms are taken out of tokens, and under which heading each is counted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Literal

from readout_nlp.errors import RecipeError
from readout_nlp.reference.stopwords import TIERS, stop_words
from readout_nlp.tokens.names import Names

Drop = Literal["place", "person", "number", "single"]
DROPS: tuple[Drop, ...] = ("place", "person", "number", "single")

_HAN_NUMERALS = "〇○零一二两三四五六七八九十百千万亿几数多余"
_MEASURES = "个|年|月|日|号|时|分|秒|次|项|条|名|位|家|件|批|届|期|倍|天|周|岁|点|元|万元|亿元|亩|公里|余"
_NUMBER = re.compile(
    r"[\d.,:+·\-/%‰]*\d[\d.,:+·\-/%‰]*"
    rf"|第?[{_HAN_NUMERALS}]+(?:{_MEASURES})?|百分之[{_HAN_NUMERALS}]+"
)


def headings(
    terms: Iterable[str],
    *,
    tiers: Collection[int] = TIERS,
    drop: Collection[Drop] = DROPS,
    names: Names,
    protected: Collection[str] = (),
) -> list[str | None]:
    """Give for every term the heading under which it is taken out, or None where it stays.

    Parameters
    ----------
    terms
        Distinct terms.
    tiers
        Tiers of stop words to take out.
    drop
        What else to take out: names of the corpus' places and people, numbers, single characters.
    names
        The names of the corpus.
    protected
        Terms of the lexicon: no numbers, whatever they look like (两会, 5·18).

    Returns
    -------
    list of str or None
        The first that fits of ``punctuation``, ``place``, ``person``, ``1``, ``2``, ``3``, ``number``,
        ``single``.

    Raises
    ------
    RecipeError
        A tier or a heading does not exist.

    Examples
    --------
    >>> found = Names(frozenset({"苏州"}), frozenset())
    >>> headings(["，", "苏州", "会议", "二十个", "水", "生态", "5G"], names=found)
    ['punctuation', 'place', '2', 'number', 'single', None, None]
    """
    _check(tiers, drop)
    tier_of = {term: str(tier) for term, tier in stop_words().items() if tier in tiers}
    named = {"place": names.places, "person": names.people}
    entity = {name: kind for kind in ("place", "person") if kind in drop for name in named[kind]}

    def heading(term: str) -> str | None:
        if not term[0].isalnum() and not any(map(str.isalnum, term)):
            return "punctuation"
        if found := entity.get(term) or tier_of.get(term):
            return found
        if "number" in drop and term not in protected and is_number(term):
            return "number"
        return "single" if "single" in drop and len(term) == 1 else None

    return [heading(term) for term in terms]


def is_number(term: str) -> bool:
    """Say whether a token is a number, date or counted measure and nothing else.

    Examples
    --------
    >>> [is_number(term) for term in ("4.5%", "2021-01-16", "第三", "二十个", "三农", "5G", "一体")]
    [True, True, True, True, False, False, False]
    """
    return bool(_NUMBER.fullmatch(term))


def _check(tiers: Collection[int], drop: Collection[str]) -> None:
    wrong = [repr(tier) for tier in tiers if tier not in TIERS] + [repr(d) for d in drop if d not in DROPS]
    if wrong:
        raise RecipeError(
            f"{', '.join(wrong)} among what to take out of tokens",
            f"tiers of {TIERS} and headings of {DROPS}",
            "correct the spelling",
        )
