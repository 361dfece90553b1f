"""How every figure looks: publication defaults, held in a context so that nothing global changes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.present.fonts import font_family
from readout_nlp.present.names import shortened, width_of, wrapped
from readout_nlp.present.strings import strings

Width = Literal["one", "two"] | float  # of a figure: columns of a journal, or inches

ONE_COLUMN = 3.5  # inches, as most journals print
TWO_COLUMNS = 7.2
COLUMNS = {"one": ONE_COLUMN, "two": TWO_COLUMNS}
NARROWEST, WIDEST = 2.0, 40.0  # inches
PAGE = 9.0  # inches that a figure may be high on a printed page
PANEL = 1.7  # inches that a small panel needs
SMALLEST = 5.0  # points that can still be read in print
INK = "#1d2733"
FAINT = "#a9b4bf"
# blue and vermilion of Okabe & Ito: told apart under every common colour blindness
BLUE = "#0072b2"
VERMILION = "#d55e00"
GREEN = "#009e73"
SEQUENCE = ("#f4f7fa", "#d3e2ee", "#9cc3dd", "#5a9bc6", "#25699b", "#0b3a63")
SYNTHETIC = "合成数据 synthetic data"
HATCH = "//////"

_RC: dict[str, Any] = {
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # nothing stands above a panel that its title must clear
    "axes.labelsize": 8.0,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "legend.frameon": False,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "hatch.linewidth": 0.4,
    "axes.unicode_minus": True,
    "svg.fonttype": "path",  # right on a machine without Chinese fonts
    "svg.hashsalt": "readout_nlp",
    "pdf.fonttype": 3,  # outlines: the font is of the OpenType kind that type 42 cannot hold
    "savefig.dpi": 200,
    "figure.dpi": 100,
}


@cache
def sequential() -> LinearSegmentedColormap:
    """Colours from pale to deep blue: luminance falls steadily, so it also reads in grey print."""
    return LinearSegmentedColormap.from_list("readout_blue", SEQUENCE)


def style() -> AbstractContextManager[None]:
    """Publication defaults within a ``with`` block; the reader's own settings stay as they are."""
    plain = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith("backend")}
    settings: Any = plain | _rc()
    return mpl.rc_context(settings)


def _rc() -> dict[str, Any]:
    return {**_RC, "font.family": [font_family("sans")]}


def inches(width: Width | None, usual: float) -> float:
    """Width of a new figure in inches.

    Parameters
    ----------
    width
        ``one`` or ``two`` columns of a journal, or inches; None for the usual width.
    usual
        Inches that the data need, as far as they fit in two columns.

    Raises
    ------
    RecipeError
        If it is no width that can be printed.

    Examples
    --------
    >>> inches("one", 5.0), inches(4, 5.0), inches(None, 5.0)
    (3.5, 4.0, 5.0)
    """
    if width is None:
        return usual
    if isinstance(width, str) and width in COLUMNS:
        return COLUMNS[width]
    if isinstance(width, bool) or not isinstance(width, int | float) or not NARROWEST <= width <= WIDEST:
        raise RecipeError(
            f"width={width!r}",
            f"'one' or 'two' columns, or {NARROWEST:g} to {WIDEST:g} inches",
            "choose one of these",
        )
    return float(width)


def row_height(count: int, *, usual: float, rest: float) -> float:
    """Inches of a row of which there are `count`: as usual, or thinner so that all fit on a page.

    Rows are never so thin that their names could not be read: then the figure is longer than a page.

    Parameters
    ----------
    count
        Rows.
    usual
        Inches of a row where there is room.
    rest
        Inches above and below the rows.

    Examples
    --------
    >>> row_height(10, usual=0.2, rest=1.0), round(row_height(64, usual=0.2, rest=1.0), 3)
    (0.2, 0.125)
    """
    least = 1.3 * SMALLEST / 72
    return max(least, min(usual, (PAGE - rest) / max(count, 1)))


def new_axes(width: float, height: float) -> Axes:
    """Give the only Axes of a new Figure that no global state knows of."""
    axes: Axes = Figure(figsize=(width, height), layout="constrained").subplots()
    return axes


def new_panels(
    count: int, *, height: float, width: Width | None = None, panel: float = PANEL, own_y: bool = False
) -> list[Axes]:
    """Axes of `count` small multiples, for `same_scale` to give one scale; `height` is of one row of panels.

    As many stand side by side as have `panel` inches each. Only the first panel of a row names its y scale,
    unless each has its own; one with a panel below it leaves the x scale to that.

    Raises
    ------
    InputError
        If there is nothing to draw.
    """
    if count < 1:
        raise InputError("a table without rows", "at least one panel to draw", "check what was selected")
    wide = inches(width, TWO_COLUMNS)
    columns = max(1, min(int(wide / panel), count))
    rows = -(-count // columns)
    figure = Figure(figsize=(wide, height * rows + 0.5), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for unused in grid[count:]:
        unused.set_axis_off()
    for at, axes in enumerate(grid[:count]):
        axes.tick_params(labelbottom=at + columns >= count, labelleft=own_y or at % columns == 0)
    return list(grid[:count])


def same_scale(panels: Sequence[Axes], axis: Literal["x", "y"]) -> None:
    """Give panels one scale that holds all their data.

    Axes that matplotlib shares would have it too, but each of them asks all others at every turn: with forty
    panels that is most of the time.
    """
    spans = np.array([getattr(one.dataLim, f"interval{axis}") for one in panels])
    held = spans[np.isfinite(spans)]
    first = panels[0]
    if held.size:
        ends = np.array([held.min(), held.max()])
        first.update_datalim(np.column_stack([ends, ends]), updatex=axis == "x", updatey=axis == "y")
        first.autoscale_view()
    for one in panels:
        one.set(**{f"{axis}lim": getattr(first, f"get_{axis}lim")()})


def panel_titles(panels: Sequence[Axes], titles: Sequence[str]) -> None:
    """Title small panels in one size, smaller or cut where the longest would run into its neighbour."""
    room = 72 * figure_of(panels[0]).get_figwidth() * panels[0].get_position().width  # in points
    wide = max(1.0, *(width_of(line) for title in titles for line in title.split("\n")))
    usual = float(FontProperties(size=mpl.rcParams["axes.titlesize"]).get_size_in_points())
    for axes, title in zip(panels, titles, strict=True):
        size = min(usual, max(SMALLEST, room / wide))
        cut = "\n".join(shortened(line, room / size) for line in title.split("\n"))
        axes.set_title(cut, fontsize=size)


def give_title(ax: Axes, text: str, *, room: float = 0.8) -> None:
    """Title of the axes in as many lines as it needs in `room`, a part of the figure's width."""
    points = figure_of(ax).get_figwidth() * 72 * room
    size = float(FontProperties(size=mpl.rcParams["axes.titlesize"]).get_size_in_points())
    ax.set_title(wrapped(text, points / size))


def figure_of(axes: Axes) -> Figure:
    """Give the whole figure that `axes` stands in."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise TypeError("these axes are in no figure")
    return figure


def finish(axes: Axes, alt: str, *, synthetic: bool) -> None:
    """Attach the alt text; say in the figure that there is nothing to show, or that the data are made up."""
    figure = figure_of(axes)
    figure.set_label(alt)
    if alt in strings()["alt.nothing"].values() and not axes.texts:
        axes.text(0.5, 0.5, alt, transform=axes.transAxes, ha="center", va="center", fontsize=7)
    marked = any(text.get_text() == SYNTHETIC for text in figure.texts)
    if synthetic and not marked:
        figure.text(
            0.995,
            0.02 / figure.get_figheight(),
            SYNTHETIC,
            ha="right",
            va="bottom",
            fontsize=6,
            color=VERMILION,
        )
        foot = 0.14 / figure.get_figheight()
        engine = figure.get_layout_engine()
        if isinstance(engine, ConstrainedLayoutEngine):
            engine.set(rect=(0.0, foot, 1.0, 1.0 - foot))
