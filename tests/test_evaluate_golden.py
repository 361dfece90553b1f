"""Golden pages, read whole: every field that the truth states, the body letter by letter, items and acts."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from golden_pages import page, rows, truth, write

from readout_nlp.evaluate.agenda import score_agenda
from readout_nlp.evaluate.fields import FIELDS, judge
from readout_nlp.evaluate.matching import letters
from readout_nlp.evaluate.score import evaluate_paths
from readout_nlp.readouts.parse import parse_page
from readout_nlp.readouts.readout import ACTS, LEVELS
from readout_nlp.reference.gazetteer import by_code

READOUTS = [row for row in rows() if row["truth"]["kind"] is not None]


def _row(file):
    return next(row for row in rows() if row["file"] == file)


@cache
def parsed(file):
    return parse_page(page(_row(file)), origin=file)


def faults(row):
    """Names of the fields that are not as the truth states, with what was found."""
    told, readout = truth(row), parsed(row["file"])
    found = {
        field.name: field.found(readout)
        for field in FIELDS
        if judge(field, told, readout) not in (None, "right", "null")
    }
    if told["kind"] is None:
        return found
    if letters(told["body"]).text != letters(readout.body).text:
        found["body"] = readout.body
    score = score_agenda(told["items"], readout.items, body=told["body"])
    if not score.true == score.found == score.matched:
        found["items"] = [item.text[:20] for item in readout.items]
    elif score.same_acts < score.matched:
        found["acts"] = [item.acts for item in readout.items]
    return found


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_golden_page(row):
    known = row.get("known_failures", {})
    assert {name: found for name, found in faults(row).items() if name not in known} == {}


def test_every_known_failure_still_fails():
    known = {(row["file"], name) for row in rows() for name in row.get("known_failures", {})}
    assert {(file, name) for file, name in known if name not in faults(_row(file))} == set()


def test_the_set_is_as_wide_as_it_claims():
    places = [row["truth"]["place"] for row in READOUTS if row["truth"]["place"]]
    assert len(rows()) >= 60
    assert len({place.get("code") or place.get("name") for place in places}) >= 30
    assert len({place["province"] for place in places} - {None}) >= 15
    assert {place["level"] for place in places} == set(LEVELS)
    assert sum(row["truth"]["kind"] is None for row in rows()) >= 10
    assert {"utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"} <= {row["encoding"] for row in rows()}


def test_every_place_is_in_the_gazetteer_under_its_name_and_level():
    for row in READOUTS:
        place = row["truth"]["place"]
        if place and place.get("code"):
            day = row["truth"]["published"] or row["truth"]["meeting_date"]["value"]
            known = by_code(place["code"], year=int(day[:4]) if day else None)
            assert (place["name"], place["level"]) == (known.name, known.level)


def test_truth_is_whole():
    assert max(Counter(row["file"] for row in rows()).values()) == 1
    for row in READOUTS:
        told = truth(row)
        for item in told["items"]:
            assert told["body"][item["start"] : item["end"]] == item["text"]
            assert set(item["acts"]) <= set(ACTS)


def test_the_folder_scores_as_the_pages_do(tmp_path):
    done = evaluate_paths(write(tmp_path), [tmp_path])
    assert not done.missing
    assert not done.unknown
    fields = {field.name for field in FIELDS}
    one_by_one = {(row["file"], name) for row in rows() for name in faults(row) if name in fields}
    assert {(fault.page, fault.field) for fault in done.faults} == one_by_one
