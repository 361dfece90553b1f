r"""Formulas as SVG, drawn at build by matplotlib: a reader needs neither TeX nor a network.

MathJax would be loaded from elsewhere. Matplotlib reads the part of TeX that these pages use (`\frac`,
`\sum`, sub- and superscripts, Greek); a formula that it cannot read fails the build. The alternative text is
the TeX source.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

POINTS = 13.5  # size of a formula among text of 16 pixels: its letters are small for their size
PIXELS = 4 / 3  # a point in CSS pixels


@cache
def drawn(tex: str) -> tuple[str, float, float, float]:
    """Give the SVG of one line of `tex`, its width, height and depth below the baseline in pixels."""
    source = f"${' '.join(tex.split())}$"
    with mpl.rc_context({"svg.hashsalt": "readout_nlp", "svg.fonttype": "path"}):
        font = FontProperties(size=POINTS, math_fontfamily="stix")
        width, height, depth, _, _ = MathTextParser("path").parse(source, dpi=72, prop=font)
        figure = Figure(figsize=(width / 72, height / 72))
        figure.patch.set_visible(False)
        figure.text(0, depth / height, source, fontproperties=font)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return out.getvalue(), width * PIXELS, height * PIXELS, depth * PIXELS


def image(tex: str) -> str:
    """Give the HTML of one formula: an image on the baseline whose alternative text is `tex`."""
    svg, width, height, depth = drawn(tex)
    data = base64.b64encode(svg.encode()).decode()
    style = f"width:{width:.1f}px;height:{height:.1f}px;vertical-align:{-depth:.1f}px"
    source = f"data:image/svg+xml;base64,{data}"
    return f'<img class="formula" style="{style}" alt="{escape(tex, quote=True)}" src="{source}">'


def inline(translator: Any, node: nodes.math) -> None:
    """Write a formula within a line."""
    from docutils.nodes import SkipNode

    translator.body.append(image(node.astext()))
    raise SkipNode


def display(translator: Any, node: nodes.math_block) -> None:
    r"""Write a formula of its own, a line for every `\\`."""
    from docutils.nodes import SkipNode

    lines = [line for line in re.split(r"\\\\", node.astext()) if line.strip()]
    translator.body.append('<div class="formula">')
    translator.body.extend(f"<p>{image(line)}</p>" for line in lines)
    translator.body.append("</div>\n")
    raise SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Take the place of MathJax."""
    app.add_html_math_renderer("mathtext", inline_renderers=(inline, None), block_renderers=(display, None))
    app.config.html_math_renderer = "mathtext"  # type: ignore[attr-defined]
    return {"parallel_read_safe": True, "parallel_write_safe": True}
