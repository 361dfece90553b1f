"""Which items to code by hand: a random sample in which the chance of every item is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.compare.cells import BY
from readout_nlp.compare.design_covariates import covariates_of
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError

LEAST = 2  # of each stratum: one item shows no spread
UNKNOWN = "unknown"
Allocation = Literal["proportional", "equal"]
Counts = npt.NDArray[np.int64]


def draw_for_coding(
    corpus: Corpus,
    n: int,
    strata: str | Sequence[str] | None = "year",
    *,
    allocation: Allocation = "proportional",
    random_state: int = 0,
) -> pd.DataFrame:
    """Draw items for hand coding: stratified, without replacement, with the inclusion probability of each.

    The probability is what lets a small coded sample correct the whole (`dsl_shares`), so it must not be
    changed afterwards: code every item that was drawn, and no other.

    Parameters
    ----------
    corpus : Corpus
    n
        How many items. Every stratum gives at least two (or all it has), so that a few more may be drawn.
    strata
        Variables of the items whose combinations are sampled apart: ``place``, ``year``, ``act``, ...; items
        where one is unknown are a stratum of their own. None: one stratum.
    allocation
        ``proportional``: each stratum by its size. ``equal``: as many of each, so that rare ones are seen.
    random_state
        Seed.

    Returns
    -------
    pandas.DataFrame
        One row an item drawn, in random order: ``item_id``, ``readout_id``, ``stratum``, ``inclusion`` (its
        probability, above 0 to 1).

    Raises
    ------
    RecipeError
        `n` is below 1 or above the number of items, or a variable is none of an item.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    >>> drawn = draw_for_coding(corpus, 10, "year")
    >>> round((1 / drawn["inclusion"]).sum()) == corpus.items.height
    True
    """
    columns = [strata] if isinstance(strata, str) else list(strata or [])
    frame = covariates_of(corpus).sort_values("doc_id", ignore_index=True)
    _check(n, columns, allocation=allocation, n_items=len(frame))
    labels = [
        frame[name].astype("object").where(frame[name].notna(), UNKNOWN).astype(str) for name in columns
    ]
    stratum = (
        pd.Series("all", index=frame.index)
        if not labels
        else pd.concat(labels, axis=1).agg(" | ".join, axis=1)
    )
    groups = {str(name): rows.to_numpy() for name, rows in stratum.groupby(stratum).groups.items()}
    sizes = np.array([len(rows) for rows in groups.values()], dtype=np.int64)
    chance = np.random.default_rng(random_state)
    parts = [
        pd.DataFrame(
            {
                "item_id": frame["doc_id"].to_numpy()[drawn],
                "readout_id": frame["readout_id"].to_numpy()[drawn],
                "stratum": name,
                "inclusion": len(drawn) / len(rows),
            }
        )
        for (name, rows), taken in zip(groups.items(), allocated(sizes, n, allocation), strict=True)
        for drawn in [np.sort(chance.permutation(rows)[:taken])]
    ]
    whole = pd.concat(parts, ignore_index=True)
    return whole.iloc[chance.permutation(len(whole))].reset_index(drop=True)


def allocated(sizes: Counts, n: int, allocation: str) -> Counts:
    """Share out a sample over strata, each getting at least two, and none more than it has.

    Examples
    --------
    >>> allocated(np.array([100, 10, 1]), 20, "proportional").tolist()
    [17, 2, 1]
    >>> allocated(np.array([100, 10, 1]), 20, "equal").tolist()
    [10, 9, 1]
    """
    least = np.minimum(sizes, LEAST)
    taken = least.copy()
    wanted = sizes if allocation == "proportional" else np.ones_like(sizes)
    while taken.sum() < n:
        open_ = taken < sizes
        gap = np.where(open_, wanted / (taken + 0.5), -1.0)  # Sainte-Lague: the divisor method without bias
        taken[int(np.argmax(gap))] += 1
    return taken


def _check(n: int, columns: Sequence[str], *, allocation: str, n_items: int) -> None:
    faults = [f"strata={name!r}" for name in columns if name not in BY]
    faults += [f"allocation={allocation!r}"] if allocation not in {"proportional", "equal"} else []
    if isinstance(n, bool) or not 1 <= n <= n_items:
        faults.append(f"n={n} of {n_items} items")
    if faults:
        raise RecipeError(
            "; ".join(faults),
            f"strata of {', '.join(BY)}, allocation 'proportional' or 'equal', and n from 1 to {n_items}",
            "change them",
        )
