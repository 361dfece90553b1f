"""A page as found -> the text worth reading."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from readout_nlp.pages.decode import REPLACEMENT, Decoded, decode
from readout_nlp.pages.furniture import sort_lines
from readout_nlp.pages.glosses import is_glossed
from readout_nlp.pages.html import HtmlLine, read_html
from readout_nlp.pages.lines import LINE_ENDS, Line, fold, folded_lines
from readout_nlp.pages.metadata import document_title, gather_meta, site_names
from readout_nlp.pages.page import Page, PageText, Script, Step
from readout_nlp.pages.repair import repair, repair_steps
from readout_nlp.pages.repair_examples import examples_of
from readout_nlp.pages.script import changed_by, count_han, printed_script

_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|p|br|span|table|td|font|article|section|meta|h[1-6])\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_ODD_ENDS = "\r\x0b\x0c\x85\u2028\u2029"
_TOO_LITTLE = 60
_MUCH = 400
_LARGEST_FOR_FALLBACK = 2_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A page as lines, not yet sorted; `steps` were made on the lines inside, newlines between."""

    lines: Sequence[Line]
    steps: Sequence[Step]
    tags: dict[str, str] = field(default_factory=dict)
    title: str | None = None
    notes: tuple[str, ...] = ()


def extract_text(page: Page) -> PageText:
    r"""Read a page: decode it, find its main text, repair it, and set its furniture aside.

    Any bytes give a PageText; where no text is found `text` is empty. The repairs replay on
    ``printed_text(page)``, and every paragraph of `text` is found in what comes out.

    Examples
    --------
    >>> from readout_nlp.durable import sha256_bytes
    >>> data = "會議指出,要抓落實。(記者 王某)\n來源:某日報".encode()
    >>> found = extract_text(Page(origin="a.txt", data=data, sha256=sha256_bytes(data)))
    >>> found.text, found.meta.source, found.script
    ('会议指出,要抓落实。', '某日报', 'traditional')
    """
    decoded = decode(page.data)
    printed = _print(page, decoded)
    result = sort_lines(printed.lines, titles=_stated_titles(page, printed))
    return PageText(
        text="\n".join(cut.text for cut in result.kept),
        meta=gather_meta(result, printed.lines, tags=printed.tags, given=page.given, title=printed.title),
        furniture=(*result.furniture, *(("site_name", name) for name in site_names(printed.title))),
        steps=tuple(printed.steps),
        script=_script(printed),
        encoding=decoded.encoding,
        undecodable=decoded.undecodable,
        notes=(*printed.notes, *_lost_before(decoded)),
        examples=examples_of(printed.steps),
    )


def _script(printed: _Printed) -> Script:
    changed = sum(changed_by(step) for step in printed.steps if step.kind == "traditional")
    if not changed:  # as most pages
        return "simplified"
    return printed_script("".join(line.text for line in printed.lines if line.inside), changed=changed)


def _lost_before(decoded: Decoded) -> tuple[str, ...]:
    """Note characters that someone before us had replaced: bytes of theirs, not counted as undecodable."""
    lost = decoded.text.count(REPLACEMENT) - decoded.undecodable
    return (f"{lost} characters (U+FFFD) were lost before the page was saved",) if lost > 0 else ()


def printed_text(page: Page) -> str:
    r"""Give the lines of a page's main part as printed, before repair and with its furniture.

    Examples
    --------
    >>> from readout_nlp.durable import sha256_bytes
    >>> data = "<p>會(huì)議&nbsp;</p><p>指出</p>".encode()
    >>> printed_text(Page(origin="a.html", data=data, sha256=sha256_bytes(data)))
    '會(huì)議\n指出'
    """
    return _inside(_print(page, decode(page.data)))


def _inside(printed: _Printed) -> str:
    return "\n".join(line.raw for line in printed.lines if line.inside)


def looks_like_html(text: str) -> bool:
    """Say whether `text` is HTML: several tags of its vocabulary, or one at the start.

    Examples
    --------
    >>> looks_like_html("<p>会议</p><p>指出</p>"), looks_like_html("PM2.5<35 且 a>b")
    (True, False)
    """
    head = text[:200_000]
    if "<" not in head:
        return False
    tags = [found for _, found in zip(range(3), _MARKUP.finditer(head), strict=False)]
    return len(tags) >= 3 or any(not head[: tag.start()].strip("\ufeff \t\r\n") for tag in tags)


def _print(page: Page, decoded: Decoded) -> _Printed:
    glossed = is_glossed(decoded.text)
    if page.media != "html" and (page.media == "text" or not looks_like_html(decoded.text)):
        return _print_text(decoded.text, glossed=glossed)
    printed = _print_html(decoded.text, glossed=glossed)
    if sum(count_han(line.view) for line in printed.lines if line.inside) < _TOO_LITTLE:
        return _print_fallback(decoded.text, printed, glossed=glossed)
    return printed


def _print_text(text: str, *, glossed: bool) -> _Printed:
    printed = [line for one in _lines(text) if (line := one.strip())]
    whole = "\n".join(printed)
    steps = repair_steps(whole, glossed_page=glossed)
    mended = folded_lines(steps[-1].after if steps else whole) if printed else []
    return _Printed([Line(raw, *seen) for raw, seen in zip(printed, mended, strict=True)], steps)


def _lines(text: str) -> list[str]:
    """Cut a text at its line ends, of which nearly all pages have one kind."""
    return LINE_ENDS.split(text) if any(map(text.__contains__, _ODD_ENDS)) else text.split("\n")


def _print_html(source: str, *, glossed: bool) -> _Printed:
    page = read_html(source)
    notes = (page.note,) if page.note else ()
    return _Printed(*_repaired(page.lines, glossed=glossed), page.tags, page.title, notes)


def _print_fallback(source: str, printed: _Printed, *, glossed: bool) -> _Printed:
    """Read the page with trafilatura where the own rules found next to nothing, keeping the metadata."""
    much = sum(count_han(line.view) for line in printed.lines) >= _MUCH
    if not much or printed.notes or len(source) > _LARGEST_FOR_FALLBACK:
        return printed
    second = _print_text(_readability(source), glossed=glossed)
    if not second.lines:
        return printed
    notes = ("main text found by trafilatura",)
    return _Printed(second.lines, second.steps, printed.tags, printed.title, notes)


def _readability(source: str) -> str:
    # a second and more to import, and rarely needed
    import trafilatura

    try:
        return str(trafilatura.extract(source, favor_recall=True) or "")
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError) as fault:
        _log.info("trafilatura failed: %s", fault)  # broken markup that our own rules survived
        return ""


def _repaired(found: Sequence[HtmlLine], *, glossed: bool) -> tuple[list[Line], list[Step]]:
    """Repair the lines inside with a log, those outside without; leave out what is empty then."""
    inside = [one for one in found if one.inside and one.text]
    text = "\n".join([one.text for one in inside])
    steps = repair_steps(text, glossed_page=glossed)
    others, _ = repair(
        "\n".join(one.text for one in found if not one.inside and one.text), glossed_page=glossed
    )
    main, rest = iter(folded_lines(steps[-1].after if steps else text)), iter(folded_lines(others))
    lines = []
    for raw, within, heading, linked, _ in found:
        if raw:
            mended, view = next(main if within else rest)
            if mended or within:
                lines.append(Line(raw, mended, view, within, heading, linked))
    return lines, steps


def _stated_titles(page: Page, printed: _Printed) -> list[str]:
    stated = [
        page.given.title if page.given else None,
        printed.tags.get("title"),
        document_title(printed.title),
    ]
    return [fold(repair(title)[0]) for title in stated if title]
