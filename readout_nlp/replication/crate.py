"""The RO-Crate of a replication package: what is in it, in the form that repositories and catalogues read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from readout_nlp.saved.credits import Author, authors_of, one_line
from readout_nlp.saved.manifest import to_json
from readout_nlp.saved.rocrate import CRATE, FORMATS, ROOT, SOFTWARE, SPECIFICATION, FileFacts
from readout_nlp.saved.verify import SUMS

ANALYSIS = "#analysis"
MEDIA = {
    **FORMATS,
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".whl": "application/zip",
}
NO_LICENCE = "No licence was stated: ask the authors before you use it."

Entity = dict[str, Any]


def package_crate(manifest: Mapping[str, Any], files: Mapping[str, FileFacts]) -> str:
    """Give the metadata of a package as RO-Crate, JSON-LD; nothing in it is invented.

    Parameters
    ----------
    manifest
        The manifest of the package.
    files
        Every file but the crate and the seal, by name.
    """
    people = {f"#author-{place}": author for place, author in enumerate(authors_of(manifest), start=1)}
    names = [*sorted(files), SUMS]
    graph = [
        {
            "@id": CRATE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": SPECIFICATION},
            "about": {"@id": ROOT},
        },
        _root(manifest, names, people),
        *(_file(name, files.get(name), manifest["about"].get(name)) for name in names),
        *(_person(key, author) for key, author in people.items()),
        _analysis(files),
        {
            "@id": SOFTWARE,
            "@type": "SoftwareApplication",
            "name": one_line(manifest["run"]["package"]["name"]),
            "version": one_line(manifest["run"]["package"]["version"]),
        },
    ]
    return to_json({"@context": f"{SPECIFICATION}/context", "@graph": graph})


def _root(manifest: Mapping[str, Any], names: Iterable[str], people: Iterable[str]) -> Entity:
    given = manifest["citation"]
    synthetic = (
        "The corpus is synthetic: nothing in it is about a real place. " if manifest["synthetic"] else ""
    )
    root = {
        "@id": ROOT,
        "@type": "Dataset",
        "name": one_line(given["title"]),
        "description": f"{synthetic}Replication package of an analysis of official Chinese meeting readouts: "
        "settings, environment, codebook, tables, figures, model and report.",
        "license": one_line(given.get("license") or NO_LICENCE),
        "hasPart": _refs(names),
        "mentions": [{"@id": ANALYSIS}],
    }
    return root | ({"author": _refs(people)} if people else {})


def _file(name: str, facts: FileFacts | None, about: str | None) -> Entity:
    media = MEDIA.get(PurePosixPath(name).suffix, "text/plain")
    entity = {"@id": _address(name), "@type": "File", "name": name, "encodingFormat": media}
    if about:
        entity["description"] = about
    return entity | ({} if facts is None else {"contentSize": str(facts.size), "sha256": facts.sha256})


def _person(key: str, author: Author) -> Entity:
    if author.name:
        return {"@id": author.orcid or key, "@type": ["Person", "Organization"], "name": author.name}
    printed = f"{author.family}, {author.given}" if author.given else author.family
    return {"@id": author.orcid or key, "@type": "Person", "name": printed}


def _analysis(files: Iterable[str]) -> Entity:
    results = (name for name in files if name.startswith(("tables/", "figures/", "model/", "report")))
    return {
        "@id": ANALYSIS,
        "@type": "CreateAction",
        "name": "The analysis",
        "instrument": {"@id": SOFTWARE},
        "object": [{"@id": "recipe.toml"}],
        "result": _refs(sorted(results)),
    }


def _refs(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"@id": _address(name)} for name in names]


def _address(name: str) -> str:
    return name if name.startswith("#") else quote(name)
