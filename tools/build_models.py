"""Build `models/sample`, the saved model of the synthetic sample.

Usage: python tools/build_models.py [FOLDER]     (default: models/sample)
"""

from __future__ import annotations

import sys
from pathlib import Path

import readout_nlp as rn

ROOT = Path(__file__).resolve().parents[1]
RECIPE = rn.Recipe(n_topics=24)
SAMPLE = {"cities": 12, "years": 8, "per_cell": 6}


def build(folder: Path) -> Path:
    """Analyse a small sample and save its main model."""
    analysis = rn.analyse(rn.sample_corpus(**SAMPLE), RECIPE)
    return rn.save_model(
        analysis.topics,
        folder,
        corpus=analysis.corpus,
        tokens=analysis.tokens,
        tables=analysis.tables,
        recipe=analysis.recipe,
        citation={
            "title": "Topics of the synthetic sample of readout_nlp",
            "authors": ["The readout_nlp developers"],
            "year": 2026,
            "license": "BSD-3-Clause",
        },
        overwrite=True,
    )


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "models" / "sample"))
