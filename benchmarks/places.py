"""Ask the parser for the place of every prefecture and county: one small page of our own a unit and layout.

Usage: python benchmarks/places.py [--every N]

Each page tells its unit in one way only (the organ's name, the paper's, the code in the footer). A name that
several units bear tells nothing, and must be refused. Other layouts name somebody else: the parent or a
sibling, relayed or visited. There the right answer is none, or the unit itself where the page tells it.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from readout_nlp.readouts.parse import parse_page
from readout_nlp.reference.gazetteer import Division, above, by_name, divisions
from readout_nlp.reference.tables import table_rows
from readout_nlp.reference.townships import stem

YEAR = 2020
TEXT = "会议听取了河堤加固情况汇报。会议强调,要赶在汛前完工。"
ORGANS = {
    "地区": ("地委", "我区"),
    "市": ("市委", "我市"),
    "区": ("区委", "我区"),
    "县": ("县委", "我县"),
    "州": ("州委", "我州"),
    "盟": ("盟委", "我盟"),
    "旗": ("旗委", "我旗"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One division of the year, with what its pages call it."""

    division: Division
    organ: str
    ours: str
    sibling: Division | None

    @property
    def full_organ(self) -> str:
        """The committee with the unit's name: 苏州市委, 阿里地委."""
        name = self.division.name
        return name.removesuffix("地区") + "地委" if name.endswith("地区") else name + "委"


def page(lead: str, *, title: str = "", head: str = "", body: str = TEXT, foot: str = "") -> str:
    """Lay a page out as plain text."""
    lines = [title or "研究河堤加固工作", f"{head}发布时间:2020-06-05", lead, body, foot]
    return "\n".join(line for line in lines if line)


def convened(unit: Unit) -> str:
    """Give a lead whose organ bears no name."""
    return f"6月4日,{unit.organ}常委会召开会议,研究{unit.ours}河堤加固工作。"


@cache
def _townships() -> dict[str, list[str]]:
    """Give the first two townships of each unit whose names have two letters or more, by its code."""
    named = {row["code"]: row["names"].split() for row in table_rows("townships.csv")}
    return {code: [name for name in names if len(stem(name)) > 1][:2] for code, names in named.items()}


def townships(division: Division, sentence: str) -> str | None:
    """Fill two townships of a unit into a sentence; None for a unit without two."""
    names = _townships().get(division.code, [])
    return sentence.format(*names) if len(names) > 1 else None


def _committee(division: Division) -> str:
    return f"{division.name}委"


TELLING: dict[str, Callable[[Unit], str | None]] = {
    "organ": lambda u: page(f"6月4日,{u.full_organ}召开常委会会议,研究河堤加固工作。"),
    "role": lambda u: page(f"6月4日,{u.full_organ}书记何一苇主持召开{u.organ}常委会会议,研究河堤加固工作。"),
    "title": lambda u: page(convened(u), title=f"{u.full_organ}研究河堤加固工作"),
    "source": lambda u: page(convened(u), head=f"来源:{u.division.short}日报 "),
    "account": lambda u: page(convened(u), head=f"来源:{u.division.short}发布 "),
    "site code": lambda u: page(convened(u), foot=f"网站标识码:{u.division.code}0001"),
    "host": lambda u: page(convened(u), foot=f"主办单位:{u.division.name}人民政府办公室"),
    "breadcrumb": lambda u: page(convened(u), head=f"当前位置:首页>{u.division.short}新闻>要闻\n"),
    "dateline": lambda u: page(f"本报{u.division.short}讯 {convened(u)}"),
    "document": lambda u: page(
        convened(u), body=f"会议审议了《{u.division.name}河堤加固办法》。会议指出,要赶在汛前完工。"
    ),
    "closing": lambda u: page(
        convened(u), body=f"{TEXT}要立足实际,加快建设美丽{u.division.short},让{u.division.short}群众放心。"
    ),
    "city's paper": lambda u: (
        page(f"6月4日,{u.full_organ}召开常委会会议,研究河堤加固工作。", head=f"来源:{p.short}日报 ")
        if (p := parent(u.division)) is not None
        else None
    ),
    "townships": lambda u: (
        page(convened(u), body=f"{TEXT}{told}")
        if (told := townships(u.division, "会议指出,{}、{}的河堤年头长,要逐段查。"))
        else None
    ),
    "named": lambda u: page(convened(u), body=f"{TEXT}会议指出,{u.division.name}的河堤年头长,要逐段查。"),
}
MISLEADING: dict[str, Callable[[Unit], str | None]] = {
    "parent relayed": lambda u: (
        page(f"6月4日,{u.organ}常委会召开会议,传达学习{_committee(p)}全会精神。")
        if (p := parent(u.division)) is not None
        else None
    ),
    "sibling relayed": lambda u: (
        page(f"6月4日,{u.organ}常委会召开会议,传达学习{_committee(u.sibling)}全会精神,研究河堤加固工作。")
        if u.sibling is not None
        else None
    ),
    "sibling visited": lambda u: (
        page(
            convened(u),
            body=f"会议传达了赴{u.sibling.name}学习考察情况。会议指出,在{u.sibling.name}考察时看到的做法要学。",
        )
        if u.sibling is not None
        else None
    ),
    "others visited": lambda u: (
        page(convened(u), body=f"会议听取了赴{p.name}{u.sibling.name}、{u.sibling.name}招商情况汇报。{TEXT}")
        if u.sibling is not None and (p := parent(u.division)) is not None
        else None
    ),
    "sibling's townships": lambda u: (
        page(convened(u), body=f"{TEXT}{told}")
        if u.sibling is not None
        and (told := townships(u.sibling, f"会议听取了赴{u.sibling.name}{{}}、{{}}走访情况汇报。"))
        else None
    ),
    "sibling's accident": lambda u: (
        page(
            convened(u),
            body=f"会议通报了{u.sibling.name}某堤垮塌有关情况。{TEXT}要记取{u.sibling.name}教训。",
        )
        if u.sibling is not None
        else None
    ),
    "sibling's example": lambda u: (
        page(
            convened(u),
            body=f"{TEXT}要对标{u.sibling.name},向{u.sibling.name}学习,用好{u.sibling.short}的经验。",
        )
        if u.sibling is not None
        else None
    ),
    "zone within": lambda u: page(
        "6月4日,经开区召开第3次管委会会议,研究河堤加固工作。",
        foot=f"主办单位:{u.division.name}经济技术开发区管委会\n网站标识码:{u.division.code}0001",
    ),
    "own, sibling relayed": lambda u: (
        page(f"6月4日,{u.full_organ}召开常委会会议,传达学习{_committee(u.sibling)}全会精神。")
        if u.sibling is not None
        else None
    ),
    "own, parent relayed": lambda u: (
        page(f"6月4日,{u.full_organ}召开常委会会议,传达学习{_committee(p)}全会精神。")
        if (p := parent(u.division)) is not None
        else None
    ),
}


def parent(division: Division) -> Division | None:
    """Give the city above a county-level unit."""
    return next((unit for unit in above(division) if unit.level == "prefecture"), None)


def units(every: int = 1, seed: int = 0) -> Iterator[Unit]:
    """Give the prefectures and counties of the year, or a random part of them."""
    listed = [
        d
        for d in divisions()
        if d.level != "province" and d.valid_in(YEAR) and not d.code.startswith(("99", "71", "81", "82"))
    ]
    chosen = listed if every == 1 else random.Random(seed).sample(listed, len(listed) // every)
    kin: dict[tuple[str | None, str], list[Division]] = {}
    for division in listed:
        kin.setdefault((division.parent, division.name[-1]), []).append(division)
    for division in chosen:
        ending = "地区" if division.name.endswith("地区") else division.name[-1]
        others = [d for d in kin[division.parent, division.name[-1]] if d.code != division.code]
        organ, ours = ORGANS[ending]
        yield Unit(division=division, organ=organ, ours=ours, sibling=others[0] if others else None)


def verdict(unit: Unit, text: str, *, told: bool = True, twins_told: bool = False) -> str:
    """Say what became of a page: right, wrong, refused, or refused rightly (told nothing, or twin names)."""
    place = parse_page(text).place
    if place is None or place.code is None:
        twins = sum(d.valid_in(YEAR) for d in by_name(unit.division.name, year=YEAR)) > 1
        return "rightly refused" if not told or (twins and not twins_told) else "refused"
    if not told and unit.sibling is not None:
        return "wrong"  # nothing told it; the one county of a city is told by its city
    return "right" if place.code == unit.division.code else "wrong"


def table(every: int = 1, seed: int = 0) -> dict[str, Counter[str]]:
    """Count what became of every layout's pages."""
    counts: dict[str, Counter[str]] = {}
    for unit in units(every, seed):
        for name, layout in (TELLING | MISLEADING).items():
            text = layout(unit)
            if text is not None:
                told = name in TELLING or name.startswith("own")
                found = verdict(unit, text, told=told, twins_told=name in ("site code", "city's paper"))
                counts.setdefault(name, Counter())[found] += 1
    return counts


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take one unit of so many, at random")
    counts = table(parser.parse_args().every)
    columns = ("right", "wrong", "refused", "rightly refused")
    print(f"{'layout':22}" + "".join(f"{column:>17}" for column in columns))
    for name, found in counts.items():
        print(f"{name:22}" + "".join(f"{found[column]:17}" for column in columns))


if __name__ == "__main__":
    main()
