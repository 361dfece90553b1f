"""How to cite a saved model: from its manifest alone, with nothing invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from readout_nlp.errors import RecipeError
from readout_nlp.saved.manifest import read_manifest

SOFTWARE = "readout_nlp"
SHORT = 12
SOFTWARE_AUTHORS = "The readout_nlp developers"  # as the package metadata names them
CFF_NO_AUTHOR = "anonymous"  # the format requires an author
METHOD_NAMES = {
    "lda": "LDA",
    "nmf": "NMF",
    "kmeans": "k-means",
    "agglomerative": "agglomerative",
    "hdbscan": "HDBSCAN",
}
CLUSTERINGS = ("kmeans", "agglomerative", "hdbscan")
BIBTEX_SPECIAL = re.compile(r"([#$%&_{}])")
BIBTEX_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def cite(folder: str | Path, *, format: str = "bibtex") -> str:  # noqa: A002  # the command's own word
    """Give a citation of a saved model.

    Authors, year and DOI appear only if they were given when the model was saved.

    Parameters
    ----------
    folder
        A saved model.
    format
        ``bibtex``, ``apa`` or ``cff`` (Citation File Format 1.2.0).

    Raises
    ------
    RecipeError
        No such format.
    StoreError
        `folder` is not a saved model.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from readout_nlp.saved.models import save_model
    >>> from readout_nlp.topics.fit import TopicFit
    >>> fit = TopicFit(topic_terms=np.eye(2), doc_topics=np.eye(2), vocabulary=("教育", "防汛"),
    ...                doc_ids=("a-1", "a-2"), topic_ids=("t01", "t02"), method="nmf", params={})
    >>> folder = save_model(fit, Path(tempfile.mkdtemp()) / "model", citation={"year": 2026})
    >>> cite(folder, format="apa")[:25]
    'NMF model with 2 topics ['
    """
    return citation(read_manifest(folder), format)


def citation(manifest: Mapping[str, Any], style: str) -> str:
    """Give a citation of the model that `manifest` describes; see `cite`."""
    if style not in STYLES:
        raise RecipeError(f"citation format {style!r}", f"one of {', '.join(STYLES)}", "choose one of these")
    return STYLES[style](manifest)


def title(manifest: Mapping[str, Any]) -> str:
    """Give the title under which the model was saved, or one made of what it is."""
    given = (manifest["citation"] or {}).get("title")
    if given:
        return str(given)
    model, corpus = manifest["model"], manifest["corpus"]
    method = METHOD_NAMES.get(model["method"], model["method"])
    what = "clusters" if model["method"] in CLUSTERINGS else "topics"
    name = f"{method} model with {model['n_topics']} {what}"
    if corpus is None:
        return name
    kind = "synthetic corpus" if corpus["synthetic"] else "corpus"
    return f"{name} of meeting readouts ({kind} {corpus['fingerprint'][:SHORT]})"


def _bibtex(manifest: Mapping[str, Any]) -> str:
    given = manifest["citation"] or {}
    fields = {
        "title": f"{{{_escape(title(manifest))}}}",
        "author": " and ".join(f"{{{_escape(name)}}}" for name in given.get("authors", [])),
        "year": _escape(str(given.get("year", ""))),
        "doi": str(given.get("doi", "")),
        "url": str(given.get("url", "")),
        "howpublished": _escape(f"Saved topic model, {_software(manifest)}"),
        "note": _escape(_hashes(manifest)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    key = f"{SOFTWARE}_{manifest['model']['fingerprint'][:SHORT]}"
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _apa(manifest: Mapping[str, Any]) -> str:
    given = manifest["citation"] or {}
    year = f"({given.get('year', 'n.d.')})."
    name = f"{title(manifest)} [Topic model; {_software(manifest)}]."
    authors = given.get("authors", [])
    # APA: a work without an author begins with its title
    head = f"{_apa_authors(authors)} {year} {name}" if authors else f"{name} {year}"
    link = f"https://doi.org/{given['doi']}" if given.get("doi") else given.get("url", "")
    return " ".join(part for part in (head, f"{_hashes(manifest)}.", str(link)) if part)


def _cff(manifest: Mapping[str, Any]) -> str:
    given = manifest["citation"] or {}
    authors = given.get("authors") or [CFF_NO_AUTHOR]
    work = [f"title: {_quoted(title(manifest))}", "authors:", *(f"  - name: {_quoted(a)}" for a in authors)]
    work += [f"{key}: {_quoted(given[key])}" for key in ("doi", "url") if given.get(key)]
    lines = [
        "cff-version: 1.2.0",
        f"message: {_quoted('If you use this model, please cite it as below.')}",
        "type: dataset",
        *work,
        "identifiers:",
        *_cff_hashes(manifest),
        "references:",
        "  - type: software",
        f"    title: {SOFTWARE}",
        f"    version: {_quoted(manifest['package']['version'])}",
        "    authors:",
        f"      - name: {_quoted(SOFTWARE_AUTHORS)}",
    ]
    if given.get("year"):  # a CFF file has room for a bare year only here
        year = [f"year: {_quoted(given['year'])}"]
        lines += ["preferred-citation:", *(f"  {line}" for line in ["type: data", *work, *year])]
    return "\n".join(lines)


def _cff_hashes(manifest: Mapping[str, Any]) -> list[str]:
    hashes = {"the numbers of the model": manifest["model"]["fingerprint"]}
    if manifest["corpus"] is not None:
        hashes["the corpus"] = manifest["corpus"]["fingerprint"]
    return [
        line
        for what, value in hashes.items()
        for line in (
            "  - type: other",
            f"    value: {_quoted(f'sha256:{value}')}",
            f"    description: {_quoted(f'SHA-256 fingerprint of {what}')}",
        )
    ]


def _apa_authors(authors: list[str]) -> str:
    if len(authors) == 1:
        return _stopped(authors[0])
    return _stopped(f"{', '.join(authors[:-1])}, & {authors[-1]}")


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _software(manifest: Mapping[str, Any]) -> str:
    return f"{SOFTWARE} {manifest['package']['version']}"


def _hashes(manifest: Mapping[str, Any]) -> str:
    model = f"model SHA-256 {manifest['model']['fingerprint']}"
    if manifest["corpus"] is None:
        return f"M{model[1:]}"
    return f"Corpus SHA-256 {manifest['corpus']['fingerprint']}; {model}"


def _escape(text: str) -> str:
    escaped = (BIBTEX_WORDS.get(c) or BIBTEX_SPECIAL.sub(r"\\\1", c) for c in " ".join(text.split()))
    return "".join(escaped)


def _quoted(value: object) -> str:
    # a JSON string is a YAML string
    return json.dumps(str(value), ensure_ascii=False)


STYLES: dict[str, Callable[[Mapping[str, Any]], str]] = {"bibtex": _bibtex, "apa": _apa, "cff": _cff}
