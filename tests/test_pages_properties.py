"""What holds for every page: it is read in bounded time, repairs replay, the text is made of its lines."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.durable import sha256_bytes
from readout_nlp.pages.extract import extract_text, printed_text
from readout_nlp.pages.page import Media, Page
from readout_nlp.pages.repair import repair, replay, revert
from readout_nlp.reference.furniture import Rule, furniture_rules

pytestmark = pytest.mark.once

PIECES = st.sampled_from(
    [
        "会议指出,",
        "要抓落实。",
        "會議",
        "(huì)",
        "輸?shù)拳h(huán)",
        "來源:",
        "某日报",
        "2019-03-06",
        " ",
        "\u3000",
        "\u00a0",
        "\u200b",
        "\n",
        "<p>",
        "</p>",
        "<div class=content>",
        "</div>",
        "<br>",
        "<td>",
        '<a href="x">',
        "</a>",
        "<",
        ">",
        "&nbsp;",
        "|",
        "首页",
        "上一篇",
        "(记者 高山)",
        "责任编辑:",
        "\ufffd",
        "?",
        "版权声明",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        '"',
    ]
)
PAGES = st.lists(PIECES, max_size=40).map("".join)
MEDIA = st.sampled_from([None, "html", "text"])


def page(data: bytes, media: Media | None = None) -> Page:
    return Page(origin="any", data=data, sha256=sha256_bytes(data), media=media)


@settings(max_examples=200)
@given(PAGES, MEDIA)
def test_repairs_replay_on_the_printed_text(text: str, media: Media | None) -> None:
    found = extract_text(page(text.encode(), media))
    printed = printed_text(page(text.encode(), media))
    repaired = replay(printed, found.repairs)
    place = 0
    for paragraph in found.text.split("\n"):
        place = repaired.index(paragraph, place) + len(paragraph)


@settings(max_examples=200)
@given(PAGES, MEDIA)
def test_paragraphs_are_clean(text: str, media: Media | None) -> None:
    found = extract_text(page(text.encode(), media)).text
    assert found == "\n".join(line.strip() for line in found.split("\n") if line.strip())
    assert "\u200b" not in found
    assert "\u00a0" not in found


@settings(max_examples=300)
@given(st.binary(max_size=600), MEDIA)
def test_any_bytes_give_a_record(data: bytes, media: Media | None) -> None:
    found = extract_text(page(data, media))
    assert found.script in ("simplified", "traditional")
    assert found == extract_text(page(data, media))


@settings(max_examples=300)
@given(PAGES)
def test_repairs_replay_and_are_taken_back(text: str) -> None:
    repaired, log = repair(text)
    assert replay(text, log) == repaired
    assert revert(repaired, log) == text


@settings(max_examples=200)
@given(PAGES)
def test_what_is_repaired_stays(text: str) -> None:
    once, _ = repair(text, glossed_page=False)
    assert repair(once, glossed_page=False)[0].count("(huì)") <= once.count("(huì)")
    assert repair(once)[1] == () or "(" in once or "?" in once


@settings(max_examples=100)
@given(st.text(alphabet="会议指出要抓落实春耕防火。,", min_size=20, max_size=120))
def test_plain_sentences_pass_unchanged(text: str) -> None:
    line = f"会议指出要抓{text.strip(',')}。"
    assert extract_text(page(line.encode(), "text")).text == line


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "会",
        "会(",
        "会(a",
        "会(huì)",
        "(huì)",
        "會?",
        "會?shù)",
        "<",
        "<p>",
        "<div>",
        "<div ",
        "<a>",
        "<ul><li>",
        "<b></p>",
        "<script>",
        "<b><div>",
        "<table><tr><td>",
        '<p x="',
        "&",
        "\n",
        "会\n",
        "首页 ",
        "首页|",
        "> ",
        "来源:",
        "时间:",
        "1 ",
        "|",
        "摄 ",
        "(记者 ",
        "2019-01-01 ",
        "编辑:高山 ",
        "\u3000",
        "\u200b",
        " ",
        "_",
    ],
)
@pytest.mark.parametrize("media", ["html", "text"])
def test_a_megabyte_of_anything_takes_seconds(pattern: str, media: Media) -> None:
    size = len(pattern.encode())
    data = (pattern * (1_000_000 // size)).encode()
    start = time.process_time()
    extract_text(page(data, media))
    # half a second on an idle core; the bound allows for a busy one
    assert time.process_time() - start < 5


def test_formatting_elements_opened_in_every_paragraph_do_not_multiply() -> None:
    source = "".join(f"<font color={n}><p>会议指出" for n in range(20_000))
    start = time.process_time()
    found = extract_text(page(source.encode(), "html"))
    assert found.notes
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "pattern", ["首页 > ", "来源:高山 ", "时间:2019-01-01 ", "登录|", "机构 ", "(", "1 ", "高山、", "摄 "]
)
def test_every_length_of_line_is_judged_at_once(pattern: str) -> None:
    start = time.process_time()
    for length in range(1, 250, 7):
        line = (pattern * length)[:length]
        extract_text(page(f"{line}\n会议指出,要抓落实。\n{line}x".encode(), "text"))
    assert time.process_time() - start < 5


@pytest.mark.parametrize("rule", furniture_rules("mark"), ids=lambda rule: rule.pattern.pattern[-12:])
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_no_mark_ends_with_a_full_stop(rule: Rule, data: st.DataObject) -> None:
    # a paragraph that ends with one is not looked at
    marked = data.draw(st.from_regex(rule.pattern))
    assert not marked.rstrip().endswith("。")


@pytest.mark.parametrize(
    "rule",
    [rule for how in ("line", "block") for rule in furniture_rules(how) if rule.holds],
    ids=lambda rule: rule.holds[0],
)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_a_line_without_the_words_of_a_rule_is_none_of_its(rule: Rule, data: st.DataObject) -> None:
    # on such a line the rule is not tried
    line = data.draw(st.from_regex(rule.pattern, fullmatch=True))
    assert any(word in line for word in rule.holds)
