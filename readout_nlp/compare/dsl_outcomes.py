"""Predictions of all items, corrected by the few that were coded by hand: the pseudo-outcomes.

Design-based supervised learning (Egami, Hinck, Stewart and Wei 2023, section 3; 2024): with the prediction g,
the code Y of the items that were drawn (R = 1) and their known inclusion probability pi,

    pseudo-outcome = g + R / pi * (Y - g),

whose mean is that of Y in every part of the corpus, however wrong g is, because the draw alone decides R. A
bad prediction costs precision, never correctness.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.readouts.readout import ACTS
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference

N_FOLDS = 5
LEARN = ("confusion", "none")
NEEDED = ("item_id", "inclusion", "coded")
Predictions = pd.Series | pd.DataFrame | TopicFit | Inference | None
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, kw_only=True)
class Corrected:
    """Predictions and pseudo-outcomes of the items of a corpus.

    Attributes
    ----------
    item_ids : tuple of str, length n_items
    categories : tuple of str, length n_categories
    predicted : ndarray of shape (n_items, n_categories)
        As given: 1 at the predicted category, or a share of each.
    learnt : ndarray of shape (n_items, n_categories)
        g: the prediction, or what the codes of other items say of such a prediction.
    residuals : ndarray of shape (n_items, n_categories)
        Y - g where an item was coded, else 0.
    weights : ndarray of shape (n_items,)
        R / pi.
    strata : ndarray of int, shape (n_items,)
        What a coded item was drawn by; -1 for the others.
    """

    item_ids: tuple[str, ...]
    categories: tuple[str, ...]
    predicted: Array
    learnt: Array
    residuals: Array
    weights: Array
    strata: npt.NDArray[np.intp]

    @property
    def outcomes(self) -> Array:
        """The pseudo-outcomes, shape (n_items, n_categories)."""
        return self.learnt + self.weights[:, None] * self.residuals

    @property
    def coded(self) -> Flags:
        """Which items were coded, shape (n_items,)."""
        return np.asarray(self.weights > 0)


def correct(
    codes: pd.DataFrame,
    predictions: Predictions,
    corpus: Corpus,
    *,
    learn: str = "confusion",
    random_state: int = 0,
) -> Corrected:
    """Make the pseudo-outcomes of all items.

    Parameters
    ----------
    codes
        One row an item coded by hand: ``item_id``, ``inclusion`` (from `draw_for_coding`), ``coded`` (a
        category), and ``stratum`` if it was drawn by strata.
    predictions
        A category for every item (a Series by item id), a share of each category (a data frame by item id,
        a column a category), topic shares of items, or None for the parsed acts.
    corpus
        Its items are the population.
    learn
        ``confusion``: g is what the codes say of items with such a prediction, learnt on the other folds of
        readouts (cross-fitting), which is more precise where predictions err in a regular way. ``none``: g
        is the prediction.
    random_state
        Seed of the folds.

    Returns
    -------
    Corrected
        Items sorted by id.

    Raises
    ------
    InputError
        Items lack predictions, codes are of other items, repeat, or have no inclusion probability.
    RecipeError
        `learn` is none of the two.
    """
    if learn not in LEARN:
        raise RecipeError(f"learn={learn!r}", " or ".join(map(repr, LEARN)), "choose one")
    items = corpus.items.select("item_id", "readout_id", "act").sort("item_id")
    ids = tuple(items["item_id"])
    _check_codes(codes, set(ids))
    wide = _wide(predictions, pd.Series(items["act"].to_list(), index=list(ids)), ids)
    given = codes.set_index("item_id").reindex(list(ids))
    names = _categories(wide, given["coded"])
    predicted = wide.reindex(columns=list(names), fill_value=0.0).to_numpy(dtype=np.float64)
    is_coded = given["coded"].notna().to_numpy()
    truth = np.array([[value == name for name in names] for value in given["coded"]], dtype=np.float64)
    weights = np.where(is_coded, 1 / given["inclusion"].to_numpy(dtype=np.float64), 0.0)
    learnt = predicted
    if learn == "confusion":
        readouts = pd.factorize(np.array(items["readout_id"].to_list(), dtype=object))[0]
        learnt = _learnt(predicted, truth, weights, folds=_folds(readouts, random_state))
    stratum = given["stratum"] if "stratum" in given else pd.Series("all", index=given.index)
    strata = np.where(is_coded, pd.factorize(stratum.astype(str), sort=True)[0], -1)
    return Corrected(
        item_ids=ids,
        categories=names,
        predicted=predicted,
        learnt=learnt,
        residuals=np.where(is_coded[:, None], truth - learnt, 0.0),
        weights=weights,
        strata=strata.astype(np.intp),
    )


def _learnt(predicted: Array, truth: Array, weights: Array, *, folds: npt.NDArray[np.intp]) -> Array:
    """Put in the place of each predicted category what codes of other folds say of it.

    One code's worth of the prediction itself stands beside the codes, so that a category that is hardly ever
    predicted is not learnt from one item.
    """
    learnt = np.empty_like(predicted)
    identity = np.eye(predicted.shape[1])
    unit = weights[weights > 0].mean() if (weights > 0).any() else 1.0
    for fold in np.unique(folds):
        inside = folds == fold
        kept = np.where(inside, 0.0, weights)
        seen = (predicted * kept[:, None]).T @ truth
        table = seen + unit * identity
        learnt[inside] = predicted[inside] @ (table / table.sum(axis=1, keepdims=True))
    return learnt


def _folds(readouts: npt.NDArray[np.intp], random_state: int) -> npt.NDArray[np.intp]:
    chance = np.random.default_rng(random_state)
    of_readout = chance.permutation(int(readouts.max(initial=0)) + 1) % N_FOLDS
    return np.asarray(of_readout[readouts], dtype=np.intp)


def _wide(predictions: Predictions, acts: pd.Series, ids: tuple[str, ...]) -> pd.DataFrame:
    if isinstance(predictions, TopicFit | Inference):
        predictions = pd.DataFrame(
            predictions.doc_topics, index=list(predictions.doc_ids), columns=list(predictions.topic_ids)
        )
    given = acts if predictions is None else predictions
    if given.index.has_duplicates:
        raise InputError("predictions with item ids twice", "one row an item", "drop the repeated rows")
    lacking = [name for name in ids if name not in given.index]
    rows = given.reindex(list(ids))
    lacking += [] if lacking else [n for n, gone in zip(ids, _unknown(rows), strict=True) if gone]
    if lacking:
        raise InputError(
            f"no prediction for {len(lacking)} of {len(ids)} items (first: {lacking[0]})",
            "a category, or shares, for every item of the corpus",
            "predict all items, or leave those out of the corpus before drawing",
        )
    return (
        rows.astype(np.float64)
        if isinstance(rows, pd.DataFrame)
        else pd.get_dummies(rows.astype(str), dtype=float)
    )


def _unknown(rows: pd.Series | pd.DataFrame) -> list[bool]:
    gone = rows.isna()
    return list(gone.any(axis=1) if isinstance(gone, pd.DataFrame) else gone)


def _categories(wide: pd.DataFrame, coded: pd.Series) -> tuple[str, ...]:
    """Order categories: acts in their order, others as given and then by name."""
    found = [str(name) for name in wide.columns]
    found += sorted({str(value) for value in coded.dropna()} - set(found))
    return tuple(act for act in ACTS if act in found) if set(found) <= set(ACTS) else tuple(found)


def _check_codes(codes: pd.DataFrame, known: set[str]) -> None:
    lacking = [name for name in NEEDED if name not in codes.columns]
    if lacking:
        raise InputError(
            f"codes without {', '.join(lacking)}",
            f"the columns {', '.join(NEEDED)}",
            "draw items by draw_for_coding and keep what it gives",
        )
    checks: Mapping[str, int] = {
        "items that the corpus does not hold": int((~codes["item_id"].isin(known)).sum()),
        "items coded twice": int(codes["item_id"].duplicated().sum()),
        "items without a code": int(codes["coded"].isna().sum()),
        "inclusion probabilities not above 0 to 1": int((~codes["inclusion"].between(1e-12, 1 + 1e-9)).sum()),
    }
    faults = [f"{count} {what}" for what, count in checks.items() if count]
    faults += [] if len(codes) else ["no codes"]
    if faults:
        raise InputError(
            "; ".join(faults),
            "one row for each coded item, with the probability that it was drawn with",
            "mend the table of codes",
        )
