from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from planted_corpus import build, readout
from scipy.sparse import csr_matrix

import readout_nlp as rn
from readout_nlp.compare.keyness import COLUMNS, keyness
from readout_nlp.compare.log_odds import informative_prior, log_odds_ratio, multinomial_z
from readout_nlp.compare.mention_counts import count_mentions
from readout_nlp.compare.time_blocks import block_of, collapsed, resampled
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.passages.tifa_match import match_tifa
from readout_nlp.reference.terms import fictional_tifa
from readout_nlp.tokens.counts import TermMatrix

TERMS = ("常", "特", "爆", "稀")  # common everywhere; of 甲城; one burst in one readout; rare


def planted(places=("甲城", "乙城", "丙城"), per_place=24, seed=0, burst=30, special=4.0):
    """Draw counts in readouts of one item: 特 is more frequent in 甲城, 爆 bursts once there."""
    rng = np.random.default_rng(seed)
    rows, counts = [], []
    for at, place in enumerate(places):
        for number in range(per_place):
            day = date(2016, 1, 5) + timedelta(days=28 * number)
            about = {"meeting_date": day, "year": day.year, "quarter": (day.month + 2) // 3}
            rows.append(readout(at * 1000 + number, place, day.year) | about)
            rate = np.array([40.0, 2.0 * (special if place == "甲城" else 1.0), 0.2, 0.5])
            counts.append(rng.poisson(rate))
    corpus = build(rows, n_items=1)
    counts[3][2] += burst
    return corpus, TermMatrix(csr_matrix(np.array(counts)), TERMS, list(corpus.items["item_id"]))


def by_term(table, label):
    return table[table["label"] == label].set_index("term")


def test_the_planted_term_sets_its_city_apart_and_a_burst_does_not():
    corpus, counts = planted()
    own = by_term(keyness(counts, corpus, draws=200), "甲城")
    assert own.loc["特", "rank"] == 1
    assert own.loc["特", "low"] > 0
    burst = own.loc["爆"]
    assert burst["z"] > 5, "by the paper a single burst is beyond doubt"
    assert burst["low"] < 0, "by blocks it is not"
    assert burst["z_cautious"] == burst["z_blocks"] < 2.5


def test_counts_and_log_odds_are_those_of_the_paper():
    corpus, counts = planted()
    own = by_term(keyness(counts, corpus, alpha_0=50, draws=50), "甲城")
    dense = counts.counts.toarray().astype(float)
    mine = dense[: len(dense) // 3].sum(axis=0)
    rest = dense[len(dense) // 3 :].sum(axis=0)
    prior = 50 * dense.sum(axis=0) / dense.sum()
    for column, term in enumerate(TERMS):
        y, other, a = mine[column], rest[column], prior[column]
        odds = np.log((y + a) / (mine.sum() + 50 - y - a)) - np.log(
            (other + a) / (rest.sum() + 50 - other - a)
        )
        assert own.loc[term, "n"] == y
        assert own.loc[term, "n_rest"] == other
        assert own.loc[term, "log_odds"] == pytest.approx(odds)
        assert own.loc[term, "z"] == pytest.approx(odds / np.sqrt(1 / (y + a) + 1 / (other + a)))
    assert own.loc["特", "n_readouts"] == (dense[: len(dense) // 3, 1] > 0).sum()


def test_blocks_are_as_long_as_leaves_enough_of_them():
    corpus, counts = planted(per_place=24)  # 24 readouts, 28 days apart: 8 quarters, 22 or more months
    assert keyness(counts, corpus, draws=50).attrs["block"] == "month"
    assert keyness(counts, corpus, draws=50, block="half").attrs["block"] == "half"
    long, many = planted(per_place=60)
    assert keyness(many, long, draws=50).attrs["block"] == "quarter"
    short, few = planted(per_place=6)
    assert keyness(few, short, draws=50).attrs["block"] == "readout"


def test_a_larger_prior_draws_to_0():
    corpus, counts = planted()
    small, large = (by_term(keyness(counts, corpus, alpha_0=a, draws=50), "甲城") for a in (10, 10_000))
    assert 0 < large.loc["特", "log_odds"] < small.loc["特", "log_odds"] / 2


def test_intervals_cover_and_alarms_are_rare_where_nothing_differs():
    """Readouts with rates of their own are bursty: by the paper alarms are many, by the cautious z few."""
    alarms, paper = [], []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        corpus, counts = planted(special=1.0, burst=0, seed=seed)
        bursty = rng.gamma(0.5, 2.0, (counts.counts.shape[0], 1)) * rng.gamma(0.5, 2.0, counts.counts.shape)
        drawn = TermMatrix(csr_matrix(rng.poisson(3 * bursty)), TERMS, counts.doc_ids)
        table = keyness(drawn, corpus, draws=100, terms=["常", "特"])
        alarms += (np.abs(table["z_cautious"]) > 1.96).tolist()
        paper += (np.abs(table["z"]) > 1.96).tolist()
    assert np.mean(paper) > 0.3
    assert np.mean(alarms) < 0.12


def test_the_best_of_many_terms_that_do_not_differ_have_no_small_q():
    rng = np.random.default_rng(5)
    corpus, counts = planted()
    n_docs = len(counts.doc_ids)
    own = rng.gamma(0.5, 2.0, (n_docs, 400)) * (1 / np.arange(1, 401)) * 40
    many = TermMatrix(csr_matrix(rng.poisson(own)), [f"w{n:03d}" for n in range(400)], counts.doc_ids)
    table = keyness(many, corpus, draws=100, n_terms=20)
    assert (table["z"] > 3).sum() > 5
    assert (table["q"] < 0.05).sum() <= 1


def test_the_order_of_the_corpus_changes_nothing():
    corpus, counts = planted()
    other = np.random.default_rng(1).permutation(len(counts.doc_ids))
    turned = TermMatrix(counts.counts[other], TERMS, [counts.doc_ids[row] for row in other])
    shuffled = type(corpus)(
        corpus.readouts.sample(fraction=1.0, shuffle=True, seed=1), corpus.items[::-1], corpus.quarantine
    )
    table, again = keyness(counts, corpus, draws=60), keyness(turned, shuffled, draws=60)
    assert table.equals(again)
    assert not table.equals(keyness(counts, corpus, draws=60, random_state=1))


@pytest.mark.parametrize("by", ["year", "quarter", "act", "level", "province", "presider"])
def test_any_variable_may_be_the_unit(by):
    corpus, counts = planted()
    table = keyness(counts, corpus, by=by, draws=50)
    assert list(table.columns) == COLUMNS
    assert table.attrs["by"] == by
    if by in ("province", "act", "presider", "level"):  # one province, one act, one level; no presider
        assert table.empty
        assert table.attrs["flag"]
    else:
        assert np.allclose(table.groupby("term")["n"].sum().loc["常"], counts.counts[:, [0]].sum())


def test_items_of_one_readout_in_two_acts_are_resampled_together():
    rng = np.random.default_rng(0)
    rows = [readout(n, "甲城", 2016) | {"meeting_date": date(2016, 1 + n % 12, 5)} for n in range(48)]
    corpus = build(rows, n_items=2)
    counts = TermMatrix(csr_matrix(rng.poisson(3, (96, 2))), ["一", "二"], list(corpus.items["item_id"]))
    table = keyness(counts, corpus, by="act", draws=100, side="both")
    odds = table.pivot_table(index="term", columns="label", values="log_odds")
    assert np.allclose(odds["hear"], -odds["decide"], atol=1e-12)
    assert table["z_blocks"].notna().all()


def test_one_unit_or_none_gives_an_empty_flagged_table():
    corpus, counts = planted(places=("甲城",))
    table = keyness(counts, corpus, draws=50)
    assert table.empty
    assert "1 units" in table.attrs["flag"]
    unknown = build([readout(n, None, 2016) for n in range(3)], n_items=1)
    none = TermMatrix(csr_matrix(np.ones((3, 4))), TERMS, list(unknown.items["item_id"]))
    table = keyness(none, unknown, draws=50)
    assert table.empty
    assert table.attrs["left_out"]["unknown_unit"] == 3


def test_a_city_with_one_readout_has_no_interval_and_is_flagged():
    corpus, counts = planted()
    alone = readout(9000, "丁城", 2016) | {"meeting_date": date(2016, 5, 5)}
    rows = [*corpus.readouts.to_dicts(), alone]
    more = build(rows, n_items=1)
    matrix = TermMatrix(
        csr_matrix(np.vstack([counts.counts.toarray(), [[30, 9, 0, 0]]])), TERMS, list(more.items["item_id"])
    )
    own = by_term(keyness(matrix, more, draws=50), "丁城")
    assert own[["low", "high", "z_blocks"]].isna().all(axis=None)
    assert (own["z_cautious"] == own["z"]).all()
    assert own["q"].isna().all()
    assert own["thin"].all()


def test_equal_texts_everywhere_set_nothing_apart():
    corpus, counts = planted()
    same = TermMatrix(csr_matrix(np.tile([4, 3, 2, 1], (len(counts.doc_ids), 1))), TERMS, counts.doc_ids)
    table = keyness(same, corpus, draws=50)
    assert np.allclose(table["log_odds"], 0, atol=1e-12)
    assert table["z_blocks"].isna().all()
    assert table["thin"].all()


def test_empty_documents_are_counted_and_fractions_stay_fractions():
    corpus, counts = planted()
    dense = counts.counts.toarray() * 0.5
    dense[0] = 0
    table = keyness(TermMatrix(csr_matrix(dense), TERMS, counts.doc_ids), corpus, draws=50)
    assert table.attrs["left_out"]["without_counted_terms"] == 1
    assert table["n"].sum() == pytest.approx(dense.sum())
    assert keyness(counts, corpus, draws=50)["n"].dtype == np.int64


def test_named_terms_are_given_for_every_unit_in_the_order_asked_for():
    corpus, counts = planted()
    table = keyness(counts, corpus, terms=["稀", "特"], draws=50, side="under")
    assert table.groupby("label")["term"].agg(set).tolist() == [{"稀", "特"}] * 3
    assert (np.diff(table[table["label"] == "甲城"]["z_cautious"]) >= 0).all()


def test_wrong_calls_are_refused():
    corpus, counts = planted()
    with pytest.raises(RecipeError, match="by='city'"):
        keyness(counts, corpus, by="city")
    with pytest.raises(RecipeError, match="draws=3"):
        keyness(counts, corpus, draws=3)
    with pytest.raises(RecipeError, match="not counted"):
        keyness(counts, corpus, terms=["没有"])
    with pytest.raises(RecipeError, match="block='week'"):
        keyness(counts, corpus, block="week")
    with pytest.raises(InputError, match="does not hold"):
        keyness(TermMatrix(csr_matrix([[1]]), ["水"], ["none"]), corpus)


def test_the_core_is_antisymmetric_and_0_for_equal_use():
    prior = informative_prior([30, 10], 8)
    one, other = np.array([20.0, 5.0]), np.array([10.0, 5.0])
    forth = log_odds_ratio(one, other, prior, sizes=(25, 15, 8))
    back = log_odds_ratio(other, one, prior, sizes=(15, 25, 8))
    assert np.allclose(forth, -back)
    assert np.allclose(log_odds_ratio(one, one, prior, sizes=(25, 25, 8)), 0)
    assert (np.sign(multinomial_z(forth, one, other, prior=prior)) == np.sign(forth)).all()


def test_resampled_sums_have_the_variance_of_blocks():
    values = np.random.default_rng(0).normal(size=5)
    weights = resampled(np.zeros(5, int), draws=40_000, rng=np.random.default_rng(1))
    sums = weights @ values
    assert sums.mean() == pytest.approx(values.sum(), abs=0.05)
    assert sums.var() == pytest.approx(5 * values.var(ddof=1), rel=0.05)


def test_blocks_of_the_calendar_and_single_blocks_pooled():
    days = np.array(["2016-01-31", "2016-02-01", "2016-04-01", "NaT"], "datetime64[D]")
    numbers = np.where(np.isnat(days), np.nan, days.astype(float))
    assert len(set(block_of(numbers, "month"))) == 4
    assert len(set(block_of(numbers, "quarter"))) == 3
    assert len(set(block_of(numbers, "half"))) == 2
    assert len(set(block_of(numbers, "year"))) == 2
    assert len(set(block_of(numbers, "readout"))) == 4
    assert collapsed(np.array([1, 2, 3, 3]), np.array([7, 7, 7, 7])).tolist() == [-8, -8, 3, 3]


def test_mentions_of_tifa_are_counted_and_told_apart_by_year():
    corpus = rn.sample_corpus(cities=3, years=6, per_cell=8)
    matches = match_tifa(corpus, [term.term for term in fictional_tifa()])
    counts = count_mentions(matches, corpus)
    assert counts.counts.sum() == matches["item_id"].notna().sum()
    assert count_mentions(matches, corpus, unit="document").counts.sum() == len(matches)
    table = keyness(counts, corpus, by="year", draws=50, n_terms=3)
    own = matches.groupby("term")["date"].min().dt.year
    assert all(row.label >= own[row.term] for row in table[table["n"] > 0].itertuples())


def test_mentions_elsewhere_are_refused():
    corpus, _ = planted()
    with pytest.raises(InputError, match="item_id"):
        count_mentions(pd.DataFrame({"term": ["水"]}), corpus)
    with pytest.raises(InputError, match="does not hold"):
        count_mentions(pd.DataFrame({"term": ["水"], "item_id": ["nowhere"]}), corpus)
