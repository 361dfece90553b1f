"""How to cite a saved model: from its manifest alone, with nothing invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from readout_nlp.errors import RecipeError
from readout_nlp.saved.credits import Author, authors_of, bare_doi, one_line, web_url, whole_year
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
# Identifiers of licences that CFF 1.2.0 takes and data are published under; another one is not printed as an
# identifier, for a file with an unknown one is not valid. https://spdx.org/licenses/
KNOWN_LICENSES = (
    "Apache-2.0",
    "BSD-3-Clause",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-ND-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "MIT",
    "ODC-By-1.0",
    "ODbL-1.0",
    "PDDL-1.0",
)
MANY_AUTHORS = 20  # APA 7 names the first 19 and the last of more
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
BIBTEX_SPECIAL = re.compile(r"([#$%&_{}])")
BIBTEX_WORDS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


def cite(folder: str | Path, *, format: str = "bibtex") -> str:  # noqa: A002  # the command's own word
    """Give a citation of a saved model.

    Authors, year, DOI, URL and licence appear only if they were given when the model was saved. A name
    without a comma is printed whole, as an institution's is; Chinese names are not abbreviated.

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
        return one_line(given)
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
        "author": " and ".join(map(_bibtex_author, authors_of(manifest))),
        "year": _escape(given.get("year", "")),
        "doi": bare_doi(given.get("doi", "")),
        "url": web_url(given.get("url", "")),
        "howpublished": _escape(f"Saved topic model, {_software(manifest)}"),
        "note": _escape(_hashes(manifest)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    key = f"{SOFTWARE}_{manifest['model']['fingerprint'][:SHORT]}"
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _apa(manifest: Mapping[str, Any]) -> str:
    given = manifest["citation"] or {}
    year = f"({one_line(given.get('year', 'n.d.'))})."
    name = f"{title(manifest)} [Topic model; {_software(manifest)}]."
    authors = [_apa_author(author) for author in authors_of(manifest)]
    # APA: a work without an author begins with its title
    head = f"{_stopped(_apa_list(authors))} {year} {name}" if authors else f"{name} {year}"
    doi = bare_doi(given.get("doi", ""))
    link = f"https://doi.org/{doi}" if doi else web_url(given.get("url", ""))
    return " ".join(part for part in (head, f"{_hashes(manifest)}.", link) if part)


def _cff(manifest: Mapping[str, Any]) -> str:
    given = manifest["citation"] or {}
    authors = authors_of(manifest) or [Author(name=CFF_NO_AUTHOR)]
    links = {"doi": bare_doi(given.get("doi", "")), "url": web_url(given.get("url", ""))} | _cff_license(
        given
    )
    work = [f"title: {_quoted(title(manifest))}", "authors:"]
    work += [line for author in authors for line in _cff_author(author)]
    work += [f"{key}: {_quoted(value)}" for key, value in links.items() if value]
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
    year = whole_year(given.get("year"))
    if year:  # a CFF file has room for a bare year only here
        lines += ["preferred-citation:", *(f"  {line}" for line in ["type: data", *work, f"year: {year}"])]
    return "\n".join(lines)


def _cff_license(given: Mapping[str, Any]) -> dict[str, str]:
    license_ = one_line(given.get("license") or "")
    return {"license": license_} if license_ in KNOWN_LICENSES else {"license-url": web_url(license_)}


def _cff_author(author: Author) -> list[str]:
    parts = {
        "name": author.name,
        "family-names": author.family,
        "given-names": author.given,
        "orcid": author.orcid,
    }
    first, *others = (f"{key}: {_quoted(value)}" for key, value in parts.items() if value)
    return [f"  - {first}", *(f"    {line}" for line in others)]


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


def _bibtex_author(author: Author) -> str:
    """Put braces round what BibTeX must print whole, else it takes it apart at commas and at ``and``."""
    if author.name or HAN.search(author.family + author.given):
        # styles that print the given name first would turn a Chinese name round
        return f"{{{_escape(author.name or author.family + author.given)}}}"
    parts = [_escape(part) for part in (author.family, author.given) if part]
    return ", ".join(f"{{{part}}}" if "," in part or " and " in f" {part} " else part for part in parts)


def _apa_author(author: Author) -> str:
    if author.name or not author.given:
        return author.name or author.family
    if HAN.search(author.family + author.given):  # Chinese given names have no initials
        return author.family + author.given
    return f"{author.family}, {_initials(author.given)}"


def _initials(given: str) -> str:
    """Jean-Luc Maria -> J.-L. M."""
    words = (word.split("-") for word in given.split())
    return " ".join("-".join(f"{part[0].upper()}." for part in parts if part) for parts in words)


def _apa_list(authors: list[str]) -> str:
    if len(authors) > MANY_AUTHORS:
        return f"{', '.join(authors[: MANY_AUTHORS - 1])}, . . . {authors[-1]}"
    if len(authors) == 1:
        return authors[0]
    return f"{', '.join(authors[:-1])}, & {authors[-1]}"


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _software(manifest: Mapping[str, Any]) -> str:
    return f"{SOFTWARE} {manifest['package']['version']}"


def _hashes(manifest: Mapping[str, Any]) -> str:
    model = f"model SHA-256 {manifest['model']['fingerprint']}"
    if manifest["corpus"] is None:
        return f"M{model[1:]}"
    return f"Corpus SHA-256 {manifest['corpus']['fingerprint']}; {model}"


def _escape(text: object) -> str:
    return "".join(BIBTEX_WORDS.get(c) or BIBTEX_SPECIAL.sub(r"\\\1", c) for c in one_line(text))


def _quoted(value: object) -> str:
    # a JSON string is a YAML string
    return json.dumps(str(value), ensure_ascii=False)


STYLES: dict[str, Callable[[Mapping[str, Any]], str]] = {"bibtex": _bibtex, "apa": _apa, "cff": _cff}
