"""What coders found, as tables, as words for a person, and as what the card of a model is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from readout_nlp.coding.coded import Fault
from readout_nlp.coding.tasks import OF_TOPICS
from readout_nlp.errors import RecipeError
from readout_nlp.saved.tables import plain
from readout_nlp.text_tables import text_table

LOG_ODDS = "topic_intrusion_log_odds"
CHANCE_OF_OPTIONS = "a coder who guesses picks one of the options shown"
CHANCE = {
    LOG_ODDS: "the mean log odds of a coder who guesses; 0 is best",
    "act_check": "what acts as frequent as the parser's and the coders' would agree on by chance",
}
COLUMNS = (
    "task",
    "n",
    "coders",
    "n_answers",
    "n_unsure",
    "score",
    "low",
    "high",
    "chance",
    "alpha",
    "alpha_low",
    "alpha_high",
    "topics_covered",
    "flag",
)


@dataclass(frozen=True)
class Scored:
    """What coders found.

    Attributes
    ----------
    scores
        One row a kind of task (topic intrusion twice: share right, and topic log odds), columns as `COLUMNS`.
    topics
        One row a kind of task and topic: ``n``, ``n_answers``, ``score``, ``low``, ``high``, ``thin``.
    coders
        One row a kind of task and coder.
    confusion
        Acts: the parsed one in rows, the coders' in columns, weighed to the corpus.
    items
        Items with their codes and inclusion probabilities, for `dsl_shares`.
    faults
        Rows that could not be used.
    notes
        What a reader must mind.
    about
        The manifest of the sheets.
    """

    scores: pd.DataFrame
    topics: pd.DataFrame
    coders: pd.DataFrame
    confusion: pd.DataFrame
    items: pd.DataFrame
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    about: Mapping[str, Any]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables by the name of their files."""
        found = {
            "scores": self.scores,
            "topics": self.topics,
            "coders": self.coders,
            "confusion": self.confusion,
            "items": self.items,
        }
        return {name: table for name, table in found.items() if len(table)}

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain JSON values."""
        rows = {
            name: [{str(k): plain(v) for k, v in row.items()} for row in table.to_dict(orient="records")]
            for name, table in self.tables().items()
        }
        return {**rows, "faults": [str(fault) for fault in self.faults], "notes": list(self.notes)}

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self, width: int | None = None) -> str:
        """Print scores beside chance for a person, in lines of at most `width` columns; None: in full."""
        shown = self.scores.drop(columns=["flag"]).rename(columns={"topics_covered": "topics"})
        rows = [[_cell(value) for value in row] for row in shown.itertuples(index=False)]
        heads = [str(name) for name in shown.columns]
        return "\n".join(text_table(heads, rows, right="<" + ">" * len(heads), width=width))

    def validation(self) -> dict[str, Any]:
        """Give what the card of the model is told.

        Raises
        ------
        RecipeError
            No task judged a topic: acts and items say nothing of a model.
        """
        if not set(self.scores["task"]) & OF_TOPICS:
            raise RecipeError(
                f"answers to {', '.join(self.scores['task'])} alone",
                f"answers to some of {', '.join(sorted(OF_TOPICS))}",
                "leave out --model, or code tasks that judge topics",
            )
        dropped = {"n_answers", "n_unsure", "flag"}
        rows = self.scores.to_dict(orient="records")
        tasks = [
            {str(k): plain(v) for k, v in row.items() if k not in dropped}
            | {"chance_means": CHANCE.get(row["task"], CHANCE_OF_OPTIONS)}
            for row in rows
        ]
        return {"state": "human-validated", "tasks": tasks}


def _cell(value: object) -> str:
    value = plain(value)
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)
