"""The page of cities and years: geometry keeps what it draws, caps are said, nothing is without its n."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from present_example import PLACES, YEARS, empty_example, make_example
from section_page import section_html

from readout_nlp.present import map_spots, view
from readout_nlp.present.matrix import matrix, square
from readout_nlp.present.panels import drift_count, drift_panels, trend_panels
from readout_nlp.present.payload import MOST_ROWS
from readout_nlp.present.sections import years
from readout_nlp.present.sections.comparisons import comparison_section
from readout_nlp.present.sections.likeness import place_section
from readout_nlp.present.sections.years import time_section
from readout_nlp.present.tree import tree

HOSTILE = '"><script>owned()</script><img src=x onerror="owned()">'
BESIDE = {"years": time_section, "likeness": place_section, "comparisons": comparison_section}


def page(analysis, language="zh"):
    return section_html("places", lambda _: {}, analysis, language=language, beside=BESIDE)


@pytest.fixture(scope="module")
def section():
    return page(make_example())


def unlike(n):
    """Make a square of similarities of n places, some pairs unknown."""
    values = np.random.default_rng(n).uniform(0.2, 0.9, size=(n, n))
    values = (values + values.T) / 2
    np.fill_diagonal(values, np.nan)
    names = [f"地{at:02d}市" for at in range(n)]
    return pd.DataFrame(values, index=names, columns=names)


# pictures of pairs


def test_every_pair_is_drawn_once_on_either_side_of_the_diagonal():
    table = unlike(20)
    table.iloc[3, 5] = table.iloc[5, 3] = np.nan
    drawn = matrix(table, low=0.2, high=0.9)
    corners = [corner for _, path in drawn.cells for corner in re.findall(r"M(\d+) (\d+)", path)]
    gaps = re.findall(r"M(\d+) (\d+)", drawn.gaps)
    assert len(corners) == len(set(corners)) == 20 * 19 - 2
    assert sorted(gaps) == [("3", "5"), ("5", "3")]
    assert not any(x == y for x, y in corners)


def test_what_the_script_reads_are_the_numbers_below_the_diagonal():
    table = unlike(6)
    table.iloc[2, 0] = table.iloc[0, 2] = np.nan
    drawn = matrix(table, low=0, high=1)
    read = drawn.values.split(",")  # noqa: PD011  # a text, not a column
    wanted = [table.iloc[row, column] for row in range(1, 6) for column in range(row)]
    assert read[1] == ""
    for text, value in zip(read, wanted, strict=True):
        assert (text == "") == np.isnan(value)
        assert text == "" or int(text) / 1000 == pytest.approx(value, abs=0.0005)


def test_a_falling_scale_is_deepest_at_its_lowest():
    table = pd.DataFrame(
        [[np.nan, -0.5, 0.0], [-0.5, np.nan, 0.0], [0.0, 0.0, np.nan]], index=[*"abc"], columns=[*"abc"]
    )
    drawn = matrix(table, low=-0.5, high=0.0, falling=True, form="+.1f")
    assert {shade for shade, path in drawn.cells if "M1 0h" in path} == {9}
    assert (drawn.low, drawn.high) == ("+0.0", "−0.5")


def test_pairs_come_back_from_the_square():
    names = ["甲", "乙", "丙"]
    pairs = pd.DataFrame(list(combinations(names, 2)), columns=["one", "other"]).assign(after=[0.1, 0.2, 0.3])
    laid = square(pairs, "after", names[::-1])
    for row in pairs.itertuples():
        assert laid.loc[row.one, row.other] == laid.loc[row.other, row.one] == row.after
    assert np.isnan(np.diag(laid)).all()


# the tree


def grown(n, seed=0):
    """Grow a random tree of n places as its table lists it."""
    rng = np.random.default_rng(seed)
    parts, rows = [(f"p{at:03d}",) for at in range(n)], []
    while len(parts) > 1:
        one, other = sorted(rng.choice(len(parts), size=2, replace=False))
        joined = tuple(sorted(parts[one] + parts[other]))
        parts = [part for at, part in enumerate(parts) if at not in (one, other)] + [joined]
        rows.append({"members": " ".join(joined), "size": len(joined), "height": len(rows) + 1.0})
    return pd.DataFrame(rows).assign(support=rng.uniform(size=n - 1), thin=False)


@pytest.mark.parametrize("n", [2, 3, 17, 120])
def test_leaves_of_a_branch_stand_together_and_parents_left_of_children(n):
    table = grown(n)
    drawn = tree(table)
    order = {name: at for at, (_, name) in enumerate(drawn.leaves)}
    assert len(order) == n
    for members in table["members"]:
        at = sorted(order[name] for name in members.split())
        assert at == list(range(at[0], at[-1] + 1))
    xs = [one.x for one in drawn.branches]
    heights = table.sort_values(["size", "height"])["height"].tolist()
    assert [x for _, x in sorted(zip(heights, xs, strict=True))] == sorted(xs, reverse=True)
    assert drawn.n_firm == int((table["support"] >= 0.7).sum())


def test_a_ladder_of_places_is_no_deeper_than_a_list():
    names = [f"p{at:04d}" for at in range(2000)]
    rows = [(" ".join(names[: at + 1]), at + 1, float(at), 0.5, False) for at in range(1, 2000)]
    table = pd.DataFrame(rows, columns=["members", "size", "height", "support", "thin"])
    assert len(tree(table).leaves) == 2000


def test_names_that_cannot_be_told_apart_make_no_tree():
    table = grown(4).assign(members=lambda rows: rows["members"].str.replace("p001", "p 001"))
    assert tree(table) is None
    assert tree(table.head(0)) is None
    example = make_example()
    example.tables["place_tree"] = table.assign(branch="b", n_readouts=3)
    assert "names with spaces" in page(example, "en")


# the map


def test_names_on_the_map_do_not_cover_each_other():
    places = pd.DataFrame(
        {
            "place": ["甲甲市", "乙乙市", "丙丙市", "丁丁市"],
            "x": [0.0, 0.02, 1.0, 1.0],
            "y": [0.0, 0.0, 0.5, 0.52],
        }
    ).assign(sd_x=0.1, sd_y=0.1, corr=0.2, n_readouts=[9, 8, 7, 6], thin=False)
    spots = map_spots.spots(places)
    boxes = [map_spots._box(one.place, one.anchor, one.name_x, one.name_y) for one in spots]
    assert all(map_spots._overlap(a, b) == 0 for a, b in combinations(boxes, 2))


# small multiples


def test_trends_have_three_ways_and_a_scale_that_holds_them():
    example = make_example()
    example.tables["year_trends"]["share_panel"] = 0.6
    panels = trend_panels(example)
    assert [way for way, _ in panels[0].others] == ["panel", "place_weighted"]
    assert panels[0].n == "250"
    heights = [float(point.split(",")[1]) for line in panels[0].others[0][1] for point in line.split()]
    assert min(heights) >= 8


def test_without_trends_the_shares_by_year_stand_alone():
    example = make_example()
    example.tables["year_trends"] = pd.DataFrame()
    panels = trend_panels(example)
    assert len(panels) == 4
    assert all(not one.others for one in panels)
    assert "by-panel" not in page(example)


def test_a_step_beyond_chance_has_a_star_and_one_within_has_none():
    example = make_example()
    sure, other = drift_panels(example)
    assert (sure.title, other.title) == ("甲河市", "丁原市")
    assert all(step.sure for step in sure.steps)
    assert not any(step.sure for step in other.steps)
    assert drift_count(example) == (3, 6, 2)
    assert all(step.expected is not None for step in sure.steps)
    assert other.steps[0].thin


def test_a_year_without_a_test_is_no_finding():
    example = make_example()
    example.tables["drift"]["q"] = np.nan
    example.tables["drift"]["expected"] = np.nan
    assert drift_count(example) == (0, 0, 2)
    assert not any(step.sure or step.expected for one in drift_panels(example) for step in one.steps)


def test_no_chart_is_without_its_n(section):
    panels = re.findall(r'<figure class="panel".*?</figcaption>', section, re.DOTALL)
    assert len(panels) > 8
    assert all(re.search(r'class="n">n=[\d,]+<', one) for one in panels)


def test_every_svg_is_named_or_hidden_from_readers(section):
    for opening in re.findall(r"<svg[^>]*>", section):
        assert 'aria-hidden="true"' in opening or "aria-label=" in opening


# the page


def test_parts_are_where_their_links_lead(section):
    links = re.findall(r'href="#(places-\w+)"', section)
    assert links == ["places-years", "places-who", "places-evidence"]
    assert re.findall(r'class="part" id="([\w-]+)"', section) == links


def test_pairs_that_masking_changes_most_come_first():
    example = make_example()
    row = example.tables["similarity_masked"].iloc[0].to_dict()
    more = pd.DataFrame(
        [
            row | {"other": "丙湖市", "difference": -0.4, "after": 0.4},
            row | {"other": "丁原市", "difference": 0.01},
        ]
    )
    example.tables["similarity_masked"] = pd.concat(
        [example.tables["similarity_masked"], more], ignore_index=True
    )
    masked = place_section(example)["masked"]
    assert [one["change"] for one in masked["changed"]] == ["−0.400", "−0.300", "+0.010"]
    assert masked["changed"][0]["n"] == "40"
    assert set(masked["maps"]) == {"before", "after", "change"}


def test_nothing_at_all_says_why():
    section = page(empty_example(), "en")
    for why in (
        "Only one year is certain",
        "No place is certain",
        "There are no places to draw as a tree",
        "No two places can be compared with formula masked",
        "No place has two years to compare",
    ):
        assert why in section
    assert "<svg" not in section


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_places_stay_text(language):
    section = page(make_example(place=HOSTILE), language)
    assert "<script" not in section
    assert "<img" not in section
    assert "owned()" in section


@pytest.fixture(scope="module")
def many():
    """Give a hundred places, of which the page draws some and says how many it does not."""
    example = make_example()
    rng = np.random.default_rng(0)
    names = [f"地{at:03d}市" for at in range(100)]
    for name in ("coverage", "shares_place", "shares_place_year"):
        table = example.tables[name]
        one = table[table["place"] == "甲河市"]
        example.tables[name] = pd.concat([one.assign(place=place) for place in names], ignore_index=True)
    example.tables["coverage"]["place_code"] = np.repeat([f"99{at:04d}" for at in range(100)], len(YEARS))
    alike = rng.uniform(0.3, 0.9, size=(100, 100))
    example.tables["similarity_places"] = pd.DataFrame((alike + alike.T) / 2, index=names, columns=names)
    return example


def test_of_very_many_places_some_are_drawn_and_the_others_counted(many):
    section = page(many, "en")
    assert "40 more places are not drawn" in section
    assert len(re.findall(r'<figure class="panel" data-key="地', section)) == years.MOST_PANELS
    picture = section[section.index('data-map="topics"') :].split("</svg>")[0]
    assert picture.count('class="row-name" x=') == view.MOST_PLACES
    assert len(section) < 700_000


def test_rows_beyond_the_most_that_are_listed_are_counted():
    example = make_example()
    for name, column in (("leaders", "place"), ("keyness_places", "label")):
        one = example.tables[name].head(1)
        example.tables[name] = pd.concat([one.assign(**{column: f"地{at}市"}) for at in range(45)])
    assert page(example, "en").count("5 more are not listed") == 2


def test_rows_that_the_chooser_needs_stay_whole_when_the_table_is_cut(many, monkeypatch):
    assert time_section(many)["data"] is None
    monkeypatch.setattr(years, "MOST_ROWS", 300)
    context = time_section(many)
    assert len(context["places"]) == 300 // (len(YEARS) * 4)
    assert context["more_places"] == 85
    assert str(context["places"][-1]) in context["data"]
    assert MOST_ROWS > 300


def test_places_of_the_chooser_are_the_planted_ones(section):
    chosen = section[section.index('<select name="place"') :].split("</select>")[0]
    assert tuple(re.findall(r"<option>(\w+)</option>", chosen)) == PLACES
