"""Tasks -> a folder of sheets: for each coder a CSV and one offline HTML page; for the researcher the key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp import durable
from readout_nlp.coding.checks import act_check, item_check
from readout_nlp.coding.intrusion import word_intrusion, word_set_intrusion
from readout_nlp.coding.key import ARTEFACT, KEY, MANIFEST, SCHEMA_VERSION, dealt, key_bytes
from readout_nlp.coding.page import csv_header, render_page
from readout_nlp.coding.passages import label_match, topic_intrusion
from readout_nlp.coding.strings import option_text, say
from readout_nlp.coding.tasks import DEFAULT_KINDS, KINDS, OF_TOPICS, Task, check_count, check_kinds
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError, StoreError
from readout_nlp.saved.manifest import to_json
from readout_nlp.saved.tables import csv_bytes
from readout_nlp.topics.fit import TopicFit

CODER = re.compile(r"[\w.-]{1,40}")
PAGE, TABLE, GUIDE = "sheet.html", "sheet.csv", "README.md"
LETTERS: Mapping[str, str] = dict(zip(KINDS, "wstlai", strict=True))


def draw_tasks(
    fit: TopicFit,
    corpus: Corpus,
    *,
    kinds: Sequence[str] = DEFAULT_KINDS,
    labels: Mapping[str, str] | None = None,
    per_topic: int = 3,
    n_items: int = 60,
    random_state: int = 0,
) -> list[Task]:
    """Draw the tasks of several kinds.

    Parameters
    ----------
    fit, corpus, labels
        As the kinds need them (`word_intrusion`, `topic_intrusion`, `label_match`, `act_check`, ...).
    kinds
        Of `readout_nlp.coding.tasks.KINDS`.
    per_topic
        Tasks of each topic, for each kind that judges topics.
    n_items
        Items for each of the two checks of the parser.
    random_state
        Seed.

    Raises
    ------
    RecipeError
        A kind is none, or cannot be asked of this model.
    """
    wanted = check_kinds(kinds)
    common: dict[str, Any] = {"per_topic": per_topic, "random_state": random_state}
    items: dict[str, Any] = {"n": n_items, "random_state": random_state}
    makers = {
        "word_intrusion": lambda: word_intrusion(fit, **common),
        "word_set_intrusion": lambda: word_set_intrusion(fit, **common),
        "topic_intrusion": lambda: topic_intrusion(fit, corpus, **common),
        "label_match": lambda: label_match(fit, labels or {}, corpus, **common),
        "act_check": lambda: act_check(corpus, **items),
        "item_check": lambda: item_check(corpus, **items),
    }
    return [task for kind in wanted for task in makers[kind]()]


def write_sheets(
    tasks: Sequence[Task],
    folder: str | Path,
    *,
    coders: Sequence[str] = ("coder-1", "coder-2"),
    shared: float = 1.0,
    random_state: int = 0,
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Write sheets for coders, and the key, into a new folder; whole or not at all.

    ``coder-1/sheet.html`` is an offline page that keeps answers and exports them; ``coder-1/sheet.csv`` has
    the same tasks for a spreadsheet. Give a coder that one folder and no more: ``key.json`` has the answers.
    Sheets hold texts of the corpus; they are for coders, not for publication. The same call gives the same
    bytes.

    Parameters
    ----------
    tasks
        From `draw_tasks`, or any of its kinds.
    folder
        A new folder.
    coders
        Two or more pseudonyms, as they are to stand in the sheets. No file or folder is named by them.
    shared
        Part of the tasks that all coders get; each of the others goes to two. 1: all by all.
    random_state
        Seed of each coder's own order of tasks.
    about
        Plain JSON values to keep: fingerprints of model and corpus, settings of the draw.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StoreError
        The folder is there already.
    RecipeError
        There are no tasks, fewer than two coders, or a pseudonym cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> tasks = [Task(kind="word_intrusion", stratum="t01", options=("水", "电", "学"), answer=2)]
    >>> folder = write_sheets(tasks, Path(tempfile.mkdtemp()) / "sheets", coders=("A", "B"))
    >>> sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))[:3]
    ['README.md', 'coder-1/sheet.csv', 'coder-1/sheet.html']
    """
    folder = Path(folder)
    _check(tasks, coders, shared=shared)
    if folder.exists():
        raise StoreError(f"{folder} that is there already", "a new folder", "choose another name")
    named = _named(tasks, np.random.default_rng([random_state, 0]))
    who = dealt(list(named), coders, shared=shared)
    key = key_bytes(named)
    files = {KEY: key}
    for number, coder in enumerate(coders, start=1):
        own = _ordered([name for name in named if coder in who[name]], named, [random_state, number])
        sheet = {name: named[name] for name in own}
        seal = durable.sha256_bytes(key)[:16]
        files[f"coder-{number}/{TABLE}"] = sheet_csv(sheet, coder=coder)
        files[f"coder-{number}/{PAGE}"] = render_page(
            sheet, coder=coder, seal=seal, synthetic=bool((about or {}).get("synthetic"))
        ).encode()
    files[GUIDE] = say("guide", "en").encode()
    manifest = {
        "artefact": ARTEFACT,
        "schema_version": SCHEMA_VERSION,
        "coders": list(coders),
        "shared": shared,
        "seed": random_state,
        "tasks": {kind: count for kind in KINDS if (count := sum(task.kind == kind for task in tasks))},
        "about": dict(about or {}),
        "key_sha256": durable.sha256_bytes(key),
        "files": {name: durable.sha256_bytes(data) for name, data in sorted(files.items())},
    }
    with durable.aside_folder(folder) as side:
        for name, data in files.items():
            durable.write_bytes(side / name, data)
        durable.write_text(side / MANIFEST, to_json(manifest))
    return folder


def sheet_csv(tasks: Mapping[str, Task], *, coder: str) -> bytes:
    """Give a coder's tasks as a CSV that Excel opens; the number of an option goes into ``answer``."""
    header = csv_header(max(len(task.options) for task in tasks.values()))
    rows = [csv_row(name, task, coder=coder, width=len(header)) for name, task in tasks.items()]
    return csv_bytes(pd.DataFrame(rows, columns=header, dtype="str"))


def csv_row(name: str, task: Task, *, coder: str, width: int) -> list[str]:
    """Give the cells of one task: id, coder, answer, note, what is asked, what is read, the options."""
    options = [f"{n} = {option_text(task.kind, text)}" for n, text in enumerate(task.options, start=1)]
    question = f"{say(f'ask.{task.kind}', 'zh')} {say(f'ask.{task.kind}', 'en')}"
    cells = [name, coder, "", "", question, task.before, task.text, task.after, *options]
    return cells + [""] * (width - len(cells))


def _named(tasks: Sequence[Task], chance: np.random.Generator) -> dict[str, Task]:
    """Give the tasks numbers at random, so that no number tells which are of one topic."""
    numbers = {
        kind: iter(chance.permutation(sum(task.kind == kind for task in tasks)).tolist()) for kind in KINDS
    }
    return {f"{LETTERS[task.kind]}{next(numbers[task.kind]) + 1:04d}": task for task in tasks}


def _ordered(names: Sequence[str], tasks: Mapping[str, Task], seed: Sequence[int]) -> list[str]:
    """Put a coder's tasks in an order of their own: kinds one after the other, shuffled within."""
    chance = np.random.default_rng(list(seed))
    found: list[str] = []
    for kind in KINDS:
        own = [name for name in names if tasks[name].kind == kind]
        found += [own[number] for number in chance.permutation(len(own))]
    return found


def _check(tasks: Sequence[Task], coders: Sequence[str], *, shared: float) -> None:
    check_count("coders", len(coders), least=2)
    faults = [f"coder {name!r}" for name in coders if not CODER.fullmatch(name)]
    faults += [f"{name!r} twice" for name in dict.fromkeys(coders) if list(coders).count(name) > 1]
    faults += [] if tasks else ["no tasks"]
    faults += [] if 0 <= shared <= 1 else [f"shared = {shared}"]
    if faults:
        raise RecipeError(
            "; ".join(faults),
            "tasks, different pseudonyms of letters, digits, . _ -, and shared from 0 to 1",
            "change them",
        )


def judged_topics(tasks: Sequence[Task]) -> set[str]:
    """Give the topics that any task judges.

    Examples
    --------
    >>> judged_topics([Task(kind="word_intrusion", stratum="t01", options=("水", "学"), answer=1)])
    {'t01'}
    """
    return {task.stratum for task in tasks if task.kind in OF_TOPICS}
