"""Text reuse: passages that one text shares with an earlier one or with a reference, found on characters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import RecipeError
from readout_nlp.paged import empty, taken
from readout_nlp.passages.folding import Folded, fold_texts
from readout_nlp.passages.library import Day, Given, Library, library_of
from readout_nlp.passages.marks_kernel import grow_over_marks
from readout_nlp.passages.occurrences import folded_strings, formula_mask
from readout_nlp.passages.search import Rows, Search, rules_for, search

Flags = npt.NDArray[np.bool_]

MIN_LENGTH = 8  # below, what two texts share by chance is more than what one took from the other
SEED_LENGTH = 5
MAX_DOCUMENTS = 500
METHOD = (
    "shared runs of characters (seeds) extended both ways by greedy X-drop alignment (Zhang et al. 2000) on "
    "texts without punctuation and white space; passages of one pair joined where they are nearly adjacent"
)
ESTIMAND = (
    "every maximal passage of at least min_length matched characters that two texts share; that they share "
    "it does not say that one took it from the other: both may have it from a third"
)


def text_reuse(
    texts: Given,
    reference: Given | None = None,
    min_length: int = 12,
    *,
    dates: Mapping[str, Day] | None = None,
    formula: pd.DataFrame | Iterable[str] | None = None,
    keep_formula: bool = False,
    min_beyond: int | None = None,
    min_similarity: float = 0.8,
    max_gap: int = 10,
    max_documents: int | None = MAX_DOCUMENTS,
    seed_length: int = SEED_LENGTH,
    unit: Unit = "document",
    n_threads: int | None = None,
) -> pd.DataFrame:
    """Find the passages that texts share with one another, or with a reference.

    Texts are compared as they are printed, before any segmentation: punctuation, white space, width and case
    do not count; characters do (traditional script is not converted). Runs of `seed_length` characters that
    two texts share are extended both ways as long as they stay alike, through substituted, inserted and
    missing characters. What is closer than `max_gap` characters in both texts becomes one passage.

    Parameters
    ----------
    texts
        Text by id; or a corpus, whose readouts (or items, see `unit`) are the texts.
    reference
        Texts that are sources only, such as central documents; the others are then targets only, and are not
        compared with one another. None: every two texts are compared. A text of the reference is not compared
        with the same text of the same id.
    min_length
        The fewest matched characters of a passage, punctuation not counted; at least 8.
    dates
        Day by id (a date, or ISO text), of texts and of the reference. A corpus brings its own (the meeting's
        day, else that of publication); what is given here goes before.
    formula
        As `estimate_formula` gives it, or strings: procedural wording that is not reuse.
    keep_formula
        Keep passages that are formula and nothing else.
    min_beyond
        A passage with fewer matched characters outside formula is formula and nothing else. None: half of
        `min_length`.
    min_similarity
        The least share of matched characters in an aligned passage, above 0.5 and at most 1.
    max_gap
        The most characters, in either text, between two passages that become one.
    max_documents
        A run that is in more texts (of the reference, where there is one) is no seed: a passage made of
        nothing else is not found. How many there are is in ``attrs["counts"]``. None: no bound.
    seed_length
        Characters of a seed, 4 to 8.
    unit
        For a corpus: ``document`` or ``item``. Items of one readout are not compared with one another.
    n_threads
        None: as many as processors. The result is the same.

    Returns
    -------
    pandas.DataFrame
        One row a passage, by target and place in it. ``source_id``, ``source_start``, ``source_end``,
        ``target_id``, ``target_start``, ``target_end`` (half-open offsets in the texts as given), ``length``
        (matched characters), ``similarity`` (matched of aligned characters, 0 to 1), ``edits`` (the rest),
        ``kind`` (``reference`` or ``text``), ``directed`` (the source is of an earlier day than the target;
        if False, the two are of one day, or a day is not known, or the reference is the later: of two texts,
        the source is then the one whose id comes first), ``lag_days`` (day of the target minus day of the
        source; missing where one is not known), ``length_beyond_formula``.

        ``attrs`` holds ``method``, ``estimand``, ``settings`` and ``counts``.

    Raises
    ------
    RecipeError
        If a setting cannot be used.
    InputError
        If ids or texts are not strings, or a date cannot be read.

    References
    ----------
    Zhang, Z., Schwartz, S., Wagner, L. and Miller, W. (2000). A greedy algorithm for aligning DNA sequences.
    Journal of Computational Biology 7, 203-214.

    Examples
    --------
    >>> found = text_reuse(
    ...     {"乙": "大家说：沿江的灯会要办好，也要办得久。", "甲": "要求沿江的灯会要办好也要办得久"},
    ...     dates={"甲": "2020-03-01", "乙": "2020-03-05"}, n_threads=1)
    >>> found.iloc[:, :7].to_numpy().tolist()
    [['甲', 2, 15, '乙', 4, 18, 13]]
    """
    settings: dict[str, Any] = {
        "min_length": min_length,
        "min_beyond": max(1, min_length // 2) if min_beyond is None else min_beyond,
        "keep_formula": keep_formula,
        "min_similarity": min_similarity,
        "max_gap": max_gap,
        "max_documents": max_documents,
        "seed_length": seed_length,
    }
    _check_settings(settings)
    strings = None if formula is None else folded_strings(formula)
    library = library_of(texts, reference, dates=dates or {}, unit=unit)
    folded = fold_texts(library.texts)
    found = search(
        folded,
        n_reference=library.n_reference,
        rules=rules_for(
            min_length=min_length, min_similarity=min_similarity, seed_length=seed_length, max_gap=max_gap
        ),
        max_documents=max_documents or len(library.ids),
        n_threads=n_threads,
    )
    rows = taken(found.rows, np.flatnonzero(library.others(found.rows[:, 0], found.rows[:, 1])))
    outside = _outside_formula(rows, folded, strings)
    only_formula = (outside < settings["min_beyond"]) & (strings is not None)
    kept = np.full(len(rows), True) if keep_formula else ~only_formula
    table = _table(taken(rows, np.flatnonzero(kept)), outside[kept], folded, library)
    table.attrs = {
        "method": METHOD,
        "estimand": ESTIMAND,
        "settings": settings
        | {
            "unit": unit if isinstance(texts, Corpus) else None,
            "formula_strings": None if strings is None else len(strings),
        },
        "counts": _counts(library, folded, found)
        | {
            "passages": len(table),
            "undirected": int((~table["directed"]).sum()),
            "only_formula": int(only_formula.sum()),
        },
    }
    return table


def _counts(library: Library, folded: Folded, found: Search) -> dict[str, int]:
    return {
        "texts": library.n_texts,
        "reference": library.n_reference or 0,
        "empty_texts": int((np.diff(folded.starts) == 0).sum()),
        "undated_texts": int(np.isnat(library.days).sum()),
        **found.counts,
    }


def _check_settings(settings: Mapping[str, Any]) -> None:
    wrong = [
        f"{name}={settings[name]!r} ({low} to {high or 'any'})"
        for name, low, high in (
            ("min_length", MIN_LENGTH, None),
            ("min_beyond", 1, None),
            ("max_gap", 0, 1000),
            ("seed_length", 4, 8),
            ("max_documents", 2, None),
        )
        if not _whole(settings[name], low, high) and not (name == "max_documents" and settings[name] is None)
    ]
    if not 0.5 < settings["min_similarity"] <= 1:
        wrong.append(f"min_similarity={settings['min_similarity']!r} (above 0.5, at most 1)")
    if wrong:
        raise RecipeError("; ".join(wrong), "whole numbers in the range given", "change them")


def _whole(value: Any, low: int, high: int | None) -> bool:
    number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return number and value >= low and (high is None or value <= high)


def _outside_formula(rows: Rows, folded: Folded, formula: set[str] | None) -> Rows:
    """Count the matched characters that are not formula: those of it in the target's span are taken off."""
    if formula is None or not len(rows):
        return rows[:, 6].copy()
    upto = np.concatenate([[0], np.cumsum(formula_mask(folded, formula), dtype=np.int64)])
    outside: Rows = np.maximum(rows[:, 6] - (upto[rows[:, 5]] - upto[rows[:, 4]]), 0)
    return outside


def _table(rows: Rows, outside: Rows, folded: Folded, library: Library) -> pd.DataFrame:
    lag, known = _lags(rows, library)
    swap = (lag < 0) & (library.n_reference is None)
    order = _order(rows, swap)
    outside, swap, lag, known = outside[order], swap[order], lag[order], known[order]
    rows, spans = taken(rows, order), empty((len(rows), 4), np.int64)
    grow_over_marks(rows, folded.places, folded.raw, folded.raw_starts, folded.kinds, spans)
    spans[swap] = spans[swap][:, [2, 3, 0, 1]]
    ends = np.where(swap[:, None], rows[:, 1::-1], rows[:, :2])
    names = np.array(library.ids, dtype=object)
    lag = np.where(swap, -lag, lag)
    data = {
        "source_id": names[ends[:, 0]],
        "source_start": spans[:, 0],
        "source_end": spans[:, 1],
        "target_id": names[ends[:, 1]],
        "target_start": spans[:, 2],
        "target_end": spans[:, 3],
        "length": rows[:, 6],
        "similarity": rows[:, 6] / np.maximum(rows[:, 7], 1),
        "edits": rows[:, 7] - rows[:, 6],
        "kind": np.full(len(rows), "text" if library.n_reference is None else "reference", dtype=object),
        "directed": lag > 0,
        "lag_days": pd.arrays.IntegerArray(lag, ~known),
        "length_beyond_formula": outside,
    }
    return pd.DataFrame(data)


def _lags(rows: Rows, library: Library) -> tuple[Rows, Flags]:
    """Give the days from source to target, and whether both are known (else 0)."""
    source, target = library.days[rows[:, 0]], library.days[rows[:, 1]]
    known = ~(np.isnat(source) | np.isnat(target))
    return np.where(known, (target - source).astype(np.int64), 0), known


def _order(rows: Rows, swap: Flags) -> Rows:
    """Sort by target and place in it: texts are numbered by their ids, and places run through all texts."""
    target = np.where(swap, rows[:, 0], rows[:, 1])
    begin, end = np.where(swap, rows[:, 2], rows[:, 4]), np.where(swap, rows[:, 3], rows[:, 5])
    source = np.where(swap, rows[:, 1], rows[:, 0])
    return np.lexsort((np.where(swap, rows[:, 4], rows[:, 2]), source, end, begin, target))
