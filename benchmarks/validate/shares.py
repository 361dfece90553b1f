"""Whether 95 % intervals of shares on fitted topics hold the true shares 95 times in 100.

    python benchmarks/validate/shares.py [--runs 1000] [--models 20] [--places 12 30 60] [--workers 2]
                                         [--serial 0.5] [--memory 0.7] [--block quarter]

A process is planted: topics; a level of each topic, the effect of each year on it (the same for all places)
and of each place (standard deviations of the log weights, all printed); a disturbance of each place that
lives on from month to month (serial dependence); one of each readout, whose one to several items so are
alike. An item is of one topic, with common words among its words. Places differ in how often they report.

For each of several processes a model is fitted (`fit_lda`) on places that are then thrown away: topics are
discovered on one half and shares estimated on the other. Each run draws new places of the same process,
infers the shares of their items under the model (`infer_topics`) and asks `topic_shares`, `year_trends` and
`composition` for intervals. With fewer places a run takes the first of them; what is not asked about is run
with the fewest.

What is true, for a **fitted** topic k: sum over planted topics z of P(z) * M(z, k). M(z, k), the mean share
of topic k in items of topic z under that model, is measured on many fresh items (the same source of words,
the same inference); P(z) is the chance that an item of the cell is of topic z:
  place           its own effect and the years' effects given, the mean over the years of the expectation over
                  all disturbances: what the place would show in the long run, were those years to last;
  year            the years' effects given, the expectation over the places of the process and all
                  disturbances: the population that the places were drawn from;
  place x year    the place's and the year's effects given, the expectation over all disturbances;
  year, by place  as for the year, every place counting 1; the same number, since how often a place reports is
                  planted apart from its topics;
  change          from the first year to the last: the difference of the two years' truths.

Coverage is over runs, cells and topics; its error is that of the mean over runs. The worst topic is the one
of all models' topics that is covered least: by chance where there are few cells; in cells of one place it is
the rarest, of which a place has few items. `below`: how often the truth is below the interval. `without`:
cells that have no interval, since they hold one stretch of time. `--serial` and `--memory` plant other
dependence (the standard deviation of the disturbance that lives on, and how much of it is left a month
later); `--block` is the stretch of time that `topic_shares` is told to resample.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import compress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from scipy.sparse import csr_matrix

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # what the benchmarks share lies beside

from topics_data import machine, say

import readout_nlp as rn
from readout_nlp.compare.bootstrap import BLOCKS
from readout_nlp.compare.composition import composition
from readout_nlp.compare.trends import year_trends
from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.threads import one_thread
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import Inference
from readout_nlp.workers import parallel_map

LOW, HIGH = 0.93, 0.97  # asked
N_TOPICS, N_TERMS, LENGTH, COMMON = 8, 1200, 45, 0.2
YEARS, PER_YEAR = (2015, 2016, 2017, 2018), 8.0
PLACE, YEAR, SERIAL, MEMORY, READOUT, BUSY = 0.6, 0.3, 0.5, 0.7, 0.4, 0.4
MORE_ITEMS = 1.5  # items of a readout beyond the first: mean of a Poisson
FITTED_ON, PASSES, RESAMPLES = 60, 10, 500
NOTHING: Mapping[str, Any] = MappingProxyType({})
N_FRESH, N_DRAWS, N_PLACES_DRAWN = 3000, 500, 20_000  # for the truth: items a topic; disturbances; places


@dataclass(frozen=True, eq=False)
class Process:
    """What is the same in all samples: topics by terms, log weights by year, and what lives on by month."""

    topics: np.ndarray
    levels: np.ndarray
    serial: float = SERIAL
    memory: float = MEMORY


@dataclass(frozen=True, eq=False)
class Sample:
    """Places of a process: their effects, their readouts and their items."""

    places: np.ndarray
    corpus: Corpus
    counts: TermMatrix


@dataclass(frozen=True, eq=False)
class Truth:
    """P(z) of the years, disturbances to average over, and M."""

    years: np.ndarray
    disturbances: np.ndarray
    shown: np.ndarray


def main() -> None:
    """Print coverage by kind of cell and number of places."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--models", type=int, default=20, help="processes, each with a model fitted once")
    parser.add_argument("--places", type=int, nargs="+", default=[12, 30, 60])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--serial", type=float, default=SERIAL)
    parser.add_argument("--memory", type=float, default=MEMORY)
    parser.add_argument("--block", choices=BLOCKS, default="quarter")
    given = parser.parse_args()
    print(
        f"{machine()}; {given.runs} runs, {given.models} fitted models of {N_TOPICS} topics,"
        f" {len(YEARS)} years of about {PER_YEAR:.0f} readouts a place, {1 + MORE_ITEMS:.1f} items each\n"
        f"standard deviations: place {PLACE}, year {YEAR}, readout {READOUT}, serial {given.serial}"
        f" (month to month {given.memory})\n{RESAMPLES} resamples, blocks of a {given.block}\n",
        flush=True,
    )
    settings = {"serial": given.serial, "memory": given.memory, "block": given.block}
    found = simulate(
        given.runs, models=given.models, places=given.places, workers=given.workers, settings=settings
    )
    print("\n".join(lines(found)))


def simulate(
    runs: int, *, models: int, places: Sequence[int], workers: int, settings: Mapping[str, Any] = NOTHING
) -> pd.DataFrame:
    """Give one row a run, number of places and kind of cell: how many intervals, and how many held the truth.

    Runs are dealt to the models evenly.
    """
    each = [runs // models + (number < runs % models) for number in range(models)]
    work = partial(of_model, places=tuple(sorted(places)), **settings)
    with parallel_map(workers) as spread:
        parts = []
        for number, part in enumerate(spread(work, range(models), each)):
            parts.append(part)
            say(f"{number + 1} of {models} models")
    return pd.concat(parts, ignore_index=True)


def of_model(
    seed: int,
    runs: int,
    *,
    places: tuple[int, ...],
    serial: float = SERIAL,
    memory: float = MEMORY,
    block: str = "quarter",
) -> pd.DataFrame:
    """Plant a process, fit a model, and run it."""
    with one_thread():
        process = replace(plant(np.random.default_rng([seed, 0])), serial=serial, memory=memory)
        train = draw(process, FITTED_ON, np.random.default_rng([seed, 1]))
        fit = rn.fit_lda(train.counts, n_topics=N_TOPICS, passes=PASSES, random_state=seed)
        truth = measure(process, fit, np.random.default_rng([seed, 2]))
        rows = []
        for run in range(runs):
            sample = draw(process, max(places), np.random.default_rng([seed, 3, run]))
            inferred = rn.infer_topics(fit, sample.counts)
            found = check(process, sample, inferred, truth=truth, places=places, block=block)
            rows += [row | {"model": seed} for row in found]
    return pd.DataFrame(rows)


def plant(chance: np.random.Generator) -> Process:
    """Draw topics (a Zipf law, each weight multiplied by a draw of each topic) and levels by year."""
    law = chance.permutation(1 / np.arange(1, N_TERMS + 1))
    topics = law * chance.gamma(0.1, 1, (N_TOPICS, N_TERMS)) + 1e-12
    topics /= topics.sum(axis=1, keepdims=True)
    common = law / law.sum()
    levels = np.linspace(0.8, -0.8, N_TOPICS) + chance.normal(0, YEAR, (len(YEARS), N_TOPICS))
    return Process(topics=(1 - COMMON) * topics + COMMON * common, levels=levels)


def draw(process: Process, n_places: int, chance: np.random.Generator) -> Sample:
    """Draw places with their readouts over all years, and their items."""
    own = chance.normal(0, PLACE, (n_places, N_TOPICS))
    months = 12 * len(YEARS)
    kept = np.empty((n_places, months, N_TOPICS))
    kept[:, 0] = chance.normal(0, process.serial, (n_places, N_TOPICS))
    for month in range(1, months):
        new = chance.normal(0, process.serial * np.sqrt(1 - process.memory**2), (n_places, N_TOPICS))
        kept[:, month] = process.memory * kept[:, month - 1] + new
    busy = PER_YEAR * np.exp(chance.normal(0, BUSY, n_places))
    held = chance.poisson(busy[:, None] / 12, (n_places, months))
    place, month = (np.repeat(index.ravel(), held.ravel()) for index in np.indices(held.shape))
    logs = own[place] + kept[place, month] + process.levels[month // 12]
    logs += chance.normal(0, READOUT, logs.shape)
    readout = np.repeat(np.arange(len(place)), 1 + chance.poisson(MORE_ITEMS, len(place)))
    topic = of_weights(np.exp(logs)[readout], chance)
    return Sample(
        places=own,
        corpus=as_corpus(place, month, readout),
        counts=words(process, topic, [f"i{number:06}" for number in range(len(topic))], chance),
    )


def of_weights(weights: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Draw one column a row."""
    upto = weights.cumsum(axis=1)
    return (chance.random((len(upto), 1)) * upto[:, -1:] > upto).sum(axis=1)


def words(process: Process, topic: np.ndarray, names: list[str], chance: np.random.Generator) -> TermMatrix:
    """Draw the words of items."""
    lengths = 1 + chance.poisson(LENGTH, len(topic))
    item = np.repeat(np.arange(len(topic)), lengths)
    term = np.empty(len(item), dtype=np.int64)
    for number, row in enumerate(process.topics):
        of_topic = topic[item] == number
        upto = row.cumsum()
        term[of_topic] = np.searchsorted(upto, chance.random(of_topic.sum()) * upto[-1])
    shape = (len(topic), N_TERMS)
    counts = csr_matrix((np.ones(len(item)), (item, term)), shape=shape)
    counts.sum_duplicates()
    return TermMatrix(counts, [f"w{number:04}" for number in range(N_TERMS)], names)


def as_corpus(place: np.ndarray, month: np.ndarray, readout: np.ndarray) -> Corpus:
    """Make a corpus of readouts and items without any text."""
    ids = [f"r{number:06}" for number in range(len(place))]
    readouts = pl.DataFrame(
        {
            "readout_id": ids,
            "place": [f"p{number:03}" for number in place],
            "year": YEARS[0] + month // 12,
            "quarter": 1 + month % 12 // 3,
        }
    )
    items = pl.DataFrame(
        {"item_id": [f"i{number:06}" for number in range(len(readout))], "readout_id": np.array(ids)[readout]}
    )
    return Corpus(
        filled(readouts, READOUT_SCHEMA), filled(items, ITEM_SCHEMA), pl.DataFrame(schema=QUARANTINE_SCHEMA)
    )


def filled(table: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Add the columns that a table lacks, empty."""
    columns = [
        pl.col(name).cast(kind) if name in table.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    ]
    return table.select(columns)


def measure(process: Process, fit: TopicFit, chance: np.random.Generator) -> Truth:
    """Find out what is true of this process under this model."""
    topic = np.repeat(np.arange(N_TOPICS), N_FRESH)
    fresh = words(process, topic, [f"f{number:06}" for number in range(len(topic))], chance)
    shares = rn.infer_topics(fit, fresh).doc_topics
    shown = shares.reshape(N_TOPICS, N_FRESH, -1).mean(axis=1)
    half = chance.normal(0, np.hypot(process.serial, READOUT), (N_DRAWS // 2, N_TOPICS))
    disturbances = np.concatenate([half, -half])
    many = chance.normal(0, PLACE, (N_PLACES_DRAWN, N_TOPICS))
    moved = many + disturbances[chance.integers(0, N_DRAWS, N_PLACES_DRAWN)]
    years = np.array(
        [chances(level + np.concatenate([moved, -moved])).mean(axis=0) for level in process.levels]
    )
    return Truth(years=years @ shown, disturbances=disturbances, shown=shown)


def chances(logs: np.ndarray) -> np.ndarray:
    """Turn log weights into chances over the last axis."""
    weights = np.exp(logs)
    return weights / weights.sum(axis=-1, keepdims=True)


def check(
    process: Process,
    sample: Sample,
    inferred: Inference,
    *,
    truth: Truth,
    places: tuple[int, ...],
    block: str = "quarter",
) -> list[dict[str, object]]:
    """Ask for intervals and hold them against the truth: one row a kind of cell and number of places."""
    of_place = by_place(process, sample, truth)
    whole = rn.topic_shares(inferred, sample.corpus, by="place", intervals=RESAMPLES, block=block)
    rows = []
    for count in places:
        known = [f"p{number:03}" for number in range(count)]
        some = restricted(sample.corpus, known)
        part = of_items(inferred, some)
        years = rn.topic_shares(part, some, by="year", intervals=RESAMPLES)
        of_all = [
            ("place", whole[whole["place"].isin(known)], of_place[:count].mean(axis=1)),
            ("year", years, truth.years),
        ]
        if count == min(places):
            of_all += beside(part, some, truth, of_place=of_place[:count], block=block)
        rows += [{"kind": kind, "places": count, **held(table, true)} for kind, table, true in of_all]
    return rows


def beside(
    inferred: Inference, corpus: Corpus, truth: Truth, *, of_place: np.ndarray, block: str
) -> list[tuple[str, pd.DataFrame, np.ndarray]]:
    """Give the intervals that are not asked about, with what is true."""
    both = rn.topic_shares(inferred, corpus, by=("place", "year"), intervals=RESAMPLES, block=block)
    alike = year_trends(inferred, corpus, intervals=RESAMPLES).sort_values(["year", "topic"])
    ends = alike.rename(columns={"low_place_weighted": "low", "high_place_weighted": "high"})
    moves = composition(inferred, corpus, between="ends", intervals=RESAMPLES)
    return [
        ("place x year", both, of_place),
        ("year, by place", ends, truth.years),
        ("change", moves[moves["part"] == "total"], truth.years[-1] - truth.years[0]),
    ]


def by_place(process: Process, sample: Sample, truth: Truth) -> np.ndarray:
    """Give the true shares: shape (n_places, n_years, n_topics)."""
    return (
        np.array(
            [
                [chances(own + level + truth.disturbances).mean(axis=0) for level in process.levels]
                for own in sample.places
            ]
        )
        @ truth.shown
    )


def restricted(corpus: Corpus, known: list[str]) -> Corpus:
    """Keep some places."""
    readouts = corpus.readouts.filter(pl.col("place").is_in(known))
    items = corpus.items.filter(pl.col("readout_id").is_in(readouts["readout_id"].to_list()))
    return Corpus(readouts, items, corpus.quarantine)


def of_items(inferred: Inference, corpus: Corpus) -> Inference:
    """Keep what was inferred of the items of a corpus."""
    known = set(corpus.items["item_id"])
    kept = np.array([name in known for name in inferred.doc_ids])
    ids = tuple(compress(inferred.doc_ids, kept))
    return Inference(
        doc_topics=inferred.doc_topics[kept],
        doc_ids=ids,
        topic_ids=inferred.topic_ids,
        oov_share=inferred.oov_share[kept],
        novel=inferred.novel[kept],
    )


def held(table: pd.DataFrame, true: np.ndarray) -> dict[str, object]:
    """Count the intervals, those that hold the truth, and the cells without one."""
    low, high, flat = table["low"].to_numpy(), table["high"].to_numpy(), np.ravel(true)
    given = ~np.isnan(low)
    inside = given & (low <= flat) & (flat <= high)
    topics = inside.reshape(-1, N_TOPICS).sum(axis=0), given.reshape(-1, N_TOPICS).sum(axis=0)
    return {
        "n": int(given.sum()),
        "inside": int(inside.sum()),
        "below": int((given & (flat < low)).sum()),
        "without": int((~given).sum()),
        "width": float((high - low)[given].mean()) if given.any() else np.nan,
        "by_topic": topics,
    }


def lines(found: pd.DataFrame) -> list[str]:
    """Print coverage beside what is asked."""
    told = [f"{'95 % intervals of':<19}places  coverage (error)  worst topic  below  width  without"]
    for (kind, count), part in found.groupby(["kind", "places"], sort=False):
        n, without = part["n"].sum(), part["without"].sum()
        coverage = part["inside"].sum() / n
        error = (part["inside"] / part["n"]).std(ddof=1) / np.sqrt(len(part))
        lowest = min(worst(rows) for _, rows in part.groupby("model"))
        asked = f"asked: {LOW:.2f} to {HIGH:.2f}: {'yes' if LOW <= coverage <= HIGH else 'NO'}"
        told.append(
            f"{kind:<19}{count:>6}  {coverage:.3f} ({error:.3f})    {lowest:>11.3f}"
            f"  {part['below'].sum() / n:.3f}  {part['width'].mean():.3f}  {without / (n + without):>7.3f}"
            f"  ({asked if kind in ASKED else 'not asked'})"
        )
    return told


def worst(rows: pd.DataFrame) -> float:
    """Give the coverage of the topic of a model that is covered least."""
    inside, given = (np.sum([one[which] for one in rows["by_topic"]], axis=0) for which in (0, 1))
    return float((inside / given).min())


ASKED = ("place", "year")

if __name__ == "__main__":
    main()
