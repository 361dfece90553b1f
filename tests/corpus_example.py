"""Readouts of a small invented world, to build corpora from."""

from __future__ import annotations

import hashlib
from datetime import date

from readout_nlp.readouts.readout import Item, MeetingDate, Place, Presider, Readout

CITY = Place(
    code="990100", name="云溪市", level="prefecture", prefecture=None, province="澜江省", basis="title"
)
OTHER_CITY = Place(
    code="990200", name="石桥市", level="prefecture", prefecture=None, province="澜江省", basis="title"
)
DISTRICT = Place(
    code="990101", name="临水区", level="county", prefecture="云溪市", province="澜江省", basis="title"
)
SAME_NAME = Place(
    code="990201", name="临水区", level="county", prefecture="石桥市", province="澜江省", basis="title"
)


def held_on(day: date | None, earliest: date | None = None, latest: date | None = None) -> MeetingDate:
    return MeetingDate(value=day, earliest=earliest or day, latest=latest or day, year_basis="stated")


def readout(*texts: str, given: str | None = None, origin: str = "page.txt", **changes) -> Readout:
    """Make a readout whose items are `texts`, one after the other behind a lead."""
    lead = "市委常委会召开会议。"
    body, items = lead, []
    for text in texts:
        items.append((len(body), len(body) + len(text), text))
        body += text
    name = given or hashlib.sha256((body + repr(changes)).encode()).hexdigest()[:16]
    fields = {
        "id": name,
        "origin": origin,
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
        "kind": "readout",
        "title": None,
        "place": CITY,
        "published": date(2018, 4, 3),
        "meeting_date": held_on(date(2018, 4, 2)),
        "meeting_type": "市委常委会",
        "presider": Presider(name="沈砚秋", role="市委书记"),
        "source": "云溪日报",
        "script": "simplified",
        "repairs": (),
        "body": body,
        "attendance": None,
        "items": tuple(
            Item(
                id=f"{name}-{number:02d}",
                act="hear",
                acts=("hear",),
                verb="听取",
                subject=text[:6],
                text=text,
                start=start,
                end=end,
            )
            for number, (start, end, text) in enumerate(items, start=1)
        ),
    }
    return Readout(**{**fields, **changes})


def story(number: int, matter: str = "渡口安全整治") -> str:
    """Give the plain text of a page: month `number` + 1 of 2018, one matter heard."""
    return (
        f"云溪日报讯 2018年{number + 1}月2日,云溪市委常委会召开会议。市委书记沈砚秋主持会议。\n"
        f"会议听取了全市{matter}情况的汇报。会议指出,要把{matter}抓在手上。\n"
    )
