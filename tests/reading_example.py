"""The small analysis of the report's tests with texts in it, and a way to read what the page carries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
from present_example import Example, make_example

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.present.packing import inflated
from readout_nlp.present.reading import CLASSES

OPENING = "某日，市委常委会召开会议。\n"
MATTERS = (
    "会议听取产业项目情况汇报。要把项目清单交到人、落到点。",
    "会议研究河道水质改善方案。",
    "会议审议通过防汛隐患排查办法。",
)
CLOSING = "\n会议还研究了其他事项。"
SPAN_COLUMNS = (
    *("item_id", "start", "end", "class", "source_id", "source_place"),
    *("source_start", "source_end", "lag_days"),
)


def with_texts(
    example: Example | None = None, *, opening: str = OPENING, matters: tuple[str, ...] = MATTERS
) -> Example:
    """Give every readout of the example the same body: an opening, three items and a closing."""
    example = example or make_example()
    body = opening + "".join(matters) + CLOSING
    starts = np.cumsum([len(opening), *map(len, matters)]).tolist()
    at = pl.col("position") - 1
    items = example.corpus.items.with_columns(
        text=at.replace_strict(dict(enumerate(matters)), return_dtype=pl.String),
        start=at.replace_strict(dict(enumerate(starts[:-1])), return_dtype=pl.Int32),
        end=at.replace_strict(dict(enumerate(starts[1:])), return_dtype=pl.Int32),
    )
    readouts = example.corpus.readouts.with_columns(body=pl.lit(body), presider=pl.lit("秦某"))
    return replace(example, corpus=Corpus(readouts, items, example.corpus.quarantine))


def spans_table(rows: list[tuple]) -> pd.DataFrame:
    """Make the table ``echo_spans`` of rows: item, start, end, class, source, days before."""
    full = [(item, a, b, label, source, None, 0, b - a, lag) for item, a, b, label, source, lag in rows]
    return pd.DataFrame(full, columns=list(SPAN_COLUMNS))


def carried(packed: str) -> dict[str, dict]:
    """Unpack readouts as the page's script does: body, and spans with class and source, by id."""
    if not packed:
        return {}
    whole = inflated(packed)
    return {one["id"]: one | _opened(one, whole) for one in whole["readouts"]}


def _opened(one: dict, whole: dict) -> dict:
    counts, gaps, lengths, labels, backs = one["spans"]
    spans, at, nearest, backs = [], 0, 0, iter(backs)
    for number, count in enumerate(counts):
        end = 0
        for _ in range(count):
            start = end + gaps[at]
            end = start + lengths[at]
            label = CLASSES[int(labels[at])]
            source = None
            if label != "formula":
                back = next(backs)
                source = None if back < 0 else whole["homes"][one["sources"][nearest - back][0]]
                nearest += back == 0
            spans.append((number, start, end, label, source))
            at += 1
    return {"text": "".join(whole["sentences"][at] for at in one["body"]), "marked": spans}
