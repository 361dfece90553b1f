"""A tree of places, and how often resamples of their readouts give the same branches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import linkage

from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.divergence import similarities
from readout_nlp.compare.ordering import Method
from readout_nlp.compare.pairs import check_resamples
from readout_nlp.compare.profiles import ReadoutProfiles, checked_between
from readout_nlp.compare.resample import Units, drawn_divergences, plain_divergences, units_of
from readout_nlp.compare.time_blocks import Block
from readout_nlp.threads import one_thread

Array = npt.NDArray[np.float64]
Members = frozenset[int]

COLUMNS = ["branch", "members", "size", "height", "support", "n_readouts", "n_items", "thin", "flag"]
ESTIMAND = "share of resamples of the readouts whose tree holds the same set of units as one branch"


@one_thread()
def place_tree(
    profiles: ReadoutProfiles,
    *,
    between: str | None = None,
    metric: str = "jensen_shannon",
    method: Method = "average",
    resamples: int = 500,
    block: Block = "quarter",
    random_state: int = 0,
) -> pd.DataFrame:
    """Cluster places (or years) into a tree, with the support of every branch (Felsenstein 1985).

    Parameters
    ----------
    profiles : ReadoutProfiles
    between, metric, resamples, block, random_state
        As in `readout_nlp.compare.pairs.pairs`.
    method
        SciPy's linkage method, as in `readout_nlp.compare.ordering.cluster_order`.

    Returns
    -------
    pandas.DataFrame
        One row a branch of two units or more, from the lowest to the root: ``branch`` (b01 ...), ``members``
        (tuple, sorted), ``size``, ``height`` (the distance at which it closes, 0 to 1), ``support`` (share of
        resamples whose tree has a branch of exactly these units, 0 to 1; it is no probability that the
        branch is true), ``n_readouts``, ``n_items``, ``thin`` (a member has fewer than ``min_items``) and
        ``flag``: ``root`` (all units: support says nothing and is NaN), ``one block`` (a member cannot be
        resampled: support is too high), ``no variation`` (all units the same: NaN). ``attrs`` as in `pairs`;
        ``gap`` says why there are no branches.

    Raises
    ------
    RecipeError
        If an argument cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.contents import act_profiles
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=6)
    >>> tree = place_tree(act_profiles(corpus, by="prefecture"), resamples=20)
    >>> tree["size"].tolist()
    [2, 3]
    """
    between = checked_between(profiles, between)
    metric_named(metric)
    check_resamples(resamples)
    units = units_of(profiles, between=between, block=block)
    rng = np.random.default_rng(random_state)
    rows = _rows(units, metric, method, resamples=resamples, rng=rng, min_items=profiles.min_items)
    table = pd.DataFrame(list(rows), columns=COLUMNS)
    settings = {"between": between, "metric": metric, "method": method, "resamples": resamples}
    table.attrs = {
        "method": f"{method} linkage of {metric} distances; {resamples} resamples by {block}",
        "settings": settings | {"block": block, "random_state": random_state},
        "what": profiles.what,
        "min_items": profiles.min_items,
        "estimand": ESTIMAND,
        "left_out": dict(profiles.left_out),
        "coverage": dict(profiles.coverage),
        "gap": f"{len(units)} units of {between}: no tree" if len(units) < 2 else "",
    }
    return table


def branches(tree: Array) -> list[Members]:
    """List the sets of units that the steps of SciPy's `linkage` join, in their order.

    Examples
    --------
    >>> [sorted(branch) for branch in branches(np.array([[0, 2, 0.1, 2], [1, 3, 0.5, 3]]))]
    [[0, 2], [0, 1, 2]]
    """
    n_units = len(tree) + 1
    held: list[Members] = [frozenset([unit]) for unit in range(n_units)]
    for left, right in tree[:, :2].astype(int):
        held.append(held[left] | held[right])
    return held[n_units:]


def _rows(
    units: Units, metric: str, method: Method, *, resamples: int, rng: np.random.Generator, min_items: int
) -> Iterator[tuple[object, ...]]:
    n_units = len(units)
    if n_units < 2:
        return
    tree = _tree(plain_divergences(units, metric), metric, method)
    again = drawn_divergences(units, metric, resamples, rng=rng)
    found = Counter(branch for row in again for branch in branches(_tree(row, metric, method)))
    still = bool(np.ptp(again) < 1e-12 and again.max() < 1e-12)
    for number, (branch, step) in enumerate(zip(branches(tree), tree, strict=True), start=1):
        members = sorted(branch)
        flag = _flag(units, members, still)
        told = len(members) < n_units and not still
        yield (
            f"b{number:02d}",
            tuple(units.labels[unit] for unit in members),
            len(members),
            float(step[2]),
            found[branch] / resamples if told else np.nan,
            int(units.n_readouts[members].sum()),
            int(units.n_items[members].sum()),
            bool((units.n_items[members] < min_items).any()),
            flag,
        )


def _tree(divergence: Array, metric: str, method: Method) -> Array:
    return np.asarray(linkage(1.0 - similarities(divergence, metric), method=method), dtype=np.float64)


def _flag(units: Units, members: list[int], still: bool) -> str:
    if still:
        return "no variation"
    parts = ["root"] if len(members) == len(units) else []
    return "; ".join([*parts, *(["one block"] if (units.n_blocks[members] < 2).any() else [])])
