"""HTML -> lines: block structure kept, scripts and hidden parts gone, the element of the main text marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from readout_nlp.pages.deep import TOO_DEEP, bare_lines, too_deep
from readout_nlp.pages.lines import is_prose
from readout_nlp.pages.script import count_han
from readout_nlp.reference.furniture import main_text_selectors, meta_tag_fields

_MAIN = "readout-main"
_UNREAD = (
    "script style noscript iframe noembed noframes xmp object select button textarea template svg map head"
)
_RUBY = "rt rp"  # readings printed above characters
_INLINE = (
    "abbr acronym b big bdo cite code del dfn em font i img input ins kbd label mark nobr q rb ruby s samp "
    "small span strike strong sub sup time tt u var wbr [a-z0-9]+:[a-z0-9]+"
)
# they end a line but are no element of their own: what we look for is the element that holds the paragraphs
_PARAGRAPHS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "center", "pre", "blockquote", "figcaption"]
)
_VOID = frozenset(["br", "hr", "area", "base", "col", "embed", "link", "meta", "param", "source", "track"])
_HEADINGS = frozenset(["h1", "h2", "h3"])
# as the parser writes a tree: ` name="value"` always so; a name may hold a stray quote, a value any ">"
_ATTRIBUTES = r"(?: [^\s>=]+=\"[^\"]*\")*"
_DROPPED = re.compile(
    rf"<(?:!--.*?-->|![^>]*>|/?(?:{'|'.join(_INLINE.split())}){_ATTRIBUTES}>)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*)({_ATTRIBUTES})>")
_EMPTY_RUN = re.compile(r"(<(p|div|li|td|br)></\2>)\1+")  # such pages exist by the megabyte
_SPACE = re.compile(r"[ \t\n\r\f]+")
# a line end between two wide characters is the editor's, not the author's: browsers show nothing for it
_WRAP = re.compile(r"(?<=[\u2e80-\uffef])[ \t]*[\n\r][ \t\n\r\f]*(?=[\u2e80-\uffef])")
_HIDDEN = '[style*="display:none" i], [style*="display: none" i]'
_SHARE_OF_PROSE = 0.85
_SHARE_OF_BEST = 0.5
_SHARE_OF_MOST = 0.95


class HtmlLine(NamedTuple):
    """A line of a page with what its markup says.

    Attributes
    ----------
    text
        The line, white space as a browser shows it.
    inside
        Whether it is in the element of the main text.
    heading
        Whether it is in an ``h1``, ``h2`` or ``h3``.
    linked
        Whether more than half of its Han characters are links.
    block
        Number of the element that holds its paragraph.
    """

    text: str
    inside: bool = True
    heading: bool = False
    linked: bool = False
    block: int = 0


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """An HTML page as lines, with the values of its meta tags and its ``<title>``."""

    lines: Sequence[HtmlLine]
    tags: dict[str, str]
    title: str | None
    note: str | None = None


def read_html(source: str) -> HtmlPage:
    """Give the lines of an HTML page in reading order, each marked as inside or outside the main text.

    Examples
    --------
    >>> page = read_html("<title>甲</title><div id=zoom><p>会议指出：</p>要<b>抓</b>落实。<br>完</div>版权")
    >>> [(line.text, line.inside) for line in page.lines]
    [('会议指出：', True), ('要抓落实。', True), ('完', True), ('版权', False)]
    """
    if too_deep(source):
        return HtmlPage([HtmlLine(line) for line in bare_lines(source)], {}, None, note=TOO_DEEP)
    tree = LexborHTMLParser(source)
    tags, title = _meta_tags(tree), tree.css_first("title")
    title_text = _tidy(title.text()) if title is not None else ""
    tree.strip_tags([*_UNREAD.split(), *_RUBY.split()])
    marked = _mark_main(tree)
    _drop_hidden(tree)
    lines, parents = _Scan().run(tree.body.html or "" if tree.body is not None else "")
    return HtmlPage(lines if marked else _mark_by_prose(lines, parents), tags, title_text or None)


def _meta_tags(tree: LexborHTMLParser) -> dict[str, str]:
    """Values of meta tags by field (title, published, source, column, site_code, url)."""
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        value = _tidy(attributes.get("content") or "")
        if name and value:
            found.setdefault(name, value)
    fields = meta_tag_fields().items()
    return {
        name: next(found[tag] for tag in tags if tag in found) for name, tags in fields if found.keys() & tags
    }


def _mark_main(tree: LexborHTMLParser) -> bool:
    """Mark the known container with the most text; False if none holds a fair share of the page's text."""
    if tree.body is None:
        return False
    sizes = [(_sentences(node), node) for node in tree.css(", ".join(main_text_selectors()))]
    most = max((size for size, _ in sizes), default=0)
    if most < max(1, _SHARE_OF_BEST * _sentences(tree.body)):
        return False
    # the innermost (last in the page's order) of those that hold nearly everything
    main = next(node for size, node in reversed(sizes) if size >= _SHARE_OF_MOST * most)
    while _DROPPED.fullmatch(f"<{main.tag}>") and main.parent is not None:
        main = main.parent
    main.attrs[_MAIN] = "1"
    return True


def _sentences(node: LexborNode) -> int:
    """Count full stops: menus have none, and no other measure is as cheap."""
    return node.text().count("。")


def _drop_hidden(tree: LexborHTMLParser) -> None:
    """Remove what is not shown, unless the main text is in it (a script shows that later)."""
    if tree.body is None:
        return
    for node in tree.css(_HIDDEN):
        if node.css_first(f"[{_MAIN}]") is None and 2 * _sentences(node) <= _sentences(tree.body):
            node.decompose()


class _Scan:
    """One walk over a serialised tree: the open elements, and the line being gathered."""

    def __init__(self) -> None:
        self._lines: list[HtmlLine] = []
        self._parents = [0]
        self._open: list[tuple[str, int, bool]] = []
        self._block, self._inside = 0, False
        self._links = 0
        self._heading = False
        self._pieces: list[str] = []
        self._linked = 0

    def run(self, source: str) -> tuple[list[HtmlLine], list[int]]:
        """Give the lines, and the parent of each block element."""
        source = _EMPTY_RUN.sub(r"\1", _DROPPED.sub("", source))
        last = 0
        for tag in _TAG.finditer(source):
            if tag.start() > last:
                self._text(source[last : tag.start()])
            last = tag.end()
            closing, name, attributes = tag.groups()
            if name == "a":
                self._links += -1 if closing else 1
            elif closing:
                self._close(name)
            else:
                self._start(name, attributes)
        self._text(source[last:])
        self._flush()
        return self._lines, self._parents

    def _text(self, piece: str) -> None:
        self._pieces.append(piece)
        if self._links > 0:
            self._linked += count_han(piece)

    def _start(self, name: str, attributes: str) -> None:
        self._flush()
        if name in _VOID:
            return
        self._open.append((name, self._block, self._inside))
        if name not in _PARAGRAPHS:
            self._parents.append(self._block)
            self._block = len(self._parents) - 1
        self._inside = self._inside or _MAIN in attributes
        self._heading = name in _HEADINGS

    def _close(self, name: str) -> None:
        self._flush()
        if self._open and self._open[-1][0] == name:
            _, self._block, self._inside = self._open.pop()
        self._heading = False

    def _flush(self) -> None:
        """End the line being gathered."""
        if not self._pieces:
            return
        text = _tidy(unescape("".join(self._pieces)))
        if text:
            linked = self._linked * 2 > max(1, count_han(text)) if self._linked else False
            self._lines.append(HtmlLine(text, self._inside, self._heading, linked, self._block))
        self._pieces.clear()
        self._linked = 0


def _mark_by_prose(lines: Sequence[HtmlLine], parents: Sequence[int]) -> list[HtmlLine]:
    """Mark the lines under the deepest element that holds most of the page's sentences."""
    weights = [0] * len(parents)
    total = 0
    for line in lines:
        if line.linked or not is_prose(line.text):
            continue
        total += len(line.text)
        weights[line.block] += len(line.text)
    # an element has a higher number than the one around it, so one pass from the end adds up all levels
    for block in range(len(parents) - 1, 0, -1):
        weights[parents[block]] += weights[block]
    if not total:
        return [line._replace(inside=True) for line in lines]
    main = max(block for block, weight in enumerate(weights) if weight >= _SHARE_OF_PROSE * total)
    within = {main}
    for block in range(main + 1, len(parents)):
        if parents[block] in within:
            within.add(block)
    # several times as fast as _replace()
    return [HtmlLine(one.text, one.block in within, one.heading, one.linked, one.block) for one in lines]


def _tidy(text: str) -> str:
    """Collapse white space as a browser does."""
    if "\n" in text or "\r" in text:
        text = _WRAP.sub("", text)
    return _SPACE.sub(" ", text).strip(" \u3000\xa0")
