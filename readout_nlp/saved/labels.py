"""Topic labels: what people call each topic, why, and who said so; the only part of a saved model to edit."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.saved.described_files import read_bounded
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.sealing import check_others, reseal
from readout_nlp.saved.tables import unguard
from readout_nlp.saved.verify import LABELS

LABEL_COLUMNS = ("topic", "label", "definition", "examples", "coder", "date")
AUTOMATIC = "automatic"
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
SPREADSHEET_DATE = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")


def first_labels(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Give the labels a model starts with: the table's own, by the coder ``automatic``; else empty."""
    rows = []
    for row in manifest["topics"]:
        label = str(row.get("label") or "")
        given = {"topic": row["topic"], "label": label, "coder": AUTOMATIC if label else ""}
        rows.append({column: given.get(column, "") for column in LABEL_COLUMNS})
    return pd.DataFrame(rows, columns=list(LABEL_COLUMNS), dtype="str")


def read_labels(folder: str | Path) -> pd.DataFrame:
    """Read a saved model's labels, one row a topic, every cell a string.

    A file that a spreadsheet saved in the encoding of Chinese Windows (GB18030) is read as well.

    Raises
    ------
    InputError
        The file is not a table with the right columns, topics and dates; every fault is named.
    """
    folder = Path(folder)
    topic_ids = read_manifest(folder)["model"]["topic_ids"]
    labels = _parse(folder / LABELS)
    _check(labels, topic_ids, origin=str(folder / LABELS))
    order = {topic: position for position, topic in enumerate(topic_ids)}
    return labels.sort_values("topic", key=lambda column: column.map(order), ignore_index=True)


def write_labels(folder: str | Path, labels: pd.DataFrame) -> None:
    """Replace a saved model's labels, put them on its card, and seal it again.

    The card shows the labels that people gave, since it is what a reader sees first; the automatic ones
    stay in the manifest. A model that an older version of the package saved is from then on one of this.

    Parameters
    ----------
    folder
        A saved model whose other files are as sealed.
    labels
        Columns topic, label, definition, examples, coder, date (ISO, or empty); one row for each topic.

    Raises
    ------
    InputError
        The table has other columns, topics or dates.
    CheckError
        Another file of the model was changed: sealing would hide that.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    _check(labels, manifest["model"]["topic_ids"], origin="the table of labels")
    check_others(folder)
    reseal(folder, manifest, labels[list(LABEL_COLUMNS)].fillna("").astype("str"))


def edit_label(folder: str | Path, topic: str, **cells: str) -> pd.DataFrame:
    """Change cells of one topic's label and seal the model again.

    Parameters
    ----------
    folder
        A saved model.
    topic
        The topic's permanent id.
    **cells
        New text by column: ``label``, ``definition``, ``examples``, ``coder``, ``date``.

    Returns
    -------
    pandas.DataFrame
        All labels, as they now are.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from readout_nlp.saved.models import save_model
    >>> from readout_nlp.saved.verify import verify_hashes
    >>> from readout_nlp.topics.fit import TopicFit
    >>> fit = TopicFit(topic_terms=np.eye(2), doc_topics=np.eye(2), vocabulary=("教育", "防汛"),
    ...                doc_ids=("a-1", "a-2"), topic_ids=("t01", "t02"), method="nmf", params={})
    >>> folder = save_model(fit, Path(tempfile.mkdtemp()) / "model")
    >>> labels = edit_label(folder, "t02", label="防汛抗旱", coder="A", date="2026-05-31")
    >>> list(labels["label"]), verify_hashes(folder).ok
    (['', '防汛抗旱'], True)
    """
    labels = read_labels(folder)
    unknown = sorted(set(cells) - set(LABEL_COLUMNS[1:]))
    if unknown or topic not in set(labels["topic"]):
        raise RecipeError(
            f"topic {topic!r}, columns {', '.join(cells)}",
            f"a topic of {', '.join(labels['topic'])} and columns of {', '.join(LABEL_COLUMNS[1:])}",
            "correct the name",
        )
    for column, text in cells.items():
        labels.loc[labels["topic"] == topic, column] = text
    write_labels(folder, labels)
    return labels


def seal_labels(folder: str | Path) -> pd.DataFrame:
    """Check ``labels.csv`` after it was edited by hand, write it in its usual form, seal the model."""
    labels = read_labels(folder)
    write_labels(folder, labels)
    return labels


def has_human_labels(folder: Path) -> bool:
    """Tell whether any label is by a person or carries a definition, examples or a date."""
    labels = read_labels(folder)
    by_person = ~labels["coder"].isin(["", AUTOMATIC])
    return bool((by_person | (labels[["definition", "examples", "date"]] != "").any(axis=1)).any())


def _parse(path: Path) -> pd.DataFrame:
    try:
        rows = list(csv.reader(io.StringIO(_decode(read_bounded(path)), newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise InputError(
            f"{path} that cannot be read ({fault})", "a CSV file in UTF-8", "save it as 'CSV UTF-8'"
        ) from fault
    header, body = (rows[0], [row for row in rows[1:] if any(row)]) if rows else ([], [])
    ragged = [str(number) for number, row in enumerate(body, start=2) if len(row) != len(header)]
    if ragged:
        raise InputError(
            f"{path} with rows of another length than the header: row {', '.join(ragged)}",
            f"{len(header)} cells in each row",
            "put cells that hold commas in quotation marks",
        )
    cells = [[unguard(cell) for cell in row] for row in body]
    labels = pd.DataFrame(cells, columns=header, dtype="str")
    if "date" in labels:
        labels["date"] = labels["date"].map(_iso_date)
    return labels


def _iso_date(text: str) -> str:
    """Undo what a spreadsheet makes of 2026-05-31 when it saves: 2026/5/31."""
    match = SPREADSHEET_DATE.fullmatch(text.strip())
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else text


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _check(labels: pd.DataFrame, topic_ids: list[str], *, origin: str) -> None:
    if sorted(labels.columns) != sorted(LABEL_COLUMNS):
        raise InputError(
            f"columns {', '.join(map(str, labels.columns)) or 'none'} in {origin}",
            f"the columns {', '.join(LABEL_COLUMNS)}",
            "restore the header",
        )
    faults = [f"no row for {topic}" for topic in topic_ids if topic not in set(labels["topic"])]
    faults += [f"unknown topic {topic!r}" for topic in labels["topic"] if topic not in topic_ids]
    faults += [f"{topic} twice" for topic in labels["topic"][labels["topic"].duplicated()]]
    faults += [f"date {day!r}" for day in labels["date"].fillna("") if day and not _is_date(day)]
    if faults:
        raise InputError(
            f"in {origin}: {'; '.join(faults)}",
            "one row for each topic, dates such as 2026-05-31 or empty",
            "correct these rows",
        )


def _is_date(text: str) -> bool:
    if not ISO_DATE.fullmatch(text):  # fromisoformat also takes weeks and days without hyphens
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
