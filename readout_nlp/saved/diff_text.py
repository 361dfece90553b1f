"""A comparison of two saved models as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from readout_nlp.saved.cite import SHORT
from readout_nlp.saved.credits import one_line
from readout_nlp.text_tables import fold, text_table
from readout_nlp.topics.align import MIN_COSINE, MIN_JACCARD

if TYPE_CHECKING:
    from readout_nlp.saved.diff import ModelDiff


def diff_lines(diff: ModelDiff, *, width: int | None = None) -> Iterator[str]:
    """Give the lines of a comparison, for people; names from outside without what would steer a terminal.

    Parameters
    ----------
    diff
        As `diff_models` gives it.
    width
        Columns to fit the lines into; None: everything in full.
    """
    for line in _told(diff):
        yield from fold(line, width)
    yield ""
    yield from _topic_table(diff.topics, width)


def _told(diff: ModelDiff) -> Iterator[str]:
    for name, about in (("one", diff.one), ("other", diff.other)):
        fingerprint = about["fingerprint"][:SHORT]
        yield f"the {name}: {one_line(about['title'])} (model {fingerprint}, {one_line(about['validation'])})"
    yield "numbers: the same, bit for bit" if diff.identical else "numbers: not the same"
    yield _topic_line(diff.topics)
    yield from _id_lines(diff)
    for name, found in (("settings", diff.settings), ("corpus", diff.corpus)):
        yield f"{name}:" + ("" if found else " the same, as far as recorded")
        yield from (f"  {line}" for line in found.lines())
    yield f"terms: {diff.vocabulary}"
    yield f"documents: {diff.documents}"
    if diff.shares is None:
        yield "shares: not compared, for no document is in both"
    else:
        yield (
            f"shares of {diff.shares['n_documents']} documents of both: mean change "
            f"{diff.shares['mean_change']:.4f}, largest {diff.shares['max_change']:.4f}; "
            f"{diff.shares['same_largest']:.1%} keep their largest topic"
        )


def _topic_line(topics: pd.DataFrame) -> str:
    paired, alike = int(topics["cosine"].notna().sum()), int(topics["alike"].sum())
    return (
        f"topics: {paired} pairs, of which {alike} alike (cosine at least {MIN_COSINE}, top-10 Jaccard at "
        f"least {MIN_JACCARD}); {int(topics['other'].isna().sum())} only in the one, "
        f"{int(topics['topic'].isna().sum())} only in the other"
    )


def _topic_table(topics: pd.DataFrame, width: int | None) -> list[str]:
    rows = [
        (
            " -> ".join((_name(row["topic"], row["label"]), _name(row["other"], row["other_label"]))),
            *(_figure(row[key]) for key in ("cosine", "jaccard", "share", "other_share")),
            "" if row["alike"] else "not alike",
        )
        for row in topics.to_dict(orient="records")
    ]
    heads = ("topic of the one -> of the other", "cosine", "Jaccard", "share", "share of the other", "")
    return text_table(heads, rows, right="<>>>>", width=width)


def _name(topic: object, label: object) -> str:
    return f"{one_line(topic)} {one_line(label)}".strip() if isinstance(topic, str) else "none"


def _figure(value: float | None) -> str:
    return "none" if value is None or value != value else f"{value:.3f}"


def _id_lines(diff: ModelDiff) -> Iterator[str]:
    shared = diff.topics[diff.topics["id_agrees"].notna()]
    if shared.empty:
        return
    if not diff.related:
        yield "ids: neither model continues the other, so that equal ids need not name one topic"
        return
    wrong = shared[~shared["id_agrees"].astype(bool)]
    yield f"ids: {len(shared)} in both; " + (
        "each names the topic matched" if wrong.empty else "they disagree:"
    )
    for row in wrong.to_dict(orient="records"):
        topic, partner = _name(row["topic"], ""), _name(row["other"], "")
        yield (
            f"  {topic} resembles {partner} ({_figure(row['cosine'])}), and the topic of its own id "
            f"{_figure(row['same_id_cosine'])}"
        )
