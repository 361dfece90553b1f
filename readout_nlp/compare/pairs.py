"""Every two units: how alike, how sure, and how alike they would be by chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.compare.chance import ALIKE, Chance, chance_of
from readout_nlp.compare.discovery_rate import discovery_rate
from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.divergence import divergences, similarities
from readout_nlp.compare.profiles import TIMES, ReadoutProfiles, checked_between
from readout_nlp.compare.rarefy import rarefied_similarity
from readout_nlp.compare.resample import (
    Units,
    dealt,
    drawn_divergences,
    plain_divergences,
    units_of,
)
from readout_nlp.compare.time_blocks import LEVEL, Block
from readout_nlp.errors import RecipeError
from readout_nlp.threads import one_thread

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

DEALS_PER_RESAMPLE = 4  # p-values live in the tail, and a false discovery rate over many pairs farther out
DRAWS_AT_ONCE = 64  # resamples whose likeness to all others is taken together; no result depends on it
FEW_BLOCKS = 6
COLUMNS = [
    "one",
    "other",
    "similarity",
    "corrected",
    "low",
    "high",
    "rarefied",
    "n",
    "n_one",
    "n_other",
    "usual",
    "beyond",
    "beyond_low",
    "beyond_high",
    "expected",
    "excess",
    "p",
    "p_more",
    "p_less",
    "q_more",
    "q_less",
    "thin",
    "flag",
]
ESTIMAND = (
    "similarity of the agendas that the units would show in many readouts more of the same kind;"
    " expected: of units to which the readouts of the same {strata} were dealt by chance"
)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Indices of every two units, and how far apart they are."""

    one: npt.NDArray[np.intp]
    other: npt.NDArray[np.intp]
    plain: Array


@one_thread()
def pairs(
    profiles: ReadoutProfiles,
    *,
    between: str | None = None,
    metric: str = "jensen_shannon",
    resamples: int = 500,
    block: Block = "quarter",
    rarefied: int | None = None,
    random_state: int = 0,
) -> pd.DataFrame:
    """Compare every two places (or years), with intervals and beside what chance would give.

    Parameters
    ----------
    profiles : ReadoutProfiles
        Of topics, acts, words or tifa.
    between
        The column whose values are compared; the first that the profiles are by where None.
    metric
        ``jensen_shannon``, ``hellinger`` or ``cosine``; similarity is 1 minus distance, from 0 to 1.
    resamples
        How often each unit's readouts are drawn anew, and cut to equal numbers; they are dealt anew four
        times as often.
    block
        Readouts of a place in the same ``month``, ``quarter``, ``half`` or ``year`` are drawn and dealt
        together (``readout``: each alone). A city that keeps to a matter for some weeks differs from the
        others by that alone: dealt one by one, its readouts would make that a lasting difference.
    rarefied
        To how many readouts every unit is cut for ``rarefied``; None: the number of the smallest unit that is
        not thin.
    random_state

    Returns
    -------
    pandas.DataFrame
        One row a pair, ``one`` before ``other`` in sorted order:

        ``similarity``: as `similarity` gives it. ``corrected``: without the part of the divergence that is
        sampling error; ``low``, ``high``: its interval. Plain similarity is too low where readouts are few,
        and may lie below ``low``. ``rarefied``: at equal numbers of readouts, comparable between pairs.

        ``n``, ``n_one``, ``n_other``: readouts. ``usual``: the mean similarity of the two with all other
        units; ``beyond``: similarity above it, with ``beyond_low`` and ``beyond_high``.

        ``expected``: mean similarity when the readouts are dealt to the units by chance (within a year;
        within a place where years are compared), numbers kept. ``excess``: similarity above it. ``p_more``,
        ``p_less``: one-sided; ``p``: two-sided; ``q_more``, ``q_less``: false discovery rates over the pairs
        (Benjamini and Hochberg 1995).

        ``thin``: one of the two has fewer than ``min_items`` items; ``flag``: ``one block`` (no interval),
        ``few blocks`` (an interval of fewer than six blocks), ``nothing to deal`` (no p), else empty.

        ``attrs``: ``method``, ``settings``, ``level``, ``estimand``, ``left_out``, ``gap`` (why the table is
        empty) and ``smallest_q`` (that a single pair can reach).

    Raises
    ------
    RecipeError
        If the metric, the column, the block or the number of resamples cannot be used.

    Notes
    -----
    The divergence D (the squared distance; for cosine the distance) of two samples is too large by about
    ``c (1/n + 1/m)``, and that of resamples again by as much, b = mean(D*) - D. So ``corrected`` is D - b,
    and the interval runs between the quantiles of D* - 2 b, turned into similarities afterwards. Plain
    quantiles of D* lie too high; the basic interval, which mirrors them at D, is as wide but has its longer
    side on the wrong end. Blocks are resampled as Rao and Wu (1988) do. The
    p-values are of a permutation test, ``(1 + hits) / (1 + deals)`` (Phipson and Smyth 2010).

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.contents import act_profiles
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=6)
    >>> table = pairs(act_profiles(corpus, by="prefecture"), resamples=20)
    >>> bool((table["low"] <= table["high"]).all())
    True
    """
    between = checked_between(profiles, between)
    metric_named(metric)
    check_resamples(resamples)
    units = units_of(profiles, between=between, block=block)
    strata = "place" if between in TIMES else "year"
    found, rng = _found(units, metric), np.random.default_rng(random_state)
    drawn = _drawn(found, units, metric, resamples=resamples, rng=rng)
    chance = _chance(found, units, metric, n_deals=_deals(resamples), rng=rng)
    table = _table(found, units, metric, drawn=drawn, chance=chance, min_items=profiles.min_items)
    cut = rarefied_similarity(
        profiles,
        between=between,
        metric=metric,
        readouts=rarefied,
        draws=resamples,
        random_state=random_state,
    )
    table["rarefied"] = cut.to_numpy()[found.one, found.other]
    table.attrs = {
        "method": f"{metric}; percentile bootstrap, shifted, of {resamples} resamples by {block};"
        f" {_deals(resamples)} deals by {block} within {strata};"
        f" rarefied to {cut.attrs['readouts']} readouts",
        "settings": {
            "between": between,
            "metric": metric,
            "resamples": resamples,
            "block": block,
            "rarefied": cut.attrs["readouts"],
            "random_state": random_state,
        },
        "what": profiles.what,
        "level": LEVEL,
        "min_items": profiles.min_items,
        "estimand": ESTIMAND.format(strata=strata),
        "left_out": dict(profiles.left_out),
        "coverage": dict(profiles.coverage),
        "gap": f"{len(units)} units of {between}: nothing to compare" if len(units) < 2 else "",
        "smallest_q": min(1.0, len(table) / (_deals(resamples) + 1)),
    }
    return table[COLUMNS]


def check_resamples(resamples: int) -> None:
    """Refuse a number of resamples of which no interval can be made."""
    if isinstance(resamples, bool) or not isinstance(resamples, int) or resamples < 2:
        raise RecipeError(
            f"resamples={resamples!r}", "a whole number of at least 2", "500 is enough for most tables"
        )


def shifted_interval(point: Array, resampled: Array) -> tuple[Array, Array, Array]:
    """Give the corrected value and its interval: quantiles of the resamples, less twice their bias.

    Parameters
    ----------
    point : ndarray of shape (n,)
    resampled : ndarray of shape (n_resamples, n)

    Examples
    --------
    >>> [value.tolist() for value in shifted_interval(np.array([2.0]), np.array([[3.0], [3.0]]))]
    [[1.0], [1.0], [1.0]]
    """
    tail = (1 - LEVEL) / 2
    bias = resampled.mean(axis=0) - point
    below, above = np.quantile(resampled, [tail, 1 - tail], axis=0)
    return point - bias, below - 2 * bias, above - 2 * bias


def one_sided(point: Array, chance: Array) -> tuple[Array, Array]:
    """Give the p of a divergence so small, and so large; NaN where chance gives one value only.

    Examples
    --------
    >>> small, large = one_sided(np.array([0.1]), np.array([[0.2], [0.3], [0.1]]))
    >>> small.tolist(), large.tolist()
    ([0.5], [1.0])
    """
    n_deals = len(chance)
    still = np.ptp(chance, axis=0) < ALIKE
    small = (1 + (chance <= point + ALIKE).sum(axis=0)) / (1 + n_deals)
    large = (1 + (chance >= point - ALIKE).sum(axis=0)) / (1 + n_deals)
    return np.where(still, np.nan, small), np.where(still, np.nan, large)


def _deals(resamples: int) -> int:
    return DEALS_PER_RESAMPLE * resamples


def _found(units: Units, metric: str) -> Pairs:
    one, other = np.triu_indices(len(units), 1)
    return Pairs(one, other, plain_divergences(units, metric) if len(one) else np.empty(0))


def _drawn(
    found: Pairs, units: Units, metric: str, *, resamples: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Draw anew, and tell what draws say: they are let go before anything is dealt."""
    n_pairs = len(found.one)
    drawn = (
        drawn_divergences(units, metric, resamples, rng=rng) if n_pairs else np.empty((resamples, n_pairs))
    )
    corrected, near, far = shifted_interval(found.plain, drawn)
    sure = _sure(found, units)
    return {
        "corrected": similarities(corrected, metric) * sure,
        "low": similarities(far, metric) * sure,
        "high": similarities(near, metric) * sure,
        **_beyond(found, drawn, len(units), metric=metric, sure=sure),
    }


def _chance(found: Pairs, units: Units, metric: str, *, n_deals: int, rng: np.random.Generator) -> Chance:
    deals = dealt(units, n_deals, rng) if len(found.one) else ()
    return chance_of((divergences(profiles, metric) for _, profiles in deals), found.plain, metric)


def _sure(found: Pairs, units: Units) -> Array:
    """Give 1 where both units can be drawn anew, else NaN."""
    return np.where(_blocks(found, units) > 1, 1.0, np.nan)


def _blocks(found: Pairs, units: Units) -> npt.NDArray[np.int64]:
    return np.minimum(units.n_blocks[found.one], units.n_blocks[found.other])


def _table(
    found: Pairs,
    units: Units,
    metric: str,
    *,
    drawn: dict[str, Array],
    chance: Chance,
    min_items: int,
) -> pd.DataFrame:
    one, other, point = found.one, found.other, similarities(found.plain, metric)
    expected = chance.expected if len(one) else point
    labels = np.array(units.labels, dtype=object)
    table = pd.DataFrame(
        {
            "one": labels[one],
            "other": labels[other],
            "similarity": point,
            **drawn,
            "n": units.n_readouts[one] + units.n_readouts[other],
            "n_one": units.n_readouts[one],
            "n_other": units.n_readouts[other],
            "expected": expected,
            "excess": point - expected,
            "p": np.minimum(1.0, 2 * np.minimum(chance.more, chance.less)),
            "p_more": chance.more,
            "p_less": chance.less,
            "q_more": discovery_rate(chance.more),
            "q_less": discovery_rate(chance.less),
            "thin": np.minimum(units.n_items[one], units.n_items[other]) < min_items,
        }
    )
    table["flag"] = _flags(_blocks(found, units), np.isnan(chance.more))
    return table


def _beyond(found: Pairs, drawn: Array, n_units: int, *, metric: str, sure: Array) -> dict[str, Array]:
    """Similarity above what the two units usually have with the others; unknown with fewer than three."""
    point = similarities(found.plain, metric)
    if n_units < 3:
        nothing = np.full(len(point), np.nan)
        return dict.fromkeys(("usual", "beyond", "beyond_low", "beyond_high"), nothing)
    usual = _usual(point[None], found, n_units)[0]
    again = [
        (alike := similarities(part, metric)) - _usual(alike, found, n_units)
        for part in np.array_split(drawn, max(1, len(drawn) // DRAWS_AT_ONCE))
    ]
    _, low, high = shifted_interval(point - usual, np.concatenate(again))
    return {
        "usual": usual,
        "beyond": point - usual,
        "beyond_low": low * sure,
        "beyond_high": high * sure,
    }


def _usual(alike: Array, found: Pairs, n_units: int) -> Array:
    total = np.zeros((len(alike), n_units))
    for unit in range(n_units):
        total[:, unit] = alike[:, (found.one == unit) | (found.other == unit)].sum(axis=1)
    both = total[:, found.one] + total[:, found.other] - 2 * alike
    return np.asarray(both / (2 * (n_units - 2)))


def _flags(blocks: npt.NDArray[np.int64], still: Flags) -> list[str]:
    told = []
    for count, same in zip(blocks, still, strict=True):
        parts = ["one block"] if count < 2 else ["few blocks"] if count < FEW_BLOCKS else []
        told.append("; ".join([*parts, *(["nothing to deal"] if same else [])]))
    return told
