"""Find planted leaders by resonance, and count those who are called leaders where there is none.

    python benchmarks/validate/resonance.py [--runs 1000] [--places 12 30 60] [--workers 2]

Every run draws four years of weekly readouts, of which 30 % are missing, of 12 topics and about four items
each, for so many places. In log-odds, a place's agenda at week t is

    taste of the place + trend of the nation + what the nation turns to at t + the place's own drift + lead,

where the nation's turns and the places' drifts are autoregressive (half-lives of 10 and 5 weeks), all
places follow the nation's turns at once, and tastes differ as much as in two unlike cities. The items'
topics are then drawn from the agenda and their shares blurred (Dirichlet), as fitted topics are.

*Leaders*: one place in twelve. The leaders share a drift of their own, stronger, which every other place
takes up six weeks (42 days) later. *No leader*: the same without anyone taking it up. *Rising taste*: no
leader, and some places have a standing taste for the topics that rise over the years.

Printed for each number of places: the share of runs whose leaders have the highest excess resonance of all;
the area under the curve of excess against being a leader; how often a leader is named (role "leads", which
holds the chance of naming any place wrongly at 5 %); and for the runs without leaders, how often any place
is named as leader or follower (asked: at most 7 % of runs), how often an unadjusted p is below .05 (at most
7 % of places), and the same first figure for plain resonance, tested against 0, for comparison.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from topics_data import machine, say

from readout_nlp.compare.leaders import leaders
from readout_nlp.compare.mixtures import readout_mixtures
from readout_nlp.compare.time_blocks import block_mean, block_of, two_sided
from readout_nlp.compare.windows import sides, smoothed
from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.topics.infer import Inference

WEEKS, LAG, MISSING, N_TOPICS, ITEMS = 208, 6, 0.3, 12, 4
WINDOW_DAYS = 60
TASTE, NATION, DRIFT, LEAD, TREND = 0.8, 0.5, 0.5, 0.7, 0.5
NATION_MEMORY, DRIFT_MEMORY = 0.5 ** (1 / 10), 0.5 ** (1 / 5)
KINDS = ("leaders", "no leader", "rising taste")
ALARMS, FIRST_MONDAY = 0.07, date(2016, 1, 4)


def main() -> None:
    """Print one block for each number of places."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--places", type=int, nargs="+", default=[12, 30, 60])
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    print(f"{machine()}; {given.runs} runs of each kind; windows of {WINDOW_DAYS} days", flush=True)
    with ProcessPoolExecutor(given.workers, mp_context=get_context("spawn")) as pool:
        for n_places in given.places:
            print(f"\n{n_places} places, of which {n_leaders(n_places)} lead where any does", flush=True)
            for kind in KINDS:
                work = partial(run, kind=kind, n_places=n_places)
                found = list(pool.map(work, range(given.runs), chunksize=max(1, given.runs // 50)))
                for line in report(kind, found):
                    print(line, flush=True)
                say(f"{n_places} places, {kind}: done")


def n_leaders(n_places: int) -> int:
    """One place in twelve leads."""
    return max(1, n_places // 12)


def run(seed: int, *, kind: str, n_places: int) -> dict[str, float]:
    """Draw one corpus, and judge what `leaders` says of it."""
    corpus, topics, lead = draw(seed, kind=kind, n_places=n_places)
    with threadpool_limits(1):
        table = leaders(topics, corpus, window=WINDOW_DAYS)
        plain = np.nan if lead else plain_alarm(topics, corpus)
        return judge(table, lead) | {"plain": plain}


def judge(table, lead: Sequence[str]) -> dict[str, float]:
    """Compare the table with the truth."""
    is_lead = table["place"].isin(lead).to_numpy()
    named = (table["role"] == "leads").to_numpy()
    wrong = (table["role"] != "").to_numpy() & ~is_lead
    ranks = table["excess"].rank().to_numpy()
    pairs = is_lead.sum() * (~is_lead).sum()
    above = ranks[is_lead].sum() - is_lead.sum() * (is_lead.sum() + 1) / 2
    return {
        "first": float(is_lead[: is_lead.sum()].all()) if lead else np.nan,
        "auc": float(above / pairs) if lead else np.nan,
        "named": float(named[is_lead].mean()) if lead else np.nan,
        "wrong_leader": float((named & ~is_lead).any()),
        "alarm": float(wrong.any()),
        "low_p": float((table["p"] < 0.05).mean()),
    }


def plain_alarm(topics: Inference, corpus: Corpus) -> float:
    """Tell whether plain resonance, tested against 0 by place and adjusted, would name any place."""
    mixtures = readout_mixtures(topics, corpus)
    shares = smoothed(mixtures.shares, 0.01)
    before, after = sides(mixtures, shares, window=WINDOW_DAYS, window_in="days", scope="others")
    full = before.full & after.full
    value = (shares * (after.logs - before.logs)).sum(axis=1)
    blocks = block_of(mixtures.days, "quarter")
    p = []
    for place in sorted(set(mixtures.places.tolist())):
        here = full & (mixtures.places == place)
        mean, error, df = block_mean(value[here][:, None], blocks[here])
        p.append(float(two_sided(mean / error, df)[0]))
    return float(min(p) * len(p) < 0.05)


def draw(seed: int, *, kind: str, n_places: int) -> tuple[Corpus, Inference, list[str]]:
    """Draw a corpus with the truth: its shares, and which places lead."""
    rng = np.random.default_rng([seed, n_places, KINDS.index(kind)])
    names = [f"{number:02d}市" for number in range(n_places)]
    lead = names[: n_leaders(n_places)]
    agendas = softmax(log_odds(rng, kind, n_places))
    there = rng.random((n_places, WEEKS)) >= MISSING
    weekday = rng.integers(0, 5, (n_places, WEEKS))
    place, week = np.nonzero(there)
    dealt = rng.multinomial(ITEMS, agendas[place, week])
    blurred = rng.gamma(0.1 + 8.0 * dealt)  # about four items, each mostly of one topic
    rows = [
        (
            hashlib.sha256(f"{seed} {p} {w}".encode()).hexdigest()[:16],
            names[p],
            FIRST_MONDAY + timedelta(weeks=w, days=int(weekday[p, w])),
        )
        for p, w in zip(place.tolist(), week.tolist(), strict=True)
    ]
    topics = as_topics([row[0] for row in rows], blurred / blurred.sum(axis=1, keepdims=True))
    return as_corpus(rows), topics, lead if kind == "leaders" else []


def log_odds(rng: np.random.Generator, kind: str, n_places: int) -> np.ndarray:
    """Give the agendas in log-odds: (n_places, WEEKS, N_TOPICS)."""
    taste = rng.normal(0, TASTE, (n_places, 1, N_TOPICS))
    way = rng.normal(0, TREND, N_TOPICS)
    years = np.linspace(-1, 1, WEEKS)[None, :, None]
    agenda = taste + way * years + autoregressive(rng, NATION_MEMORY, NATION, (1, WEEKS, N_TOPICS))
    agenda = agenda + autoregressive(rng, DRIFT_MEMORY, DRIFT, (n_places, WEEKS, N_TOPICS))
    led = n_leaders(n_places)
    if kind == "rising taste":
        agenda[:led] += 2 * way  # they always held what rises
        return agenda
    ahead = autoregressive(rng, DRIFT_MEMORY, LEAD, (1, WEEKS + LAG, N_TOPICS))
    agenda[:led] += ahead[:, LAG:]
    if kind == "leaders":
        agenda[led:] += ahead[:, :WEEKS]
    return agenda


def autoregressive(
    rng: np.random.Generator, memory: float, spread: float, shape: tuple[int, int, int]
) -> np.ndarray:
    """Draw series over the second axis, of the standard deviation `spread`."""
    noise = rng.normal(0, spread * np.sqrt(1 - memory**2), shape)
    series = np.empty(shape)
    series[:, 0] = rng.normal(0, spread, (shape[0], shape[2]))
    for week in range(1, shape[1]):
        series[:, week] = memory * series[:, week - 1] + noise[:, week]
    return series


def softmax(odds: np.ndarray) -> np.ndarray:
    """Turn log-odds into shares."""
    raised = np.exp(odds - odds.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def as_corpus(rows: Sequence[tuple[str, str, date]]) -> Corpus:
    """Make a corpus of readouts with an id, a place and a day."""
    names, places, days = (list(column) for column in zip(*rows, strict=True))
    known = pl.DataFrame({"readout_id": names, "place": places, "meeting_date": days})
    empty = [
        pl.lit(None, dtype).alias(name) for name, dtype in READOUT_SCHEMA.items() if name not in known.columns
    ]
    readouts = known.with_columns(empty).select(list(READOUT_SCHEMA))
    return Corpus(readouts, pl.DataFrame(schema=ITEM_SCHEMA), pl.DataFrame(schema=QUARANTINE_SCHEMA))


def as_topics(names: Sequence[str], shares: np.ndarray) -> Inference:
    """Give shares as if inferred."""
    return Inference(
        doc_topics=shares,
        doc_ids=tuple(names),
        topic_ids=tuple(f"t{number:02d}" for number in range(1, shares.shape[1] + 1)),
        oov_share=np.zeros(len(names)),
        novel=np.zeros(len(names), dtype=bool),
    )


def report(kind: str, found: Sequence[dict[str, float]]) -> list[str]:
    """Give the lines of one kind of runs."""
    mean = {name: float(np.mean([one[name] for one in found])) for name in found[0]}
    if kind == "leaders":
        return [
            f"  leaders: first of all in {mean['first']:.1%} of runs; AUC {mean['auc']:.3f};"
            f" named {mean['named']:.1%} of the time; another place named leader in"
            f" {mean['wrong_leader']:.1%} of runs"
        ]
    return [
        f"  {kind}: any place named in {mean['alarm']:.1%} of runs (asked: at most {ALARMS:.0%}:"
        f" {verdict(mean['alarm'])}); p < .05 for {mean['low_p']:.1%} of places (at most {ALARMS:.0%}:"
        f" {verdict(mean['low_p'])}); plain resonance would name one in {mean['plain']:.1%}"
    ]


def verdict(alarms: float) -> str:
    """Say whether alarms are rare enough."""
    return "yes" if alarms <= ALARMS else "NO"


if __name__ == "__main__":
    main()
