"""Scores: planted outcomes are counted back, widths and spaces are no faults, errors tell what to do."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.errors import InputError
from readout_nlp.evaluate.agenda import AgendaScore, score_agenda
from readout_nlp.evaluate.evaluation import SHARES
from readout_nlp.evaluate.fields import FIELDS, SET_ASIDE, judge
from readout_nlp.evaluate.matching import bare, letters, shared_shingles
from readout_nlp.evaluate.score import evaluate, evaluate_paths
from readout_nlp.evaluate.tally import Tally, share
from readout_nlp.evaluate.truth import pair, read_truth
from readout_nlp.readouts.parse import parse_page
from readout_nlp.readouts.readout import MeetingDate

BY_NAME = {field.name: field for field in FIELDS}
PAGE = parse_page(
    "2020年4月2日,市委常委会召开会议。市委书记于田主持会议。\n会议听取了春耕情况汇报。\n会议审议了《湿地办法》。",
    origin="pages/a/1.txt",
)


def true_record(readout, **changes):
    """The parsed record as if it were the truth."""
    record = readout.to_dict() | {"path": readout.origin}
    return record | changes


def named(path):
    return replace(PAGE, origin=path)


def test_a_record_agrees_with_itself_everywhere():
    done = evaluate(pair([true_record(PAGE)], [PAGE]))
    assert not done.faults
    assert {name: t.wrong + t.refused + t.false for name, t in done.fields.items()} == dict.fromkeys(
        done.fields, 0
    )
    assert done.body.shared == done.body.true == done.body.found > 0
    assert done.body.exact == 1
    assert done.agenda == AgendaScore(true=2, found=2, matched=2, same_act=2, same_acts=2)


@pytest.mark.parametrize(
    ("truth", "found", "outcome"),
    [
        ("市委常委会", "市委常委会", "right"),
        ("市委常委会（扩大）", "市委常委会 (扩大)", "right"),
        ("市委常委会", "县委常委会", "wrong"),
        ("市委常委会", None, "refused"),
        (None, "市委常委会", "false"),
        (None, None, "null"),
    ],
)
def test_every_outcome(truth, found, outcome):
    readout = replace(PAGE, meeting_type=found)
    assert judge(BY_NAME["meeting_type"], {"meeting_type": truth}, readout) == outcome


def test_what_the_truth_leaves_out_is_not_scored():
    assert judge(BY_NAME["meeting_type"], {"kind": "readout"}, PAGE) is None
    assert judge(BY_NAME["place.name"], {"place": {"code": "610300"}}, PAGE) is None
    assert judge(BY_NAME["title"], {"kind": None, "title": "某启事"}, PAGE) is None


def test_a_null_place_makes_every_given_part_false():
    readout = parse_page("3月1日,宝鸡市委常委会召开会议。会议听取了春耕情况汇报。")
    assert judge(BY_NAME["place.code"], {"place": None}, readout) == "false"


@pytest.mark.parametrize(("kind", "found"), [(None, "false"), ("readout", "right")])
def test_quarantine_is_a_decision_both_ways(kind, found):
    set_aside = replace(PAGE, quarantine="not a readout")
    expected = {
        (None, True): "right",
        (None, False): "refused",
        ("readout", True): "false",
        ("readout", False): "null",
    }
    for aside in (True, False):
        readout = set_aside if aside else PAGE
        assert judge(BY_NAME["quarantine"], {"kind": kind}, readout) == expected[kind, aside]
    assert BY_NAME["quarantine"].found(set_aside) == SET_ASIDE


@pytest.mark.parametrize(
    ("earliest", "latest", "outcome"),
    [
        (date(2021, 1, 1), date(2021, 12, 31), "right"),
        (None, date(2021, 12, 31), "right"),
        (date(2021, 2, 1), date(2021, 12, 31), "wrong"),
        (None, None, "refused"),
    ],
)
def test_an_interval_must_leave_every_possible_day(earliest, latest, outcome):
    held = MeetingDate(value=None, earliest=earliest, latest=latest, year_basis=None)
    truth = {"meeting_date": {"value": None, "earliest": "2021-01-15", "latest": "2021-03-02"}}
    assert judge(BY_NAME["meeting_date.interval"], truth, replace(PAGE, meeting_date=held)) == outcome


def test_planted_outcomes_are_counted_back():
    values = ["市委常委会"] * 7 + ["县委常委会"] * 2 + [None]
    readouts = [replace(named(f"{n}.txt"), meeting_type=value) for n, value in enumerate(values)]
    truths = [{"path": f"{n}.txt", "meeting_type": "市委常委会"} for n in range(10)]
    done = evaluate(pair(truths, readouts))
    counted = done.fields["meeting_type"]
    assert counted == Tally(right=7, wrong=2, refused=1)
    assert counted.precision.value == pytest.approx(7 / 9)
    assert counted.recall.value == pytest.approx(0.7)
    assert counted.refusal.value == pytest.approx(0.1)
    assert counted.wrong_and_certain.value == pytest.approx(0.2)
    assert [fault.outcome for fault in done.faults] == ["wrong", "wrong", "refused"]


@given(cases=st.integers(1, 400), data=st.data())
def test_wilson_interval_solves_its_equation(cases, data):
    hits = data.draw(st.integers(0, cases))
    found, z = share(hits, cases), 1.959963984540054
    for bound in (found.low, found.high):
        distance = (hits / cases - bound) ** 2
        assert math.isclose(distance, z * z * bound * (1 - bound) / cases, abs_tol=1e-9)
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(st.text(alphabet="会议听取汇报,。 （）12\n", max_size=40))
def test_widths_and_spaces_do_not_count(text):
    wide = text.replace(",", "，").replace("(", "（").replace(" ", "　")
    assert bare(text) == bare(wide)
    shared, true, found = shared_shingles(text, wide)
    assert shared == true == found
    kept = letters(text)
    assert len(kept.before) == len(text) + 1
    assert kept.before[-1] == len(kept.text)


@given(
    st.text(alphabet="甲乙丙丁戊己庚", min_size=3, max_size=60),
    st.text(alphabet="子丑寅", min_size=1, max_size=9),
)
def test_furniture_costs_precision_and_loss_costs_recall(body, furniture):
    shared, true, found = shared_shingles(body, body + furniture)
    assert shared == true < found
    shared, true, found = shared_shingles(body + furniture, body)
    assert shared == found < true


BODY = "会议听取了春耕情况汇报。\n会议审议了《湿地办法》。"
ITEMS = [
    {"start": 0, "act": "hear", "acts": ["hear"]},
    {"start": 13, "act": "deliberate", "acts": ["deliberate"]},
]
SECOND = BODY[13:]


def test_item_starts_survive_furniture_before_them():
    shifted = tuple(replace(item, start=item.start + 50, end=item.end + 50) for item in PAGE.items)
    assert score_agenda(ITEMS, shifted, body=BODY).matched == 2


def test_an_item_cut_elsewhere_does_not_match():
    cut = replace(PAGE.items[1], text=PAGE.items[1].text[4:])
    found = score_agenda(ITEMS, [PAGE.items[0], cut], body=BODY)
    assert found == AgendaScore(true=2, found=2, matched=1, same_act=1, same_acts=1)


@pytest.mark.parametrize(
    "number", ["一、", "(二)", "3.", "十一、", "（四）", "一是", "第一,", "第二个议题，", "第三项,", "首先,"]
)
def test_a_number_before_an_item_moves_no_start(number):
    body = BODY.replace(SECOND, number + SECOND)
    at = body.index(number)
    for start, text in [(at, SECOND), (at + len(number), number + SECOND)]:
        true = [ITEMS[0], ITEMS[1] | {"start": start}]
        found = [PAGE.items[0], replace(PAGE.items[1], text=text)]
        assert score_agenda(true, found, body=body).matched == 2


@pytest.mark.parametrize("who", ["会议还", "会上，", "一、会议", "以及", "和", "同时会议还", "会议指出：\n"])
def test_the_meeting_as_who_acts_moves_no_start(who):
    told = SECOND.removeprefix("会议")
    body = BODY.replace(SECOND, who + told)
    at = body.index(who + told)
    for start, text in [(at, told), (at + len(who), who + told)]:
        true = [ITEMS[0], ITEMS[1] | {"start": start}]
        found = [PAGE.items[0], replace(PAGE.items[1], text=text)]
        assert score_agenda(true, found, body=body).matched == 2


@pytest.mark.parametrize(
    "words", ["十一届", "3.5亿元", "2024年", "第一书记", "第三届", "首先进", "最后一公里"]
)
def test_figures_of_a_name_are_no_number_before_an_item(words):
    body = BODY.replace(SECOND, words + SECOND)
    true = [ITEMS[0], ITEMS[1] | {"start": body.index(words)}]
    assert score_agenda(true, PAGE.items, body=body).matched == 1


def test_two_matters_in_one_item_miss_a_start():
    assert score_agenda(ITEMS, PAGE.items[:1], body=BODY) == AgendaScore(
        true=2, found=1, matched=1, same_act=1, same_acts=1
    )


def test_a_wrong_act_is_counted_apart_from_the_start():
    wrong = [replace(PAGE.items[0], act="relay", acts=("relay", "hear")), PAGE.items[1]]
    found = score_agenda(ITEMS, wrong, body=BODY)
    assert (found.matched, found.same_act, found.same_acts) == (2, 1, 1)


def test_a_readout_set_aside_loses_its_body_and_items():
    aside = replace(PAGE, quarantine="not a readout", items=())
    done = evaluate(pair([true_record(PAGE)], [aside]))
    assert (done.body.shared, done.body.found) == (0, 0)
    assert done.agenda == AgendaScore(true=2)
    assert done.fields["quarantine"].false == 1


def test_pages_are_paired_by_the_longest_path():
    truths = [{"path": "a/1.txt", "title": "甲"}, {"path": "b/1.txt", "title": "乙"}]
    both = pair(truths, [named("/x/b/1.txt"), named("/x/a/1.txt"), named("/x/c/1.txt")])
    assert [(t["title"], r.origin) for t, r in both.pairs] == [("甲", "/x/a/1.txt"), ("乙", "/x/b/1.txt")]
    assert both.unknown == ("/x/c/1.txt",)


def test_a_file_name_alone_will_do_where_one_truth_has_it():
    both = pair([{"path": "pages/a/7.html"}, {"path": "pages/a/8.html"}], [named("/elsewhere/7.html")])
    assert [t["path"] for t, _ in both.pairs] == ["pages/a/7.html"]
    assert both.missing == ("pages/a/8.html",)


@pytest.mark.parametrize(
    ("truths", "origins", "message"),
    [
        ([{"path": "1.txt"}], ["/x/2.txt"], "no page that the truth names"),
        ([{"path": "1.txt"}], ["/x/1.txt", "/y/1.txt"], "for the truth of '1.txt'"),
        ([{"path": "1.txt"}, {"path": "1.txt"}], ["1.txt"], "two truths of one path"),
    ],
)
def test_pairing_refuses_what_is_ambiguous(truths, origins, message):
    with pytest.raises(InputError, match=message):
        pair(truths, [named(origin) for origin in origins])


@pytest.mark.parametrize("text", ["", "{\n", "[1]\n", '{"title": "甲"}\n'])
def test_a_file_that_is_no_truth_is_refused(tmp_path, text):
    path = tmp_path / "truth.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="object that names its page"):
        read_truth(path)


def written(tmp_path, *rows):
    path = tmp_path / "truth.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_items_without_a_start_are_found_by_their_text(tmp_path):
    full = true_record(PAGE)
    told = [{key: item[key] for key in ("act", "acts", "text")} for item in full["items"]]
    wide = [item | {"text": item["text"].replace(",", "，") + "\n"} for item in told]
    (read,) = read_truth(written(tmp_path, full | {"items": wide}))
    starts = [letters(full["body"]).before[item["start"]] for item in read["items"]]
    assert starts == [letters(full["body"]).before[item["start"]] for item in full["items"]]
    assert evaluate(pair([read], [PAGE])).agenda == evaluate(pair([full], [PAGE])).agenda


def test_a_text_that_comes_twice_is_two_items(tmp_path):
    item = {"act": "hear", "acts": ["hear"], "text": "听取汇报。"}
    (read,) = read_truth(
        written(tmp_path, {"path": "1", "body": "甲。听取汇报。听取汇报。", "items": [item] * 2})
    )
    assert [one["start"] for one in read["items"]] == [2, 7]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"body": None}, "line 2: items without body"),
        ({"items": [{"act": "hear", "acts": ["hear"]}]}, r"line 2: items\[1\] without start or text"),
        ({"items": [{"start": 0, "acts": ["hear"]}]}, r"line 2: items\[1\] without act"),
        ({"items": [{"start": 999, "act": "hear", "acts": ["hear"]}]}, "outside the body"),
        ({"items": [{"text": "无此句。", "act": "hear", "acts": ["hear"]}]}, "not in body"),
        ({"items": "一项"}, "no list of objects"),
    ],
)
def test_items_that_cannot_be_scored_are_refused(tmp_path, change, message):
    path = written(tmp_path, true_record(PAGE), true_record(PAGE, path="2.txt") | change)
    with pytest.raises(InputError, match=message):
        read_truth(path)


def test_items_that_are_null_are_not_scored(tmp_path):
    (read,) = read_truth(written(tmp_path, true_record(PAGE, items=None)))
    assert evaluate(pair([read], [PAGE])).agenda == AgendaScore()


def test_a_missing_truth_is_refused(tmp_path):
    with pytest.raises(InputError, match="check the path"):
        read_truth(tmp_path / "none.jsonl")


def test_table_text_and_json_tell_the_same(tmp_path):
    page = tmp_path / "1.txt"
    page.write_text(PAGE.body, encoding="utf-8")
    truth = tmp_path / "truth.jsonl"
    told = [true_record(PAGE, path="1.txt", presider={"name": "于天", "role": "市委书记"}), {"path": "2.txt"}]
    truth.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in told), encoding="utf-8")
    done = evaluate_paths(truth, [page])
    row = done.table.loc["presider.name"]
    assert (row["right"], row["wrong"], row["precision"]) == (0, 1, 0.0)
    plain = done.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["fields"]["presider.name"]["wrong"] == 1
    assert {f"{name}_low" for name in SHARES} <= set(done.table.columns)
    assert "presider.name 1 0 1" in " ".join(str(done).split())
    assert "pages of the truth that were not read: 1 (2.txt)" in str(done)
