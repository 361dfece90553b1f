"""How topic shares differ by place, year and other variables: one regression a topic, all at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.compare.clustered_rungs import Rung, rungs
from readout_nlp.compare.clustered_wild import wild_p
from readout_nlp.compare.design import Design, make_design
from readout_nlp.compare.discovery_rate import METHODS as RATES
from readout_nlp.compare.effects_estimate import LEVEL, Estimated, draw_errors, estimate, p_values
from readout_nlp.compare.effects_outcomes import Topics, read_outcomes
from readout_nlp.compare.effects_table import described, effects_table
from readout_nlp.compare.randomisation import randomised_p
from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import Array

METHODS = ("cr2", "cv3", "wild", "randomisation")


def topic_effects(
    doc_topics: Topics | Sequence[Topics],
    covariates: pd.DataFrame | pl.DataFrame,
    formula: str = "place + year",
    *,
    cluster: str | None = "place",
    method: str = "cr2",
    lengths: Array | TermMatrix | None = None,
    n_draws: int = 20,
    n_samples: int = 999,
    fdr: str = "bh",
    random_state: int = 0,
) -> pd.DataFrame:
    """Regress the share of every topic on variables of the documents, with errors clustered by place.

    The errors are CR2 (Bell and McCaffrey 2002) with Satterthwaite degrees of freedom (Pustejovsky and Tipton
    2018), which hold with few places. A term that one place carries alone, such as the dummy of a place, has
    no error between places: it gets the error of describing these places, from what varies within them. That
    is over quarters where the covariates have ``year`` and ``quarter``, over years where they have ``year``
    alone, else (and where time leaves fewer than four degrees of freedom) over readouts by ``readout_id``,
    else over documents. `method` and `flag` say so.

    The shares are estimates, and their error is carried through. What a short document leaves open is scatter
    about its expected share, so the residuals hold it already: draws from the posterior added to the outcomes
    would count it twice (``benchmarks/validate/effects.py`` shows both). `draw_error` is its part of the
    standard error. What the topics themselves leave open is the same for all documents and in no residual:
    for that, pass several fits, combined by Rubin's rules.

    Parameters
    ----------
    doc_topics : ndarray of shape (n_docs, n_topics), TopicFit or Inference
        Or a sequence of them, one a fit, the topics matched (the same topic in the same column).
    covariates
        One row a document, in the order of `doc_topics`; where it has ``doc_id`` and `doc_topics` knows its
        ids, rows are joined by them. See `covariates_of`.
    formula
        The right-hand side, as in statsmodels: ``C(x)`` for categories, ``bs(year, df=4)`` or ``cr()`` for
        splines, ``a:b`` for interactions.
    cluster
        Column of the clusters. None: documents of one ``readout_id`` belong together, no others.
    method
        ``cr2``; ``cv3``, the jackknife over clusters with t(G - 1); ``wild``, which replaces p by the wild
        cluster bootstrap; ``randomisation``, which replaces the p of place-level terms by that of permuted
        places. Rows with errors from within clusters keep theirs.
    lengths : ndarray of shape (n_docs,) or TermMatrix, optional
        Counted tokens of the documents: needed for `draw_error`.
    n_draws
        Draws from each document's posterior.
    n_samples
        Samples of the bootstrap, or permutations.
    fdr
        ``bh`` or ``by``, see `discovery_rate`.
    random_state
        Seed of draws, bootstrap and permutations.

    Returns
    -------
    pandas.DataFrame
        One row a topic and term (the intercept, whose being 0 is no hypothesis, is in
        ``attrs["intercepts"]``): ``topic``, ``term``, ``estimate``, ``low`` and ``high`` (95 %), ``p``, ``q``
        (p adjusted over the topics of the term), ``std_error``, ``draw_error``, ``df``, ``n`` (documents),
        ``n_clusters``, ``method``, ``flag``. What cannot be estimated is NaN, with a flag.

        ``attrs``: ``estimand``, ``formula``, ``cluster``, ``method``, ``reference`` (what the values of a
        categorical variable are compared with), ``left_out``, ``intercepts``, ``draws``, ``n_fits``,
        ``level``, ``fdr``, ``flags`` (what each means).

    Raises
    ------
    RecipeError
        If the formula cannot be read, or names what is no column, or a setting is none.
    InputError
        If lengths or ids do not agree.

    Examples
    --------
    >>> chance = np.random.default_rng(0)
    >>> places, years = np.repeat(list("甲乙丙丁戊己"), 40), np.tile(range(2015, 2020), 48)
    >>> frame = pd.DataFrame({"place": places, "year": years})
    >>> share = np.clip(0.3 + 0.05 * (frame["year"] - 2017) + chance.normal(0, 0.05, 240), 0, 1)
    >>> table = topic_effects(np.column_stack([share, 1 - share]), frame, "place + year")
    >>> table.loc[table["term"] == "year", ["topic", "estimate", "method"]].round(2).to_numpy().tolist()
    [['t01', 0.05, 'CR2 by place'], ['t02', -0.05, 'CR2 by place']]
    """
    settings = {"formula": formula, "cluster": cluster, "method": method, "fdr": fdr, "level": LEVEL}
    _check(method, fdr, n_samples)
    outcomes = read_outcomes(doc_topics, covariates, lengths)
    _check_cluster(cluster, outcomes.covariates, method=method, n_fits=len(outcomes.shares))
    frame = outcomes.covariates
    design = make_design(frame, formula, needed=[cluster] if cluster else [], usable=outcomes.usable)
    if not design.names:
        return described(effects_table(outcomes, design), outcomes, design, settings=settings)
    ladder = rungs(frame[design.kept], cluster)
    found = estimate(outcomes, design, ladder, kind="CV3" if method == "cv3" else "CR2")
    p = p_values(found)
    if method == "wild":
        p = _wild(p, found, design, ladder=ladder, n_samples=n_samples, random_state=random_state)
    elif method == "randomisation":
        shares = np.mean([one[design.kept] for one in outcomes.shares], axis=0)
        permuted = randomised_p(
            shares,
            frame[design.kept],
            formula,
            cluster=str(cluster),
            n_permutations=n_samples,
            random_state=random_state,
        ).p
        p = np.where(np.isfinite(permuted) & (found.rung == 0)[:, None], permuted, p)
    draws = draw_errors(outcomes, design, n_draws=n_draws, random_state=random_state)
    table = effects_table(outcomes, design, found, p=p, draws=draws, ladder=ladder, method=method, fdr=fdr)
    return described(table, outcomes, design, settings={**settings, "n_draws": n_draws}, found=found)


def _check(method: str, fdr: str, n_samples: int) -> None:
    faults = [] if method in METHODS else [f"method={method!r}"]
    faults += [] if fdr in RATES else [f"fdr={fdr!r}"]
    if isinstance(n_samples, bool) or not isinstance(n_samples, int) or n_samples < 1:
        faults.append(f"n_samples={n_samples!r}")
    if faults:
        raise RecipeError(
            "; ".join(faults),
            f"a method of {', '.join(METHODS)}, an fdr of {', '.join(RATES)}, n_samples of at least 1",
            "change them",
        )


def _check_cluster(cluster: str | None, frame: pd.DataFrame, *, method: str, n_fits: int) -> None:
    if cluster is not None and cluster not in frame:
        raise RecipeError(
            f"cluster={cluster!r}",
            f"a column of the covariates ({', '.join(map(str, frame))}), or None",
            "name one",
        )
    if cluster is None and method in {"wild", "randomisation"}:
        raise RecipeError(f"method={method!r} with cluster=None", "a column of clusters", "name one")
    if method == "wild" and n_fits > 1:
        raise RecipeError(
            f"method='wild' with {n_fits} fits", "one fit", "use 'cr2', which combines fits by Rubin's rules"
        )


def _wild(
    p: Array, found: Estimated, design: Design, *, ladder: Sequence[Rung], n_samples: int, random_state: int
) -> Array:
    """Put the bootstrap's p in the rows that have errors between clusters."""
    between = np.flatnonzero(found.rung == 0)
    p = p.copy()
    p[between] = wild_p(
        design.basis,
        design.back[found.columns[between]],
        found.residuals[0],
        estimates=found.estimate[between],
        codes=ladder[0].codes,
        n_samples=n_samples,
        random_state=random_state,
    )
    return p
