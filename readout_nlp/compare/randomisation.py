"""Randomisation inference: what a place-level variable would show had other places had its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import factorial, prod

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.compare.clustered import Codes, each_cluster
from readout_nlp.compare.design import INTERCEPT, Design, factor, make_design
from readout_nlp.compare.design_formula import columns_used
from readout_nlp.compare.effects_outcomes import Topics, read_outcomes
from readout_nlp.errors import RecipeError
from readout_nlp.topics.fit import Array

TIE = 1e-9


@dataclass(frozen=True, eq=False, kw_only=True)
class Randomised:
    """Ranks of the observed statistics among the permuted ones.

    Attributes
    ----------
    names : tuple of str
        Columns of the design but the intercept.
    estimate, p : ndarray of shape (n_terms, n_topics)
        p is NaN for terms that no permutation of places changes.
    permuted : tuple of str
        The place-level variables.
    n_assignments : int
        How many different ways there are to deal their values to the places; p is never below 1 over this.
    """

    names: tuple[str, ...]
    estimate: Array
    p: Array
    permuted: tuple[str, ...]
    n_assignments: int


def randomisation_p(
    doc_topics: Topics | Sequence[Topics],
    covariates: pd.DataFrame | pl.DataFrame,
    formula: str,
    *,
    cluster: str = "place",
    n_permutations: int = 499,
    random_state: int = 0,
) -> pd.DataFrame:
    """Test place-level terms by permuting whole places: p is the rank of the observed statistic.

    Variables of the formula with one value a cluster (a level, a treatment; not the cluster itself) are dealt
    anew to the clusters, all of a cluster's values together; documents, their shares and everything that
    varies within clusters stay. The statistic is t with clustered errors. The null hypothesis is that the
    variables do nothing to any place (Fisher's sharp null), and that any place might have had any values.

    Parameters
    ----------
    doc_topics, covariates, formula
        As in `topic_effects`; of several fits, the mean shares.
    cluster
        The column whose values are permuted whole.
    n_permutations
        At least 1; p is (1 + how many are at least as large) / (1 + n_permutations).
    random_state
        Seed.

    Returns
    -------
    pandas.DataFrame
        ``topic``, ``term``, ``estimate``, ``p``, ``least_p`` (the smallest that so few places allow), ``n``,
        ``n_clusters``, ``flag`` (``coarse`` where no p below 0.05 can be): the terms that permuting changes.

    Raises
    ------
    RecipeError
        If the formula has no place-level variable, or a setting is wrong.

    Examples
    --------
    >>> chance = np.random.default_rng(0)
    >>> places = np.repeat(list("甲乙丙丁戊己庚辛"), 20)
    >>> frame = pd.DataFrame({"place": places, "treated": np.repeat([0, 1], 80)})
    >>> share = 0.3 + 0.2 * frame["treated"].to_numpy() + chance.normal(0, 0.02, 160)
    >>> table = randomisation_p(np.column_stack([share, 1 - share]), frame, "treated", n_permutations=199)
    >>> table["term"].tolist(), bool((table["p"] < 0.06).all())
    (['treated', 'treated'], True)
    """
    outcomes = read_outcomes(doc_topics, covariates)
    frame = outcomes.covariates
    if cluster not in frame:
        raise RecipeError(f"cluster={cluster!r}", f"one of {', '.join(map(str, frame))}", "name a column")
    kept = make_design(frame, formula, needed=[cluster], usable=outcomes.usable).kept
    shares = np.mean([one[kept] for one in outcomes.shares], axis=0)
    found = randomised_p(
        shares,
        frame[kept],
        formula,
        cluster=cluster,
        n_permutations=n_permutations,
        random_state=random_state,
    )
    if not found.permuted:
        raise RecipeError(
            f"formula={formula!r} without a variable that has one value a {cluster}",
            "a place-level variable, such as a level or a treatment",
            "add one, or use topic_effects",
        )
    return _table(found, outcomes.topic_ids, n=int(kept.sum()), n_clusters=frame.loc[kept, cluster].nunique())


def _table(found: Randomised, topic_ids: Sequence[str], *, n: int, n_clusters: int) -> pd.DataFrame:
    rows = [
        (
            topic,
            name,
            found.estimate[term, column],
            found.p[term, column],
            1 / found.n_assignments,
            n,
            n_clusters,
        )
        for column, topic in enumerate(topic_ids)
        for term, name in enumerate(found.names)
        if np.isfinite(found.p[term]).any()
    ]
    table = pd.DataFrame(rows, columns=["topic", "term", "estimate", "p", "least_p", "n", "n_clusters"])
    table["flag"] = np.where(table["least_p"] >= 0.05, "coarse", "")
    table.attrs = {
        "method": "randomisation",
        "permuted": list(found.permuted),
        "estimand": "Whether the permuted variables do anything to any place (Fisher's sharp null).",
    }
    return table


def randomised_p(
    shares: Array,
    covariates: pd.DataFrame,
    formula: str,
    *,
    cluster: str,
    n_permutations: int = 499,
    random_state: int = 0,
) -> Randomised:
    """Give the p-values of `randomisation_p` for rows that are all kept.

    Raises
    ------
    RecipeError
        If `n_permutations` is not a whole number of at least 1.
    """
    if isinstance(n_permutations, bool) or not isinstance(n_permutations, int) or n_permutations < 1:
        raise RecipeError(f"n_permutations={n_permutations!r}", "a whole number of at least 1", "change it")
    frame = covariates.reset_index(drop=True)
    codes, labels = pd.factorize(frame[cluster].astype(str), sort=True)
    variables = place_level(frame, formula, codes)
    values = frame.groupby(codes)[variables].first() if variables else pd.DataFrame(index=range(len(labels)))
    design = make_design(frame, formula)
    observed, changed = (
        np.abs(_statistics(design, shares, codes)),
        np.zeros(len(design.names), dtype=np.bool_),
    )
    larger = np.zeros(observed.shape)
    rounds = n_permutations if variables else 0
    chance = np.random.default_rng(random_state)
    orders = [chance.permutation(len(labels)) for _ in range(rounds)]
    for drawn in _designs(frame, values, codes, design=design, formula=formula, orders=orders):
        changed |= (drawn.matrix != design.matrix).any(axis=0)
        statistic = np.abs(_statistics(drawn, shares, codes))
        larger += ~(statistic < observed * (1 - TIE))  # one that cannot be estimated counts as larger
    p = np.where(changed[:, None] & np.isfinite(observed), (1 + larger) / (1 + rounds), np.nan)
    own = [n for n, name in enumerate(design.names) if name != INTERCEPT]
    return Randomised(
        names=tuple(design.names[n] for n in own),
        estimate=(design.back @ (design.basis.T @ shares))[own],
        p=p[own],
        permuted=tuple(variables),
        n_assignments=_assignments(values),
    )


def place_level(covariates: pd.DataFrame, formula: str, codes: Codes) -> list[str]:
    """List the variables of a formula with one value in every cluster, and the same in some of them.

    Examples
    --------
    >>> frame = pd.DataFrame({"place": list("aabbcc"), "level": list("xxyyxx"), "year": [1, 2] * 3})
    >>> place_level(frame, "place + level + year", np.array([0, 0, 1, 1, 2, 2]))
    ['level']
    """
    found = []
    for name in columns_used(formula, [str(column) for column in covariates]):
        values = covariates[name].groupby(codes).nunique()
        if (
            (values <= 1).all()
            and len(covariates[name].unique()) > 1
            and not _names_clusters(covariates[name], codes)
        ):
            found.append(name)
    return found


def _names_clusters(values: pd.Series, codes: Codes) -> bool:
    """Tell whether a text is another name of the cluster; a number of each place is a variable."""
    return not pd.api.types.is_numeric_dtype(values) and values.nunique() == len(np.unique(codes))


def _designs(
    frame: pd.DataFrame,
    values: pd.DataFrame,
    codes: Codes,
    *,
    design: Design,
    formula: str,
    orders: list[Codes],
) -> Iterator[Design]:
    """Give the design under every order of the places' values.

    Where all that a permutation changes has one value a cluster, the columns themselves are dealt; else, as
    with an interaction with the year, the formula is evaluated anew.
    """
    first = np.unique(codes, return_index=True)[1]
    mine = np.array([_uses(name, [str(one) for one in values]) for name in design.names])
    dealt_ = design.matrix[first][:, mine]
    whole = bool((design.matrix[:, mine] == dealt_[codes]).all())
    for order in orders:
        if whole:
            matrix = design.matrix.copy()
            matrix[:, mine] = dealt_[order][codes]
            basis, back, estimable = factor(matrix)
            yield replace(design, matrix=matrix, basis=basis, back=back, estimable=estimable)
        else:
            own = values.iloc[order].iloc[codes].set_axis(frame.index)
            yield make_design(frame.assign(**{str(name): own[name] for name in values}), formula)


def _uses(name: str, variables: Sequence[str]) -> bool:
    """Tell whether a column of the design comes from one of the variables."""
    words = re.sub(r"\[.*?\]", " ", name)
    return any(re.search(rf"(?<!\w){re.escape(one)}(?!\w)", words) for one in variables)


def _statistics(design: Design, shares: Array, codes: Codes) -> Array:
    """Give t of every column and outcome with clustered errors, NaN where it has none."""
    inner = design.basis.T @ shares
    residuals = shares - design.basis @ inner
    scores = np.stack([design.basis[rows].T @ residuals[rows] for rows in each_cluster(codes)])
    error = np.sqrt((np.einsum("cr,grk->gck", design.back, scores) ** 2).sum(axis=0))
    estimate = design.back @ inner
    with np.errstate(invalid="ignore", divide="ignore"):
        found = estimate / np.where(error > 1e-14 + 1e-9 * np.abs(estimate), error, np.nan)
    return np.where(design.estimable[:, None], found, np.nan)


def _assignments(values: pd.DataFrame) -> int:
    """Count the ways to deal the rows of values to the clusters."""
    if values.empty:
        return 1
    counts = values.astype(str).value_counts().to_numpy()
    return factorial(len(values)) // prod(factorial(int(count)) for count in counts)
