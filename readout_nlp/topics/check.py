"""Refuse what cannot be fitted, with every fault in one message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix, check_term_matrix
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.matrix import column_sums, row_sums

AT_ONCE = 20_000  # rows looked at together
SUM_TOLERANCE = 1e-9
SHOWN = 3


def check_request(counts: TermMatrix, *, clusters: bool = False, **wanted: float) -> None:
    """Refuse counts or settings that no model can be fitted to.

    Parameters
    ----------
    counts : TermMatrix
        Counts of shape (n_docs, n_terms).
    clusters
        A clustering needs as many documents as clusters, a topic model also as many terms as topics.
    **wanted
        Settings by name: ``n_topics`` or ``n_clusters`` (K) is held against the counts; ``alpha`` and
        ``eta`` must be above 0; ``random_state`` 0 to 2**32 - 1; every other one must be a whole number of
        at least 1.

    Raises
    ------
    InputError
        If the counts are at fault (or both); the message lists every fault.
    RecipeError
        If only the settings are.
    """
    fault = _counts_fault(counts)
    if fault:
        raise InputError(
            "; ".join([fault, *_all_faults(wanted, None, clusters)]),
            "finite counts of at least 0, one row a document with its own id, one column a term",
            "make the counts with count_terms, or mend them, then fit again",
        )
    check_settings(usable_size(counts), clusters=clusters, **wanted)


def check_settings(usable: tuple[int, int], *, clusters: bool = False, **wanted: float) -> None:
    """Refuse settings for so many documents and terms with counts, as `check_request` does.

    Raises
    ------
    RecipeError
        With every fault found.
    """
    bad_settings = _all_faults(wanted, usable, clusters)
    if bad_settings:
        raise RecipeError(
            "; ".join(bad_settings),
            "whole numbers of at least 1 (random_state: 0 to 2**32 - 1), no more topics than documents and "
            "terms with counts, priors above 0",
            "change these settings, or add documents",
        )


def usable_size(counts: TermMatrix) -> tuple[int, int]:
    """Count the documents and the terms that have a count above 0."""
    rows = np.count_nonzero(row_sums(counts.counts) > 0)
    columns = np.count_nonzero(column_sums(counts.counts) > 0)
    return int(rows), int(columns)


def check_method(method: str, table: Mapping[str, object], *, name: str = "method") -> None:
    """Refuse a name that is not in the table of functions."""
    if method not in table:
        raise RecipeError(f"{name}={method!r}", " or ".join(map(repr, table)), f"choose one of these {name}s")


def check_topic_fit(fit: TopicFit) -> None:
    """Refuse a `TopicFit` whose parts do not belong together or whose rows are not shares.

    Raises
    ------
    InputError
        With every fault found.
    """
    faults = [
        *_share_faults("topic_terms", fit.topic_terms, (len(fit.topic_ids), len(fit.vocabulary))),
        *_share_faults("doc_topics", fit.doc_topics, (len(fit.doc_ids), len(fit.topic_ids))),
        *_repeats("doc_ids", fit.doc_ids),
        *_repeats("vocabulary", fit.vocabulary),
        *_repeats("topic_ids", fit.topic_ids),
    ]
    if faults:
        raise InputError("; ".join(faults), "one consistent TopicFit", "fit the model again")


def _share_faults(name: str, rows: np.ndarray, shape: tuple[int, int]) -> list[str]:
    if rows.shape != shape:
        return [f"{name} of shape {rows.shape} where the labels say {shape}"]
    # some rows at a time: marks for every number would take an eighth of the room of a million documents
    blocks = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
    if not all(np.isfinite(block).all() and not (block < 0).any() for block in blocks):
        return [f"{name} with values that are not finite or below 0"]
    off = np.abs(rows.sum(axis=1) - 1)
    return [f"{name} rows summing to 1 ± {off.max():.2g}"] if (off > SUM_TOLERANCE).any() else []


def _all_faults(wanted: Mapping[str, float], usable: tuple[int, int] | None, clusters: bool) -> list[str]:
    return [
        found for name, value in wanted.items() for found in _setting_faults(name, value, usable, clusters)
    ]


def _setting_faults(name: str, value: float, usable: tuple[int, int] | None, clusters: bool) -> Iterable[str]:
    if name in ("alpha", "eta"):
        return [] if _above_zero(value) else [f"{name}={value!r}"]
    if name == "random_state":
        return [] if isinstance(value, (int, np.integer)) and 0 <= value < 2**32 else [f"{name}={value!r}"]
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        return [f"{name}={value!r}"]
    if usable is None or name not in ("n_topics", "n_clusters"):
        return []
    limits = dict(zip(("documents", "terms"), usable[: 1 if clusters else 2], strict=False))
    return [
        f"{name}={value} for {limit} {what} with counts" for what, limit in limits.items() if value > limit
    ]


def _above_zero(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and bool(np.isfinite(value) and value > 0)


def _counts_fault(counts: TermMatrix) -> str | None:
    try:
        check_term_matrix(counts)
    except InputError as error:
        return error.found
    return None


def _repeats(name: str, labels: Sequence[str]) -> list[str]:
    if len(set(labels)) == len(labels):  # a count of a million labels is several times as large as their set
        return []
    repeated = [label for label, times in Counter(labels).items() if times > 1]
    shown = ", ".join(map(repr, repeated[:SHOWN]))
    return [f"{len(repeated)} repeated {name} ({shown})"] if repeated else []
