"""TopicFit <-> a folder that can be cited, checked and read in any language; nothing is ever unpickled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from pyarrow import ArrowException
from safetensors import SafetensorError

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, StoreError
from readout_nlp.saved.attachments import attached_names
from readout_nlp.saved.labels import first_labels, has_human_labels
from readout_nlp.saved.manifest import NOT_VALIDATED, build_manifest, read_manifest
from readout_nlp.saved.numbers import fingerprint, read_numbers, write_numbers
from readout_nlp.saved.sealing import described, fill
from readout_nlp.saved.swap import replacing, restore
from readout_nlp.saved.verify import LABELS, SUMS, verify_hashes
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
    notes: Sequence[str] = (),
    attachments: Mapping[str, bytes] | None = None,
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
        What cannot be computed: ``title``, ``authors`` (a list: ``"Family, Given"``, or a name without a
        comma for an institution), ``year``, ``doi``, ``url``, ``license`` (an SPDX identifier or a URL).
    notes
        Sentences for the card: what a reader must know of this corpus besides what is true of every model.
    attachments
        Files sealed with the model, by name (such as ``figures/shares.png``). They are yours: keep texts out.
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
    manifest |= {"notes": list(notes), "attachments": attached_names(attachments or {})}
    manifest["model"]["fingerprint"] = fingerprint(numbers)
    files = {**(attachments or {}), **numbers, **described(manifest, first_labels(manifest))}
    with replacing(folder, overwrite=overwrite) as side:
        fill(side, manifest, files)
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
    restore(folder)
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
    restore(folder)
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
    """Refuse to replace what could not be made again: another kind of folder, added files, people's work."""
    validated = read_manifest(folder)["validation"]["state"] != NOT_VALIDATED
    added = [f.file for f in verify_hashes(folder).findings if f.fault != "missing"]
    if added:
        raise StoreError(
            f"files in {folder} that were added or changed after saving: {', '.join(added)}",
            "a saved model as it was sealed",
            "move them elsewhere, or choose another folder",
        )
    if validated or has_human_labels(folder):
        raise StoreError(
            f"labels by a person in {folder / LABELS}, or a validation by people in its card",
            "a model without work that would be lost",
            "save to another folder and copy the labels that still hold",
        )
