"""Coefficients from predictions that err, corrected by hand-coded items; both side by side."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.design_covariates import covariates_of
from readout_nlp.compare.dsl_outcomes import Predictions, correct
from readout_nlp.compare.effects import topic_effects
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.topics.fit import Array
from readout_nlp.topics.infer import Inference

SIDES = ("corrected", "uncorrected")
KEPT = ("estimate", "low", "high", "p")
SHOWN = ("std_error", "df", "n", "n_clusters", "method", "flag")


def dsl_effects(
    codes: pd.DataFrame,
    predictions: Predictions,
    corpus: Corpus,
    *,
    formula: str = "place + year",
    covariates: pd.DataFrame | None = None,
    cluster: str = "readout_id",
    learn: str = "confusion",
    random_state: int = 0,
) -> pd.DataFrame:
    """Regress whether an item is in a category on variables, corrected for the errors of the predictions.

    A linear model of the pseudo-outcomes (`readout_nlp.compare.dsl_outcomes`) has the coefficients that codes
    of all items would have (Egami, Hinck, Stewart and Wei 2023). The regression and its CR2 errors are those
    of `topic_effects`.

    Parameters
    ----------
    codes, predictions, corpus, learn, random_state
        As in `dsl_shares`.
    formula
        The right-hand side, as in statsmodels.
    covariates
        One row an item, with ``doc_id``; None: those of `covariates_of`.
    cluster
        A column: ``readout_id`` for what varies between readouts of these places, ``place`` for what varies
        between places.

    Returns
    -------
    pandas.DataFrame
        One row a category and term: ``category``, ``term``, ``estimate``, ``low``, ``high``, ``p``
        (corrected), ``uncorrected`` with ``uncorrected_low``, ``uncorrected_high``, ``uncorrected_p``,
        ``std_error``, ``df``, ``n``, ``n_clusters``, ``method``, ``flag``; ``attrs`` of `topic_effects`, and
        ``n_coded``, ``learn``.

    Raises
    ------
    InputError, RecipeError
        As in `dsl_shares` and `topic_effects`.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.dsl_sample import draw_for_coding
    >>> corpus = rn.sample_corpus(cities=3, years=3, per_cell=3)
    >>> drawn = draw_for_coding(corpus, 60, "year")
    >>> acts = dict(zip(corpus.items["item_id"], corpus.items["act"], strict=True))
    >>> codes = drawn.assign(coded=drawn["item_id"].map(acts))
    >>> table = dsl_effects(codes, None, corpus, formula="year", learn="none")
    >>> bool(np.allclose(table["estimate"], table["uncorrected"]))
    True
    """
    found = correct(codes, predictions, corpus, learn=learn, random_state=random_state)
    frame = covariates_of(corpus) if covariates is None else covariates
    if "doc_id" not in frame:
        raise InputError(
            "covariates without doc_id", "the id of each item", "start from covariates_of(corpus)"
        )
    both = np.hstack([found.outcomes, found.predicted])  # one design: factored, and its clusters met, once
    names = [f"{side} {name}" for side in SIDES for name in found.categories]
    fitted = topic_effects(_as_shares(found.item_ids, names, both), frame, formula, cluster=cluster)
    fitted[["side", "category"]] = fitted["topic"].str.split(" ", n=1, expand=True)
    corrected, naive = (fitted[fitted["side"] == side] for side in SIDES)
    naive = naive[["category", "term", *KEPT]].rename(columns=_uncorrected)
    merged = corrected[["category", "term", *KEPT, *SHOWN]].merge(naive, on=["category", "term"], how="left")
    table = merged[["category", "term", *KEPT, *map(_uncorrected, KEPT), *SHOWN]]
    about: dict[Hashable, Any] = dict(fitted.attrs) | {"n_coded": int(found.coded.sum()), "learn": learn}
    about["estimand"] = ESTIMAND
    table.attrs = about
    return table


ESTIMAND = (
    "The difference in the share of items that a coder would put into the category, every item of one weight,"
    " that goes with a difference of one in the term, the other terms of the formula held fixed."
)


def _uncorrected(name: str) -> str:
    return {"estimate": "uncorrected"}.get(
        name, name if name in {"category", "term"} else f"uncorrected_{name}"
    )


def _as_shares(item_ids: Sequence[str], names: Sequence[str], values: Array) -> Inference:
    """Give outcomes the form that the regressions read: what is not known of the words does not matter."""
    nothing = np.zeros(len(values))
    return Inference(
        doc_topics=values,
        doc_ids=tuple(item_ids),
        topic_ids=tuple(names),
        oov_share=nothing,
        novel=nothing.astype(bool),
    )
