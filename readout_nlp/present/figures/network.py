"""Who takes wording from whom."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from readout_nlp.present.alt_evidence import describe_reuse
from readout_nlp.present.figures.rows import flagged
from readout_nlp.present.names import Names, renamed, shortened
from readout_nlp.present.strings import Language, say
from readout_nlp.present.style import (
    BLUE,
    FAINT,
    ONE_COLUMN,
    VERMILION,
    Width,
    finish,
    give_title,
    inches,
    new_axes,
    style,
)

SHOWN_LINKS = 24
LEVEL = 0.05  # of q
ROOM = 1.5  # radii of the circle on each side: names stand outside it


def plot_reuse_network(
    network: pd.DataFrame,
    *,
    most: int = SHOWN_LINKS,
    ax: Axes | None = None,
    labels: Names | None = None,
    width: Width | None = None,
    language: Language = "zh",
    synthetic: bool = False,
) -> Axes:
    """Places on a circle with arrows from who wrote a passage first to who wrote it later.

    Parameters
    ----------
    network
        As `readout_nlp.reuse_network` gives it: ``source_place``, ``target_place``, ``directed``,
        ``n_passages``, ``excess``, ``q``, ``thin``.
    most
        How many links, those that exceed most what chance would bring; links without a direction are left
        out.
    ax, labels, width, language, synthetic
        As in `plot_coverage`.

    Returns
    -------
    matplotlib.axes.Axes
        The wider an arrow, the more passages. Vermilion: q < .05; dashed: thin. Places that share most
        passages stand side by side; the same table gives the same picture.

    Examples
    --------
    >>> rows = {"source_place": ["甲市"], "target_place": ["乙市"], "directed": True, "n_passages": [9],
    ...         "excess": [5.0], "q": [0.01], "thin": False}
    >>> sorted(text.get_text() for text in plot_reuse_network(pd.DataFrame(rows)).texts)
    ['乙市', '甲市']
    """
    with style():
        links = renamed(
            renamed(network, "source_place", labels=labels, language=language),
            "target_place",
            labels=labels,
            language=language,
        )
        links = strongest_links(links, most)
        wide = inches(width, ONE_COLUMN)
        ax = ax or new_axes(wide, min(0.95 * wide, 5.0))
        order = circle_order(links)
        spots = _circle(len(order))
        where = dict(zip(order, spots, strict=True))
        _arrows(ax, links, where)
        ax.plot(*spots.T, "o", color=BLUE, markersize=4, zorder=3)
        for name, spot in where.items():
            _name(ax, name, spot)
        ax.set_xlim(-ROOM, ROOM)
        ax.set_ylim(-1.2, 1.2)
        ax.set_aspect("equal")
        ax.set_axis_off()
        give_title(ax, say("figure.reuse", language))
        finish(ax, describe_reuse(links, language), synthetic=synthetic)
    return ax


def strongest_links(network: pd.DataFrame, most: int) -> pd.DataFrame:
    """Directed links with the largest excess over chance, in an order that does not depend on the table's."""
    directed = network[network["directed"].astype(bool)]
    by = "excess" if directed["excess"].notna().any() else "n_passages"
    ordered = directed.sort_values([by, "source_place", "target_place"], ascending=[False, True, True])
    return ordered.head(most)


def circle_order(links: pd.DataFrame) -> list[str]:
    """Order of places on the circle: each beside the one that it shares most passages with.

    Examples
    --------
    >>> links = {"source_place": list("aab"), "target_place": list("bcd"), "n_passages": [9, 1, 5]}
    >>> circle_order(pd.DataFrame(links))
    ['b', 'a', 'c', 'd']
    """
    names = sorted({*map(str, links["source_place"]), *map(str, links["target_place"])})
    if not names:
        return []
    position = {name: number for number, name in enumerate(names)}
    weight = np.zeros((len(names), len(names)))
    for source, target, n in zip(
        links["source_place"], links["target_place"], links["n_passages"], strict=True
    ):
        weight[position[str(source)], position[str(target)]] += float(n)
    weight = weight + weight.T
    order = [int(weight.sum(axis=1).argmax())]
    left = [row for row in range(len(names)) if row != order[0]]
    while left:
        order.append(left.pop(int(weight[order[-1], left].argmax())))
    return [names[row] for row in order]


def _circle(count: int) -> npt.NDArray[np.float64]:
    """Points on the circle, the first on top, then clockwise."""
    turn = np.pi / 2 - 2 * np.pi * np.arange(count) / max(count, 1)
    return np.column_stack([np.cos(turn), np.sin(turn)])


def _arrows(ax: Axes, links: pd.DataFrame, where: dict[str, npt.NDArray[np.float64]]) -> None:
    widest = max(links["n_passages"].max(), 1) if len(links) else 1
    thin = flagged(links.get("thin"), len(links))
    sure = links["q"].to_numpy(float) < LEVEL
    for row, (source, target, n) in enumerate(
        zip(links["source_place"], links["target_place"], links["n_passages"], strict=True)
    ):
        ax.add_patch(
            FancyArrowPatch(
                tuple(where[str(source)]),
                tuple(where[str(target)]),
                arrowstyle="-|>",
                mutation_scale=6,
                connectionstyle="arc3,rad=0.12",  # curved, so that there and back are two arrows
                linewidth=0.4 + 1.6 * float(n) / float(widest),
                linestyle="--" if thin[row] else "-",
                color=VERMILION if sure[row] else FAINT,
                shrinkA=4,
                shrinkB=4,
                zorder=2 if sure[row] else 1,
            )
        )


def _name(ax: Axes, name: str, spot: npt.NDArray[np.float64]) -> None:
    x, y = float(spot[0]), float(spot[1])
    across = "center" if abs(x) < 0.2 else "left" if x > 0 else "right"
    along = "center" if abs(y) < 0.9 else "bottom" if y > 0 else "top"
    ax.text(1.06 * x, 1.06 * y, shortened(name, 8), ha=across, va=along, fontsize=6)
