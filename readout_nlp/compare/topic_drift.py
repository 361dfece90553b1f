"""What became of each topic when a model was fitted again with later documents, beside what chance does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.topics.coherence import first_terms
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.infer import Inference
from readout_nlp.topics.matching import TOP
from readout_nlp.topics.stability import UNMATCHED, UNSTABLE_BELOW, match_topics

STABLE, MOVED, NEW, GONE = "stable", "moved", "new", "gone"
MARGIN = 0.05  # a change of the cosine that no reader of the words would see is no drift
BARE_COSINE = 0.9  # what counts as moved where no baseline was made
LIFT = 2.0  # a new topic that later documents do not hold this much more of may be a split of an old one

Sides = tuple[str, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Change:
    """How much a refit changed each topic of the fit before it.

    Attributes
    ----------
    cosines, jaccards : ndarray of shape (n_topics of the fit before,)
        Likeness to the topic's counterpart (Hungarian method), 0 to 1: of all terms, of the ten first words.
    shares : ndarray, same shape
        Mean absolute change of the topic's share over the documents of both fits, 0 to 1; NaN without any.
    """

    cosines: Array
    jaccards: Array
    shares: Array


def change_between(before: TopicFit, after: TopicFit) -> Change:
    """Measure what a refit changed: topics matched one to one, documents joined by id.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.tokens.counts import TermMatrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> fit = fit_nmf(counts, n_topics=2)
    >>> change = change_between(fit, fit)
    >>> change.jaccards.tolist(), change.shares.tolist()
    ([1.0, 1.0], [0.0, 0.0])
    """
    match = match_topics(before, after)
    mine, theirs = _common_rows(before, after)
    paired = np.flatnonzero(match.permutation != UNMATCHED)
    shares = np.full(before.n_topics, np.nan)
    if len(mine) and len(paired):
        later = after.doc_topics[theirs][:, match.permutation[paired]]
        shares[paired] = np.abs(later - before.doc_topics[mine][:, paired]).mean(axis=0)
    return Change(cosines=match.cosines, jaccards=match.jaccards, shares=shares)


def topic_drift(
    earlier: TopicFit,
    later: TopicFit,
    *,
    added: Inference | None = None,
    baseline: Sequence[Change] = (),
    margin: float = MARGIN,
) -> pd.DataFrame:
    """Tell, topic by topic, what a refit with later documents changed, and what chance would have.

    Parameters
    ----------
    earlier
        The model before.
    later
        The refit, its topics under permanent ids (`readout_nlp.topics.align.align_topics`): an id that
        stands in both models names one topic. Documents that are not in `earlier` are the new ones.
    added
        The new documents under `earlier`; None: what concerns them is NaN.
    baseline
        What refits change where nothing has drifted: one `Change` for each, over the topics of `earlier`.
    margin
        How far a cosine must lie below its baseline to count as moved.

    Returns
    -------
    pandas.DataFrame
        One row a topic of either model, the earlier ones first:

        - ``topic``; ``verdict``: ``stable``; ``moved`` (the same topic, but its cosine lies more than
          `margin` below the lowest of its baseline; without one, below 0.9); ``gone``; ``new``.
        - ``beyond_chance``: True if the verdict tells of the documents; False for a moved or gone topic that
          the baseline, too, finds no better (mean Jaccard below 0.5), and for a new one that new documents
          hold less than twice as much of as old ones; NA for a stable one, and where it cannot be told.
        - ``cosine``, ``jaccard``: to the counterpart, 0 to 1, higher is more alike; of a topic that is gone,
          to what resembles it most; ``gained``, ``lost``: those of the ten first words after that were not
          among the ten before, and the other way round, joined by spaces.
        - ``old_docs_before``, ``old_docs_after``, ``new_docs_before``, ``new_docs_after``: mean share of the
          topic in old and new documents under the model before and after, 0 to 1. Documents without evidence
          are left out.
        - ``share_change``: mean absolute change of its share over the old documents, 0 to 1.
        - ``baseline_cosine``, ``baseline_lowest``, ``baseline_jaccard``, ``baseline_share_change``: mean (and
          lowest) over the baseline.

        ``attrs``: ``n_old``, ``n_new``, ``n_lost`` (documents of `earlier` that `later` has not);
        ``oov_share`` and ``novel_share`` of the new documents; ``share_change`` over all topics in both and
        ``baseline_share_change``; ``n_baseline``; ``n_topics`` before and after; ``thresholds``.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from scipy.sparse import csr_matrix
    >>> from readout_nlp.tokens.counts import TermMatrix
    >>> from readout_nlp.topics.nmf import fit_nmf
    >>> counts = TermMatrix(csr_matrix([[4, 2, 0, 0], [2, 3, 0, 0], [0, 0, 3, 1]]), list("abcd"), list("xyz"))
    >>> fit = fit_nmf(counts, n_topics=2)
    >>> topic_drift(fit, replace(fit, topic_ids=("t01", "t03")))[["topic", "verdict"]].to_numpy().tolist()
    [['t01', 'stable'], ['t02', 'gone'], ['t03', 'new']]
    """
    change = change_between(earlier, later)
    names = [*earlier.topic_ids, *(name for name in later.topic_ids if name not in earlier.topic_ids)]
    table = pd.DataFrame({"topic": names})
    table = table.merge(_of_earlier(earlier, change, baseline), on="topic", how="left")
    table = table.merge(_words(names, earlier, later), on="topic").merge(
        _prevalence(names, earlier, later, added), on="topic"
    )
    limits = _limits(change, baseline, margin)
    table.insert(1, "verdict", _verdicts(names, earlier, later, change.cosines >= limits))
    table.insert(2, "beyond_chance", _beyond_chance(table))
    continued = table["verdict"].isin([STABLE, MOVED])
    table.attrs |= _attrs(earlier, later, added, baseline)
    table.attrs["share_change"] = _mean(table.loc[continued, "share_change"])
    table.attrs["thresholds"] = {
        "margin": margin,
        "moved_without_baseline": BARE_COSINE,
        "unstable_jaccard": UNSTABLE_BELOW,
        "lift": LIFT,
    }
    return table


def _common_rows(before: TopicFit, after: TopicFit) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    row = {name: number for number, name in enumerate(after.doc_ids)}
    without = {*before.params.get("without_evidence", ()), *after.params.get("without_evidence", ())}
    pairs = [
        (number, row[name])
        for number, name in enumerate(before.doc_ids)
        if name in row and name not in without
    ]
    mine, theirs = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return mine, theirs


def _of_earlier(earlier: TopicFit, change: Change, baseline: Sequence[Change]) -> pd.DataFrame:
    columns = {"cosine": change.cosines, "jaccard": change.jaccards, "share_change": change.shares}
    nothing = np.full(earlier.n_topics, np.nan)
    cosines = np.array([one.cosines for one in baseline])
    columns |= {
        "baseline_cosine": cosines.mean(axis=0) if len(baseline) else nothing,
        "baseline_lowest": cosines.min(axis=0) if len(baseline) else nothing,
        "baseline_jaccard": np.mean([c.jaccards for c in baseline], axis=0) if len(baseline) else nothing,
        "baseline_share_change": np.mean([c.shares for c in baseline], axis=0) if len(baseline) else nothing,
    }
    return pd.DataFrame({"topic": list(earlier.topic_ids), **columns})


def _limits(change: Change, baseline: Sequence[Change], margin: float) -> Array:
    if not baseline:
        return np.full(len(change.cosines), BARE_COSINE)
    limits: Array = np.min([one.cosines for one in baseline], axis=0) - margin
    return limits


def _verdicts(
    names: Sequence[str], earlier: TopicFit, later: TopicFit, steady: npt.NDArray[np.bool_]
) -> list[str]:
    still = dict(zip(earlier.topic_ids, steady, strict=True))
    return [
        NEW
        if name not in still
        else GONE
        if name not in later.topic_ids
        else STABLE
        if still[name]
        else MOVED
        for name in names
    ]


def _beyond_chance(table: pd.DataFrame) -> pd.Series[bool]:
    told: list[object] = []
    for row in table.to_dict(orient="records"):
        if row["verdict"] == NEW:
            before, after = row["old_docs_after"], row["new_docs_after"]
            told.append(pd.NA if np.isnan(after) else bool(after >= LIFT * before))
        elif row["verdict"] == STABLE or np.isnan(row["baseline_jaccard"]):
            told.append(pd.NA)
        else:
            told.append(bool(row["baseline_jaccard"] >= UNSTABLE_BELOW))
    return pd.Series(told, index=table.index, dtype="boolean")


def _words(names: Sequence[str], earlier: TopicFit, later: TopicFit) -> pd.DataFrame:
    before, after = _first_words(earlier), _first_words(later)
    rows = []
    for name in names:
        old, new = before.get(name, ()), after.get(name, ())
        gained = " ".join(word for word in new if word not in old)
        lost = " ".join(word for word in old if word not in new)
        rows.append((name, gained, lost))
    return pd.DataFrame(rows, columns=["topic", "gained", "lost"])


def _first_words(fit: TopicFit) -> Mapping[str, Sides]:
    rows = zip(fit.topic_ids, fit.topic_terms, strict=True)
    return {name: tuple(fit.vocabulary[column] for column in first_terms(row, TOP)) for name, row in rows}


def _prevalence(
    names: Sequence[str], earlier: TopicFit, later: TopicFit, added: Inference | None
) -> pd.DataFrame:
    old = set(earlier.doc_ids)
    both = set(later.doc_ids) & old
    means = {
        "old_docs_before": _means(earlier, earlier.params.get("without_evidence", ()), both),
        "old_docs_after": _means(later, later.params.get("without_evidence", ()), both),
        "new_docs_before": {}
        if added is None
        else _means(added, added.without_evidence, set(later.doc_ids) - old),
        "new_docs_after": _means(later, later.params.get("without_evidence", ()), set(later.doc_ids) - old),
    }
    columns = {side: [found.get(name, np.nan) for name in names] for side, found in means.items()}
    return pd.DataFrame({"topic": list(names), **columns})


def _means(topics: TopicFit | Inference, without: Sequence[str], wanted: set[str]) -> dict[str, float]:
    counted = wanted.difference(without)
    rows = [row for row, name in enumerate(topics.doc_ids) if name in counted]
    if not rows:
        return {}
    return dict(zip(topics.topic_ids, topics.doc_topics[rows].mean(axis=0).tolist(), strict=True))


def _attrs(
    earlier: TopicFit, later: TopicFit, added: Inference | None, baseline: Sequence[Change]
) -> dict[str, Any]:
    old, now = set(earlier.doc_ids), set(later.doc_ids)
    oov = np.array([]) if added is None else added.oov_share[~np.isnan(added.oov_share)]
    return {
        "n_old": len(old & now),
        "n_new": len(now - old),
        "n_lost": len(old - now),
        "oov_share": float(oov.mean()) if len(oov) else None,
        "novel_share": float(added.novel.mean()) if added is not None and len(added.novel) else None,
        "n_baseline": len(baseline),
        "n_topics": [earlier.n_topics, later.n_topics],
        "baseline_share_change": _mean(pd.Series([np.nanmean(one.shares) for one in baseline], dtype=float)),
    }


def _mean(values: pd.Series[float]) -> float | None:
    found = values.dropna()
    return float(found.mean()) if len(found) else None
