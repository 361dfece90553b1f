"""Figures say what the data say: gaps stay gaps, made-up data are marked, same input gives same bytes."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from figure_tables import first, jobs
from matplotlib.figure import Figure
from present_example import ACTS, GAP, LABELS, PLACES, THIN, TOPICS, YEARS, empty_example, make_example, share

from readout_nlp.present.drawings import begin_figures
from readout_nlp.present.figures import (
    plot_acts,
    plot_coverage,
    plot_dendrogram,
    plot_echo,
    plot_shares_over_time,
    plot_similarity,
    plot_stability,
    plot_topic_sizes,
    plot_topic_terms,
    plot_trajectories,
    save_figure,
    write_figures,
)
from readout_nlp.present.style import SYNTHETIC, figure_of, new_axes
from readout_nlp.replication.codebook import definitions


@pytest.fixture(scope="module")
def example():
    return make_example()


def undrawn(example):
    """Names of the figures that would be drawn of the example."""
    return {drawing.name for drawing in begin_figures(example, "never", map=lambda _, drawings: drawings)}


NAMED = {name: about["table"] for name, about in definitions()["figures"].items()}


def test_every_figure_names_a_table_and_is_drawn_of_the_example(example):
    assert undrawn(example) == set(NAMED)
    assert {table for table in NAMED.values() if table != "the model"} <= set(example.tables)


@pytest.mark.parametrize("table", sorted(set(NAMED.values()) - {"the model"}))
def test_without_its_table_there_is_no_figure(example, table):
    """So that the table offered beside a figure is the one it is drawn from."""
    kept = {name: rows for name, rows in example.tables.items() if name != table}
    gone = {name for name, named in NAMED.items() if named == table}
    left = undrawn(replace(example, tables=kept))
    assert not gone & left


def test_the_alt_text_is_in_the_file(example, tmp_path):
    figure = figure_of(plot_echo(example.tables["echo_places"], language="en"))
    svg = save_figure(figure, tmp_path / "echo")[1].read_text(encoding="utf-8")
    assert figure.get_label() in svg.replace("&quot;", '"')


def test_made_up_data_are_marked_in_the_figure_itself_and_real_ones_are_not(example):
    for made_up in (True, False):
        for name, drawn in jobs(example, synthetic=made_up).items():
            ax = first(drawn())
            marks = [text.get_text() for text in figure_of(ax).texts].count(SYNTHETIC)
            assert marks == made_up, name


def test_same_figure_same_bytes_without_a_date(example, tmp_path):
    first = save_figure(figure_of(plot_coverage(example.tables["coverage"])), tmp_path / "a")
    second = save_figure(figure_of(plot_coverage(example.tables["coverage"])), tmp_path / "b")
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    svg = first[1].read_text(encoding="utf-8")
    assert "<dc:date>" not in svg
    assert "<text" not in svg  # letters are paths: right on a machine without fonts


def test_no_global_state_changes(example):
    before = dict(mpl.rcParams)
    for drawn in jobs(example).values():
        drawn()
    assert dict(mpl.rcParams) == before
    from matplotlib import _pylab_helpers

    assert not _pylab_helpers.Gcf.figs


def test_the_readers_settings_do_not_leak_in(example, tmp_path):
    plain = save_figure(figure_of(plot_coverage(example.tables["coverage"])), tmp_path / "a")[0].read_bytes()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        other = save_figure(figure_of(plot_coverage(example.tables["coverage"])), tmp_path / "b")[0]
        assert other.read_bytes() == plain


def test_a_gap_is_nan_in_the_line_and_never_zero(example):
    rows = example.tables["shares_place_year"].query("topic == 't01'")
    axes = plot_shares_over_time(rows, panels="place")
    place, year = GAP
    line = axes[PLACES.index(place)].get_lines()[0]
    drawn = dict(zip(line.get_xdata().tolist(), line.get_ydata().tolist(), strict=True))
    assert np.isnan(drawn[year])
    for other in YEARS:
        if other != year:
            assert drawn[other] == pytest.approx(share(place, other, 0))


def test_a_year_that_is_not_even_in_the_table_breaks_the_line(example):
    rows = example.tables["shares_place_year"].query("topic == 't01' and place == '甲河市' and year != 2020")
    line = plot_shares_over_time(rows, panels="place")[0].get_lines()[0]
    assert line.get_xdata().tolist() == list(YEARS)
    assert np.isnan(line.get_ydata()).tolist() == [False, False, True, False, False]


def test_a_share_written_as_zero_in_a_gap_is_still_a_gap(example):
    rows = example.tables["shares_place_year"].query("topic == 't01'").fillna({"share": 0.0})
    line = plot_shares_over_time(rows, panels="place")[PLACES.index(GAP[0])].get_lines()[0]
    assert np.isnan(line.get_ydata()[YEARS.index(GAP[1])])


def test_thin_cells_are_hollow_and_others_are_not(example):
    rows = example.tables["shares_place_year"].query("topic == 't01'")
    axes = plot_shares_over_time(rows, panels="place")
    place, year = THIN
    for name, ax in zip(PLACES, axes, strict=True):
        hollow = ax.get_lines()[1]
        assert hollow.get_markerfacecolor() == "white"
        seen = [x for x, y in zip(hollow.get_xdata(), hollow.get_ydata(), strict=True) if np.isfinite(y)]
        assert seen == ([year] if name == place else [])


def test_several_series_are_pooled_by_their_items(example):
    rows = example.tables["shares_place_year"]
    axes = plot_shares_over_time(rows, panels="topic")
    strong = max(axes[0].get_lines(), key=lambda line: line.get_linewidth())
    pooled = example.tables["shares_year"].query("topic == 't01'")["share"].to_numpy()
    np.testing.assert_allclose(strong.get_ydata(), pooled)
    assert len(axes) == len(TOPICS)


def test_coverage_hatches_gaps_and_counts_the_rest(example):
    ax = plot_coverage(example.tables["coverage"])
    drawn = ax.collections[0].get_array()
    row, column = PLACES.index(GAP[0]), YEARS.index(GAP[1])
    assert drawn.mask[row, column]
    assert drawn.mask.sum() == 1
    assert ax.patch.get_hatch()
    assert [text.get_text() for text in ax.texts].count("2") == len(PLACES) * len(YEARS) - 1


def test_similarity_puts_like_beside_like_and_hatches_what_was_not_compared(example):
    matrix = example.tables["similarity_places"].copy()
    ax = plot_similarity(matrix)
    order = [label.get_text() for label in ax.get_yticklabels()]
    assert sorted(order) == sorted(PLACES)
    assert abs(order.index("甲河市") - order.index("乙山市")) == 1
    matrix.loc["丁原市"] = np.nan
    matrix["丁原市"] = np.nan
    assert plot_similarity(matrix).collections[0].get_array().mask.sum() == 2 * len(PLACES) - 1


def test_similarity_does_not_depend_on_the_order_of_the_table(example):
    matrix = example.tables["similarity_places"]
    turned = matrix.iloc[::-1, ::-1]
    for one in (matrix, turned):
        ax = plot_similarity(one)
        labels = [label.get_text() for label in ax.get_yticklabels()]
        np.testing.assert_allclose(ax.collections[0].get_array(), matrix.loc[labels, labels])


def test_years_keep_their_order(example):
    ax = plot_similarity(example.tables["similarity_years"], ordered=False)
    assert [label.get_text() for label in ax.get_xticklabels()] == [str(year) for year in YEARS]


def test_dendrogram_names_every_place(example):
    ax = plot_dendrogram(example.tables["similarity_places"])
    assert sorted(label.get_text() for label in ax.get_yticklabels()) == sorted(PLACES)


def test_topic_terms_are_in_order_of_probability(example):
    axes = plot_topic_terms(example.topics, n_terms=3)
    for row, ax in enumerate(axes):
        widths = [bar.get_width() for bar in ax.patches]
        assert widths == sorted(widths, reverse=True)
        assert widths[0] == pytest.approx(example.topics.topic_terms[row].max())


def test_unstable_topics_are_hollow_and_unmeasured_ones_have_no_dot(example):
    ax = plot_stability(example.tables["topics"])
    full, hollow = [line for line in ax.get_lines() if line.get_marker() == "o"]
    assert hollow.get_markerfacecolor() == "white"
    assert hollow.get_xdata().tolist() == [0.31]
    assert np.sort(full.get_xdata()[np.isfinite(full.get_xdata())]).tolist() == [0.71, 0.82]


def test_sizes_are_percentages_largest_on_top(example):
    ax = plot_topic_sizes(example.tables["topics"])
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([16, 24, 25, 35])


def test_trajectories_show_both_distances_and_keep_gaps(example):
    axes = plot_trajectories(example.tables["trajectories"])
    others, previous = axes[PLACES.index(GAP[0])].get_lines()[0], axes[0].get_lines()[2]
    assert np.isnan(others.get_ydata()[YEARS.index(GAP[1])])
    assert np.isnan(previous.get_ydata()[0])  # the first year has no year before it


def test_acts_are_named_in_the_language_asked_for(example):
    assert plot_acts(example.tables["acts_year"], language="en")[1].get_title(loc="left") == "hear report"
    assert len(plot_acts(example.tables["acts_year"])) == len(ACTS)


def test_axes_in_are_axes_out(example):
    ax = new_axes(3, 3)
    assert plot_coverage(example.tables["coverage"], ax=ax) is ax
    grid = list(Figure().subplots(1, len(PLACES)))
    rows = example.tables["shares_place_year"].query("topic == 't01'")
    assert plot_shares_over_time(rows, panels="place", axes=grid) == grid


def test_alt_text_names_the_planted_extremes(example):
    alike = figure_of(plot_similarity(example.tables["similarity_places"], language="en")).get_label()
    assert "甲河市 and 乙山市 (0.98)" in alike
    apart = figure_of(plot_trajectories(example.tables["trajectories"], language="en")[0]).get_label()
    assert "戊江市 stands furthest" in apart
    sizes = figure_of(plot_topic_sizes(example.tables["topics"], language="en")).get_label()
    assert f'largest is "{LABELS[0]}" (35.0%)' in sizes


def test_all_figures_are_written_and_only_those_with_data(tmp_path):
    written = write_figures(make_example(), tmp_path / "full")
    assert len({path.stem for path in written}) == len(written) / 2 == 18
    few = {path.stem for path in write_figures(empty_example(), tmp_path / "few")}
    assert few == {"topic-terms", "topic-sizes", "topic-stability"}
