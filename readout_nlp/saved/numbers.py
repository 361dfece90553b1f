"""The numbers of a model <-> files: float64 tensors, a list of words, a table of shares; bit for bit."""

from __future__ import annotations

import io
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
from readout_nlp.saved.described_files import read_json
from readout_nlp.saved.tables import parquet_bytes
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.fit import Array, TopicFit

TENSORS = "model.safetensors"
VOCABULARY = "vocabulary.json"
SHARES = "doc_topics.parquet"
DOC_ID = "doc_id"
STATE = "state."


def write_numbers(topics: TopicFit) -> dict[str, bytes]:
    """Give the files that hold a model's numbers, words and document ids, as bytes by file name."""
    check_topic_fit(topics)
    if DOC_ID in topics.topic_ids:
        raise RecipeError(f"a topic named {DOC_ID}", "another name", "rename the topic")
    arrays = {"topic_terms": topics.topic_terms, **{STATE + name: a for name, a in topics.state.items()}}
    shares = {name: topics.doc_topics[:, column] for column, name in enumerate(topics.topic_ids)}
    columns = {DOC_ID: pa.array(topics.doc_ids, pa.string())} | {
        name: pa.array(_exact(values, name)) for name, values in shares.items()
    }
    return {
        TENSORS: tensor_bytes({name: _exact(values, name) for name, values in arrays.items()}),
        VOCABULARY: (json.dumps(topics.vocabulary, ensure_ascii=False, indent=0) + "\n").encode(),
        SHARES: parquet_bytes(pa.table(columns)),
    }


def fingerprint(numbers: Mapping[str, bytes]) -> str:
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
    shares = io.BytesIO((folder / SHARES).read_bytes())
    table = pq.ParquetFile(shares, pre_buffer=False)
    if table.schema_arrow.names != [DOC_ID, *topic_ids]:
        raise ValueError(f"columns {', '.join(table.schema_arrow.names)} in {SHARES}")
    return TopicFit(
        topic_terms=arrays["topic_terms"],
        doc_topics=_columns(table, topic_ids),
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


def _column(table: pq.ParquetFile, name: str) -> pa.ChunkedArray:
    return table.read(columns=[name], use_threads=False)[name]


def _exact(values: Array, name: str) -> Array:
    """Give a float64 array in C order (safetensors writes memory as it lies); refuse to lose a digit."""
    wide = np.array(values, dtype=np.float64, order="C")
    if not np.array_equal(wide.astype(np.asarray(values).dtype), values, equal_nan=True):
        raise RecipeError(f"values in {name} that float64 cannot hold", "float64 arrays", "convert them")
    return wide
