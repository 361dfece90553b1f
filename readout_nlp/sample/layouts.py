"""The four ways in which readouts lay an item out (in half-width form, one paragraph a line)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from readout_nlp.sample.drafts import Draft
from readout_nlp.sample.material import phrases


@dataclass(frozen=True, slots=True)
class Telling:
    """What a layout tells: the draft, its final sentences, the speaker, and whether it comes first."""

    draft: Draft
    sentences: tuple[str, ...]
    speaker: str
    first: bool


def whole(told: Telling, rng: Random) -> list[str]:
    """Put all in one paragraph: the heading, 会议指出 with some sentences, 会议强调 with the others."""
    middle = rng.randint(1, max(1, len(told.sentences) - 1))
    before, after = told.sentences[:middle], told.sentences[middle:]
    said = f"会议指出,{told.draft.opening}。{''.join(before)}"
    stressed = f"{rng.choice(('会议强调', '会议要求'))},{''.join(after)}" if after else ""
    return [f"{told.draft.heading}{said}{stressed}{_closing(told)}"]


def points(told: Telling, rng: Random) -> list[str]:
    """Put the short line 会议强调: behind the heading, then a paragraph a point, opened by a slogan."""
    slogans = rng.sample(told.draft.topic.slogans, len(told.draft.topic.slogans))
    lines = [told.draft.heading]
    if rng.random() < 0.5:
        lines.append(f"会议指出,{told.draft.opening}。")
    else:
        lines[0] += f"会议指出,{told.draft.opening}。"
    lines.append("会议强调:")
    rest = list(told.sentences)
    while rest:
        size = 2 if len(slogans) > 1 else len(rest)
        slogan = f"要{slogans.pop()}。" if slogans else ""
        lines.append(slogan + "".join(rest[:size]))
        rest = rest[size:]
    lines[-1] += _closing(told)
    return lines


def listed(told: Telling, rng: Random) -> list[str]:
    """Leave the heading out, for the verbs stand in the lead alone: 要学习贯彻… or 要抓好…."""
    draft = told.draft
    if draft.acts[0] == "relay":
        opened = f"会议强调,要{rng.choice(('认真', '深入'))}学习贯彻{draft.subject}。"
    else:
        opened = f"要{rng.choice(('抓紧抓实', '扎实做好', '毫不放松抓好'))}{draft.subject}工作。"
    return [f"{opened}{draft.opening}。{''.join(told.sentences)}{_closing(told)}"]


def speaker(told: Telling, rng: Random) -> list[str]:
    """Put behind the heading what the presider said: 某某指出,… and 某某强调,要…."""
    place = "会议首先" if told.first else rng.choice(("会议", "会议还"))
    lines = [told.draft.heading.replace("会议", place, 1)] if told.draft.heading else []
    middle = (len(told.sentences) + 1) // 2
    lines.append(f"{told.speaker}指出,{told.draft.opening}。{''.join(told.sentences[:middle])}")
    if told.sentences[middle:]:
        lines.append(f"{told.speaker}强调,{''.join(told.sentences[middle:])}{_closing(told)}")
    return lines


LAYOUTS: dict[str, tuple[int, Callable[[Telling, Random], list[str]]]] = {
    "whole": (40, whole),
    "points": (25, points),
    "listed": (15, listed),
    "speaker": (20, speaker),
}


def choose_layout(rng: Random) -> str:
    """Choose a layout by its weight in `LAYOUTS`."""
    return rng.choices(list(LAYOUTS), weights=[weight for weight, _ in LAYOUTS.values()])[0]


def residual_line(rng: Random) -> tuple[str, str]:
    """Give the closing line about other business and its subject."""
    line = rng.choice(phrases()["residual"])
    return line, line.rsplit("了", 1)[-1].removesuffix("。")


def _closing(told: Telling) -> str:
    return f"{told.draft.closing}。" if told.draft.closing else ""
