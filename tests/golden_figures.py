"""Pictures of every figure that a person has looked at, and how far a new drawing is from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from drawn_texts import drawn_texts
from figure_tables import first, jobs
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import imread, imsave
from present_example import make_example

from readout_nlp.present.style import figure_of, style

FOLDER = Path(__file__).parent / "golden" / "figures"
DPI = 72
FRAME = {"left": 0.32, "right": 0.97, "bottom": 0.2, "top": 0.84, "hspace": 0.7, "wspace": 0.25}
BLOCK = 6  # pixels
SHIFT = 1  # pixels
AROUND = 6  # pixels around letters that are not compared
TOLERANCE = 20.0  # of 255


def golden_jobs():
    """Figures in the width and language of the pictures, by name."""
    return jobs(make_example(), language="zh", width="one", synthetic=True)


def pixels(drawn):
    """Draw a figure: colours from 0 to 255, of shape (height, width, 3), and where letters may stand."""
    figure = figure_of(first(drawn))
    # a layout that does not depend on how wide letters are, which every version of FreeType finds otherwise
    figure.set_layout_engine(None)
    figure.subplots_adjust(**FRAME)
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    with style():
        texts = drawn_texts(figure, canvas)
    values = np.asarray(canvas.buffer_rgba())[..., :3].astype(float)
    high = len(values)
    held = np.zeros(values.shape[:2], bool)
    legends = [legend.get_window_extent().extents for legend in figure.legends]  # as wide as their letters
    for left, low, right, top in [*(box for _, box, _ in texts), *legends]:
        rows = slice(max(0, int(high - top) - AROUND), max(0, int(high - low) + AROUND))
        held[rows, max(0, int(left) - AROUND) : max(0, int(right) + AROUND)] = True
    return values, held


def picture(name):
    """Give the picture kept under this name."""
    return 255.0 * imread(FOLDER / f"{name}.png")[..., :3].astype(float)


def keep(name, values):
    """Write the picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.png"
    imsave(path, np.round(values).astype(np.uint8), metadata={"Software": None})
    return path


def distance(one, other, held):
    """Root mean square difference, 0 to 255, of the block of pixels that differs most.

    Letters are not compared, since every version of FreeType sets them in its own way; other tests read them
    and their layout. Each block is compared where it fits best within a shift of one pixel. No bar becomes
    longer by that, no dot hollow, no line absent.
    """
    if one.shape != other.shape:
        return float("inf")
    one, other = (np.where(held[..., None], 255.0, values) for values in (one, other))
    return max(_one_way(one, other, held), _one_way(other, one, held))


def _one_way(one, other, held):
    """How badly the blocks of one picture are found again in the other."""
    padded = np.pad(other, ((SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0)), mode="edge")
    blank = np.pad(held, SHIFT)
    high, wide = one.shape[:2]
    best = None
    for down in range(2 * SHIFT + 1):
        for right in range(2 * SHIFT + 1):
            at = slice(down, down + high), slice(right, right + wide)
            gap = np.where((blank[at] | held)[..., None], 0.0, one - padded[at])
            found = _blocks(gap**2)
            best = found if best is None else np.minimum(best, found)
    return float(np.sqrt(best.max()))


def _blocks(values):
    high, wide = (side // BLOCK * BLOCK for side in values.shape[:2])
    cut = values[:high, :wide].reshape(high // BLOCK, BLOCK, wide // BLOCK, BLOCK, 3)
    return cut.mean(axis=(1, 3, 4))
