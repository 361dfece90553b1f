"""What the benchmarks of topic models share: corpora by path, planted topics, the split and the measures."""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix

import readout_nlp as rn
from readout_nlp.analysis.workers import parallel_map
from readout_nlp.corpus.corpus import Unit
from readout_nlp.tokens.counts import TermMatrix, count_terms
from readout_nlp.tokens.tokenize import Tokens, tokenize
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.perplexity import held_out_perplexity, hold_out

HELD = 0.15  # of the groups to tune on, and as many to judge by, but ...
HELD_AT_MOST = 1500  # ... about so many documents: more would cost time and change no digit that counts
TEST_SPLIT, TUNE_SPLIT = 11, 12  # seeds
SYNTHETIC_SEED = 0


@dataclass(frozen=True)
class Documents:
    """Counts, and the group of every document: no group stands on both sides of a split."""

    name: str
    matrix: TermMatrix
    groups: np.ndarray

    def __str__(self) -> str:
        counts = self.matrix.counts
        n_docs, n_terms = counts.shape
        return (
            f"{self.name}: {n_docs:,} documents in {len(set(self.groups)):,} groups, {n_terms:,} terms,"
            f" {counts.nnz / n_docs:.0f} distinct and {counts.sum() / n_docs:.0f} counted tokens a document"
        )

    def rows(self, chosen: np.ndarray) -> Documents:
        """Give some of the documents."""
        ids = [self.matrix.doc_ids[row] for row in chosen]
        part = TermMatrix(self.matrix.counts[chosen], self.matrix.vocabulary, ids)
        return replace(self, matrix=part, groups=self.groups[chosen])


@dataclass(frozen=True)
class Split:
    """Documents to train on, to tune on and to judge by, over the terms of the first."""

    train: TermMatrix
    tune: TermMatrix
    test: TermMatrix

    def __str__(self) -> str:
        sizes = (len(part.doc_ids) for part in (self.train, self.tune, self.test))
        return "{:,} documents to train on, {:,} to tune on, {:,} to judge by".format(*sizes)


def say(message: str) -> None:
    """Tell on stderr how far it is."""
    print(message, file=sys.stderr, flush=True)


def read_documents(
    paths: Sequence[Path], *, unit: Unit, limit: int | None = None, cache: Path | None = None
) -> Documents:
    """Read files through the package and count terms as it does by default; empty documents are left out.

    A document's group is the day of its meeting, else of its publication, so that two reports of one meeting,
    and the parts of a report printed in pieces, stay together; its readout where there is no day.
    """
    tokens, groups = _cached_tokens(paths, unit, cache)
    n_docs = min(limit or len(tokens), len(tokens))
    first = replace(
        tokens,
        doc_ids=tokens.doc_ids[:n_docs],
        codes=tokens.codes[: tokens.offsets[n_docs]],
        offsets=tokens.offsets[: n_docs + 1],
    )
    matrix = count_terms(first)
    name = " + ".join(path.name for path in paths) + (f", first {n_docs:,}" if limit else "")
    whole = Documents(name, matrix, groups[:n_docs])
    return whole.rows(np.flatnonzero(matrix.counts.getnnz(axis=1)))


def _cached_tokens(paths: Sequence[Path], unit: Unit, cache: Path | None) -> tuple[Tokens, np.ndarray]:
    if cache is None:
        return _tokens(paths, unit)
    digest = hashlib.sha256(unit.encode())
    for path in paths:
        digest.update(path.read_bytes())
    stored = cache / f"{digest.hexdigest()[:16]}.npz"
    if not stored.exists():
        tokens, groups = _tokens(paths, unit)
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(
            stored,
            codes=tokens.codes,
            offsets=tokens.offsets,
            terms=tokens.terms,
            doc_ids=tokens.doc_ids,
            groups=groups,
        )
    kept = np.load(stored)
    doc_ids, terms = tuple(kept["doc_ids"].tolist()), tuple(kept["terms"].tolist())
    tokens = Tokens(doc_ids=doc_ids, terms=terms, codes=kept["codes"], offsets=kept["offsets"], unit=unit)
    return tokens, kept["groups"]


def _tokens(paths: Sequence[Path], unit: Unit) -> tuple[Tokens, np.ndarray]:
    say("reading " + ", ".join(path.name for path in paths))
    with parallel_map() as spread:
        corpus = rn.read_corpus(list(paths), merge=unit == "item", map=spread)
    day = pl.coalesce("meeting_date", "published").dt.to_string("%Y-%m-%d")
    groups = corpus.documents(unit).select(pl.coalesce(day, "readout_id"))
    return tokenize(corpus, unit=unit), groups.to_series().to_numpy().astype(str)


def split(documents: Documents) -> Split:
    """Deal whole groups to the three parts; terms that the first does not hold are left out of all."""
    share = min(HELD, HELD_AT_MOST / len(documents.groups))
    rest, test = hold_out(documents.matrix, share=share, groups=documents.groups, random_state=TEST_SPLIT)
    group = dict(zip(documents.matrix.doc_ids, documents.groups, strict=True))
    left = [group[doc_id] for doc_id in rest.doc_ids]
    train, tune = hold_out(rest, share=share / (1 - share), groups=left, random_state=TUNE_SPLIT)
    known = np.flatnonzero(train.counts.getnnz(axis=0))
    words = [train.vocabulary[column] for column in known]
    return Split(
        *(TermMatrix(csr_matrix(part.counts[:, known]), words, part.doc_ids) for part in (train, tune, test))
    )


def perplexity(topics: np.ndarray, terms: Sequence[str], held: TermMatrix) -> float:
    """Judge any engine's topics by the package's one estimator: held-out document completion."""
    names = tuple(f"t{number}" for number in range(len(topics)))
    return held_out_perplexity(
        TopicFit(
            topic_terms=np.asarray(topics, dtype=float),
            doc_topics=np.empty((0, len(topics))),
            vocabulary=tuple(terms),
            doc_ids=(),
            topic_ids=names,
            method="any",
            params={},
        ),
        held,
    )


def planted(
    n_docs: int,
    *,
    n_topics: int = 50,
    n_terms: int = 20_000,
    length: int = 300,
    alpha: float = 0.05,
    shape: float = 0.1,
    seed: int = SYNTHETIC_SEED,
    block: int = 10_000,
) -> tuple[np.ndarray, Iterator[csr_matrix]]:
    """Draw topics and, block by block, documents from LDA's own story.

    Returns
    -------
    topic_terms : ndarray of shape (n_topics, n_terms)
        A Zipf law, every weight of which each topic multiplies by a Gamma draw of its own: with a small
        `shape`, a frequent term is frequent in some topics only.
    blocks : iterator of csr_matrix of shape (at most `block`, n_terms), float32
        Lengths are Poisson draws; topic shares are Dirichlet draws with `alpha`.
    """
    draw = np.random.default_rng(seed)
    law = draw.permutation(1 / np.arange(1, n_terms + 1))
    topics = law * draw.gamma(shape, 1, (n_topics, n_terms)) + 1e-12
    topics /= topics.sum(axis=1, keepdims=True)
    sizes = [min(block, n_docs - start) for start in range(0, n_docs, block)]
    return topics, (_draw(draw, topics, size, length=length, alpha=alpha) for size in sizes)


def _draw(
    draw: np.random.Generator, topics: np.ndarray, n_docs: int, *, length: int, alpha: float
) -> csr_matrix:
    shares = draw.gamma(alpha, 1, (n_docs, len(topics))) + 1e-12
    of_topic = draw.multinomial(draw.poisson(length, n_docs), shares / shares.sum(axis=1, keepdims=True))
    rows, columns = [], []
    for topic, wanted in zip(topics, of_topic.T, strict=True):
        upto = np.cumsum(topic)
        columns.append(np.searchsorted(upto, np.sort(draw.random(wanted.sum())) * upto[-1]).astype(np.int32))
        draw.shuffle(columns[-1])  # sorted draws are found faster; the documents must not know
        rows.append(np.repeat(np.arange(n_docs, dtype=np.int32), wanted))
    place = (np.concatenate(rows), np.concatenate(columns))
    counts = csr_matrix((np.ones(len(place[0]), np.float32), place), shape=(n_docs, topics.shape[1]))
    counts.sum_duplicates()
    return counts


def as_matrix(counts: csr_matrix) -> TermMatrix:
    """Name the rows and columns of drawn counts."""
    n_docs, n_terms = counts.shape
    return TermMatrix(counts, [f"w{n:06}" for n in range(n_terms)], [f"d{n:07}" for n in range(n_docs)])


def cosine_pairs(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Give the cosine of every true topic with the found one that is matched to it, one to one."""
    cosine = _unit(true) @ _unit(found).T
    return cosine[linear_sum_assignment(-cosine)]


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def machine() -> str:
    """Name the processor and the number of cores, for the head of a result."""
    about = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = next(
        (line.split(":")[1].strip() for line in about.splitlines() if "model name" in line), "unknown"
    )
    return f"{model}, {os.cpu_count()} cores"


def quiet() -> None:
    """Keep the libraries' remarks out of the tables."""
    logging.getLogger("gensim").setLevel(logging.ERROR)
