import json
import time

import numpy as np
import pandas as pd
import polars as pl
import pytest
from planted_corpus import build, readout
from scipy.stats import t as student
from shares_example import PLACES, constant, corpus_of, kept, only, shares_of, turned

from readout_nlp.compare.bootstrap import (
    Resampling,
    Sums,
    check_resampling,
    effective_number,
    share_interval,
    sums_of,
    time_blocks,
)
from readout_nlp.compare.shares import act_shares, topic_shares
from readout_nlp.errors import RecipeError

EXTRA = {"low", "high", "n_units", "flag"}


def ends(table):
    return table[["low", "high"]].to_numpy()


def some_sums(n_units=20, n_topics=4, seed=0):
    rng = np.random.default_rng(seed)
    wholes = rng.integers(3, 30, n_units).astype(float)
    return Sums(parts=wholes[:, None] * rng.dirichlet(np.ones(n_topics), n_units), wholes=wholes)


def test_asking_for_intervals_changes_nothing_else():
    corpus = corpus_of()
    topics = shares_of(corpus)
    plain, full = topic_shares(topics, corpus), topic_shares(topics, corpus, intervals=100)
    assert set(full.columns) - set(plain.columns) == EXTRA
    assert full[plain.columns].equals(plain)
    assert plain.attrs["left_out"] == full.attrs["left_out"]
    assert "level" not in plain.attrs
    assert (full.attrs["level"], full.attrs["resamples"], full.attrs["block"]) == (0.95, 100, "quarter")


@pytest.mark.parametrize("by", ["place", "year", ["place", "year"], "act", "level", "province"])
@pytest.mark.parametrize("weight", ["item", "readout"])
def test_an_interval_holds_its_share_and_lies_between_0_and_1(by, weight):
    corpus = corpus_of(PLACES)
    table = topic_shares(shares_of(corpus), corpus, by=by, weight=weight, intervals=200)
    assert ((table["low"] < table["share"]) & (table["share"] < table["high"])).all()
    assert (ends(table) > 0).all()
    assert (ends(table) < 1).all()
    assert (table["flag"] == "").all()


@pytest.mark.parametrize("run", [1, 3])
def test_the_interval_is_the_one_that_the_module_writes_down(run):
    sums, draws = some_sums(), Resampling(resamples=400).draws(20, ("a",), run=run)
    share = sums.parts.sum(axis=0) / sums.wholes.sum()
    low, high = share_interval(sums, draws, run=run)
    again = np.array([(times @ sums.parts) / (times @ sums.wholes) for times in draws])
    worth = effective_number(sums.wholes)
    freedom, factor = (worth - 1, np.sqrt(20 / 19)) if run == 1 else (worth / 2 - 1, np.sqrt(21 / 17))
    reach = student.ppf(0.975, freedom) * factor * np.log(again / (1 - again)).std(axis=0, ddof=1)
    assert np.allclose(np.log(high / (1 - high)) - np.log(share / (1 - share)), reach)
    assert np.allclose(np.log(share / (1 - share)) - np.log(low / (1 - low)), reach)


def test_runs_are_of_neighbours_in_a_circle():
    draws = Resampling(resamples=50).draws(7, (), run=3)
    assert set(draws.sum(axis=1)) == {9}
    begun = Resampling(resamples=50).draws(7, ())
    assert set(begun.sum(axis=1)) == {7}
    one = Resampling(resamples=200).draws(3, (), run=3)
    assert (one == 1).all(), "one run round the whole circle"


def test_runs_of_neighbours_hold_serial_dependence():
    """Units that come in equal pairs: drawn one by one they seem twice as many as they are."""
    sums = some_sums(n_units=30)
    pairs = Sums(parts=np.repeat(sums.parts, 2, axis=0), wholes=np.repeat(sums.wholes, 2))
    width = {}
    for run in (1, 4):
        low, high = share_interval(pairs, Resampling(resamples=1000).draws(60, (), run=run), run=run)
        width[run] = (high - low).mean()
    low, high = share_interval(sums, Resampling(resamples=1000).draws(30, ()))
    assert width[1] < 0.8 * (high - low).mean()
    assert width[4] > 0.85 * (high - low).mean()


def test_a_resample_without_a_topic_is_no_infinity():
    parts = np.zeros((6, 2))
    parts[0, 0] = 1.0
    sums = Sums(parts=np.column_stack([parts[:, 0], 4 - parts[:, 0]]), wholes=np.full(6, 4.0))
    low, high = share_interval(sums, Resampling(resamples=300).draws(6, ()))
    assert 0 < low[0] < 1 / 24 < high[0] < 1


def test_the_resamples_agree_with_the_linearised_error_of_a_ratio():
    sums = some_sums(n_units=40)
    share = sums.parts.sum(axis=0) / sums.wholes.sum()
    rest = (sums.parts - share * sums.wholes[:, None]) / sums.wholes.sum()
    draws = Resampling(resamples=20_000).draws(40, ())
    spread = ((draws @ sums.parts) / (draws @ sums.wholes)[:, None]).std(axis=0, ddof=1)
    assert np.allclose(spread, np.sqrt((rest**2).sum(axis=0)), rtol=0.05)


def test_topic_order_and_complement_do_not_matter():
    sums, draws = some_sums(n_topics=2), Resampling(resamples=300).draws(20, ())
    low, high = share_interval(sums, draws)
    assert np.allclose(low, 1 - high[::-1])
    turned_sums = Sums(parts=sums.parts[:, ::-1], wholes=sums.wholes)
    assert np.allclose(share_interval(turned_sums, draws)[0], low[::-1])


def test_more_units_of_the_same_kind_give_a_narrower_interval():
    widths = []
    for repeats in (1, 4, 16):
        sums = some_sums(n_units=10)
        more = Sums(parts=np.tile(sums.parts, (repeats, 1)), wholes=np.tile(sums.wholes, repeats))
        low, high = share_interval(more, Resampling(resamples=500).draws(10 * repeats, ()))
        widths.append((high - low).mean())
    assert widths[0] > 1.8 * widths[1] > 1.8 * 1.6 * widths[2]


def test_items_of_one_readout_are_not_independent():
    corpus = corpus_of(("东岭市",), (2018,), per_cell=40)
    rows = dict(zip(corpus.readouts["readout_id"], np.linspace(0.1, 0.9, 40), strict=True))
    alike = shares_of(corpus, n_topics=2)
    first = np.array([rows[name.split("-")[0]] for name in alike.doc_ids])
    object.__setattr__(alike, "doc_topics", np.column_stack([first, 1 - first]))
    once = build(corpus.readouts.to_dicts(), n_items=1)
    single = kept(alike, once)
    many, one = (
        topic_shares(topics, held, intervals=500, block="readout")
        for topics, held in ((alike, corpus), (single, once))
    )
    assert np.allclose(ends(many), ends(one)), "a second item that repeats the first is no news"


def test_blocks_widen_intervals_where_neighbours_are_alike():
    corpus = corpus_of(("东岭市",), range(2008, 2020), per_cell=12)
    about = corpus.documents("item").select("doc_id", "year", "quarter")
    rng = np.random.default_rng(0)
    of_quarter = {
        (year, quarter): rng.uniform(0.1, 0.9) for year in range(2008, 2020) for quarter in range(1, 5)
    }
    topics = shares_of(corpus, n_topics=2)
    first = np.array([of_quarter[row] for row in about.select("year", "quarter").iter_rows()])
    object.__setattr__(topics, "doc_topics", np.column_stack([first, 1 - first]))
    width = {
        block: np.ptp(
            ends(topic_shares(topics, corpus, by="place", intervals=500, block=block)), axis=1
        ).mean()
        for block in ("readout", "quarter")
    }
    assert width["quarter"] > 1.5 * width["readout"]


def test_places_are_the_units_where_a_cell_pools_them():
    corpus = corpus_of(PLACES[:5], per_cell=8)
    place_of = dict(corpus.documents("item").select("doc_id", "place").iter_rows())
    topics = shares_of(corpus, n_topics=2)
    first = np.array([0.1 + 0.2 * PLACES.index(place_of[name]) for name in topics.doc_ids])
    object.__setattr__(topics, "doc_topics", np.column_stack([first, 1 - first]))
    pooled = topic_shares(topics, corpus, by="year", intervals=500)
    assert set(pooled["n_units"]) == {5}
    assert (np.ptp(ends(pooled), axis=1) > 0.3).all(), "places differ much, however many readouts each has"
    apart = topic_shares(topics, corpus, by=("place", "year"), intervals=500)
    assert set(apart["n_units"]) == {4}
    assert apart["low"].isna().all(), "within a place nothing differs"
    assert set(apart["flag"]) == {"no spread"}


def test_neither_the_order_of_the_corpus_nor_other_cells_show_in_an_interval():
    corpus = corpus_of()
    topics = shares_of(corpus)
    table = topic_shares(topics, corpus, intervals=150)
    shuffled = turned(corpus)
    assert topic_shares(shares_of(shuffled), shuffled, intervals=150).equals(table)
    alone = only(corpus, place=PLACES[1])
    part = topic_shares(kept(topics, alone), alone, intervals=150)
    assert part.equals(table[table["place"] == PLACES[1]].reset_index(drop=True))


def test_another_seed_draws_anew_and_the_same_seed_the_same():
    corpus = corpus_of()
    topics = shares_of(corpus)
    first, same, other = (
        ends(topic_shares(topics, corpus, intervals=200, random_state=seed)) for seed in (0, 0, 1)
    )
    assert np.array_equal(first, same)
    assert not np.array_equal(first, other)
    assert np.allclose(first, other, atol=0.15)


def test_every_cell_that_cannot_be_resampled_says_why():
    more = [readout(900, "西河市", 2018), readout(904, "南山市", 2018), readout(908, "南山市", 2018)]
    corpus = corpus_of(("东岭市",), (2018, 2020), more=more)
    table = topic_shares(shares_of(corpus), corpus, intervals=100)
    flags = {key: set(part["flag"]) for key, part in table.groupby(["place", "year"])}
    assert flags["西河市", 2018] == {"one readout"}
    assert flags["南山市", 2018] == {"one block"}
    assert flags["东岭市", 2019] == {"gap"}
    assert flags["东岭市", 2018] == {""}
    nothing = table["flag"].isin({"one readout", "one block", "gap"})
    assert table.loc[nothing, ["low", "high"]].isna().all(axis=None)
    assert not table.loc[~nothing, ["low", "high"]].isna().any(axis=None)


def test_a_pooled_cell_of_one_place_speaks_of_that_place_alone():
    corpus = corpus_of(("东岭市",))
    table = topic_shares(shares_of(corpus), corpus, by="year", intervals=100)
    own = topic_shares(shares_of(corpus), corpus, by=("place", "year"), intervals=100)
    assert set(table["flag"]) == {"one place"}
    assert set(table["n_units"]) == {4}
    assert np.allclose(ends(table), ends(own), atol=0.1)


def test_a_presider_is_of_a_place_and_two_of_one_name_are_of_two():
    corpus = corpus_of(PLACES[:2])
    own = pl.concat_str(pl.lit("主持"), "place")
    readouts = corpus.readouts.with_columns(
        presider=pl.when(pl.col("quarter") == 1).then(pl.lit("同名")).otherwise(own)
    )
    corpus = type(corpus)(readouts, corpus.items, corpus.quarantine)
    table = topic_shares(shares_of(corpus), corpus, by="presider", intervals=100)
    flags = {name: set(part["flag"]) for name, part in table.groupby("presider")}
    assert flags == {"同名": {"few places"}, "主持东岭市": {""}, "主持西河市": {""}}


def test_few_places_are_flagged():
    corpus = corpus_of(PLACES[:2])
    table = topic_shares(shares_of(corpus), corpus, by="year", intervals=100)
    assert set(table["flag"]) == {"few places"}
    assert (np.ptp(ends(table), axis=1) > 0.1).all()


def test_one_place_that_is_nearly_all_leaves_next_to_nothing_known_of_the_others():
    corpus = corpus_of(("东岭市",), (2018,), per_cell=300, more=[readout(999, "西河市", 2018)])
    table = topic_shares(shares_of(corpus), corpus, by="year", intervals=100)
    assert set(table["flag"]) == {"few places"}
    assert (table["low"] < 0.05).all()
    assert (table["high"] > 0.95).all()


def test_a_topic_that_never_comes_has_a_bound_and_not_a_point():
    corpus = corpus_of(("东岭市",), (2018, 2019, 2020))
    table = topic_shares(constant(corpus, [0.0, 1.0]), corpus, by="place", intervals=100).set_index("topic")
    assert table.loc["t01", "low"] == 0
    assert 0.2 < table.loc["t01", "high"] < 0.35, "twelve quarters without it: 1 - 0.025 ** (1 / 12)"
    assert table.loc["t02", "high"] == 1
    assert table.loc["t02", "low"] == pytest.approx(1 - table.loc["t01", "high"])
    assert set(table["flag"]) == {"no spread"}
    same = topic_shares(constant(corpus, [0.25, 0.75]), corpus, by="place", intervals=100)
    assert same["low"].isna().all(), "a number of equal shares is no proof of a known share"


def test_documents_of_unknown_place_count_as_one_place():
    more = [readout(900 + number, None, 2018) for number in range(8)]
    corpus = corpus_of(PLACES[:5], (2018,), more=more)
    assert set(topic_shares(shares_of(corpus), corpus, by="year", intervals=100)["n_units"]) == {6}


@pytest.mark.parametrize(("block", "expected"), [("readout", 8), ("month", 4), ("quarter", 3), ("year", 2)])
def test_blocks_of_time(block, expected):
    days = ["2019-01-05", "2019-01-20", "2019-02-02", "2019-05-05", "2020-01-05", "2020-01-09"]
    about = pl.DataFrame({"readout_id": [*"abcdef", "g", "h"], "day": [*days, None, None]})
    about = about.with_columns(published=pl.col("day").str.to_date(), meeting_date=None, year_from=None)
    about = about.with_columns(year=pl.col("published").dt.year(), quarter=pl.col("published").dt.quarter())
    about = about.with_columns(pl.col("meeting_date").cast(pl.Date), pl.col("year_from").cast(pl.String))
    undated = 0 if block == "readout" else 2
    codes = time_blocks(about, block)
    assert len(set(codes)) == expected + undated
    assert codes[6] != codes[7], "readouts without a date may be of any time"


def test_months_are_the_meetings_where_the_year_is():
    corpus = corpus_of(("东岭市",), (2019,), per_cell=4)
    days = pl.Series(["2019-03-01", "2019-03-30", "2019-04-01", "2019-04-02"]).str.to_date()
    dated = corpus.readouts.with_columns(meeting_date=days, year_from=pl.lit("meeting"))
    codes = time_blocks(dated, "month")
    assert codes.tolist() == [0, 0, 1, 1]


def test_weights_by_readout_let_a_long_agenda_count_no_more():
    corpus = corpus_of(("东岭市",), (2018,), per_cell=2)
    items = corpus.items.filter(~((pl.col("readout_id") == "r001") & (pl.col("position") == 2)))
    corpus = type(corpus)(corpus.readouts, items, corpus.quarantine)
    topics = shares_of(corpus, n_topics=2)
    object.__setattr__(topics, "doc_topics", np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    share = {
        weight: topic_shares(topics, corpus, weight=weight)["share"].tolist()
        for weight in ("item", "readout")
    }
    assert np.allclose(share["item"], [2 / 3, 1 / 3])
    assert np.allclose(share["readout"], [1 / 2, 1 / 2])


def test_equal_agendas_make_the_two_weights_one():
    corpus = corpus_of()
    topics = shares_of(corpus)
    by_item, by_readout = (
        topic_shares(topics, corpus, weight=weight, intervals=100) for weight in ("item", "readout")
    )
    assert np.allclose(by_item["share"], by_readout["share"])
    assert np.allclose(ends(by_item), ends(by_readout))


def test_an_item_without_evidence_takes_no_part_of_its_readout():
    corpus = corpus_of(("东岭市",), (2018,), per_cell=2)
    topics = shares_of(corpus, n_topics=2)
    object.__setattr__(topics, "doc_topics", np.array([[1.0, 0], [0.5, 0.5], [0.0, 1], [0.0, 1]]))
    object.__setattr__(topics, "without_evidence", ("r000-2",))
    shares = topic_shares(topics, corpus, weight="readout")["share"]
    assert np.allclose(shares, [0.5, 0.5])


def test_acts_have_intervals_too():
    corpus = corpus_of(PLACES)
    items = corpus.items.with_columns(
        act=pl.when(pl.col("item_id").str.slice(1, 3).cast(pl.Int32) % 5 == 0)
        .then(pl.lit("relay"))
        .otherwise(pl.col("act"))
    )
    table = act_shares(type(corpus)(corpus.readouts, items, corpus.quarantine), intervals=200)
    assert ((table["low"] < table["share"]) & (table["share"] < table["high"])).all()
    assert "first act" in table.attrs["estimand"]


@pytest.mark.parametrize(
    "wrong",
    [{"intervals": 99}, {"intervals": -1}, {"intervals": True}, {"random_state": -1}, {"block": "week"}],
)
def test_settings_that_cannot_be_used_are_refused(wrong):
    corpus = corpus_of()
    with pytest.raises(RecipeError, match=next(iter(wrong))):
        topic_shares(shares_of(corpus), corpus, **wrong)


def test_a_weight_that_is_not_there_is_refused():
    corpus = corpus_of()
    with pytest.raises(RecipeError, match="weight"):
        topic_shares(shares_of(corpus), corpus, weight="page")


def test_an_empty_corpus_and_one_without_any_place_or_year_give_empty_tables():
    for rows in ([], [readout(0, None, None)]):
        corpus = build(rows)
        table = topic_shares(shares_of(corpus), corpus, intervals=100)
        assert table.empty
        assert set(table.columns) >= EXTRA
        assert table.attrs["coverage"]["cells"] == 0


def test_all_faults_of_the_resampling_are_told_at_once():
    with pytest.raises(RecipeError, match=r"intervals=1; random_state=-1; block='x'"):
        check_resampling(1, -1, "x")


def test_sums_add_up():
    rng = np.random.default_rng(0)
    values, weights = rng.random((30, 2)), rng.random(30)
    sums = sums_of(values, weights, rng.integers(0, 5, 30))
    assert np.allclose(sums.parts.sum(axis=0), weights @ values)
    assert np.allclose(sums.wholes.sum(), weights.sum())


def test_attrs_are_small_and_plain():
    corpus = corpus_of(PLACES, range(2000, 2020), per_cell=1)
    table = topic_shares(shares_of(corpus), corpus, intervals=100)
    assert len(json.dumps(table.attrs, ensure_ascii=False)) < 3000
    assert pd.concat([table, table]).attrs == table.attrs


def test_half_the_intervals_of_half_the_level_would_miss():
    """Coverage with twenty places, for a truth that is known: a few hundred draws, wide bounds."""
    rng, held, drawn = np.random.default_rng(5), 0, 400
    truth = np.array([0.5, 0.3, 0.2])
    for run in range(drawn):
        wholes = rng.integers(5, 30, 20).astype(float)
        sums = Sums(parts=wholes[:, None] * rng.dirichlet(4 * truth, 20), wholes=wholes)
        low, high = share_interval(sums, Resampling(resamples=200, random_state=run).draws(20, ()))
        held += int(((low <= truth) & (truth <= high)).sum())
    assert 0.92 <= held / (3 * drawn) <= 0.98


def test_intervals_of_a_middling_corpus_take_no_second():
    corpus = corpus_of(PLACES, range(2005, 2015), per_cell=14)
    topics = shares_of(corpus, n_topics=20)
    begun = time.process_time()
    topic_shares(topics, corpus, intervals=500)
    assert time.process_time() - begun < 2
