"""Act check and item check: whether the parser reads an item as a reader does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.coding.tasks import FIXED_OPTIONS, PART, SEVERAL, WHOLE, Kind, Task, check_count
from readout_nlp.compare.dsl_sample import draw_for_coding
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError

AROUND = 160  # characters of the page before and after an item
CONTROLS = 0.2  # part of the item checks with bounds that are known to be wrong
SENTENCE_END = re.compile(r"[。!?!?;;]")
UNSTATED = "unstated"
Row = dict[str, Any]


def act_check(
    corpus: Corpus,
    *,
    n: int = 60,
    strata: str | Sequence[str] | None = "act",
    random_state: int = 0,
) -> list[Task]:
    """Ask what the meeting did with a matter; the parsed act is not shown.

    Items are drawn by `draw_for_coding`: by default as many of each act, so that the rare ones are checked;
    their inclusion probabilities are kept and weigh the accuracy. The same answers correct shares of acts.

    Parameters
    ----------
    corpus : Corpus
    n
        Items to code.
    strata
        As in `draw_for_coding`; with ``act`` every act gets as many.
    random_state
        Seed.

    Returns
    -------
    list of Task
        ``about`` holds ``item_id``, ``readout_id``, ``inclusion``, ``sampled_by``.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> tasks = act_check(rn.sample_corpus(cities=2, years=2, per_cell=2), n=8)
    >>> task = tasks[0]
    >>> len(tasks) >= 8, task.options[task.answer] == task.stratum
    (True, True)
    """
    check_count("n", n)
    columns = [strata] if isinstance(strata, str) else list(strata or [])
    known = _item_rows(corpus)
    drawn = draw_for_coding(
        corpus,
        min(n, len(known)),
        strata,
        allocation="equal" if "act" in columns else "proportional",
        random_state=random_state,
    )
    options = FIXED_OPTIONS["act_check"]
    return [
        _task("act_check", known[row["item_id"]], str(known[row["item_id"]]["act"]), answer, drawn=row)
        for row in _records(drawn)
        for answer in [options.index(known[row["item_id"]]["act"])]
    ]


def item_check(
    corpus: Corpus, *, n: int = 60, controls: float = CONTROLS, random_state: int = 0
) -> list[Task]:
    """Ask whether a marked passage is one item of the agenda with the right bounds.

    Among the items are controls, whose bounds are wrong on purpose: an item joined with the next one, or
    the first part of an item. A coder who says yes to everything is found out by them.

    Parameters
    ----------
    corpus : Corpus
    n
        Items to check.
    controls
        Controls beside them, as a share of `n`.
    random_state
        Seed.

    Returns
    -------
    list of Task
        In random order. ``about`` holds ``item_id``, ``readout_id``, ``inclusion``, ``control``.

    Raises
    ------
    RecipeError
        `controls` is not from 0 to 1.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> tasks = item_check(rn.sample_corpus(cities=2, years=2, per_cell=2), n=10)
    >>> sum(task.about["control"] for task in tasks)
    2
    """
    check_count("n", n)
    if not 0 <= controls <= 1:
        raise RecipeError(f"controls = {controls}", "a share from 0 to 1", "change it")
    known = _item_rows(corpus)
    drawn = _records(draw_for_coding(corpus, min(n, len(known)), None, random_state=random_state))
    chance = np.random.default_rng([random_state, 5])
    asked = {row["item_id"] for row in drawn}
    tasks = [_task("item_check", known[row["item_id"]], "", WHOLE, drawn=row) for row in drawn]
    spare = [name for name in sorted(known) if name not in asked] or sorted(known)
    wrong = [task for name in chance.permutation(spare).tolist() for task in _controls(known, name)]
    by_kind = [[task for task in wrong if task.answer == answer] for answer in (1, 2)]
    wanted = round(controls * len(drawn))
    tasks += by_kind[0][: (wanted + 1) // 2] + by_kind[1][: wanted // 2]
    return [tasks[number] for number in chance.permutation(len(tasks))]


def _item_rows(corpus: Corpus) -> dict[str, Row]:
    """Give every item with the body it stands in and the item after it."""
    rows = (
        corpus.items.sort("readout_id", "position")
        .join(corpus.readouts.select("readout_id", "body"), on="readout_id", how="left")
        .to_dicts()
    )
    for row, later in zip(rows, [*rows[1:], None], strict=True):
        row["next_end"] = later["end"] if later and later["readout_id"] == row["readout_id"] else None
        row["act"] = row["act"] if row["act"] in FIXED_OPTIONS["act_check"] else UNSTATED
    return {row["item_id"]: row for row in rows}


def _records(table: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict(orient="records")]


def _controls(known: dict[str, Row], name: str) -> list[Task]:
    row, found = known[name], []
    if row["next_end"] is not None:
        found.append(_task("item_check", row, "", SEVERAL, end=row["next_end"], control=True))
    ends = [match.end() for match in SENTENCE_END.finditer(row["text"] or "")][:-1]
    if ends:
        middle = ends[(len(ends) - 1) // 2]
        found.append(_task("item_check", row, "", PART, end=row["start"] + middle, control=True))
    return found


def _task(
    kind: Kind,
    row: Row,
    stratum: str,
    answer: str | int,
    *,
    drawn: Row | None = None,
    end: int | None = None,
    control: bool = False,
) -> Task:
    options = FIXED_OPTIONS[kind]
    body = row["body"] or ""
    start, end = row["start"], row["end"] if end is None else end
    about = {"item_id": row["item_id"], "readout_id": row["readout_id"], "control": control}
    if drawn:
        about |= {"inclusion": float(drawn["inclusion"]), "sampled_by": drawn["stratum"]}
    return Task(
        kind=kind,
        stratum=stratum,
        options=options,
        answer=answer if isinstance(answer, int) else options.index(answer),
        text=body[start:end] or row["text"] or "",
        before=body[max(0, start - AROUND) : start],
        after=body[end : end + AROUND],
        about=about,
    )
