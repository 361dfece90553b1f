"""How many topics: the same measures for several numbers and seeds, and a range with reasons."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.errors import RecipeError
from readout_nlp.threads import available, one_thread
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_request, usable_size
from readout_nlp.topics.choice import TopicChoice, recommend, table_of
from readout_nlp.topics.coherence import npmi
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.matching import pairwise_overlap
from readout_nlp.topics.perplexity import held_out_perplexity, hold_out
from readout_nlp.topics.quality import exclusivity

GRID = (5, 10, 15, 20, 30, 40, 60)
DOCS_PER_TOPIC = 20
PROBES = 2  # seeds that every number of topics is given before any is stopped
LAG = 1.15  # perplexity of a number of topics that is clearly worse, against the best mean
FIRST_PASSES, MORE_PASSES, MOST_PASSES = 3, 2, 15
WORTH = 0.01  # by how much more passes must lower perplexity to go on

Map = Callable[..., Iterable[Any]]
Progress = Callable[..., Iterable[Any]]
Job = tuple[int, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class Trial:
    """What one fit of the grid has shown; its topics are kept to compare the seeds."""

    row: dict[str, Any]
    topics: npt.NDArray[np.float32]


def choose_topics(
    counts: TermMatrix,
    *,
    n_topics: Iterable[int] | None = None,
    n_seeds: int = 5,
    groups: Sequence[str] | None = None,
    share: float = 0.1,
    random_state: int = 0,
    map: Map | None = None,  # noqa: A002
    map_partitions: Map | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> TopicChoice:
    """Fit LDA for several numbers of topics and seeds, and recommend a range.

    A part of the documents is held out, the same for all fits. Every number of topics is fitted from two
    seeds; one whose better fit foretells the held-out documents clearly worse than the best number does (by
    over 15 %) is stopped there, the others get all seeds. A ``cvb0`` fit takes more passes as long as they
    lower its perplexity by at least 1 %.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, n_terms).
    n_topics
        The numbers to try; where None, those of 5, 10, 15, 20, 30, 40 and 60 that leave at least 20
        documents a topic.
    n_seeds
        Fits for each number, at least 2.
    groups : sequence of str, length n_docs, optional
        What must not stand on both sides of the split, such as the readout of each item.
    share
        Part of the groups to hold out.
    random_state
        Seed of the split; the fits have the seeds from it on.
    map
        How to run the fits; None: by threads, one for each processor. For ``gensim``, which holds on to the
        interpreter, a process pool's.
    map_partitions
        With ``partitions`` among the settings, how to read the partitions of each fit, as `fit_lda` takes it.
        The fits then come one after the other, and `map` is not used.
    progress
        Wraps the results to show a bar: ``progress(results, description=..., total=...)``.
    **settings
        Passed to `fit_lda`: ``method``, ``alpha``, ``eta`` ...

    Returns
    -------
    TopicChoice
        With the table, bands over the seeds, and the range with its reasons.

    Raises
    ------
    InputError, RecipeError
        If the counts or the settings cannot be fitted.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> rows = csr_matrix([[9, 8, 0, 0], [0, 0, 9, 7], [8, 9, 0, 0], [0, 0, 7, 9]] * 5)
    >>> counts = TermMatrix(rows, list("abcd"), [f"d{number:02d}" for number in range(20)])
    >>> choose_topics(counts, n_topics=[1, 2], n_seeds=2).range
    (2, 2)
    """
    grid = sorted(set(_default_grid(counts) if n_topics is None else n_topics))
    check_request(counts, n_topics=max(grid, default=0), n_seeds=n_seeds, random_state=random_state)
    if n_seeds < 2 or min(grid) < 1:
        raise RecipeError(f"n_seeds={n_seeds}, n_topics={grid}", "at least 2 seeds", "ask for more seeds")
    kept, held = hold_out(counts, share=share, groups=groups, random_state=random_state)
    seeds = range(random_state, random_state + n_seeds)
    if map_partitions is not None and settings.get("partitions"):
        map, settings = builtins.map, {**settings, "map": map_partitions}  # noqa: A001
    with _spread(map) as (run, threads):
        one = partial(_trial, kept, held, {"n_threads": threads, **settings})
        probes = _shown(run, one, _jobs(grid, seeds[:PROBES]), progress)
        going = _going(probes)
        rest = _shown(run, one, _jobs(going, seeds[PROBES:]), progress)
    return _judged([*probes, *rest], stopped=set(grid) - set(going))


def _default_grid(counts: TermMatrix) -> list[int]:
    most = min(usable_size(counts)[0] // DOCS_PER_TOPIC, usable_size(counts)[1])
    return [number for number in GRID if number <= most] or [max(1, min(2, most))]


def _jobs(grid: Iterable[int], seeds: Iterable[int]) -> list[Job]:
    """Give the longest work first, so that no processor is left with it at the end."""
    every = tuple(seeds)
    return [(number, seed) for number in sorted(grid, reverse=True) for seed in every]


def _shown(run: Map, one: Callable[[Job], Trial], jobs: list[Job], progress: Progress | None) -> list[Trial]:
    results = run(one, jobs)
    return list(results if progress is None else progress(results, description="fits", total=len(jobs)))


@contextmanager
def _spread(given: Map | None) -> Iterator[tuple[Map, int | None]]:
    """Give a map and the threads of each fit under it."""
    if given is not None:
        yield given, None
        return
    with ThreadPoolExecutor(available()) as pool:
        yield pool.map, 1


def _trial(kept: TermMatrix, held: TermMatrix, settings: dict[str, Any], job: Job) -> Trial:
    number, seed = job
    fit, foretold, passes = _settled(kept, held, {**settings, "n_topics": number, "random_state": seed})
    size = fit.state["sstats"].sum(axis=1)
    row = {
        "n_topics": number,
        "seed": seed,
        "passes": passes,
        "perplexity": foretold,
        "npmi": float(npmi(fit, kept).mean()),
        "exclusivity": float(exclusivity(fit).mean()),
        "smallest": float(size.min() / size.sum()),
    }
    return Trial(row=row, topics=fit.topic_terms.astype(np.float32))


def _settled(kept: TermMatrix, held: TermMatrix, settings: dict[str, Any]) -> tuple[TopicFit, float, int]:
    """Fit, and for ``cvb0`` go on from there as long as that pays."""
    fit_from = partial(fit_lda, kept, documents=False)
    if settings.get("method", "cvb0") != "cvb0" or "passes" in settings:
        fit = fit_from(**settings)
        return fit, held_out_perplexity(fit, held), int(fit.params["passes"])
    done, fit = FIRST_PASSES, fit_from(passes=FIRST_PASSES, **settings)
    foretold = held_out_perplexity(fit, held)
    while done < MOST_PASSES:
        more = fit_from(passes=MORE_PASSES, init=fit, **settings)
        after = held_out_perplexity(more, held)
        done, worth = done + MORE_PASSES, after < foretold * (1 - WORTH)
        if after < foretold:
            fit, foretold = more, after
        if not worth:
            break
    return fit, foretold, done


def _going(probes: Sequence[Trial]) -> list[int]:
    """Numbers of topics whose better probe is not far behind the best mean."""
    tried = pd.DataFrame([trial.row for trial in probes]).groupby("n_topics")["perplexity"]
    limit = tried.mean().min() * LAG
    return [int(number) for number in tried.min().index[tried.min() <= limit]]


@one_thread()
def _judged(trials: Sequence[Trial], *, stopped: set[int]) -> TopicChoice:
    ordered = sorted(trials, key=lambda trial: (trial.row["n_topics"], trial.row["seed"]))
    fits = pd.DataFrame([trial.row for trial in ordered])
    between = {
        number: _between([trial.topics for trial in ordered if trial.row["n_topics"] == number])
        for number in sorted(set(fits["n_topics"]))
    }
    table = table_of(fits, between, stopped)
    numbers, reasons = recommend(table)
    table["recommended"] = table["n_topics"].isin(numbers)
    return TopicChoice(table=table, fits=fits, range=(numbers[0], numbers[-1]), reasons=reasons)


def _between(topics: Sequence[npt.NDArray[np.float32]]) -> Array:
    alike: Array = pairwise_overlap(topics)[np.triu_indices(len(topics), k=1)]
    return alike
