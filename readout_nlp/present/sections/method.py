"""Recipe, provenance, warnings, timings and how to cite."""

from __future__ import annotations

from typing import Any

from readout_nlp.present import view
from readout_nlp.present.tables import COLUMNS, SQUARE, AnalysisLike, table_of
from readout_nlp.present.text import both, noticed

UNSTABLE = 0.5  # as `readout_nlp.topics` marks them
TERMS = (
    *("item", "act", "share", "gap", "thin", "interval", "tifa", "formula", "echo"),
    *("npmi", "exclusivity", "stability", "frex", "similarity"),
)


def method_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Recipe, provenance, warnings, timings and how to cite."""
    made = dict(analysis.provenance)
    seconds = {str(k): float(v) for k, v in dict(made.pop("seconds", {})).items()}
    made.pop("recipe", None)
    return {
        "recipe": view.flat(dict(analysis.recipe)),
        "provenance": view.flat(made),
        "warnings": [noticed(one) for one in analysis.warnings],
        "seconds": view.bars(seconds, ".1f"),
        "version": version_of(analysis),
        "fingerprint": analysis.corpus.fingerprint,
        "card": card(analysis),
        "terms": TERMS,
        "citations": {"BibTeX": bibtex(analysis), "APA": apa(analysis)},
        "tables": {name: both(f"rows.{name}") for name in (*COLUMNS, *SQUARE, "readouts")},
    }


def card(analysis: AnalysisLike) -> dict[str, str]:
    """Give the main lines of the model's card: what was fitted on what, and how it held."""
    fit, topics = analysis.topics, table_of(analysis, "topics")
    stable = topics["stability"].dropna().astype(float)
    return {
        "model": f"{fit.method}, K = {fit.n_topics}",
        "documents": f"{len(fit.doc_ids):,}",
        "vocabulary": f"{len(fit.vocabulary):,}",
        "stability": f"{stable.mean():.2f}" if len(stable) else "–",
        "unstable": f"{int((stable < UNSTABLE).sum())} / {len(topics)}",
    }


def bibtex(analysis: AnalysisLike) -> str:
    """Give a BibTeX entry for this analysis; synthetic data are called so in its title."""
    key = analysis.corpus.fingerprint[:8]
    return "\n".join(
        (
            f"@misc{{readout_nlp_{key},",
            f"  title        = {{{_title(analysis)}}},",
            f"  howpublished = {{readout\\_nlp {version_of(analysis)}}},",
            f"  note         = {{Corpus SHA-256 {analysis.corpus.fingerprint}; {_model(analysis)}}},",
            "}",
        )
    )


def apa(analysis: AnalysisLike) -> str:
    """Give the same as a line for a list of references; undated: the same input makes the same report."""
    corpus = analysis.corpus.fingerprint[:16]
    return (
        f"{_title(analysis)} (n.d.). [Report; corpus SHA-256 {corpus}…; {_model(analysis)}]. "
        f"Made with readout_nlp (Version {version_of(analysis)}) [Computer software]."
    )


def _title(analysis: AnalysisLike) -> str:
    kind = "Analysis of a synthetic corpus" if analysis.corpus.synthetic else "Analysis of a corpus"
    return f"{kind} of meeting readouts"


def _model(analysis: AnalysisLike) -> str:
    return f"{analysis.topics.method}, K = {analysis.topics.n_topics}"


def version_of(analysis: AnalysisLike) -> str:
    """Version of this package as the provenance states it; a dash where it does not."""
    found = dict(view.flat(dict(analysis.provenance)))
    keys = ("package.version", "versions.readout_nlp", "versions.readout-nlp")
    return next((found[key] for key in keys if key in found), "–")
