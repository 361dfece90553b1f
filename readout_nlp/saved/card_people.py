"""What people said of a model, on its card: labels of topics, and validation beside its chance level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from readout_nlp.saved.markdown import number, table, text

TOPIC_COLUMNS = {
    "topic": "topic",
    "label": "label",
    "coder": "labelled by",
    "top_terms": "most probable terms",
    "size": "size",
    "npmi": "NPMI",
    "exclusivity": "exclusivity",
    "stability": "stability",
}
VALIDATION_COLUMNS = ("task", "items", "topics", "coders", "score", "95 %", "chance", "alpha", "date")
ANY_CHANCE = "what a coder who guesses would score"


def labelled(rows: Sequence[Mapping[str, Any]], labels: pd.DataFrame | None) -> list[Mapping[str, Any]]:
    """Give the rows of topics with what people, or the program, called each."""
    if labels is None:
        return list(rows)
    given = {str(row["topic"]): row for row in labels.to_dict(orient="records")}
    kept = ("label", "coder", "definition", "examples", "date")
    return [{**row, **{key: given[row["topic"]][key] for key in kept}} for row in rows]


def topic_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the table of topics, and below it what people wrote to explain their labels."""
    filled = {name for row in rows for name, value in row.items() if value not in (None, "")}
    columns = {name: head for name, head in TOPIC_COLUMNS.items() if name in filled}
    body = [
        tuple(
            number(row.get(name)) + (" (unstable)" if name == "topic" and row.get("unstable") else "")
            for name in columns
        )
        for row in rows
    ]
    return [*table(tuple(columns.values()), body), *_definitions(rows)]


def _definitions(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for row in rows:
        said = {"": row.get("definition"), "examples: ": row.get("examples"), "labelled on ": row.get("date")}
        parts = "; ".join(f"{what}{text(words)}" for what, words in said.items() if words)
        lines += [f"- {text(row['topic'])} {text(row['label'])}: {parts}"] if parts else []
    return ["", "Labels by people, in their words:", "", *lines] if lines else []


def validation_lines(manifest: Mapping[str, Any]) -> list[str]:
    """Give the state of human validation, each task with its score beside chance."""
    state, tasks = text(manifest["validation"]["state"]), manifest["validation"]["tasks"]
    head = f"**{state[0].upper()}{state[1:]}.**"
    if not tasks:
        return [f"{head} No coder has yet confirmed that the topics mean what labels say."]
    guessed = sum(not _beats_chance(task) for task in tasks)
    head += f" {len(tasks)} tasks; the score is above chance in {len(tasks) - guessed} of them."
    return [head, "", *table(VALIDATION_COLUMNS, [_task(task) for task in tasks]), "", *_chances(tasks)]


def _task(task: Mapping[str, Any]) -> tuple[str, ...]:
    coders = task.get("coders")
    return (
        _task_name(task),
        number(task["n"]),
        number(task.get("topics_covered")),
        text(", ".join(map(str, coders))) if isinstance(coders, list) else number(coders),
        number(task["score"]) + ("" if _beats_chance(task) else " (not above chance)"),
        _interval(task.get("low"), task.get("high")),
        number(task["chance"]),
        number(task.get("alpha")) + _bracketed(_interval(task.get("alpha_low"), task.get("alpha_high"))),
        text(task.get("date") or ""),
    )


def _beats_chance(task: Mapping[str, Any]) -> bool:
    least = task["score"] if task.get("low") is None else task["low"]
    return bool(least > task["chance"])


def _chances(tasks: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say for each task what its chance level means; a score is read against nothing else."""
    lines = ["The score is the share of right answers unless the task says otherwise. Chance, by task:", ""]
    for task in tasks:
        means = task.get("chance_means") or ANY_CHANCE
        lines.append(f"- {_task_name(task)}: {text(means)} ({number(task['chance'])})")
    return [*lines, "", "alpha: Krippendorff's, the agreement of coders; 1 is full agreement, 0 is chance."]


def _task_name(task: Mapping[str, Any]) -> str:
    return text(str(task["task"]).replace("_", " "))


def _interval(low: object, high: object) -> str:
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"


def _bracketed(words: str) -> str:
    return f" ({words})" if words else ""
