"""Formula: procedural wording of the genre, estimated as what is frequent across places and across years."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.passages.folding import Folded, fold_string, fold_texts
from readout_nlp.passages.formula_kernel import longer, most_texts_longer, spread
from readout_nlp.passages.grams_kernel import begins_within, sort_runs
from readout_nlp.passages.search import MOST_BITS

LONGEST = 200  # characters of a formula; longer ones are given in parts that overlap
KEPT_WHOLE = 0.8  # a string is not listed where one that is longer by a character has this share of its texts
FEWEST = (5, 3, 2)  # texts, places and years, however few there are
UNIT = 300  # characters: a longer text counts as several when the fewest texts are set
SHORT, MORE = 6, 5  # what has fewer characters must be in so many times as many texts
METHOD = (
    "runs of characters in texts of many places and of many years, each listed where one that is longer is "
    "not nearly as frequent"
)
TYPES = {"text": "object", "n_documents": "int64", "n_places": "int64", "n_years": "int64", "maximal": "bool"}

Row = tuple[str, int, int, int, bool]
Rows = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def estimate_formula(
    texts: Mapping[str, str] | Corpus,
    places: Mapping[str, Any] | None = None,
    years: Mapping[str, Any] | None = None,
    *,
    min_length: int = 4,
    min_documents: int | None = None,
    document_share: float = 0.02,
    place_share: float = 0.5,
    year_share: float = 0.5,
    tifa: Iterable[str] = (),
    unit: Unit = "document",
) -> pd.DataFrame:
    """Estimate which wording is formula: what is frequent across places and also across years.

    What one place says every year is its habit, and what all places say in one year is news: neither is
    formula. A run of characters (punctuation and white space left aside) is, if enough texts hold it, and if
    these are spread over places and over years: over at least `place_share` of as many places, and
    `year_share` of as many years, as one would expect of so many texts drawn without regard to place and
    year (and over three places and two years in any case). Of N texts, of which a place has n, each being
    drawn with probability r, the expected number of places is the sum over places of ``1 - (1 - r) ** n``.

    Parameters
    ----------
    texts
        Text by id; or a corpus, which brings its own places and years.
    places, years
        Place and year by id. A text without either does not count; how many is in ``attrs["left_out"]``.
    min_length
        The fewest characters of a formula, 2 or more.
    min_documents
        The fewest texts. None: `document_share` of all texts, a long one counted once for every 300
        characters; five times as many for a run of fewer than six characters; but no more than half of all
        texts, and at least five.
    document_share, place_share, year_share
        Above 0, at most 1.
    tifa
        Official formulations whose exact wording matters: frequent everywhere, but not formula. What is part
        of one is left out.
    unit
        For a corpus: ``document`` or ``item``.

    Returns
    -------
    pandas.DataFrame
        ``text`` (as it is matched: without punctuation, half width), ``n_documents``, ``n_places``,
        ``n_years``, ``maximal``. The maximal ones are there to be read, and come first, the most frequent at
        the top: formulae that in most texts (more than a fifth) are not part of one longer by a character.
        The others are the shortest formulae, which mark what stands in no maximal one. Empty where texts have
        fewer than three places or two years.
        ``attrs``: ``method``, ``settings``, ``left_out``, and how many documents, places and years there are.

    Raises
    ------
    InputError, RecipeError
        If places or years are missing, or a setting cannot be used.

    Examples
    --------
    >>> endings = ["灯会要早", "修桥", "种树", "清淤", "开渠"]
    >>> wording = {name: f"会议指出，{end}。" for name, end in zip("abcde", endings)}
    >>> places, years = dict(zip("abcde", "甲乙丙甲乙")), dict(zip("abcde", [2019, 2019, 2020, 2020, 2020]))
    >>> estimate_formula(wording, places, years).to_numpy().tolist()
    [['会议指出', 5, 3, 2, True]]
    """
    shares = {"document_share": document_share, "place_share": place_share, "year_share": year_share}
    _check(min_length, min_documents, shares)
    known, left_out = _known(texts, places, years, unit)
    fewest = _fewest(known["text"], min_documents, document_share)
    found: list[Row] = []
    n_places, n_years = known["place"].n_unique(), known["year"].n_unique()
    if n_places >= FEWEST[1] and n_years >= FEWEST[2]:
        groups = [known[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in ("place", "year")]
        spreads = [
            share * _even(group) for share, group in zip((place_share, year_share), groups, strict=True)
        ]
        folded, wanted = fold_texts(known["text"].to_list()), (fewest[0], *FEWEST[1:])
        found = _grow(folded, groups, wanted, partial(_formula, fewest, spreads), length=min_length)
    official = [fold_string(term) for term in tifa]
    kept = [row for row in found if not any(row[0] in term for term in official)]
    table = pd.DataFrame(kept, columns=list(TYPES)).astype(TYPES)
    order = ["maximal", "n_documents", "text"]
    table = table.sort_values(order, ascending=[False, False, True], ignore_index=True)
    table.attrs = {
        "method": METHOD,
        "settings": {
            "min_length": min_length,
            "min_documents": fewest[0],
            "min_documents_short": fewest[1],
            **shares,
            "unit": unit if isinstance(texts, Corpus) else None,
        },
        "n_documents": len(known),
        "n_places": n_places,
        "n_years": n_years,
        "left_out": left_out | {"part_of_tifa": len(found) - len(kept)},
    }
    return table


def _even(groups: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Give the groups that one expects to be among 0, 1, ... texts drawn without regard to their groups."""
    sizes = np.bincount(groups)
    left = 1 - np.arange(len(groups) + 1)[:, None] / len(groups)
    values, counts = np.unique(sizes, return_counts=True)
    expected: npt.NDArray[np.float64] = ((1 - left**values) * counts).sum(axis=1)
    return expected


def _fewest(texts: pl.Series, given: int | None, share: float) -> list[int]:
    """Give the fewest texts of a run, and of a short one; a long text, which holds more, counts more."""
    if given is not None:
        return [max(FEWEST[1], given)] * 2
    units = max(len(texts), int(texts.str.len_chars().sum()) / UNIT)
    return [max(FEWEST[0], math.ceil(min(share * units * more, len(texts) / 2) - 1e-9)) for more in (1, MORE)]


def _formula(fewest: list[int], spreads: list[npt.NDArray[np.float64]], length: int, runs: Rows) -> Flags:
    """Say which runs of a length are formula."""
    n_texts = runs[:, 0]
    spread_out = (runs[:, 1] >= spreads[0][n_texts]) & (runs[:, 2] >= spreads[1][n_texts])
    enough: Flags = n_texts >= fewest[length < SHORT]
    return enough & spread_out


def _grow(
    folded: Folded,
    groups: list[Any],
    wanted: tuple[int, int, int],
    is_formula: Callable[[int, Rows], Flags],
    *,
    length: int,
) -> list[Row]:
    """Count runs of one length after another, each made of two that are in enough texts.

    Given are the formulae that are maximal, and those that must be known to mark every formula: all that are
    not made of two shorter ones.
    """
    total = len(folded.codes)
    usable, number = np.empty(total, dtype=bool), np.empty(total, np.int32)
    begins_within(folded.starts, length, usable)
    runs = _spread(folded, groups, wanted, length, usable, number)
    formula = is_formula(length, runs)
    core, listed = formula, list[Row]()
    while len(runs):
        most, grown = np.zeros(len(runs), np.int64), runs[:0]
        next_number = np.full(total, -1, np.int32)
        if length < LONGEST:
            longer(number, folded.text_of, usable)
            grown = _spread(folded, groups, wanted, length + 1, usable, next_number)
            most = most_texts_longer(number, next_number, grown, len(runs))
        maximal = formula & (most < KEPT_WHOLE * runs[:, 0])
        for at in np.flatnonzero(maximal | core).tolist():
            *counts, place = runs[at].tolist()
            text = "".join(map(chr, folded.codes[place : place + length].tolist()))
            listed.append((text, *counts, bool(maximal[at])))
        parts = formula[number[grown[:, 3]]] & formula[number[grown[:, 3] + 1]]
        formula = is_formula(length + 1, grown)
        core = formula & ~parts
        runs, number, length = grown, next_number, length + 1
    return listed


def _spread(
    folded: Folded,
    groups: list[Any],
    wanted: tuple[int, int, int],
    length: int,
    usable: Flags,
    number: npt.NDArray[np.int32],
) -> Rows:
    count = int(usable.sum())
    if not count:
        number[:] = -1
        return np.empty((0, 4), np.int64)
    bits = int(np.clip(math.ceil(math.log2(count + 1)), 16, MOST_BITS))
    keys, buckets = sort_runs(folded.codes, usable, length, bits)
    found: Rows = spread(keys, buckets, folded.text_of, groups[0], groups[1], wanted, number)
    return found


def _known(
    texts: Mapping[str, str] | Corpus,
    places: Mapping[str, Any] | None,
    years: Mapping[str, Any] | None,
    unit: Unit,
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Give text, place and year of the texts that have both, by id, and count the others."""
    if isinstance(texts, Corpus):
        rows = texts.documents(unit).sort("doc_id").select("text", "place", "year")
    elif places is None or years is None:
        raise InputError("texts without places or years", "both, by id", "pass places and years, or a corpus")
    else:
        ids = sorted(texts)
        rows = pl.DataFrame(
            {
                "text": [texts[name] for name in ids],
                "place": [_plain(places.get(name)) for name in ids],
                "year": [_plain(years.get(name)) for name in ids],
            },
            schema=dict.fromkeys(("text", "place", "year"), pl.String),
        )
    known = rows.filter(pl.all_horizontal(pl.col("text", "place", "year").is_not_null()))
    left_out = {f"without_{name}": rows[name].null_count() for name in ("place", "year")}
    return known, left_out | {"total": len(rows) - len(known)}


def _plain(value: Any) -> str | None:
    """Give a label as text; None where there is none."""
    return None if value is None or value != value or value == "" else str(value)


def _check(min_length: int, min_documents: int | None, shares: Mapping[str, float]) -> None:
    wrong = [f"{name}={share!r}" for name, share in shares.items() if not 0 < share <= 1]
    wrong += [f"min_length={min_length!r}"] if isinstance(min_length, bool) or min_length < 2 else []
    wrong += [f"min_documents={min_documents!r}"] if min_documents is not None and min_documents < 1 else []
    if wrong:
        raise RecipeError(
            "; ".join(wrong), "shares above 0 and at most 1, min_length of at least 2", "change them"
        )
