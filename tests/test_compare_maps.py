import numpy as np
import pandas as pd
import pytest
from planted_corpus import build, infer, readout
from test_compare_pairs import planted, profiles_of

from readout_nlp.compare.contents import act_profiles, topic_profiles
from readout_nlp.compare.maps import oriented, place_map, planes, procrustes
from readout_nlp.compare.nearest import nearest
from readout_nlp.compare.ordering import cluster_order
from readout_nlp.compare.similarity import similarity
from readout_nlp.compare.support import COLUMNS, branches, place_tree
from readout_nlp.errors import RecipeError

FAMILIES = {"甲1": [0.8, 0.1, 0.1], "甲2": [0.8, 0.1, 0.1], "乙1": [0.1, 0.8, 0.1], "乙2": [0.1, 0.8, 0.1]}
QUICK = {"resamples": 60, "block": "readout"}


# trees


def test_planted_families_are_branches_with_support():
    tree = place_tree(profiles_of(FAMILIES), **QUICK)
    assert tree.columns.tolist() == COLUMNS
    families = tree[tree["size"] == 2]
    assert sorted(families["members"]) == [("乙1", "乙2"), ("甲1", "甲2")]
    assert (families["support"] > 0.95).all()
    root = tree.iloc[-1]
    assert root["flag"] == "root"
    assert np.isnan(root["support"])
    assert tree["height"].is_monotonic_increasing


def test_branches_of_one_process_have_less_support():
    same = {name: [0.4, 0.3, 0.3] for name in FAMILIES}
    tree = place_tree(profiles_of(same), **QUICK)
    assert tree["support"].iloc[0] < 0.9


def test_the_tree_is_that_of_the_ordering():
    profiles = profiles_of(FAMILIES)
    order = cluster_order(similarity(profiles))
    tree = place_tree(profiles, **QUICK)
    assert np.allclose(tree["height"], order.linkage[:, 2], atol=1e-7)
    for members, step in zip(tree["members"], branches(order.linkage), strict=True):
        assert set(members) == {order.clustered[unit] for unit in step}


@pytest.mark.parametrize("places", [{}, {"甲1": [0.5, 0.5]}], ids=["none", "one"])
def test_too_few_places_make_no_tree(places):
    tree = place_tree(profiles_of(places) if places else nothing(), **QUICK)
    assert tree.empty
    assert tree.columns.tolist() == COLUMNS
    assert "no tree" in tree.attrs["gap"]


def nothing():
    return act_profiles(build([readout(0, None, 2018)]))


def same_text():
    corpus, _ = planted(FAMILIES)
    return topic_profiles(infer(corpus, lambda _: [0.5, 0.5]), corpus)


def lone_readout():
    rows = [readout(n, place, 2018) for n, place in enumerate(["甲1"] * 6 + ["甲2"] * 6 + ["乙1"])]
    corpus = build(rows)
    rng = np.random.default_rng(0)
    return topic_profiles(infer(corpus, lambda _: rng.dirichlet([1, 1, 1])), corpus)


def test_a_tree_of_the_same_text_has_no_support():
    tree = place_tree(same_text(), **QUICK)
    assert tree["support"].isna().all()
    assert (tree["flag"] == "no variation").all()
    assert np.allclose(tree["height"], 0)


def test_a_branch_with_a_lone_readout_is_flagged():
    tree = place_tree(lone_readout(), **QUICK)
    held = tree["members"].map(lambda members: "乙1" in members)
    assert tree.loc[held, "flag"].str.contains("one block").all()
    assert tree.loc[held, "thin"].all()
    assert not tree.loc[~held, "flag"].str.contains("one block").any()


# maps


def distances(layout):
    one, other = np.triu_indices(len(layout), 1)
    return np.linalg.norm(layout[one] - layout[other], axis=1)


def test_a_plane_is_found_again_but_for_turns():
    layout = np.random.default_rng(0).normal(size=(7, 2))
    found = planes(distances(layout)[None], 7)
    assert np.allclose(distances(found[0]), distances(layout))
    centred = layout - layout.mean(axis=0)
    assert np.allclose(procrustes(found, centred)[0], centred)


def test_a_mirror_image_is_turned_alike():
    layout = np.random.default_rng(0).normal(size=(7, 2))
    assert np.allclose(oriented(layout * [-1, 1]), oriented(layout))
    assert np.allclose(oriented(layout * [-1, -1]), oriented(layout))


def test_like_places_lie_near_each_other_within_their_ellipses():
    table = place_map(profiles_of(FAMILIES), **QUICK).set_index("place")
    at = table[["x", "y"]].to_numpy()
    apart = pd.DataFrame(np.linalg.norm(at[:, None] - at[None], axis=2), table.index, table.index)
    assert max(apart.loc["甲1", "甲2"], apart.loc["乙1", "乙2"]) < 0.3 * apart.loc["甲1", "乙1"]
    assert (table[["sd_x", "sd_y"]] > 0).all(axis=None)
    assert table["corr"].between(-1, 1).all()
    assert np.allclose(at.mean(axis=0), 0)
    assert at[:, 0].std() >= at[:, 1].std(), "x is the longer axis"


def test_the_map_tells_how_well_it_keeps_the_distances():
    attrs = place_map(profiles_of(dict(list(FAMILIES.items())[:3])), **QUICK).attrs
    assert attrs["stress"] == pytest.approx(0, abs=1e-6), "three places fit on a plane"
    assert attrs["explained"] == pytest.approx(1)
    attrs = place_map(profiles_of(FAMILIES), **QUICK).attrs
    assert 0 < attrs["stress"] < 0.3
    assert attrs["explained"] < 1


def test_more_readouts_make_smaller_ellipses():
    few, many = (place_map(profiles_of(FAMILIES, each=each), **QUICK) for each in (5, 60))
    assert many[["sd_x", "sd_y"]].mean().mean() < 0.5 * few[["sd_x", "sd_y"]].mean().mean()


def test_two_places_lie_on_a_line_and_one_nowhere():
    two = place_map(profiles_of(dict(list(FAMILIES.items())[1:3])), **QUICK)
    assert (two["y"] == 0).all()
    assert np.ptp(two["x"].abs()) < 1e-9
    one = place_map(profiles_of({"甲1": [0.5, 0.5]}), **QUICK)
    assert one[["x", "y", "sd_x", "sd_y", "corr"]].isna().all(axis=None)
    assert one["flag"].tolist() == ["alone"]
    assert place_map(nothing(), **QUICK).empty


def test_places_of_the_same_text_coincide_and_a_lone_readout_has_no_ellipse():
    same = place_map(same_text(), **QUICK)
    assert (same["flag"] == "no variation").all()
    assert np.allclose(same[["x", "y"]], 0)
    assert np.isnan(same.attrs["stress"])
    lone = place_map(lone_readout(), **QUICK).set_index("place")
    assert lone.loc["乙1", "flag"] == "one block"
    assert lone.loc["乙1", ["sd_x", "sd_y", "corr"]].isna().all()
    assert lone.loc["甲1", ["sd_x", "sd_y"]].notna().all()


# neighbours


def test_planted_families_are_nearest_neighbours():
    table = nearest(profiles_of(FAMILIES), k=2, **QUICK)
    first = table[table["rank"] == 1].set_index("place")
    assert first["neighbour"].to_dict() == {"甲1": "甲2", "甲2": "甲1", "乙1": "乙2", "乙2": "乙1"}
    assert (first["first"] > 0.95).all()
    second = table[table["rank"] == 2]
    assert (second["first"] < 0.05).all()
    assert (second["among"] >= second["first"]).all()
    alike = similarity(profiles_of(FAMILIES))
    found = [alike.loc[a, b] for a, b in table[["place", "neighbour"]].to_numpy()]
    assert np.allclose(table["similarity"], found, atol=1e-7)


def test_neighbours_of_degenerate_input_are_flagged():
    assert nearest(nothing(), **QUICK).empty
    alone = nearest(profiles_of({"甲1": [0.5, 0.5]}), **QUICK)
    assert alone.empty
    assert "no neighbours" in alone.attrs["gap"]
    same = nearest(same_text(), **QUICK)
    assert (same["flag"] == "no variation").all()
    assert same[["first", "among"]].isna().all(axis=None)
    lone = nearest(lone_readout(), k=5, **QUICK)
    assert len(lone) == 3 * 2
    with_lone = (lone["place"] == "乙1") | (lone["neighbour"] == "乙1")
    assert (lone.loc[with_lone, "flag"] == "one block").all()
    assert lone.loc[with_lone, "thin"].all()
    assert lone.loc[~with_lone, "first"].notna().all()
    with pytest.raises(RecipeError, match="k=0"):
        nearest(same_text(), k=0)


@pytest.mark.parametrize("function", [place_tree, place_map, nearest])
def test_results_are_of_the_seed_and_wrong_calls_are_refused(function):
    profiles = profiles_of(FAMILIES, each=4)
    pd.testing.assert_frame_equal(function(profiles, **QUICK), function(profiles, **QUICK))
    for wrong in ({"metric": "euclid"}, {"between": "level"}, {"resamples": 0}, {"block": "week"}):
        with pytest.raises(RecipeError):
            function(profiles, **{**QUICK, **wrong})
