import numpy as np
import polars as pl
import pytest
from planted_corpus import build, readout
from shares_example import PLACES, corpus_of, kept, only, shares_of, turned

from readout_nlp.compare.shares import topic_shares
from readout_nlp.compare.trends import year_trends
from readout_nlp.errors import RecipeError

WAYS = ("all", "panel", "place_weighted")


def test_all_places_are_the_shares_by_year():
    corpus = corpus_of(PLACES)
    topics = shares_of(corpus)
    trends = year_trends(topics, corpus, intervals=200)
    shares = topic_shares(topics, corpus, by="year", intervals=200).sort_values(["topic", "year"])
    assert trends["topic"].tolist() == shares["topic"].tolist()
    assert np.allclose(trends["share_all"], shares["share"])
    assert np.allclose(trends[["low_all", "high_all"]], shares[["low", "high"]])
    assert (trends["flag"] == "").all()


def test_the_panel_is_the_places_with_enough_in_every_year():
    more = [readout(900 + number, "下港市", 2018) for number in range(9)]  # gone after a year
    more += [readout(920 + year, "上林市", year) for year in (2018, 2019, 2020)]  # two items a year: thin
    corpus = corpus_of(PLACES[:5], more=more)
    topics = shares_of(corpus)
    trends = year_trends(topics, corpus, intervals=100)
    assert trends.attrs["panel"] == sorted(PLACES[:5])
    alone = only(corpus, place=list(PLACES[:5]))
    shares = topic_shares(kept(topics, alone), alone, by="year", intervals=100).sort_values(["topic", "year"])
    assert np.allclose(trends["share_panel"], shares["share"])
    assert np.allclose(trends[["low_panel", "high_panel"]], shares[["low", "high"]])
    assert trends.set_index(["topic", "year"]).loc[("t01", 2018), "n_places"] == 7
    assert set(trends["n_panel_items"]) == {60}


def test_every_place_counts_one_in_the_place_weighted_share():
    more = [readout(900 + number, "西河市", 2018) for number in range(60)]
    corpus = corpus_of(PLACES, more=more)
    topics = shares_of(corpus)
    trends = year_trends(topics, corpus, intervals=100)
    means = topic_shares(topics, corpus).groupby(["topic", "year"])["share"].mean()
    assert np.allclose(trends["share_place_weighted"], means)


def test_a_change_of_who_is_there_shows_in_all_places_alone():
    """One place always says the same; another, of another mind, joins in the second year."""
    rows = [readout(n, "东岭市", year) for n, year in enumerate([2018] * 8 + [2019] * 8)]
    corpus = build([*rows, *(readout(90 + n, "西河市", 2019) for n in range(8))])
    place_of = dict(corpus.documents("item").select("doc_id", "place").iter_rows())
    topics = shares_of(corpus, n_topics=2)
    first = np.array([0.2 if place_of[name] == "东岭市" else 0.8 for name in topics.doc_ids])
    object.__setattr__(topics, "doc_topics", np.column_stack([first, 1 - first]))
    trends = year_trends(topics, corpus, intervals=0)
    trends = trends[trends["topic"] == "t01"].set_index("year")
    assert trends["share_all"].tolist() == pytest.approx([0.2, 0.5])
    assert trends["share_panel"].tolist() == pytest.approx([0.2, 0.2])


def test_no_panel_is_said_and_nothing_made_up():
    corpus = corpus_of(("东岭市",), (2018, 2020))
    trends = year_trends(shares_of(corpus), corpus, intervals=100)
    assert trends.attrs["panel"] == []
    assert trends[["share_panel", "low_panel", "high_panel"]].isna().all(axis=None)
    assert trends["flag"].str.contains("panel: no panel").all()
    gap = trends[trends["year"] == 2019]
    assert gap["gap"].all()
    assert gap[[f"share_{way}" for way in WAYS]].isna().all(axis=None)
    assert gap["flag"].str.contains("all: gap").all()


def test_documents_without_a_place_are_in_all_places_alone_and_counted():
    corpus = corpus_of(PLACES[:5], more=[readout(900, None, 2018), readout(901, None, 2018)])
    trends = year_trends(shares_of(corpus), corpus, intervals=100)
    assert trends.attrs["without_place"] == 4
    row = trends.set_index(["topic", "year"]).loc[("t01", 2018)]
    assert (row["n_items"], row["n_places"]) == (64, 5)


def test_no_place_at_all_leaves_the_years():
    corpus = build([readout(n, None, 2018 + n % 2) for n in range(8)])
    trends = year_trends(shares_of(corpus), corpus, intervals=100)
    assert trends["share_all"].notna().all()
    assert trends["share_place_weighted"].isna().all()
    assert trends["flag"].str.contains("place_weighted: no place").all()


def test_one_year_one_readout_and_nothing_are_told_as_such():
    one = build([readout(0, "东岭市", 2018)])
    trends = year_trends(shares_of(one), one, intervals=100)
    assert trends["low_all"].isna().all()
    assert trends["flag"].str.contains("all: one readout").all()
    empty = build([])
    assert year_trends(shares_of(empty), empty).empty


def test_without_resamples_there_are_shares_and_no_ends():
    corpus = corpus_of(PLACES)
    topics = shares_of(corpus)
    plain, full = year_trends(topics, corpus, intervals=0), year_trends(topics, corpus, intervals=100)
    for way in WAYS:
        assert np.allclose(plain[f"share_{way}"], full[f"share_{way}"])
        assert plain[f"low_{way}"].isna().all()


def test_the_order_of_the_corpus_shows_nowhere():
    corpus = corpus_of(PLACES)
    other = turned(corpus)
    one, two = (year_trends(shares_of(c), c, intervals=100) for c in (corpus, other))
    assert one.equals(two)


def test_undated_items_are_left_out_and_counted():
    corpus = corpus_of(more=[readout(900, "东岭市", None)])
    assert year_trends(shares_of(corpus), corpus, intervals=0).attrs["left_out"]["year"] == 2


def test_districts_and_weights_reach_the_trends():
    corpus = corpus_of(("东岭市", "东岭市南坪区", "西河市"))
    items = corpus.items.filter((pl.col("position") == 1) | (pl.col("item_id").str.slice(1, 3) < "020"))
    corpus = type(corpus)(corpus.readouts, items, corpus.quarantine)
    topics = shares_of(corpus)
    into = year_trends(topics, corpus, districts="into city", intervals=0)
    assert into.attrs["panel"] == ["东岭市", "西河市"]
    by_readout = year_trends(topics, corpus, weight="readout", intervals=0)
    assert not np.allclose(into["share_all"], by_readout["share_all"])


@pytest.mark.parametrize("wrong", [{"min_items": 0}, {"weight": "page"}, {"intervals": 5}])
def test_settings_that_cannot_be_used_are_refused(wrong):
    corpus = corpus_of()
    with pytest.raises(RecipeError):
        year_trends(shares_of(corpus), corpus, **wrong)
