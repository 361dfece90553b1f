"""The card of a saved model: what a reader must know before using its numbers, in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from readout_nlp.errors import StoreError
from readout_nlp.saved.card_people import labelled, topic_lines, validation_lines
from readout_nlp.saved.cite import citation, title
from readout_nlp.saved.described_files import read_described
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.markdown import number, table, text

CARD = "README.md"
MAX_PLACES = 60
MAX_VALUES = 5
CONSENSUS = "consensus"  # the parameter that holds the evidence of one
SYNTHETIC = (
    "> **Synthetic.** This model was fitted on an invented corpus: fictional places, people and meetings. "
    "It shows how the methods work and says nothing about any real place."
)
PURPOSE = (
    "This folder holds a topic model of official Chinese meeting readouts (会议通报): which words go "
    "together, and how much of each document each topic holds. It is meant for describing the *published "
    "agenda* of places and years, for comparing them, and for measuring new readouts by the same topics."
)
LIMITS = (
    "A topic is a pattern of words that occur together; what it means is a reader's judgement.",
    "A share is a part of the published agenda. That a place attends to a matter is an inference from it.",
    "Readouts are selected and edited before publication; what was not published is not here.",
    "Shares of a place or year with few items are uncertain, and a gap is not a zero.",
    "Topics marked unstable change with the seed or the sample; no finding should rest on one of them.",
)
FILES = (
    ("model.safetensors", "the numbers, float64: `topic_terms` (topics x terms), and `state.*`"),
    ("vocabulary.json", "the terms, in the order of the columns of `topic_terms`"),
    ("doc_topics.parquet", "`doc_id`, then the share of each topic in the document"),
    ("manifest.json", "everything on this card, for programs"),
    ("labels.csv", "labels by people: label, definition, examples, coder, date"),
    ("ro-crate-metadata.json", "the same facts for repositories and catalogues (RO-Crate, JSON-LD)"),
    ("SHA256SUMS", "the hash of every file, for `readout-nlp verify` or `sha256sum -c`"),
)


def render_card(manifest: Mapping[str, Any], labels: pd.DataFrame | None = None) -> str:
    """Give the card of the model that `manifest` describes, with its labels as they are now, as Markdown."""
    sections = {
        "What it is for": [PURPOSE],
        "Corpus and coverage": _corpus(manifest),
        "Settings": _settings(manifest),
        "Quality": _quality(manifest),
        "Stability": _stability(manifest),
        "Topics": topic_lines(labelled(manifest["topics"], labels)),
        "Human validation": validation_lines(manifest),
        "Limits": [f"- {limit}" for limit in (*map(text, manifest["notes"]), *LIMITS)],
        "How to cite": _cite(manifest),
        "Files": [f"- `{name}`: {what}" for name, what in (*FILES, *_attached(manifest))],
    }
    lines = [f"# {text(title(manifest))}", ""]
    if manifest["corpus"] and manifest["corpus"]["synthetic"]:
        lines = [SYNTHETIC, "", *lines]
    for heading, body in sections.items():
        lines += [f"## {heading}", "", *body, ""]
    return "\n".join(lines)


def _attached(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, "given with the model by those who saved it") for name in manifest["attachments"]]


def read_card(folder: str | Path) -> str:
    """Read the card of a saved model.

    Raises
    ------
    StoreError
        `folder` is not a saved model, or its card is missing.
    """
    read_manifest(folder)
    path = Path(folder) / CARD
    try:
        return read_described(path)
    except (OSError, UnicodeDecodeError) as fault:
        raise StoreError(f"no card at {path}", "the card of a saved model", "get the folder again") from fault


def _corpus(manifest: Mapping[str, Any]) -> list[str]:
    corpus = manifest["corpus"]
    if corpus is None:
        return ["Not recorded: the model was saved without its corpus."]
    span = "none certain"
    if corpus["first_year"] is not None:
        span = f"{corpus['first_year']} to {corpus['last_year']}"
    lines = [
        f"- readouts: {corpus['n_readouts']}, with {corpus['n_items']} items",
        f"- places: {corpus['n_places']}; years: {span}",
        f"- readouts without a certain year: {corpus['n_without_year']}",
        f"- pages set aside: {corpus['n_quarantined']}",
        f"- fingerprint (SHA-256 over the sorted readout ids): `{corpus['fingerprint']}`",
    ]
    return lines + _coverage(manifest["coverage"])


def _coverage(coverage: Sequence[Mapping[str, Any]] | None) -> list[str]:
    if coverage is None:
        return ["- coverage by place and year: not recorded"]
    rows = [
        (
            *("" if place[name] is None else text(place[name]) for name in ("place", "place_code", "level")),
            *_years(place["years"]),
        )
        for place in coverage[:MAX_PLACES]
    ]
    left = len(coverage) - len(rows)
    more = ["", f"{left} more places in `manifest.json`."] if left else []
    header = ("place", "code", "level", "readouts", "items", "years without a readout")
    return ["", *table(header, rows), *more]


def _years(years: Mapping[str, Sequence[int]]) -> tuple[str, str, str]:
    gaps = [year for year, (readouts, _) in years.items() if not readouts]
    readouts, items = (sum(cell[part] for cell in years.values()) for part in (0, 1))
    return str(readouts), str(items), ", ".join(gaps) or "none"


def _settings(manifest: Mapping[str, Any]) -> list[str]:
    model, tokens = manifest["model"], manifest["tokens"]
    lines = [
        f"- method: {text(model['method'])}; {model['n_topics']} topics, {model['n_docs']} documents, "
        f"{model['n_terms']} terms",
        *(
            f"- {text(name)}: {_setting(value)}"
            for name, value in model["params"].items()
            if name != CONSENSUS
        ),
        f"- seed: {'not recorded' if manifest['seed'] is None else manifest['seed']}",
    ]
    if tokens:
        removed = ", ".join(f"{text(tier)} {n}" for tier, n in tokens["removed"].items())
        lines += [
            f"- one document is one {text(tokens['unit'])}; words left out, by tier: {removed or 'none'}"
        ]
    if manifest["lexicon"]:
        lines += [f"- lexicon fingerprint: `{manifest['lexicon']['fingerprint']}`"]
    for name, value in (manifest["recipe"] or {}).items():
        lines.append(f"- recipe: {text(name)} = {_setting(value)}")
    libraries = ", ".join(f"{name} {number}" for name, number in manifest["libraries"].items() if number)
    package = manifest["package"]
    return [*lines, f"- {package['name']} {package['version']}, Python {manifest['python']}, {libraries}"]


def _quality(manifest: Mapping[str, Any]) -> list[str]:
    quality = manifest["quality"]
    names = {
        "npmi": "mean NPMI coherence (-1 to 1, higher is better)",
        "exclusivity": "mean exclusivity (0 to 1, higher is better)",
    }
    return [f"- {what}: {number(quality[name], 'not measured')}" for name, what in names.items()]


def _stability(manifest: Mapping[str, Any]) -> list[str]:
    stability = manifest["stability"]
    if stability is None:
        return ["Not measured: fit again with other seeds before a finding rests on one topic."]
    unstable = ", ".join(map(text, stability["unstable"])) or "none"
    found = [f"- mean over topics (0 to 1): {number(stability['mean'])}", f"- unstable topics: {unstable}"]
    return [*found, *_consensus(manifest["model"]["params"].get(CONSENSUS))]


def _consensus(evidence: Mapping[str, Any] | None) -> list[str]:
    if evidence is None:
        return []
    central, alike = evidence["centrality"][evidence["centre"]], evidence["to_consensus"]
    return [
        f"- consensus of {evidence['n_fits']} fits from different seeds; mean top-10 Jaccard of their topics "
        f"with its own: {number(sum(alike) / len(alike))}; of the most central fit's with the others': "
        f"{number(central)}",
        "- stability of a topic: overlap of its counterparts in models from independent halves of the fits",
    ]


def _cite(manifest: Mapping[str, Any]) -> list[str]:
    license_ = (manifest["citation"] or {}).get("license")
    return [
        *("```bibtex", citation(manifest, "bibtex"), "```", ""),
        "Other forms: `readout-nlp cite FOLDER --format apa`, `--format cff`.",
        f"Licence: {text(license_) if license_ else 'none was given; ask the authors before use'}.",
    ]


def _setting(value: object) -> str:
    if isinstance(value, list):
        return (
            f"{len(value)} values" if len(value) > MAX_VALUES else text(", ".join(map(str, value)) or "none")
        )
    return "not set" if value is None else text(value)
