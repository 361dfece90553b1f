"""Formula: procedural wording of the genre, estimated as what is frequent across places and across years."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
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
TYPES = {"text": "object", "n_documents": "int64", "n_places": "int64", "n_years": "int64"}


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
        ``n_years``; the most frequent first. A string is listed unless one that is longer by a character is
        in nearly as many texts (0.8 of them). Empty where texts have fewer than three places or two years.
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
    [['会议指出', 5, 3, 2]]
    """
    shares = {"document_share": document_share, "place_share": place_share, "year_share": year_share}
    _check(min_length, min_documents, shares)
    known, left_out = _known(texts, places, years, unit)
    fewest = _fewest(known["text"], min_documents, document_share)
    found: list[tuple[str, int, int, int]] = []
    n_places, n_years = known["place"].n_unique(), known["year"].n_unique()
    if n_places >= FEWEST[1] and n_years >= FEWEST[2]:
        groups = [known[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in ("place", "year")]
        spreads = [
            share * _even(group) for share, group in zip((place_share, year_share), groups, strict=True)
        ]
        found = _grow(fold_texts(known["text"].to_list()), groups, (fewest[0], *FEWEST[1:]), min_length)
        found = [row for row in found if _is_formula(row, fewest, spreads)]
    official = [fold_string(term) for term in tifa]
    kept = [row for row in found if not any(row[0] in term for term in official)]
    table = pd.DataFrame(kept, columns=list(TYPES)).astype(TYPES)
    table = table.sort_values(["n_documents", "text"], ascending=[False, True], ignore_index=True)
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


def _is_formula(
    row: tuple[str, int, int, int], fewest: list[int], spreads: list[npt.NDArray[np.float64]]
) -> bool:
    text, n_texts, n_places, n_years = row
    enough = n_texts >= fewest[len(text) < SHORT]
    return bool(enough and n_places >= spreads[0][n_texts] and n_years >= spreads[1][n_texts])


def _grow(
    folded: Folded, numbers: list[Any], wanted: tuple[int, int, int], length: int
) -> list[tuple[str, int, int, int]]:
    """Count runs of one length after another, each made of two that are spread widely enough."""
    total = len(folded.codes)
    usable, number = np.empty(total, dtype=bool), np.empty(total, np.int32)
    begins_within(folded.starts, length, usable)
    runs = _spread(folded, numbers, wanted, length, usable, number)
    listed: list[tuple[str, int, int, int]] = []
    while len(runs):
        most = np.zeros(len(runs), np.int64)
        grown, next_number = runs[:0], np.full(total, -1, np.int32)
        if length < LONGEST:
            longer(number, folded.text_of, usable)
            grown = _spread(folded, numbers, wanted, length + 1, usable, next_number)
            most = most_texts_longer(number, next_number, grown, len(runs))
        for n_texts, n_places, n_years, at in runs[most < KEPT_WHOLE * runs[:, 0]].tolist():
            text = "".join(map(chr, folded.codes[at : at + length].tolist()))
            listed.append((text, n_texts, n_places, n_years))
        runs, number, length = grown, next_number, length + 1
    return listed


def _spread(
    folded: Folded,
    numbers: list[Any],
    wanted: tuple[int, int, int],
    length: int,
    usable: npt.NDArray[np.bool_],
    number: npt.NDArray[np.int32],
) -> npt.NDArray[np.int64]:
    count = int(usable.sum())
    if not count:
        number[:] = -1
        return np.empty((0, 4), np.int64)
    bits = int(np.clip(math.ceil(math.log2(count + 1)), 16, MOST_BITS))
    keys, buckets = sort_runs(folded.codes, usable, length, bits)
    found: npt.NDArray[np.int64] = spread(
        keys, buckets, folded.text_of, numbers[0], numbers[1], wanted, number
    )
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
