"""The fictional world is fictional, and complete enough to write about."""

from __future__ import annotations

import csv
import re
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise

import pytest

from readout_nlp.reference.gazetteer import short_name
from readout_nlp.reference.terms import official_terms, undated_terms
from readout_nlp.sample.material import data_text, half_width, notices, phrases, topics
from readout_nlp.sample.scripts import survives
from readout_nlp.sample.world import (
    FIRST_YEAR,
    LAST_YEAR,
    all_cities,
    counties,
    events,
    in_office,
    tifa_first_used,
)


def rows(name: str) -> list[dict[str, str]]:
    path = files("readout_nlp.reference") / "data" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def clashes(name: str, real: set[str]) -> list[str]:
    """Real names that a fictional name bears or begins with."""
    return [name[:size] for size in range(2, len(name) + 1) if name[:size] in real]


def test_no_name_is_a_real_places():
    real = {row["name"] for row in rows("divisions.csv")}
    real |= {short_name(name) for name in real}
    assert len(real) > 3000
    assert clashes("苏州湾市", real) == ["苏州"], "the check itself must be able to find one"
    for row in rows("fictional_divisions.csv"):
        assert clashes(row["name"], real) == [], row["name"]
        assert clashes(short_name(row["name"]), real) == [], row["name"]


def test_codes_begin_with_99_and_every_parent_is_fictional():
    table = {row["code"]: row for row in rows("fictional_divisions.csv")}
    assert {code[:2] for code in table} == {"99"}
    assert not any(row["code"].startswith("99") for row in rows("divisions.csv"))
    parents = {row["code"]: row["parent"] for row in table.values() if row["level"] != "province"}
    assert set(parents.values()) <= set(table)
    assert len({row["name"] for row in table.values()}) == len(table)


def test_there_are_twelve_cities_with_districts():
    assert len(all_cities()) >= 12
    for city in all_cities():
        assert 2 <= len(counties(city.code)) <= 4
        assert {place.prefecture for place in counties(city.code)} == {city.name}


def test_somebody_is_in_office_on_every_day():
    days = [date(FIRST_YEAR, 1, 1) + timedelta(days=90 * k) for k in range((LAST_YEAR - FIRST_YEAR + 1) * 4)]
    for city in all_cities():
        for place in (city, *counties(city.code)):
            chiefs = {in_office(place.code, day).name for day in days}
            assert len(chiefs) >= 2
            assert all("副书记" in in_office(place.code, day, deputy=True).role for day in days)


def test_every_year_has_datable_events():
    sessions = [event.day for event in events("session")]
    assert sessions == sorted(sessions)
    assert max(b - a for a, b in pairwise(sessions)) < timedelta(days=150)
    named = {event.day.year for event in events("year")}
    assert named >= set(range(FIRST_YEAR, LAST_YEAR + 1))


def test_no_events_name_is_part_of_anothers():
    names = [event.name for kind in ("session", "year") for event in events(kind)]
    assert len(set(names)) == len(names) > 40
    assert [(a, b) for a in names for b in names if a != b and a in b] == []


def test_tifa_are_no_real_terms():
    real = {entry.term for entry in official_terms()} | set(undated_terms())
    assert len(real) > 100
    assert real.isdisjoint(tifa_first_used())


@pytest.mark.parametrize("topic", topics().values(), ids=lambda topic: topic.id)
def test_each_topic_is_rich(topic):
    nouns = {*topic.works, *topic.objects, *topic.people}
    assert len(nouns) >= 40
    assert len(set(topic.sentences)) >= 25
    assert len({*topic.meetings, *topic.reports, *topic.plans}) >= 12
    assert set(topic.near) <= set(topics()) - {topic.id}
    slots = set(re.findall(r"\{(\w)\}", "".join(topic.sentences)))
    assert slots - {"x"} == set("wopgd")
    assert bool(topic.evils) == ("x" in slots)


def test_there_are_twenty_topics_whose_nouns_mostly_differ():
    assert len(topics()) >= 20
    owners: dict[str, int] = {}
    for topic in topics().values():
        for noun in {*topic.works, *topic.objects, *topic.people}:
            owners[noun] = owners.get(noun, 0) + 1
    assert sum(count == 1 for count in owners.values()) / len(owners) > 0.9


def test_the_material_survives_traditional_script():
    for topic in topics().values():
        for line in (
            *topic.sentences,
            *topic.works,
            *topic.objects,
            *topic.people,
            *topic.goals,
            *topic.evils,
        ):
            assert survives(line), line
    for line in (line for lines in phrases().values() for line in lines):
        assert survives(line), line
    for row in rows("fictional_officials.csv") + rows("fictional_divisions.csv"):
        assert survives(row["name"]), row["name"]


def test_the_material_is_printed_full_width():
    for topic in topics():
        text = data_text(f"topics/{topic}.json")
        for sentence in re.findall(r'"([^"]*)"', text):
            assert not re.search(r"[一-鿿],[一-鿿]", sentence), sentence


def test_no_template_leaves_a_slot_open():
    known = {"h", "s", "t", "e", "place", "all", "up", "unit", "y", "w", "o", "p", "g", "d", "x"}
    lines = [line for lines in phrases().values() for line in lines] + [n["text"] for n in notices()]
    lines += [line for t in topics().values() for line in (*t.sentences, *t.reports, *t.meetings, *t.plans)]
    assert {slot for line in lines for slot in re.findall(r"\{(\w+)\}", half_width(line))} <= known
