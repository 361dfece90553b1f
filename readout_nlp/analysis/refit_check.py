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
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matching import overlaps, pair_up, top_sets, unit_rows
from readout_nlp.topics.matrix import Indices

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
        "words_only_in_model": len(set(fit.vocabulary) - set(new.vocabulary)),
        "words_only_in_refit": len(set(new.vocabulary) - set(fit.vocabulary)),
        **_documents(fit, new, order),
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
        One a pair: ``topic``, ``refit``, ``cosine``, ``jaccard`` of the first 20 words, ``max_difference``
        of the words' shares.
    order : ndarray of int, shape (n_pairs,)
        The place in `other` of the counterpart of each topic of `one`.
    """
    words = sorted({*one.vocabulary, *other.vocabulary})
    left, right = _over(words, one), _over(words, other)
    cosines = unit_rows(left) @ unit_rows(right).T
    own, order = pair_up(cosines)
    left_sets, right_sets = np.split(top_sets(np.concatenate([left, right]), TOP), [one.n_topics])
    jaccards = overlaps(left_sets, right_sets)
    rows = [
        {
            "topic": one.topic_ids[here],
            "refit": other.topic_ids[there],
            "cosine": min(float(cosines[here, there]), 1.0),
            "jaccard": float(jaccards[here, there]),
            "max_difference": float(np.abs(left[here] - right[there]).max()),
        }
        for here, there in zip(own, order, strict=True)
    ]
    return rows, order


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


def _over(words: Sequence[str], fit: TopicFit) -> Array:
    place = {word: column for column, word in enumerate(words)}
    wide = np.zeros((fit.n_topics, len(words)))
    wide[:, [place[word] for word in fit.vocabulary]] = fit.topic_terms
    return wide


def _summary(rows: Sequence[Row]) -> dict[str, Any]:
    cosines, jaccards = ([row[name] for row in rows] for name in ("cosine", "jaccard"))
    return {
        "min_cosine": min(cosines),
        "mean_cosine": float(np.mean(cosines)),
        "mean_top_20_jaccard": float(np.mean(jaccards)),
        "ids_identical": all(row["topic"] == row["refit"] for row in rows),
        "max_difference_of_topic_words": max(row["max_difference"] for row in rows),
    }


def _documents(fit: TopicFit, new: TopicFit, order: Indices) -> dict[str, Any]:
    """Compare the shares of common documents, topic with matched topic."""
    both = [doc_id for doc_id in fit.doc_ids if doc_id in set(new.doc_ids)] if new.doc_ids else []
    gap = np.empty((0, 1))
    if both and len(order) == fit.n_topics:
        gap = np.abs(rows_of(fit, both) - rows_of(new, both)[:, order])
    return {
        "documents_only_in_model": len(fit.doc_ids) - len(both),
        "documents_only_in_refit": len(new.doc_ids) - len(both),
        "max_difference_of_shares": float(gap.max()) if gap.size else None,
        "mean_difference_of_shares": float(gap.mean()) if gap.size else None,
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
