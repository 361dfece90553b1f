"""Readouts of places and years with shares that differ from item to item, for the tests of intervals."""

import numpy as np
import polars as pl
from planted_corpus import build, readout

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.topics.infer import Inference

PLACES = ("东岭市", "西河市", "南山市", "北原市", "中川市", "上林市", "下港市")


def corpus_of(places=PLACES[:3], years=(2018, 2019, 2020), *, per_cell=6, more=()):
    """Make as many readouts in every place and year, over its quarters, and some more."""
    cells = [(place, year) for place in places for year in years for _ in range(per_cell)]
    rows = [readout(number, *cell) for number, cell in enumerate(cells)]
    return build([*({**row, "level": row["level"] or "prefecture"} for row in rows), *more])


def shares_of(corpus, *, n_topics=3, seed=0, unit="item"):
    """Draw topic shares; an item's depend on its id alone, not on its place in the corpus."""
    documents = corpus.documents(unit)
    order = np.argsort(documents["doc_id"].to_numpy().astype(str))
    drawn = np.empty((len(order), n_topics))
    drawn[order] = np.random.default_rng(seed).dirichlet(np.full(n_topics, 0.5), len(order))
    return Inference(
        doc_topics=drawn,
        doc_ids=tuple(documents["doc_id"]),
        topic_ids=tuple(f"t{number:02d}" for number in range(1, n_topics + 1)),
        oov_share=np.zeros(len(order)),
        novel=np.zeros(len(order), dtype=bool),
    )


def constant(corpus, share):
    """Give every item the same shares."""
    inferred = shares_of(corpus, n_topics=len(share))
    object.__setattr__(
        inferred, "doc_topics", np.tile(np.array(share, dtype=float), (len(inferred.doc_ids), 1))
    )
    return inferred


def turned(corpus):
    """Put readouts and items into another order."""
    items = corpus.items.sample(fraction=1, shuffle=True, seed=1)
    return Corpus(corpus.readouts.reverse(), items, corpus.quarantine)


def only(corpus, **values):
    """Keep the readouts of a place or a year, and their items."""
    readouts = corpus.readouts
    for name, value in values.items():
        readouts = readouts.filter(pl.col(name).is_in([value] if isinstance(value, str | int) else value))
    items = corpus.items.filter(pl.col("readout_id").is_in(readouts["readout_id"].to_list()))
    return Corpus(readouts, items, corpus.quarantine)


def kept(inferred, corpus):
    """Keep the shares of the items that a corpus holds."""
    known = set(corpus.items["item_id"])
    held = np.array([name in known for name in inferred.doc_ids], dtype=bool)
    return Inference(
        doc_topics=inferred.doc_topics[held],
        doc_ids=tuple(np.array(inferred.doc_ids)[held].tolist()),
        topic_ids=inferred.topic_ids,
        oov_share=inferred.oov_share[held],
        novel=inferred.novel[held],
    )
