"""The numbers of a model <-> files: float64 tensors, a list of words, a table of shares; bit for bit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as tensor_bytes

from readout_nlp import durable
from readout_nlp.errors import RecipeError
from readout_nlp.paged import Data, empty, is_paged, read_mapped
from readout_nlp.saved.described_files import read_json
from readout_nlp.saved.tables import parquet_data
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.fit import Array, TopicFit

TENSORS = "model.safetensors"
VOCABULARY = "vocabulary.json"
SHARES = "doc_topics.parquet"
DOC_ID = "doc_id"
STATE = "state."
AT_ONCE = 20_000  # documents read or written together; no byte depends on it


def write_numbers(topics: TopicFit) -> dict[str, Data]:
    """Give the files that hold a model's numbers, words and document ids, as bytes by file name."""
    check_topic_fit(topics)
    if DOC_ID in topics.topic_ids:
        raise RecipeError(f"a topic named {DOC_ID}", "another name", "rename the topic")
    arrays = {"topic_terms": topics.topic_terms, **{STATE + name: a for name, a in topics.state.items()}}
    shares = dict(zip(topics.topic_ids, _by_topic(topics.doc_topics), strict=True))
    columns = {DOC_ID: pa.array(topics.doc_ids, pa.string())} | {
        name: pa.array(values) for name, values in shares.items()
    }
    return {
        TENSORS: tensor_bytes({name: _exact(values, name) for name, values in arrays.items()}),
        VOCABULARY: (json.dumps(topics.vocabulary, ensure_ascii=False, indent=0) + "\n").encode(),
        SHARES: parquet_data(pa.table(columns)),
    }


def _by_topic(doc_topics: Array) -> Array:
    """Turn the shares over, some documents at a time: each topic's lie together, as a column is written."""
    columns = empty(doc_topics.shape[::-1])
    for start in range(0, len(doc_topics), AT_ONCE):
        rows = slice(start, start + AT_ONCE)
        columns[:, rows] = _exact(doc_topics[rows], "doc_topics").T
    return columns


def fingerprint(numbers: Mapping[str, Data]) -> str:
    """Name the model by its numbers alone: labels and card may change, this does not."""
    hashes = (durable.sha256_bytes(numbers[name]) for name in (TENSORS, VOCABULARY, SHARES))
    return durable.sha256_bytes("\n".join(hashes).encode())


def read_numbers(folder: Path, model: Mapping[str, Any]) -> TopicFit:
    """Read the files that `write_numbers` gave; `model` is the manifest's part of that name."""
    arrays = {name: np.array(a) for name, a in load_tensors((folder / TENSORS).read_bytes()).items()}
    wrong = sorted(name for name, a in arrays.items() if a.dtype != np.float64)
    if wrong:
        raise ValueError(f"{', '.join(wrong)} not float64")
    topic_ids = tuple(model["topic_ids"])
    # the reader of single files: read_table would look for a partitioned data set in the path
    # and by no other thread: one that still runs when the interpreter ends may abort the process
    table = pq.ParquetFile(pa.BufferReader(read_mapped(folder / SHARES)), pre_buffer=False)
    if table.schema_arrow.names != [DOC_ID, *topic_ids]:
        raise ValueError(f"columns {', '.join(table.schema_arrow.names)} in {SHARES}")
    return TopicFit(
        topic_terms=arrays["topic_terms"],
        doc_topics=_columns(table, topic_ids) if not is_paged() else _rows(table, topic_ids),
        vocabulary=tuple(read_json(folder / VOCABULARY)),
        doc_ids=tuple(_column(table, DOC_ID).to_pylist()),
        topic_ids=topic_ids,
        method=model["method"],
        params=model["params"],
        state={name.removeprefix(STATE): a for name, a in arrays.items() if name.startswith(STATE)},
    )


def _columns(table: pq.ParquetFile, names: Sequence[str]) -> Array:
    """Read columns one after the other: all at once would lie in memory beside the array made of them."""
    found = np.empty((table.metadata.num_rows, len(names)))
    for position, name in enumerate(names):
        found[:, position] = _column(table, name).to_numpy()
    return found


def _rows(table: pq.ParquetFile, names: Sequence[str]) -> Array:
    """Read some documents at a time: columns one after the other would go over the whole file for each."""
    found, start = empty((table.metadata.num_rows, len(names))), 0
    for batch in table.iter_batches(AT_ONCE, columns=list(names), use_threads=False):
        for position, name in enumerate(names):
            found[start : start + batch.num_rows, position] = batch.column(name).to_numpy()
        start += batch.num_rows
    return found


def _column(table: pq.ParquetFile, name: str) -> pa.ChunkedArray:
    return table.read(columns=[name], use_threads=False)[name]


def _exact(values: Array, name: str) -> Array:
    """Give a float64 array in C order (safetensors writes memory as it lies); refuse to lose a digit."""
    wide = np.array(values, dtype=np.float64, order="C")
    if not np.array_equal(wide.astype(np.asarray(values).dtype), values, equal_nan=True):
        raise RecipeError(f"values in {name} that float64 cannot hold", "float64 arrays", "convert them")
    return wide
