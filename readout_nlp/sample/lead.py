"""The lead: who convened, when, what was on the agenda and who presided (in half-width form)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from readout_nlp.sample.drafts import Draft, local
from readout_nlp.sample.material import phrases
from readout_nlp.sample.schedule import PagePlan
from readout_nlp.sample.world import Official, in_office

_VERBS = {
    "relay": ("传达学习", "学习贯彻"),
    "analyse": ("分析",),
    "hear": ("听取",),
    "deliberate": ("审议",),
    "approve": ("审议通过",),
    "deploy": ("部署",),
}


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead paragraph and what it says: convening bodies, presider, publication, the year's basis."""

    text: str
    meeting_type: str
    presider: Official
    published: date | None
    year_basis: str | None


def write_lead(plan: PagePlan, drafts: list[Draft], *, layout: str, dateline: bool) -> Lead:
    """Write the lead of a page; without a `dateline` a dated page states its full date here."""
    rng = plan.stream("lead")
    bodies, opens = _bodies(plan, rng)
    when, published, basis = _when(plan, dateline=dateline, rng=rng)
    agenda = _agenda(drafts, plan, short=layout == "listed", rng=rng)
    presider, sentence = _presider(plan, rng)
    named = f"{plan.place.short if rng.random() < 0.4 else ''}{bodies}"
    if sentence is None:
        meeting = named if "会议" in named[-3:] else f"{named}会议"
        text = f"{when},{presider.role}{presider.name}主持召开{meeting},{agenda}。"
    else:
        text = f"{when},{named}{opens},{agenda}。{sentence}"
    return Lead(text, bodies.removesuffix("会议"), presider, published, basis)


def _bodies(plan: PagePlan, rng: Random) -> tuple[str, str]:
    committee = f"{plan.place.unit}委常委会"
    chance = rng.random()
    if chance < 0.06:
        return f"{committee}(扩大)会议", "召开"
    if chance < 0.14:
        return f"{committee}暨{local(rng.choice(phrases()['joint']), plan)}", "召开会议"
    return committee, "召开会议"


def _when(plan: PagePlan, *, dateline: bool, rng: Random) -> tuple[str, date | None, str | None]:
    day = plan.day
    short = f"{day.month}月{day.day}日"
    if plan.undated:
        return short, None, None
    full = f"{day.year}年{short}"
    if not dateline:
        return full, None, "stated"
    chance = rng.random()
    if chance < 0.25:
        form = rng.choice(("昨天", "昨日", f"昨天({short})", f"昨日({short})"))
        return form, day + timedelta(days=1), "publication"
    published = day + timedelta(days=rng.choice((0, 1, 1, 2, 3)))
    return (full, published, "stated") if chance < 0.4 else (short, published, "publication")


def _presider(plan: PagePlan, rng: Random) -> tuple[Official, str | None]:
    chance = rng.random()
    chief = in_office(plan.place.code, plan.day)
    place = plan.place.name if rng.random() < 0.2 else ""
    printed = Official(chief.name, f"{place}{chief.role[-4:]}")
    if chance < 0.06:
        deputy = in_office(plan.place.code, plan.day, deputy=True)
        return deputy, f"受{chief.role}{chief.name}委托,{deputy.role}{deputy.name}主持会议。"
    if chance < 0.36:
        return printed, None
    ending = rng.choice(("主持会议", "主持会议并讲话", "主持"))
    return printed, f"{printed.role}{printed.name}{ending}。"


def _agenda(drafts: list[Draft], plan: PagePlan, *, short: bool, rng: Random) -> str:
    parts = []
    for act, verbs in _VERBS.items():
        subjects = [draft.subject for draft in drafts if draft.acts[0] == act]
        if not subjects:
            continue
        if act == "hear" and short:
            parts.append(f"听取全{plan.place.unit}{'、'.join(subjects)}等工作情况汇报")
        else:
            parts.append(f"{rng.choice(verbs)}{'、'.join(subjects)}{'汇报' if act == 'hear' else ''}")
    if not parts or rng.random() < 0.35:
        parts.append("研究部署下一阶段工作")
    return ",".join(parts)
