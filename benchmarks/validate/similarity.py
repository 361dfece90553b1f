"""Whether similarity comes with the right chance: false calls, planted pairs, intervals, equal numbers.

    python benchmarks/validate/similarity.py [--runs 1000] [--places 12 30 60] [--workers 2]

Planted agendas: 12 topics, 8 years, 2 to 12 readouts a place and year (a place's own number), 1 to 5 items a
readout, each item's shares a Dirichlet draw around the agenda of its place and year. Years differ in every
story but one. The stories, each a corpus of its own in every run:

one process     places differ in nothing; pairs called at p < .05, one-sided, more or less similar than dealt
persistence     no place is special, but each keeps to a matter of its own within a quarter: readouts
                dealt one by one, and dealt by the quarter
own agendas     every place has its own agenda, but two share one (twins), and of two more that share one
                the second takes most readouts of the first over (a copy): are they found? 95 % intervals
                of similarity against the truth
no drift        one process, and years do not differ either: steps from year to year called at p < .05
equal numbers   one process: how the squared distance of two places depends on 1/n + 1/m, as it is and
                rarefied
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd  # noqa: E402
import polars as pl  # noqa: E402
from topics_data import machine, say  # noqa: E402

from readout_nlp.compare.distance import jensen_shannon  # noqa: E402
from readout_nlp.compare.drift import drift  # noqa: E402
from readout_nlp.compare.pairs import pairs  # noqa: E402
from readout_nlp.compare.profiles import ReadoutProfiles  # noqa: E402

TOPICS, YEARS, SHARPNESS = 12, 8, 2.0
FEWEST, MOST, ITEMS = 2, 12, 5  # readouts a place and year; items a readout at most
RESAMPLES = 100  # for intervals, and four times as many deals; ...
CALLING = 25  # ... for calls at p < .05 alone a hundred deals do
STEPS = 12  # places whose steps from year to year are looked at: they do not depend on the others
SPREAD, COPIED, KEPT = 0.5, 0.8, 0.6
CALLS, SLOPE, FOUND = 0.07, 0.05, 0.90  # what is asked


@dataclass(frozen=True)
class Story:
    """What is planted.

    Attributes
    ----------
    places : int
    own : float
        Standard deviation of a place's own log weights.
    kept : float
        Share of items that keep to the matter of the place's quarter.
    still : bool
        Years differ in nothing either.
    related : bool
        Of the first four places two and two share an agenda; the fourth copies the third as well.
    """

    places: int
    own: float = 0.0
    kept: float = 0.0
    still: bool = False
    related: bool = False


def main() -> None:
    """Print each figure beside what is asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--places", type=int, nargs="+", default=[12, 30, 60])
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    print(f"{machine()}; {given.runs} runs", flush=True)
    for places in given.places:
        begun = time.perf_counter()
        print(f"\n{places} places")
        for line in report(run(places, given.runs, given.workers)):
            print(line, flush=True)
        say(f"{places} places: {time.perf_counter() - begun:.0f} s")


def run(places: int, runs: int, workers: int) -> dict[str, np.ndarray]:
    """Run the stories with seeds 0, 1, ...; give every figure as an array with one row a run."""
    work = partial(one_run, places)
    if workers == 1:
        found = [work(seed) for seed in range(runs)]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            found = list(pool.map(work, range(runs), chunksize=max(1, min(20, runs // (2 * workers)))))
    return {name: np.array([one[name] for one in found]) for name in found[0]}


def one_run(places: int, seed: int) -> dict[str, float]:
    """Draw the corpora of one seed and compare their places."""
    return {
        **one_process(places, np.random.default_rng([seed, 1])),
        **persistence(places, np.random.default_rng([seed, 2])),
        **own_agendas(places, np.random.default_rng([seed, 3])),
        **no_drift(places, np.random.default_rng([seed, 4])),
    }


def one_process(places: int, rng: np.random.Generator) -> dict[str, float]:
    """Call pairs of places that differ in nothing; and the slopes of the squared distance on 1/n + 1/m."""
    profiles, _ = corpus(Story(places), rng)
    table = pairs(profiles, resamples=CALLING, random_state=int(rng.integers(2**31)))
    few = 1 / table["n_one"] + 1 / table["n_other"]
    return {
        "more": float((table["p_more"] < 0.05).mean()),
        "less": float((table["p_less"] < 0.05).mean()),
        "slope_plain": slope(few, (1 - table["similarity"]) ** 2),
        "slope_rarefied": slope(few, (1 - table["rarefied"]) ** 2),
        "slope_corrected": slope(few, (1 - table["corrected"]) ** 2),
    }


def persistence(places: int, rng: np.random.Generator) -> dict[str, float]:
    """Call pairs of places that keep to a matter for a quarter but have no lasting difference."""
    profiles, _ = corpus(Story(places, kept=KEPT), rng)
    seed = int(rng.integers(2**31))
    found = {}
    for block in ("readout", "quarter"):
        table = pairs(profiles, resamples=CALLING, block=block, random_state=seed)
        found[f"kept_more_{block}"] = float((table["p_more"] < 0.05).mean())
        found[f"kept_less_{block}"] = float((table["p_less"] < 0.05).mean())
    return found


def own_agendas(places: int, rng: np.random.Generator) -> dict[str, float]:
    """Look for the planted pairs, and hold the intervals against the truth."""
    profiles, truth = corpus(Story(places, own=SPREAD, related=True), rng)
    table = pairs(profiles, resamples=RESAMPLES, random_state=int(rng.integers(2**31)))
    steps = drift(of_first(profiles), resamples=RESAMPLES, random_state=int(rng.integers(2**31)))
    names = sorted(truth)
    alike = 1 - jensen_shannon(np.array([truth[name].mean(axis=0) for name in names]))
    true = alike[np.triu_indices(places, 1)]
    inside = (table["low"] <= true) & (true <= table["high"])
    kind = np.array(
        [planted_kind(one, other) for one, other in zip(table["one"], table["other"], strict=True)]
    )
    different = kind == "different"
    twins, copy = (table[kind == name].iloc[0] for name in ("twins", "copy"))
    few = np.minimum(table["n_one"], table["n_other"]) < 40
    return {
        "twins_beyond": float(twins["beyond_low"] > 0),
        "twins_less": float(twins["p_less"] < 0.05),
        "copy_more": float(copy["p_more"] < 0.05),
        "copy_beyond": float(copy["beyond_low"] > 0),
        "different_less": float((table.loc[different, "q_less"] < 0.05).mean()),
        "beyond_others": float((table.loc[different, "beyond_low"] > 0).mean()),
        "covered": float(inside[different].mean()),
        "covered_twins": float(inside[kind == "twins"].iloc[0]),
        "covered_few": float(inside[different & few].mean()) if (different & few).any() else np.nan,
        "covered_many": float(inside[different & ~few].mean()) if (different & ~few).any() else np.nan,
        **drift_covered(steps, truth),
        "width": float((table["high"] - table["low"])[different].mean()),
        "bias_plain": float((table["similarity"] - true)[different].mean()),
        "bias_corrected": float((table["corrected"] - true)[different].mean()),
    }


def no_drift(places: int, rng: np.random.Generator) -> dict[str, float]:
    """Call steps from year to year where neither places nor years differ."""
    profiles, _ = corpus(Story(min(places, STEPS), still=True), rng)
    steps = drift(profiles, resamples=RESAMPLES, random_state=int(rng.integers(2**31)))
    return {"still_called": float((steps["p"].dropna() < 0.05).mean())}


def of_first(profiles: ReadoutProfiles) -> ReadoutProfiles:
    """Give the readouts of the first places alone."""
    kept = (profiles.about["place"] < f"p{STEPS:03d}").to_numpy()
    return replace(
        profiles, sums=profiles.sums[kept], n_items=profiles.n_items[kept], about=profiles.about.filter(kept)
    )


def drift_covered(steps: pd.DataFrame, truth: dict[str, np.ndarray]) -> dict[str, float]:
    """Hold the intervals of steps from year to year against the truth."""
    held = steps[steps["low"].notna()]
    true = np.array(
        [
            jensen_shannon(truth[place][[year - 2012]], truth[place][[year - 2013]])[0, 0]
            for place, year in zip(held["place"], held["year"], strict=True)
        ]
    )
    inside = (held["low"] <= true) & (true <= held["high"])
    few = (held["flag"] == "few blocks").to_numpy()
    return {
        "drift_covered_few": float(inside[few].mean()) if few.any() else np.nan,
        "drift_covered": float(inside[~few].mean()) if (~few).any() else np.nan,
        "drift_found": float((held["p"] < 0.05)[~few].mean()) if (~few).any() else np.nan,
    }


def planted_kind(one: str, other: str) -> str:
    """Name what was planted between two places."""
    return {("p000", "p001"): "twins", ("p002", "p003"): "copy"}.get((one, other), "different")


def corpus(story: Story, rng: np.random.Generator) -> tuple[ReadoutProfiles, dict[str, np.ndarray]]:
    """Draw the readouts of all places, and give each place's true agendas: shape (n_years, n_topics)."""
    names = [f"p{number:03d}" for number in range(story.places)]
    base, trend = rng.normal(0, 0.5, TOPICS), rng.normal(0, 0.5, (YEARS, TOPICS)) * (not story.still)
    own = rng.normal(0, 1, (story.places, TOPICS)) * story.own
    if story.related:
        own[1], own[3] = own[0], own[2]
    weights = np.exp(base + trend[None] + own[:, None])
    agenda = weights / weights.sum(axis=2, keepdims=True)
    rates = rng.integers(FEWEST, MOST + 1, story.places)
    if story.related:
        rates[3] = rates[2]
    parts = [_place(story, agenda[place], int(rates[place]), rng) for place in range(story.places)]
    if story.related:
        parts[3] = _copied(parts[2], parts[3], rng)
    return _profiles(names, parts), dict(zip(names, agenda, strict=True))


def _place(story: Story, agenda: np.ndarray, rate: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Draw a place's readouts: sums of its items' shares, number of items, year and month."""
    year = np.repeat(np.arange(YEARS), rate)
    month = rng.integers(0, 12, len(year))
    n_items = rng.integers(1, ITEMS + 1, len(year))
    of_item = np.repeat(np.arange(len(year)), n_items)
    reached = np.cumsum(agenda, axis=1)[:, None, :-1]
    matter = (reached < rng.random((YEARS, 4, 1))).sum(axis=2)
    centre = agenda[year[of_item]]
    stays = rng.random(len(of_item)) < story.kept
    fixed = np.eye(TOPICS)[matter[year[of_item], month[of_item] // 3]]
    centre = np.where(stays[:, None], fixed, centre)
    draw = rng.standard_gamma(SHARPNESS * centre + 1e-9)
    shares = draw / draw.sum(axis=1, keepdims=True)
    sums = np.zeros((len(year), TOPICS))
    np.add.at(sums, of_item, shares)
    return sums, n_items, year, month


def _copied(
    source: tuple[np.ndarray, ...], own: tuple[np.ndarray, ...], rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Take most readouts over from a place with as many a year, in the same month."""
    taken = rng.random(len(own[1])) < COPIED
    return tuple(
        np.where(taken[:, None] if there.ndim == 2 else taken, there, here)
        for there, here in zip(source, own, strict=True)
    )


def _profiles(names: list[str], parts: list[tuple[np.ndarray, ...]]) -> ReadoutProfiles:
    place = np.repeat(names, [len(part[1]) for part in parts])
    sums, n_items, year, month = (np.concatenate(one) for one in zip(*parts, strict=True))
    about = pl.DataFrame(
        {
            "readout_id": [f"r{number:06d}" for number in range(len(place))],
            "place": place,
            "year": 2012 + year,
            "day": [date(2012 + y, 1 + m, 1) for y, m in zip(year.tolist(), month.tolist(), strict=True)],
        }
    )
    labels = tuple(f"t{number:02d}" for number in range(1, TOPICS + 1))
    return ReadoutProfiles(
        sums=sums, n_items=n_items, about=about, labels=labels, what="topic", left_out={"total": 0}
    )


def slope(x: np.ndarray, y: np.ndarray) -> float:
    """Give the slope of the least-squares line."""
    centred = np.asarray(x) - np.mean(x)
    return float(centred @ np.asarray(y) / (centred @ centred))


def report(found: dict[str, np.ndarray]) -> Iterator[str]:
    """Lay the figures out beside what is asked."""
    mean = {name: float(np.nanmean(values)) for name, values in found.items()}
    yield "one process: share of pairs called at p < .05"
    yield asked("  more similar than dealt", mean["more"], f"<= {CALLS:.0%}", mean["more"] <= CALLS)
    yield asked("  less similar than dealt", mean["less"], f"<= {CALLS:.0%}", mean["less"] <= CALLS)
    yield "persistence within quarters: share of pairs called at p < .05"
    for block in ("readout", "quarter"):
        yield told(f"  dealt by {block}: more similar", mean[f"kept_more_{block}"])
        yield told(f"  dealt by {block}: less similar", mean[f"kept_less_{block}"])
    yield "own agendas: planted pairs"
    for name, what in {"twins_beyond": "twins: beyond_low > 0", "copy_more": "copy: p_more < .05"}.items():
        yield asked(f"  {what}", mean[name], f">= {FOUND:.0%}", mean[name] >= FOUND)
    yield told("  copy: beyond_low > 0", mean["copy_beyond"])
    yield asked(
        "  pairs with different agendas: q_less < .05",
        mean["different_less"],
        f">= {FOUND:.0%}",
        mean["different_less"] >= FOUND,
    )
    yield told("  twins called less similar than dealt, p < .05", mean["twins_less"])
    yield told("  other pairs with beyond_low > 0", mean["beyond_others"])
    yield "own agendas: 95 % intervals hold the true similarity"
    yield told("  pairs with different agendas", mean["covered"])
    yield told("    one of them of fewer than 40 readouts", mean["covered_few"])
    yield told("    both of 40 or more", mean["covered_many"])
    yield told("  twins (true similarity 1)", mean["covered_twins"])
    yield f"  mean width {mean['width']:.3f}; mean error of similarity {mean['bias_plain']:+.3f},"
    yield f"  of corrected {mean['bias_corrected']:+.3f}"
    yield "drift from year to year"
    yield asked(
        "  years that differ in nothing: called at p < .05",
        mean["still_called"],
        f"<= {CALLS:.0%}",
        mean["still_called"] <= CALLS,
    )
    yield told("  years that differ: called at p < .05 (6 months or more)", mean["drift_found"])
    yield told("  years that differ: 95 % intervals hold the true distance", mean["drift_covered"])
    yield told("    fewer than 6 months with readouts ('few blocks')", mean["drift_covered_few"])
    yield "equal numbers: slope of the squared distance on 1/n + 1/m"
    yield f"  plain {mean['slope_plain']:.4f}, corrected {mean['slope_corrected']:.4f}"
    ratio = mean["slope_rarefied"] / mean["slope_plain"]
    error = found["slope_rarefied"].std(ddof=1) / np.sqrt(len(found["slope_rarefied"]))
    yield asked(
        f"  rarefied {mean['slope_rarefied']:.4f} (standard error {error:.4f}); of plain",
        ratio,
        f"within {SLOPE:.0%} of 0",
        abs(ratio) <= SLOPE,
    )


def asked(what: str, value: float, wanted: str, met: bool) -> str:
    """Give a line with what is asked."""
    return f"{what:<58} {value:7.1%}  asked {wanted}: {'yes' if met else 'NO'}"


def told(what: str, value: float) -> str:
    """Give a line of which nothing is asked."""
    return f"{what:<58} {value:7.1%}"


if __name__ == "__main__":
    main()
