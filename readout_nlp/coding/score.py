"""Coded sheets -> how well people understand the model: scores beside chance, by topic, and agreement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.coding.agreement import krippendorff
from readout_nlp.coding.coded import coded_paths, read_coded
from readout_nlp.coding.judged import (
    CONTROLS,
    by_coder,
    by_task,
    coded_items,
    guessed_log_odds,
    judged_answers,
)
from readout_nlp.coding.key import Key, read_key
from readout_nlp.coding.rates import THIN, Rate, by_stratum, mean_of, share_right
from readout_nlp.coding.scored import COLUMNS, LOG_ODDS, Scored
from readout_nlp.coding.tasks import FIXED_OPTIONS, KINDS, OF_TOPICS
from readout_nlp.errors import CheckError, InputError


def score_sheets(folder: str | Path, coded: Sequence[str | Path] = (), *, random_state: int = 0) -> Scored:
    """Score coded sheets against their key.

    Parameters
    ----------
    folder
        What `write_sheets` made.
    coded
        The coded files; none: the sheets that lie in `folder`, as they are now filled in.
    random_state
        Seed of the resamples of agreement.

    Returns
    -------
    Scored

    Raises
    ------
    CheckError
        The key was changed after sealing.
    InputError
        There is no answer that can be used.
    StoreError
        `folder` is none of sheets.
    """
    key = read_key(folder)
    found = read_coded(coded_paths(folder, coded), key)
    if not found.answers:
        raise InputError(
            f"no usable answer in the coded sheets ({len(found.faults)} rows with faults)",
            "a number in the column answer",
            "code the sheets first",
        )
    answers = judged_answers(found, key)
    kinds = [kind for kind in (*KINDS, CONTROLS) if (answers["kind"] == kind).any()]
    rows = [row for kind in kinds for row in _rows(kind, answers, key, random_state=random_state)]
    topics = pd.concat(
        [pd.DataFrame(), *(_topics(kind, answers, key) for kind in kinds if kind in OF_TOPICS)]
    )
    return Scored(
        scores=pd.DataFrame(rows, columns=list(COLUMNS)).astype({"topics_covered": "Int64"}),
        topics=topics.reset_index(drop=True),
        coders=by_coder(answers),
        confusion=_confusion(answers, key),
        items=coded_items(found, key),
        faults=found.faults,
        notes=tuple(_notes(answers, key, n_empty=found.n_empty)),
        about=key.about,
    )


def write_to_card(model: str | Path, scored: Scored) -> None:
    """Write the result into the card of the model that the sheets were made for.

    Raises
    ------
    CheckError
        It is another model.
    RecipeError
        No task judged a topic.
    """
    from readout_nlp.saved.manifest import read_manifest
    from readout_nlp.saved.validation import write_validation

    asked, given = scored.about["about"].get("model"), read_manifest(model)["model"]["fingerprint"]
    if asked != given:
        raise CheckError(
            f"model {given[:16]} in {model}",
            f"model {str(asked)[:16]}, which the sheets were made for",
            "pass that model, or make sheets for this one",
        )
    write_validation(model, scored.validation())


def _rows(kind: str, answers: pd.DataFrame, key: Key, *, random_state: int) -> Iterator[dict[str, Any]]:
    own = answers[answers["kind"] == kind]
    tasks = by_task(own)
    if tasks.empty:
        return
    together = answers[answers["kind"].isin(_agreed_with(kind)) & answers["option"].notna()]
    given = zip(together["coder"].map(str), together["task"].map(str), strict=True)
    alike = krippendorff(
        dict(zip(given, together["option"].map(str), strict=True)), random_state=random_state
    )
    rate, chance = _rate(kind, tasks, key), _chance(kind, own, key)
    common = {
        "coders": own["coder"].nunique(),
        "n_unsure": int(own["unsure"].sum()),
        "alpha": alike.alpha,
        "alpha_low": alike.low,
        "alpha_high": alike.high,
        "topics_covered": tasks["stratum"].nunique() if kind in OF_TOPICS else None,
    }
    yield _row(kind, tasks, rate, chance) | common
    if kind == "topic_intrusion":
        odds = by_task(own, "log_odds")
        if len(odds):
            guessed = [
                guessed_log_odds(key.tasks[name].about["shares"], key.tasks[name].answer)
                for name in odds["task"]
            ]
            yield _row(LOG_ODDS, odds, mean_of(*_values(odds)), float(np.mean(guessed))) | common


def _row(name: str, tasks: pd.DataFrame, rate: Rate, chance: float) -> dict[str, Any]:
    flags = [f"{len(tasks)} tasks"] if len(tasks) < THIN else []
    flags += [] if rate.low is not None and rate.low > chance else ["not above chance"]
    return {
        "task": name,
        "n": rate.n,
        "n_answers": int(tasks["n_answers"].sum()),
        "score": rate.score,
        "low": rate.low,
        "high": rate.high,
        "chance": chance,
        "flag": "; ".join(flags),
    }


def _agreed_with(kind: str) -> tuple[str, ...]:
    """Items and controls are one task to a coder, who cannot tell them apart: agreement is over both."""
    return ("item_check", CONTROLS) if kind in ("item_check", CONTROLS) else (kind,)


def _values(tasks: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    codes = pd.factorize(tasks["stratum"], sort=True)[0].astype(np.intp)
    return tasks["value"].to_numpy(dtype=np.float64), codes


def _rate(kind: str, tasks: pd.DataFrame, key: Key) -> Rate:
    values, codes = _values(tasks)
    if kind in OF_TOPICS or kind == CONTROLS:
        return share_right(values, codes)
    about = [key.tasks[name].about for name in tasks["task"]]
    codes = pd.factorize(np.array([one["sampled_by"] for one in about], dtype=object), sort=True)[0]
    sizes = _stratum_sizes(kind, key)
    return share_right(
        values,
        codes.astype(np.intp),
        weights=np.array([sizes[one["sampled_by"]] for one in about]),
        part=np.array([one["inclusion"] for one in about]),
    )


def _stratum_sizes(kind: str, key: Key) -> dict[str, float]:
    """How many items of the corpus each stratum stands for."""
    sizes: dict[str, float] = {}
    for task in key.tasks.values():
        if task.kind == kind and "inclusion" in task.about:
            name = task.about["sampled_by"]
            sizes[name] = sizes.get(name, 0.0) + 1 / task.about["inclusion"]
    return sizes


def _chance(kind: str, own: pd.DataFrame, key: Key) -> float:
    """Give what guessing scores: one of the options, or for acts what the marginals alone would agree on."""
    if kind != "act_check":
        tasks = own["task"].drop_duplicates()
        return float(np.mean([1 / len(key.tasks[name].options) for name in tasks]))
    table = _confusion(own, key).set_index("parsed")
    shares = table.to_numpy(dtype=np.float64) / table.to_numpy().sum()
    coded = dict(zip(table.columns, shares.sum(axis=0), strict=True))
    return float(
        sum(part * coded.get(act, 0.0) for act, part in zip(table.index, shares.sum(axis=1), strict=True))
    )


def _confusion(answers: pd.DataFrame, key: Key) -> pd.DataFrame:
    own = answers[(answers["kind"] == "act_check") & answers["option"].notna()]
    if own.empty:
        return pd.DataFrame()
    sizes = _stratum_sizes("act_check", key)
    strata = own["task"].map(lambda name: key.tasks[name].about["sampled_by"])
    drawn = strata.groupby(strata).transform("size")
    weight = strata.map(sizes) / drawn
    table = pd.crosstab(own["stratum"], own["option"], values=weight, aggfunc="sum").fillna(0.0)
    order = [act for act in FIXED_OPTIONS["act_check"] if act in set(own["stratum"])]
    columns = [act for act in FIXED_OPTIONS["act_check"] if act in set(own["option"])]
    return table.loc[order, columns].rename_axis("parsed").rename_axis(columns=None).reset_index()


def _topics(kind: str, answers: pd.DataFrame, key: Key) -> pd.DataFrame:
    tasks = by_task(answers[answers["kind"] == kind])
    odds = by_task(answers[answers["kind"] == kind], "log_odds").groupby("stratum")["value"].mean()
    values, codes = _values(tasks)
    rates = dict(zip(sorted(set(tasks["stratum"])), by_stratum(values, codes).values(), strict=True))
    asked = sorted({task.stratum for task in key.tasks.values() if task.kind == kind})
    counts = tasks.groupby("stratum")["n_answers"].sum()
    unstable = set(key.about["about"].get("unstable", ()))
    rows = []
    for topic in asked:
        rate = rates.get(topic)
        rows.append(
            {
                "task": kind,
                "topic": topic,
                "n": 0 if rate is None else rate.n,
                "n_answers": int(counts.get(topic, 0)),
                "score": np.nan if rate is None else rate.score,
                "low": np.nan if rate is None else rate.low,
                "high": np.nan if rate is None else rate.high,
                "log_odds": float(odds.get(topic, np.nan)),
                "thin": rate is None or rate.n < THIN,
                "unstable": topic in unstable,
            }
        )
    return pd.DataFrame(rows)


def _notes(answers: pd.DataFrame, key: Key, *, n_empty: int) -> Iterator[str]:
    answered = set(answers["task"])
    if n_empty:
        yield f"{n_empty} answers were left empty"
    if lacking := len(set(key.tasks) - answered):
        yield f"{lacking} of {len(key.tasks)} tasks have no answer"
    alone = answers.groupby("task")["coder"].nunique()
    if single := int((alone < 2).sum()):
        yield f"{single} tasks were answered by one coder only: they say nothing of agreement"
    for kind in sorted(set(answers["kind"]) & OF_TOPICS):
        asked = {task.stratum for task in key.tasks.values() if task.kind == kind}
        missing = sorted(asked - set(answers.loc[answers["kind"] == kind, "stratum"]))
        if missing:
            yield f"{kind} was answered for no task of {', '.join(missing)}"
