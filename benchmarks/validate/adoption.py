"""Whether the median lag of an adoption comes back, and how often its 95 % interval holds the true one.

    python benchmarks/validate/adoption.py [--runs 1000] [--places 12 30 60] [--prints 1 0.5] [--first 0]
        [--workers 2] [--minutes 60]

Simulated diffusions, each a corpus of its own, read by `tifa_adoption` and `lag_to_centre`: places meet once
a week, from half a year before the centre's first use to three years after it; of their readouts 30 % are
missing, and one place in five begins to publish up to half a year after the centre's first use. One place in
five never adopts, the others after a lag with a median of 180 days: lognormal, Weibull or exponential, in
turns. The true value is the day by which half of *all* places have adopted. Two cases: every readout after
the adoption prints the tifa, or each does with a chance of one half; `--prints` gives other chances.

Judged is what the package gives by default with the corpus at hand (Turnbull, silence allowed for). Every so
many runs (`--beside`) stand beside it: the same without the corpus, which takes the first readout with the
tifa for the first after the adoption, and a Weibull fit, which knows of no place that never adopts.
An estimate can be infinite (fewer than half seen to adopt), so that no mean over runs exists: bias is that of
the median estimate, infinite ones included; the mean of the finite ones is printed beside it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd  # noqa: E402
import polars as pl  # noqa: E402
from scipy.stats import lognorm, weibull_min  # noqa: E402
from topics_data import machine, say  # noqa: E402

from readout_nlp.compare.adoption import tifa_adoption  # noqa: E402
from readout_nlp.compare.lag import lag_to_centre  # noqa: E402
from readout_nlp.corpus.corpus import (  # noqa: E402
    ITEM_SCHEMA,
    QUARANTINE_SCHEMA,
    READOUT_SCHEMA,
    Corpus,
)
from readout_nlp.workers import parallel_map  # noqa: E402

TERM = "四源共济"
CENTRE = date(2015, 1, 5)
BEFORE, AFTER = 26, 156  # weeks
MISSING, NEVER, LATE, LATEST = 0.30, 0.20, 0.20, 26
MEDIAN = 180.0
LAWS = {
    "lognormal": lognorm(0.8, scale=MEDIAN),
    "Weibull": weibull_min(1.5, scale=MEDIAN / np.log(2) ** (1 / 1.5)),
    "exponential": weibull_min(1.0, scale=MEDIAN / np.log(2)),
}
PRINTS = (1.0, 0.5)
RESAMPLES = 200
BIAS, COVERAGE = 0.10, 0.90  # what is asked

Row = tuple[float, str, str, float, float, float]


def main() -> None:
    """Print the figures by number of places."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--places", type=int, nargs="+", default=[12, 30, 60])
    parser.add_argument("--prints", type=float, nargs="+", default=PRINTS)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--beside", type=int, default=20)
    parser.add_argument(
        "--minutes", type=float, default=60, help="for each number of places; fewer runs then"
    )
    given = parser.parse_args()
    print(f"{machine()}; {given.runs:,} diffusions for each number of places, seeds from {given.first}")
    for n_places in given.places:
        begun = time.perf_counter()
        table = run(
            n_places,
            given.runs,
            given.workers,
            beside=given.beside,
            minutes=given.minutes,
            chances=tuple(given.prints),
            first=given.first,
        )
        n_runs = table["seed"].nunique()
        print(f"\n{n_places} places, {n_runs:,} runs\n{'':54}  bias   mean of  95 % interval  no half")
        print(
            f"{'tifa printed':<14}{'estimate':<26}{'law':<12}{'runs':>5}{'':>7}finite     holds it  reached"
        )
        for line in lines(table):
            print(line)
        for line in verdicts(table):
            print(line)
        say(f"{n_places} places: {time.perf_counter() - begun:.0f} s")


def run(
    n_places: int,
    runs: int,
    workers: int,
    *,
    beside: int = 20,
    minutes: float = 60,
    chances: tuple[float, ...] = PRINTS,
    first: int = 0,
) -> pd.DataFrame:
    """Simulate so many diffusions, or as many as the time allows; one row a run, case and estimate."""
    one, rows = partial(diffusion, n_places, beside=beside, chances=chances), []
    until = time.monotonic() + 60 * minutes
    with parallel_map(workers) as spread:  # never a fork of a process with threads: it may hang
        for begin in range(first, first + runs, 10 * workers):
            seeds = range(begin, min(begin + 10 * workers, first + runs))
            rows += [
                (seed, *row) for seed, found in zip(seeds, spread(one, seeds), strict=True) for row in found
            ]
            if time.monotonic() > until:
                break
    columns = ["seed", "prints", "law", "estimate", "median", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def diffusion(n_places: int, seed: int, *, beside: int, chances: tuple[float, ...]) -> list[Row]:
    """Simulate one diffusion in each case and estimate its median lag."""
    name = list(LAWS)[seed % len(LAWS)]
    terms = pd.DataFrame({"term": [TERM], "reference_date": [CENTRE]})
    rows = []
    for prints in chances:
        draw = np.random.default_rng([seed, n_places])  # the same adoptions and readouts in each case
        corpus = simulated(draw, n_places, LAWS[name], prints)
        table = tifa_adoption(corpus, terms)
        tried = {
            "silence allowed for": lag_to_centre(table, corpus, n_resamples=RESAMPLES, random_state=seed)
        }
        if seed % beside == 0:
            tried["first seen"] = lag_to_centre(table, n_resamples=RESAMPLES, random_state=seed)
            tried["Weibull, silence allowed"] = lag_to_centre(table, corpus, method="weibull")
        rows += [
            (prints, name, estimate, *found.loc[0, ["median", "low", "high"]].astype(float))
            for estimate, found in tried.items()
        ]
    return rows


def simulated(draw: np.random.Generator, n_places: int, law, prints: float) -> Corpus:
    """Make the corpus of one diffusion."""
    lags = np.where(draw.random(n_places) < NEVER, np.inf, law.rvs(n_places, random_state=draw))
    begins = np.where(draw.random(n_places) < LATE, draw.integers(0, LATEST, n_places), -BEFORE)
    weekday = draw.integers(0, 5, n_places)
    kept = draw.random((n_places, BEFORE + AFTER)) >= MISSING
    heard = draw.random((n_places, BEFORE + AFTER)) < prints
    weeks = np.arange(-BEFORE, AFTER)
    days = 7 * weeks[None, :] + weekday[:, None]
    place, week = np.nonzero(kept & (weeks[None, :] >= begins[:, None]))
    lag = days[place, week]
    with_term = (lag >= lags[place]) & heard[place, week]
    day = pl.Series((np.datetime64(CENTRE) + lag).astype("datetime64[D]"))
    about = pl.DataFrame(
        {
            "readout_id": [f"{number:06}" for number in range(len(place))],
            "place": [f"{number:02}市" for number in place],
            "level": "prefecture",
            "meeting_date": day,
            "meeting_earliest": day,
            "meeting_latest": day,
            "published": day,
            "body": np.where(with_term, f"会议强调要抓好“{TERM}”。", "会议研究了渡口修缮。").tolist(),
        }
    )
    empty = pl.DataFrame(schema=READOUT_SCHEMA)
    readouts = pl.concat([empty, about], how="diagonal").with_columns(year=pl.col("meeting_date").dt.year())
    return Corpus(readouts, pl.DataFrame(schema=ITEM_SCHEMA), pl.DataFrame(schema=QUARANTINE_SCHEMA))


def truth(law: str) -> float:
    """Give the day by which half of all places have adopted."""
    return float(LAWS[law].ppf(0.5 / (1 - NEVER)))


def judged(part: pd.DataFrame) -> tuple[float, float, float, float]:
    """Give the bias of the median and of the finite mean, the coverage, and the share not reached."""
    true = part["law"].map(truth).to_numpy()
    ratio = part["median"].to_numpy() / true
    known = ~np.isnan(ratio)
    covered = (part["low"].to_numpy() <= true) & (true <= part["high"].to_numpy())
    finite = ratio[np.isfinite(ratio)]
    return (
        float(np.median(ratio[known])) - 1 if known.any() else float("nan"),
        float(finite.mean()) - 1 if len(finite) else float("nan"),
        float(covered.mean()),
        1 - len(finite) / len(ratio),
    )


def lines(table: pd.DataFrame) -> Iterator[str]:
    """Lay out the figures, over all laws and for each."""
    for (prints, estimate), part in table.groupby(["prints", "estimate"], sort=False):
        for law, own in [("all", part), *part.groupby("law", sort=False)]:
            bias, mean, coverage, missed = judged(own)
            yield (
                f"{prints:<14.0%}{estimate:<26}{law:<12}{len(own):>5}"
                f"{bias:>+7.1%}{mean:>+9.1%}{coverage:>13.1%}{missed:>9.1%}"
            )


def verdicts(table: pd.DataFrame) -> Iterator[str]:
    """Say for each case whether what is asked is met."""
    own = table[table["estimate"] == "silence allowed for"]
    for prints, part in own.groupby("prints", sort=False):
        bias, _, coverage, _ = judged(part)
        case = f"printed by {prints:.0%} of readouts"
        yield f"{case}: bias {bias:+.1%} (asked: {BIAS:.0%} at most: {'yes' if abs(bias) <= BIAS else 'NO'})"
        met = "yes" if coverage >= COVERAGE else "NO"
        yield f"{case}: coverage {coverage:.1%} (asked: {COVERAGE:.0%} at least: {met})"


if __name__ == "__main__":
    main()
