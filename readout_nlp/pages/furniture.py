"""Which lines of a page are text, and which are furniture, with the metadata that stood in the furniture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from readout_nlp.pages.labels import DATE, day_told, read_dated, read_labels
from readout_nlp.pages.lines import LONGEST, Line, is_prose
from readout_nlp.pages.script import count_han
from readout_nlp.pages.titles import META_RULES, OPENING, find_title, going_on, same_title
from readout_nlp.reference.furniture import Rule, block_gate, furniture_gate, furniture_rules

_FOOT = frozenset({"record", "host", "site_tool"})
_DATELINES = 3
_LONG = 30  # Han characters of a line that is text where no line is a sentence
_LOST_INDENT = re.compile(r"\?{2,}\s*|\ufffd+\s*")
_SENTENCE_LIKE = re.compile(r",|^关于|\d日|号$")
_NEWS = re.compile("召开|举行|主持|开展")
_DAY_APART = re.compile(rf"[\s|]{DATE}(?=[\s|\])]|$)")
_OF_THE_MEETING = re.compile(
    r"(?:会议|召开|开会)(?:时间|日期)\s?:?"
)  # the day in the next cell is no publication's
_STEPS = re.compile("[>»›]|&gt;")
_BETWEEN_PIECES = " \t|,;、·•_/\\-()[]:.>"


class Cut(NamedTuple):
    """A kept line, and where its kept part starts and ends."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """The kept part, repaired."""
        return self.line.text[self.start : self.end].strip()


@dataclass(slots=True)
class Sorted:
    """Lines sorted into text and furniture.

    Attributes
    ----------
    kept
        The lines of the text, with what was cut off the first and the last.
    title, headline
        The title line, if there is one; its text, with the line below where the headline goes on there.
    furniture
        ``(rule, line)`` of what was left out, in page order.
    found
        Values that stood in meta lines: ``published``, ``source``; the first found stays.
    """

    kept: list[Cut] = field(default_factory=list)
    title: Line | None = None
    headline: str = ""
    furniture: list[tuple[str, str]] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)

    def leave_out(self, rule: str, line: str) -> None:
        """Record a line, or the part of one, that is not text."""
        self.furniture.append((rule, line))

    def learn(self, values: dict[str, str]) -> None:
        """Keep the values of a meta line that are not known yet."""
        for name, value in values.items():
            self.found.setdefault(name, value)


def sort_lines(lines: Sequence[Line], *, titles: Sequence[str] = ()) -> Sorted:
    """Sort the lines of a page into text and furniture.

    Parameters
    ----------
    lines
        All lines of the page that are not empty, in reading order.
    titles
        Titles the page states elsewhere (meta tags, a table row): a line equal to one is the title line.

    Examples
    --------
    >>> from readout_nlp.pages.lines import plain_line
    >>> page = ["首页 > 要闻", "某市召开会议", "来源: 某日报", "3月1日,某市召开会议。", "|"]
    >>> result = sort_lines([plain_line(line) for line in page])
    >>> [cut.line.raw for cut in result.kept], result.title.raw, result.found
    (['3月1日,某市召开会议。'], '某市召开会议', {'source': '某日报'})
    """
    lines = [_indented(line) if line.view[:1] in "?\ufffd" else line for line in lines]
    first, last, end = _extent(lines)
    result = Sorted()
    news = first < len(lines) and _NEWS.search(lines[first].view[:LONGEST]) is not None
    _sort_head(lines[:first], result, titles=titles, news=news)
    _sort_body(lines[first:last], result)
    _sort_tail(lines[last:end], result)
    for line in lines[end:]:
        result.leave_out("after_end", line.raw)
        if values := match_line(line.view, "tail")[1]:
            result.learn(values)
    _trim_ends(result)
    return result


def _indented(line: Line) -> Line:
    """Leave out what became of an indent whose bytes were lost (???会议指出)."""
    found = _LOST_INDENT.match(line.view)
    if found is None or found.end() == len(line.view):
        return line
    return line._replace(text=line.text[found.end() :], view=line.view[found.end() :])


def _extent(lines: Sequence[Line]) -> tuple[int, int, int]:
    """Positions of the first sentence, behind the last one, and where closing blocks begin."""
    for tells in (_is_sentence, _is_long):
        first = next((i for i, line in enumerate(lines) if tells(line)), None)
        if first is not None:
            end = next((i for i in range(first + 1, len(lines)) if _starts_block(lines[i])), len(lines))
            last = next(i for i in range(end - 1, first - 1, -1) if tells(lines[i]))
            return first, last + 1, end
    return len(lines), len(lines), len(lines)


def _is_sentence(line: Line) -> bool:
    """Say whether a line is running text of the page's own."""
    if not line.inside or line.linked or not is_prose(line.view):
        return False
    return match_line(line.view, "body")[0] is None


def _is_long(line: Line) -> bool:
    return line.inside and count_han(line.view) >= _LONG


def _starts_block(line: Line) -> bool:
    return len(line.view) <= LONGEST and block_gate().opens(line.view)


def _sort_head(lines: Sequence[Line], result: Sorted, *, titles: Sequence[str], news: bool) -> None:
    """Above the first sentence: meta lines, the title, menus above it and subtitles below it.

    `news` says that the first sentence reports: then a headline may go on below the meta lines. Above another
    text (a decree, a form) short lines are its own: its number, a heading.
    """
    matches = [match_line(line.view, "head") for line in lines]
    names = [name for name, _ in matches]
    for n, (_, values) in enumerate(matches):
        if not (n and _OF_THE_MEETING.fullmatch(lines[n - 1].view)):
            result.learn(values)
    if "masthead" in names and (day := _paper_day(lines, names)):
        result.found.setdefault("edition", day)
    if "dated" in result.found:  # a day without a label counts where no label above the text states one
        result.found.setdefault("published", day_told(result.found))
    place = find_title(lines, names, titles=titles)
    if place is not None:
        result.title, result.headline = lines[place], going_on(lines, names, place)
    stated = [*titles, *([result.title.view] if result.title else [])]
    start = _text_start(lines, names, place)
    if news and result.title is not None:
        start = next((i for i in range(start, len(lines)) if not _subtitle(lines[i], names[i])), len(lines))
    for i, (line, name) in enumerate(zip(lines, names, strict=True)):
        if name is None and i >= start and line.inside and not same_title(line.view, stated):
            result.kept.append(Cut(line, 0, len(line.view)))
        else:
            result.leave_out(name or _head_name(line, i, place, stated), line.raw)


def _paper_day(lines: Sequence[Line], names: Sequence[str | None]) -> str | None:
    """Give the day and weekday above the text of a paper: elsewhere it is the day the page was looked at."""
    views = (line.view for line, name in zip(lines, names, strict=True) if name == "site_clock")
    found = next(filter(None, (re.match(DATE, view) for view in views)), None)
    return found.group() if found is not None else None


def _head_name(line: Line, i: int, place: int | None, stated: Sequence[str]) -> str:
    if i == place or same_title(line.view, stated):
        return "title"
    return "menu" if place is None or i < place else "subtitle"


def _text_start(lines: Sequence[Line], names: Sequence[str | None], place: int | None) -> int:
    """Where in the head the text begins: below the last meta line, or where lines stop being subtitles."""
    metas = [i for i, name in enumerate(names) if name in META_RULES and (place is None or i > place)]
    if metas:
        return metas[-1] + 1
    if place is None:
        return next((i for i, line in enumerate(lines) if _opens_text(line)), len(lines))
    return next((i for i in range(place + 1, len(lines)) if _opens_text(lines[i])), len(lines))


def _subtitle(line: Line, name: str | None) -> bool:
    """Whether a line between the meta lines and the first sentence only goes on with the headline."""
    return name is not None or not (_opens_text(line) or _SENTENCE_LIKE.search(line.view))


def _opens_text(line: Line) -> bool:
    """Whether a line above the first sentence is already text: an address to readers, a heading, a day."""
    return line.inside and (line.view[-1:] in (":", ",") or bool(OPENING.match(line.view)))


def _sort_body(lines: Sequence[Line], result: Sorted) -> None:
    for line in lines:
        name, values = match_line(line.view, "body")
        if name is None and line.inside:
            result.kept.append(Cut(line, 0, len(line.view)))
        else:
            result.leave_out(name or "outside", line.raw)
            result.learn(values)


def _sort_tail(lines: Sequence[Line], result: Sorted) -> None:
    """Below the last sentence: a signature stays, what follows the first furniture line goes.

    The site's own name right above the records of its foot is no signature.
    """
    over = len(lines) > 1 and match_line(lines[1].view, "tail")[0] in _FOOT and _is_site_name(lines[0].view)
    for line in lines:
        name, values = match_line(line.view, "tail")
        result.learn(values)
        if name is None and line.inside and not over and not line.linked:
            result.kept.append(Cut(line, 0, len(line.view)))
        else:
            result.leave_out(name or "menu", line.raw)
            over = True


@lru_cache(maxsize=1024)  # the pages of one site end alike
def _is_site_name(view: str) -> bool:
    return any(rule.name == "site_name" and rule.pattern.fullmatch(view) for rule in furniture_rules("line"))


def _trim_ends(result: Sorted) -> None:
    """Cut the dateline off the first paragraph and reporter, source and end marks off the last."""
    if not result.kept:
        return
    result.kept[0] = _without_dateline(result.kept[0], result)
    for place in _paragraph_ends(result.kept):
        result.kept[place] = _without_marks(result.kept[place], result)
    result.kept = [cut for cut in result.kept if cut.text]


def _without_dateline(cut: Cut, result: Sorted) -> Cut:
    """Cut off what stands before the first sentence: 本报讯, the reporter; they may follow each other."""
    for _ in range(_DATELINES):
        for rule in furniture_rules("lead"):
            found = rule.pattern.match(cut.line.view[:LONGEST], cut.start)
            if found and found.end() < cut.end:
                result.leave_out(rule.name, found.group().strip())
                result.learn(_values(found.groupdict()))
                cut = Cut(cut.line, found.end(), cut.end)
                break
        else:
            break
    return cut


def _paragraph_ends(kept: Sequence[Cut]) -> Iterator[int]:
    """Give the places of the last sentence of the text and of what stands below it."""
    for place in range(len(kept) - 1, -1, -1):
        yield place
        if is_prose(kept[place].line.view):
            return


def _without_marks(cut: Cut, result: Sorted) -> Cut:
    again = not cut.line.view.endswith("。", cut.start, cut.end)  # as most end, and no mark does
    while again:
        again = False
        for rule in furniture_rules("mark"):
            # marks are short: only the end of the paragraph is searched
            begin = max(cut.start, cut.end - LONGEST)
            if found := rule.pattern.search(cut.line.view[begin : cut.end]):
                result.leave_out(rule.name, found.group().strip())
                result.learn(_values(found.groupdict()))
                cut = Cut(cut.line, cut.start, begin + found.start())
                again = cut.end > cut.start
    return cut


@lru_cache(maxsize=16384)
def match_line(view: str, region: str) -> tuple[str | None, dict[str, str]]:
    """Name of the rule that takes the whole line in this region, and the values in it."""
    if not view:  # nothing but zero-width characters
        return "empty", {}
    if len(view) > LONGEST:
        return None, {}
    if not furniture_gate(region).opens(view):
        return (None, {}) if region == "body" else _match_labels(view, region)
    name, values = _match_parts(view, region)
    if name is not None:
        return name, values
    for rule in furniture_rules("line"):
        if region in rule.where and (found := rule.pattern.fullmatch(view)):
            return rule.name, _told_beside(view, rule.name, region) | _values(found.groupdict())
    return (None, {}) if region == "body" else _match_labels(view, region)


def _told_beside(view: str, name: str, region: str) -> dict[str, str]:
    """Values of the labels in a document card, and of those that go on behind a breadcrumb's last step."""
    if name == "document_card":
        return read_labels(view)[1]
    if name != "breadcrumb" or region != "head":
        return {}
    last = _STEPS.split(view)[-1]
    return read_labels(last)[1] or (read_dated(last) if _DAY_APART.search(last) else {})


def _match_labels(view: str, region: str) -> tuple[str | None, dict[str, str]]:
    """Name of the first label of a line of labels; else, above the text, a day beside short words."""
    name, values = read_labels(view)
    if name is None and region == "head" and (values := read_dated(view)):
        name = "outlet_day" if "outlet" in values else "date"
    return name, values


def _match_parts(view: str, region: str) -> tuple[str | None, dict[str, str]]:
    """Name of the first piece, if the line is made of such pieces only, and the values in them."""
    name: str | None = None
    values: dict[str, str] = {}
    place = 0
    rules = [rule for rule in furniture_rules("part") if region in rule.where]
    while place < len(view):
        piece = _piece_at(view, place, rules)
        if piece is not None:
            rule, found = piece
            name = name or rule.name
            values = {**_values(found.groupdict()), **values}
            place = found.end()
        elif view[place] in _BETWEEN_PIECES:
            place += 1
        else:
            return None, {}
    return name, values


def _piece_at(view: str, place: int, rules: Sequence[Rule]) -> tuple[Rule, re.Match[str]] | None:
    for rule in rules:
        found = rule.pattern.match(view, place)
        if found is not None and found.end() > place:
            return rule, found
    return None


def _values(groups: dict[str, str | None]) -> dict[str, str]:
    return {name: value.strip() for name, value in groups.items() if value and value.strip()}
