"""LDA learnt from partitions in files: no process holds more than one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain, compress
from math import fsum
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_settings
from readout_nlp.topics.cvb0 import cvb0_shares
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.lda import as_fit, dead, largest_first, reordered, settings_of
from readout_nlp.topics.lda_engines import DEFAULTS
from readout_nlp.topics.novelty import QUANTILE, surprise
from readout_nlp.topics.partition_passes import learn_partitions, threads_a_call
from readout_nlp.topics.partitions import Outline, in_order, outline, read_whole
from readout_nlp.topics.prior import even_prior
from readout_nlp.topics.start import given_topics
from readout_nlp.workers import Map


def fit_lda_partitions(
    paths: Sequence[Path],
    *,
    n_topics: int,
    passes: int | None = None,
    random_state: int = 0,
    alpha: float | None = None,
    eta: float | None = None,
    iterations: int | None = None,
    init: TopicFit | Array | None = None,
    n_threads: int | None = None,
    documents: bool = True,
    map: Map = map,  # noqa: A002
) -> TopicFit:
    """Fit LDA by CVB0 to partitions in files, in any number of processes or on a cluster.

    In every pass each partition is read under the same topics and gives its sufficient statistics; these are
    summed in the order of `paths` before the next pass (Mr. LDA: Zhai et al. 2012; docs/methods.md). A task
    is a path, the topics and nothing else; statistics come back. A process needs memory for one partition
    and a few times K x V numbers, this one for those, the ids and the shares of the documents.

    Parameters
    ----------
    paths : sequence of Path
        From `write_partitions`, all over one vocabulary; readable under these names wherever the work is
        done. Documents should be dealt at random; a partition may be empty.
    n_topics, passes, random_state, alpha, eta, iterations, init
        As in `fit_lda`, with the defaults of ``cvb0``.
    n_threads
        Of each call of `map`; where None, one for each processor with the plain `map`, else 1.
    documents
        False leaves the shares of the documents out: ``doc_topics`` has no rows.
    map
        A `map` that spreads calls over processes or a cluster. The result is the same bit for bit, whatever
        their number and the order they end in, on processors of one kind.

    Returns
    -------
    TopicFit
        As of `fit_lda` with as many ``partitions``, documents in the order of the files.

    Raises
    ------
    InputError
        A file cannot be read, its counts are faulty, vocabularies differ, or ids are repeated.
    RecipeError
        The settings cannot be fitted.

    Examples
    --------
    >>> import tempfile
    >>> from readout_nlp.topics.partitions import write_partitions
    >>> counts = TermMatrix(csr_matrix([[9, 8, 0, 0], [0, 0, 9, 7]] * 3), list("abcd"), list("uvwxyz"))
    >>> paths = write_partitions(counts, Path(tempfile.mkdtemp()) / "partitions", n_partitions=2)
    >>> fit = fit_lda_partitions(paths, n_topics=2)
    >>> [fit.vocabulary[i] for i in fit.topic_terms.argmax(axis=1)] in (["a", "c"], ["c", "a"])
    True
    """
    corpus = _corpus(list(paths), map=map)
    settings = settings_of(
        partial(check_settings, corpus.usable()),
        replace(DEFAULTS["cvb0"], learns_alpha=False),
        optional={"n_threads": n_threads},
        n_topics=n_topics,
        passes=passes,
        iterations=iterations,
        random_state=random_state,
        alpha=alpha,
        eta=eta,
    )
    whole = corpus.as_counts()
    prior = even_prior(settings.eta, n_topics=settings.n_topics, n_terms=len(corpus.vocabulary))
    start = None if init is None else given_topics(init, n_topics=settings.n_topics, counts=whole)
    threads = threads_a_call(n_threads, map)
    learnt = learn_partitions(
        corpus.paths,
        settings,
        sizes=corpus.sizes,
        tokens=corpus.tokens,
        prior=prior,
        start=start,
        n_threads=threads,
        map=map,
    )
    told = {"init": init is not None, "partitions": len(corpus.paths)}
    params = {"engine": "cvb0", **asdict(settings), **learnt.params, **told}
    fit = as_fit(whole, {"sstats": learnt.sstats, "alpha": learnt.alpha, "eta": prior.full()}, params)
    return _with_documents(fit, corpus, learnt.sizes, n_threads=threads, map=map) if documents else fit


@dataclass(frozen=True, eq=False, kw_only=True)
class _Corpus:
    """What the files hold together; `sizes` are the documents with counts in each."""

    paths: list[Path]
    vocabulary: tuple[str, ...]
    doc_ids: tuple[str, ...]
    totals: Array
    sizes: list[int]
    tokens: float

    def usable(self) -> tuple[int, int]:
        return sum(self.sizes), int(np.count_nonzero(self.totals))

    def as_counts(self) -> TermMatrix:
        """Give names to a fit; no row is held."""
        empty = csr_matrix((len(self.doc_ids), len(self.vocabulary)))
        return TermMatrix(empty, self.vocabulary, self.doc_ids)


def _corpus(paths: list[Path], *, map: Map) -> _Corpus:  # noqa: A002
    if not paths:
        raise InputError("no partition", "at least one file", "pass the paths that write_partitions gives")
    vocabulary: tuple[str, ...] | None = None
    doc_ids, lengths, totals = list[tuple[str, ...]](), list[Array](), np.zeros(0)
    for path, part in zip(paths, in_order(map(outline, list(enumerate(paths)))), strict=True):
        vocabulary = part.vocabulary if vocabulary is None else vocabulary
        _check_same(path, paths[0], part, vocabulary)
        totals = part.totals if not len(doc_ids) else totals + part.totals
        doc_ids.append(part.doc_ids)
        lengths.append(part.lengths)
    names = tuple(chain.from_iterable(doc_ids))
    if len(set(names)) < len(names):
        raise InputError(
            f"{len(names) - len(set(names))} repeated doc_ids in {len(paths)} partitions",
            "every document in one partition",
            "deal the documents once, and pass every file once",
        )
    return _Corpus(
        paths=paths,
        vocabulary=vocabulary or (),
        doc_ids=names,
        totals=totals,
        sizes=[int(np.count_nonzero(own)) for own in lengths],
        tokens=fsum(np.concatenate(lengths)),
    )


def _check_same(path: Path, first: Path, part: Outline, vocabulary: tuple[str, ...]) -> None:
    if part.vocabulary != vocabulary:
        raise InputError(
            f"{path} with {len(part.vocabulary)} terms, not the {len(vocabulary)} of {first} in their order",
            "partitions over one vocabulary",
            "count all documents together, then write the partitions",
        )


def _with_documents(
    fit: TopicFit,
    corpus: _Corpus,
    sizes: Array,
    *,
    n_threads: int | None,
    map: Map,  # noqa: A002
) -> TopicFit:
    """Add the documents' shares, as `fit_lda` does, a partition at a time."""
    fit = reordered(fit, largest_first(sizes, 0))
    ask = partial(_shares, fit=_topics_alone(fit), n_threads=n_threads)
    parts = list(in_order(map(ask, list(enumerate(corpus.paths)))))
    order = largest_first(np.concatenate(parts).mean(axis=0), 0)
    fit, parts = reordered(fit, order), [np.ascontiguousarray(part[:, order]) for part in parts]
    told = partial(_surprises, topic_terms=fit.topic_terms)
    own, evidence = (
        np.concatenate(columns)
        for columns in zip(*in_order(map(told, list(_numbered(corpus.paths, parts)))), strict=True)
    )
    without = {
        "without_evidence": list(compress(fit.doc_ids, ~evidence)),
        "dead_topics": list(compress(fit.topic_ids, dead(fit.state["sstats"]))),
    }
    limit = np.quantile(own[evidence], [QUANTILE])
    return replace(
        fit,
        doc_topics=np.concatenate(parts),
        params={**fit.params, **without},
        state={**fit.state, "novelty_limit": limit},
    )


Judged = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]


def _numbered(paths: Sequence[Path], parts: Sequence[Array]) -> Iterable[tuple[int, Path, Array]]:
    return zip(range(len(paths)), paths, parts, strict=True)


def _topics_alone(fit: TopicFit) -> tuple[Array, Array]:
    return fit.topic_terms, fit.state["alpha"]


def _shares(
    numbered: tuple[int, Path], *, fit: tuple[Array, Array], n_threads: int | None
) -> tuple[int, Array]:
    number, path = numbered
    return number, cvb0_shares(read_whole(path), topic_terms=fit[0], alpha=fit[1], n_threads=n_threads)


def _surprises(numbered: tuple[int, Path, Array], *, topic_terms: Array) -> tuple[int, Judged]:
    number, path, shares = numbered
    counts = read_whole(path)
    return number, (surprise(counts, shares, topic_terms), counts.getnnz(axis=1) > 0)
