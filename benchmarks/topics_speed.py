"""How soon each engine of topic models foretells unseen documents how well, engines tuned alike.

    python benchmarks/topics_speed.py CENTRAL.jsonl.gz READOUTS.jsonl.gz NEWS.jsonl.gz [--only NAME ...]

Corpora: ``central`` (items of the first two files, 30 topics), ``10k`` and ``40k`` (the first 10,000 and
40,000 documents of the third, 50 topics), ``synthetic`` (5,000 documents with planted topics, 50 topics).
Whole days are held out to tune on and to judge by. Every engine chooses among as many settings (NMF, which
has no priors, between two readings) by perplexity on the first; the second is seen only at the end. Topics
are judged outside the clock. Medians over repetitions, each with a seed of its own. ``--chosen FILE`` takes
settings that an earlier run chose (JSON, engine by engine): only the engines named there run, each as often
as asked, those too that are otherwise too slow to repeat.

For every rival: the perplexity that it reaches at best, when, and how much sooner `cvb0` is there or below.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from topics_data import (
    Documents,
    Split,
    as_matrix,
    machine,
    perplexity,
    planted,
    quiet,
    read_documents,
    say,
    split,
)
from topics_engines import CVB0, MANY, NMF, ONE, TOMOTOPY, VB, Curve, Engine, available, warm_up

TUNING_SEED = 100
ASKED = (  # who, against whom, after how much of the rival's effort at most, how many times sooner
    (CVB0, MANY, None, 40.0),
    (CVB0, TOMOTOPY, 100, 10.0),
    (CVB0, TOMOTOPY, 200, 10.0),
    (CVB0, NMF, None, 1.0),
    (VB, ONE, None, 8.0),
)


@dataclass(frozen=True)
class Plan:
    """A corpus, and how much may be spent on it."""

    documents: Documents
    n_topics: int
    repeat: int = 3
    bounds: Mapping[Engine, int] = field(default_factory=dict)  # passes or sweeps at most; 0: left out
    once: tuple[Engine, ...] = ()  # too slow to repeat
    chosen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by engine; empty: all are tuned


@dataclass(frozen=True)
class Judged:
    """One fit: (effort, seconds, perplexity) at every point, and its processor seconds."""

    points: Sequence[tuple[int, float, float]]
    cpu: float

    def best(self, upto: int | None) -> tuple[int, float, float]:
        """Give the point of lowest perplexity within an effort."""
        return min((each for each in self.points if each[0] <= (upto or each[0])), key=lambda each: each[2])

    def reaches(self, goal: float) -> float:
        """Seconds until the perplexity is at `goal` or below; infinite if it never is."""
        return min((seconds for _, seconds, level in self.points if level <= goal), default=np.inf)


def main() -> None:
    """Print the table and the verdicts of every corpus."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs=3, type=Path, metavar="FILE")
    names = ("central", "synthetic", "10k", "40k")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--cache", type=Path, help="folder to keep the tokens of the files in")
    parser.add_argument("--chosen", type=Path, help="settings that an earlier run chose, as JSON")
    given = parser.parse_args()
    chosen = json.loads(given.chosen.read_text(encoding="utf-8")) if given.chosen else {}
    warnings.simplefilter("ignore", RuntimeWarning)  # tomotopy says that two workers are not reproducible
    quiet()
    print(f"{machine()}\n", flush=True)
    for name in given.only:
        whole = plan(name, given.files, repeat=given.repeat, cache=given.cache)
        report(replace(whole, chosen=chosen, once=(), bounds={}) if chosen else whole)


def plan(name: str, files: Sequence[Path], *, repeat: int, cache: Path | None) -> Plan:
    """Read a corpus and say what to spend on it."""
    if name == "central":
        return Plan(read_documents(files[:2], unit="item", cache=cache), 30, repeat)
    if name == "synthetic":
        _, blocks = planted(5000)
        matrix = as_matrix(next(blocks))
        documents = Documents("synthetic, 50 planted topics", matrix, np.array(matrix.doc_ids))
        return Plan(documents, 50, repeat, {MANY: 5, ONE: 5}, (MANY, ONE))
    news = {"10k": 10_000, "40k": 40_000}[name]
    documents = read_documents(files[2:], unit="document", limit=news, cache=cache)
    if name == "10k":
        return Plan(documents, 50, repeat, {MANY: 10, ONE: 5}, (ONE,))
    bounds = {MANY: 3, ONE: 0, VB: 10}
    return Plan(documents, 50, repeat, bounds, (MANY, VB, TOMOTOPY, NMF))


def report(plan: Plan) -> None:
    """Tune, fit, judge and print one corpus."""
    parts = split(plan.documents)
    print(f"{plan.documents}\n{parts}; K={plan.n_topics}", flush=True)
    engines = [one for one in available(CVB0, VB, MANY, ONE, TOMOTOPY, NMF) if plan.bounds.get(one) != 0]
    engines = [one for one in engines if not plan.chosen or one.name in plan.chosen]
    warm_up(engines, parts.train)
    chosen = {engine: tuned(engine, parts, plan) for engine in engines}
    judged = {engine: runs(engine, chosen[engine], parts, plan) for engine in engines}
    print("\n" + "\n".join(verdicts(judged)) + "\n", flush=True)


def tuned(engine: Engine, parts: Split, plan: Plan) -> Mapping[str, Any]:
    """Choose the settings whose topics foretell the documents to tune on best, unless they were before."""
    if engine.name in plan.chosen:
        settings = plan.chosen[engine.name]
        print(f"  {engine.name}: {', '.join(f'{k}={v}' for k, v in settings.items())} (given)", flush=True)
        return settings
    train = parts.train
    if engine.tuned_on and len(train.doc_ids) > engine.tuned_on:
        rows = np.random.default_rng(TUNING_SEED).permutation(len(train.doc_ids))[: engine.tuned_on]
        ids = [train.doc_ids[row] for row in rows]
        train = type(train)(train.counts[rows], train.vocabulary, ids)
    levels = []
    for settings in engine.settings:
        topics, seconds, _ = engine.final(
            train, n_topics=plan.n_topics, seed=TUNING_SEED, settings=settings, effort=engine.tuning_effort
        )
        levels.append(perplexity(topics, train.vocabulary, parts.tune))
        say(f"{engine.name} {dict(settings)}: {levels[-1]:.0f} after {seconds:.2f} s")
    best = engine.settings[int(np.argmin(levels))]
    n_docs = len(train.doc_ids)
    of = f"best of {len(levels)} after {engine.tuning_effort} {engine.unit} on {n_docs:,} documents"
    print(f"  {engine.name}: {', '.join(f'{k}={v}' for k, v in best.items())} ({of})", flush=True)
    return best


def runs(engine: Engine, settings: Mapping[str, Any], parts: Split, plan: Plan) -> list[Judged]:
    """Fit and judge, once a seed; print the medians."""
    done = []
    for seed in range(1 if engine in plan.once else plan.repeat):
        curve = engine.run(
            parts.train, n_topics=plan.n_topics, seed=seed, settings=settings, upto=plan.bounds.get(engine)
        )
        done.append(judge(curve, parts))
        say(f"{engine.name}: {[(e, round(s, 2), round(p)) for e, s, p in done[-1].points]}")
    middles = [
        (steps[0][0], median(step[1] for step in steps), median(step[2] for step in steps))
        for steps in zip(*(run.points for run in done), strict=True)
    ]
    table = ", ".join(f"{effort}: {seconds:.2f} s -> {level:.0f}" for effort, seconds, level in middles)
    cpu = median(run.cpu for run in done)
    print(f"  {engine.name} ({len(done)}x), {engine.unit}: {table}; {cpu:.1f} processor seconds", flush=True)
    return done


def judge(curve: Curve, parts: Split) -> Judged:
    """Give every point its perplexity on the documents to judge by."""
    terms = parts.train.vocabulary
    levels = [(p.effort, p.seconds, perplexity(p.topics, terms, parts.test)) for p in curve.points]
    return Judged(levels, curve.cpu)


def verdicts(judged: Mapping[Engine, Sequence[Judged]]) -> list[str]:
    """Say for every pair asked about how much sooner, and which engine ends lowest."""
    lines = [
        verdict(judged, who, rival, upto, asked)
        for who, rival, upto, asked in ASKED
        if who in judged and rival in judged
    ]
    ends = {engine.name: median(run.best(None)[2] for run in each) for engine, each in judged.items()}
    order = ", ".join(f"{name} {level:.0f}" for name, level in sorted(ends.items(), key=lambda pair: pair[1]))
    lowest = ends[CVB0.name] <= min(ends.values())
    return [*lines, f"  lowest perplexity reached: {order} (asked: cvb0 first: {'yes' if lowest else 'NO'})"]


def verdict(
    judged: Mapping[Engine, Sequence[Judged]], who: Engine, rival: Engine, upto: int | None, asked: float
) -> str:
    """Compare run with run of the same number; a single run of the rival with every one."""
    others = judged[rival]
    ratios, goals, times, own = [], [], [], []
    for number, run in enumerate(judged[who]):
        _, seconds, goal = others[number % len(others)].best(upto)
        reached = run.reaches(goal)
        for values, value in zip(
            (ratios, goals, times, own), (seconds / reached, goal, seconds, reached), strict=True
        ):
            values.append(value)
    middle = median(ratios)
    what = f"{rival.name}{f' ({upto} {rival.unit})' if upto else ''}"
    sooner = f"{middle:.1f} times sooner (asked: {asked:g}: {'yes' if middle >= asked else 'NO'})"
    when = f"after {median(own):.3f} s for {median(times):.2f} s"
    return f"  {who.name} reaches the {median(goals):.0f} of {what} {when}: {sooner}"


if __name__ == "__main__":
    main()
