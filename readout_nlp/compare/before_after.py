"""Similarity of words before and after the formula is masked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from readout_nlp.compare.contents import word_profiles
from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.divergence import similarities
from readout_nlp.compare.formula_mask import formula_terms, mask_formula, masked_terms
from readout_nlp.compare.pairs import check_resamples, shifted_interval
from readout_nlp.compare.resample import Units, drawn_divergences, plain_divergences, units_of
from readout_nlp.compare.time_blocks import LEVEL
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.threads import one_thread
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.matrix import clean_counts

Array = npt.NDArray[np.float64]


@one_thread()
def similarity_before_after(
    counts: TermMatrix,
    corpus: Corpus,
    *,
    formula: pd.DataFrame | Collection[str] | None = None,
    between: str = "place",
    weight: Literal["tfidf", "frequency"] = "tfidf",
    metric: str = "jensen_shannon",
    resamples: int = 100,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare words with the formula and without it.

    Parameters
    ----------
    counts : TermMatrix
        With the formula.
    corpus : Corpus
    formula
        As `formula_terms` gives it (its result by default), or terms.
    between, metric, resamples, random_state
        As in `readout_nlp.compare.pairs.pairs`; blocks are quarters.
    weight
        As in `readout_nlp.compare.contents.word_profiles`.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``one``, ``other``, ``before``, ``after`` (similarities, of the same items: those that
        hold more than formula), ``difference`` (after minus before: negative where formula had made them
        alike), ``corrected`` (difference without the part that is sampling error: rarer words are less sure),
        ``low``, ``high`` (its interval, with the same resamples on both sides), ``n``, ``thin``,
        ``flag`` (``one block``: no interval). ``attrs``: ``n_formula``, ``masked_share`` (of all counted
        tokens), ``only_formula`` (items left out) and ``flag`` (as `formula_terms` gives it).

    Raises
    ------
    InputError, RecipeError
        If an argument cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=6)
    >>> counts = rn.count_terms(rn.tokenize(corpus), max_df=1.0)
    >>> bool((similarity_before_after(counts, corpus, resamples=20)["difference"] < 0).all())
    True
    """
    metric_named(metric)
    check_resamples(resamples)
    table = formula_terms(counts, corpus) if formula is None else formula
    masked, whole = _both(counts, table)
    by = [between] if between == "place" else [between, "place"]
    before, after = (word_profiles(one, corpus, weight=weight, by=by) for one in (whole, masked))
    units = units_of(before, between=between, block="quarter")
    sides = [
        _sides(units_of(one, between=between, block="quarter"), metric, resamples, random_state)
        for one in (before, after)
    ]
    found = _difference(units, sides, before.min_items)
    total = float(counts.counts.sum())
    found.attrs = {
        "method": f"{metric} of {weight} with and without formula; {resamples} resamples by quarter",
        "settings": {"between": between, "metric": metric, "weight": weight, "resamples": resamples}
        | {"random_state": random_state},
        "level": LEVEL,
        "n_formula": len(set(masked_terms(table)) & set(counts.vocabulary)),
        "masked_share": 1 - float(mask_formula(counts, table).counts.sum()) / total
        if total
        else float("nan"),
        "only_formula": len(counts.doc_ids) - len(whole.doc_ids),
        "left_out": dict(before.left_out),
        "coverage": dict(before.coverage),
        "estimand": "change of similarity when the wording of the genre is not counted",
        "flag": table.attrs.get("flag", "") if isinstance(table, pd.DataFrame) else "",
    }
    return found


def _both(counts: TermMatrix, formula: pd.DataFrame | Collection[str]) -> tuple[TermMatrix, TermMatrix]:
    """Give the counts without formula and with it, of the items that hold more than formula."""
    masked = mask_formula(counts, formula)
    rows = np.flatnonzero(clean_counts(masked.counts).getnnz(axis=1)).tolist()
    ids = [counts.doc_ids[row] for row in rows]
    return (
        TermMatrix(csr_matrix(masked.counts[rows]), masked.vocabulary, ids),
        TermMatrix(csr_matrix(counts.counts[rows]), counts.vocabulary, ids),
    )


def _sides(units: Units, metric: str, resamples: int, seed: int) -> tuple[Array, Array]:
    """Similarities of one side, and of its resamples: the same seed draws the same readouts on both sides."""
    point = plain_divergences(units, metric)
    again = drawn_divergences(units, metric, resamples, rng=np.random.default_rng(seed))
    return similarities(point, metric), similarities(again, metric)


def _difference(units: Units, sides: list[tuple[Array, Array]], min_items: int) -> pd.DataFrame:
    one, other = np.triu_indices(len(units), 1)
    (before, before_again), (after, after_again) = sides
    corrected, low, high = (
        shifted_interval(after - before, after_again - before_again) if len(one) else (before,) * 3
    )
    labels, blocks = (
        np.array(units.labels, dtype=object),
        np.minimum(units.n_blocks[one], units.n_blocks[other]),
    )
    sure = np.where(blocks > 1, 1.0, np.nan)
    return pd.DataFrame(
        {
            "one": labels[one],
            "other": labels[other],
            "before": before,
            "after": after,
            "difference": after - before,
            "corrected": corrected * sure,
            "low": low * sure,
            "high": high * sure,
            "n": units.n_readouts[one] + units.n_readouts[other],
            "thin": np.minimum(units.n_items[one], units.n_items[other]) < min_items,
            "flag": ["one block" if count < 2 else "" for count in blocks],
        }
    )
