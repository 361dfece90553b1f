"""A saved model fitted again from its recipe, and its topics held against the stored ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from readout_nlp.analysis.fitted_again import fitted_again
from readout_nlp.analysis.recount import Recount
from readout_nlp.analysis.reinfer import rows_of
from readout_nlp.analysis.verdicts import Level
from readout_nlp.analysis.workers import Map
from readout_nlp.errors import CheckError
from readout_nlp.saved.alike import conditions, same_bits_expected
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.stability import UNMATCHED, match_topics

TOP = 20
MIN_COSINE = 0.999
MIN_JACCARD = 0.95

Row = dict[str, Any]


def check_refit(
    fit: TopicFit,
    manifest: Mapping[str, Any],
    again: Recount,
    *,
    map: Map = map,  # noqa: A002  # the seam through which processes come from above
) -> Level:
    """Fit a saved model again and compare topics, matched one to one by cosine (Hungarian method).

    Parameters
    ----------
    fit, manifest
        A saved model.
    again
        Its documents, counted again.
    map
        Spreads fits over processes, to the same result.

    Returns
    -------
    Level
        ``passed`` if there are as many topics, the least alike pair has a cosine of at least `MIN_COSINE`,
        and the mean Jaccard overlap of the first 20 words is at least `MIN_JACCARD`.

    Raises
    ------
    CannotBeCheckedError
        The manifest does not hold all that the fit started from.
    """
    new, basis = fitted_again(fit, manifest, again, map=map)
    rows, order = match(fit, new)
    figures = {
        "refitted_from": basis,
        "topics": fit.n_topics,
        "topics_after_refit": new.n_topics,
        **_summary(rows),
        "bitwise_equal": bitwise_equal(fit, new),
        "bitwise_expected": same_bits_expected(manifest),
        **_differences(fit, new, order),
        "settings_that_differ": _changed(fit.params, new.params),
        **conditions(manifest),
        "topics_moved": [row for row in rows if moved(row)],
    }
    return _judged(figures)


def match(one: TopicFit, other: TopicFit) -> tuple[list[Row], Indices]:
    """Pair the topics of two models over the words of both.

    Returns
    -------
    rows : list of dict
        One a topic of `one` that has a counterpart: ``topic``, ``refit``, ``cosine``, and ``jaccard`` of the
        first 20 words.
    order : ndarray of int, shape (n_topics of `one`,)
        The place in `other` of each counterpart; `UNMATCHED` where there is none.
    """
    pairs = match_topics(one, other, n=TOP)
    rows = [
        {"topic": topic, "refit": other.topic_ids[place], "cosine": float(cosine), "jaccard": float(jaccard)}
        for topic, place, cosine, jaccard in zip(
            one.topic_ids, pairs.permutation, pairs.cosines, pairs.jaccards, strict=True
        )
        if place != UNMATCHED
    ]
    return rows, pairs.permutation


def moved(row: Row) -> bool:
    """Tell whether a matched topic is no longer quite itself, or bears another name."""
    return bool(row["cosine"] < MIN_COSINE or row["jaccard"] < MIN_JACCARD or row["topic"] != row["refit"])


def bitwise_equal(one: TopicFit, other: TopicFit) -> bool:
    """Tell whether two models hold the same numbers, words and ids, bit for bit."""
    named = (one.vocabulary, one.doc_ids, one.topic_ids) == (
        other.vocabulary,
        other.doc_ids,
        other.topic_ids,
    )
    return (
        named
        and one.state.keys() == other.state.keys()
        and np.array_equal(one.topic_terms, other.topic_terms)
        and np.array_equal(one.doc_topics, other.doc_topics)
        and all(np.array_equal(one.state[name], other.state[name]) for name in one.state)
    )


def _summary(rows: Sequence[Row]) -> dict[str, Any]:
    cosines, jaccards = ([row[name] for row in rows] for name in ("cosine", "jaccard"))
    return {
        "min_cosine": min(cosines),
        "mean_cosine": float(np.mean(cosines)),
        "mean_top_20_jaccard": float(np.mean(jaccards)),
        "ids_identical": all(row["topic"] == row["refit"] for row in rows),
    }


def _differences(fit: TopicFit, new: TopicFit, order: Indices) -> dict[str, Any]:
    """Compare words and common documents, topic with matched topic; None where there are none."""
    both = sorted(set(fit.doc_ids) & set(new.doc_ids))
    alike = (order != UNMATCHED).all()
    words = shares = None
    if alike and fit.vocabulary == new.vocabulary:
        words = np.abs(fit.topic_terms - new.topic_terms[order])
    if alike and both:
        shares = np.abs(rows_of(fit, both) - rows_of(new, both)[:, order])
    return {
        "max_difference_of_topic_words": None if words is None else float(words.max()),
        "max_difference_of_shares": None if shares is None else float(shares.max()),
        "mean_difference_of_shares": None if shares is None else float(shares.mean()),
        "words_only_in_model": len(set(fit.vocabulary) - set(new.vocabulary)),
        "words_only_in_refit": len(set(new.vocabulary) - set(fit.vocabulary)),
        "documents_only_in_model": len(fit.doc_ids) - len(both),
        "documents_only_in_refit": len(new.doc_ids) - len(both),
    }


def _changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Name the settings, and what the fit says of itself, that are not as stored."""
    return sorted(
        name for name in {*then, *now} - {"consensus"} if _plain(then.get(name)) != _plain(now.get(name))
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _judged(figures: Mapping[str, Any]) -> Level:
    expected = (
        f"as many topics, each with a cosine of at least {MIN_COSINE} and on average at least"
        f" {MIN_JACCARD:.0%} of the first {TOP} words in common (Jaccard)"
    )
    found = (
        f"{figures['topics_after_refit']} topics for {figures['topics']}; cosine {figures['min_cosine']:.6g}"
        f" at least, mean Jaccard of the first {TOP} words {figures['mean_top_20_jaccard']:.4g}"
    )
    ok = (
        figures["topics"] == figures["topics_after_refit"]
        and figures["min_cosine"] >= MIN_COSINE
        and figures["mean_top_20_jaccard"] >= MIN_JACCARD
    )
    if ok:
        same = "the same bits" if figures["bitwise_equal"] else "the same topics, though not the same bits"
        says = f"fitted again from {figures['refitted_from']}: {same} ({found})"
        return Level(name="refit", state="passed", says=says, figures=figures)
    fault = CheckError(
        f"after a refit from {figures['refitted_from']}: {found}",
        expected,
        "give the model's own corpus; if this is it, the manifest does not tell how the model was made",
    )
    return Level(name="refit", state="failed", says=fault.found, figures=figures, fault=fault)
