"""The RO-Crate of a saved model: what the card says, as JSON-LD that repositories and catalogues read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from readout_nlp.saved.cite import KNOWN_LICENSES, SOFTWARE_AUTHORS, citation, title
from readout_nlp.saved.credits import Author, authors_of, bare_doi, one_line, web_url, whole_year
from readout_nlp.saved.manifest import to_json
from readout_nlp.saved.verify import SUMS

CRATE = "ro-crate-metadata.json"
# the version of the specification that has a term for SHA-256
SPECIFICATION = "https://w3id.org/ro/crate/1.2"
ROOT, CORPUS, SOFTWARE, FITTING, NUMBERS = "./", "#corpus", "#software", "#fitting", "#numbers"
DOI_PROPERTY = "https://registry.identifiers.org/registry/doi"
FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".parquet": "application/vnd.apache.parquet",
    ".safetensors": "application/octet-stream",
}
DESCRIPTIONS = {
    "model.safetensors": "The numbers of the model, float64: topics by terms, and what inference needs",
    "vocabulary.json": "The terms, in the order of the columns of topics by terms",
    "doc_topics.parquet": "The share of each topic in each document, by document id",
    "manifest.json": "Corpus, settings, versions, quality, stability, coverage and validation, for programs",
    "README.md": "The card of the model, for readers",
    "labels.csv": "Labels of the topics: label, definition, examples, coder, date",
    SUMS: "The SHA-256 of every file but this one",
}
FITTED = ("model.safetensors", "vocabulary.json", "doc_topics.parquet")
NO_LICENSE = "No licence was given when the model was saved: ask its authors before you use it."
SYNTHETIC = "Synthetic: fitted on an invented corpus, it says nothing about any real place."

Entity = dict[str, Any]


class FileFacts(NamedTuple):
    """What is known of a file: its size in bytes and its SHA-256."""

    size: int
    sha256: str


def render_crate(manifest: Mapping[str, Any], files: Mapping[str, FileFacts]) -> str:
    """Give the metadata of a saved model as RO-Crate 1.2, JSON-LD.

    Nothing is invented: without a year there is no ``datePublished``, and without a licence a sentence says
    so, although the specification asks for both.

    Parameters
    ----------
    manifest
        The manifest of the model, of the newest version.
    files
        Every file of the folder but the seal and the crate themselves: each holds a hash of the other.
    """
    named = {name: files[name] for name in sorted(files) if name not in {CRATE, SUMS}}
    people = {f"#author-{place}": a for place, a in enumerate(authors_of(manifest), start=1)}
    people = {author.orcid or name: author for name, author in people.items()}
    graph = [
        _descriptor(),
        _root(manifest, [*named, SUMS], people),
        *(_file(name, facts) for name, facts in named.items()),
        _file(SUMS, _seal_size([*named, CRATE])),
        *(_person(name, author) for name, author in people.items()),
        *_license(manifest),
        _fitting(manifest, named),
        *_software(manifest),
        *_corpus(manifest),
        *_identifiers(manifest),
    ]
    return to_json({"@context": f"{SPECIFICATION}/context", "@graph": graph})


def _descriptor() -> Entity:
    return {
        "@id": CRATE,
        "@type": "CreativeWork",
        "name": "Metadata of the model",
        "conformsTo": {"@id": SPECIFICATION},
        "about": {"@id": ROOT},
    }


def _root(manifest: Mapping[str, Any], names: Iterable[str], people: Iterable[str]) -> Entity:
    given = manifest["citation"] or {}
    year, url = whole_year(given.get("year")), web_url(given.get("url", ""))
    licences = [entity["@id"] for entity in _license(manifest)]
    no_licence = one_line(given.get("license") or NO_LICENSE)
    optional = {
        "datePublished": year and str(year),
        "author": _one_or_more(people),
        "url": url,
        "isBasedOn": _one_or_more(entity["@id"] for entity in _corpus(manifest)),
    }
    return {
        "@id": ROOT,
        "@type": "Dataset",
        "name": one_line(title(manifest)),
        "description": _description(manifest),
        **{key: value for key, value in optional.items() if value},
        "license": _one_or_more(licences) or no_licence,
        "identifier": _one_or_more(entity["@id"] for entity in _identifiers(manifest)),
        "creditText": citation(manifest, "apa"),
        "hasPart": _refs(names),
        "mentions": {"@id": FITTING},
    }


def _description(manifest: Mapping[str, Any]) -> str:
    model, corpus = manifest["model"], manifest["corpus"]
    what = (
        f"A topic model ({one_line(model['method'])}, {model['n_topics']} topics, {model['n_docs']} "
        f"documents, {model['n_terms']} terms) of official Chinese meeting readouts: numbers, single "
        f"words and document ids, no text. {one_line(manifest['validation']['state']).capitalize()}."
    )
    return f"{SYNTHETIC} {what}" if corpus and corpus["synthetic"] else what


def _seal_size(names: Iterable[str]) -> int:
    """Bytes of the seal: a line for each file, of 64 digits, two spaces, the name and the line's end."""
    return sum(64 + 2 + len(name.encode()) + 1 for name in names)


def _file(name: str, facts: FileFacts | int) -> Entity:
    suffix = "." + name.rpartition(".")[2]
    entity = {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": DESCRIPTIONS.get(name, "A file of the model"),
        "encodingFormat": FORMATS.get(suffix, "text/plain"),
    }
    if isinstance(facts, int):
        return entity | {"contentSize": str(facts)}
    return entity | {"contentSize": str(facts.size), "sha256": facts.sha256}


def _person(name: str, author: Author) -> Entity:
    if author.name:
        # a name that is printed whole may be a person's: then to call it an organisation would be a guess
        return {"@id": name, "@type": ["Person", "Organization"], "name": author.name}
    parts = {"familyName": author.family, "givenName": author.given}
    printed = f"{author.family}, {author.given}" if author.given else author.family
    return {"@id": name, "@type": "Person", "name": printed, **{k: v for k, v in parts.items() if v}}


def _license(manifest: Mapping[str, Any]) -> list[Entity]:
    given = one_line((manifest["citation"] or {}).get("license") or "")
    url = f"https://spdx.org/licenses/{given}" if given in KNOWN_LICENSES else web_url(given)
    what = f"The licence of the model: {given}"
    return [{"@id": url, "@type": "CreativeWork", "name": given, "description": what}] if url else []


def _fitting(manifest: Mapping[str, Any], files: Iterable[str]) -> Entity:
    seed = "not recorded" if manifest["seed"] is None else manifest["seed"]
    corpus = _one_or_more(entity["@id"] for entity in _corpus(manifest))
    return {
        "@id": FITTING,
        "@type": "CreateAction",
        "name": "Fitting of the topic model",
        "description": f"Method {one_line(manifest['model']['method'])}, seed {seed}; "
        "all settings in manifest.json",
        "instrument": {"@id": SOFTWARE},
        **({"object": corpus} if corpus else {}),
        "result": _refs(name for name in files if name in FITTED),
    }


def _software(manifest: Mapping[str, Any]) -> list[Entity]:
    package = manifest["package"]
    libraries = {"Python": manifest["python"], **manifest["libraries"]}
    return [
        {
            "@id": SOFTWARE,
            "@type": "SoftwareApplication",
            "name": one_line(package["name"]),
            "version": one_line(package["version"]),
            "author": {"@id": "#software-authors"},
            "softwareRequirements": [
                one_line(f"{name} {version}") for name, version in libraries.items() if version
            ],
        },
        {"@id": "#software-authors", "@type": "Organization", "name": SOFTWARE_AUTHORS},
    ]


def _corpus(manifest: Mapping[str, Any]) -> list[Entity]:
    corpus = manifest["corpus"]
    if corpus is None:
        return []
    span = (
        {"temporalCoverage": f"{corpus['first_year']}/{corpus['last_year']}"} if corpus["first_year"] else {}
    )
    kind = "Invented meeting readouts" if corpus["synthetic"] else "Meeting readouts"
    return [
        {
            "@id": CORPUS,
            "@type": "Dataset",
            "name": "Corpus of the model" + (" (synthetic)" if corpus["synthetic"] else ""),
            "description": f"{kind}: {corpus['n_readouts']} with {corpus['n_items']} items, of "
            f"{corpus['n_places']} places. Its texts are not part of this folder; whoever holds them "
            "recognises the corpus by its fingerprint, the SHA-256 over the sorted ids of its readouts.",
            **span,
            "identifier": f"sha256:{one_line(corpus['fingerprint'])}",
        }
    ]


def _identifiers(manifest: Mapping[str, Any]) -> list[Entity]:
    numbers = f"sha256:{one_line(manifest['model']['fingerprint'])}"
    found = [
        {"@id": NUMBERS, "@type": "PropertyValue", "name": "Fingerprint of the numbers", "value": numbers}
    ]
    doi = bare_doi((manifest["citation"] or {}).get("doi", ""))
    if doi:
        url = f"https://doi.org/{doi}"
        found.append(
            {
                "@id": url,
                "@type": "PropertyValue",
                "propertyID": DOI_PROPERTY,
                "value": f"doi:{doi}",
                "url": url,
            }
        )
    return found


def _refs(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"@id": name} for name in names]


def _one_or_more(names: Iterable[str]) -> dict[str, str] | list[dict[str, str]] | None:
    """Refer to entities as the specification wants it: no list of one."""
    refs = _refs(names)
    return refs if len(refs) > 1 else next(iter(refs), None)
