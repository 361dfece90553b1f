"""Whom a text names: by its own name, through a unit within, or only as the seat of a meeting."""

import polars as pl
from planted_corpus import build, readout

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.passages.mentions import COLUMNS, place_mentions


def corpus_of(*texts):
    bare = build([readout(number, None, 2020) for number in range(len(texts))], n_items=1)
    return Corpus(bare.readouts, bare.items.with_columns(text=pl.Series(list(texts))), bare.quarantine)


def named(text):
    return (
        place_mentions(corpus_of(text)).set_index("code")[["n_own", "n_within", "n_seat"]].T.to_dict("list")
    )


def test_a_province_is_named_by_itself_or_through_a_unit_within():
    assert named("江苏省的苏州市和昆山市汇报,浙江也汇报。") == {"320000": [1, 2, 0], "330000": [1, 0, 0]}


def test_a_seat_is_told_apart_from_a_subject():
    assert named("会议在北京举行。北京的教育有进展。") == {"110000": [2, 0, 1]}


def test_a_name_of_units_in_several_provinces_counts_for_none_and_is_counted():
    table = place_mentions(corpus_of("鼓楼区和甘肃都在其中。"))
    assert table["code"].tolist() == ["620000"]
    assert table.attrs["left_out"] == {"鼓楼区": 1}


def test_a_longer_name_is_never_taken_for_the_province_inside_it():
    assert named("海南藏族自治州的牧区。") == {"630000": [0, 1, 0]}


def test_everyday_words_name_no_place():
    assert named("要让群众平安过年。") == {}


def test_no_name_is_read_across_words():
    assert named("隆重庆祝节日,在中南海会见,约旦河西岸,长治久安,真金白银。") == {}


def test_a_county_needs_its_unit_and_guests_are_no_city():
    assert named("来宾在商城看了南部的风光。") == {}
    assert named("商城县和来宾市汇报。") == {"410000": [0, 1, 0], "450000": [0, 1, 0]}


def test_the_unit_may_be_cut_with_its_organ():
    assert named("江苏省委和浙江省政府开会。") == {"320000": [1, 0, 0], "330000": [1, 0, 0]}


def test_no_fictional_unit_is_found_in_a_real_corpus():
    assert named("霁川省开会,湖北省也开会。") == {"420000": [1, 0, 0]}


def test_without_names_there_are_no_rows_and_every_document_is_counted():
    table = place_mentions(corpus_of("研究教育工作。", ""))
    assert table.empty
    assert list(table.columns) == COLUMNS
    assert (table.attrs["n_documents"], table.attrs["n_without"]) == (2, 2)
