"""Draw seconds against readouts for the documentation, from the stored results of benchmarks/national_run.py.

Usage: python tools/build_scale_figure.py     (writes docs/figures/scale.svg)
"""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PICTURE = ROOT / "docs" / "figures" / "scale.svg"
STAGES = (("corpus",), ("tokens",), ("lda", "nmf", "clusters"), ("tables",), ("write", "report", "figures"))


def main() -> None:
    """Draw the total and its parts, and a line of exponent 1 through the smallest run."""
    rows = json.loads((RESULTS / "national_text.json").read_text())
    sizes = [row["readouts"] for row in rows]
    totals = [row["seconds"] for row in rows]
    mpl.rcParams.update({"svg.hashsalt": "scale", "svg.fonttype": "path", "font.size": 8})
    figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
    axes.plot(sizes, totals, "o-", color="black", label="whole run")
    for names, mark in zip(STAGES, "s^vDx", strict=True):
        seconds = [sum(row["stages"].get(name, 0) for name in names) for row in rows]
        axes.plot(sizes, seconds, f"{mark}-", markersize=4, linewidth=0.8, label=", ".join(names))
    line = [totals[0] * size / sizes[0] for size in sizes]
    axes.plot(sizes, line, ":", color="grey", label="in proportion")
    axes.set(xscale="log", yscale="log", xlabel="readouts", ylabel="seconds")
    axes.legend(fontsize=6, frameon=False)
    figure.savefig(PICTURE, metadata={"Date": None})
    print(PICTURE)


if __name__ == "__main__":
    main()
