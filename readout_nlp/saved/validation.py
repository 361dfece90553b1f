"""What people found when they checked a saved model: into its manifest and onto its card, sealed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from readout_nlp.errors import RecipeError
from readout_nlp.saved.labels import read_labels
from readout_nlp.saved.manifest import NOT_VALIDATED, as_json, read_manifest
from readout_nlp.saved.sealing import reseal
from readout_nlp.saved.verify import verify_hashes

VALIDATED = "human-validated"
NUMBERS = ("n", "score", "low", "high", "chance", "alpha", "alpha_low", "alpha_high", "topics_covered")
NEEDED = ("task", "n", "score", "chance")


def write_validation(folder: str | Path, validation: Mapping[str, Any]) -> None:
    """Write the result of a validation by people into a saved model, its card and its crate, and seal it.

    The numbers of the model, and so its fingerprint and its citation key, stay as they are.

    Parameters
    ----------
    folder
        A saved model, every file as sealed.
    validation
        ``{"state": "human-validated", "tasks": [...]}``, each task a mapping with at least ``task`` (its
        name), ``n`` (items judged), ``score`` and ``chance`` (what a coder who guesses would score); further
        ``low`` and ``high`` (of the score's 95 % interval), ``coders`` (their number, or pseudonyms),
        ``alpha``, ``alpha_low``, ``alpha_high`` (Krippendorff's), ``topics_covered``, ``date``,
        ``chance_means``; or ``{"state": "not human-validated"}``, which takes an earlier result back.

    Raises
    ------
    RecipeError
        The mapping has another form; every fault is named.
    CheckError
        A file of the model was changed: sealing would hide that.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from readout_nlp.saved.models import save_model
    >>> from readout_nlp.topics.fit import TopicFit
    >>> fit = TopicFit(topic_terms=np.eye(2), doc_topics=np.eye(2), vocabulary=("教育", "防汛"),
    ...                doc_ids=("a-1", "a-2"), topic_ids=("t01", "t02"), method="nmf", params={})
    >>> folder = save_model(fit, Path(tempfile.mkdtemp()) / "model")
    >>> task = {"task": "word_intrusion", "n": 40, "score": 0.8, "chance": 1 / 6, "coders": 2}
    >>> write_validation(folder, {"state": "human-validated", "tasks": [task]})
    >>> read_manifest(folder)["validation"]["state"], verify_hashes(folder).ok
    ('human-validated', True)
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    plain = as_json(validation, "validation")
    faults = list(_faults(plain))
    if faults:
        raise RecipeError(
            f"in validation: {'; '.join(faults)}",
            f"a state ({NOT_VALIDATED}, or {VALIDATED} with tasks), each task with {', '.join(NEEDED)}",
            "correct these",
        )
    verify_hashes(folder).require()
    manifest["validation"] = {"state": plain["state"], "tasks": plain.get("tasks", [])}
    reseal(folder, manifest, read_labels(folder))


def _faults(validation: Mapping[str, Any]) -> Iterator[str]:
    state, tasks = validation.get("state"), validation.get("tasks", [])
    yield from (f"the unknown key {key!r}" for key in validation if key not in {"state", "tasks"})
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        yield "tasks that are not a list of mappings"
        return
    if state not in {VALIDATED, NOT_VALIDATED}:
        yield f"state {state!r}"
    elif (state == VALIDATED) != bool(tasks):
        yield f"{len(tasks)} tasks in the state {state!r}"
    for place, task in enumerate(tasks, start=1):
        yield from _task_faults(task, place)


def _task_faults(task: Mapping[str, Any], place: int) -> Iterator[str]:
    yield from (f"task {place} without {key}" for key in NEEDED if task.get(key) in (None, ""))
    for key in NUMBERS:
        value = task.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield f"{key} {value!r} of task {place}"
    low, score, high = (task.get(key) for key in ("low", "score", "high"))
    ends = [value for value in (low, score, high) if isinstance(value, int | float)]
    if ends != sorted(ends):
        yield f"a score outside its interval in task {place}"
