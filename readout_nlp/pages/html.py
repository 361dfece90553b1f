"""HTML -> lines: block structure kept, scripts and hidden parts gone, the element of the main text marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from readout_nlp.pages.lines import is_prose
from readout_nlp.pages.script import count_han
from readout_nlp.reference.furniture import main_text_selectors, meta_tag_fields

_SKIPPED = re.compile(
    "script|style|noscript|iframe|select|button|textarea|template|svg|title|rt|rp|object|map|head"
)
_INLINE = re.compile(
    "a|abbr|acronym|b|big|cite|code|del|em|font|i|ins|kbd|label|mark|q|s|small|span|strike|strong|sub|sup|tt|u|var"
    "|ruby|rb|o:p|st1:.*"
)
_VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr")
# they end a line but hold no text of others: an element that holds paragraphs is what we look for
_PARAGRAPHS = re.compile("p|h[1-6]|li|dt|dd|center|pre|blockquote|figcaption")
_HEADINGS = frozenset(("h1", "h2", "h3"))
_MAIN = "readout-main"
_RAW_TEXT = ["script", "style", "iframe", "noembed", "noframes", "xmp", "object"]
# as the parser writes a tree: ` name="value"` always so; a name may hold a stray quote, a value any ">"
_TAG = re.compile(r"<(?:!--.*?-->|![^>]*>|(/?)([a-zA-Z][^\s/>]*)((?: [^\s>=]+=\"[^\"]*\")*)>)", re.DOTALL)
_HIDDEN = re.compile(r"display\s{0,3}:\s{0,3}none", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
# a line end between two wide characters is the editor's, not the author's: browsers show nothing for it
_WRAP = re.compile(r"(?<=[\u2e80-\uffef])[ \t]*[\n\r][ \t\n\r\f]*(?=[\u2e80-\uffef])")
_SHARE_OF_PROSE = 0.85
_SHARE_OF_BEST = 0.5


@dataclass(frozen=True, slots=True)
class HtmlLine:
    """A line of a page with what its markup says; `inside` tells whether it is in the main text's element."""

    text: str
    inside: bool
    heading: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """An HTML page as lines, with the values of its meta tags and its ``<title>``."""

    lines: tuple[HtmlLine, ...]
    tags: dict[str, str]
    title: str | None


def read_html(source: str) -> HtmlPage:
    """Give the lines of an HTML page in reading order, each marked as inside or outside the main text.

    Examples
    --------
    >>> page = read_html("<title>甲</title><div id=zoom><p>会议指出：</p>要<b>抓</b>落实。<br>完</div>版权")
    >>> [(line.text, line.inside) for line in page.lines]
    [('会议指出：', True), ('要抓落实。', True), ('完', True), ('版权', False)]
    """
    tree = LexborHTMLParser(source)
    title = tree.css_first("title")
    tags = _meta_tags(tree)
    tree.strip_tags(_RAW_TEXT)
    marked = _mark_main(tree)
    lines, parents = _scan(tree.html or "")
    if not marked:
        lines = _mark_by_prose(lines, parents)
    return HtmlPage(
        tuple(HtmlLine(one.text, one.inside, one.heading, one.linked) for one in lines),
        tags,
        _tidy(title.text()) or None if title is not None else None,
    )


def _meta_tags(tree: LexborHTMLParser) -> dict[str, str]:
    """Values of meta tags by field (title, published, source, column, site_code, url)."""
    found: dict[str, str] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        value = _tidy(attributes.get("content") or "")
        if name and value:
            found.setdefault(name, value)
    return {
        field_name: next(found[tag] for tag in tags if tag in found)
        for field_name, tags in meta_tag_fields().items()
        if any(tag in found for tag in tags)
    }


def _mark_main(tree: LexborHTMLParser) -> bool:
    """Mark the known container with the most text; False if none holds a fair share of the page's text."""
    body = tree.body
    if body is None:
        return False
    sizes: list[tuple[int, LexborNode]] = []
    for selector in main_text_selectors():
        sizes += [(_sentences(node), node) for node in tree.css(selector)]
    if not sizes:
        return False
    most = max(size for size, _ in sizes)
    if most < max(1, _SHARE_OF_BEST * _sentences(body)):
        return False
    # the first (most specific) of those that hold nearly everything
    node = next(node for size, node in sizes if size >= 0.9 * most)
    node.attrs[_MAIN] = "1"
    return True


def _sentences(node: LexborNode) -> int:
    """Count full stops: menus have none, and no other measure is as cheap."""
    return node.text().count("。")


@dataclass(slots=True)
class _Pending:
    """The line being gathered."""

    block: int
    inside: bool
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    heading: bool = False


@dataclass(frozen=True, slots=True)
class _Scanned:
    text: str
    inside: bool
    heading: bool
    linked: bool
    block: int


def _scan(source: str) -> tuple[list[_Scanned], list[int]]:
    """Walk the serialised tree once; give its lines and the parent of each block element."""
    scanner = _Scanner()
    last = 0
    for tag in _TAG.finditer(source):
        if tag.start() > last:
            scanner.text(source[last : tag.start()])
        last = tag.end()
        if tag.group(2):
            scanner.tag(tag.group(2).lower(), closing=bool(tag.group(1)), attributes=tag.group(3))
    scanner.text(source[last:])
    scanner.flush()
    return scanner.lines, scanner.parents


class _Scanner:
    """State of one walk: open elements, and the line being gathered."""

    def __init__(self) -> None:
        self.lines: list[_Scanned] = []
        self.parents: list[int] = [0]
        self._open: list[tuple[str, int, bool, bool]] = []  # name, block, inside, skipped
        self._links = 0
        self._pending = _Pending(0, inside=False)

    def text(self, piece: str) -> None:
        if self._open and self._open[-1][3]:
            return
        self._pending.pieces.append(piece)
        if self._links:
            self._pending.linked += count_han(piece)

    def tag(self, name: str, *, closing: bool, attributes: str) -> None:
        if _VOID.fullmatch(name):
            if name in ("br", "hr"):
                self.flush()
            return
        if closing:
            self._close(name)
        else:
            self._start(name, attributes)

    def _start(self, name: str, attributes: str) -> None:
        _, block, inside, skipped = self._open[-1] if self._open else ("", 0, False, False)
        if not _INLINE.fullmatch(name):
            self.flush()
        if not _INLINE.fullmatch(name) and not _PARAGRAPHS.fullmatch(name):
            self.parents.append(block)
            block = len(self.parents) - 1
        inside = inside or _MAIN in attributes
        skipped = (
            skipped or bool(_SKIPPED.fullmatch(name)) or (not inside and bool(_HIDDEN.search(attributes)))
        )
        self._open.append((name, block, inside, skipped))
        self._links += name == "a"
        self._renew()
        self._pending.heading |= name in _HEADINGS

    def _close(self, name: str) -> None:
        if not _INLINE.fullmatch(name):
            self.flush()
        if self._open and self._open[-1][0] == name:
            self._open.pop()
            self._links -= name == "a"
        self._renew()

    def _renew(self) -> None:
        if not self._pending.pieces:
            _, block, inside, _ = self._open[-1] if self._open else ("", 0, False, False)
            self._pending.block, self._pending.inside = block, inside

    def flush(self) -> None:
        """End the line being gathered."""
        pending = self._pending
        text = _tidy(unescape("".join(pending.pieces)))
        if text:
            linked = pending.linked * 2 > max(1, count_han(text))
            self.lines.append(_Scanned(text, pending.inside, pending.heading, linked, pending.block))
        self._pending = _Pending(pending.block, pending.inside)
        self._renew()


def _mark_by_prose(lines: list[_Scanned], parents: list[int]) -> list[_Scanned]:
    """Mark the lines under the deepest element that holds most of the page's sentences."""
    weights = [0] * len(parents)
    total = 0
    for line in lines:
        if line.linked or not is_prose(line.text):
            continue
        size = len(line.text)
        total += size
        for block in _ancestors(line.block, parents):
            weights[block] += size
    if not total:
        return [_Scanned(one.text, True, one.heading, one.linked, one.block) for one in lines]
    main = max(block for block, weight in enumerate(weights) if weight >= _SHARE_OF_PROSE * total)
    return [
        _Scanned(one.text, main in _ancestors(one.block, parents), one.heading, one.linked, one.block)
        for one in lines
    ]


def _ancestors(block: int, parents: list[int]) -> list[int]:
    chain = [block]
    while block:
        block = parents[block]
        chain.append(block)
    return chain


def _tidy(text: str) -> str:
    """Collapse white space as a browser does."""
    return _SPACE.sub(" ", _WRAP.sub("", text)).strip(" \u3000\xa0")
