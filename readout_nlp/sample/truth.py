"""The truth about a page, in the words of a parsed page."""

from __future__ import annotations

from typing import Any

from readout_nlp.sample.schedule import PagePlan
from readout_nlp.sample.story import Story
from readout_nlp.sample.style import Style, page_path


def story_truth(
    story: Story, *, title: str | None, source: str | None, style: Style, glosses: int
) -> dict[str, Any]:
    """Give the truth about a readout."""
    plan, lead = story.plan, story.lead
    truth: dict[str, Any] = {
        "path": page_path(plan, style, published=lead.published),
        "key": plan.key,
        "kind": "readout",
        "synthetic": True,
        "title": title,
        "place": plan.place.record(),
        "published": lead.published.isoformat() if lead.published else None,
        "meeting_date": _meeting_date(story),
        "meeting_type": lead.meeting_type,
        "presider": {"name": lead.presider.name, "role": lead.presider.role},
        "source": source,
        **_printed(style, glosses),
        "attendance": story.attendance,
        "items": [item.record() for item in story.items],
        "body": story.body,
        "tifa": sorted(story.tifa),
        "copied": list(story.copied),
    }
    if plan.undated:
        truth["hidden_date"] = plan.day.isoformat()
    return truth


def other_truth(plan: PagePlan, *, reason: str, title: str, style: Style) -> dict[str, Any]:
    """Give the truth about a page that is no readout: `kind` is None, `reason` what it is instead."""
    return {
        "path": page_path(plan, style, published=plan.day),
        "key": plan.key,
        "kind": None,
        "synthetic": True,
        "reason": reason,
        "title": title,
        "place": plan.place.record(),
        "published": plan.day.isoformat(),
        **_printed(style, 0),
    }


def _meeting_date(story: Story) -> dict[str, Any]:
    day, basis = story.plan.day.isoformat(), story.lead.year_basis
    if basis is None and story.clue:
        basis = "inferred"
    if basis is None:
        return {"value": None, "year_basis": None, "evidence": []}
    return {"value": day, "year_basis": basis, "evidence": [story.clue] if basis == "inferred" else []}


def _printed(style: Style, glosses: int) -> dict[str, Any]:
    return {
        "script": "traditional" if style.traditional else "simplified",
        "encoding": style.codec,
        "declared": style.declared,
        "site": style.site,
        "pinyin_gloss": glosses,
    }
