"""One agenda item: its acts, its subject as printed, its heading and its sentences (in half-width form)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from readout_nlp.sample.centre import CentreDocument, latest_document
from readout_nlp.sample.clues import Clue
from readout_nlp.sample.material import Topic, fill, phrases, topics
from readout_nlp.sample.schedule import PagePlan
from readout_nlp.sample.settings import SampleSettings

# relay and hear are what such meetings mostly do
ACTS = {
    ("relay",): 30,
    ("hear",): 30,
    ("analyse",): 6,
    ("deliberate",): 8,
    ("approve",): 10,
    ("deploy",): 5,
    ("decide",): 3,
    ("relay", "hear"): 4,
    ("relay", "approve"): 4,
}
ORDER = ("relay", "analyse", "hear", "deliberate", "approve", "deploy", "decide", "unstated")
_RELAYS_CENTRE = 0.4


@dataclass(frozen=True, slots=True)
class Draft:
    """An item before it is laid out.

    `heading` is the sentence that opens it, `opening` what the meeting says of the matter, `document` the
    centre's document that it relays.
    """

    topic: Topic
    acts: tuple[str, ...]
    subject: str
    heading: str
    opening: str
    sentences: tuple[str, ...]
    closing: str
    document: CentreDocument | None = None


def draft_items(plan: PagePlan, settings: SampleSettings, *, layout: str, clue: Clue) -> list[Draft]:
    """Write the items of a page in the order in which its lead lists them."""
    rng = plan.stream("items")
    taken: set[str] = set()
    drafts: list[Draft] = []
    for topic in plan.topics:
        acts, subject = _matter(plan, topics()[topic], layout=layout, clue=clue, taken=taken)
        draft = _draft(plan, topics()[topic], acts=acts, subject=subject, rng=rng)
        if draft.acts[0] == "relay" and rng.random() < _RELAYS_CENTRE and not clue.eagerness:
            draft = _relaying(draft, latest_document(settings, topic, before=plan.day), taken)
        taken.add(draft.subject)
        drafts.append(draft)
    drafts.sort(key=lambda draft: ORDER.index(draft.acts[0]))
    if layout == "speaker" and len(drafts) > 3 and rng.random() < 0.5:
        drafts[-1] = _unstated(plan, drafts[-1], rng)
    return drafts


def local(text: str, plan: PagePlan) -> str:
    """Fill in what depends on whose meeting it is: 全市, 全省, 市委, the place's name."""
    place = plan.place
    county = place.level == "county"
    filled = (
        text.replace("市委", f"{place.unit}委")
        .replace("{all}", f"全{place.unit}")
        .replace("{unit}", place.unit)
    )
    return filled.replace("{up}", "全市" if county else "全省").replace("{place}", place.short)


def _acts(layout: str, rng: Random) -> tuple[str, ...]:
    if layout == "listed":
        return ("relay",) if rng.random() < 0.45 else ("hear",)
    return rng.choices(list(ACTS), weights=list(ACTS.values()))[0]


def _matter(
    plan: PagePlan, topic: Topic, *, layout: str, clue: Clue, taken: set[str]
) -> tuple[tuple[str, ...], str]:
    """Choose what the meeting did and with what: a subject that the page does not have yet."""
    rng = plan.stream(f"matter {topic.id} {len(taken)}")
    while True:
        acts = _acts(layout, rng)
        subject = _subject(plan, topic, acts=acts, rng=rng, short=layout == "listed", clue=clue)
        if subject not in taken:
            return acts, subject


def _draft(plan: PagePlan, topic: Topic, *, acts: tuple[str, ...], subject: str, rng: Random) -> Draft:
    heading = rng.choice(phrases()["heading-" + "+".join(acts)]).replace("{s}", subject)
    head = rng.choice(topic.heads)
    opening = rng.choice(
        phrases()["relay"] if acts[0] == "relay" and rng.random() < 0.4 else phrases()["open"]
    )
    closing = rng.choice(phrases()["close"]) if rng.random() < 0.25 else ""
    return Draft(
        topic=topic,
        acts=acts,
        subject=subject,
        heading=local(heading, plan),
        opening=local(opening.replace("{h}", head).replace("{s}", subject), plan),
        sentences=_sentences(plan, topic, head=head, rng=rng),
        closing=local(closing, plan),
    )


def _subject(
    plan: PagePlan, topic: Topic, *, acts: tuple[str, ...], rng: Random, short: bool, clue: Clue
) -> str:
    if acts[0] == "relay":
        if clue.session and rng.random() < clue.eagerness:
            return f"{clue.session}关于{topic.heads[0]}的部署精神"
        return local(rng.choice(topic.meetings), plan)
    if short:
        return topic.head
    if acts[0] == "hear":
        return local(_with_year(rng.choice(topic.reports), plan, rng), plan)
    if acts[0] == "analyse":
        return local(f"{{all}}{topic.head}形势", plan)
    if acts[0] == "deploy":
        return local(f"{{all}}下一阶段{topic.head}任务", plan)
    if acts[0] == "decide":
        return local(f"召开{{all}}{topic.head}推进会", plan)
    paper = rng.choice(topic.plans)
    return paper.replace("《", f"《{plan.place.name}") if rng.random() < 0.5 else paper


def _with_year(report: str, plan: PagePlan, rng: Random) -> str:
    year = plan.day.year
    stated = ["", "", "今年"] if plan.undated else ["", "", "今年", f"{year - 1}年", f"{year}年"]
    return report.replace("{y}", rng.choice(stated))


def _sentences(plan: PagePlan, topic: Topic, *, head: str, rng: Random) -> tuple[str, ...]:
    target = rng.randint(95, 250)
    own = rng.sample(topic.sentences, len(topic.sentences))
    duties = rng.sample(phrases()["duty"], 6)
    written: list[str] = []
    while sum(map(len, written)) < target:
        formula = rng.random() < 0.24
        template = duties.pop() if formula and duties else own.pop()
        written.append(f"要{fill(local(template.replace('{h}', head), plan), topic, rng)}。")
    return tuple(written)


def _relaying(draft: Draft, document: CentreDocument | None, taken: set[str]) -> Draft:
    if document is None:
        return draft
    subject = f"《{document.title}》精神"
    if subject in taken:
        return draft
    swap = {name: getattr(draft, name).replace(draft.subject, subject) for name in ("heading", "opening")}
    return replace(draft, subject=subject, document=document, **swap)


def _unstated(plan: PagePlan, draft: Draft, rng: Random) -> Draft:
    opening = rng.choice(phrases()["unstated"]).replace("{h}", draft.topic.head)
    return replace(
        draft,
        acts=("unstated",),
        subject=draft.topic.head,
        heading="",
        opening=local(opening, plan),
        document=None,
    )
