"""The province-level units that texts name: whom the centre's own news and meetings attend to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

import pandas as pd

from readout_nlp.corpus.corpus import SYNTHETIC_CODES, Corpus, Unit
from readout_nlp.reference.gazetteer import (
    above,
    bearers,
    by_code,
    everyday_names,
    occurrences,
)
from readout_nlp.tokens.segment import in_dictionary, segmenter

PLACE_WORDS = ("ns", "nz")  # parts of speech of places and of other proper names
UNITS = "省市县区旗州盟"
COLUMNS = ["doc_id", "readout_id", "place", "code", "n_own", "n_within", "n_seat"]

# A name that only says where something was held: no word about the place itself
_SEAT = re.compile(
    r"[省市]?(?:人民大会堂|中南海|钓鱼台|国家会议中心|[^,。;!?\n]{0,4}(?:召开|举行|开幕|闭幕|会见|会谈|同))"
)


def place_mentions(corpus: Corpus, *, unit: Unit = "item") -> pd.DataFrame:
    """List the province-level units that each document names, by their own names or through a unit within.

    A name counts only where words are cut before and after it, and if all units that bear it lie in one
    province-level unit; a county's counts with its unit alone (商城县, not 商城), a city's short one if the
    dictionary of the cut knows it as a place's (来宾 are guests first). What is counted is naming, of which
    attention is an inference: a name in a list of ten weighs as much as the subject of the text.

    Parameters
    ----------
    corpus : Corpus
    unit
        ``item`` or ``document`` (whole readouts).

    Returns
    -------
    pandas.DataFrame
        One row a document and province-level unit it names, in the order of the corpus, then of codes:
        ``doc_id``, ``readout_id``, ``place`` (its full name), ``code``; ``n_own`` (times named itself),
        ``n_within`` (times that units within it are named), ``n_seat`` (of `n_own`, those that only say where
        a meeting or ceremony was held: 在北京举行). ``attrs``: ``n_documents``, ``n_without`` (documents that
        name none) and ``left_out`` (names that units of several provinces bear, with their counts).

    Examples
    --------
    >>> import readout_nlp as rn
    >>> place_mentions(rn.sample_corpus(cities=2, years=1, per_cell=2)).attrs["n_documents"] > 0
    True
    """
    documents = corpus.documents(unit).select("doc_id", "readout_id", "text")
    unclear: Counter[str] = Counter()
    rows = [
        {"doc_id": doc_id, "readout_id": readout_id, "place": _province_name(code), "code": code, **counts}
        for doc_id, readout_id, text in documents.iter_rows()
        for code, counts in sorted(_naming(text, unclear).items())
        if corpus.synthetic or not code.startswith(SYNTHETIC_CODES)
    ]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table.attrs = {
        "n_documents": len(documents),
        "n_without": len(documents) - table["doc_id"].nunique(),
        "left_out": dict(unclear.most_common()),
        "unit": unit,
    }
    return table


def _naming(text: str, unclear: Counter[str]) -> dict[str, dict[str, int]]:
    """Count the province-level units of one text.

    Examples
    --------
    >>> _naming("会议在北京召开。江苏省和苏州市汇报了工作。", Counter())["320000"]
    {'n_own': 1, 'n_within': 1, 'n_seat': 0}
    """
    found: dict[str, dict[str, int]] = {}
    for name, kind, code in _named(segmenter()(text)):
        if code is None:
            unclear[name] += 1
            continue
        counts = found.setdefault(code, {"n_own": 0, "n_within": 0, "n_seat": 0})
        counts["n_within" if kind == "within" else "n_own"] += 1
        counts["n_seat"] += kind == "seat"
    return found


def _named(words: Sequence[str]) -> Iterator[tuple[str, str, str | None]]:
    """Give every name that is cut off as words are: 重庆 is none in 隆重/庆祝, nor 南海 in 中南海."""
    text, edges = "".join(words), {0, *accumulate(map(len, words))}
    for start, name in occurrences(text):
        whole = name[-1] in UNITS or start + len(name) in edges  # 江苏省 may be cut with its organ: 江苏省委
        if name in everyday_names() or start not in edges or not whole or not _is_a_name(name):
            continue
        code, own = _province_of(name)
        seat = own and text[start - 1 : start] == "在" and _SEAT.match(text, start + len(name))
        yield name, "seat" if seat else "own" if own else "within", code


@lru_cache(maxsize=16_384)
def _is_a_name(name: str) -> bool:
    """Say whether a name alone tells a place: a short one does if no county's and known as a place's word."""
    if name[-1] in UNITS and len(name) > 2:
        return True
    widest = bearers(name)[:1]
    return any(unit.level != "county" for unit in widest) and (in_dictionary(name) or "ns") in PLACE_WORDS


@lru_cache(maxsize=16_384)
def _province_of(name: str) -> tuple[str | None, bool]:
    """Give the code of the one province-level unit that a name points to, and whether it is its own name."""
    units = bearers(name)
    own = {unit.code for unit in units if unit.level == "province"}
    if len(own) == 1:
        return own.pop(), True  # 吉林 is the province first, though a city bears the name too
    tops = {chain[-1].code for chain in map(above, units) if chain}
    return (tops.pop(), False) if len(tops) == 1 else (None, False)


@lru_cache(maxsize=64)
def _province_name(code: str) -> str:
    found = by_code(code)
    return found.name if found else code
