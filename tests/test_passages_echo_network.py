"""Who copies whom: edges from the earlier place to the later, third sources, what sizes let one expect."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import numpy as np
import pandas as pd
import pytest
from echo_corpus import corpus_of, on, wording
from scipy.stats import false_discovery_control

from readout_nlp.errors import RecipeError
from readout_nlp.passages.attribution import contested, explained
from readout_nlp.passages.corpus_passages import corpus_passages
from readout_nlp.passages.dealing import expected_links
from readout_nlp.passages.network import COLUMNS, reuse_network

COPIED = wording(40, "copied")


def passages(*pairs, start=10, size=30, kind="text"):
    """A table of passages by pairs of ids: the first holds it at 0, the second at `start`."""
    rows = [(one, 0, size, other, start, start + size, size, kind) for one, other in pairs]
    ends = ["source_id", "source_start", "source_end", "target_id", "target_start", "target_end"]
    return pd.DataFrame(rows, columns=[*ends, "length", "kind"])


def edges_of(table):
    return [
        (row.source_place, row.target_place, row.n_passages) for row in table.itertuples() if row.directed
    ]


PLACES = {"a": "东岭", "b": "西河", "c": "南屏"}
DAYS = {"a": on(1), "b": on(2), "c": on(3)}


def test_an_edge_runs_from_the_earlier_place_with_its_dates():
    found = reuse_network(passages(("b", "a"), ("b", "a"), start=0), PLACES, DAYS)
    assert found.columns.tolist() == list(COLUMNS)
    edge = found.iloc[0]
    assert (edge["source_place"], edge["target_place"], edge["directed"]) == ("东岭", "西河", True)
    assert (edge["n_passages"], edge["n_readouts"], edge["characters"]) == (2, 1, 60)
    assert (edge["first"], edge["last"]) == (pd.Timestamp(on(2)), pd.Timestamp(on(2)))
    assert edge["median_lag_days"] == 31.0
    assert edge["thin"]


def test_a_passage_is_attributed_to_the_earliest_text_that_holds_it():
    table = passages(("a", "b"), ("a", "c"), ("b", "c"))
    found = reuse_network(table, PLACES, DAYS)
    assert sorted(edges_of(found)) == [("东岭", "南屏", 1), ("东岭", "西河", 1), ("西河", "南屏", 0)]
    third = found[(found["source_place"] == "西河")].iloc[0]
    assert third["n_elsewhere"] == 1
    every = reuse_network(table, PLACES, DAYS, attribute="all")
    assert {edge[2] for edge in edges_of(every)} == {1}
    assert (every["n_elsewhere"] == 0).all()


def test_a_reference_explains_what_two_places_share():
    above = passages(("z", "a"), ("z", "b"), kind="reference")
    table = pd.concat([above, passages(("a", "b"))], ignore_index=True)
    found = reuse_network(table, PLACES, DAYS, reference_name="the centre")
    assert sorted(edges_of(found)) == [
        ("the centre", "东岭", 1),
        ("the centre", "西河", 1),
        ("东岭", "西河", 0),
    ]
    late = reuse_network(table, PLACES, DAYS, reference={"z": on(1, 15)})
    assert ("东岭", "西河", 1) in edges_of(late)
    assert late.attrs["left_out"]["later"] == 1


def test_what_a_place_printed_itself_before_is_not_from_a_peer():
    places, days = {**PLACES, "own": "西河"}, {**DAYS, "own": date(2019, 5, 1)}
    table = passages(("a", "b"), ("own", "b"), ("own", "a"))
    found = reuse_network(table, places, days)
    assert sorted(edges_of(found)) == [("东岭", "西河", 0), ("西河", "东岭", 1)]
    assert found.attrs["left_out"]["within_place"] == 1


def test_sources_of_one_day_are_contested():
    table = passages(("a", "c"), ("b", "c"))
    found = reuse_network(table, PLACES, {**DAYS, "b": on(1)})
    assert found["n_contested"].tolist() == [1, 1]
    assert found["n_passages"].tolist() == [1, 1]
    apart = passages(("a", "c"))
    assert reuse_network(apart, PLACES, DAYS)["n_contested"].tolist() == [0]


def test_undirected_passages_are_counted_apart():
    table = passages(("a", "b"), ("c", "b"))
    found = reuse_network(table, PLACES, {"a": on(1), "b": on(1)})
    assert not found["directed"].any()
    assert found["expected"].isna().all()
    pairs = sorted(zip(found["source_place"], found["target_place"], strict=True))
    assert pairs == sorted(tuple(sorted(pair)) for pair in [("东岭", "西河"), ("南屏", "西河")])


def test_unknown_places_are_left_out_and_counted():
    found = reuse_network(passages(("a", "b"), ("x", "b")), PLACES, {**DAYS, "x": on(1)})
    assert found.attrs["left_out"] == {"within_place": 0, "without_place": 1, "later": 0}


@pytest.mark.parametrize(
    ("table", "places"),
    [(passages(), PLACES), (passages(("a", "b")), dict.fromkeys("ab", "东岭")), (passages(), {})],
)
def test_nothing_between_places_gives_an_empty_table(table, places):
    found = reuse_network(table, places, DAYS)
    assert found.empty
    assert found.columns.tolist() == list(COLUMNS)
    assert found.dtypes.astype(str).to_dict() == COLUMNS


def test_where_dealing_changes_nothing_nothing_is_expected():
    found = reuse_network(passages(("a", "b")), PLACES, {"a": date(2018, 1, 1), "b": date(2019, 1, 1)})
    assert found[["expected", "excess", "p", "q"]].isna().all(axis=None)


@pytest.mark.parametrize("wrong", [{"attribute": "latest"}, {"n_permutations": -1}, {"min_readouts": True}])
def test_settings_that_cannot_be_used_are_refused(wrong):
    with pytest.raises(RecipeError):
        reuse_network(passages(("a", "b")), PLACES, DAYS, **wrong)


def world(seed, *, n_links=120, favoured=0, sizes=(60, 30, 20, 10)):
    """Texts of four places in two years; links between random texts, some from place 2 to place 0."""
    rng = Random(seed)
    place_of, day_of = {}, {}
    for number, size in enumerate(sizes):
        for one in range(size):
            name = f"t{number}-{one:02}"
            place_of[name] = f"甲{number}"
            day_of[name] = date(2019, 1, 1) + timedelta(days=rng.randrange(730))
    names = sorted(place_of)
    pairs = []
    while len(pairs) < n_links:
        one, other = rng.sample(names, 2)
        if place_of[one] != place_of[other] and day_of[one] != day_of[other]:
            pairs.append((one, other))
    while favoured:
        one, other = rng.choice(names), rng.choice(names)
        if (place_of[one], place_of[other]) == ("甲2", "甲0") and day_of[one] < day_of[other]:
            pairs.append((one, other))
            favoured -= 1
    starts = rng.sample(range(0, 100 * len(pairs), 100), len(pairs))
    tables = [passages(pair, start=start) for pair, start in zip(pairs, starts, strict=True)]
    return pd.concat(tables, ignore_index=True), place_of, day_of


def test_places_that_print_more_are_expected_to_share_more():
    table, places, days = world(1)
    found = reuse_network(table, places, days, n_permutations=199).set_index(["source_place", "target_place"])
    assert found.loc[("甲0", "甲1"), "expected"] > 3 * found.loc[("甲2", "甲3"), "expected"]
    assert abs(found["excess"].sum()) < 1.0, "as many are expected in all as are observed"


def test_an_edge_above_what_sizes_explain_is_found_and_chance_is_not():
    table, places, days = world(2, favoured=25)
    found = reuse_network(table, places, days, n_permutations=499)
    first = found.iloc[0]
    assert (first["source_place"], first["target_place"]) == ("甲2", "甲0")
    assert first["q"] < 0.05
    alarms = [(reuse_network(*world(seed), n_permutations=199)["p"] < 0.05).mean() for seed in range(10, 22)]
    assert np.mean(alarms) < 0.1


def test_neither_row_order_nor_labels_of_ids_show():
    table, places, days = world(3)
    one = reuse_network(table, places, days, n_permutations=99)
    shuffled = table.sample(frac=1, random_state=0)
    other = reuse_network(shuffled, dict(sorted(places.items(), reverse=True)), days, n_permutations=99)
    pd.testing.assert_frame_equal(one, other)


def test_readouts_are_dealt_not_items():
    table = passages(("a-1", "b-1"), ("a-2", "b-2"))
    places = {"a-1": "东岭", "a-2": "东岭", "b-1": "西河", "b-2": "西河", "c": "南屏"}
    days = {name: on({"a": 1, "b": 2, "c": 3}[name[0]]) for name in places}
    readouts = {name: name[0] for name in places}
    found = reuse_network(table, places, days, readouts=readouts)
    assert found["n_readouts"].tolist() == [1]
    assert found["n_passages"].tolist() == [2]


def test_a_corpus_brings_places_dates_and_readouts():
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "day": on(1), "texts": [COPIED + wording(50, 1)]},
        {"name": "b", "place": "西河市", "day": on(2), "texts": [wording(20, 2) + COPIED]},
        {"name": "c", "place": "南屏市", "day": on(3), "texts": [wording(20, 3), COPIED + wording(30, 4)]},
    )
    shared = corpus_passages(corpus, {"z": wording(80, 5)}, formula=False)
    found = reuse_network(shared, corpus)
    assert sorted(edges_of(found)) == [
        ("东岭市", "南屏市", 1),
        ("东岭市", "西河市", 1),
        ("西河市", "南屏市", 0),
    ]


def test_only_what_half_of_a_passage_rests_on_explains_it():
    both = pd.DataFrame({"target_id": ["t", "t"], "target_start": [0, 21], "target_end": [30, 61]})
    assert explained(both, np.array([[1.0, 1.0], [2.0, 2.0]])).tolist() == [False, False]
    assert contested(both).tolist() == [False, False]
    closer = both.assign(target_start=[0, 10], target_end=[30, 50])
    assert explained(closer, np.array([[1.0, 1.0], [2.0, 2.0]])).tolist() == [False, True]
    assert explained(closer, np.array([[1.0, 0.0], [2.0, 0.5]])).tolist() == [False, False], "days overlap"
    assert contested(closer).tolist() == [True, True]


def test_discovery_rates_are_those_of_scipy():
    chance = np.random.default_rng(5)
    names = [f"u{one}" for one in range(60)]
    units = pd.DataFrame({"unit": names, "place": chance.choice(list("甲乙丙丁"), 60), "year": 2020.0})
    drawn = chance.integers(60, size=(40, 2))
    place = dict(zip(units["unit"], units["place"], strict=True))
    rows = pd.DataFrame(
        {
            "source_unit": [names[one] for one in drawn[:, 0]],
            "target_unit": [names[one] for one in drawn[:, 1]],
            "source_place": [place[names[one]] for one in drawn[:, 0]],
        }
    )
    found = expected_links(rows, units, n_permutations=99, random_state=0)
    assert found["p"].nunique() > 5
    np.testing.assert_array_equal(found["q"], false_discovery_control(found["p"]))
