"""Which words and tifa set a place, a year or another unit apart from the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import polars as pl
from scipy.sparse import csr_matrix
from scipy.special import ndtr, ndtri, stdtr

from readout_nlp.compare.discovery_rate import discovery_rate
from readout_nlp.compare.key_cells import BY, KeyCells, cells_of_time, documents_of, key_cells
from readout_nlp.compare.key_spread import Spread, clustered_variance, spread_over_cells
from readout_nlp.compare.log_odds import cautious, informative_prior, log_odds_ratio, multinomial_z
from readout_nlp.compare.time_blocks import LEVEL, Array, Block, Codes, half_width, resampled
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix

COLUMNS = [
    "label",
    "term",
    "n",
    "n_rest",
    "n_readouts",
    "log_odds",
    "low",
    "high",
    "z",
    "z_blocks",
    "z_cautious",
    "q",
    "rank",
    "thin",
]
ESTIMAND = (
    "by how much the log-odds of a term among the unit's counted terms exceed those among all other units',"
    " each drawn towards the whole corpus by the prior"
)
METHOD = "log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008)"
MIN_READOUTS, MIN_BLOCKS = 5, 10
LONGEST_FIRST: tuple[Block, ...] = ("quarter", "month", "readout")
MORE = 3  # so many times the terms asked for are resampled, since resampling changes their order
Side = Literal["over", "under", "both"]
TINY = 1e-10  # what rounding makes of 0


def keyness(
    counts: TermMatrix,
    corpus: Corpus,
    *,
    by: str = "place",
    n_terms: int = 30,
    terms: Sequence[str] | None = None,
    side: Side = "over",
    alpha_0: float | None = None,
    block: Block | None = None,
    draws: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Find the terms that set each unit apart from all others, by the cautious of two scores.

    The z of the paper takes every token for an independent draw; but words come in bursts within a readout,
    and readouts near in time are alike, so that it is too large. A second score rests on readouts resampled
    in blocks of time within a place. Terms are ranked by the one nearer to 0.

    Parameters
    ----------
    counts
        Counts of words or of tifa in items or readouts of the corpus. What is not counted is in no size:
        log-odds are odds among the counted terms.
    corpus
    by
        ``place``, ``level``, ``year``, ``quarter``, ``presider``, ``act``, ``province`` or ``prefecture``.
    n_terms
        How many terms to give for each unit.
    terms
        These terms for every unit, instead of the `n_terms` that score best.
    side
        ``over``: used more than elsewhere; ``under``: less; ``both``: farthest from 0.
    alpha_0
        Size of the prior in tokens; the larger, the nearer to 0 are rare terms. None: the mean number of
        counted tokens of a readout, a prior worth one readout.
    block
        ``readout``, ``month``, ``quarter``, ``half`` or ``year``: what is resampled within a place. None: the
        quarter, or else the month, where half of the units have at least 10 blocks of it, else the readout:
        four blocks would tell nothing. ``attrs["block"]`` says which.
    draws
        Resamples, at least 50. Only terms that may be shown are resampled.
    random_state

    Returns
    -------
    pandas.DataFrame
        Sorted by unit and rank: ``label`` (the unit), ``term``, ``n`` and ``n_rest`` (occurrences in the
        unit and in all others), ``n_readouts`` (of the unit with the term), ``log_odds`` (natural logarithm
        of the odds ratio; positive: used more), ``low`` and ``high`` (95 %, from blocks), ``z`` (the
        paper's), ``z_blocks`` (from blocks, on the scale of a normal score), ``z_cautious`` (the one nearer
        to 0), ``q`` (Benjamini and Hochberg over all terms of the unit, by the cautious score), ``rank``,
        ``thin`` (fewer than 5 readouts with the term, or an unknown interval). Intervals and ``z_blocks``
        are NaN where a unit has one block, or shows no variation.

        Empty where there are fewer than two units; ``attrs["flag"]`` says so. ``attrs["left_out"]`` counts
        documents whose unit is unknown, and those without a counted term. Terms are the best of very many:
        an interval holds for a term named beforehand (`terms`), not for the best of a list.

    Raises
    ------
    RecipeError
        If an argument is none of the above, or a term is not counted.
    InputError
        If counts are faulty or of documents that the corpus does not hold.

    References
    ----------
    Monroe, Colaresi and Quinn (2008), Fightin' Words, Political Analysis 16(4). Rao and Wu (1988),
    Resampling inference with complex survey data, JASA 83(401).

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=4)
    >>> table = keyness(rn.count_terms(rn.tokenize(corpus)), corpus, n_terms=3, draws=50)
    >>> int(table["rank"].max()), bool((table["log_odds"] > 0).all())
    (3, True)
    """
    _check(by=by, n_terms=n_terms, side=side, alpha_0=alpha_0, draws=draws)
    check_term_matrix(counts)
    chosen = _columns(terms, counts.vocabulary)
    documents = documents_of(counts, corpus, by)
    blocks = LONGEST_FIRST if block is None else (block,)
    tried = ((one, cells_of_time(documents, by=by, block=one)) for one in blocks)
    block, layout = next((one, laid) for one, laid in tried if one == blocks[-1] or laid.blocks >= MIN_BLOCKS)
    cells = key_cells(counts, layout)
    size = alpha_0 if alpha_0 is not None else cells.tokens_a_readout
    settings = {"alpha_0": size, "block": block, "draws": draws, "random_state": random_state, "side": side}
    attrs: dict[Any, Any] = {"by": by, "left_out": _left_out(documents), **settings}
    attrs |= {"method": METHOD, "estimand": ESTIMAND, "level": LEVEL}
    if len(cells.labels) < 2:
        attrs["flag"] = f"{len(cells.labels)} units with counted terms: nothing to set apart"
        table = pd.DataFrame({name: [] for name in COLUMNS}).astype({"thin": bool})
    else:
        attrs["flag"] = ""
        ground = _ground(cells, size, draws=draws, random_state=random_state)
        wanted = _Wanted(n_terms=n_terms, side=side, chosen=chosen)
        units = [_unit(ground, unit, wanted) for unit in range(len(cells.labels))]
        table = _named(pd.concat(units, ignore_index=True), counts)
    table.attrs = attrs
    return table


@dataclass(frozen=True, eq=False, kw_only=True)
class _Wanted:
    """Which terms to give of each unit: the best `n_terms`, or those in the columns `chosen`."""

    n_terms: int
    side: Side
    chosen: np.ndarray | None

    def best(self, scores: Array, most: int) -> np.ndarray:
        """Best first; ties, which are many among rare terms, in the order of the vocabulary."""
        key = {"over": -scores, "under": scores, "both": -np.abs(scores)}[self.side]
        if most < len(key):  # of a whole vocabulary, those as good as the last one wanted are few to sort
            worst = np.partition(key, most - 1)[most - 1]
            some = np.flatnonzero(~(key > worst)) if worst < np.inf else np.arange(len(key))
            return some[np.argsort(key[some], kind="stable")][:most]
        return np.argsort(key, kind="stable")


@dataclass(frozen=True, eq=False, kw_only=True)
class _Ground:
    """What all units share: sums by cell (n_cells, n_terms), totals, the prior, and resampled weights."""

    cells: KeyCells
    rows: csr_matrix
    sizes: Array  # (n_cells,) tokens
    totals: Array  # (n_terms,)
    prior: Array  # (n_terms,)
    alpha_0: float
    spread: Spread
    drawn: Array  # (n_cells, draws), for products with terms to run along it
    drawn_sizes: Array  # (draws,) tokens


def _ground(cells: KeyCells, alpha_0: float, *, draws: int, random_state: int) -> _Ground:
    rows = csr_matrix(cells.sums)
    sizes, totals = _total(rows, 1), _total(rows, 0)
    drawn = resampled(cells.stratum, draws=draws, rng=np.random.default_rng(random_state), order="F").T
    drawn = drawn if _is_range(cells.block, len(drawn)) else drawn[cells.block]
    return _Ground(
        cells=cells,
        rows=rows,
        sizes=sizes,
        totals=totals,
        prior=informative_prior(totals, alpha_0),
        alpha_0=alpha_0,
        spread=spread_over_cells(rows, sizes),
        drawn=drawn,
        drawn_sizes=drawn.T @ sizes,
    )


def _is_range(codes: Codes, n: int) -> bool:
    """Tell whether the codes are 0 to n - 1 in order, as cells are blocks where no block has several."""
    return len(codes) == n and bool((codes == np.arange(n)).all())


def _unit(ground: _Ground, unit: int, wanted: _Wanted) -> pd.DataFrame:
    """Screen all terms of a unit, resample the best, and rank them."""
    own = np.flatnonzero(ground.cells.unit == unit)
    counts = _total(ground.rows[own], 0)
    rest = ground.totals - counts
    delta, z = _by_the_paper(ground, own, counts, rest)
    tested = np.flatnonzero(ground.totals > 0) if wanted.chosen is None else wanted.chosen
    scores = cautious(z, _screen(ground, own, delta, counts))
    most = MORE * wanted.n_terms
    held = tested[wanted.best(scores[tested], most)] if wanted.chosen is None else tested
    error, df = _resampled_error(ground, own, held)
    z_blocks = _normal(delta[held] / error, df)
    readouts = ground.cells.presence[np.flatnonzero(ground.cells.presence_unit == unit)]
    n_readouts = _total(csr_matrix(readouts[:, held]), 0).astype(np.int64)
    wide = half_width(error, df)
    scores[held] = cautious(z[held], z_blocks)
    scores[tested] = discovery_rate(2 * ndtr(-np.abs(scores[tested])))
    table = pd.DataFrame(
        {
            "label": ground.cells.labels[unit],
            "column": held,
            "n": counts[held],
            "n_rest": rest[held],
            "n_readouts": n_readouts,
            "log_odds": delta[held],
            "low": delta[held] - wide,
            "high": delta[held] + wide,
            "z": z[held],
            "z_blocks": z_blocks,
            "z_cautious": cautious(z[held], z_blocks),
            "q": np.where(np.isnan(z_blocks), np.nan, scores[held]),
            "thin": (n_readouts < MIN_READOUTS) | np.isnan(error),
        }
    )
    most = len(held) if wanted.chosen is not None else wanted.n_terms
    table = table.iloc[wanted.best(table["z_cautious"].to_numpy(), most)]
    return table.assign(rank=np.arange(1, len(table) + 1))[["label", "column", *COLUMNS[2:]]]


def _by_the_paper(ground: _Ground, own: Codes, counts: Array, rest: Array) -> tuple[Array, Array]:
    n_own = float(ground.sizes[own].sum())
    sizes = (n_own, ground.sizes.sum() - n_own, ground.alpha_0)
    with np.errstate(divide="ignore", invalid="ignore"):  # a term of no document has no odds: NaN
        delta = log_odds_ratio(counts, rest, ground.prior, sizes=sizes)
        delta = np.where(np.abs(delta) < TINY, 0.0, delta)
        return delta, multinomial_z(delta, counts, rest, prior=ground.prior)


def _screen(ground: _Ground, own: Codes, delta: Array, counts: Array) -> Array:
    """Give for all terms a z over cells by linearisation, to choose those worth resampling."""
    mine = spread_over_cells(csr_matrix(ground.rows[own]), ground.sizes[own])
    other = [whole - part for whole, part in zip(ground.spread, mine, strict=True)]
    n_own = float(ground.sizes[own].sum())
    n_rest = float(ground.sizes.sum() - n_own)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_own = (counts + ground.prior) / (n_own + ground.alpha_0)
        p_rest = (ground.totals - counts + ground.prior) / (n_rest + ground.alpha_0)
        few = len(own) / (len(own) - 1) if len(own) > 1 else np.nan
        error = np.sqrt(
            few * clustered_variance(mine, p_own, n_own) + clustered_variance(other, p_rest, n_rest)
        )
        return _normal(np.where(error > TINY, delta / error, np.nan), len(own) - 1)


def _resampled_error(ground: _Ground, own: Codes, held: np.ndarray) -> tuple[Array, int]:
    """Give the standard error of some terms over resamples, and its degrees of freedom."""
    blocks = np.unique(ground.cells.block[own])
    df = len(blocks) - len(np.unique(ground.cells.stratum[blocks]))
    if df < 1:
        return np.full(len(held), np.nan), 0
    mass = csr_matrix(ground.cells.sums[:, held])
    total = (mass.T @ ground.drawn).T
    drawn = ground.drawn[own]
    mine, n_own = (mass[own].T @ drawn).T, drawn.T @ ground.sizes[own]
    rest = np.maximum(total - mine, 0.0)
    sizes = (n_own[:, None], (ground.drawn_sizes - n_own)[:, None], ground.alpha_0)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = log_odds_ratio(mine, rest, ground.prior[held], sizes=sizes)
        error = values.std(axis=0, ddof=1)
        return np.where(error > TINY, error, np.nan), df


def _check(*, by: str, n_terms: int, side: str, alpha_0: float | None, draws: int) -> None:
    faults = [f"by={by!r}"] if by not in BY else []
    faults += [f"n_terms={n_terms}"] if n_terms < 1 else []
    faults += [f"side={side!r}"] if side not in ("over", "under", "both") else []
    faults += [f"alpha_0={alpha_0}"] if alpha_0 is not None and not 0 < alpha_0 < np.inf else []
    faults += [f"draws={draws}"] if draws < 50 else []
    if faults:
        raise RecipeError(
            "; ".join(faults),
            f"by one of {', '.join(BY)}; n_terms of at least 1; side over, under or both; alpha_0 above 0; at"
            " least 50 draws",
            "change them",
        )


def _columns(terms: Sequence[str] | None, vocabulary: Sequence[str]) -> np.ndarray | None:
    if terms is None:
        return None
    column = {term: at for at, term in enumerate(vocabulary)}
    strange = [term for term in terms if term not in column]
    if strange or not len(terms):
        raise RecipeError(
            f"{len(strange)} of {len(terms)} terms that are not counted (first: {next(iter(strange), '-')})",
            "terms of the vocabulary",
            "count them, or leave them out",
        )
    return np.array(sorted({column[term] for term in terms}))


def _left_out(documents: pl.DataFrame) -> dict[str, int]:
    unknown = documents["label"].is_null()
    return {
        "unknown_unit": int(unknown.sum()),
        "without_counted_terms": int((documents["empty"] & ~unknown).sum()),
    }


def _named(table: pd.DataFrame, counts: TermMatrix) -> pd.DataFrame:
    terms = np.asarray(counts.vocabulary, dtype=object)[table.pop("column").to_numpy()]
    table.insert(1, "term", terms)
    whole = bool((table[["n", "n_rest"]] % 1 == 0).all(axis=None))
    return table.astype({"n": np.int64, "n_rest": np.int64}) if whole else table


def _total(matrix: csr_matrix, axis: int) -> Array:
    return np.asarray(matrix.sum(axis=axis), dtype=np.float64).ravel()


def _normal(statistic: Array, df: int) -> Array:
    """Put a t statistic on the scale of a normal score with the same p."""
    if df < 1:
        return np.full(len(statistic), np.nan)
    return np.asarray(np.sign(statistic) * -ndtri(stdtr(df, -np.abs(statistic))))
