"""Golden cases: what a reader of the genre says of a page, as data; negatives and known failures too."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from readout_nlp.pages.page import Given, Page
from readout_nlp.readouts.parse import parse_page

CASES = sorted((Path(__file__).parent / "cases").glob("readouts_*.json"))


def _load():
    for path in CASES:
        for case in json.loads(path.read_text(encoding="utf-8")):
            marks = [pytest.mark.xfail(strict=True)] if case.get("expect") == "fail" else []
            yield pytest.param(case, id=f"{path.stem}: {case['label']}", marks=marks)


def _record(case):
    data = case["original"].encode()
    given = Given(**case["given"]) if "given" in case else None
    page = Page(origin="case", data=data, sha256=hashlib.sha256(data).hexdigest(), given=given)
    return parse_page(page).to_dict()


def _at(record, path):
    for key in path.split("."):
        record = record[key] if record is not None else None
    return record


@pytest.mark.parametrize("case", list(_load()))
def test_case(case):
    record = _record(case)
    expected = dict(case["expected"])
    items = expected.pop("items", None)
    assert {path: _at(record, path) for path in expected} == expected
    if items is not None:
        assert len(record["items"]) == len(items)
        # relay+hear are all the acts in order, relay+ is that act alone; without a mark it is the first
        found = [
            "+".join(item["acts"]) if "+" in act else item["act"]
            for item, (act, _) in zip(record["items"], items, strict=True)
        ]
        assert found == [act.rstrip("+") for act, _ in items]
        for item, (_, word) in zip(record["items"], items, strict=True):
            assert word in item["subject"] + item["text"]


def test_labels_are_unique():
    labels = [(path.stem, case["label"]) for path in CASES for case in json.loads(path.read_text("utf-8"))]
    assert len(labels) == len(set(labels)) >= 60
