"""The matrices of a topic model that another program fitted -> a `TopicFit` to compare with ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.durable import sha256_file
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.exchange.labelled import READERS, Labelled, read_labelled, read_names
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.naming import topic_names

METHOD = "imported"
SOURCES = ("r", "gensim-matrices", "csv")
ROLES: Mapping[str, tuple[str, ...]] = {
    "topic_terms": ("topic_terms", "beta", "logbeta", "phi"),
    "doc_topics": ("doc_topics", "theta", "gamma"),
    "vocabulary": ("vocabulary", "vocab", "dictionary"),
    "doc_ids": ("doc_ids", "docnames", "docvars", "documents"),
}
MATRICES = ("topic_terms", "doc_topics")
NAME_SUFFIXES = (".txt", ".csv", ".tsv", ".json")
TOLERANCE = 1e-3  # what rows may be off 1 by the rounding of their digits
SHOWN = 3


@dataclass(frozen=True, eq=False, kw_only=True)
class Imported:
    """A model of another program.

    Attributes
    ----------
    topics : TopicFit
        Of method ``imported``; topics keep their order and are called ``t01`` ..., what they were called is
        in ``params["given_topics"]``.
    unmatched
        Its documents that the corpus does not hold, left out of `topics`; empty without a corpus.
    """

    topics: TopicFit
    unmatched: tuple[str, ...] = ()


def import_topics(
    paths: Sequence[str | Path],
    *,
    source: str,
    log_beta: bool = False,
    program: str | None = None,
    corpus: Corpus | None = None,
) -> Imported:
    r"""Read a finished topic model of R, gensim or another program from its matrices.

    Files are known by their names: ``topic_terms`` (or ``beta``, ``logbeta``, ``phi``), topics x terms;
    ``doc_topics`` (or ``theta``, ``gamma``), documents x topics; ``vocabulary`` (or ``vocab``,
    ``dictionary``) and ``doc_ids`` (or ``docnames``, ``docvars``, ``documents``), where the matrices do not
    name their columns and rows themselves.

    Parameters
    ----------
    paths
        A folder that holds them, or the files.
    source
        ``r``, ``gensim-matrices`` or ``csv``: where they come from.
    log_beta
        Topic weights are logarithms: ``model$beta$logbeta[[1]]`` of stm, ``@beta`` of topicmodels.
    program
        Name and version of the program as you know them, such as ``stm 1.3.7``; kept with the model.
    corpus
        The one that the model is about: documents are matched by id and others left out and named.

    Returns
    -------
    Imported

    Raises
    ------
    InputError
        A file is missing or cannot be read, shapes do not agree, rows do not sum to 1; it is told how.
    RecipeError
        `source` is not known.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "topic_terms.csv").write_text("教育,防汛\n0.75,0.25\n0.5,0.5\n", encoding="utf-8")
    >>> _ = (folder / "doc_topics.csv").write_text("doc_id,t1,t2\na-1,1,0\n", encoding="utf-8")
    >>> import_topics([folder], source="csv").topics.topic_ids
    ('t01', 't02')
    """
    if source not in SOURCES:
        raise RecipeError(f"a model from {source!r}", " or ".join(SOURCES), "choose one of these")
    files = _files([Path(path) for path in paths])
    matrices = {role: read_labelled(files[role]) for role in MATRICES}
    names = {role: read_names(files[role]) for role in ("vocabulary", "doc_ids") if role in files}
    made = topics_from_matrices(
        matrices["topic_terms"],
        matrices["doc_topics"],
        vocabulary=names.get("vocabulary"),
        doc_ids=names.get("doc_ids"),
        log_beta=log_beta,
    )
    origin = {
        "source": source,
        "program": program,
        "files": {role: sha256_file(path) for role, path in sorted(files.items())},
    }
    made = replace(made, params=origin | dict(made.params))
    return Imported(topics=made) if corpus is None else _matched(made, corpus)


def topics_from_matrices(
    topic_terms: Labelled,
    doc_topics: Labelled,
    *,
    vocabulary: Sequence[str] | None = None,
    doc_ids: Sequence[str] | None = None,
    log_beta: bool = False,
) -> TopicFit:
    """Put two matrices together as a `TopicFit`, every fault of their shapes, names and sums named.

    Parameters
    ----------
    topic_terms : Labelled of shape (n_topics, n_terms)
    doc_topics : Labelled of shape (n_docs, n_topics)
    vocabulary, doc_ids
        Names of terms and documents, where the matrices have none.
    log_beta
        Whether `topic_terms` are logarithms.

    Raises
    ------
    InputError
        With what was found.

    Examples
    --------
    >>> beta = Labelled(values=np.log([[0.9, 0.1], [0.2, 0.8]]), columns=("水", "路"))
    >>> theta = Labelled(values=np.array([[1.0, 0.0]]), rows=("a",))
    >>> topics_from_matrices(beta, theta, log_beta=True).topic_terms.round(2).tolist()
    [[0.9, 0.1], [0.2, 0.8]]
    """
    terms = tuple(vocabulary or topic_terms.columns or ())
    documents = tuple(doc_ids or doc_topics.rows or ())
    _check_shapes(topic_terms, doc_topics, len(terms), len(documents))
    doc_topics, given = _same_topics(topic_terms, doc_topics)
    weights = _weights(topic_terms.values, log_beta=log_beta)
    phi, phi_off = _shares(weights, "topic_terms")
    theta, theta_off = _shares(doc_topics.values, "doc_topics")
    made = TopicFit(
        topic_terms=phi,
        doc_topics=theta,
        vocabulary=terms,
        doc_ids=documents,
        topic_ids=topic_names(len(phi)),
        method=METHOD,
        params={
            "log_beta": log_beta,
            "given_topics": None if given is None else list(given),
            "rows_off_1_by": {"topic_terms": phi_off, "doc_topics": theta_off},
        },
    )
    check_topic_fit(made)
    return made


def _files(paths: Iterable[Path]) -> dict[str, Path]:
    """Find the file of each role, by its name."""
    found: dict[str, list[Path]] = {role: [] for role in ROLES}
    for path in paths:
        if not path.exists():
            raise InputError(f"no file or folder at {path}", "the matrices of a model", "check the path")
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            for role, stems in ROLES.items():
                kinds = READERS if role in MATRICES else NAME_SUFFIXES
                if file.is_file() and file.stem.lower() in stems and file.suffix.lower() in kinds:
                    found[role].append(file)
    for role in set(ROLES) - set(MATRICES):  # of doc_ids.txt and documents.csv the one named first above
        first = next((stem for stem in ROLES[role] if any(f.stem.lower() == stem for f in found[role])), "")
        found[role] = [file for file in found[role] if file.stem.lower() == first]
    several = [", ".join(each.name for each in files) for files in found.values() if len(files) > 1]
    missing = [role for role in MATRICES if not found[role]]
    if several or missing:
        faults = [f"no {role} ({' or '.join(ROLES[role])})" for role in missing]
        faults += [f"several files of one kind ({names})" for names in several]
        raise InputError(
            "; ".join(faults),
            f"one file each of topics and documents ({', '.join(READERS)})",
            "rename the files, or name those to read",
        )
    return {role: files[0] for role, files in found.items() if files}


def _check_shapes(topic_terms: Labelled, doc_topics: Labelled, n_terms: int, n_docs: int) -> None:
    (rows, columns), (documents, topics) = topic_terms.values.shape, doc_topics.values.shape
    faults = []
    if not n_terms:
        faults.append("no vocabulary (neither column names of topic_terms nor a file vocabulary.txt)")
    elif columns != n_terms:
        turned = rows == n_terms
        hint = ", which is terms x topics: transpose it" if turned else ""
        faults.append(f"topic_terms of {rows} x {columns} for {n_terms} terms{hint}")
    if not n_docs:
        faults.append("no document ids (neither row names of doc_topics nor a file doc_ids.txt)")
    elif documents != n_docs:
        turned = topics == n_docs
        hint = ", which is topics x documents: transpose it" if turned else ""
        faults.append(f"doc_topics of {documents} x {topics} for {n_docs} documents{hint}")
    if not faults and rows != topics:
        faults.append(f"{rows} topics in topic_terms and {topics} in doc_topics")
    if faults:
        raise InputError(
            "; ".join(faults), "topic_terms: topics x terms, doc_topics: documents x topics", "write them so"
        )


def _same_topics(topic_terms: Labelled, doc_topics: Labelled) -> tuple[Labelled, tuple[str, ...] | None]:
    """Bring the columns of `doc_topics` into the order of the rows of `topic_terms`, if both are named."""
    one, other = topic_terms.rows, doc_topics.columns
    if one is None or other is None or one == other:
        return doc_topics, one or other
    if sorted(one) != sorted(other) or len(set(one)) != len(one):
        strange = sorted({*one} ^ {*other})
        raise InputError(
            f"topics of other names in the two matrices ({', '.join(strange[:SHOWN])})",
            "the same topics in both",
            "write both from one model, or without names of topics",
        )
    order = [other.index(name) for name in one]
    return replace(doc_topics, values=doc_topics.values[:, order], columns=one), one


def _weights(values: Array, *, log_beta: bool) -> Array:
    if not log_beta:
        return values
    if np.isnan(values).any() or (values > TOLERANCE).any():
        raise InputError(
            f"logarithms of shares from {np.nanmin(values):.3g} to {np.nanmax(values):.3g}",
            "none above 0",
            "leave --log-beta out if these are shares",
        )
    return np.exp(values)


def _shares(values: Array, name: str) -> tuple[Array, float]:
    """Give rows that sum to 1, and what they were off; refuse what are no shares."""
    if not np.isfinite(values).all() or (values < 0).any():
        looks = _looks(values)
        raise InputError(
            f"{name} from {np.nanmin(values):.3g} to {np.nanmax(values):.3g}{looks}",
            "finite shares of at least 0",
            "pass log_beta (--log-beta) for logarithms, or mend the matrix",
        )
    sums = values.sum(axis=1)
    off = float(np.abs(sums - 1).max())
    if off > TOLERANCE:
        raise InputError(
            f"rows of {name} that sum to {sums.min():.4g} to {sums.max():.4g}{_looks(values)}",
            "rows that sum to 1",
            "normalise the rows if they are counts or weights; export every term, not the first ones only",
        )
    return np.ascontiguousarray(values / sums[:, None]), off


def _looks(values: Array) -> str:
    """Say what a matrix looks like that has no rows of shares."""
    finite = np.where(np.isneginf(values), -1e9, values)
    if (finite <= 0).all() and np.allclose(np.exp(finite).sum(axis=1), 1, atol=TOLERANCE):
        return " (logarithms: their exponentials sum to 1)"
    if np.isfinite(values).all() and np.allclose(values.sum(axis=0), 1, atol=TOLERANCE):
        return " (the columns sum to 1: transpose it)"
    return ""


def _matched(made: TopicFit, corpus: Corpus) -> Imported:
    known: list[set[Any]] = [set(corpus.items["item_id"]), set(corpus.readouts["readout_id"])]
    ids = max(known, key=lambda ids: sum(name in ids for name in made.doc_ids))
    kept = [row for row, name in enumerate(made.doc_ids) if name in ids]
    if not kept:
        raise InputError(
            f"no document of the corpus among the model's {len(made.doc_ids)} (its first:"
            f" {', '.join(made.doc_ids[:SHOWN])})",
            "ids of items or readouts of the corpus, as an export writes them",
            "pass the corpus that the model was fitted on",
        )
    unmatched = tuple(name for name in made.doc_ids if name not in ids)
    topics = replace(
        made,
        doc_topics=np.ascontiguousarray(made.doc_topics[kept]),
        doc_ids=tuple(made.doc_ids[row] for row in kept),
        params={**made.params, "documents_not_in_the_corpus": len(unmatched)},
    )
    return Imported(topics=topics, unmatched=unmatched)
