"""Draw the pictures that the tests of figures compare with: tests/golden/figures/*.png.

    python tools/build_golden_figures.py [NAME...]

Run it after a figure was changed on purpose, look at every picture that git shows as changed, and commit
those. For each figure the distance to the picture before is printed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from golden_figures import FOLDER, distance, golden_jobs, keep, picture, pixels


def build(names: list[str]) -> None:
    """Draw the figures of these names, or all, and say what changed."""
    for name, draw in golden_jobs().items():
        if names and name not in names:
            continue
        drawn, held = pixels(draw())
        there = (FOLDER / f"{name}.png").exists()
        before = f"{distance(drawn, picture(name), held):5.1f} from before" if there else "new"
        path = keep(name, drawn)
        print(f"{name:14} {path.stat().st_size / 1000:5.1f} kB  {before}")


if __name__ == "__main__":
    build(sys.argv[1:])
