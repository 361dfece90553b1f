"""Golden pages: what is kept, what is set aside, what the page says of itself, how text is repaired."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from readout_nlp.durable import sha256_bytes
from readout_nlp.pages.extract import extract_text
from readout_nlp.pages.furniture import match_line
from readout_nlp.pages.page import Media, Page, PageText
from readout_nlp.pages.repair import repair, replay, revert

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    rows = json.loads((CASES / name).read_text(encoding="utf-8"))
    return [
        pytest.param(
            row,
            id=row["label"],
            marks=[pytest.mark.xfail(strict=True, reason=row["comment"])]
            if row.get("expect") == "fail"
            else [],
        )
        for row in rows
    ]


def read(text: str, media: Media | None = None) -> PageText:
    data = text.encode("utf-8")
    return extract_text(Page(origin="case", data=data, sha256=sha256_bytes(data), media=media))


def check(found: PageText, expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        if name == "repairs":
            assert list(found.repairs) == value
        elif name in ("text", "script"):
            assert getattr(found, name) == value
        else:
            assert getattr(found.meta, name) == value, name


@pytest.mark.parametrize("case", cases("pages_text.json"))
def test_text_page(case: dict[str, Any]) -> None:
    check(read(case["original"]), case["expected"])


@pytest.mark.parametrize("case", cases("pages_layouts.json"))
def test_layout(case: dict[str, Any]) -> None:
    check(read(case["original"]), case["expected"])


@pytest.mark.parametrize("case", cases("pages_html.json"))
def test_html_page(case: dict[str, Any]) -> None:
    check(read(case["original"]), case["expected"])


@pytest.mark.parametrize("case", cases("pages_repair.json"))
def test_repair(case: dict[str, Any]) -> None:
    text, log = repair(case["original"])
    assert text == case["expected"]
    assert replay(case["original"], log) == text
    assert revert(text, log) == case["original"]
    if not case.get("skip_kinds"):
        assert Counter(entry.kind for entry in log) == Counter(case["kinds"])


@pytest.mark.parametrize("case", cases("pages_lines.json"))
def test_line_rule(case: dict[str, Any]) -> None:
    assert match_line(case["original"], case["region"])[0] == case["expected"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "big5hkscs"]
)
@pytest.mark.parametrize("case", cases("pages_html.json")[:1] + cases("pages_text.json")[:2])
def test_any_encoding_reads_the_same(case: dict[str, Any], encoding: str) -> None:
    original = case["original"]
    if encoding == "big5hkscs":
        import opencc

        original = opencc.OpenCC("s2t").convert(original)
    data = original.encode(encoding)
    found = extract_text(Page(origin="case", data=data, sha256=sha256_bytes(data)))
    assert found.undecodable == 0
    assert found.text == case["expected"]["text"]


def test_a_title_given_is_found_in_the_page() -> None:
    from readout_nlp.pages.page import Given

    data = "市委会议消息\n云岭市召开会议\n3月5日,市委召开会议。".encode()
    given = Given(title="云岭市召开会议", date="2019-3-6", source="云岭日报")
    found = extract_text(Page(origin="case", data=data, sha256=sha256_bytes(data), given=given))
    assert (found.meta.title, found.meta.published, found.meta.source) == (
        "云岭市召开会议",
        "2019-03-06",
        "云岭日报",
    )
    assert found.text == "3月5日,市委召开会议。"


def test_what_is_left_out_is_on_record() -> None:
    case = json.loads((CASES / "pages_text.json").read_text(encoding="utf-8"))[0]
    found = read(case["original"])
    printed = [line.strip() for line in case["original"].split("\n") if line.strip()]
    assert sorted([*found.text.split("\n"), *(line for _, line in found.furniture)]) == sorted(printed)


def test_characters_lost_by_others_are_noted() -> None:
    found = read("3月5日,市委\ufffd常委会召开会议。")
    assert found.undecodable == 0
    assert "1 characters" in found.notes[0]
