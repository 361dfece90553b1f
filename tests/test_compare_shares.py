import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from planted_corpus import build, infer, readout

from readout_nlp.compare.shares import act_shares, topic_shares
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError

PLANTED = {("东岭市", 2018): 0.9, ("东岭市", 2020): 0.2, ("西河市", 2018): 0.5, ("东岭市南坪区", 2018): 0.1}
COUNTS = {("东岭市", 2018): 4, ("东岭市", 2020): 1, ("西河市", 2018): 3, ("东岭市南坪区", 2018): 6}


def rows():
    cells = [cell for cell, count in COUNTS.items() for _ in range(count)]
    return [readout(number, *cell) for number, cell in enumerate(cells)]


def planted_share(row):
    share = PLANTED.get((row["place"], row["year"]), 0.5)
    return [share, 1 - share]


@pytest.fixture
def corpus():
    return build(rows())


@pytest.fixture
def table(corpus):
    return topic_shares(infer(corpus, planted_share), corpus)


def cell(table, **values):
    for name, value in values.items():
        table = table[table[name] == value]
    return table


def test_planted_shares_come_back_with_their_counts(table):
    for (place, year), share in PLANTED.items():
        found = cell(table, place=place, year=year, topic="t01").iloc[0]
        assert found["share"] == pytest.approx(share)
        assert found["n_items"] == 2 * COUNTS[place, year]
        assert found["n_readouts"] == COUNTS[place, year]


def test_every_combination_is_there_and_a_gap_is_never_zero(table):
    assert table.columns.tolist() == [
        "place",
        "year",
        "topic",
        "share",
        "n_items",
        "n_readouts",
        "thin",
        "gap",
    ]
    assert len(table) == 3 * 3 * 2
    assert set(table["year"]) == {2018, 2019, 2020}, "2019 has no item, and is shown"
    gaps = table[table["gap"]]
    assert len(gaps) == 5 * 2
    assert gaps["share"].isna().all()
    assert (gaps["n_items"] == 0).all()
    assert not table[~table["gap"]]["share"].isna().any()


def test_shares_of_a_cell_sum_to_one(table):
    held = table[~table["gap"]]
    assert np.allclose(held.groupby(["place", "year"])["share"].sum(), 1)


def test_thin_cells_are_those_with_fewer_items_than_asked(corpus, table):
    assert not cell(table, place="西河市", year=2018)["thin"].any()
    assert cell(table, place="东岭市", year=2020)["thin"].all()
    strict = topic_shares(infer(corpus, planted_share), corpus, min_items=7)
    assert cell(strict, place="西河市", year=2018)["thin"].all()
    assert strict.attrs["min_items"] == 7


def test_a_district_is_never_counted_into_its_city(corpus):
    shares = topic_shares(infer(corpus, planted_share), corpus, by="place")
    city = cell(shares, place="东岭市", topic="t01").iloc[0]
    assert city["n_readouts"] == 5
    assert city["share"] == pytest.approx((4 * 0.9 + 0.2) / 5)


def test_by_prefecture_pools_what_by_place_keeps_apart(corpus):
    shares = topic_shares(infer(corpus, planted_share), corpus, by="prefecture")
    assert cell(shares, prefecture="东岭市", topic="t01")["n_readouts"].tolist() == [11]


def test_the_order_of_the_corpus_and_of_the_documents_shows_nowhere(corpus, table):
    turned = Corpus(
        corpus.readouts.reverse(), corpus.items.sample(fraction=1, shuffle=True, seed=1), corpus.quarantine
    )
    again = topic_shares(infer(turned, planted_share), turned)
    assert again.equals(table)


def test_unknown_values_are_left_out_and_counted():
    more = [*rows(), readout(90, None, 2018), readout(91, "西河市", None), readout(92, None, None)]
    corpus = build(more)
    topics = infer(corpus, planted_share, without=["r000-1"])
    shares = topic_shares(topics, corpus)
    assert shares.attrs["left_out"] == {"place": 4, "year": 4, "without_evidence": 1, "total": 7}
    assert cell(shares, place="东岭市", year=2018, topic="t01")["n_items"].tolist() == [7]
    assert shares.attrs["by"] == ["place", "year"]
    by_year = topic_shares(topics, corpus, by="year")
    assert by_year.attrs["left_out"] == {"year": 4, "without_evidence": 1, "total": 5}


def test_documents_are_recognised_as_readouts(corpus):
    shares = topic_shares(infer(corpus, planted_share, unit="document"), corpus, by="year")
    assert shares.attrs["unit"] == "document"
    assert cell(shares, year=2018, topic="t01")["n_items"].tolist() == [13]


def test_ids_that_the_corpus_does_not_hold_are_refused(corpus):
    topics = infer(corpus, planted_share)
    part = Corpus(corpus.readouts.head(2), corpus.items.head(4), corpus.quarantine)
    with pytest.raises(InputError, match="24 of 28 doc_ids"):
        topic_shares(topics, part)


def test_ids_of_items_and_readouts_together_are_refused(corpus):
    topics = infer(corpus, planted_share)
    object.__setattr__(topics, "doc_ids", ("r000", *topics.doc_ids[1:]))
    with pytest.raises(InputError, match="mixed"):
        topic_shares(topics, corpus)


def test_quarters_run_without_a_hole(corpus):
    shares = topic_shares(infer(corpus, planted_share), corpus, by="quarter")
    quarters = shares["quarter"].drop_duplicates().tolist()
    assert quarters[0] == "2018Q1"
    assert quarters == sorted(quarters)
    years = {label[:4] for label in quarters}
    assert "2019" in years
    assert cell(shares, quarter="2019Q2")["gap"].all()


@pytest.mark.parametrize("by", ["place", "level", "year", "quarter", "act", "province", "prefecture"])
def test_any_variable_may_be_the_only_one(by, corpus):
    shares = topic_shares(infer(corpus, planted_share), corpus, by=by)
    assert shares.columns[:2].tolist() == [by, "topic"]
    assert shares.drop_duplicates(by)["n_items"].sum() == len(corpus.items)


def test_levels_and_acts_keep_their_order(corpus):
    topics = infer(corpus, planted_share)
    assert topic_shares(topics, corpus, by="level")["level"].drop_duplicates().tolist() == [
        "prefecture",
        "county",
    ]
    assert topic_shares(topics, corpus, by="act")["act"].drop_duplicates().tolist() == ["hear", "decide"]


def test_a_corpus_without_any_place_gives_an_empty_table():
    corpus = build([readout(0, None, 2018), readout(1, None, 2019)])
    shares = topic_shares(infer(corpus, planted_share), corpus, by=("place", "year"))
    assert shares.empty
    assert shares.columns[0] == "place"
    assert shares.attrs["left_out"]["total"] == 4
    assert len(topic_shares(infer(corpus, planted_share), corpus, by="presider")) == 0


def test_an_empty_corpus_gives_empty_tables():
    corpus = build([])
    assert topic_shares(infer(corpus, planted_share), corpus).empty
    assert act_shares(corpus).empty


@pytest.mark.parametrize("by", ["city", [], ["year", "year"], ["year", "quarter"]])
def test_a_by_that_cannot_be_used_is_refused(by, corpus):
    with pytest.raises(RecipeError):
        topic_shares(infer(corpus, planted_share), corpus, by=by)


def test_every_fault_of_a_call_is_told_at_once(corpus):
    with pytest.raises(RecipeError, match=r"by='city'.*min_items=0"):
        topic_shares(infer(corpus, planted_share), corpus, by=["city", "year"], min_items=0)


def test_shares_of_acts_count_the_first_act(corpus):
    shares = act_shares(corpus, by=("place", "year"))
    assert shares.columns[2] == "act"
    held = shares[~shares["gap"]]
    assert set(held["share"]) == {0.5}
    assert (shares[shares["gap"]]["share"].isna()).all()
    with pytest.raises(RecipeError, match="act"):
        act_shares(corpus, by="act")


def test_items_without_an_act_are_counted_as_left_out(corpus):
    items = corpus.items.with_columns(
        act=pl.when(pl.col("position") == 1).then(None).otherwise(pl.col("act"))
    )
    shares = act_shares(Corpus(corpus.readouts, items, corpus.quarantine), by="year")
    assert shares.attrs["left_out"] == {"year": 0, "without_act": 14, "total": 14}
    assert shares[shares["act"] == "decide"]["share"].dropna().tolist() == [1.0, 1.0]


def test_comparisons_run_without_gensim_and_without_a_segmenter():
    code = (
        "import sys\n"
        "for name in ('gensim', 'jieba', 'rjieba'): sys.modules[name] = None\n"
        "from readout_nlp.compare import distance, ordering, shares, similarity, trajectories\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
