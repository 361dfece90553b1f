"""Who leads and who follows: places whose changes of topic the others make later, or made before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.discovery_rate import discovery_rate
from readout_nlp.compare.mixtures import Mixtures, readout_mixtures
from readout_nlp.compare.novelty_slope import Regression, regression, slope_of
from readout_nlp.compare.time_blocks import (
    LEVEL,
    Array,
    Block,
    Codes,
    block_of,
    half_width,
    jackknife_error,
    two_sided,
    varied,
)
from readout_nlp.compare.windows import WindowIn, check_window, sides, smoothed
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.paged import empty, taken
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import Inference

METHOD = (
    "resonance against other places (Barron, Huang, Spang and DeDeo 2018), less its expectation"
    " when a place's deviations from the others fall on its dates in any order"
)
ESTIMAND = (
    "mean resonance of a place's readouts against those of all other places, beyond what its standing"
    " taste and the agenda that all share on the same dates would give"
)
ALPHA = 0.05
AT_ONCE = 20_000  # readouts looked at together
FEW_BLOCKS, FEW_READOUTS = 4, 10


def leaders(
    topics: TopicFit | Inference,
    corpus: Corpus,
    *,
    by: str | Sequence[str] = "place",
    window: int = 90,
    window_in: WindowIn = "days",
    block: Block = "quarter",
    smoothing: float = 0.01,
) -> pd.DataFrame:
    """Tell which places lead the others and which follow them, by resonance.

    Resonance against other places is R(j) = sum over topics of s(j) * (A(j) - B(j)), where s(j) is the
    readout's mixture and A and B are the means of log2 of the others' mixtures after and before it (in
    `resonance` the same number is N - T). So a place leads where it holds more of the topics that rise
    afterwards. Two things give resonance without any lead and are taken away: a standing taste for topics
    that happen to rise over the years, and an agenda that all places share on the same dates. With m(j) the
    others' mean mixture in both windows and d(j) = s(j) - m(j) the place's deviation from it, the
    *expected* resonance is the mean over all orders in which the place's deviations could fall on its
    dates, mean of (m(j) + mean d) * (A(j) - B(j)), and the *excess* is the rest: deviations that come
    before the others' change in the same direction.

    Parameters
    ----------
    topics, corpus, window, window_in, smoothing
        As in `resonance`. Readouts at the edges of the record, whose windows are not full, are left out.
    by
        ``place``, or ``("place", "topic")`` for the part that each topic has in it.
    block
        ``readout``, ``month``, ``quarter``, ``half`` or ``year``: readouts of a place in one block are one
        observation; it should not be shorter than the window.

    Returns
    -------
    pandas.DataFrame
        By place: ``place``, ``n`` (readouts), ``n_blocks``, ``novelty``, ``transience``, ``resonance``
        (means, bits), ``expected``, ``excess`` (resonance less expected) with ``low`` and ``high`` (95 %,
        from blocks), ``p`` (two-sided), ``p_adjusted`` (Holm: the chance of naming any place wrongly), ``q``
        (Benjamini and Hochberg), ``role`` (``leads`` or ``follows`` where p_adjusted < .05, else empty),
        ``slope``, ``slope_low``, ``slope_high`` (of R on N, both in standard deviations over all readouts:
        near 1, novelty stays; near 0, it is dropped), ``delta_r`` (resonance beyond what the regression
        over all readouts expects of such novelty, in standard deviations), ``thin`` (fewer than 10 readouts
        or 4 blocks). Sorted by excess, leaders first.

        By place and topic: ``place``, ``topic``, ``n``, ``n_blocks``, ``resonance`` (the topic's part),
        ``expected``, ``excess``, ``low``, ``high``, ``p``, ``q``, ``role`` (by q), ``thin``; topics sum to
        the place's row. Intervals are NaN with one block or without variation.

        ``attrs`` hold ``slope`` of all readouts with its interval, the settings, and ``left_out``, with
        ``at_edges``; ``flag`` where nothing can be said (one place, too short a record).

    Raises
    ------
    RecipeError
        If an argument is none of the above.
    InputError
        As in `resonance`.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=3, years=3, per_cell=8)
    >>> topics = rn.fit_nmf(rn.count_terms(rn.tokenize(corpus)), n_topics=4)
    >>> table = leaders(topics, corpus)
    >>> bool(np.allclose(table["resonance"], table["expected"] + table["excess"]))
    True
    """
    check_window(window, window_in, "others")
    kinds = _kinds(by)
    mixtures = readout_mixtures(topics, corpus)
    pulls, at_edges = _pulls(
        mixtures, smoothed(mixtures.shares, smoothing), window=window, window_in=window_in, block=block
    )
    fit = regression(pulls.novelty, pulls.transience, pulls.across())
    table = _by_topic(pulls, mixtures.topic_ids) if len(kinds) > 1 else _by_place(pulls, fit)
    table.attrs = {
        "method": METHOD,
        "estimand": ESTIMAND,
        "level": LEVEL,
        "window": window,
        "window_in": window_in,
        "block": block,
        "smoothing": smoothing,
        "slope": fit.about(),
        "left_out": {**mixtures.left_out, "at_edges": at_edges},
        "flag": "" if len(table) else "no readout has other places' readouts before and after it",
    }
    return table


@dataclass(frozen=True, eq=False, kw_only=True)
class _Pulls:
    """Readouts with full windows; `own`, `apart`, `rise` are (n, n_topics); own * rise sums to resonance."""

    places: np.ndarray
    blocks: Codes  # of time; those of two places are two
    novelty: Array
    transience: Array
    own: Array
    apart: Array  # from the mixture of the others
    rise: Array  # of the others' logarithms, from before to after

    def across(self) -> Codes:
        """Give every block a number of its own over all places."""
        _, place = np.unique(self.places.astype(str), return_inverse=True)
        both = np.stack([place.ravel(), self.blocks])
        return np.unique(both, axis=1, return_inverse=True)[1].astype(np.int64).ravel()

    def by_place(self) -> list[tuple[str, Codes]]:
        names, codes = np.unique(self.places.astype(str), return_inverse=True)
        return [(str(name), np.flatnonzero(codes.ravel() == at)) for at, name in enumerate(names)]


def _kinds(by: str | Sequence[str]) -> tuple[str, ...]:
    kinds = (by,) if isinstance(by, str) else tuple(by)
    if kinds not in (("place",), ("place", "topic")):
        raise RecipeError(f"by={by!r}", "'place' or ('place', 'topic')", "choose one of these")
    return kinds


def _pulls(
    mixtures: Mixtures, shares: Array, *, window: int, window_in: WindowIn, block: Block
) -> tuple[_Pulls, int]:
    before, after = sides(mixtures, shares, window=window, window_in=window_in, scope="others")
    blocks = block_of(mixtures.days, block)
    full = np.flatnonzero(before.full & after.full)
    own, places = taken(shares, full), mixtures.places[full]
    rise, apart = taken(after.logs, full), taken(after.shares, full)
    rise -= taken(before.logs, full)
    apart += taken(before.shares, full)  # in place: these are numbers for every readout and topic
    apart /= 2
    np.subtract(own, apart, out=apart)
    entropy = _crossed(own, np.log2(own, out=empty(own.shape)), np.arange(len(own)))
    pulls = _Pulls(
        places=places,
        blocks=blocks[full],
        novelty=entropy - _crossed(own, before.logs, full),
        transience=entropy - _crossed(own, after.logs, full),
        own=own,
        apart=apart,
        rise=rise,
    )
    return pulls, len(mixtures) - len(full)


def _crossed(shares: Array, logs: Array, rows: Codes) -> Array:
    """Sum shares times the logarithms of `rows`, some rows at a time."""
    found = np.empty(len(rows))
    for start in range(0, len(rows), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        found[part] = (shares[part] * logs[rows[part]]).sum(axis=1)
    return found


def _by_place(pulls: _Pulls, fit: Regression) -> pd.DataFrame:
    rows = []
    residual = fit.residual
    for place, here in pulls.by_place():
        blocks = pulls.blocks[here]
        parts, without = _excess(pulls.apart[here], pulls.rise[here], blocks)
        excess, (error, df) = parts.sum(keepdims=True), jackknife_error(without.sum(axis=1, keepdims=True))
        slope, slope_error = slope_of(fit.novelty[here], fit.resonance[here], blocks)
        wide, slope_wide = half_width(varied(error), df), half_width(varied(slope_error), df)
        novelty, transience = float(pulls.novelty[here].mean()), float(pulls.transience[here].mean())
        rows.append(
            {
                "place": place,
                "n": len(here),
                "n_blocks": df + 1,
                "novelty": novelty,
                "transience": transience,
                "resonance": novelty - transience,
                "expected": novelty - transience - float(excess[0]),
                "excess": float(excess[0]),
                "low": float((excess - wide)[0]),
                "high": float((excess + wide)[0]),
                "p": float(two_sided(excess / varied(error), df)[0]),
                "slope": float(slope[0]),
                "slope_low": float((slope - slope_wide)[0]),
                "slope_high": float((slope + slope_wide)[0]),
                "delta_r": float(residual[here].mean()),
                "thin": _thin(len(here), df + 1),
            }
        )
    table = pd.DataFrame(rows, columns=PLACE_COLUMNS)
    table["p_adjusted"], table["q"] = (
        _holm(table["p"].to_numpy(float)),
        discovery_rate(table["p"].to_numpy(float)),
    )
    table["role"] = _roles(table, "p_adjusted")
    return _typed(table[PLACE_COLUMNS].sort_values(["excess", "place"], ascending=[False, True]))


def _excess(apart: Array, rise: Array, blocks: Codes) -> tuple[Array, Array]:
    """Give the covariance of a place's deviations with the others' rise by topic, and without each block.

    Their mean product less the product of their means is what the order of the dates adds.

    Returns
    -------
    excess : ndarray of shape (n_topics,)
    without : ndarray of shape (n_blocks, n_topics)
    """
    names, at = np.unique(blocks, return_inverse=True)
    parts = np.hstack([np.ones((len(apart), 1)), apart, rise, apart * rise])
    sums = np.zeros((len(names), parts.shape[1]))
    np.add.at(sums, at.ravel(), parts)
    whole = sums.sum(axis=0, keepdims=True)
    k = apart.shape[1]

    def covariance(total: Array) -> Array:
        with np.errstate(invalid="ignore"):  # nothing is left without the only block
            means = total[:, 1:] / total[:, :1]
        return np.asarray(means[:, 2 * k :] - means[:, :k] * means[:, k : 2 * k])

    return covariance(whole)[0], covariance(whole - sums)


def _by_topic(pulls: _Pulls, topic_ids: Sequence[str]) -> pd.DataFrame:
    parts = []
    for place, here in pulls.by_place():
        excess, without = _excess(pulls.apart[here], pulls.rise[here], pulls.blocks[here])
        error, df = jackknife_error(without)
        wide = half_width(varied(error), df)
        resonance = (pulls.own[here] * pulls.rise[here]).mean(axis=0)
        about: dict[str, Any] = {"place": place, "topic": list(topic_ids), "n": len(here), "n_blocks": df + 1}
        about |= {"resonance": resonance, "expected": resonance - excess, "excess": excess}
        about |= {"low": excess - wide, "high": excess + wide, "thin": _thin(len(here), df + 1)}
        parts.append(pd.DataFrame(about | {"p": two_sided(excess / varied(error), df)}))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=TOPIC_COLUMNS)
    table["q"] = discovery_rate(table["p"].to_numpy(float))
    table["role"] = _roles(table, "q")
    order = ["excess", "place", "topic"]
    return _typed(table[TOPIC_COLUMNS].sort_values(order, ascending=[False, True, True]))


def _thin(n: int, n_blocks: int) -> bool:
    return n < FEW_READOUTS or n_blocks < FEW_BLOCKS


def _holm(p: Array) -> Array:
    """Adjust p for naming any place wrongly (Holm 1979); unknown ones are no tests."""
    adjusted, known = np.full(len(p), np.nan), np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if len(order) else steps
    return adjusted


def _roles(table: pd.DataFrame, judged_by: str) -> list[str]:
    return [
        ("leads" if excess > 0 else "follows") if judged < ALPHA else ""
        for excess, judged in zip(table["excess"], table[judged_by], strict=True)
    ]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    whole = dict.fromkeys(("n", "n_blocks"), np.int64)
    rest = [name for name in table.columns if name not in (*whole, *WORDS, "thin")]
    numbers = dict.fromkeys(rest, np.float64)
    return table.astype({**whole, **numbers, "thin": bool}).reset_index(drop=True)


WORDS = ("place", "topic", "role")
PLACE_COLUMNS = [
    "place",
    "n",
    "n_blocks",
    "novelty",
    "transience",
    "resonance",
    "expected",
    "excess",
    "low",
    "high",
    "p",
    "p_adjusted",
    "q",
    "role",
    "slope",
    "slope_low",
    "slope_high",
    "delta_r",
    "thin",
]
TOPIC_COLUMNS = [
    "place",
    "topic",
    "n",
    "n_blocks",
    "resonance",
    "expected",
    "excess",
    "low",
    "high",
    "p",
    "q",
    "role",
    "thin",
]
