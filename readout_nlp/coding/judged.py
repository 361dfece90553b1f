"""Answers beside the key: one row a task, with how many coders were right, and what each coder scored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from readout_nlp.coding.coded import UNSURE, Coded
from readout_nlp.coding.key import Key
from readout_nlp.coding.tasks import OF_TOPICS

CONTROLS = "item_check_controls"


def judged_answers(coded: Coded, key: Key) -> pd.DataFrame:
    """Put every answer beside what the key says.

    Returns
    -------
    pandas.DataFrame
        One row an answer: ``task``, ``coder``, ``kind`` (controls apart), ``stratum``, ``option`` (as the
        coders must agree on: what is chosen where the options are always the same, else its position),
        ``unsure``, ``right`` (missing for an unsure answer to a check; to the others, unsure is not right: a
        coder who cannot tell has not found it), ``log_odds``.
    """
    rows = []
    for answer in coded.answers:
        task = key.tasks[answer.task]
        unsure = answer.chosen == UNSURE
        quiz = task.kind in OF_TOPICS
        rows.append(
            {
                "task": answer.task,
                "coder": answer.coder,
                "kind": CONTROLS if task.about.get("control") else task.kind,
                "stratum": task.stratum,
                "option": None if unsure else str(answer.chosen) if quiz else task.options[answer.chosen],
                "unsure": unsure,
                "right": np.nan if unsure and not quiz else float(answer.chosen == task.answer),
                "log_odds": log_odds(task.about.get("shares"), task.answer, answer.chosen),
            }
        )
    columns = ["task", "coder", "kind", "stratum", "option", "unsure", "right", "log_odds"]
    return pd.DataFrame(rows, columns=columns)


def log_odds(shares: Sequence[float] | None, answer: int, chosen: int) -> float:
    """Give the topic log odds of one answer (TLO: Chang et al. 2009, eq. 2).

    The log of the intruder's share in the document less that of the topic chosen: 0 where the intruder was
    found, the further below 0 the more of the document the model gives to what the coder took for the
    intruder. NaN without shares, or where the coder cannot tell.

    Examples
    --------
    >>> round(log_odds([0.5, 0.05], answer=1, chosen=0), 3), log_odds([0.5, 0.05], answer=1, chosen=1)
    (-2.303, 0.0)
    """
    if not shares or chosen == UNSURE:
        return float("nan")
    return float(np.log(shares[answer]) - np.log(shares[chosen]))


def guessed_log_odds(shares: Sequence[float], answer: int) -> float:
    """Give the topic log odds that guessing has in the mean.

    Examples
    --------
    >>> round(guessed_log_odds([0.5, 0.05], answer=1), 3)
    -1.151
    """
    return float(np.mean([log_odds(shares, answer, chosen) for chosen in range(len(shares))]))


def by_task(answers: pd.DataFrame, column: str = "right") -> pd.DataFrame:
    """Give the mean of each task's answers: ``task``, ``stratum``, ``value``, ``n_answers``; by task id."""
    known = answers[answers[column].notna()]
    grouped = known.groupby("task", sort=True)
    return pd.DataFrame(
        {
            "stratum": grouped["stratum"].first(),
            "value": grouped[column].mean(),
            "n_answers": grouped.size(),
        }
    ).reset_index()


def by_coder(answers: pd.DataFrame) -> pd.DataFrame:
    """Give what each coder scored in each kind of task: one who guesses, or says yes to all, shows here."""
    grouped = answers.groupby(["kind", "coder"], sort=True)
    return pd.DataFrame(
        {
            "n": grouped.size(),
            "n_unsure": grouped["unsure"].sum(),
            "score": grouped["right"].mean(),
        }
    ).reset_index()


def coded_items(coded: Coded, key: Key, kind: str = "act_check") -> pd.DataFrame:
    """Give items with the code that coders gave them, to correct estimates by (`dsl_shares`).

    Where coders differ, the majority counts; in a tie, the coder who is named first in the manifest.
    Items that were drawn and not coded are made up for by those of their stratum that were, which is right if
    they are missing by chance: ``inclusion`` is lower by the share coded.

    Parameters
    ----------
    coded, key
        From `read_coded` and `read_key`.
    kind
        ``act_check``, or any kind whose options are always the same.

    Returns
    -------
    pandas.DataFrame
        One row an item: ``item_id``, ``readout_id``, ``stratum``, ``inclusion``, ``coded``, ``agreed`` (share
        of coders who chose it), ``n_coders``.
    """
    rank = {coder: number for number, coder in enumerate(key.about["coders"])}
    drawn = {
        name: task for name, task in key.tasks.items() if task.kind == kind and "inclusion" in task.about
    }
    given: dict[str, list[tuple[int, str]]] = {}
    for answer in coded.answers:
        if answer.task in drawn and answer.chosen != UNSURE:
            chosen = drawn[answer.task].options[answer.chosen]
            given.setdefault(answer.task, []).append((rank[answer.coder], chosen))
    sizes = pd.Series({name: task.about["sampled_by"] for name, task in drawn.items()}, dtype=object)
    held = sizes[sizes.index.isin(given)].value_counts()
    rows = []
    for name, answers in sorted(given.items()):
        about = drawn[name].about
        choices = [choice for _, choice in sorted(answers)]
        most = max(choices, key=choices.count)  # of equals, the first coder's
        stratum = about["sampled_by"]
        rows.append(
            {
                "item_id": about["item_id"],
                "readout_id": about["readout_id"],
                "stratum": stratum,
                "inclusion": about["inclusion"] * held[stratum] / (sizes == stratum).sum(),
                "coded": most,
                "agreed": choices.count(most) / len(choices),
                "n_coders": len(choices),
            }
        )
    columns = ["item_id", "readout_id", "stratum", "inclusion", "coded", "agreed", "n_coders"]
    return pd.DataFrame(rows, columns=columns)
