"""Recipe, provenance, warnings, timings and how to cite."""

from __future__ import annotations

from typing import Any

from readout_nlp.present import view
from readout_nlp.present.tables import (
    AnalysisLike,
)


def method_section(analysis: AnalysisLike) -> dict[str, Any]:
    """Recipe, provenance, warnings, timings and how to cite."""
    made = dict(analysis.provenance)
    seconds = {str(k): float(v) for k, v in dict(made.pop("seconds", {})).items()}
    made.pop("recipe", None)
    return {
        "recipe": view.flat(dict(analysis.recipe)),
        "provenance": view.flat(made),
        "warnings": analysis.warnings,
        "seconds": view.bars(seconds, ".1f"),
        "version": version_of(analysis),
        "fingerprint": analysis.corpus.fingerprint,
    }


def version_of(analysis: AnalysisLike) -> str:
    """Version of this package as the provenance states it; a dash where it does not."""
    found = dict(view.flat(dict(analysis.provenance)))
    keys = ("package.version", "versions.readout_nlp", "versions.readout-nlp")
    return next((found[key] for key in keys if key in found), "–")
