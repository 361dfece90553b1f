"""What holds for any text: spans, ids, a record for whatever comes in, and bounded time."""

from __future__ import annotations

import json
import re
import time
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.pages.page import Rejected
from readout_nlp.readouts.documents import documents
from readout_nlp.readouts.heads import head, residual, speech
from readout_nlp.readouts.in_line import asks, may_open, stretches
from readout_nlp.readouts.items import find_items
from readout_nlp.readouts.parse import parse_page, parse_rejected
from readout_nlp.readouts.patterns import says
from readout_nlp.readouts.people import attends, take_attendance
from readout_nlp.readouts.readout import ACTS, LEVELS
from readout_nlp.readouts.spans import Span, clauses, fold, paragraphs, sentences
from readout_nlp.reference.acts import act_table
from readout_nlp.reference.agenda_words import agenda_words
from readout_nlp.reference.clues import clue_mentions, clues

pytestmark = pytest.mark.once

PIECES = [
    *("会议", "听取了", "传达学习", "审议", "《某某办法》", "防汛工作", "情况汇报", "精神", "会议强调", "要"),
    *("市委常委会召开会议", "3月2日", "昨天", "李建明指出", "其他事项", "市委书记李建明主持会议", "等"),
    *(
        "区委常委出席会议",
        "苏州市",
        "2021年",
        "党的二十大召开之年",
        "x",
        "·",
        "1.",
        "一、",
        "“",
        "”",
        "(",
        ")",
    ),
    *("。", ",", ",", "、", ";", "\n", "\n", " ", "\u3000", "\u00a0"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
FIXTURES = sorted((Path(__file__).parent / "cases").glob("readouts_*.json"))


def _check(record):
    for item in record.items:
        assert item.text == record.body[item.start : item.end] != ""
        assert item.act == item.acts[0]
        assert set(item.acts) <= set(ACTS)
        assert item.subject
        assert item.id.startswith(record.id)
    assert all(one.end <= other.start for one, other in pairwise(record.items))
    assert len({item.id for item in record.items}) == len(record.items)
    assert (record.quarantine is None) == bool(record.items)
    if record.place is not None:
        assert record.place.level in LEVELS
        assert record.place.evidence
    held = record.meeting_date
    if held is not None and held.value is not None:
        assert held.earliest <= held.value <= held.latest
        assert held.year_basis is not None
    elif held is not None:
        assert held.year_basis is None
    json.loads(record.to_json())


@given(texts)
@settings(max_examples=150)
def test_any_text_gives_a_sound_record(text):
    _check(parse_page(text))


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_any_bytes_give_a_sound_record(data):
    _check(parse_page(data))


@given(texts)
@settings(max_examples=100)
def test_a_body_that_is_not_empty_has_an_item(text):
    assert bool(find_items(text, "r")) == bool(text.strip())


@given(texts)
@settings(max_examples=100)
def test_cuts_lose_nothing(text):
    folded = fold(text)
    assert len(folded) == len(text)
    for part in paragraphs(folded):
        assert folded[part.start : part.end] == part.text
        assert "".join(s.text for s in sentences(part)).replace(" ", "") == part.text.replace(" ", "")
        assert "".join(c.text for c in clauses(part)) == part.text
        assert all(folded[c.start : c.end] == c.text for c in clauses(part))


ASKS = st.lists(
    st.sampled_from(["要早备", "要求早备", "茶园", "会议指出", "。", "。", "!", "”", " "]), max_size=20
)


@given(ASKS.map("".join))
def test_only_sentences_that_ask_are_left_together(text):
    text = text.strip() or "一"
    part = Span(3, 3 + len(text), text)
    one_by_one, left = sentences(part), stretches(part)
    assert "".join(said.text for said in left) == "".join(said.text for said in one_by_one)
    ends = {said.end for said in left}
    assert ends <= {said.end for said in one_by_one}
    for said, after in pairwise(one_by_one):
        assert said.end in ends or (asks(said.text) and asks(after.text))


def _opens(sentence):
    return bool(head(sentence, opens=False) or residual(sentence.text) or speech(sentence.text) is not None)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_what_opens_within_a_paragraph_shows_a_sign_of_it(path):
    texts = [parse_page(case["original"]).body for case in json.loads(path.read_text(encoding="utf-8"))]
    cut = [sentence for text in texts for part in paragraphs(fold(text)) for sentence in sentences(part)]
    signed = [may_open(sentence.text) for sentence in cut]
    opening = [_opens(sentence) for sentence in cut]
    assert all(sign for sign, opens in zip(signed, opening, strict=True) if opens)
    assert any(opening)


GOES_ON = [
    "要",
    "就某事",
    "对某事",
    "围绕某事",
    "进行了部署",
    "研究其他事项",
    "成员",
    "某规划",
    "(扩大)",
    "还",
    "并",
]


@given(
    st.sampled_from(agenda_words("speech")),
    st.lists(st.sampled_from([*GOES_ON, *PIECES]).filter(lambda piece: piece.strip()), max_size=8),
    st.booleans(),
    st.sampled_from(["会议", "全会", "张三", "欧阳明德"]),
)
@settings(max_examples=300)
def test_a_sentence_in_which_somebody_speaks_opens_nothing_else(word, pieces, opens, who):
    text = f"{who}{word}{',' if opens else ':'}{''.join(pieces)}"
    assert says().match(text)
    assert not residual(text)
    assert not head(Span(0, len(text), text), opens=opens)
    assert speech(text) == who


ATTENDS = [
    "区委常委",
    "出席",
    "列席",
    "参加",
    "会议",
    "了",
    "活动",
    "今天的",
    "。",
    ",",
    "\n",
    "\n\u3000",
    " \n",
]


@given(st.lists(st.sampled_from(ATTENDS), max_size=20).map("".join))
@settings(max_examples=300)
def test_no_list_of_who_attended_is_passed_over(text):
    listed = [part.text for n, part in enumerate(paragraphs(fold(text))) if n and attends(part)]
    assert (take_attendance(text)[1] or "") == "\n".join(listed)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_golden_pages_are_sound_and_repeatable(path):
    for case in json.loads(path.read_text(encoding="utf-8")):
        record = parse_page(case["original"])
        _check(record)
        assert parse_page(case["original"]) == record


def test_the_id_does_not_depend_on_white_space():
    text = "3月2日,徐州市委常委会召开会议。\n会议听取了防汛工作汇报。"
    assert parse_page(text).id == parse_page(text.replace("\n", "\n\n  ")).id
    assert re.fullmatch(r"[0-9a-f]{16}", parse_page(text).id)


@pytest.mark.parametrize(
    "unit",
    [
        "会",
        "(",
        "会议",
        "会议听取了",
        "、",
        ",",
        "市委",
        "主持",
        "“",
        "3月",
        "总书记",
        "召开会议,",
        "就对",
        ",听取",
        "1",
        "一",
    ],
)
def test_long_repetitions_end_in_bounded_time(unit):
    start = time.perf_counter()
    for opening in ("3月2日,市委常委会召开会议。", "3月2日,市委常委会召开会议,听取"):
        parse_page(opening + unit * (60_000 // len(unit)))
    assert time.perf_counter() - start < 8


def test_a_rejected_input_keeps_its_reason():
    record = parse_rejected(Rejected(origin="a.csv#3", reason="the row has no text"))
    assert (record.origin, record.quarantine, record.items) == ("a.csv#3", "the row has no text", ())


def test_every_verb_expresses_known_acts():
    assert {act for acts in act_table().values() for act in acts} <= set(ACTS)


def test_clues_bound_from_somewhere_and_never_backwards():
    for readings in clues().values():
        for clue in readings:
            assert clue.earliest or clue.latest
            assert not (clue.earliest and clue.latest) or clue.earliest <= clue.latest


def test_span_positions_are_those_of_the_whole():
    whole = "甲。乙,丙"
    assert [whole[s.start : s.end] for s in sentences(Span(0, 5, whole))] == ["甲。", "乙,丙"]


def cuts_a_number(text, at):
    return text[max(0, at - 1) : at + 1].isdigit() and at > 0


def test_every_wording_of_a_clue_is_found_where_it_stands():
    """They are looked for all at once: one that begins, ends or is within another is found with it.

    A day is none within a longer number: 11月28日 is not 1月28日.
    """
    known = set(clues())
    for wording in known:
        spans = combinations(range(len(wording) + 1), 2)
        within = {wording[start:end] for start, end in spans if not cuts_a_number(wording, start)} & known
        assert set(clue_mentions(f"学习{wording}。")) == within


def test_a_long_title_of_blanks_is_read_at_once():
    start = time.perf_counter()
    parse_page("<html><title>市委" + "\u3000" * 60_000 + "会议</title><p>会议指出,要抓落实。</p></html>")
    assert time.perf_counter() - start < 3


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(["《", "》", "关于", "甲乙丙", "的请示", "、", "和", "方案", "(", ")", "等"])
    ).map("".join)
)
def test_titles_that_are_not_closed_are_no_fault(subject: str) -> None:
    """A page printed 《 without 》 before 关于某事: the list ended the program."""
    at = 0
    for part in documents(subject):  # in order, none beside the subject
        at = subject.index(part, at) + len(part)
