"""The manifest of a saved model: what it is, what made it, how good it is; plain JSON values and no text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.coverage import coverage
from readout_nlp.errors import RecipeError, StoreError
from readout_nlp.saved.credits import checked_credits
from readout_nlp.saved.described_files import check_shape, read_json
from readout_nlp.saved.provenance import provenance
from readout_nlp.saved.swap import restore
from readout_nlp.saved.tables import plain
from readout_nlp.schema import Migration, readable
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.quality import top_terms, topic_sizes

if TYPE_CHECKING:
    from readout_nlp.tokens.tokenize import Tokens

MANIFEST = "manifest.json"
ARTEFACT = "readout_nlp topic model"
NOT_VALIDATED = "not human-validated"
# 2: an RO-Crate beside the card, tasks of human validation, the history of topic ids
SCHEMA_VERSION = 2


def build_manifest(
    topics: TopicFit,
    *,
    corpus: Corpus | None,
    tokens: Tokens | None,
    tables: Mapping[str, pd.DataFrame],
    recipe: Mapping[str, Any] | None,
    citation: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Give everything the card, a citation and a rebuild need, in the order a reader wants it."""
    params = as_json(topics.params, "params")
    rows = _topic_rows(topics, tables.get("topics"))
    return {
        "artefact": ARTEFACT,
        **provenance(
            corpus=corpus,
            tokens=tokens,
            recipe=None if recipe is None else as_json(recipe, "recipe"),
            seed=params.get("random_state"),
        ),
        "schema_version": SCHEMA_VERSION,
        "model": _model_part(topics, params),
        "tokens": None if tokens is None else _tokens_part(tokens),
        "quality": {name: _mean(rows, name) for name in ("npmi", "exclusivity")},
        "stability": _stability_part(rows),
        "topics": rows,
        "coverage": coverage_part(_coverage_table(corpus, tables)),
        "validation": {"state": NOT_VALIDATED, "tasks": []},
        "topic_history": [],
        "notes": [],
        "attachments": [],
        "citation": None if citation is None else checked_credits(citation),
    }


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """Read a saved model's manifest as this version of the package understands it.

    What an older version wrote is migrated in memory; the file stays as it is.

    Raises
    ------
    StoreError
        No saved model is there, a newer version of the package wrote it, or it lacks a part.
    """
    path = Path(folder) / MANIFEST
    restore(Path(folder))
    try:
        found = read_json(path)
    except OSError as fault:
        raise StoreError(
            f"no {MANIFEST} in {folder}", "the folder of a saved model", "check the path"
        ) from fault
    except ValueError as fault:
        raise StoreError(
            f"{path} that is not JSON ({fault})", "a saved model", "get the folder again"
        ) from fault
    manifest = readable(found, artefact=ARTEFACT, version=SCHEMA_VERSION, migrations=MIGRATIONS, path=path)
    check_shape(manifest, path)
    return manifest


def to_json(value: object) -> str:
    """Give `value` as indented JSON with a final newline, Chinese characters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_json(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Give `value` as it will come back from a JSON file.

    Raises
    ------
    RecipeError
        It holds something that JSON cannot hold.
    """
    try:
        text = json.dumps(dict(value), ensure_ascii=False, allow_nan=False, default=_number)
    except (TypeError, ValueError) as fault:
        raise RecipeError(
            f"{name} that cannot be written as JSON ({fault})",
            "text, finite numbers, true, false, null, lists and mappings of these",
            f"convert the values of {name}",
        ) from fault
    back: dict[str, Any] = json.loads(text)
    return back


def _number(value: object) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"a {type(value).__name__}")


def _from_1(manifest: dict[str, Any]) -> dict[str, Any]:
    validation = {"state": manifest["validation"]["state"], "tasks": []}
    return {**manifest, "validation": validation, "topic_history": []} | {
        "notes": [],
        "attachments": [],
    }


MIGRATIONS: Mapping[int, Migration] = {1: _from_1}


def _model_part(topics: TopicFit, params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "method": topics.method,
        "n_topics": topics.n_topics,
        "n_terms": len(topics.vocabulary),
        "n_docs": len(topics.doc_ids),
        "topic_ids": list(topics.topic_ids),
        "params": dict(params),
        "state": {name: list(topics.state[name].shape) for name in sorted(topics.state)},
    }


def _tokens_part(tokens: Tokens) -> dict[str, Any]:
    tiers = tokens.removed.group_by("tier").agg(pl.col("count").sum()).sort("tier")
    return {
        "unit": tokens.unit,
        "fingerprint": tokens.fingerprint,
        "made_from": dict(tokens.fingerprints),
        "steps": plain(tokens.steps),
        "removed": {str(tier): int(n) for tier, n in tiers.iter_rows()},
    }


def _topic_rows(topics: TopicFit, table: pd.DataFrame | None) -> list[dict[str, Any]]:
    if table is None:
        return [
            {"topic": topic, "top_terms": " ".join(terms), "size": float(size)}
            for topic, terms, size in zip(
                topics.topic_ids, top_terms(topics), topic_sizes(topics), strict=True
            )
        ]
    rows = [{str(k): plain(v) for k, v in row.items()} for row in table.to_dict(orient="records")]
    named = [row.get("topic") for row in rows]
    if sorted(map(str, named)) != sorted(topics.topic_ids):
        raise RecipeError(
            f"the table of topics naming {', '.join(map(str, named)) or 'none'}",
            f"one row for each of {', '.join(topics.topic_ids)}",
            "pass the table of this model",
        )
    return sorted(rows, key=lambda row: topics.topic_ids.index(str(row["topic"])))


def _mean(rows: Sequence[Mapping[str, Any]], name: str) -> float | None:
    values = [row[name] for row in rows if row.get(name) is not None]
    return float(np.mean(values)) if values else None


def _stability_part(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    mean = _mean(rows, "stability")
    if mean is None:
        return None
    return {"mean": mean, "unstable": [row["topic"] for row in rows if row.get("unstable")]}


def _coverage_table(corpus: Corpus | None, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    if "coverage" in tables or corpus is None:
        return tables.get("coverage")
    return coverage(corpus)


def coverage_part(table: pd.DataFrame | None) -> list[dict[str, Any]] | None:
    """Places with what each year holds as ``[readouts, items]``; a gap is ``[0, 0]``."""
    if table is None:
        return None
    places: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in table.to_dict(orient="records"):
        about = {name: plain(row.get(name)) for name in ("place", "place_code", "level")}
        place = places.setdefault(tuple(map(str, about.values())), {**about, "years": {}})
        place["years"][str(row["year"])] = [int(row["n_readouts"]), int(row["n_items"])]
    return list(places.values())
