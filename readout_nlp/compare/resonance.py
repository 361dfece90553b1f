"""Novelty, transience and resonance: how new a readout was, and how much of the new stayed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.mixtures import document_readouts, readout_mixtures, without_evidence
from readout_nlp.compare.time_blocks import Array, Codes
from readout_nlp.compare.windows import Scope, Side, WindowIn, check_window, sides, smoothed
from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import RecipeError
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.infer import Inference

METHOD = "novelty, transience and resonance (Barron, Huang, Spang and DeDeo 2018)"
ESTIMAND = (
    "mean divergence, in bits, of a text's topic mixture from the mixtures of earlier readouts (novelty)"
    " and of later ones (transience); resonance is novelty less transience"
)
UNITS = ("readout", "item")


def resonance(
    topics: TopicFit | Inference,
    corpus: Corpus,
    *,
    window: int = 90,
    window_in: WindowIn = "days",
    scope: Scope = "own",
    unit: str = "readout",
    smoothing: float = 0.01,
    edges: bool = False,
) -> pd.DataFrame:
    """Measure how far each readout differs from those before it and from those after it.

    With s(j) the topic mixture of readout j and W readouts in the window, and with D the Kullback-Leibler
    divergence in bits, D(s|r) = sum over topics of s log2(s / r):

    - novelty N(j) = mean of D(s(j)|s(i)) over the readouts i before j: 0 if all were the same; large if j is
      unlike what came before;
    - transience T(j), likewise over the readouts after j: large if what j said was dropped;
    - resonance R(j) = N(j) - T(j): above 0 if later readouts are more like j than earlier ones were.

    Parameters
    ----------
    topics
        Its ``doc_ids`` are items or readouts of the corpus. A readout's mixture is the mean of its items'.
    corpus
    window, window_in
        So many days, or so many readouts, on each side. Readouts of one day are neither before nor after.
    scope
        Compare with readouts of the ``own`` place, of the ``others``, or of ``all`` (places may be unknown
        then).
    unit
        ``readout``; or ``item``: every item on its own, compared with the mixtures of readouts before and
        after its meeting.
    smoothing
        The part of equal shares mixed into every mixture, because a topic that one mixture lacks would make
        a divergence infinite. With 0 the formulas are the paper's to the letter; all shares must be above
        0.
    edges
        Give values also where the record begins or ends within the window, from what is there.

    Returns
    -------
    pandas.DataFrame
        In the order of dates: ``readout_id`` (for items ``item_id`` too), ``place``, ``date``, ``novelty``,
        ``transience`` (0 and more), ``resonance`` (bits), ``n_before``, ``n_after`` (readouts in the
        windows), ``edge`` (a window is not full). A value is NaN where its window is not full, unless
        `edges`, and where nothing is in it.

        ``attrs["left_out"]`` counts documents without evidence, and readouts without any document, without
        a date, and (unless the scope is ``all``) without a place.

    Raises
    ------
    RecipeError
        If an argument is none of the above.
    InputError
        If ids are not the corpus', or shares are 0 without smoothing.

    References
    ----------
    Barron, Huang, Spang and DeDeo (2018), Individuals, institutions, and innovation in the debates of the
    French Revolution, PNAS 115(18).

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=6)
    >>> topics = rn.fit_nmf(rn.count_terms(rn.tokenize(corpus)), n_topics=4)
    >>> table = resonance(topics, corpus, window=5, window_in="readouts")
    >>> full = table.dropna()
    >>> bool(np.allclose(full["novelty"] - full["transience"], full["resonance"]))
    True
    """
    check_window(window, window_in, scope)
    if unit not in UNITS:
        raise RecipeError(f"unit={unit!r}", " or ".join(map(repr, UNITS)), "choose one of these units")
    mixtures = readout_mixtures(topics, corpus, with_place=scope != "all")
    shares = smoothed(mixtures.shares, smoothing)
    before, after = sides(mixtures, shares, window=window, window_in=window_in, scope=scope)
    rows, own = np.arange(len(mixtures)), shares
    columns: dict[str, Any] = {}
    if unit == "item":
        item_ids, rows, mixes = _items(topics, corpus, mixtures.readout_ids)
        own = smoothed(mixes, smoothing)
        columns["item_id"] = item_ids
    novelty, transience = _divergence(own, before, rows, edges), _divergence(own, after, rows, edges)
    table = pd.DataFrame(
        {
            **columns,
            "readout_id": np.array(mixtures.readout_ids, dtype=object)[rows],
            "place": np.array([place or None for place in mixtures.places], dtype=object)[rows],
            "date": mixtures.days.astype("datetime64[D]").astype("datetime64[s]")[rows],
            "novelty": novelty,
            "transience": transience,
            "resonance": novelty - transience,
            "n_before": before.n[rows],
            "n_after": after.n[rows],
            "edge": ~(before.full & after.full)[rows],
        }
    )
    table.attrs = {
        "method": METHOD,
        "estimand": ESTIMAND,
        "window": window,
        "window_in": window_in,
        "scope": scope,
        "unit": unit,
        "smoothing": smoothing,
        "left_out": mixtures.left_out,
    }
    return table


def _divergence(shares: Array, side: Side, rows: Codes, edges: bool) -> Array:
    """Give the mean divergence from a context: a cross entropy with its mean log less the entropy."""
    bits = (shares * np.log2(shares)).sum(axis=1) - (shares * side.logs[rows]).sum(axis=1)
    shown = (side.n > 0 if edges else side.full)[rows]
    return np.where(shown, np.maximum(bits, 0.0), np.nan)  # rounding can leave -1e-17


def _items(
    topics: TopicFit | Inference, corpus: Corpus, readout_ids: tuple[str, ...]
) -> tuple[np.ndarray, Codes, Array]:
    """Give the items that hold evidence, in the order of their readouts, and their mixtures."""
    unit: Unit = "item"
    if not set(topics.doc_ids) <= set(corpus.items["item_id"]):
        raise RecipeError("unit='item' with topics of readouts", "topics of items", f"tokenize with {unit=}")
    without = set(without_evidence(topics))
    at = {name: row for row, name in enumerate(readout_ids)}
    of_item = document_readouts(topics.doc_ids, corpus)["readout_id"]
    chosen = sorted(
        (at[readout], item, row)
        for row, (item, readout) in enumerate(zip(topics.doc_ids, of_item, strict=True))
        if item not in without and readout in at
    )
    items = np.array([item for _, item, _ in chosen], dtype=object)
    rows = np.array([readout for readout, _, _ in chosen], dtype=np.int64)
    mixes = np.asarray(topics.doc_topics, dtype=np.float64)[[row for _, _, row in chosen]]
    return items, rows, mixes / mixes.sum(axis=1, keepdims=True)
