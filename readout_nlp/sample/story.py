"""A readout as its city's office wrote it: clean text with every span known, before a site prints it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from readout_nlp.sample.clues import Clue, clue_of
from readout_nlp.sample.copying import Passage, choose_passages, reusable
from readout_nlp.sample.drafts import Draft, draft_items, local
from readout_nlp.sample.layouts import LAYOUTS, Telling, choose_layout, residual_line
from readout_nlp.sample.lead import Lead, write_lead
from readout_nlp.sample.material import full_width, phrases
from readout_nlp.sample.schedule import PagePlan
from readout_nlp.sample.settings import SampleSettings
from readout_nlp.sample.style import Style, choose_style, page_path


@dataclass(frozen=True, slots=True)
class StoryItem:
    """One item as printed: ``text == body[start:end]``; the topic is None for the other business."""

    acts: tuple[str, ...]
    subject: str
    topic: str | None
    text: str
    start: int

    def record(self) -> dict[str, Any]:
        """Plain values for the truth."""
        end = self.start + len(self.text)
        named = {"act": self.acts[0], "acts": list(self.acts), "subject": self.subject, "topic": self.topic}
        return {**named, "text": self.text, "start": self.start, "end": end}


@dataclass(frozen=True, slots=True)
class Story:
    """A finished readout: lead and items as printed, and the passages that others may copy (`reusable`)."""

    plan: PagePlan
    style: Style
    lead: Lead
    items: tuple[StoryItem, ...]
    body: str
    clue: str
    tifa: tuple[str, ...]
    attendance: str | None
    copied: tuple[dict[str, Any], ...]
    reusable: tuple[Passage, ...]


def write_story(
    plan: PagePlan, settings: SampleSettings, *, tifa: tuple[str, ...], neighbours: tuple[Story, ...]
) -> Story:
    """Write the readout of a plan; `neighbours` are the finished stories of the city it may copy from."""
    style = choose_style(plan)
    rng = plan.stream("story")
    clue = clue_of(plan)
    layout = choose_layout(plan.stream("layout"))
    drafts = draft_items(plan, settings, layout=layout, clue=clue)
    drafts[0] = _with_year(drafts[0], clue, rng)
    passages = choose_passages(plan, drafts, sources=_sources(neighbours), wide=style.full_width)
    lead = write_lead(plan, drafts, layout=layout, dateline=style.dateline)
    blocks = _blocks(plan, drafts, passages=passages, tifa=tifa, layout=layout, speaker=lead.presider.name)
    printed = full_width if style.full_width else str
    path = page_path(plan, style, published=lead.published)
    items, body = _joined(printed(lead.text), [(draft, printed(text)) for draft, text in blocks])
    if rng.random() < 0.88:
        items, body = _with_residual(items, body, rng)
    return Story(
        plan=plan,
        style=style,
        lead=replace(lead, text=printed(lead.text), meeting_type=printed(lead.meeting_type)),
        items=items,
        body=body,
        clue=clue.event if clue.event and clue.event in body else "",
        tifa=tifa,
        attendance=_attendance(plan, printed, rng),
        copied=tuple(passage.record(body) for passage in passages if passage is not None),
        reusable=reusable(plan, drafts, body=body, path=path) if style.full_width else (),
    )


def _with_year(draft: Draft, clue: Clue, rng: Random) -> Draft:
    if not clue.year:
        return draft
    line = rng.choice(phrases()["this year"]).replace("{e}", clue.year).replace("{h}", draft.topic.heads[0])
    return replace(draft, opening=line)


def _sources(neighbours: tuple[Story, ...]) -> list[Passage]:
    return [passage for story in neighbours for passage in story.reusable]


def _blocks(
    plan: PagePlan,
    drafts: list[Draft],
    *,
    passages: list[Passage | None],
    tifa: tuple[str, ...],
    layout: str,
    speaker: str,
) -> list[tuple[Draft, str]]:
    rng = plan.stream("blocks")
    slogans: dict[int, list[str]] = {}
    for term in tifa:
        slogans.setdefault(rng.randrange(len(drafts)), []).append(term)
    blocks = []
    for index, (draft, passage) in enumerate(zip(drafts, passages, strict=True)):
        told = list(draft.sentences)
        if passage is not None:  # one unit, so that no paragraph break cuts it
            told[1:2] = [passage.text]
        for term in slogans.get(index, []):
            line = rng.choice(phrases()["tifa"]).replace("{t}", term).replace("{h}", draft.topic.heads[0])
            told.append(f"{local(line, plan)}。")
        telling = Telling(draft, tuple(told), speaker, index == 0)
        blocks.append((draft, "\n".join(LAYOUTS[layout][1](telling, rng))))
    return blocks


def _joined(lead: str, blocks: list[tuple[Draft, str]]) -> tuple[tuple[StoryItem, ...], str]:
    body, items = lead, []
    for draft, text in blocks:
        start = len(body) + 1
        subject = (
            draft.subject if draft.subject in text or draft.subject in lead else full_width(draft.subject)
        )
        items.append(StoryItem(draft.acts, subject, draft.topic.id, text, start))
        body = f"{body}\n{text}"
    return tuple(items), body


def _with_residual(items: tuple[StoryItem, ...], body: str, rng: Random) -> tuple[tuple[StoryItem, ...], str]:
    line, subject = residual_line(rng)
    return (*items, StoryItem(("residual",), subject, None, line, len(body) + 1)), f"{body}\n{line}"


def _attendance(plan: PagePlan, printed: Any, rng: Random) -> str | None:
    unit = plan.place.unit
    if rng.random() > (0.55 if plan.place.level == "county" else 0.1):
        return None
    full = f"{unit}委常委出席会议,{unit}人大常委会主任、{unit}政协主席,{unit}有关部门主要负责人列席会议。"
    short = f"{unit}人大常委会、{unit}政府、{unit}政协有关负责同志列席会议。"
    text: str = printed(rng.choice((full, short)))
    return text
