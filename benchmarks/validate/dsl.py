"""Check that corrected estimates hold the truth where predictions err by place and year.

Items of readouts of places over years fall into three acts, with chances that depend on place, year and
readout. A classifier takes one act for another, more often in later years and in counties: so shares and
trends counted on its predictions are wrong. A few hundred items are drawn with known probabilities and coded
without error. Asked: bias of corrected estimates about 0, and 93 to 97 % of their 95 % intervals hold the
truth, for years and coefficients; uncorrected ones stand beside. Truth: what readouts that these places might
have published hold in expectation.

    python benchmarks/validate/dsl.py --runs 1000
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np
import pandas as pd
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # what the benchmarks share lies beside

from topics_data import machine, say

from readout_nlp.compare.dsl import dsl_shares
from readout_nlp.compare.dsl_effects import dsl_effects
from readout_nlp.compare.dsl_sample import draw_for_coding
from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.threads import one_thread
from readout_nlp.workers import parallel_map

LOW, HIGH = 0.93, 0.97  # asked
SMALL_BIAS = 0.1  # of a standard deviation of the estimate
ACTS = ("relay", "hear", "decide")
YEARS = (2015, 2016, 2017, 2018)
PER_YEAR, MORE_ITEMS = 5.0, 2.0
PLACE, READOUT, BUSY = 0.5, 0.4, 0.4  # standard deviations of log weights and log numbers
LEVELS = ("prefecture", "county")
N_DRAWS = 400  # of readouts, each with its opposite, for the truth
AT_ONCE = 50  # runs
FEWEST = 12  # places, of which each is asked for as well: with more, few items of one are coded


@dataclass(frozen=True, eq=False)
class World:
    """Places with their levels, how much each publishes, and the chances of acts in each place and year."""

    levels: np.ndarray
    busy: np.ndarray
    logs: np.ndarray
    chances: np.ndarray


def main() -> None:
    """Print bias and coverage, corrected and uncorrected."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--places", type=int, nargs="+", default=[12, 30, 60])
    parser.add_argument("--coded", type=int, default=400)
    parser.add_argument("--strata", default="year")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=np.inf, help="begin no more runs after so long")
    given = parser.parse_args()
    found = simulate(
        given.runs,
        places=given.places,
        coded=given.coded,
        strata=given.strata,
        workers=given.workers,
        minutes=given.minutes,
    )
    print(
        f"{machine()}; {found['run'].nunique()} runs, {given.coded} items coded, drawn by {given.strata};"
        f" {len(YEARS)} years of about {PER_YEAR:.0f} readouts a place, {1 + MORE_ITEMS:.1f} items each\n"
    )
    print("\n".join(lines(found)))


def simulate(
    runs: int,
    *,
    places: Sequence[int],
    coded: int = 400,
    strata: str = "year",
    workers: int = 1,
    minutes: float = np.inf,
) -> pd.DataFrame:
    """Give one row a run and estimate: the estimate, its interval, and the truth, corrected and not."""
    work = partial(of_seed, places=tuple(places), coded=coded, strata=strata)
    parts, began = [], monotonic()
    with parallel_map(workers) as spread:
        for first in range(0, runs, AT_ONCE):
            if monotonic() - began < 60 * minutes:
                parts += spread(work, range(first, min(first + AT_ONCE, runs)))
                say(f"{len(parts)} of {runs} runs")
    return pd.concat(parts, ignore_index=True)


def of_seed(seed: int, *, places: tuple[int, ...], coded: int, strata: str) -> pd.DataFrame:
    """Plant worlds, draw a corpus of each, predict, code, estimate."""
    with one_thread():
        parts = [of_world(seed, count, coded=coded, strata=strata) for count in places]
    return pd.concat(parts, ignore_index=True).assign(run=seed)


def of_world(seed: int, n_places: int, *, coded: int, strata: str) -> pd.DataFrame:
    """Ask for shares by year and place, and for coefficients, in one corpus."""
    chance = np.random.default_rng([seed, n_places])
    world = plant(n_places, chance)
    corpus, truth, predictions = draw(world, chance)
    drawn = draw_for_coding(corpus, min(coded, corpus.items.height // 2), strata, random_state=seed)
    codes = drawn.assign(coded=truth.reindex(drawn["item_id"]).to_numpy())
    rows = []
    for by in ("year", "place") if n_places == FEWEST else ("year",):
        table = dsl_shares(codes, predictions, corpus, by=by)
        expected = true_shares(world, by)
        for row in table.itertuples():
            name = int(row.year) - YEARS[0] if by == "year" else int(row.place[1:])
            true = float(expected[name, ACTS.index(row.category)])
            of = f"{row.category} {row.year}" if by == "year" else row.category
            rows.append((f"share by {by}", of, *_pair(row, "share"), true))
    effects = dsl_effects(codes, predictions, corpus, formula="year + level")
    for row in effects.itertuples():
        term = "year" if row.term == "year" else "level"
        true = true_effects(world)[row.category][term]
        rows.append((f"effect of {term}", row.category, *_pair(row, "estimate"), true))
    columns = ["kind", "of", "estimate", "low", "high", "naive", "naive_low", "naive_high", "true"]
    return pd.DataFrame(rows, columns=columns).assign(places=n_places)


def _pair(row: object, name: str) -> tuple[float, ...]:
    wanted = (name, "low", "high", "uncorrected", "uncorrected_low", "uncorrected_high")
    return tuple(float(getattr(row, one)) for one in wanted)


def plant(n_places: int, chance: np.random.Generator) -> World:
    """Draw places; every other one is a county. Acts differ by place, level and year."""
    county = np.arange(n_places) % 2
    own = chance.normal(0, PLACE, (n_places, len(ACTS)))
    trend = np.outer(np.linspace(-0.4, 0.4, len(YEARS)), [1.0, 0.0, -1.0])
    logs = own[:, None] + trend[None] + 0.4 * county[:, None, None] * np.array([0.0, 1.0, -1.0])
    half = chance.normal(0, READOUT, (N_DRAWS // 2, len(ACTS)))
    weights = np.exp(logs[:, :, None] + np.concatenate([half, -half]))
    chances = (weights / weights.sum(axis=-1, keepdims=True)).mean(axis=2)
    busy = PER_YEAR * np.exp(chance.normal(0, BUSY, n_places))
    return World(levels=county, busy=busy, logs=logs, chances=chances)


def draw(world: World, chance: np.random.Generator) -> tuple[Corpus, pd.Series, pd.Series]:
    """Draw readouts and items with their acts, and what the classifier says of them."""
    held = chance.poisson(np.repeat(world.busy[:, None], len(YEARS), axis=1))
    place, year = (np.repeat(index.ravel(), held.ravel()) for index in np.indices(held.shape))
    weights = np.exp(world.logs[place, year] + chance.normal(0, READOUT, (len(place), len(ACTS))))
    readout = np.repeat(np.arange(len(place)), 1 + chance.poisson(MORE_ITEMS, len(place)))
    upto = (weights / weights.sum(axis=1, keepdims=True)).cumsum(axis=1)[readout]
    act = (chance.random((len(readout), 1)) > upto[:, :-1]).sum(axis=1)
    wrong = 0.08 + 0.08 * year[readout] + 0.15 * world.levels[place[readout]]
    wrong = np.where(act == 0, wrong, wrong / 3)  # relay is taken for hear, more often than the reverse
    missed = chance.random(len(act)) < wrong
    said = np.where(missed, np.where(act == 1, 0, 1), act)
    ids = np.array([f"i{number:06}" for number in range(len(readout))])
    corpus = as_corpus(world, place, year, readout)
    names = np.array(ACTS)
    return corpus, pd.Series(names[act], index=ids), pd.Series(names[said], index=ids)


def as_corpus(world: World, place: np.ndarray, year: np.ndarray, readout: np.ndarray) -> Corpus:
    """Make a corpus of readouts and items without any text."""
    ids = np.array([f"r{number:06}" for number in range(len(place))])
    readouts = {
        "readout_id": ids,
        "place": [f"p{number:03}" for number in place],
        "level": [LEVELS[world.levels[number]] for number in place],
        "year": YEARS[0] + year,
    }
    items = {"item_id": [f"i{number:06}" for number in range(len(readout))], "readout_id": ids[readout]}
    return Corpus(
        filled(pl.DataFrame(readouts), READOUT_SCHEMA),
        filled(pl.DataFrame(items), ITEM_SCHEMA),
        pl.DataFrame(schema=QUARANTINE_SCHEMA),
    )


def filled(table: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Add the columns that a table lacks, empty."""
    columns = [
        pl.col(name).cast(kind) if name in table.columns else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    ]
    return table.select(columns)


def true_shares(world: World, by: str) -> np.ndarray:
    """Give expected shares, every item of one weight: shape (n_cells, n_acts)."""
    if by == "place":
        return world.chances.mean(axis=1)
    return np.einsum("p,pya->ya", world.busy / world.busy.sum(), world.chances)


def true_effects(world: World) -> dict[str, dict[str, float]]:
    """Give the coefficients that the expected items have: least squares over cells, weighed by their size."""
    n_places, n_years, _ = world.chances.shape
    year = np.tile(np.arange(n_years), n_places)
    # prefectures are compared with counties, which come first in the alphabet
    level = np.repeat(1 - world.levels, n_years)
    root = np.sqrt(np.repeat(world.busy, n_years))[:, None]
    design = np.column_stack([np.ones_like(year), year, level]) * root
    found = np.linalg.lstsq(design, world.chances.reshape(-1, len(ACTS)) * root, rcond=None)[0]
    return {act: {"year": float(found[1, n]), "level": float(found[2, n])} for n, act in enumerate(ACTS)}


def lines(found: pd.DataFrame) -> list[str]:
    """Print bias (in standard deviations of the corrected estimate) and coverage beside what is asked."""
    told = [
        f"{'95 % intervals of':<19}places  bias/sd  coverage (error)  width | uncorrected: bias/sd  coverage"
    ]
    for (kind, count), part in found.groupby(["kind", "places"], sort=False):
        part = part[part["low"].notna()]
        bias = np.abs(by_estimate(part, "estimate")).mean()
        naive_bias = np.abs(by_estimate(part, "naive")).mean()
        spread = (part["estimate"] - part["true"]).std()
        inside = part["low"].le(part["true"]) & part["true"].le(part["high"])
        naive = part["naive_low"].le(part["true"]) & part["true"].le(part["naive_high"])
        coverage = inside.mean()
        asked = "not asked"
        if kind in ASKED:
            good = LOW <= coverage <= HIGH and bias / spread < SMALL_BIAS
            asked = f"asked: {LOW:.2f} to {HIGH:.2f}, bias below {SMALL_BIAS}: {'yes' if good else 'NO'}"
        told.append(
            f"{kind:<19}{count:>6}  {bias / spread:>7.3f}  {coverage:.3f} ({error_of(inside, part):.3f})"
            f"    {(part['high'] - part['low']).mean():.3f} |"
            f" {naive_bias / spread:>19.2f}  {naive.mean():>8.3f}  ({asked})"
        )
    return told


def by_estimate(part: pd.DataFrame, name: str) -> np.ndarray:
    """Give the mean error over runs of each estimate: an act in a year, a coefficient of an act."""
    return (part[name] - part["true"]).groupby(part["of"]).mean().to_numpy()


def error_of(inside: pd.Series, part: pd.DataFrame) -> float:
    """Give the standard error of a coverage, runs being independent and estimates of one run not."""
    runs = inside.groupby(part["run"]).mean()
    return float(runs.std(ddof=1) / np.sqrt(len(runs)))


ASKED = ("share by year", "effect of year", "effect of level")

if __name__ == "__main__":
    main()
