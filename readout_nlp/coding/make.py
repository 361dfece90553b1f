"""A saved model and its corpus -> sheets: what the command `sheets` does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from readout_nlp.coding.passages import MIXED, N_SHOWN
from readout_nlp.coding.sheets import draw_tasks, write_sheets
from readout_nlp.coding.tasks import DEFAULT_KINDS, Kind, check_kinds
from readout_nlp.corpus.read import read_corpus
from readout_nlp.saved.labels import AUTOMATIC, read_labels
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model
from readout_nlp.topics.fit import TopicFit


def make_sheets(
    model: str | Path,
    corpus: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    kinds: Sequence[str] | None = None,
    coders: Sequence[str] = ("coder-1", "coder-2"),
    per_topic: int = 3,
    n_items: int = 60,
    shared: float = 1.0,
    random_state: int = 0,
    progress: Callable[..., Iterable[Any]] | None = None,
) -> tuple[Path, list[str]]:
    """Make coder sheets for a saved model.

    Parameters
    ----------
    model
        A saved model; its labels are those to be matched.
    corpus
        What it was fitted on: a corpus store, or pages.
    out
        A new folder.
    kinds
        Kinds of tasks; None: the usual ones, those that cannot be asked of this model left out.
    coders, shared, random_state
        As in `write_sheets`.
    per_topic, n_items
        As in `draw_tasks`.
    progress
        As in `read_corpus`.

    Returns
    -------
    folder, notes
        The folder, and what was left out.

    Raises
    ------
    InputError
        The corpus does not hold the model's documents.
    RecipeError, StoreError
        As in `draw_tasks` and `write_sheets`.
    """
    fit, manifest = load_model(model), read_manifest(model)
    table = read_labels(model)
    labels = dict(zip(table["topic"], table["label"], strict=True))
    wanted, notes = (check_kinds(kinds), []) if kinds is not None else _usual(fit, labels)
    texts = read_corpus(corpus, progress=progress)
    if "label_match" in wanted and table["coder"].fillna("").isin(["", AUTOMATIC]).any():
        notes.append("some labels are automatic (words of the topic): label_match tests these, not yours")
    tasks = draw_tasks(
        fit,
        texts,
        kinds=wanted,
        labels=labels,
        per_topic=per_topic,
        n_items=n_items,
        random_state=random_state,
    )
    if not {"act_check", "item_check"}.isdisjoint(wanted) and texts.items.height < n_items:
        notes.append(f"the corpus has {texts.items.height} items: all are checked")
    stability = manifest["stability"] or {}
    about = {
        "model": manifest["model"]["fingerprint"],
        "corpus": texts.fingerprint,
        "synthetic": texts.synthetic,
        "topics": list(fit.topic_ids),
        "unstable": list(stability.get("unstable", [])),
        "labels": labels,
        "per_topic": per_topic,
        "n_items": n_items,
    }
    folder = write_sheets(tasks, out, coders=coders, shared=shared, random_state=random_state, about=about)
    return folder, notes


def _usual(fit: TopicFit, labels: dict[str, str]) -> tuple[tuple[Kind, ...], list[str]]:
    """Leave out of the usual kinds what cannot be asked of this model, and say so."""
    wanted, notes = list(DEFAULT_KINDS), []
    if fit.method not in MIXED or fit.n_topics < N_SHOWN + 2:
        wanted.remove("topic_intrusion")
        notes.append(f"no topic_intrusion: it needs a model of mixtures with {N_SHOWN + 2} topics or more")
    named = {label.strip() for label in labels.values()}
    if "" in named or len(named) <= N_SHOWN:
        wanted.remove("label_match")
        notes.append("no label_match: not every topic has a label of its own in labels.csv")
    return tuple(wanted), notes
