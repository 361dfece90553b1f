"""Mean topic shares in windows of time around any day, place by place, by cumulative sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from readout_nlp.compare.mixtures import Mixtures
from readout_nlp.compare.time_blocks import Array, Codes, block_mean, collapsed, half_width, varied

BLOCK_DAYS = 30
MIN_READOUTS = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class Attention:
    """Shares of some topics in readouts, in the order of days.

    Attributes
    ----------
    shares : ndarray of shape (n, n_topics)
    days : ndarray of shape (n,)
    places : ndarray of shape (n,)
    topic_ids : tuple of str
    span : tuple of float
        First and last day of the record; both NaN where it is empty.
    """

    shares: Array
    days: Array
    places: np.ndarray
    topic_ids: tuple[str, ...]
    span: tuple[float, float]

    def rows(self, chosen: np.ndarray) -> Attention:
        """Keep some readouts; the span of the record stays."""
        return replace(self, shares=self.shares[chosen], days=self.days[chosen], places=self.places[chosen])

    def on_both_sides(self, day: float, window: int) -> tuple[Attention, int]:
        """Keep the places with readouts before and after a day; count the others' readouts in the windows."""
        near = np.abs(self.days + 0.5 - day) < window  # [day - window, day + window)
        before = set(self.places[near & (self.days < day)].tolist())
        after = set(self.places[near & (self.days >= day)].tolist())
        both = np.array([place in before & after for place in self.places.tolist()], dtype=bool)
        return self.rows(both), int((near & ~both).sum())

    def counts(self, day: float, window: int) -> tuple[int, int]:
        """Count the readouts in the windows before and after."""
        before = (self.days >= day - window) & (self.days < day)
        after = (self.days >= day) & (self.days < day + window)
        return int(before.sum()), int(after.sum())

    def means(self, days: Array, window: int, weight: str) -> tuple[Array, Array]:
        """Give the mean shares before and after each day.

        Places with readouts on one side only are left out of that day's means; NaN where none is left.

        Returns
        -------
        before, after : ndarray of shape (len(days), n_topics)
        """
        shape = (len(days), len(self.topic_ids))
        sums, mass = [np.zeros(shape), np.zeros(shape)], [np.zeros(len(days)), np.zeros(len(days))]
        for place in sorted(set(self.places.tolist())):
            own = self.places == place
            parts = _windows(self.shares[own], self.days[own], days, window)
            both = (parts[0][1] > 0) & (parts[1][1] > 0)
            for side, (total, n) in enumerate(parts):
                scale = both * (1.0 if weight == "readout" else 1.0 / np.maximum(n, 1))
                sums[side] += total * scale[:, None]
                mass[side] += n * scale
        with np.errstate(invalid="ignore"):
            before, after = (total / n[:, None] for total, n in zip(sums, mass, strict=True))
        return before, after


def attention_of(
    mixtures: Mixtures, topic_ids: Sequence[str], places: Sequence[str] | None = None
) -> Attention:
    """Take some topics and places of the readouts.

    Examples
    --------
    >>> line = Mixtures(shares=np.array([[0.2, 0.8]]), readout_ids=("a",), topic_ids=("t01", "t02"),
    ...                 places=np.array(["p"]), days=np.array([3.0]), left_out={})
    >>> attention_of(line, ["t02"]).shares.tolist()
    [[0.8]]
    """
    columns = [mixtures.topic_ids.index(name) for name in topic_ids]
    whole = Attention(
        shares=mixtures.shares[:, columns],
        days=mixtures.days,
        places=mixtures.places,
        topic_ids=tuple(topic_ids),
        span=(float(mixtures.days[0]), float(mixtures.days[-1])) if len(mixtures) else (np.nan, np.nan),
    )
    return whole if places is None else whole.rows(np.isin(whole.places.astype(str), list(places)))


def placebo_days(span: tuple[float, float], day: float, window: int) -> tuple[Array, int]:
    """Give all days whose windows lie in the record and do not touch the event's, and how many fit apart.

    Examples
    --------
    >>> days, apart = placebo_days((0.0, 100.0), 50.0, 10)
    >>> days.min(), days.max(), apart
    (np.float64(10.0), np.float64(91.0), 4)
    """
    if not np.isfinite(span).all():
        return np.empty(0), 0
    first, last = span[0] + window, span[1] + 1 - window
    days = np.arange(first, last + 1)
    days = days[np.abs(days - day) >= 2 * window]
    early, late = days[days < day], days[days > day]
    apart = sum(int((side[-1] - side[0]) // (2 * window)) + 1 for side in (early, late) if len(side))
    return days, apart


def event_error(held: Attention, day: float, *, window: int, weight: str) -> tuple[Array, int]:
    """Give the standard error of after less before, from blocks of 30 days of a place, and its freedom.

    Deviations are taken from the place's own mean on its side, since the same places stand on both; places
    with one block on a side share a stratum there (collapsed strata, Wolter 2007), so that what sets them
    apart counts as error.
    """
    near = (held.days >= day - window) & (held.days < day + window)
    here = held.rows(near)
    n_topics = len(held.topic_ids)
    if not len(here.days):
        return np.full(n_topics, np.nan), 0
    side = (here.days >= day).astype(np.int64)
    place = _numbered(here.places)
    _, stratum = np.unique(np.stack([side, place]), axis=1, return_inverse=True)
    stratum = stratum.ravel()
    scale = _scales(stratum, side, weight)
    time = np.floor((here.days - day) / BLOCK_DAYS).astype(np.int64)
    _, first, block = np.unique(np.stack([stratum, time]), axis=1, return_index=True, return_inverse=True)
    block = block.ravel()
    pooled = collapsed(stratum[first], side[first])
    centre = _centres(here.shares, scale, pooled[block])
    sums = np.zeros((len(first), n_topics))
    np.add.at(sums, block, (here.shares - centre) * scale[:, None])
    variance, df = np.zeros(n_topics), 0
    for one in np.unique(pooled):
        m = int((pooled == one).sum())
        if m < 2:  # one place, one block: no variance to be seen on this side
            return np.full(n_topics, np.nan), 0
        own = sums[pooled == one]
        variance += m / (m - 1) * ((own - own.mean(axis=0)) ** 2).sum(axis=0)
        df += m - 1
    return np.sqrt(variance), df


def steps(held: Attention, day: float, *, step_days: int, n_steps: int) -> Iterator[tuple[Any, ...]]:
    """Give topic by topic and step by step: bounds, share, interval, number of readouts, thin."""
    found = []
    blocks = _numbered(held.places)
    if len(set(blocks.tolist())) == 1:
        blocks = np.arange(len(blocks))  # one place: its readouts are the observations
    for step in range(-n_steps, n_steps):
        start = day + step * step_days
        inside = np.flatnonzero((held.days >= start) & (held.days < start + step_days))
        share, error, df = block_mean(held.shares[inside], blocks[inside])
        found.append((step, start, share, half_width(varied(error), df), len(inside)))
    for column, topic in enumerate(held.topic_ids):
        for step, start, share, wide, n in found:
            bounds = (_as_date(start), _as_date(start + step_days))
            own, half = float(share[column]), float(wide[column])
            yield (topic, step, *bounds, own, own - half, own + half, n, n < MIN_READOUTS)


def _windows(shares: Array, days: Array, asked: Array, window: int) -> list[tuple[Array, Array]]:
    """Give sum and number of readouts of one place before and after each day."""
    upto = np.vstack([np.zeros(shares.shape[1]), np.cumsum(shares, axis=0)])
    edges = [np.searchsorted(days, asked + shift, "left") for shift in (-window, 0, window)]
    return [
        (upto[last] - upto[first], (last - first).astype(np.float64))
        for first, last in (edges[:2], edges[1:])
    ]


def _scales(stratum: Codes, side: Codes, weight: str) -> Array:
    """Give every readout its weight in the mean of its side; the weights of a side sum to 1."""
    if weight == "readout":
        return np.asarray(1.0 / np.bincount(side, minlength=2)[side])
    n_places = np.array([len(np.unique(stratum[side == one])) for one in (0, 1)])
    return np.asarray(1.0 / (np.bincount(stratum)[stratum] * np.maximum(n_places, 1)[side]))


def _centres(shares: Array, scale: Array, pooled: Codes) -> Array:
    """Give every readout the weighted mean of its (collapsed) stratum."""
    _, at = np.unique(pooled, return_inverse=True)
    at = at.ravel()
    sums, mass = np.zeros((at.max() + 1, shares.shape[1])), np.bincount(at, weights=scale)
    np.add.at(sums, at, shares * scale[:, None])
    return np.asarray((sums / mass[:, None])[at])


def _numbered(names: np.ndarray) -> Codes:
    _, at = np.unique(names.astype(str), return_inverse=True)
    return at.astype(np.int64).ravel()


def _as_date(day: float) -> Any:
    return np.datetime64(int(day), "D").astype("datetime64[s]")
