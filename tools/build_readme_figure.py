"""Draw the figure of the README from the built-in sample: shares of topics by year.

Usage: python tools/build_readme_figure.py [FOLDER]     (default: docs/figures)
"""

from __future__ import annotations

import sys
from pathlib import Path

import readout_nlp as rn

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 8


def build(folder: Path) -> tuple[Path, Path]:
    """Fit NMF to the sample and draw the topics whose share moved most."""
    corpus = rn.sample_corpus()
    counts = rn.count_terms(rn.tokenize(corpus))
    topics = rn.fit_nmf(counts, n_topics=26)
    labels = dict(rn.topic_table(topics, counts)[["topic", "label"]].itertuples(index=False))
    shares = rn.topic_shares(topics, corpus, by="year")
    moved = shares.groupby("topic")["share"].agg(lambda share: share.max() - share.min()).nlargest(SHOWN)
    axes = rn.figures.plot_shares_over_time(
        shares[shares["topic"].isin(moved.index)],
        panels="topic",
        titles=labels,
        language="en",
        synthetic=corpus.synthetic,
    )
    return rn.figures.save_figure(axes[0].figure, folder / "shares-by-year")


if __name__ == "__main__":
    for path in build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "figures"):
        print(path)
