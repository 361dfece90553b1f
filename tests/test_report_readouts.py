"""The page of readouts: the list, and each readout with what was found in it."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from present_example import make_example
from reading_example import MATTERS, carried, spans_table, with_texts

from readout_nlp.analysis.scrutiny import matched_spans
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.read import sample_corpus
from readout_nlp.passages.echo import CLASSES, echo
from readout_nlp.present.packing import inflated
from readout_nlp.present.payload import payload, shipped
from readout_nlp.present.reading import reading_of
from readout_nlp.present.report import render
from readout_nlp.present.tables import COLUMNS
from readout_nlp.present.withheld import KEPT, RUN, without_texts

WORDS = st.text(alphabet="会议。\n研究𠮷é「」a\u3000", max_size=40)


def test_spans_of_the_analysis_are_those_of_echo_without_the_unmatched():
    spans = echo(sample_corpus(cities=2, years=2, per_cell=3))
    found = matched_spans(spans)
    assert tuple(found.columns) == COLUMNS["echo_spans"]
    assert set(found["class"]) <= set(CLASSES) - {"unmatched"}
    size = (spans["end"] - spans["start"]).groupby(spans["class"]).sum()
    of_class = (found["end"] - found["start"]).groupby(found["class"]).sum()
    assert len(of_class) > 1
    pd.testing.assert_series_equal(of_class, size.drop("unmatched"))
    assert found.loc[found["class"] == "formula", "source_id"].isna().all()
    assert found.loc[found["class"] == "echo_peer", "source_id"].notna().all()


@settings(max_examples=15)
@given(st.lists(WORDS, min_size=48, max_size=48))
def test_every_body_comes_out_of_the_page_as_it_went_in(bodies):
    example = with_texts()
    readouts = example.corpus.readouts.with_columns(body=pl.Series(bodies))
    example = replace(example, corpus=Corpus(readouts, example.corpus.items, example.corpus.quarantine))
    found = reading_of(example)
    texts = {name: one["text"] for name, one in carried(found.packed).items()}
    assert texts == dict(zip(readouts["readout_id"], bodies, strict=True))
    assert set("".join(bodies)) <= set(found.characters) | {"\n"}  # a line end stands as its escape


def test_spans_come_out_with_class_and_source_and_days():
    example = with_texts()
    spans = spans_table(
        [
            ("r120190-1", 0, 2, "formula", None, float("nan")),
            ("r120190-1", 2, 6, "echo_peer", "r020180-1", 400.0),
            ("r120190-1", 6, 9, "echo_peer", "r020180-1", 400.0),  # goes on: one passage to a reader
            ("r120190-1", 10, 12, "echo_up", "reference-7", 30.0),
            ("r120190-2", 1, 5, "undirected", "r020180-3", float("nan")),
            ("r120190-3", 0, 4, "echo_up", "reference-7", 30.0),
        ]
    )
    found = carried(reading_of(replace(example, tables=example.tables | {"echo_spans": spans})).packed)
    assert found["r120190"]["marked"] == [
        (0, 0, 2, "formula", None),
        (0, 2, 9, "echo_peer", "r020180"),
        (0, 10, 12, "echo_up", "reference-7"),
        (1, 1, 5, "undirected", "r020180"),
        (2, 0, 4, "echo_up", "reference-7"),
    ]
    assert [rest for _, *rest in found["r120190"]["sources"]] == [[400], [30], []]
    assert all(one["marked"] == [] for name, one in found.items() if name != "r120190")


def test_days_that_the_two_dates_tell_are_not_said_twice():
    example = with_texts()
    days = dict(example.corpus.readouts.select("readout_id", "meeting_date").iter_rows())
    told = (days["r120190"] - days["r020180"]).days
    spans = spans_table([("r120190-1", 0, 4, "echo_peer", "r020180-1", float(told))])
    found = carried(reading_of(replace(example, tables=example.tables | {"echo_spans": spans})).packed)
    assert [rest for _, *rest in found["r120190"]["sources"]] == [[]]


def test_items_carry_bounds_acts_subject_and_topics():
    example = with_texts()
    one = carried(reading_of(example).packed)["r020180"]
    for (start, end, acts, subject, topics), text in zip(one["items"], MATTERS, strict=True):
        assert one["text"][start:end] == text
        assert acts
        assert subject == "产业项目" or text[subject[0] :][: subject[1]] == "产业项目"
        shares = topics[1::2]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 101


def test_texts_that_do_not_fit_stay_out_and_those_the_report_quotes_come_first():
    example = with_texts()
    whole = reading_of(example)
    assert (whole.carried, whole.of) == (48, 48)
    size = len(reading_of(example, budget=10**7).packed)
    some = reading_of(example, budget=size // 2)
    assert len(some.packed) <= size // 2
    assert 0 < some.carried < 48
    assert some == reading_of(example, budget=size // 2)
    quoted = set(example.tables["representatives"]["readout_id"])
    assert quoted <= set(carried(some.packed))
    none = reading_of(example, budget=10)
    assert (none.carried, none.packed) == (0, "")


@pytest.mark.parametrize("part", [0.3, 0.6, 2.0])
def test_how_many_fit_is_told_from_the_first_and_nearly_as_many_are_carried(monkeypatch, part):
    example = with_texts()
    budget = int(len(reading_of(example, budget=10**7).packed) * part)
    expected = reading_of(example, budget=budget)
    monkeypatch.setattr("readout_nlp.present.reading.LEARN_FROM", 8)
    found = reading_of(example, budget=budget)
    assert len(found.packed) <= budget
    assert 0.6 * expected.carried <= found.carried <= 1.3 * expected.carried


def test_a_text_longer_than_a_page_can_show_is_not_carried(monkeypatch):
    monkeypatch.setattr("readout_nlp.present.reading.LONGEST", 30)
    assert reading_of(with_texts()).carried == 0


def test_a_corpus_without_texts_and_one_without_readouts_have_a_page():
    empty = make_example()
    corpus = Corpus(
        empty.corpus.readouts.clear(), empty.corpus.items.clear(), empty.corpus.quarantine.clear()
    )
    assert reading_of(replace(empty, corpus=corpus)).carried == 0
    assert reading_of(empty).carried == 48  # bodies are empty, and that is what is shown


# ---- a report without texts


def _runs(text):
    return {text[at : at + RUN] for at in range(len(text) - RUN + 1)}


def _data(page, name):
    start = page.index(f'id="{name}">') + len(f'id="{name}">')
    return json.loads(page[start : page.index("</script>", start)])


def _whole(page):
    """The page with what is packed in it."""
    tables = _data(page, "data-tables")["tables"].values()
    packed = [_data(page, "data-reading")["packed"], *(table.get("packed") for table in tables)]
    return page + "".join(json.dumps(inflated(one), ensure_ascii=False) for one in packed if one)


@pytest.fixture(scope="module")
def planted():
    """An analysis that quotes its bodies wherever a table could."""
    example = with_texts(make_example(text=MATTERS[0]))
    tables = dict(example.tables)
    tables["repair_examples"] = pd.DataFrame(
        [["mojibake", "a.html", MATTERS[0][:20], MATTERS[0], MATTERS[0][:2], MATTERS[0]]],
        columns=["kind", "origin", "before", "after", "changed_from", "changed_to"],
    )
    numbers = dict.fromkeys(("n", "n_readouts", "n_places", "n_quoted", "growth", "score"), 2)
    tables["tifa_candidates"] = pd.DataFrame(
        [{"term": MATTERS[0][:14], "kind": "ngram", "first": "2019-01-02", "last": "2020-01-02", **numbers}]
    )[list(COLUMNS["tifa_candidates"])]
    titles = pl.when(pl.col("readout_id") == "r020180").then(pl.lit(MATTERS[1])).otherwise("title")
    readouts = example.corpus.readouts.with_columns(
        title=titles,
        place_evidence=pl.lit([MATTERS[2]], pl.List(pl.String)),
        date_evidence=pl.lit([MATTERS[2]], pl.List(pl.String)),
        attendance=pl.lit(MATTERS[2]),
    )
    corpus = Corpus(readouts, example.corpus.items, example.corpus.quarantine)
    return replace(example, corpus=corpus, tables=tables)


def test_without_texts_no_run_of_a_body_is_in_the_page(planted):
    runs = set().union(*(_runs(body) for body in planted.corpus.readouts["body"].unique()))
    assert runs & _runs(_whole(render(planted, "zh")))  # else the test could not fail
    page = render(planted, "zh", texts=False)
    assert not runs & _runs(_whole(page))
    assert "--no-texts" in page


def test_without_texts_the_numbers_stay(planted):
    bare = without_texts(planted)
    for name, table in planted.tables.items():
        numbers = table.select_dtypes("number")
        pd.testing.assert_frame_equal(numbers, bare.tables[name][numbers.columns])
        assert list(bare.tables[name].columns) == list(table.columns)
    kept = carried(reading_of(bare).packed)["r020180"]
    assert kept["text"] == ""
    assert [item[2] for item in kept["items"]] == [
        item[2] for item in carried(reading_of(planted).packed)["r020180"]["items"]
    ]


def test_without_texts_titles_stay_but_those_that_quote(planted):
    titles = dict(without_texts(planted).corpus.readouts.select("readout_id", "title").iter_rows())
    assert titles.pop("r020180") == MATTERS[1][:KEPT] + "…"
    assert titles == {
        key: title
        for key, title in planted.corpus.readouts.select("readout_id", "title").iter_rows()
        if key != "r020180"
    }


def test_official_terms_are_no_text_of_the_corpus():
    term = "国际关注的突发公共卫生事件"  # in reference/data/terms.csv
    example = with_texts(make_example(synthetic=False), opening=f"会议学习{term}。\n")
    tables = example.tables | {"tifa_lags": example.tables["tifa_lags"].assign(term=term)}
    bare = without_texts(replace(example, tables=tables))
    assert set(bare.tables["tifa_lags"]["term"]) == {term}


def test_large_tables_are_packed_and_come_out_whole(monkeypatch):
    tables = payload(with_texts())
    monkeypatch.setattr("readout_nlp.present.payload.LEAST_PACKED", 2_000)
    sent = shipped(tables)
    assert list(sent) == list(tables)
    packed = {name: table["packed"] for name, table in sent.items() if "packed" in table}
    assert 1 < len(packed) < len(tables)
    for name, text in packed.items():
        assert inflated(text) == tables[name]["columns"]
        assert {key: sent[name][key] for key in ("rows", "of")} == {
            key: tables[name][key] for key in ("rows", "of")
        }
    assert all(sent[name] == tables[name] for name in tables if name not in packed)
