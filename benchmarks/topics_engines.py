"""One adapter an engine of topic models: counts in, topics after so many passes or sweeps out, and the clock.

What an engine reads (bags of words, documents of words) is made before the clock starts, except for the
package's own `fit_lda` and `fit_nmf`: their whole call is timed, checks and copies included. What is timed is
the way to the topics: `fit_lda` leaves the documents' shares out (``documents=False``), which gensim does not
give either. gensim runs without its evaluation of perplexity (``eval_every=None``), which by default costs it
much of its time. Nothing is compiled within the clock: `warm_up` fits a few documents first.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise, product
from typing import Any

import numpy as np
from gensim.models import LdaModel, LdaMulticore
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits
from topics_data import say

import readout_nlp as rn
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.matrix import clean_counts
from readout_nlp.topics.tfidf import inverse_document_frequency

try:
    import tomotopy
except ImportError:
    tomotopy = None

THREADS = 2
PASSES = (1, 2, 3, 5, 10, 20)
FINER = (1, 2, 3, 4, 5, 6, 7, 8, 10, 20)  # of the engine whose crossing of the others' lines is timed
SWEEPS = (10, 20, 50, 100, 200)
ALPHAS, ETAS = (0.02, 0.1), (0.01, 0.03, 0.05)  # the same priors for every engine that has them
CHUNKS = (256, 1000)


@dataclass(frozen=True)
class Point:
    """The topics after so many passes (or sweeps), and the wall-clock seconds to get there."""

    effort: int
    seconds: float
    topics: np.ndarray


@dataclass(frozen=True)
class Curve:
    """One fit: its points, and the processor seconds of all threads and processes together."""

    points: Sequence[Point]
    cpu: float


Fit = Callable[..., Iterator[Point]]


@dataclass(frozen=True, eq=False)
class Engine:
    """A name, what one effort is, the settings to choose from, and how to fit."""

    name: str
    unit: str
    efforts: tuple[int, ...]
    tuning_effort: int
    settings: tuple[Mapping[str, Any], ...]
    fit: Fit
    tuned_on: int | None = None  # documents at most, for engines too slow to be tuned on all

    def run(
        self,
        counts: TermMatrix,
        *,
        n_topics: int,
        seed: int,
        settings: Mapping[str, Any],
        upto: int | None = None,
    ) -> Curve:
        """Fit once, with a point after every effort up to `upto`."""
        efforts = [effort for effort in self.efforts if effort <= (upto or max(self.efforts))]
        before = _cpu()
        points = list(self.fit(counts, efforts, n_topics=n_topics, seed=seed, **settings))
        return Curve(points, _cpu() - before)

    def final(
        self, counts: TermMatrix, *, n_topics: int, seed: int, settings: Mapping[str, Any], effort: int
    ) -> tuple[np.ndarray, float, float]:
        """Fit once without stopping on the way; topics, wall-clock seconds and processor seconds."""
        before = _cpu()
        (point,) = self.fit(counts, [effort], n_topics=n_topics, seed=seed, **settings)
        return point.topics, point.seconds, _cpu() - before


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _package(
    counts: TermMatrix, efforts: Sequence[int], *, method: str, documents: bool = False, **settings: Any
) -> Iterator[Point]:
    settings["random_state"] = settings.pop("seed")
    for passes in efforts:  # each a fit of its own, from the start
        begun = time.perf_counter()
        fit = rn.fit_lda(
            counts, method=method, passes=passes, n_threads=THREADS, documents=documents, **settings
        )
        yield Point(passes, time.perf_counter() - begun, fit.topic_terms)


def _nmf(
    counts: TermMatrix, efforts: Sequence[int], *, n_topics: int, seed: int, back: bool
) -> Iterator[Point]:
    begun = time.perf_counter()
    with threadpool_limits(THREADS):
        fit = rn.fit_nmf(counts, n_topics=n_topics, random_state=seed, max_iter=max(efforts))
    topics = fit.topic_terms
    if back:  # from shares of TF-IDF weight to shares of tokens
        topics = topics / inverse_document_frequency(clean_counts(counts.counts))
        topics = topics / topics.sum(axis=1, keepdims=True)
    yield Point(max(efforts), time.perf_counter() - begun, topics)


class _Watched:
    """Mixed into gensim's models: keeps the topics at the end of every pass that is asked for."""

    def watch(self, n_docs: int, efforts: Sequence[int]) -> None:
        self.kept: list[Point] = []
        self._n_docs, self._efforts, self._read, self._begun = n_docs, efforts, 0, time.perf_counter()

    def do_mstep(self, rho: float, other: Any, *args: Any) -> None:
        super().do_mstep(rho, other, *args)  # type: ignore[misc]
        self._read += other.numdocs
        done = self._read // self._n_docs
        if self._read % self._n_docs == 0 and done in self._efforts:
            self.kept.append(Point(done, time.perf_counter() - self._begun, self.get_topics()))  # type: ignore[attr-defined]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "kept"}


class _One(_Watched, LdaModel):
    pass


class _Many(_Watched, LdaMulticore):
    pass


def _gensim(
    counts: TermMatrix,
    efforts: Sequence[int],
    *,
    kind: type[Any],
    n_topics: int,
    seed: int,
    alpha: float,
    eta: float,
    chunk: int,
) -> Iterator[Point]:
    words = {column: str(column) for column in range(counts.counts.shape[1])}
    more = {"workers": THREADS} if issubclass(kind, LdaMulticore) else {}
    model = kind(
        id2word=words,
        num_topics=n_topics,
        alpha=np.full(n_topics, alpha, dtype=np.float32),
        eta=eta,
        passes=max(efforts),
        chunksize=chunk,
        eval_every=None,
        random_state=seed,
        **more,
    )
    bags = bags_of(counts.counts)
    with threadpool_limits(1):
        model.watch(len(bags), efforts)
        model.update(bags)
    yield from model.kept


def bags_of(counts: csr_matrix) -> list[list[tuple[int, float]]]:
    """Give documents as gensim reads them."""
    columns, values = counts.indices.tolist(), counts.data.tolist()
    edges = pairwise(counts.indptr.tolist())
    return [list(zip(columns[start:stop], values[start:stop], strict=True)) for start, stop in edges]


def _tomotopy(
    counts: TermMatrix,
    efforts: Sequence[int],
    *,
    n_topics: int,
    seed: int,
    alpha: float,
    eta: float,
    optimise: int,
) -> Iterator[Point]:
    model = tomotopy.LDAModel(k=n_topics, alpha=alpha, eta=eta, seed=seed)
    model.optim_interval = optimise
    names = [str(column) for column in range(counts.counts.shape[1])]
    for start, stop in pairwise(counts.counts.indptr.tolist()):
        pairs = zip(counts.counts.indices[start:stop], counts.counts.data[start:stop], strict=True)
        model.add_doc([word for column, count in pairs for word in [names[column]] * round(count)])
    model.train(0)  # builds its tables
    columns = np.array([int(word) for word in model.used_vocabs])
    seconds = 0.0
    for done, sweeps in pairwise([0, *efforts]):
        begun = time.perf_counter()
        model.train(sweeps - done, workers=THREADS)
        seconds += time.perf_counter() - begun
        topics = np.zeros((n_topics, len(names)))
        topics[:, columns] = [model.get_topic_word_dist(topic) for topic in range(n_topics)]
        yield Point(sweeps, seconds, topics)


def grid(**choices: Sequence[Any]) -> tuple[Mapping[str, Any], ...]:
    """Give all combinations of choices."""
    return tuple(dict(zip(choices, each, strict=True)) for each in product(*choices.values()))


def _priors(**more: Sequence[Any]) -> tuple[Mapping[str, Any], ...]:
    return grid(alpha=ALPHAS, eta=ETAS, **more)


CVB0 = Engine(  # as many settings as the others: it learns alpha, and so has rounds to choose instead
    "cvb0, 2 threads",
    "passes",
    FINER,
    10,
    grid(alpha=("auto",), eta=ETAS, iterations=(5, 10), chunksize=(None, 256)),
    partial(_package, method="cvb0"),
)
VB = Engine(
    "vb, 2 threads", "passes", PASSES, 10, _priors(iterations=(5, 50)), partial(_package, method="vb")
)
ONE = Engine("LdaModel", "passes", PASSES, 5, _priors(chunk=CHUNKS), partial(_gensim, kind=_One), 2000)
MANY = Engine(
    "LdaMulticore, 2 workers", "passes", PASSES, 5, _priors(chunk=CHUNKS), partial(_gensim, kind=_Many), 2000
)
TOMOTOPY = Engine("tomotopy, 2 workers", "sweeps", SWEEPS, 100, _priors(optimise=(0, 10)), _tomotopy)
NMF = Engine("NMF on TF-IDF, 2 threads", "rounds", (500,), 500, grid(back=(False, True)), _nmf)


def available(*wanted: Engine) -> list[Engine]:
    """Leave out what cannot be imported, and say so."""
    if tomotopy is None and TOMOTOPY in wanted:
        say("tomotopy cannot be imported and is left out: pip install 'readout-nlp[bench]'")
    return [engine for engine in wanted if engine is not TOMOTOPY or tomotopy is not None]


def warm_up(engines: Sequence[Engine], counts: TermMatrix) -> None:
    """Fit a few documents, so that nothing is compiled or imported within the clock."""
    few = TermMatrix(counts.counts[:300], counts.vocabulary, counts.doc_ids[:300])
    for engine in engines:
        engine.run(few, n_topics=3, seed=0, settings=engine.settings[0], upto=engine.efforts[0])
