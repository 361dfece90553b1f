"""A planted process of readouts: places that differ and drift, meetings in a row, items, words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

N_TOPICS, N_TERMS, LENGTH = 8, 500, 60
YEARS, QUARTERS = 5, 4
ITEMS = 1.4  # Poisson mean of the items beyond the first
MEMORY = 1 / 6  # years: correlation of two meetings' shocks falls to 1/e in two months
PLACE, DRIFT, MEETING, ITEM = 0.5, 0.15, 0.5, 1.0  # standard deviations, on the scale of logarithms


@dataclass(frozen=True, eq=False)
class Process:
    """What is the same in all samples."""

    topics: np.ndarray
    level: np.ndarray
    treated: np.ndarray
    year: np.ndarray
    act: np.ndarray


@dataclass(frozen=True, eq=False)
class Places:
    """What is the same in all samples of some places: (n_places, n_topics), or (n_places,)."""

    intercept: np.ndarray
    slope: np.ndarray
    treated: np.ndarray
    busy: np.ndarray


@dataclass(frozen=True, eq=False)
class Sample:
    """Documents: their variables, their true shares and their counts."""

    covariates: pd.DataFrame
    shares: np.ndarray
    counts: csr_matrix


def plant_process(seed: int) -> Process:
    """Draw the topics (a Zipf law, each weight multiplied by a draw of each topic) and the effects."""
    chance = np.random.default_rng(seed)
    law = chance.permutation(1 / np.arange(1, N_TERMS + 1) ** 0.8)
    topics = law * chance.gamma(0.3, 1, (N_TOPICS, N_TERMS)) + 1e-9
    return Process(
        topics=topics / topics.sum(axis=1, keepdims=True),
        level=np.linspace(0.8, -0.8, N_TOPICS),
        treated=0.5 * chance.permutation(np.linspace(-1, 1, N_TOPICS)),
        year=0.12 * chance.permutation(np.linspace(-1, 1, N_TOPICS)),
        act=0.6 * chance.permutation(np.linspace(-1, 1, N_TOPICS)),
    )


def plant_places(n_places: int, chance: np.random.Generator) -> Places:
    """Draw places: random intercepts and slopes, half of them treated, some with three times the meetings."""
    return Places(
        intercept=PLACE * chance.normal(size=(n_places, N_TOPICS)),
        slope=DRIFT * chance.normal(size=(n_places, N_TOPICS)),
        treated=chance.permutation(np.arange(n_places) % 2),
        busy=chance.uniform(1.0, 3.0, n_places),
    )


def draw_sample(process: Process, places: Places, chance: np.random.Generator) -> Sample:
    """Draw meetings, their items and the items' words."""
    per_quarter = chance.poisson(places.busy[:, None], (len(places.busy), YEARS * QUARTERS))
    place, quarter = (
        index.repeat(per_quarter.ravel()) for index in map(np.ravel, np.indices(per_quarter.shape))
    )
    day = (quarter + chance.random(len(quarter))) / QUARTERS
    order = np.lexsort((day, place))
    place, quarter, day = place[order], quarter[order], day[order]
    meeting = MEETING * _shocks(place, day, chance)
    n_items = 1 + chance.poisson(ITEMS, len(place))
    of = np.repeat(np.arange(len(place)), n_items)
    act = chance.random(len(of)) < 0.4
    time = day[of] - YEARS / 2
    log = (
        process.level
        + places.intercept[place[of]]
        + (process.year + places.slope[place[of]]) * time[:, None]
        + process.treated * places.treated[place[of], None]
        + process.act * act[:, None]
        + meeting[of]
        + ITEM * chance.normal(size=(len(of), N_TOPICS))
    )
    weights = np.exp(log)
    shares = weights / weights.sum(axis=1, keepdims=True)
    covariates = pd.DataFrame(
        {
            "place": np.char.add("p", np.char.zfill(place[of].astype(str), 4)),
            "readout_id": np.char.add("r", of.astype(str)),
            "year": 2015 + quarter[of] // QUARTERS,
            "quarter": 1 + quarter[of] % QUARTERS,
            "act": np.where(act, "relay", "decide"),
            "treated": places.treated[place[of]],
        }
    )
    return Sample(covariates, shares, _words(process, shares, chance))


def _shocks(place: np.ndarray, day: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Draw what each meeting has of its own: correlated with the meeting before it in the place."""
    noise = chance.normal(size=(len(place), N_TOPICS))
    gap = np.diff(day, prepend=-np.inf)
    gap[np.flatnonzero(np.diff(place, prepend=-1))] = np.inf
    kept = np.exp(-gap / MEMORY)
    for row in np.flatnonzero(kept):
        noise[row] = kept[row] * noise[row - 1] + np.sqrt(1 - kept[row] ** 2) * noise[row]
    return noise


def _words(process: Process, shares: np.ndarray, chance: np.random.Generator) -> csr_matrix:
    lengths = 1 + chance.poisson(chance.gamma(4, LENGTH / 4, len(shares)))
    of_topic = chance.multinomial(lengths, shares)
    rows, columns = [], []
    for topic, wanted in zip(process.topics, of_topic.T, strict=True):
        columns.append(chance.choice(N_TERMS, size=wanted.sum(), p=topic))
        rows.append(np.repeat(np.arange(len(shares)), wanted))
    where = (np.concatenate(rows), np.concatenate(columns))
    counts = csr_matrix((np.ones(len(where[0])), where), shape=(len(shares), N_TERMS))
    counts.sum_duplicates()
    return counts
