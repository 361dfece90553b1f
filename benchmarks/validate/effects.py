"""Whether effects come with the right errors: coverage, false alarms, and what fitting takes from effects.

    python benchmarks/validate/effects.py [--runs 1000] [--places 12 30 60] [--workers 2]

Planted (effects_process.py): places with random intercepts and slopes and unequal numbers of meetings, half
of them treated; five years; meetings whose shocks last for about two months; one item or more a meeting,
relayed or decided; items of about 60 tokens. Eight topics, each with its own effects of treatment, year and
act.

A run is a sample of such places folded into a fitted model (`rn.fit_lda`, from a sample of its own; one model
for every 50 runs). True effects on fitted topics are the coefficients in a sample of 2,000 places folded into
the same model. Every run gives one interval a term and topic:

between places   topic share ~ treated + year + act, clustered by place: do 95 % intervals cover the truth?
these places     share ~ place + year: the dummies of places, whose truth is a sample of the same places 40
                 times as large (one run in 25)
permuted places  the treatment dealt anew to whole places: p < .05 of `treated`
permuted labels  place, year and quarter dealt anew to readouts, and pure noise for shares: p < .05 of the
                 dummies of places and of the year under "place + year", also with 6 places
attenuation      slope of the effects on fitted topics on the planted effects on true shares

For comparison, not asked: errors by the jackknife (CV3), p-values by the wild bootstrap and by randomisation
(one run in 25), and the posterior's draws added to the outcomes by Rubin's rules, which counts the
posterior spread twice.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_name, "1")
sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from effects_process import (  # noqa: E402
    LENGTH,
    N_TOPICS,
    Places,
    Process,
    Sample,
    draw_sample,
    plant_places,
    plant_process,
)
from topics_data import as_matrix, cosine_pairs, machine, say  # noqa: E402

import readout_nlp as rn  # noqa: E402
from readout_nlp.compare.draws import posterior_draws  # noqa: E402
from readout_nlp.compare.effects import topic_effects  # noqa: E402
from readout_nlp.topics.cvb0 import cvb0_shares  # noqa: E402
from readout_nlp.topics.fit import TopicFit  # noqa: E402

RUNS_A_MODEL = 50
MANY_PLACES, TRAINING_PLACES, TIMES = 2000, 40, 40
OFTEN, RARE = 5, 25  # what is slow is done in one run of so many
COVERED, ALARMS = (0.93, 0.97), 0.07  # what is asked
BETWEEN = "treated + year + act"
CONTRACT = "place + year"
FEWEST = 6  # places, for the false alarms of labels
SAMPLES = 199

Tally = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class Model:
    """A fitted model, and the true effects on its topics by term."""

    seed: int
    process: Process
    fit: TopicFit
    truth: dict[str, np.ndarray]
    planted: dict[str, np.ndarray]
    cosine: float


def main() -> None:
    """Run all models, and print the figures beside what is asked."""
    args = arguments()
    begun = time.perf_counter()
    shares = [len(part) for part in np.array_split(np.arange(args.runs), -(-args.runs // RUNS_A_MODEL))]
    job = partial(one_model, places=tuple(args.places), many=args.many)
    found = gathered(job, shares, workers=args.workers, minutes=args.minutes)
    tally: Tally = Counter()
    for one, _ in found:
        tally.update(one)
    runs = sum(shares[model.seed] for _, model in found)
    print(
        f"{machine()}; {runs} of {args.runs} runs, {len(found)} models; {time.perf_counter() - begun:.0f} s\n"
    )
    report(tally, [model for _, model in found], args.places)


def gathered(
    job: Callable[[int, int], tuple[Tally, Model]], shares: list[int], *, workers: int, minutes: float
) -> list[tuple[Tally, Model]]:
    """Run the models side by side; when the time is up, those that are done must do."""
    found = []
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    futures = [pool.submit(job, seed, runs) for seed, runs in enumerate(shares)]
    try:
        for future in as_completed(futures, timeout=60 * minutes):
            found.append(future.result())
    except TimeoutError:
        say(f"stopped after {minutes:g} minutes")
        for process in pool._processes.values():
            process.terminate()
    pool.shutdown(wait=False, cancel_futures=True)
    return sorted(found, key=lambda one: one[1].seed)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=1000, help="for each number of places")
    parser.add_argument("--places", type=int, nargs="+", default=[12, 30, 60])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600, help="stop then, and report the models done")
    parser.add_argument(
        "--many", type=int, default=MANY_PLACES, help="places in the sample that gives the truth"
    )
    return parser.parse_args()


def one_model(seed: int, runs: int, *, places: tuple[int, ...], many: int) -> tuple[Tally, Model]:
    """Fit one model, find the truth for its topics, and tally its runs."""
    model = make_model(seed, many)
    tally: Tally = Counter()
    for n_places in places:
        for run in range(runs):
            chance = np.random.default_rng((seed, n_places, run))
            one_run(model, n_places, chance, tally=tally, often=run % OFTEN == 0, whole=run % RARE == 0)
    for run in range(0, runs, OFTEN):
        chance = np.random.default_rng((seed, FEWEST, run, 1))
        sample = draw_sample(model.process, plant_places(FEWEST, chance), chance)
        labels(sample, fold(model, sample), chance, tally=tally)
    say(f"model {seed}: cosine {model.cosine:.2f}")
    return tally, model


def make_model(seed: int, many: int) -> Model:
    """Plant a process, fit its topics, and measure their true effects."""
    process, chance = plant_process(seed), np.random.default_rng((seed, 0))
    training = draw_sample(process, plant_places(TRAINING_PLACES, chance), chance)
    fit = rn.fit_lda(as_matrix(training.counts), n_topics=N_TOPICS, random_state=seed, n_threads=1)
    order = np.argsort(matched(fit.topic_terms, process.topics))
    large = draw_sample(process, plant_places(many, chance), chance)
    model = Model(seed, process, fit, {}, {}, float(cosine_pairs(fit.topic_terms, process.topics).mean()))
    model.truth.update(coefficients(large.covariates, fold(model, large)))
    model.planted.update(coefficients(large.covariates, large.shares[:, order]))
    return model


def matched(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Give the fitted topic of every planted one."""
    from scipy.optimize import linear_sum_assignment

    alike = [[np.dot(a, b) / np.linalg.norm(a) / np.linalg.norm(b) for b in found] for a in true]
    return np.asarray(linear_sum_assignment(-np.array(alike))[1])


def fold(model: Model, sample: Sample) -> np.ndarray:
    """Give the shares of documents under the model."""
    return cvb0_shares(
        sample.counts, topic_terms=model.fit.topic_terms, alpha=model.fit.state["alpha"], n_threads=1
    )


def coefficients(covariates: pd.DataFrame, shares: np.ndarray) -> dict[str, np.ndarray]:
    """Give the coefficients of BETWEEN by least squares."""
    relay = covariates["act"].eq("relay").to_numpy(float)
    columns = [np.ones(len(covariates)), covariates["treated"], covariates["year"] - 2017, relay]
    found = np.linalg.lstsq(np.column_stack(columns).astype(float), shares, rcond=None)[0]
    return dict(zip(("treated", "year", "act[T.relay]"), found[1:], strict=True))


def one_run(
    model: Model, n_places: int, chance: np.random.Generator, *, tally: Tally, often: bool, whole: bool
) -> None:
    """Draw a sample, and count what is covered and what is called."""
    places = plant_places(n_places, chance)
    sample = draw_sample(model.process, places, chance)
    shares, frame, size = fold(model, sample), sample.covariates, str(n_places)
    for method in ("cr2", "cv3") if whole else ("cr2",):
        table = topic_effects(shares, frame, BETWEEN, method=method)
        count_covered(table, model.truth, tally, (size, method))
    permuted = frame.assign(treated=dealt(frame, places, chance))
    compared = whole and n_places < 60
    for method in ("cr2", "cv3", "wild", "randomisation") if compared else ("cr2",):
        table = topic_effects(shares, permuted, BETWEEN, method=method, n_samples=SAMPLES)
        count_calls(table[table["term"] == "treated"], tally, (size, "permuted places", method))
    if (n_places <= 12 and often) or (n_places > 12 and whole):
        labels(sample, shares, chance, tally=tally)
    if whole:
        lengths = np.asarray(sample.counts.sum(axis=1)).ravel()
        draws = posterior_draws(shares, lengths, alpha=model.fit.state["alpha"])
        count_covered(topic_effects(draws, frame, BETWEEN), model.truth, tally, (size, "draws added"))
    if whole and n_places == min(12, n_places):
        these_places(model, places, shares, frame, chance=chance, tally=tally)


def dealt(frame: pd.DataFrame, places: Places, chance: np.random.Generator) -> np.ndarray:
    """Deal the treatment anew to whole places."""
    return chance.permutation(places.treated)[frame["place"].str[1:].astype(int)]


def labels(sample: Sample, shares: np.ndarray, chance: np.random.Generator, *, tally: Tally) -> None:
    """Deal the labels anew to readouts, and put noise for the shares: count what is called all the same."""
    frame, size = sample.covariates, str(sample.covariates["place"].nunique())
    of, first = _readouts(frame)
    other = chance.permutation(first)[of]
    names = ["place", "year", "quarter"]
    shuffled = frame.assign(**{name: frame[name].to_numpy()[other] for name in names})
    noise = chance.dirichlet(np.full(shares.shape[1], 0.3), len(shares))
    for what, outcome, used in (
        ("permuted labels", shares, shuffled[["place", "year"]]),
        ("permuted labels, quarter known", shares, shuffled),
        ("pure noise", noise, frame[["place", "year"]]),
    ):
        table = topic_effects(outcome, used, CONTRACT)
        dummies = table["term"].str.startswith("place")
        count_calls(table[dummies].assign(term="place"), tally, (size, what, "cr2"))
        count_calls(table[~dummies], tally, (size, what, "cr2"))


def _readouts(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Give the number of every row's readout, and the first row of every readout."""
    codes, _ = pd.factorize(frame["readout_id"])
    return codes, np.unique(codes, return_index=True)[1]


def these_places(
    model: Model,
    places: Places,
    shares: np.ndarray,
    frame: pd.DataFrame,
    *,
    chance: np.random.Generator,
    tally: Tally,
) -> None:
    """Compare the dummies of places with those in a sample of the same places many times as large."""
    table = topic_effects(shares, frame, CONTRACT)
    more = [draw_sample(model.process, places, chance) for _ in range(TIMES)]
    large = pd.concat([one.covariates for one in more], ignore_index=True)
    folded = np.vstack([fold(model, one) for one in more])
    terms = list(dict.fromkeys(table["term"]))
    columns = [
        large["place"].eq(term[8:-1]) if term.startswith("place") else large["year"] - 2017 for term in terms
    ]
    found = np.linalg.lstsq(
        np.column_stack([np.ones(len(large)), *columns]).astype(float), folded, rcond=None
    )[0]
    truth = dict(zip(terms, found[1:], strict=True))
    dummies = table["term"].str.startswith("place")
    covered = [within(row, truth) for row in table[dummies].itertuples()]
    tally[str(len(places.busy)), "cr2", "place", "covered"] += sum(covered)
    tally[str(len(places.busy)), "cr2", "place", "n"] += len(covered)


def within(row: object, truth: dict[str, np.ndarray]) -> bool:
    """Tell whether the interval of a row holds the truth."""
    value = truth[row.term][int(row.topic[1:]) - 1]
    return bool(row.low <= value <= row.high)


def count_covered(
    table: pd.DataFrame, truth: dict[str, np.ndarray], tally: Tally, key: tuple[str, ...]
) -> None:
    """Count the intervals that hold the truth, by term."""
    for row in table.itertuples():
        tally[(*key, row.term, "covered")] += within(row, truth)
        tally[(*key, row.term, "n")] += 1


def count_calls(table: pd.DataFrame, tally: Tally, key: tuple[str, ...]) -> None:
    """Count the p-values below .05, by term; what has no p-value is not called."""
    for term, rows in table.groupby("term"):
        tally[(*key, str(term), "called")] += int((rows["p"] < 0.05).sum())
        tally[(*key, str(term), "n")] += len(rows)


def report(tally: Tally, models: Iterable[Model], sizes: list[int]) -> None:
    """Print every figure beside what is asked."""
    models = list(models)
    cosine = np.mean([model.cosine for model in models])
    print(f"fitted topics: mean cosine {cosine:.2f} with the planted ones; items of about {LENGTH} tokens\n")
    print(f"95 % intervals that cover the truth (asked: {COVERED[0]:.0%} to {COVERED[1]:.0%})")
    for size in sizes:
        for term in ("treated", "year", "act[T.relay]", "place"):
            line(
                tally,
                (str(size), "cr2", term),
                "covered",
                size=size,
                name=term,
                low=COVERED[0],
                high=COVERED[1],
            )
    print("\np < .05 where nothing is (asked: at most 7 %)")
    for size in sizes:
        key = (str(size), "permuted places", "cr2", "treated")
        line(tally, key, "called", size=size, name="permuted places: treated", low=0, high=ALARMS)
    for size in [FEWEST, *sizes]:
        for what in ("permuted labels", "permuted labels, quarter known", "pure noise"):
            for term in ("place", "year"):
                key = (str(size), what, "cr2", term)
                line(tally, key, "called", size=size, name=f"{what}: {term}", low=0, high=ALARMS)
    print("\nattenuation: slope of effects on fitted topics on planted effects (1 is none; not corrected)")
    for term in ("treated", "year", "act[T.relay]"):
        planted = np.concatenate([model.planted[term] for model in models])
        fitted = np.concatenate([model.truth[term] for model in models])
        print(f"  {term:<34} {planted @ fitted / (planted @ planted):.2f}")
    print("\nfor comparison, not asked")
    for size in sizes:
        for method in ("cv3", "draws added"):
            for term in ("treated", "year", "act[T.relay]"):
                line(
                    tally, (str(size), method, term), "covered", size=size, name=f"covered, {method}: {term}"
                )
        for method in ("cv3", "wild", "randomisation"):
            key = (str(size), "permuted places", method, "treated")
            line(tally, key, "called", size=size, name=f"permuted places, {method}: treated")


def line(
    tally: Tally, key: tuple[str, ...], what: str, *, size: int, name: str, low: float = -1, high: float = -1
) -> None:
    """Print one share, its number, and yes or NO where something is asked."""
    n = tally[(*key, "n")]
    if not n:
        return
    share = tally[(*key, what)] / n
    verdict = "" if high < 0 else ("yes" if low <= share <= high else "NO")
    print(f"  {size:>3} places  {name:<44} {share:6.1%} of {n:>7,}  {verdict}".rstrip())


if __name__ == "__main__":
    main()
