"""The texts that a figure really shows: where each stands, and which of them cover each other."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import combinations
from unittest.mock import patch

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

TOUCH = 0.75  # points that boxes may share: a box holds room for descenders that few letters have


@contextmanager
def _seen():
    """Collect every text that is drawn with its box in points; ticks out of view are not drawn."""
    found = []
    draw = Text.draw

    def draw_and_tell(self, renderer, *args, **kwargs):
        if self.get_visible() and self.get_text().strip():
            box = Text.get_window_extent(self, renderer)
            found.append((self.get_text(), box, self.get_fontsize()))
        return draw(self, renderer, *args, **kwargs)

    with patch.object(Text, "draw", draw_and_tell):
        yield found


def drawn_texts(figure, canvas=None):
    """Draw the figure; give (text, (left, low, right, high) in points, size in points) of each text."""
    canvas = canvas or FigureCanvasAgg(figure)
    with _seen() as found:
        canvas.draw()
    scale = 72 / figure.dpi
    return [
        (text, tuple(float(end) * scale for end in box.extents), float(size)) for text, box, size in found
    ]


def faults(figure):
    """Say what a reader would stumble over: texts upon each other, out of the page, or too small."""
    texts = list(
        {
            (text, tuple(round(end, 2) for end in box)): (text, box, size)
            for text, box, size in drawn_texts(figure)
        }.values()
    )
    wide, high = (72 * inches for inches in figure.get_size_inches())
    found = [f"{text!r} leaves the page" for text, box, _ in texts if _leaves(box, wide, high)]
    found += [f"{text!r} has {size:.1f} pt" for text, _, size in texts if size < 5.0 - 1e-9]
    found += [
        f"{one[0]!r} upon {other[0]!r}" for one, other in combinations(texts, 2) if _upon(one[1], other[1])
    ]
    return found


def _leaves(box, wide, high):
    return box[0] < -TOUCH or box[1] < -TOUCH or box[2] > wide + TOUCH or box[3] > high + TOUCH


def _upon(one, other):
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return across > TOUCH and along > TOUCH
