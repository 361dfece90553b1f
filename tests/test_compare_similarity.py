import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_corpus import build, infer, readout
from scipy.spatial.distance import jensenshannon

from readout_nlp.compare.distance import METRICS, hellinger, jensen_shannon
from readout_nlp.compare.ordering import cluster_order
from readout_nlp.compare.pooling import pool
from readout_nlp.compare.shares import act_shares, topic_shares
from readout_nlp.compare.similarity import similarity
from readout_nlp.compare.trajectories import trajectories
from readout_nlp.errors import InputError, RecipeError

rows_of_shares = st.integers(1, 6).flatmap(
    lambda k: st.lists(
        st.lists(st.floats(0, 1), min_size=k, max_size=k).filter(lambda row: sum(row) > 1e-3),
        min_size=3,
        max_size=5,
    )
)


def scaled(rows):
    rows = np.array(rows)
    return rows / rows.sum(axis=1, keepdims=True)


@settings(max_examples=60)
@given(rows=rows_of_shares)
@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_a_symmetric_distance_from_0_to_1(name, rows):
    p = scaled(rows)
    apart = METRICS[name](p)
    assert ((apart >= 0) & (apart <= 1)).all()
    assert np.array_equal(apart, apart.T)
    assert (np.diag(apart) == 0).all()
    assert np.array_equal(apart[:1], METRICS[name](p[:1], p)), "a pair's value depends on its rows alone"


@settings(max_examples=60)
@given(rows=rows_of_shares)
@pytest.mark.parametrize("name", ["jensen_shannon", "hellinger"])
def test_the_triangle_inequality_holds(name, rows):
    apart = METRICS[name](scaled(rows))
    assert apart[0, 2] <= apart[0, 1] + apart[1, 2] + 1e-7


@pytest.mark.parametrize("name", METRICS)
def test_nothing_in_common_is_1_and_a_mixture_lies_between(name):
    apart = METRICS[name]([[1, 0], [0, 1], [0.5, 0.5]])
    assert apart[0, 1] == pytest.approx(1)
    assert 0 < apart[0, 2] < 1
    assert apart[0, 2] == pytest.approx(apart[1, 2])


def test_jensen_shannon_equals_scipys_in_base_2():
    p = np.random.default_rng(0).dirichlet(np.ones(7), 5)
    expected = [[jensenshannon(a, b, base=2) for b in p] for a in p]
    assert np.allclose(jensen_shannon(p), expected, atol=1e-8)


@pytest.mark.parametrize(
    "rows",
    [[[0.5, 0.6]], [[np.nan, 1.0]], [[-0.5, 1.5]], [[0.0, 0.0]], [[np.inf, 0.0]], [0.5, 0.5], [[]]],
    ids=["sum", "NaN", "negative", "zero", "infinite", "one dimension", "no topic"],
)
def test_rows_that_are_no_distribution_are_refused(rows):
    for metric in METRICS.values():
        with pytest.raises(InputError):
            metric(rows)


def test_rows_over_other_topics_are_refused():
    with pytest.raises(InputError, match="same topics"):
        hellinger([[1.0]], [[0.5, 0.5]])


PLACES = {"甲城": [0.7, 0.2, 0.1], "乙城": [0.6, 0.3, 0.1], "丙城": [0.1, 0.1, 0.8]}


def planted_table(places=None, years=(2018, 2019, 2020), skip=(), drift=0.0):
    places = places or PLACES
    rows, number = [], 0
    for place in places:
        for year in years:
            for _ in range(0 if (place, year) in skip else 3):
                rows.append(readout(number, place, year))
                number += 1
    corpus = build(rows)

    def shares(row):
        base = np.array(places[row["place"]]) + drift * (row["year"] - 2018) * np.array([-0.04, 0.0, 0.04])
        return base / base.sum()

    return topic_shares(infer(corpus, shares), corpus)


@pytest.mark.parametrize("metric", METRICS)
def test_similarity_is_square_labelled_symmetric_and_1_on_the_diagonal(metric):
    alike = similarity(planted_table(), metric=metric)
    assert alike.index.tolist() == alike.columns.tolist() == sorted(PLACES)
    assert np.array_equal(alike, alike.T)
    assert (np.diag(alike) == 1).all()
    assert alike.loc["甲城", "乙城"] > alike.loc["甲城", "丙城"]
    assert alike.loc["甲城", "乙城"] == pytest.approx(
        1 - METRICS[metric]([PLACES["甲城"]], [PLACES["乙城"]])[0, 0]
    )


def test_relabelled_places_permute_the_matrix():
    other = {"甲城": "丑镇", "乙城": "子镇", "丙城": "寅镇"}
    plain = similarity(planted_table())
    turned = similarity(planted_table({other[name]: shares for name, shares in PLACES.items()}))
    for a in PLACES:
        for b in PLACES:
            assert plain.loc[a, b] == turned.loc[other[a], other[b]]


def test_between_years_pools_the_places_weighted_by_items():
    table = planted_table(skip={("丙城", 2018)}, drift=1.0)
    alike = similarity(table, between="year")
    assert alike.index.tolist() == [2018, 2019, 2020]
    pooled = table[table["year"] == 2018].dropna()
    weights = pooled.groupby("topic")[["share", "n_items"]].apply(
        lambda cell: np.average(cell["share"], weights=cell["n_items"])
    )
    assert weights["t01"] == pytest.approx(0.65)
    later = table[table["year"] == 2020].groupby("topic")["share"].mean()
    assert alike.loc[2018, 2020] == pytest.approx(1 - jensen_shannon([weights], [later])[0, 0])
    assert alike.loc[2018, 2020] < alike.loc[2018, 2019]


def test_pooling_in_one_step_equals_the_table_of_that_column():
    rows = [readout(n, place, 2018 + n % 3) for n, place in enumerate(list(PLACES) * 7)]
    corpus = build(rows)
    chance = np.random.default_rng(0).dirichlet(np.ones(3), len(corpus.items))
    topics = infer(corpus, lambda row: chance[int(row["readout_id"][1:])])
    both = similarity(topic_shares(topics, corpus), between="year")
    alone = similarity(topic_shares(topics, corpus, by="year"))
    assert np.allclose(both, alone)


def test_a_gap_is_not_compared_and_thin_units_are_named():
    table = planted_table(years=(2018, 2020), skip={("甲城", 2018), ("甲城", 2020)})
    rows = table[table["place"] != "甲城"].copy()
    gap = planted_table(years=(2018, 2020), skip={("甲城", 2018)})
    by_year = similarity(planted_table(years=(2018, 2020)), between="year")
    assert by_year.loc[2019].isna().all()
    assert by_year[2019].isna().all()
    assert by_year.attrs["gaps"] == [2019]
    assert by_year.loc[2018, 2018] == 1
    assert similarity(gap).attrs["n_items"] == {"丙城": 12, "乙城": 12, "甲城": 6}
    gap.attrs["min_items"] = 7
    assert similarity(gap).attrs["thin"] == ["甲城"]
    assert similarity(rows).index.tolist() == ["丙城", "乙城"]


def test_shares_of_acts_may_be_compared_too():
    corpus = build([readout(0, "甲城", 2018), readout(1, "乙城", 2018)])
    assert (similarity(act_shares(corpus, by="place")) == 1).all(axis=None)


def test_an_empty_table_gives_an_empty_matrix():
    corpus = build([readout(0, None, 2018)])
    shares = act_shares(corpus, by="place")
    assert similarity(shares).shape == (0, 0)
    assert trajectories(act_shares(corpus, by=("place", "year"))).empty


def test_wrong_calls_are_refused():
    table = planted_table()
    with pytest.raises(RecipeError, match="metric='euclid'"):
        similarity(table, metric="euclid")
    with pytest.raises(RecipeError, match="between='level'"):
        similarity(table, between="level")
    with pytest.raises(InputError, match="share table"):
        similarity(pd.DataFrame({"a": [1]}))
    with pytest.raises(RecipeError, match="year"):
        trajectories(table.drop(columns="year"))


def test_a_table_read_back_without_its_attributes_is_compared_alike():
    table = planted_table()
    bare = pd.DataFrame(table.to_dict("list"))
    assert similarity(bare).equals(similarity(table))


def test_places_that_stand_still_have_no_trajectory_and_drift_shows():
    still, moving = trajectories(planted_table()), trajectories(planted_table(drift=1.0))
    assert np.allclose(still["from_previous"].dropna(), 0, atol=1e-7)
    assert (moving[moving["place"] == "甲城"]["from_previous"].dropna() > 0.02).all()
    firsts = moving[moving["year"] == 2018]
    assert firsts["previous_year"].isna().all()
    assert firsts["from_previous"].isna().all()
    odd = still.groupby("place")["from_others"].mean()
    assert odd.idxmax() == "丙城", "the planted outsider stands farthest from the others"


def test_a_trajectory_steps_over_gaps_and_says_how_far():
    steps = trajectories(planted_table(years=(2018, 2019, 2020, 2021), skip={("甲城", 2019), ("甲城", 2020)}))
    own = steps[steps["place"] == "甲城"].set_index("year")
    assert own.loc[2021, "previous_year"] == 2018
    assert own.loc[2021, "years_between"] == 3
    gap = own.loc[2019]
    assert gap[["previous_year", "years_between", "from_previous", "from_others"]].isna().all()
    assert gap["n_items"] == 0
    assert gap["thin"]
    assert steps.columns[:6].tolist() == [
        "place",
        "year",
        "previous_year",
        "years_between",
        "from_previous",
        "from_others",
    ]


def test_the_others_are_pooled_without_the_place_itself():
    steps = trajectories(planted_table(years=(2018,))).set_index("place")
    others = (np.array(PLACES["乙城"]) + np.array(PLACES["丙城"])) / 2
    assert steps.loc["甲城", "from_others"] == pytest.approx(jensen_shannon([PLACES["甲城"]], [others])[0, 0])
    alone = trajectories(planted_table({"甲城": PLACES["甲城"]}))
    assert alone["from_others"].isna().all()


def test_heat_maps_put_like_beside_like_and_gaps_last():
    units = ["甲1", "乙1", "缺", "甲2", "乙2"]
    values = np.full((5, 5), 0.1)
    for a, b in ((0, 3), (1, 4)):
        values[a, b] = values[b, a] = 0.9
    np.fill_diagonal(values, 1.0)
    values[2, :] = values[:, 2] = np.nan
    order = cluster_order(pd.DataFrame(values, index=units, columns=units))
    assert order.labels[-1] == "缺"
    assert sorted(order.labels) == sorted(units)
    places = {label: position for position, label in enumerate(order.labels)}
    assert abs(places["甲1"] - places["甲2"]) == abs(places["乙1"] - places["乙2"]) == 1
    assert order.linkage.shape == (3, 4)
    assert order.clustered == ("甲1", "乙1", "甲2", "乙2")


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_units_have_an_order_and_no_tree(n):
    order = cluster_order(pd.DataFrame(np.ones((n, n))))
    assert len(order.labels) == n
    assert order.linkage.shape == (0, 4)


def test_an_order_refuses_what_is_not_a_similarity_table():
    with pytest.raises(InputError, match="square"):
        cluster_order(pd.DataFrame(np.ones((2, 3))))
    with pytest.raises(InputError, match="symmetric"):
        cluster_order(pd.DataFrame([[1.0, 0.2], [0.3, 1.0]]))


def test_cells_in_which_readouts_count_alike_are_pooled_by_readouts():
    cells = {"place": "甲", "year": [1, 1, 2, 2], "topic": ["t01", "t02"] * 2, "share": [1.0, 0.0, 0.0, 1.0]}
    table = pd.DataFrame({**cells, "n_items": [9, 9, 1, 1], "n_readouts": 1, "thin": False, "gap": False})
    assert pool(table, by=["place"]).shares.to_numpy().tolist() == [[0.9, 0.1]]
    table.attrs["weight"] = "readout"
    assert pool(table, by=["place"]).shares.to_numpy().tolist() == [[0.5, 0.5]]
