"""Figures on disk: PNG, SVG and PDF, of the same bytes for the same figure."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from matplotlib.figure import Figure
from matplotlib.text import Text

from readout_nlp import durable
from readout_nlp.errors import RecipeError
from readout_nlp.present.fonts import missing_glyphs
from readout_nlp.present.style import style

Format = Literal["png", "svg", "pdf"]

# nothing of the hour or the machine, so that the same figure is the same file
_METADATA: dict[str, Callable[[str], dict[str, Any]]] = {
    "png": lambda alt: {"Software": None, "Description": alt},
    "svg": lambda alt: {"Date": None, "Description": alt},
    "pdf": lambda alt: {"CreationDate": None, "Creator": None, "Producer": None, "Subject": alt},
}


def save_figure(
    figure: Figure, stem: Path | str, *, formats: Sequence[Format] = ("png", "svg")
) -> tuple[Path, ...]:
    """Write the figure next to `stem`, once a format; same figure, same bytes.

    Parameters
    ----------
    figure
        Drawn by a function of `readout_nlp.present.figures`; its label is the alt text.
    stem
        Path without suffix.
    formats
        Of ``png``, ``svg`` (letters as outlines: right on a machine without Chinese fonts) and ``pdf`` (the
        font within, its text can be searched).

    Returns
    -------
    tuple of Path
        In the order of `formats`.

    Raises
    ------
    RecipeError
        If a format is none of these.

    Warns
    -----
    UserWarning
        If the font lacks a character of the figure, which would be drawn as a box.

    Examples
    --------
    >>> import tempfile
    >>> from readout_nlp.present.style import new_axes
    >>> ax = new_axes(2, 2)
    >>> [path.name for path in save_figure(ax.figure, Path(tempfile.mkdtemp()) / "empty", formats=["svg"])]
    ['empty.svg']
    """
    unknown = [name for name in formats if name not in _METADATA]
    if unknown:
        raise RecipeError(f"the format {unknown[0]!r}", f"some of {', '.join(_METADATA)}", "choose of these")
    stem, alt, paths = Path(stem), str(figure.get_label()), []
    warn_of_boxes(figure)
    with style(), _said_once(), _laid_out(figure):
        for name in formats:
            path = stem.with_name(f"{stem.name}.{name}")
            with durable.aside(path) as side:
                figure.savefig(side, format=name, metadata=_METADATA[name](alt))
            paths.append(path)
    return tuple(paths)


@contextmanager
def _said_once() -> Iterator[None]:
    """Hold back matplotlib's own warnings of a missing glyph, one at every drawing of every character."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        yield


def warn_of_boxes(figure: Figure) -> None:
    """Warn of every character in the figure that its font cannot draw, by name."""
    texts: list[str] = [text.get_text() for text in figure.findobj(Text)]
    missing = missing_glyphs(texts)
    if missing:
        named = ", ".join(f"{char!r} (U+{ord(char):04X})" for char in missing)
        warnings.warn(f"the font has no glyph for {named}: drawn as a box", stacklevel=3)


@contextmanager
def _laid_out(figure: Figure) -> Iterator[None]:
    """Lay the figure out once for all formats: of small multiples that is half the time of writing them."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    # with "none" an engine stays that lays out nothing, yet has all drawn twice
    figure.set_layout_engine(None)
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
