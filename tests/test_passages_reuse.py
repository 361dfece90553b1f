"""Text reuse: planted passages come back, order and threads change nothing, degenerate input is answered."""

from datetime import date, datetime
from itertools import product

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_corpus import build, readout
from planted_passages import draw, overlap, planted_texts

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.passages.folding import fold_string
from readout_nlp.passages.reuse import SEED_LENGTH, text_reuse

FIRST = ["source_id", "source_start", "source_end", "target_id", "target_start", "target_end", "length"]
LONG = "把沿江的旧码头改成居民散步的地方并且保留两座老吊车"
OTHER = "山上的茶园今年采得早村里的年轻人也回来帮忙装箱"
BETWEEN = draw(np.random.default_rng(5), 60)


def score(texts, truth):
    """Give recall and precision in characters of the targets, and the share of passages found by half."""
    found = text_reuse(texts, dates={name: f"2020-01-{1 + int(name[1:]) % 2:02d}" for name in texts})
    planted = {(source, target): span for source, _, _, target, *span in truth}
    hit, shown, by_half = 0, 0, set()
    for row in found.itertuples():
        span = planted.get((row.source_id, row.target_id), (0, 0))
        common = overlap(span, (row.target_start, row.target_end))
        hit, shown = hit + common, shown + row.target_end - row.target_start
        if 2 * common >= span[1] - span[0] > 0:
            by_half.add((row.source_id, row.target_id))
    return hit / sum(end - start for start, end in planted.values()), hit / shown, len(by_half) / len(truth)


def test_verbatim_passages_are_found_where_they_were_planted():
    texts, truth = planted_texts(np.random.default_rng(1))
    recall, precision, passages = score(texts, truth)
    assert (recall, passages) == (1, 1)
    assert precision > 0.98


def test_passages_with_one_character_in_ten_edited_are_found():
    scores = [score(*planted_texts(np.random.default_rng(seed), share=0.1)) for seed in range(10)]
    recall, precision, passages = np.mean(scores, axis=0)
    assert recall > 0.9
    assert passages > 0.93
    assert precision > 0.97


def test_unrelated_texts_share_nothing():
    rng = np.random.default_rng(3)
    assert text_reuse({str(number): draw(rng, 2000) for number in range(20)}).empty


@pytest.mark.parametrize("share", [0.0, 0.1])
def test_neither_order_nor_threads_change_the_table(share):
    texts, _ = planted_texts(np.random.default_rng(4), share=share)
    dates = {
        name: None if number % 5 == 0 else date(2020, 1, 1 + number)
        for number, name in zip(range(28), texts, strict=False)
    }
    shuffled = dict(sorted(texts.items(), key=lambda item: item[1]))
    plain = text_reuse(texts, dates=dates, n_threads=1)
    for other in (
        text_reuse(shuffled, dates=dates, n_threads=1),
        text_reuse(texts, dates=dates, n_threads=3),
    ):
        pd.testing.assert_frame_equal(plain, other)
        assert plain.attrs == other.attrs


def test_the_first_columns_are_the_contract():
    found = text_reuse({"a": LONG, "b": OTHER + LONG})
    assert found.columns[:7].tolist() == FIRST
    assert found.iloc[0, :7].tolist() == ["a", 0, len(LONG), "b", len(OTHER), len(OTHER + LONG), len(LONG)]


def test_identical_texts_are_one_passage_over_the_whole():
    text = f"“{LONG}”，\n\n{OTHER}（{BETWEEN}）。"
    found = text_reuse({"a": text, "b": text})
    assert len(found) == 1
    assert found.iloc[0, [1, 2, 4, 5]].tolist() == [0, len(text), 0, len(text)]
    assert found["similarity"].tolist() == [1.0]


@pytest.mark.parametrize("text", ["啊" * 500, "好啊" * 300, (LONG + OTHER) * 6])
def test_a_text_that_repeats_itself_matches_its_copy_once(text):
    found = text_reuse({"a": text, "b": text})
    assert found.iloc[:, :7].to_numpy().tolist() == [["a", 0, len(text), "b", 0, len(text), len(text)]]


def test_several_passages_of_a_pair_each_have_a_row():
    found = text_reuse({"a": LONG + BETWEEN + OTHER, "b": OTHER + BETWEEN[::-1] + LONG})
    assert found["length"].tolist() == [len(OTHER), len(LONG)]
    assert found["source_start"].tolist() == [len(LONG + BETWEEN), 0]


def test_nearly_adjacent_passages_are_joined_and_far_ones_not():
    source, near, far = LONG + OTHER, LONG + BETWEEN[:7] + OTHER, LONG + BETWEEN[:40] + OTHER
    joined = text_reuse({"a": source, "b": near})
    assert joined[["target_start", "target_end", "length", "edits"]].to_numpy().tolist() == [
        [0, len(near), len(source), 7]
    ]
    assert text_reuse({"a": source, "b": far})["length"].tolist() == [len(LONG), len(OTHER)]
    assert len(text_reuse({"a": source, "b": near}, max_gap=0, min_similarity=1)) == 2


def test_what_a_target_says_twice_has_two_rows():
    found = text_reuse({"a": LONG, "b": LONG + BETWEEN + LONG})
    assert found["target_start"].tolist() == [0, len(LONG + BETWEEN)]
    assert found["source_start"].tolist() == [0, 0]


def test_punctuation_space_width_and_case_do_not_count():
    plain, printed = (
        "到2025年建成Abc三个园区并且新修五条路",
        "“到２０２５年，建成 ABC 三个\n园区（并且）新修五条路。”他说",
    )
    found = text_reuse({"a": plain, "b": printed}).iloc[0]
    assert (found["length"], found["edits"]) == (len(plain), 0)
    assert (found["target_start"], found["target_end"]) == (1, printed.index("。"))
    assert fold_string(printed[found["target_start"] : found["target_end"]]) == plain.lower()


def test_traditional_script_is_another_text():
    assert text_reuse(
        {"a": "兩岸關係發展論壇開幕後舉辦書畫展覽會" * 2, "b": "两岸关系发展论坛开幕后举办书画展览会" * 2}
    ).empty


def test_the_earlier_text_is_the_source():
    found = text_reuse(
        {"a": LONG, "b": OTHER + LONG}, dates={"a": datetime(2020, 5, 2, 9), "b": "2020-05-01"}
    )
    row = found.iloc[0]
    assert (row["source_id"], row["source_start"], row["target_id"]) == ("b", len(OTHER), "a")
    assert (row["directed"], row["lag_days"]) == (True, 1)


@pytest.mark.parametrize("days", [{}, {"a": "2020-05-01"}, {"a": "2020-05-01", "b": "2020-05-01"}])
def test_without_an_earlier_text_the_pair_is_undirected_and_in_the_order_of_ids(days):
    found = text_reuse({"b": LONG, "a": LONG}, dates=days)
    assert found[["source_id", "target_id", "directed"]].to_numpy().tolist() == [["a", "b", False]]
    assert found["lag_days"].isna().tolist() == [len(days) < 2]
    assert found.attrs["counts"]["undirected"] == 1
    assert found.attrs["counts"]["undated_texts"] == 2 - len(days)


def test_with_a_reference_sources_are_of_it_and_targets_are_texts():
    texts = {"x": LONG, "y": BETWEEN + LONG}
    found = text_reuse(texts, {"z": LONG}, dates={"x": "2020-01-05", "y": "2019-12-30", "z": "2020-01-01"})
    assert found[["source_id", "target_id", "kind"]].to_numpy().tolist() == [
        ["z", "x", "reference"],
        ["z", "y", "reference"],
    ]
    assert found["directed"].tolist() == [True, False]  # the reference is never a target
    assert found["lag_days"].tolist() == [4, -2]


def test_a_text_is_not_the_source_of_itself():
    texts = {"x": LONG, "y": LONG}
    assert text_reuse(texts, texts)[["source_id", "target_id"]].to_numpy().tolist() == [
        ["y", "x"],
        ["x", "y"],
    ]
    assert len(text_reuse({"x": LONG + OTHER}, {"x": LONG})) == 1  # one id by chance


def test_a_frequent_run_is_no_seed_but_may_lie_in_a_passage():
    common = "会议强调各地各部门要"
    rng = np.random.default_rng(8)
    texts = {f"t{number:02d}": draw(rng, 50) + common + draw(rng, 50) for number in range(12)}
    texts["t00"] = texts["t01"] = LONG[:8] + common + OTHER[:8]
    found = text_reuse(texts, max_documents=5)
    assert found[["source_id", "target_id", "length"]].to_numpy().tolist() == [["t00", "t01", 26]]
    assert found.attrs["counts"]["frequent_seeds"] == len(common) - SEED_LENGTH + 1
    assert text_reuse({"a": LONG, "b": LONG, "c": LONG}, max_documents=2).empty
    assert len(text_reuse({"a": LONG, "b": LONG, "c": LONG}, max_documents=None)) == 3


def test_formula_is_discounted_and_passages_of_nothing_else_are_dropped():
    formula = "会议听取了市政府党组的工作情况汇报"
    texts = {"a": formula + LONG, "b": formula + "，" + LONG, "c": BETWEEN + formula}
    found = text_reuse(texts, formula=[formula])
    assert found[["source_id", "target_id"]].to_numpy().tolist() == [["a", "b"]]
    assert found[["length", "length_beyond_formula"]].to_numpy().tolist() == [
        [len(formula + LONG), len(LONG)]
    ]
    assert found.attrs["counts"]["only_formula"] == 2
    kept = text_reuse(texts, formula=[formula], keep_formula=True)
    assert sorted(kept["length_beyond_formula"]) == [0, 0, len(LONG)]
    without = text_reuse(texts)
    assert (without["length"] == without["length_beyond_formula"]).all()


EMPTY = {
    "no text": {},
    "one text": {"a": LONG},
    "empty texts": {"a": "", "b": ""},
    "one empty": {"a": LONG, "b": ""},
    "marks alone": {"a": "。。，（）\n", "b": "。。，（）\n"},
    "shorter than a seed": {"a": "会议", "b": "会议"},
    "shorter than asked": {"a": LONG[:11], "b": LONG[:11]},
    "nothing shared": {"a": LONG, "b": OTHER},
}


@pytest.mark.parametrize(("texts", "reference"), [*product(EMPTY.values(), [None, {}, {"z": ""}])])
def test_nothing_to_find_is_an_empty_table_of_the_same_columns(texts, reference):
    found = text_reuse(texts, reference, formula=["会议指出"])
    full = text_reuse({"a": LONG, "b": LONG})
    assert found.empty
    pd.testing.assert_series_equal(found.dtypes, full.dtypes)
    assert found.attrs["counts"]["texts"] == len(texts)


WRONG = [
    {"min_length": 7},
    {"min_length": 12.0},
    {"min_length": True},
    {"min_similarity": 0.5},
    {"min_similarity": 1.01},
    {"min_similarity": float("nan")},
    {"seed_length": 3},
    {"max_gap": -1},
    {"max_documents": 1},
    {"min_beyond": 0},
]


@pytest.mark.parametrize("setting", WRONG, ids=str)
def test_a_setting_that_cannot_be_used_is_named(setting):
    with pytest.raises(RecipeError, match=next(iter(setting))):
        text_reuse({"a": LONG, "b": LONG}, **setting)


@pytest.mark.parametrize("texts", [["a", "b"], {"a": None}, {1: "会"}, LONG], ids=str)
def test_input_that_is_no_mapping_of_strings_is_named(texts):
    with pytest.raises(InputError, match="of type"):
        text_reuse(texts)


def test_a_date_that_cannot_be_read_is_named():
    with pytest.raises(InputError, match="'last week' of 'a'"):
        text_reuse({"a": LONG}, dates={"a": "last week"})


def test_a_corpus_brings_texts_and_days_and_items_of_one_readout_are_not_compared():
    rows = [readout(1, "东岭市", 2020, body=LONG), readout(2, "西河市", 2019, body=OTHER + LONG),
            readout(3, "西河市", None, body=LONG)]  # fmt: skip
    corpus = build(rows)
    texts = pl.Series([LONG] * corpus.items.height)
    corpus = type(corpus)(corpus.readouts, corpus.items.with_columns(text=texts), corpus.quarantine)
    found = text_reuse(corpus)
    assert found[["source_id", "target_id", "directed"]].to_numpy().tolist() == [
        ["r002", "r001", True],
        ["r001", "r003", False],
        ["r002", "r003", False],
    ]
    items = text_reuse(corpus, unit="item")
    assert len(items) == 3 * 2 * 2
    assert (items["source_id"].str[:4] != items["target_id"].str[:4]).all()


TEXTS = st.lists(st.text("甲乙丙丁戊，。 ", max_size=60), min_size=2, max_size=4)


@given(TEXTS)
@settings(max_examples=60)
def test_what_is_told_of_a_passage_holds(parts):
    texts = {str(number): text for number, text in enumerate(parts)}
    for row in text_reuse(texts, min_length=8, n_threads=1).itertuples():
        source = fold_string(texts[row.source_id][row.source_start : row.source_end])
        target = fold_string(texts[row.target_id][row.target_start : row.target_end])
        assert row.source_id < row.target_id
        assert 8 <= row.length <= min(len(source), len(target))
        assert row.similarity >= 0.8
        assert row.similarity == row.length / (row.length + row.edits)
        assert max(len(source), len(target)) <= row.length + row.edits
        assert row.edits > 0 or source == target


@given(st.text("甲乙丙", min_size=12, max_size=30), TEXTS)
@settings(max_examples=60)
def test_every_shared_run_of_a_target_is_in_some_passage(passage, parts):
    texts = {"a": parts[0] + passage + parts[1], "b": parts[-1] + passage}
    begin = len(parts[-1])
    spans = text_reuse(texts, n_threads=1)[["target_start", "target_end"]].to_numpy().tolist()
    covered = sum(overlap(span, (begin, begin + len(passage))) for span in spans)
    assert covered >= len(passage) / 2


def test_the_shortest_passage_is_found_by_the_longest_seed():
    found = text_reuse({"a": OTHER + LONG[:8], "b": LONG[:8] + BETWEEN}, min_length=8, seed_length=8)
    assert found["length"].tolist() == [8]
