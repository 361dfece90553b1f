from datetime import date
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_corpus import build, readout
from shares_example import corpus_of, kept, only, shares_of, turned

from readout_nlp.compare.bounds import extremes, year_bounds
from readout_nlp.compare.shares import topic_shares


def undated(number, first, last):
    days = {"meeting_earliest": first and date(first, 3, 1), "meeting_latest": last and date(last, 3, 1)}
    return readout(number, "东岭市", None, published=None, **days)


def corpus_with(*ranges, years=(2018, 2019, 2020), per_cell=3):
    more = [undated(900 + number, *ends) for number, ends in enumerate(ranges)]
    return corpus_of(("东岭市",), years, per_cell=per_cell, more=more)


def brute(corpus, topics, ranges, span):
    """Go through all assignments: least and greatest share by year and topic."""
    about = corpus.documents("item").select("doc_id", "readout_id", "year").to_pandas().set_index("doc_id")
    about = about.loc[list(topics.doc_ids)]
    names = sorted(set(about.loc[about["year"].isna(), "readout_id"]))
    found = {}
    for years in product(*(range(first, last + 1) for first, last in ranges)):
        chosen = dict(zip(names, years, strict=True))
        year = about["year"].fillna(about["readout_id"].map(chosen))
        for one in span:
            held = (year == one).to_numpy()
            if held.any():
                for topic, share in zip(topics.topic_ids, topics.doc_topics[held].mean(axis=0), strict=True):
                    low, high = found.get((topic, one), (1.0, 0.0))
                    found[topic, one] = (min(low, share), max(high, share))
    return found


def test_bounds_are_those_of_all_assignments():
    ranges = [(2018, 2019), (2018, 2020), (2019, 2020), (2020, 2020), (2018, 2018)]
    corpus = corpus_with(*ranges, per_cell=2)
    topics = shares_of(corpus)
    table = year_bounds(topics, corpus).set_index(["topic", "year"])
    expected = brute(corpus, topics, ranges, (2018, 2019, 2020))
    for key, (low, high) in expected.items():
        assert table.loc[key, "low_bound"] == pytest.approx(low)
        assert table.loc[key, "high_bound"] == pytest.approx(high)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(0, 7), st.booleans())
def test_the_extremes_are_those_of_all_subsets(seed, n, empty):
    rng = np.random.default_rng(seed)
    whole, part = (0.0, np.zeros(2)) if empty else (3.0, 3 * rng.dirichlet(np.ones(2)))
    wholes = rng.integers(1, 5, n).astype(float)
    parts = wholes[:, None] * rng.dirichlet(np.ones(2), n)
    low, high = extremes(whole, part, (wholes, parts))
    ratios = [
        (part + parts[chosen].sum(axis=0)) / (whole + wholes[chosen].sum())
        for chosen in (np.array(bits, dtype=bool) for bits in product((0, 1), repeat=n))
        if whole + wholes[chosen].sum() > 0
    ]
    if not ratios:
        assert np.isnan(low).all()
        assert np.isnan(high).all()
        return
    assert np.allclose(low, np.min(ratios, axis=0))
    assert np.allclose(high, np.max(ratios, axis=0))


def test_bounds_hold_the_share_and_both_named_assignments():
    corpus = corpus_with((2018, 2020), (None, 2019), (2019, None), (None, None))
    table = year_bounds(shares_of(corpus), corpus)
    for name in ("share", "share_earliest", "share_latest"):
        assert (table["low_bound"] <= table[name] + 1e-12).all()
        assert (table[name] <= table["high_bound"] + 1e-12).all()
    assert table.attrs["open_ends"] == 3
    assert table.attrs["undated"] == {"items": 8, "readouts": 4, "items_outside": 0, "readouts_outside": 0}


def test_shares_are_those_of_the_items_of_certain_date():
    corpus = corpus_with((2018, 2020))
    topics = shares_of(corpus)
    certain = only(corpus, year=[2018, 2019, 2020])
    expected = topic_shares(kept(topics, certain), certain, by="year").sort_values(["topic", "year"])
    table = year_bounds(topics, corpus)
    assert np.allclose(table["share"], expected["share"])
    assert table["n_items"].tolist() == expected["n_items"].tolist()
    assert set(table["n_undated_items"]) == {2}


def test_the_earliest_and_the_latest_assignment_are_named():
    corpus = corpus_with((2018, 2019))
    topics = shares_of(corpus)
    about = corpus.documents("item")["year"].to_numpy()
    table = year_bounds(topics, corpus).set_index(["topic", "year"])
    undated_ = np.isnan(about)
    first = topics.doc_topics[(about == 2018) | undated_, 0].mean()
    assert table.loc[("t01", 2018), "share_earliest"] == pytest.approx(first)
    assert table.loc[("t01", 2018), "share_latest"] == table.loc[("t01", 2018), "share"]
    assert table.loc[("t01", 2019), "share_earliest"] == table.loc[("t01", 2019), "share"]
    untouched = table.loc[("t01", 2020)]
    assert untouched["low_bound"] == untouched["high_bound"] == untouched["share"]


def test_without_undated_readouts_the_bounds_are_the_share():
    corpus = corpus_of()
    table = year_bounds(shares_of(corpus), corpus)
    for name in ("low_bound", "high_bound", "share_earliest", "share_latest"):
        assert np.allclose(table[name], table["share"])
    assert table.attrs["undated"]["items"] == 0


def test_a_readout_whose_years_all_lie_outside_is_counted_and_in_no_year():
    corpus = corpus_with((2001, 2002))
    table = year_bounds(shares_of(corpus), corpus)
    assert table.attrs["undated"]["readouts_outside"] == 1
    assert set(table["n_undated_readouts"]) == {0}
    assert set(table["year"]) == {2018, 2019, 2020}


def test_a_range_that_reaches_outside_need_not_lie_inside():
    corpus = corpus_with((2010, 2018))
    table = year_bounds(shares_of(corpus), corpus).set_index(["topic", "year"])
    row = table.loc[("t01", 2018)]
    assert row["low_bound"] < row["high_bound"], "it may be of 2018, or of a year before all others"


def test_a_gap_has_bounds_where_an_undated_readout_may_fill_it():
    corpus = corpus_with((2019, 2019), years=(2018, 2020))
    topics = shares_of(corpus)
    row = year_bounds(topics, corpus).set_index(["topic", "year"]).loc[("t01", 2019)]
    assert row["gap"]
    assert np.isnan(row["share"])
    own = topics.doc_topics[[name.startswith("r900") for name in topics.doc_ids], 0].mean()
    assert row["low_bound"] == pytest.approx(own) == row["high_bound"]
    empty = corpus_with(years=(2018, 2020))
    row = year_bounds(shares_of(empty), empty).set_index(["topic", "year"]).loc[("t01", 2019)]
    assert np.isnan([row["low_bound"], row["high_bound"]]).all()


def test_items_without_evidence_are_not_counted_anywhere():
    corpus = corpus_with((2018, 2019))
    topics = shares_of(corpus)
    object.__setattr__(topics, "without_evidence", ("r900-1", "r000-1"))
    table = year_bounds(topics, corpus).set_index(["topic", "year"])
    assert table.loc[("t01", 2018), "n_items"] == 5
    assert table.loc[("t01", 2018), "n_undated_items"] == 1
    assert table.attrs["left_out"] == {"without_evidence": 2}


def test_weight_by_readout_and_the_order_of_the_corpus():
    corpus = corpus_with((2018, 2019), (2019, 2020))
    by_readout = year_bounds(shares_of(corpus), corpus, weight="readout")
    assert np.allclose(by_readout["high_bound"], year_bounds(shares_of(corpus), corpus)["high_bound"])
    other = turned(corpus)
    assert year_bounds(shares_of(other), other, weight="readout").equals(by_readout)


def test_no_certain_year_at_all_gives_no_row():
    corpus = build([undated(0, 2018, 2019), undated(1, None, None)])
    table = year_bounds(shares_of(corpus), corpus)
    assert table.empty
    assert table.attrs["undated"]["readouts"] == 2
    nothing = build([])
    assert year_bounds(shares_of(nothing), nothing).empty
