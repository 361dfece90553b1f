"""A page becomes a readout: one record for every page, whatever it holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import pairwise

from readout_nlp.pages.extract import extract_text
from readout_nlp.pages.page import Given, Page, PageText, Rejected
from readout_nlp.pages.script import to_simplified
from readout_nlp.readouts.blocks import Outline, outline
from readout_nlp.readouts.dates import find_meeting_date, parse_published
from readout_nlp.readouts.genre import what_is_missing
from readout_nlp.readouts.items import find_items
from readout_nlp.readouts.lead import Lead
from readout_nlp.readouts.meetings import convened
from readout_nlp.readouts.people import find_presider, take_attendance
from readout_nlp.readouts.places import find_place, given_place
from readout_nlp.readouts.printed_days import arabic, published_in_address
from readout_nlp.readouts.readout import MeetingDate, Place, Readout, RepairCount
from readout_nlp.readouts.spans import fold, marked
from readout_nlp.reference.gazetteer import by_name

_FRAMED = re.compile("【(?P<headline>[^【】]{4,40}(?:会议?|学习)[^【】]{0,12})】")
EMPTY = "empty: no text is left once the page furniture is taken out"
ID_LENGTH = 16
_NEAR = 4  # paragraphs after the lead in which the chair may be named
# 时间: 2024年11月8日下午, 会议时间: 7月8日; a time of the clock behind 时间 is mostly that of the publication
_MET_ON = re.compile(
    r"(?P<met>会议|召开|开会)?时 {0,4}间 ?: {0,2}(?P<day>(?:20\d\d年)?\d{1,2}月\d{1,2}日)(?(met)|(?!.*\d:))"
)
_TIME_LABEL = re.compile(r"(?:会议|召开|开会)?时\s{0,4}间\s?[:：][^:：]*月")
# 地点:, 参会人员:, 议题及决定: what a form has besides
_FORM_SIGN = re.compile(
    r"^\s*(?:会议)?(?:地\s?点|主\s?持|出\s?席|列\s?席|参\s?[会加]|记\s?录|议\s?题|议\s?程)[^:：，。\n]{0,6}[:：]",
    re.MULTILINE,
)
_CHAIR = re.compile(r"主\s?持\s?(?:人\s?)?[:：]")
_CHAIR_LABEL = re.compile(f"(?:会议)?{_CHAIR.pattern}")
_WHEN = frozenset({"会议时间", "召开时间", "开会时间"})
_NO_GIVEN = Given()


def parse_page(page: bytes | str | Page, *, origin: str | None = None) -> Readout:
    """Read one page into the record of a meeting, or into a record that says why it is none.

    Parameters
    ----------
    page
        The page as found; bytes and text are wrapped in a `Page`.
    origin
        Path or URL, where the page itself does not say.

    Returns
    -------
    Readout
        Always one, for any bytes: `quarantine` holds the reason when the page is no readout. A table row
        whose text is not the report of a meeting is kept as a `document`.

    Examples
    --------
    >>> found = parse_page("4月2日,市委常委会召开会议。市委书记李建明主持。会议听取了春耕备耕工作情况汇报。")
    >>> found.meeting_type, found.presider.name, [item.act for item in found.items]
    ('市委常委会', '李建明', ['hear'])
    >>> parse_page(b"").quarantine
    'empty: no text is left once the page furniture is taken out'
    """
    whole = as_page(page, origin=origin)
    text = extract_text(whole)
    body, attendance = take_attendance(text.text.strip("\n"))
    if not body.strip():
        return _set_aside(whole, text, reason=EMPTY)
    plan = outline(body)
    around = [line for _, line in text.furniture]
    missing = what_is_missing(plan, title=text.meta.title, around=around, bare=not marked(fold(body)))
    if missing is not None and whole.given is None:
        return _set_aside(whole, text, reason=missing, body=body)
    return _readout(whole, text, body=body, attendance=attendance, plan=plan, document=missing is not None)


def parse_rejected(rejected: Rejected) -> Readout:
    """Make the record of something that could not become a page, with the reason.

    Examples
    --------
    >>> parse_rejected(Rejected(origin="a.csv#3", reason="the row has no text")).quarantine
    'the row has no text'
    """
    digest = rejected.sha256 or hashlib.sha256(rejected.origin.encode()).hexdigest()
    page = Page(origin=rejected.origin, data=b"", sha256=digest)
    return _set_aside(page, None, reason=rejected.reason)


def as_page(page: bytes | str | Page, *, origin: str | None = None) -> Page:
    """Wrap bytes or text in a `Page`; a `Page` stays as it is."""
    if isinstance(page, Page):
        return page
    data = page.encode("utf-8", errors="surrogatepass") if isinstance(page, str) else page
    return Page(origin=origin or "", data=data, sha256=hashlib.sha256(data).hexdigest())


def _readout(
    page: Page, text: PageText, *, body: str, attendance: str | None, plan: Outline, document: bool
) -> Readout:
    given = page.given or _NO_GIVEN
    title = given.title or _headline(body, plan) or text.meta.title
    published = parse_published(given.date or text.meta.published) or _from_address(page, text)
    opening = _opening(body, plan.lead)
    address = _address(page, text)
    where = partial(
        _place,
        given,
        text,
        opening=opening,
        body=body,
        title=title,
        address=address,
        attendance=attendance or "",
    )
    province = partial(_province, where)
    held = (
        None
        if document
        else _held(
            text,
            opening[0],
            body=body,
            closing="\n".join((*body.rsplit("\n", 2)[-2:], attendance or "")),
            title=title,
            published=published,
            page=page,
            province=province,
            prefecture=partial(_prefecture, where),
        )
    )
    place = where(year=_year(held, published))
    identity = given.id or _identity(place, held, published, body=body)
    return Readout(
        id=identity,
        origin=page.origin,
        sha256=page.sha256,
        kind="document" if document else "readout",
        title=title,
        place=place,
        published=published,
        meeting_date=held,
        meeting_type=None if document else convened(opening[0], title),
        presider=None
        if document
        else find_presider(
            [*opening, *_closing(body, plan.lead), title or "", *_form_lines(text)],
            unit=place.name if place is not None else "",
        ),
        source=given.source or text.meta.source,
        script=text.script,
        repairs=_counted(text),
        body=body,
        attendance=attendance,
        items=find_items(body, identity, plan=plan),
        examples=text.examples,
    )


def _held(
    text: PageText,
    lead: str,
    *,
    body: str,
    closing: str,
    title: str | None,
    published: date | None,
    page: Page,
    province: Callable[[], str | None],
    prefecture: Callable[[], str | None],
) -> MeetingDate | None:
    datelines = (line for rule, line in text.furniture if rule == "dateline" and line[-1:] in "讯电訊電")
    dateline = next(datelines, "") or _head_of_minutes(text)
    return find_meeting_date(
        lead=lead,
        body=body,
        closing=closing,
        published=published,
        title=title,
        dateline=dateline,
        page=page.data,
        address=_address(page, text),
        province=province,
        prefecture=prefecture,
    )


def _prefecture(where: Callable[..., Place | None]) -> str | None:
    """Give the name of the prefecture that the page's place is or is in, in whatever year it was written."""
    place = where(year=None)
    return (place.prefecture or place.name) if place is not None else None


def _province(where: Callable[..., Place | None]) -> str | None:
    """Give the short name of the province in which the page's place is, in whatever year it was written."""
    place = where(year=None)
    if place is None or place.province is None:
        return None
    return next((unit.short for unit in by_name(place.province) if unit.level == "province"), None)


def _head_of_minutes(text: PageText) -> str:
    """Give the line of a form that tells the meeting's day (会议时间, then 2023-04-03); "" without one."""
    lines = [line.strip() for _, line in text.furniture]
    labelled = (arabic(fold(line)) for line in lines if _TIME_LABEL.match(line))
    stated = next((found["day"] for line in labelled if (found := _MET_ON.match(line))), "")
    if stated and _is_form(text):
        return stated
    told = (day for label, day in pairwise(lines) if label in _WHEN)
    return next((day for day in told if parse_published(day) is not None), "")


def _is_form(text: PageText) -> bool:
    """Say whether a page is minutes with labels, which say where the meeting was or who was there."""
    return any(map(_FORM_SIGN.search, (text.text, "\n".join(line for _, line in text.furniture))))


def _form_lines(text: PageText) -> list[str]:
    """Give the lines of minutes that are a form which say who was in the chair (主持人: 某某 县长)."""
    printed = "\n".join([text.text, *(line for _, line in text.furniture)])
    if _CHAIR.search(printed) is None:  # as most pages: found faster than looked for line by line
        return []
    return [line for line in map(str.strip, printed.split("\n")) if _CHAIR_LABEL.match(line)]


def _headline(body: str, plan: Outline) -> str | None:
    """Give the framed line right above the lead, in a digest of several news: 【县政府常务会议召开】."""
    if plan.lead is None or not plan.lead.index:
        return None
    above = plan.parts[plan.lead.index - 1]
    framed = _FRAMED.fullmatch(body[above.start : above.end].strip())
    return framed["headline"] if framed is not None else None


def _opening(body: str, lead: Lead | None) -> list[str]:
    """Give the lead sentence, then the rest of its paragraph with what precedes it, then what follows."""
    lines = [text for line in body.split("\n") if (text := line.strip())]
    if lead is None:
        return lines[:1] or [""]
    sentence = body[lead.sentence.start : lead.sentence.end]
    return [sentence, *lines[lead.index : lead.index + 1 + _NEAR], *lines[: lead.index], *lines[-2:]]


def _closing(body: str, lead: Lead | None) -> list[str]:
    """Give the last lines of a report without a lead: they may tell what a lead tells."""
    return [] if lead is not None else [text for line in body.split("\n")[-2:] if (text := line.strip())]


def _place(
    given: Given,
    text: PageText,
    *,
    opening: list[str],
    body: str,
    title: str | None,
    year: int | None,
    address: str,
    attendance: str,
) -> Place | None:
    if given.place is not None:
        return given_place(given.place, year=year)
    lead = opening[0] if len(opening) < 2 else f"{opening[0]}\n{opening[1]}"
    around = text.furniture  # as printed, so that it may be in the other script than the text
    if text.script == "traditional":
        around = tuple((rule, to_simplified(line)) for rule, line in around)
    return find_place(
        lead=lead,
        body=body,
        title=title,
        meta=text.meta,
        year=year,
        furniture=around,
        address=address,
        attendance=attendance,
    )


def _year(held: MeetingDate | None, published: date | None) -> int | None:
    day = held.value if held is not None and held.value is not None else published
    return day.year if day is not None else None


def _from_address(page: Page, text: PageText) -> date | None:
    """Read the publication day from a web address (…/t20210116_123.html) where the page prints none."""
    address = _address(page, text)
    return published_in_address(address) if address else None


def _address(page: Page, text: PageText) -> str:
    """Give the page's web address; "" where none is known."""
    address = text.meta.url or (page.given.url if page.given is not None else None) or page.origin
    return address if address.startswith(("http://", "https://")) else ""


def _identity(place: Place | None, held: MeetingDate | None, published: date | None, *, body: str) -> str:
    where = (place.code or place.name) if place is not None else ""
    day = held.value if held is not None and held.value is not None else published
    text = "\n".join((where, day.isoformat() if day is not None else "", "".join(body.split())))
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:ID_LENGTH]


def _counted(text: PageText | None) -> tuple[RepairCount, ...]:
    if text is None:
        return ()
    return tuple(RepairCount(kind=step.kind, count=len(step.starts)) for step in text.steps)


def _set_aside(page: Page, text: PageText | None, *, reason: str, body: str = "") -> Readout:
    given = page.given or _NO_GIVEN
    meta = text.meta if text is not None else None
    return Readout(
        id=given.id or page.sha256[:ID_LENGTH],
        origin=page.origin,
        sha256=page.sha256,
        kind="document",
        title=given.title or (meta.title if meta is not None else None),
        place=None,
        published=parse_published(given.date or (meta.published if meta is not None else None)),
        meeting_date=None,
        meeting_type=None,
        presider=None,
        source=given.source or (meta.source if meta is not None else None),
        script=text.script if text is not None else "simplified",
        repairs=_counted(text),
        body=body,
        attendance=None,
        items=(),
        quarantine=reason,
    )
