"""Topic shares of documents -> one mixture a readout, with its place and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from readout_nlp.compare.time_blocks import Array, day_numbers, timeline
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.paged import empty, taken
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import Inference


@dataclass(frozen=True, eq=False, kw_only=True)
class Mixtures:
    """Topic mixtures of readouts in the order of their days, then of their ids.

    Attributes
    ----------
    shares : ndarray of shape (n, n_topics)
        The mean over the readout's documents that hold evidence; rows sum to 1.
    readout_ids, topic_ids : tuple of str
    places : ndarray of shape (n,)
        Names; the empty text where unknown (only if `with_place` was not asked for).
    days : ndarray of shape (n,)
        Days since 1970-01-01.
    left_out : dict
        ``documents_without_evidence``, and readouts ``without_documents``, ``without_date``,
        ``without_place``; ``by_publication`` counts readouts that are in, by the day of publication.
    """

    shares: Array
    readout_ids: tuple[str, ...]
    topic_ids: tuple[str, ...]
    places: np.ndarray
    days: Array
    left_out: dict[str, int]

    def __len__(self) -> int:
        return len(self.readout_ids)


def readout_mixtures(topics: TopicFit | Inference, corpus: Corpus, *, with_place: bool = True) -> Mixtures:
    """Average the topic shares of each readout's documents, and put the readouts in order of time.

    Parameters
    ----------
    topics
        Its ``doc_ids`` are items or readouts of the corpus.
    corpus
    with_place
        Leave readouts of unknown place out.

    Raises
    ------
    InputError
        If an id is in neither the items nor the readouts of the corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=3)
    >>> ids = tuple(corpus.items["item_id"])
    >>> one = Inference(doc_topics=np.ones((len(ids), 1)), doc_ids=ids, topic_ids=("t01",),
    ...                 oov_share=np.zeros(len(ids)), novel=np.zeros(len(ids), dtype=bool))
    >>> bool((readout_mixtures(one, corpus).shares == 1).all())
    True
    """
    documents = document_readouts(topics.doc_ids, corpus)
    without = set(without_evidence(topics))
    found = (
        documents.with_row_index("row")
        .filter(~pl.col("doc_id").is_in(without))
        .sort("readout_id", "doc_id")  # sums run in the order of ids, whatever the order of the corpus
    )
    names, shares = _means(found, topics.doc_topics)
    when = timeline(corpus)
    rows = pl.DataFrame(
        {"readout_id": names, "at": np.arange(len(names))},
        schema={"readout_id": pl.String, "at": pl.Int64},
    )
    order = when.join(rows, on="readout_id").sort("day", "readout_id")
    kept = order.drop_nulls(["day", "place"] if with_place else ["day"])
    left_out = {
        "documents_without_evidence": len(documents) - len(found),
        "without_documents": len(when) - len(order),
        "without_date": order["day"].null_count(),
        "without_place": order["place"].null_count() if with_place else 0,
        "by_publication": int(kept["by_publication"].sum()),
    }
    return Mixtures(
        shares=taken(shares, kept["at"].to_numpy()),
        readout_ids=tuple(kept["readout_id"]),
        topic_ids=tuple(topics.topic_ids),
        places=kept["place"].fill_null("").to_numpy().astype(object),
        days=day_numbers(kept["day"]),
        left_out=left_out,
    )


def document_readouts(doc_ids: Sequence[str], corpus: Corpus) -> pl.DataFrame:
    """Give ``doc_id`` and ``readout_id`` of every document, in the order given.

    Raises
    ------
    InputError
        If an id is in neither the items nor the readouts of the corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=1)
    >>> document_readouts(corpus.readouts["readout_id"], corpus).height == corpus.readouts.height
    True
    """
    known = pl.concat(
        [
            corpus.items.select(doc_id="item_id", readout_id="readout_id"),
            corpus.readouts.select(doc_id="readout_id", readout_id="readout_id"),
        ]
    ).unique("doc_id", keep="first")
    asked = pl.DataFrame({"doc_id": list(doc_ids)}, schema={"doc_id": pl.String})
    found = asked.join(known, on="doc_id", how="left", maintain_order="left")
    strange = found.filter(pl.col("readout_id").is_null())["doc_id"]
    if len(strange):
        raise InputError(
            f"{len(strange)} of {len(asked)} doc_ids that the corpus does not hold (first: {strange[0]})",
            "ids of its items, or of its readouts",
            "pass the corpus that the tokens were made from",
        )
    return found


def without_evidence(topics: TopicFit | Inference) -> Sequence[str]:
    """Name the documents whose shares are the prior, not a finding.

    Examples
    --------
    >>> without_evidence(Inference(doc_topics=np.ones((1, 1)), doc_ids=("a",), topic_ids=("t01",),
    ...     oov_share=np.zeros(1), novel=np.zeros(1, dtype=bool), without_evidence=("a",)))
    ('a',)
    """
    if isinstance(topics, Inference):
        return topics.without_evidence
    return tuple(topics.params.get("without_evidence", ()))


def _means(found: pl.DataFrame, doc_topics: Array) -> tuple[list[str], Array]:
    if not len(found):
        return [], np.empty((0, doc_topics.shape[1]))
    rows = taken(np.asarray(doc_topics, dtype=np.float64), found["row"].to_numpy())
    names = found["readout_id"].to_numpy()
    starts = np.flatnonzero(np.r_[True, names[1:] != names[:-1]])
    sums = np.add.reduceat(rows, starts, axis=0, out=empty((len(starts), rows.shape[1])))
    sums /= sums.sum(axis=1, keepdims=True)
    return names[starts].tolist(), sums
