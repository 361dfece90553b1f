"""TopicFit <-> a folder that can be cited, checked and read in any language; nothing is ever unpickled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pyarrow import ArrowException
from safetensors import SafetensorError

from readout_nlp import durable
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, StoreError
from readout_nlp.saved.card import CARD, render_card
from readout_nlp.saved.labels import first_labels, has_human_labels
from readout_nlp.saved.manifest import MANIFEST, build_manifest, read_manifest, to_json
from readout_nlp.saved.numbers import fingerprint, read_numbers, write_numbers
from readout_nlp.saved.tables import csv_bytes
from readout_nlp.saved.verify import LABELS, SUMS, seal, verify_hashes
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.fit import TopicFit

if TYPE_CHECKING:
    from readout_nlp.tokens.tokenize import Tokens


def save_model(
    topics: TopicFit,
    folder: str | Path,
    *,
    corpus: Corpus | None = None,
    tokens: Tokens | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    recipe: Mapping[str, Any] | None = None,
    citation: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a fitted model to `folder`, whole or not at all.

    The same arguments on the same machine give the same bytes. No text of the corpus is written: numbers,
    single words and document ids only.

    Parameters
    ----------
    topics
        The model.
    folder
        A folder that is not there yet, or is empty.
    corpus, tokens
        What the model was fitted on; their fingerprints, counts and steps go into the manifest.
    tables
        ``topics`` (quality and stability, one row a topic) and ``coverage`` (places by years), if made;
        others are left alone.
    recipe
        The settings of the analysis, plain JSON values.
    citation
        What cannot be computed: ``title``, ``authors`` (a list of names), ``year``, ``doi``, ``url``.
    overwrite
        Replace a saved model that is in `folder`, unless it holds a person's labels or other files.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    StoreError
        `folder` holds something that would be lost.
    InputError, RecipeError
        The model is inconsistent, or a setting cannot be written as JSON.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> terms, shares = np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([[1.0, 0.0]])
    >>> fit = TopicFit(topic_terms=terms, doc_topics=shares, vocabulary=("教育", "防汛"), doc_ids=("a-1",),
    ...                topic_ids=("t01", "t02"), method="lda", params={"random_state": 0})
    >>> folder = save_model(fit, Path(tempfile.mkdtemp()) / "model")
    >>> bool((load_model(folder).topic_terms == terms).all())
    True
    """
    folder = Path(folder)
    _check_target(folder, overwrite=overwrite)
    numbers = write_numbers(topics)
    manifest = build_manifest(
        topics,
        corpus=corpus,
        tokens=tokens,
        tables=tables or {},
        recipe=recipe,
        citation=citation,
    )
    manifest["model"]["fingerprint"] = fingerprint(numbers)
    files = numbers | {
        MANIFEST: to_json(manifest).encode(),
        CARD: render_card(manifest).encode(),
        LABELS: csv_bytes(first_labels(manifest)),
    }
    with _replacing(folder, overwrite=overwrite) as side:
        for name, data in files.items():
            durable.write_bytes(side / name, data)
        seal(side)
    return folder


def load_model(folder: str | Path) -> TopicFit:
    """Read a saved model, bit for bit as it was saved, after checking every file.

    Raises
    ------
    CheckError
        A file was changed, is missing, or was added after sealing.
    StoreError
        `folder` is not a saved model, a newer version of the package wrote it, or its parts disagree.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> fit = TopicFit(topic_terms=np.eye(2), doc_topics=np.eye(2), vocabulary=("教育", "防汛"),
    ...                doc_ids=("a-1", "a-2"), topic_ids=("t01", "t02"), method="nmf", params={})
    >>> folder = save_model(fit, Path(tempfile.mkdtemp()) / "model")
    >>> load_model(folder).vocabulary
    ('教育', '防汛')
    """
    folder = Path(folder)
    if not (folder / SUMS).exists():
        read_manifest(folder)  # says what kind of folder it is, where it is no saved model
    verify_hashes(folder).require()
    manifest = read_manifest(folder)
    try:
        topics = read_numbers(folder, manifest["model"])
        check_topic_fit(topics)
    except (InputError, KeyError, TypeError, ValueError, SafetensorError, ArrowException) as fault:
        raise StoreError(
            f"parts that do not belong together in {folder} ({fault})",
            "the files that save_model writes",
            "get the folder again, or save the model again",
        ) from fault
    return topics


def _check_target(folder: Path, *, overwrite: bool) -> None:
    old = _old(folder)
    if old.exists() and not folder.exists():
        old.replace(folder)  # an earlier process died between the two renames of `_replacing`
    if folder.is_file():
        raise StoreError(f"a file at {folder}", "a new folder", "choose another name")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not overwrite:
        raise StoreError(
            f"{folder} with files in it",
            "a folder that is new or empty",
            "choose another folder, or pass overwrite=True to replace a saved model",
        )
    _check_replaceable(folder)


def _check_replaceable(folder: Path) -> None:
    """Refuse to replace what could not be made again: another kind of folder, added files, human labels."""
    read_manifest(folder)
    added = [f.file for f in verify_hashes(folder).findings if f.fault != "missing"]
    if added:
        raise StoreError(
            f"files in {folder} that were added or changed after saving: {', '.join(added)}",
            "a saved model as it was sealed",
            "move them elsewhere, or choose another folder",
        )
    if has_human_labels(folder):
        raise StoreError(
            f"labels by a person in {folder / LABELS}",
            "a model without work that would be lost",
            "save to another folder and copy the labels that still hold",
        )


def _old(folder: Path) -> Path:
    return folder.with_name(f"{durable.SIDE_PREFIX}old-{folder.name}")


@contextmanager
def _replacing(folder: Path, *, overwrite: bool) -> Iterator[Path]:
    """Fill a folder aside, then put it in the place of `folder`: at any moment the old one, or the new."""
    old = _old(folder)
    shutil.rmtree(old, ignore_errors=True)
    try:
        with durable.aside_folder(folder) as side:
            yield side
            if overwrite and folder.exists():
                folder.replace(old)
    except BaseException:
        if old.exists() and not folder.exists():
            old.replace(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
