"""How soon each engine of topic models foretells unseen documents how well, engines tuned alike.

    python benchmarks/topics_speed.py CENTRAL.jsonl.gz READOUTS.jsonl.gz NEWS.jsonl.gz [--only NAME ...]

Corpora: ``central`` (items of the first two files, 30 topics), ``10k`` and ``40k`` (the first 10,000 and
40,000 documents of the third, 50 topics), ``synthetic`` (5,000 documents with planted topics, 50 topics).
Whole days are held out to tune on and to judge by. Every engine chooses among as many settings (NMF, which
has no priors, between two readings) by mean perplexity on the first over three seeds (one seed differs from
the next by more than many settings do); the second is seen only at the end. Topics are judged outside the
clock. Medians over repetitions, each with a seed of its own. ``--choose FILE`` only tunes, which needs no
quiet machine, and writes what was chosen (JSON, corpus by corpus, engine by engine); ``--chosen FILE`` takes
it from there: only the engines named there run.

For every rival: the perplexity that it reaches at best, when, and how much sooner `cvb0` is there or below.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median
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

from readout_nlp.tokens.counts import TermMatrix

TUNING_SEEDS = (100, 101, 102)
ASKED = (  # who, against whom, after how much of the rival's effort at most, how many times sooner
    (CVB0, MANY, None, 40.0),
    (CVB0, TOMOTOPY, 100, 10.0),
    (CVB0, TOMOTOPY, 200, 10.0),
    (CVB0, NMF, None, 1.0),
    (VB, ONE, None, 8.0),
)

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """A corpus, and how much may be spent on it."""

    name: str
    documents: Documents
    n_topics: int
    repeat: int = 3
    bounds: Mapping[Engine, int] = field(default_factory=dict)  # passes or sweeps at most; 0: left out
    once: tuple[Engine, ...] = ()  # too slow to repeat


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
    settings = parser.add_mutually_exclusive_group()
    settings.add_argument("--choose", type=Path, help="only tune, and write the settings to this file")
    settings.add_argument("--chosen", type=Path, help="take the settings of such a file")
    given = parser.parse_args()
    warnings.simplefilter("ignore", RuntimeWarning)  # tomotopy says that two workers are not reproducible
    quiet()
    print(f"{machine()}\n", flush=True)
    for name in given.only:
        whole = plan(name, given.files, repeat=given.repeat, cache=given.cache)
        if given.choose:
            choose(whole, given.choose)
        else:
            report(whole, read_chosen(given.chosen).get(name, {}))


def plan(name: str, files: Sequence[Path], *, repeat: int, cache: Path | None) -> Plan:
    """Read a corpus and say what to spend on it."""
    if name == "central":
        return Plan(name, read_documents(files[:2], unit="item", cache=cache), 30, repeat)
    if name == "synthetic":
        _, blocks = planted(5000)
        matrix = as_matrix(next(blocks))
        documents = Documents("synthetic, 50 planted topics", matrix, np.array(matrix.doc_ids))
        return Plan(name, documents, 50, repeat, {}, (MANY, ONE))
    news = {"10k": 10_000, "40k": 40_000}[name]
    documents = read_documents(files[2:], unit="document", limit=news, cache=cache)
    if name == "10k":
        return Plan(name, documents, 50, repeat, {MANY: 10, ONE: 5}, (ONE,))
    return Plan(name, documents, 50, repeat, {MANY: 3, ONE: 0, VB: 10}, (MANY, VB, NMF))


def read_chosen(path: Path | None) -> dict[str, dict[str, Settings]]:
    """Give settings by corpus and engine; none without a file."""
    return json.loads(path.read_text(encoding="utf-8")) if path and path.exists() else {}


def choose(plan: Plan, path: Path) -> None:
    """Tune every engine for one corpus and write the settings beside those of other corpora."""
    parts = split(plan.documents)
    print(f"{plan.documents}\n{parts}; K={plan.n_topics}", flush=True)
    engines = candidates(plan)
    warm_up(engines, parts.train)
    found = {engine.name: tuned(engine, parts, plan) for engine in engines}
    path.write_text(json.dumps({**read_chosen(path), plan.name: found}, indent=1) + "\n", encoding="utf-8")


def candidates(plan: Plan) -> list[Engine]:
    """Engines that can be imported and that the plan does not leave out."""
    return [one for one in available(CVB0, VB, MANY, ONE, TOMOTOPY, NMF) if plan.bounds.get(one) != 0]


def report(plan: Plan, given: Mapping[str, Settings]) -> None:
    """Tune (unless settings are given), fit, judge and print one corpus."""
    parts = split(plan.documents)
    print(f"{plan.documents}\n{parts}; K={plan.n_topics}", flush=True)
    engines = [one for one in candidates(plan) if not given or one.name in given]
    warm_up(engines, parts.train)
    if given:
        for engine in engines:
            print(f"  {engine.name}: {spelt(given[engine.name])} (chosen before)", flush=True)
    chosen = {engine: given.get(engine.name) or tuned(engine, parts, plan) for engine in engines}
    judged = {engine: runs(engine, chosen[engine], parts, plan) for engine in engines}
    print("\n" + "\n".join(verdicts(judged)) + "\n", flush=True)


def tuned(engine: Engine, parts: Split, plan: Plan) -> Settings:
    """Choose the settings whose topics foretell the documents to tune on best, on average over seeds."""
    train = fewer(parts.train, engine.tuned_on)
    levels = []
    for settings in engine.settings:
        each = []
        for seed in TUNING_SEEDS:
            topics, _, _ = engine.final(
                train, n_topics=plan.n_topics, seed=seed, settings=settings, effort=engine.tuning_effort
            )
            each.append(perplexity(topics, train.vocabulary, parts.tune))
        levels.append(mean(each))
        say(f"{engine.name} {dict(settings)}: {levels[-1]:.0f}, of {', '.join(f'{one:.0f}' for one in each)}")
    best = engine.settings[int(np.argmin(levels))]
    effort = f"{engine.tuning_effort} {engine.unit} on {len(train.doc_ids):,} documents"
    print(
        f"  {engine.name}: {spelt(best)} (best of {len(levels)} after {effort}, {len(TUNING_SEEDS)} seeds)",
        flush=True,
    )
    return best


def fewer(train: TermMatrix, most: int | None) -> TermMatrix:
    """Draw so many documents for an engine that is too slow to be tuned on all."""
    if not most or len(train.doc_ids) <= most:
        return train
    rows = np.random.default_rng(TUNING_SEEDS[0]).permutation(len(train.doc_ids))[:most]
    return TermMatrix(train.counts[rows], train.vocabulary, [train.doc_ids[row] for row in rows])


def spelt(settings: Settings) -> str:
    """Write settings as a line of text."""
    return ", ".join(f"{name}={value}" for name, value in settings.items())


def runs(engine: Engine, settings: Settings, parts: Split, plan: Plan) -> list[Judged]:
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
