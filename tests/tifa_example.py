"""Corpora whose places print invented terms on known days."""

from datetime import date, timedelta

from planted_corpus import build, readout

PLACES = ("东岭市", "西河市", "东岭市南坪区")


def on(number):
    """Give the day of this number in 2018 (1 is the first of January)."""
    return date(2018, 1, 1) + timedelta(days=number - 1)


def said(place, days, *, terms=(), **about):
    """Make a readout a day, each printing `terms`; about: columns of the readouts."""
    text = "".join(f"会议强调要抓好“{term}”。" for term in terms) or "会议研究了渡口修缮。"
    return [
        {"place": place, "day": on(day) if isinstance(day, int) else day, "body": text, **about}
        for day in days
    ]


def corpus_of(*groups, levels=None):
    """Build a corpus of what was `said`, in this order."""
    rows = []
    for number, row in enumerate(row for group in groups for row in group):
        day, place = row.pop("day"), row.pop("place")
        about = {"meeting_date": day, "meeting_earliest": day, "meeting_latest": day, "published": day}
        made = readout(number, place, day.year if day else None, **{**about, **row})
        made["level"] = (levels or {}).get(place, made["level"] or "prefecture")
        rows.append(made)
    return build(rows)
