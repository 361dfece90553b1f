"""Raw synthetic pages in, planted topics, shares and similarities out: the whole way against known truth."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from planted_topics import matched

import readout_nlp as rn
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.sample.generate import SampleSettings, generate_sample
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import TopicFit

pytestmark = [pytest.mark.xdist_group("planted_sample"), pytest.mark.once]

ORIGIN = "sample:"
PIECE = 4
SAME_MATTER = 0.5


@dataclass(frozen=True)
class Known:
    """The sample as parsed and counted, with the planted topic of every document that has one (else -1)."""

    corpus: Corpus
    counts: TermMatrix
    topics: tuple[str, ...]
    labels: np.ndarray

    @property
    def known(self):
        return self.labels >= 0

    @property
    def one_hot(self):
        return np.eye(len(self.topics))[self.labels]

    @property
    def topic_terms(self):
        rows = [
            self.counts.counts[np.flatnonzero(self.labels == k)].sum(axis=0) for k in range(len(self.topics))
        ]
        sums = np.array([np.asarray(row).ravel() for row in rows], dtype=float)
        return sums / sums.sum(axis=1, keepdims=True)


def pieces(text):
    return {text[start : start + PIECE] for start in range(len(text) - PIECE + 1)}


def planted_topic(text, truths):
    """Topic of the planted item that shares most of this parsed item's wording, or None."""
    own = pieces(text)
    shared = [(len(own & pieces(item["text"])), item["topic"]) for item in truths]
    most, topic = max(shared, key=lambda pair: pair[0], default=(0, None))
    return topic if own and most > SAME_MATTER * len(own) else None


@pytest.fixture(scope="module")
def sample():
    corpus = rn.sample_corpus()
    counts = rn.count_terms(rn.tokenize(corpus, unit="item"), min_df=3, max_df=0.5)
    truths = {ORIGIN + file.path: file.truth.get("items") or [] for file in generate_sample(SampleSettings())}
    origins = dict(corpus.readouts.select("readout_id", "origin").iter_rows())
    found = {
        row["item_id"]: planted_topic(row["text"], truths[origins[row["readout_id"]]])
        for row in corpus.items.iter_rows(named=True)
    }
    topics = sorted({topic for topic in found.values() if topic})
    labels = [topics.index(found[name]) if found[name] else -1 for name in counts.doc_ids]
    return Known(corpus, counts, tuple(topics), np.array(labels))


@pytest.fixture(scope="module")
def better(sample):
    """Give the better of LDA and NMF by matched cosine, its topics in the order of the planted ones."""
    k = len(sample.topics)
    fits = [rn.fit_nmf(sample.counts, n_topics=k), rn.fit_lda(sample.counts, n_topics=k)]
    ways = [matched(sample.topic_terms, fit.topic_terms) for fit in fits]
    best = int(np.argmax([cosines.mean() for _, cosines in ways]))
    order, fit = ways[best][0], fits[best]
    return replace(fit, topic_terms=fit.topic_terms[order], doc_topics=fit.doc_topics[:, order])


def shares_of(sample: Known, fit: TopicFit, doc_topics):
    """Share table of the documents whose planted topic is known, by place and year."""
    rows = np.flatnonzero(sample.known)
    part = replace(
        fit, doc_topics=doc_topics[rows], doc_ids=tuple(fit.doc_ids[row] for row in rows), params={}
    )
    return rn.topic_shares(part, sample.corpus)


def correlation(left, right):
    left, right = np.asarray(left, dtype=float).ravel(), np.asarray(right, dtype=float).ravel()
    both = np.isfinite(left) & np.isfinite(right)
    return np.corrcoef(left[both], right[both])[0, 1]


def above_diagonal(table):
    return table.to_numpy()[np.triu_indices(len(table), k=1)]


def test_the_sample_holds_enough_to_ask_for(sample):
    assert len(sample.topics) >= 20
    assert sample.known.mean() > 0.8


def test_planted_topics_are_found(sample, better):
    truth = sample.topic_terms
    cosines = (truth * better.topic_terms).sum(axis=1) / (
        np.linalg.norm(truth, axis=1) * np.linalg.norm(better.topic_terms, axis=1)
    )
    assert cosines.mean() >= 0.8


def test_planted_shares_of_places_and_years_are_found(sample, better):
    truth = shares_of(sample, better, sample.one_hot)
    found = shares_of(sample, better, better.doc_topics)
    assert (truth["n_items"] == found["n_items"]).all()
    assert correlation(truth["share"], found["share"]) >= 0.8
    shuffled = np.random.default_rng(0).permutation(better.doc_topics)
    assert correlation(truth["share"], shares_of(sample, better, shuffled)["share"]) < 0.5


@pytest.mark.parametrize("between", ["place", "year"])
def test_planted_similarities_are_found(between, sample, better):
    truth = rn.similarity(shares_of(sample, better, sample.one_hot), between=between)
    found = rn.similarity(shares_of(sample, better, better.doc_topics), between=between)
    assert truth.index.equals(found.index)
    assert correlation(above_diagonal(truth), above_diagonal(found)) >= 0.8
