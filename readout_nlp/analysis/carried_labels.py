"""Labels that people gave, carried on to a refit where the topic stayed the same, and marked as carried."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from readout_nlp.compare.topic_drift import STABLE
from readout_nlp.saved.labels import AUTOMATIC, LABEL_COLUMNS
from readout_nlp.topics.matching import TOP

SHORT = 12  # digits of a fingerprint that tell models apart in a note

Row = Mapping[Hashable, Any]


def carry_labels(
    topics: pd.DataFrame, earlier: pd.DataFrame, drift: pd.DataFrame, *, model: str
) -> pd.DataFrame:
    """Give the labels of a refit: the automatic ones, a person's where the topic is still the one labelled.

    A label speaks for words that somebody read. Of a topic that is ``stable`` label, definition, examples,
    coder and date are kept, and the definition ends with a note of the model that they were given to and of
    the likeness. Of one that has ``moved`` nothing is claimed: the label is automatic again, and the
    definition says which label by whom waits to be confirmed.

    Parameters
    ----------
    topics
        Quality of the refit's topics, with ``topic`` and ``label``.
    earlier
        Labels of the model before, as `read_labels` gives them.
    drift
        As `topic_drift` gives it.
    model
        Fingerprint of the model before.

    Returns
    -------
    pandas.DataFrame
        One row a topic of the refit, columns as of ``labels.csv``.

    Examples
    --------
    >>> topics = pd.DataFrame({"topic": ["t01", "t02"], "label": ["防汛·水库", "教育"]})
    >>> given = pd.DataFrame([["t01", "防汛抗旱", "", "", "A", "2026-05-31"], ["t02", "", "", "", "", ""]],
    ...                      columns=list(LABEL_COLUMNS))
    >>> drift = pd.DataFrame({"topic": ["t01", "t02"], "verdict": "stable", "cosine": 0.98, "jaccard": 1.0})
    >>> carried = carry_labels(topics, given, drift, model="0123456789abcdef")
    >>> carried[["label", "coder"]].to_numpy().tolist()
    [['防汛抗旱', 'A'], ['教育', 'automatic']]
    >>> carried["definition"][0]
    '[carried over from model 0123456789ab: cosine 0.98, 10 of 10 first words the same]'
    """
    before: dict[str, Row] = {row["topic"]: row for row in earlier.to_dict(orient="records")}
    told = {row["topic"]: row for row in drift.to_dict(orient="records")}
    rows = []
    for topic, label in zip(topics["topic"], topics["label"], strict=True):
        row = {"topic": topic, "label": label, "coder": AUTOMATIC if label else ""}
        if topic in before:
            row |= _carried(before[topic], told[topic], model[:SHORT])
        rows.append({column: row.get(column, "") for column in LABEL_COLUMNS})
    return pd.DataFrame(rows, columns=list(LABEL_COLUMNS), dtype="str")


def _carried(label: Row, drift: Row, model: str) -> dict[str, str]:
    by_person = label["coder"] not in ("", AUTOMATIC)
    noted = {name: str(label[name]) for name in ("definition", "examples", "date") if label[name]}
    if not by_person:
        return noted
    cosine, jaccard = drift["cosine"], drift["jaccard"]
    same = round(2 * TOP * jaccard / (1 + jaccard))
    likeness = f"cosine {cosine:.2f}, {same} of {TOP} first words the same"
    if drift["verdict"] == STABLE:
        note = f"[carried over from model {model}: {likeness}]"
        return {
            **{str(name): cell for name, cell in label.items()},
            "definition": _joined(label["definition"], note),
        }
    given = f"{label['label']} ({label['coder']}{', ' + label['date'] if label['date'] else ''})"
    note = f"[moved since model {model}: {likeness}; its label {given} is to be confirmed]"
    return {"definition": _joined(label["definition"], note)}


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
