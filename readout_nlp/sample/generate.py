"""Synthetic raw pages with known truth: dirty as the real ones, of a province that does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from readout_nlp.sample.adoption import planned_uses
from readout_nlp.sample.material import full_width, notices
from readout_nlp.sample.press import Article, print_page
from readout_nlp.sample.schedule import PagePlan, plan_city, plan_others
from readout_nlp.sample.scripts import encoded, glossed, survives, traditional
from readout_nlp.sample.settings import SampleSettings, check_settings
from readout_nlp.sample.story import Story, write_story
from readout_nlp.sample.style import Style, choose_style
from readout_nlp.sample.titles import source_of, title_of
from readout_nlp.sample.truth import other_truth, story_truth
from readout_nlp.sample.world import FictionalPlace, all_cities

__all__ = ["SampleFile", "SampleSettings", "generate_sample"]


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One raw page: relative POSIX path, bytes, and the truth about it."""

    path: str
    data: bytes
    truth: dict[str, Any]


def generate_sample(settings: SampleSettings | None = None) -> Iterator[SampleFile]:
    """Give the pages of a sample, city by city, each with its truth.

    The same settings give the same bytes. More cities leave the pages of the first ones as they were.

    Parameters
    ----------
    settings : SampleSettings
        Seed and size.

    Raises
    ------
    RecipeError
        If the size cannot be filled.

    Examples
    --------
    >>> pages = list(generate_sample(SampleSettings(cities=1, years=1, per_cell=2)))
    >>> pages[0].path.split("/")[0], pages[0].truth["place"]["name"]
    ('pages', '砚溪市')
    """
    chosen = settings or SampleSettings()
    check_settings(chosen)
    return _pages(chosen)


def _pages(settings: SampleSettings) -> Iterator[SampleFile]:
    neighbours: tuple[Story, ...] = ()
    for city in all_cities()[: settings.cities]:
        neighbours = _stories(settings, city, neighbours)
        for story in neighbours:
            yield _readout(story)
        for plan in plan_others(settings, city):
            yield _other(plan)


def _stories(
    settings: SampleSettings, city: FictionalPlace, neighbours: tuple[Story, ...]
) -> tuple[Story, ...]:
    plans = plan_city(settings, city)
    uses = planned_uses(settings, city.code, plans)
    return tuple(write_story(plan, settings, tifa=uses[plan.key], neighbours=neighbours) for plan in plans)


def _readout(story: Story) -> SampleFile:
    plan, style = story.plan, story.style
    title, source = title_of(plan, style, story.lead.presider.name), source_of(plan, style)
    if title is not None and style.full_width:
        title = full_width(title)
    lines = tuple(story.body.split("\n"))
    article = Article(title, source, story.lead.published, lines, story.attendance)
    text = print_page(article, plan, style)
    data, style, glosses = _bytes(text, style)
    truth = story_truth(story, title=title, source=source, style=style, glosses=glosses)
    return SampleFile(truth["path"], data, truth)


def _other(plan: PagePlan) -> SampleFile:
    style = replace(choose_style(plan), site=plan.stream("notice").choice(("trs", "table")), glossed=False)
    style = replace(style, codec="utf-8", declared="utf-8")
    notice = plan.stream("notice kind").choice(notices())
    marks = full_width if style.full_width else str
    lines = tuple(marks(notice["text"].replace("{place}", plan.place.name)).split("\n"))
    title = marks(notice["title"].replace("{place}", plan.place.name))
    article = Article(title, source_of(plan, style), plan.day, lines)
    data, style, _ = _bytes(print_page(article, plan, style), style)
    truth = other_truth(plan, reason=notice["kind"], title=title, style=style)
    return SampleFile(truth["path"], data, truth)


def _bytes(text: str, style: Style) -> tuple[bytes, Style, int]:
    """Set a page in its script and encode it; one that traditional script would distort stays simplified."""
    glosses = 0
    if style.traditional and not survives(text):
        style = replace(style, traditional=False, glossed=False)
    if style.glossed:
        text, glosses = glossed(text)
    elif style.traditional:
        text = traditional(text)
    return encoded(text, style), style, glosses
