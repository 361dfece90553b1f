import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_corpus import build, readout
from shares_example import PLACES, corpus_of, shares_of, turned

from readout_nlp.compare.composition import PARTS, composition, decomposed
from readout_nlp.compare.shares import topic_shares
from readout_nlp.errors import RecipeError


def wide(table):
    return table.pivot_table(index=["topic", "year_from", "year_to"], columns="part", values="change")


def uneven():
    """Make places that join, leave, grow and stay."""
    cells = {("东岭市", 2018): 6, ("东岭市", 2019): 12, ("西河市", 2018): 9, ("西河市", 2019): 4}
    cells |= {("南山市", 2018): 5, ("北原市", 2019): 7, ("中川市", 2018): 3, ("中川市", 2019): 3}
    rows = [cell for cell, count in cells.items() for _ in range(count)]
    return build([readout(number, *cell) for number, cell in enumerate(rows)])


def planted(corpus, share):
    """Give items the share that their place and year have."""
    about = corpus.documents("item").select("place", "year")
    topics = shares_of(corpus, n_topics=2)
    first = np.array([share(*row) for row in about.iter_rows()])
    object.__setattr__(topics, "doc_topics", np.column_stack([first, 1 - first]))
    return topics


def test_the_parts_sum_to_the_change_of_the_shares():
    corpus = uneven()
    topics = shares_of(corpus)
    parts = wide(composition(topics, corpus, intervals=0))
    assert np.abs(parts["total"] - parts.drop(columns="total").sum(axis=1)).max() < 1e-12
    shares = topic_shares(topics, corpus, by="year").pivot_table(
        index="topic", columns="year", values="share"
    )
    assert np.allclose(parts["total"], shares[2019] - shares[2018])
    assert (parts.drop(columns="total").abs() > 1e-6).all(axis=None)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_the_parts_sum_to_the_total_for_any_places_and_weights(seed, n_places):
    rng = np.random.default_rng(seed)
    wholes = tuple(rng.integers(0, 9, n_places) * rng.integers(0, 2, n_places) * 1.0 for _ in range(2))
    wholes[0][0] = wholes[1][-1] = 1.0
    parts = tuple(whole[:, None] * rng.dirichlet(np.ones(3), n_places) for whole in wholes)
    found = decomposed(wholes, parts, np.ones((1, n_places)))[:, 0]
    assert np.abs(found[0] - found[1:].sum(axis=0)).max() < 1e-12
    assert np.abs(found.sum(axis=1)).max() < 1e-12, "what one topic gains the others lose"
    backward = decomposed(wholes[::-1], parts[::-1], np.ones((1, n_places)))[:, 0]
    assert np.allclose(backward, -found[[0, 1, 2, 4, 3]]), "back in time, entry is exit"


def test_change_within_places_alone_is_within():
    corpus = corpus_of(PLACES[:4], (2018, 2019))
    topics = planted(corpus, lambda _, year: 0.3 + 0.2 * (year == 2019))
    parts = wide(composition(topics, corpus, intervals=0)).loc["t01"].iloc[0]
    assert parts["within"] == pytest.approx(0.2)
    assert parts[["mix", "entry", "exit"]].abs().max() < 1e-12


def test_a_change_of_weights_alone_is_mix():
    cells = {("东岭市", 2018): 4, ("东岭市", 2019): 12, ("西河市", 2018): 12, ("西河市", 2019): 4}
    rows = [cell for cell, count in cells.items() for _ in range(count)]
    corpus = build([readout(number, *cell) for number, cell in enumerate(rows)])
    topics = planted(corpus, lambda place, _: 0.8 if place == "东岭市" else 0.2)
    parts = wide(composition(topics, corpus, intervals=0)).loc["t01"].iloc[0]
    assert parts["mix"] == pytest.approx(0.3) == parts["total"]
    assert parts[["within", "entry", "exit"]].abs().max() < 1e-12


def test_a_place_that_joins_is_entry():
    rows = [readout(n, "东岭市", year) for n, year in enumerate([2018] * 8 + [2019] * 8)]
    corpus = build([*rows, *(readout(90 + n, "西河市", 2019) for n in range(8))])
    topics = planted(corpus, lambda place, _: 0.8 if place == "西河市" else 0.2)
    table = composition(topics, corpus, intervals=0)
    parts = wide(table).loc["t01"].iloc[0]
    assert parts["total"] == pytest.approx(0.3)
    assert parts["within"] == pytest.approx(0)
    assert parts["exit"] == 0
    assert parts["entry"] > 0.2
    assert table.set_index(["topic", "part"]).loc[("t01", "entry"), "n_places"] == 1


def test_pairs_of_years():
    corpus = corpus_of(PLACES[:3], (2017, 2018, 2020))
    each = composition(shares_of(corpus), corpus, intervals=0)
    pairs = each[["year_from", "year_to"]].drop_duplicates().to_numpy().tolist()
    assert pairs == [[2017, 2018], [2018, 2019], [2019, 2020]]
    gaps = each[each["gap"]]
    assert set(gaps["year_from"]) == {2018, 2019}
    assert gaps["change"].isna().all()
    assert set(gaps["flag"]) == {"gap"}
    ends = composition(shares_of(corpus), corpus, between="ends", intervals=0)
    assert ends[["year_from", "year_to"]].drop_duplicates().to_numpy().tolist() == [[2017, 2020]]
    assert not ends["gap"].any()


def test_intervals_hold_the_change_and_do_not_depend_on_the_order():
    corpus = corpus_of(
        PLACES, (2018, 2019), more=[readout(900, "山前市", 2018), readout(901, "海后市", 2019)]
    )
    table = composition(shares_of(corpus), corpus, intervals=200)
    given_ = table[table["low"].notna()]
    assert set(given_["part"]) == set(PARTS)
    assert ((given_["low"] < given_["change"]) & (given_["change"] < given_["high"])).all()
    other = turned(corpus)
    assert composition(shares_of(other), other, intervals=200).equals(table)


def test_what_no_place_could_make_is_nothing_and_said():
    corpus = corpus_of(PLACES, (2018, 2019))
    table = composition(shares_of(corpus), corpus, intervals=100)
    joined = table[table["part"].isin({"entry", "exit"})]
    assert (joined["change"] == 0).all()
    assert joined["low"].isna().all()
    assert set(joined["flag"]) == {"no such place"}


def test_one_place_is_within_and_has_no_interval():
    corpus = corpus_of(("东岭市",), (2018, 2019))
    table = composition(shares_of(corpus), corpus, intervals=100)
    assert set(table["flag"]) == {"one place"}
    assert table["low"].isna().all()
    parts = wide(table)
    assert np.allclose(parts["total"], parts["within"])


def test_few_places_are_flagged():
    corpus = corpus_of(PLACES[:3], (2018, 2019))
    table = composition(shares_of(corpus), corpus, intervals=100)
    assert table[table["part"] == "total"]["flag"].eq("few places").all()


def test_documents_without_place_or_year_are_in_no_part():
    more = [readout(900, None, 2018), readout(901, "东岭市", None)]
    corpus = corpus_of(PLACES[:3], (2018, 2019), more=more)
    table = composition(shares_of(corpus), corpus, intervals=0)
    assert table.attrs["left_out"]["total"] == 4
    assert set(table["n_items_from"]) == {36}


@pytest.mark.parametrize(
    "rows", [[], [readout(0, "东岭市", 2018)], [readout(0, None, 2018), readout(1, None, 2019)]]
)
def test_without_two_years_of_places_there_is_no_row(rows):
    corpus = build(rows)
    for between in ("consecutive", "ends"):
        assert composition(shares_of(corpus), corpus, between=between, intervals=100).empty


def test_years_that_cannot_be_compared_are_refused():
    corpus = corpus_of()
    with pytest.raises(RecipeError, match="between='all'"):
        composition(shares_of(corpus), corpus, between="all")
