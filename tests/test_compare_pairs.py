import numpy as np
import pandas as pd
import polars as pl
import pytest
from planted_corpus import build, infer, readout

from readout_nlp.compare import divergence
from readout_nlp.compare.chance import chance_of
from readout_nlp.compare.contents import act_profiles, tifa_profiles, topic_profiles, word_profiles
from readout_nlp.compare.distance import METRICS
from readout_nlp.compare.divergence import divergences, similarities, step_divergences
from readout_nlp.compare.pairs import COLUMNS, pairs
from readout_nlp.compare.pooling import pool
from readout_nlp.compare.rarefy import rarefied_similarity
from readout_nlp.compare.shares import act_shares, topic_shares
from readout_nlp.compare.similarity import similarity
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix

PLACES = {"甲城": [0.7, 0.2, 0.1], "乙城": [0.7, 0.2, 0.1], "丙城": [0.1, 0.1, 0.8], "丁城": [0.1, 0.8, 0.1]}
QUICK = {"resamples": 50, "block": "readout"}


def planted(places=PLACES, *, years=(2018, 2019), each=10, sharpness=6.0, seed=0):
    """Give corpus and topics: every item a draw around the agenda of its place."""
    cells = [(place, year) for place in places for year in years for _ in range(each)]
    corpus = build([readout(number, *cell) for number, cell in enumerate(cells)])
    rng = np.random.default_rng(seed)
    return corpus, infer(corpus, lambda row: rng.dirichlet(sharpness * np.array(places[row["place"]])))


@pytest.mark.parametrize("n_parts", [1, 3, 40])
def test_chance_told_in_pieces_is_that_of_all_deals(n_parts):
    deals = np.random.default_rng(0).random((40, 7)).round(1)  # with ties
    deals[:, 0] = 0.4  # which dealing cannot change
    point = np.full(7, 0.4)
    told = chance_of(np.array_split(deals, n_parts), point, "jensen_shannon")
    assert (told.expected == similarities(deals).mean(axis=0)).all()
    reached = [(deals <= point).sum(axis=0), (deals >= point).sum(axis=0)]
    for p, count in zip((told.more, told.less), reached, strict=True):
        assert np.isnan(p[0])
        np.testing.assert_array_equal(p[1:], (1 + count[1:]) / 41)


def profiles_of(*args, **about):
    corpus, topics = planted(*args, **about)
    return topic_profiles(topics, corpus)


def pair(table, one, other):
    held = {one, other}
    return table[[{a, b} == held for a, b in zip(table["one"], table["other"], strict=True)]].iloc[0]


def shuffled(corpus):
    readouts = corpus.readouts.sample(fraction=1.0, shuffle=True, seed=3)
    return Corpus(readouts, corpus.items.sample(fraction=1.0, shuffle=True, seed=4), corpus.quarantine)


# profiles


def test_profiles_pool_to_the_shares_of_the_table():
    corpus, topics = planted()
    for by in (["place", "year"], ["place"], ["year"]):
        table, profiles = topic_shares(topics, corpus, by=by), topic_profiles(topics, corpus, by=by)
        expected = pool(table, by=by)
        assert np.allclose(profiles.pooled(by).shares, expected.shares)
        assert profiles.pooled(by).n_items.tolist() == expected.n_items.tolist()
        laid_out = profiles.table()
        assert np.allclose(laid_out["share"], table["share"])
        assert laid_out.columns.tolist() == [*by, "topic", "share", "n_items", "n_readouts", "thin", "gap"]
        assert np.allclose(similarity(laid_out), similarity(table))


def test_similarity_takes_topics_acts_words_and_tifa_alike():
    corpus, topics = planted()
    items = corpus.items["item_id"].to_list()
    words = TermMatrix(topic_profiles_counts(len(items)), ["会议", "防汛", "粮食"], items)
    mentions = pd.DataFrame({"term": ["两个维护", "四个意识"] * (len(items) // 2), "item_id": items})
    for profiles in (
        topic_profiles(topics, corpus),
        act_profiles(corpus),
        word_profiles(words, corpus),
        tifa_profiles(mentions, corpus),
    ):
        for metric in METRICS:
            alike = similarity(profiles, metric=metric)
            assert alike.index.tolist() == sorted(PLACES)
            assert np.allclose(np.diag(alike), 1)
            assert np.allclose(similarity(profiles.table(), metric=metric), alike), "record and table agree"
            table = pairs(profiles, metric=metric, **QUICK)
            assert table.columns.tolist() == COLUMNS
            assert np.allclose(
                table["similarity"], [alike.loc[a, b] for a, b in table[["one", "other"]].to_numpy()]
            )


def topic_profiles_counts(n_items):
    from scipy.sparse import csr_matrix

    return csr_matrix(np.random.default_rng(1).poisson(1.5, (n_items, 3)) + np.array([1, 0, 0]))


def test_acts_are_those_of_the_share_table():
    corpus, _ = planted()
    assert np.allclose(
        act_profiles(corpus, by="place").table()["share"], act_shares(corpus, by="place")["share"]
    )


def test_items_without_evidence_place_or_year_are_left_out_and_counted():
    rows = [readout(0, "甲城", 2018), readout(1, None, 2018), readout(2, "甲城", None)]
    corpus = build(rows)
    topics = infer(corpus, lambda _: [1.0, 0.0], without=["r000-1"])
    profiles = topic_profiles(topics, corpus)
    assert profiles.n_items.tolist() == [1]
    assert profiles.left_out == {"place": 2, "year": 2, "without_evidence": 1, "total": 5}


def test_every_item_has_one_weight_however_many_words_it_has():
    corpus = build([readout(0, "甲城", 2018)])
    from scipy.sparse import csr_matrix

    counts = TermMatrix(csr_matrix([[100, 0], [0, 1]]), ["防汛", "粮食"], ["r000-1", "r000-2"])
    assert word_profiles(counts, corpus, weight="frequency").sums.toarray().tolist() == [[1.0, 1.0]]


def test_a_column_of_years_shows_its_gaps():
    corpus, topics = planted(years=(2018, 2020))
    alike = similarity(topic_profiles(topics, corpus), between="year")
    assert alike.index.tolist() == [2018, 2019, 2020]
    assert alike.attrs["gaps"] == [2019]
    assert alike.loc[2019].isna().all()
    assert len(pairs(topic_profiles(topics, corpus), between="year", **QUICK)) == 1


def test_wrong_profiles_are_refused():
    corpus, topics = planted()
    for by in ("act", [], ["place", "place"]):
        with pytest.raises(RecipeError):
            topic_profiles(topics, corpus, by=by)
    with pytest.raises(RecipeError, match="min_items"):
        act_profiles(corpus, min_items=0)
    with pytest.raises(InputError, match="doc_ids"):
        topic_profiles(topics, build([readout(999, "甲城", 2018)]))
    with pytest.raises(InputError, match="term"):
        tifa_profiles(pd.DataFrame({"a": [1]}), corpus)
    with pytest.raises(InputError, match="mentions"):
        tifa_profiles(pd.DataFrame({"term": ["两个维护"], "item_id": ["none"]}), corpus)
    words = TermMatrix(
        topic_profiles_counts(len(corpus.items)), list("abc"), corpus.items["item_id"].to_list()
    )
    with pytest.raises(RecipeError, match="weight"):
        word_profiles(words, corpus, weight="log")


# divergences


@pytest.mark.parametrize("metric", METRICS)
def test_divergences_of_many_resamples_are_those_of_the_metric(metric):
    rows = np.random.default_rng(0).dirichlet(np.ones(5), (3, 6))
    rows[0, 0], rows[0, 1] = [1, 0, 0, 0, 0], [0, 0.5, 0.5, 0, 0]
    one, other = np.triu_indices(6, 1)
    for layer, found in zip(rows, divergences(rows, metric), strict=True):
        assert np.allclose(similarities(found, metric), 1 - METRICS[metric](layer)[one, other], atol=1e-7)
    assert np.allclose(step_divergences(rows[:, one], rows[:, other], metric), divergences(rows, metric))


def test_divergences_of_rows_of_many_empty_labels_are_those_of_the_metric():
    rng = np.random.default_rng(1)
    rows = rng.dirichlet(np.full(40, 0.05), (2, 7))
    rows[rows < 1e-3] = 0
    rows /= rows.sum(axis=-1, keepdims=True)
    one, other = np.triu_indices(7, 1)
    expected = [METRICS["jensen_shannon"](layer)[one, other] ** 2 for layer in rows]
    assert np.allclose(divergences(rows), expected, atol=1e-12)


@pytest.mark.parametrize("metric", METRICS)
def test_a_unit_that_is_not_known_has_no_divergence_and_spoils_no_other(metric):
    rows = np.array([[[1.0, 0.0], [np.nan, np.nan], [0.0, 1.0]]])
    assert np.isnan(divergences(rows, metric)).tolist() == [[True, False, True]]


# pairs


@pytest.fixture(scope="module")
def table():
    return pairs(profiles_of(), resamples=200, block="readout")


def test_places_of_one_agenda_are_as_alike_as_chance_and_the_others_less(table):
    twins = pair(table, "甲城", "乙城")
    assert twins["flag"] == ""
    assert twins["p_less"] > 0.05
    assert twins["high"] > 0.97
    assert twins["beyond_low"] > 0
    others = table.drop(index=twins.name)
    assert (others["q_less"] < 0.05).all()
    assert (others["excess"] < -0.1).all()
    assert not (others["beyond_low"] > 0).any()


def test_intervals_hold_the_true_similarity_and_the_corrected_value(table):
    for _, row in table.iterrows():
        true = 1 - METRICS["jensen_shannon"]([PLACES[row["one"]]], [PLACES[row["other"]]])[0, 0]
        assert row["low"] <= true <= row["high"]
        assert row["low"] <= row["corrected"] <= row["high"]
    assert (table["corrected"] - table["similarity"]).mean() > 0, "sampling error makes places look unlike"


def test_what_the_table_rests_on_is_told(table):
    assert table.attrs["level"] == 0.95
    assert table.attrs["settings"]["rarefied"] == 20
    assert {"method", "estimand", "left_out", "coverage", "smallest_q", "gap", "min_items"} <= set(
        table.attrs
    )
    assert table["n"].tolist() == [40] * 6
    assert (table["one"] < table["other"]).all()


def test_a_copied_agenda_is_more_alike_than_chance():
    corpus, topics = planted({"甲城": [1, 1, 1], "乙城": [1, 1, 1], "丙城": [1, 1, 1]}, each=20)
    shares = topics.doc_topics.copy()
    place = corpus.documents("item")["place"].to_numpy()
    shares[place == "乙城"] = shares[place == "甲城"]
    copied = infer(corpus, lambda _: [1.0, 0, 0])
    object.__setattr__(copied, "doc_topics", shares)
    found = pair(pairs(topic_profiles(copied, corpus), resamples=100, block="readout"), "甲城", "乙城")
    assert found["similarity"] == pytest.approx(1)
    assert found["p_more"] < 0.01
    assert found["excess"] > 0


def test_results_depend_on_the_seed_alone_not_on_the_order_of_the_corpus():
    corpus, topics = planted(each=4)
    order = np.random.default_rng(5).permutation(len(topics.doc_ids))
    turned = infer(corpus, lambda _: [1.0, 0, 0])
    object.__setattr__(turned, "doc_topics", topics.doc_topics[order])
    object.__setattr__(turned, "doc_ids", tuple(topics.doc_ids[row] for row in order))
    one = pairs(topic_profiles(topics, corpus), **QUICK)
    pd.testing.assert_frame_equal(one, pairs(topic_profiles(turned, shuffled(corpus)), **QUICK))
    assert not one["low"].equals(pairs(topic_profiles(topics, corpus), random_state=1, **QUICK)["low"])


def test_results_do_not_depend_on_how_much_is_done_at_a_time(monkeypatch):
    corpus, topics = planted(each=4)
    items = corpus.items["item_id"].to_list()
    words = TermMatrix(topic_profiles_counts(len(items)), ["会议", "防汛", "粮食"], items)
    for profiles in (topic_profiles(topics, corpus), word_profiles(words, corpus)):
        whole = pairs(profiles, resamples=20)
        with monkeypatch.context() as patch:
            patch.setattr(divergence, "CELLS_AT_ONCE", 40)
            pd.testing.assert_frame_equal(pairs(profiles, resamples=20), whole)


def test_dealing_keeps_what_belongs_to_a_year_apart():
    """Places alike in every year, but read in different years: what sets them apart is the calendar."""
    trend = {2018: [0.8, 0.1, 0.1], 2019: [0.1, 0.1, 0.8]}
    cells = [("甲城", 2018, 30), ("甲城", 2019, 4), ("乙城", 2018, 4), ("乙城", 2019, 30)]
    rows = [cell[:2] for cell in cells for _ in range(cell[2])]
    corpus = build([readout(number, *row) for number, row in enumerate(rows)])
    rng = np.random.default_rng(2)
    topics = infer(corpus, lambda row: rng.dirichlet(6 * np.array(trend[row["year"]])))
    found = pairs(topic_profiles(topics, corpus), resamples=100, block="readout").iloc[0]
    assert found["similarity"] < 0.7
    assert abs(found["excess"]) < 0.1
    assert found["p"] > 0.05


def test_years_are_dealt_within_places():
    """Years alike in every place, but read in different places: what sets them apart is who was read."""
    cells = [("甲城", 2018, 30), ("甲城", 2019, 4), ("丙城", 2018, 4), ("丙城", 2019, 30)]
    rows = [cell[:2] for cell in cells for _ in range(cell[2])]
    corpus = build([readout(number, *row) for number, row in enumerate(rows)])
    rng = np.random.default_rng(2)
    topics = infer(corpus, lambda row: rng.dirichlet(6 * np.array(PLACES[row["place"]])))
    table = pairs(topic_profiles(topics, corpus), between="year", resamples=100, block="readout")
    assert table[["one", "other"]].to_numpy().tolist() == [[2018, 2019]]
    assert table["similarity"].iloc[0] < 0.7
    assert abs(table["excess"].iloc[0]) < 0.1
    assert table["p"].iloc[0] > 0.05
    assert "within place" in table.attrs["method"]


def test_runs_of_one_matter_are_dealt_whole():
    rng = np.random.default_rng(0)
    cells = [(place, year) for place in "甲乙丙丁" for year in range(2010, 2018) for _ in range(8)]
    rows = [readout(n, *cell) for n, cell in enumerate(cells)]
    matter = {
        (p, y, q): rng.dirichlet([0.3] * 3)
        for p in "甲乙丙丁"
        for y in range(2010, 2018)
        for q in (1, 2, 3, 4)
    }
    from datetime import date

    for row in rows:
        row["published"] = date(row["year"], 3 * row["quarter"], 1)
    corpus = build(rows)
    topics = infer(corpus, lambda row: matter[row["place"], row["year"], row["quarter"]])
    profiles = topic_profiles(topics, corpus)
    single, whole = (pairs(profiles, resamples=100, block=block) for block in ("readout", "quarter"))
    assert (whole["expected"] < single["expected"]).all(), "runs alone make places differ"
    assert (whole["p_less"] > single["p_less"]).all()


def test_rarefied_similarity_is_that_of_equal_numbers():
    rng = np.random.default_rng(0)
    sizes = {"甲城": 5, "乙城": 5, "丙城": 80, "丁城": 80}
    rows = [readout(n, place, 2018) for n, place in enumerate(p for p, k in sizes.items() for _ in range(k))]
    corpus = build(rows)
    topics = infer(corpus, lambda _: rng.dirichlet([1.0] * 4))
    profiles = topic_profiles(topics, corpus)
    table = pairs(profiles, resamples=100, block="readout")
    assert table.attrs["settings"]["rarefied"] == 5
    large, small = pair(table, "丙城", "丁城"), pair(table, "甲城", "乙城")
    assert large["similarity"] - large["rarefied"] > 0.05, (
        "large units look alike until cut to the size of small"
    )
    assert small["rarefied"] == pytest.approx(small["similarity"])
    cut = rarefied_similarity(profiles, readouts=20, draws=20)
    assert cut.attrs["too_small"] == sorted(["甲城", "乙城"])
    assert cut.loc["甲城"].isna().all()
    assert cut.loc["丙城", "丙城"] == 1


# degenerate input


def test_one_place_gives_an_empty_table_that_says_why():
    table = pairs(profiles_of({"甲城": PLACES["甲城"]}), **QUICK)
    assert table.empty
    assert table.columns.tolist() == COLUMNS
    assert "nothing to compare" in table.attrs["gap"]


def test_no_row_gives_an_empty_table():
    corpus = build([readout(0, None, 2018)])
    profiles = act_profiles(corpus)
    assert pairs(profiles, **QUICK).empty
    assert similarity(profiles).shape == (0, 0)
    assert profiles.table().empty
    assert rarefied_similarity(profiles).shape == (0, 0)


def test_all_the_same_text_is_alike_and_has_no_p():
    corpus, _ = planted()
    topics = infer(corpus, lambda _: [0.5, 0.5])
    table = pairs(topic_profiles(topics, corpus), **QUICK)
    assert (table["similarity"] == 1).all()
    assert table[["p", "p_more", "p_less", "q_more", "q_less"]].isna().all(axis=None)
    assert (table["flag"] == "nothing to deal").all()
    assert np.allclose(table["excess"], 0)


def test_places_that_share_no_year_cannot_be_dealt():
    rows = [readout(n, place, year) for n, (place, year) in enumerate([("甲城", 2018), ("乙城", 2019)] * 6)]
    corpus = build(rows)
    rng = np.random.default_rng(0)
    table = pairs(topic_profiles(infer(corpus, lambda _: rng.dirichlet([1, 1])), corpus), **QUICK)
    assert table["p"].isna().all()
    assert "nothing to deal" in table["flag"].iloc[0]


def test_a_place_with_one_readout_has_no_interval_and_is_thin():
    rows = [readout(n, "甲城", 2018) for n in range(8)] + [readout(8, "乙城", 2018)]
    corpus = build(rows)
    rng = np.random.default_rng(0)
    row = pairs(topic_profiles(infer(corpus, lambda _: rng.dirichlet([1, 1])), corpus), **QUICK).iloc[0]
    assert row["thin"]
    assert row["flag"] == "one block"
    assert np.isnan(row[["corrected", "low", "high"]].astype(float)).all()
    assert np.isfinite(row["p"])
    assert row[["usual", "beyond"]].isna().all(), "with two units there are no others"


def test_wrong_calls_are_refused():
    profiles = profiles_of(each=2)
    for wrong in (
        {"between": "level"},
        {"metric": "euclid"},
        {"block": "week"},
        {"resamples": 1},
        {"rarefied": 0},
    ):
        with pytest.raises(RecipeError):
            pairs(profiles, **{**QUICK, **wrong})


def test_levels_may_be_compared_and_blocks_lie_within_places():
    rows = [
        readout(n, place, 2018 + n % 2) for n, place in enumerate(["东岭市", "西河市", "东岭市南坪区"] * 8)
    ]
    corpus = build(rows)
    rng = np.random.default_rng(0)
    topics = infer(corpus, lambda _: rng.dirichlet([1, 1]))
    table = pairs(topic_profiles(topics, corpus, by=["level", "place", "year"]), **QUICK)
    assert table[["one", "other"]].to_numpy().tolist() == [["county", "prefecture"]]
    assert isinstance(corpus.readouts, pl.DataFrame)
