"""Planted attention: the share of a city's agenda that each topic holds in a year, dealt onto pages."""

from __future__ import annotations

import math
from random import Random

from readout_nlp.sample.material import topics
from readout_nlp.sample.streams import stream
from readout_nlp.sample.world import FIRST_YEAR

MOST = 0.18  # above this a topic would come twice in one meeting
_SHOCKS = {"flood": (4, 1.6, 0.6), "public_health": (6, 1.8, 1.0)}  # year, log strength, part of the cities


def attention(seed: int, city: str, year: int) -> dict[str, float]:
    """Give the planted share of each topic on a city's agenda in a year; the shares sum to 1.

    A topic's log weight is its own level and slope, the city's taste (three specialities each) and shocks:
    floods in the fifth year for some cities, an epidemic in the seventh for all.

    Examples
    --------
    >>> round(sum(attention(0, "990100", 2015).values()), 9)
    1.0
    """
    since = year - FIRST_YEAR
    weights = {}
    special = stream(seed, "special", city).sample(sorted(topics()), 3)
    for topic in topics():
        own, taste = stream(seed, "trend", topic), stream(seed, "taste", city, topic)
        level, slope, phase = own.gauss(0, 0.3), own.gauss(0, 0.11), own.uniform(0, 6)
        log = level + slope * (since - 3.5) + 0.3 * math.sin(since / 1.7 + phase) + taste.gauss(0, 0.35)
        log += 1.2 * (topic in special) + _shock(topic, since, taste)
        weights[topic] = math.exp(log)
    return _capped(weights)


def deal(shares: dict[str, float], *, sizes: list[int], rng: Random) -> list[list[str]]:
    """Deal topics onto pages of the given sizes so that their counts follow the shares closely.

    Systematic sampling: over the whole hand no topic's count is off by one or more from its share.

    Examples
    --------
    >>> sorted(deal({"a": 0.5, "b": 0.5}, sizes=[2, 2], rng=Random(0))[0])
    ['a', 'b']
    """
    total = sum(sizes)
    order = rng.sample(list(shares), len(shares))
    start = rng.random()
    hand: list[str] = []
    reached = 0.0
    for topic in order:
        reached += shares[topic] * total
        hand.extend([topic] * (max(0, math.ceil(reached - start)) - len(hand)))
    hand += [order[-1]] * (total - len(hand))
    pages: list[list[str]] = [[] for _ in sizes]
    for topic in hand:  # the emptiest page takes the next card, so that the same topics lie far apart
        fits = [k for k, size in enumerate(sizes) if len(pages[k]) < size]
        fresh = [k for k in fits if topic not in pages[k]] or fits
        pages[min(fresh, key=lambda k: (len(pages[k]) / sizes[k], k))].append(topic)
    for page in pages:
        rng.shuffle(page)
    return pages


def _shock(topic: str, since: int, taste: Random) -> float:
    if topic not in _SHOCKS:
        return 0.0
    when, strength, part = _SHOCKS[topic]
    hit = taste.random() < part
    return strength * (since == when) * hit + 0.5 * strength * (since == when + 1) * hit


def _capped(weights: dict[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    shares = {topic: weight / total for topic, weight in weights.items()}
    for _ in range(20):
        over = sum(share - MOST for share in shares.values() if share > MOST)
        if over < 1e-12:
            break
        room = sum(share for share in shares.values() if share < MOST)
        shares = {t: MOST if s >= MOST else s * (1 + over / room) for t, s in shares.items()}
    return shares
