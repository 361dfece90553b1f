"""Shares of documents that name a place: counted by hand, with intervals, and refused for another corpus."""

import pandas as pd
import polars as pl
import pytest
from planted_corpus import build, readout

from readout_nlp.compare.mention_shares import mention_shares
from readout_nlp.errors import InputError


def corpus_of(years):
    bare = build([readout(number, "东岭市", year) for number, year in enumerate(years)], n_items=1)
    return type(bare)(bare.readouts, bare.items.with_columns(text=pl.lit("有字")), bare.quarantine)


def naming(*pairs):
    return pd.DataFrame([(f"r{number:03d}-1", place) for number, place in pairs], columns=["doc_id", "place"])


def test_a_document_may_name_several_places_or_none():
    corpus = corpus_of([2020, 2020, 2021, 2021])
    table = mention_shares(naming((0, "甲省"), (0, "乙省"), (2, "甲省"), (3, "甲省")), corpus)
    found = table.set_index(["year", "named"])["share"].to_dict()
    assert found == {(2020, "甲省"): 0.5, (2020, "乙省"): 0.5, (2021, "甲省"): 1.0, (2021, "乙省"): 0.0}


def test_intervals_hold_the_share():
    corpus = corpus_of([2020] * 20)
    table = mention_shares(
        naming(*((n, "甲省") for n in (0, 1, 4, 5, 8, 12, 16))), corpus, by="place", intervals=200
    )
    assert (table["low"] < table["share"]).all()
    assert (table["share"] < table["high"]).all()


def test_nobody_named_gives_no_row_and_the_columns():
    table = mention_shares(naming(), corpus_of([2020]))
    assert table.empty
    assert "named" in table.columns


def test_documents_of_another_corpus_are_refused():
    with pytest.raises(InputError, match="does not hold"):
        mention_shares(naming((7, "甲省")), corpus_of([2020]))


def test_a_table_that_is_none_is_refused():
    with pytest.raises(InputError, match="without doc_id"):
        mention_shares(pd.DataFrame({"place": ["甲省"]}), corpus_of([2020]))
