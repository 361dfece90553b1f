"""The figures of the methods show what their tables hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from figure_tables import (
    NAMES,
    choice,
    curves,
    effects,
    event,
    keywords,
    masked,
    network,
    place_drift,
    steps,
    topic_acts,
    topic_drift,
)
from present_example import make_example

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.present import figures
from readout_nlp.present.figures.keywords import relevance
from readout_nlp.present.figures.network import circle_order, strongest_links
from readout_nlp.present.names import in_language, names_of, renamed, wrapped


def test_adoption_draws_the_share_and_its_band():
    table = curves(2)
    ax = figures.plot_adoption(table)
    for line, (_, rows) in zip(ax.get_lines(), table.groupby("term", sort=False), strict=False):
        np.testing.assert_allclose(line.get_ydata(), rows["share"])
    assert len(ax.collections) == 2  # bands
    assert len(figures.plot_adoption(curves(6)).collections) == 0  # too many to be told apart


def test_adoption_draws_the_terms_asked_for_in_their_order():
    ax = figures.plot_adoption(curves(5), terms=["两稳一通", "三清四畅"], labels={"两稳一通": "乙"})
    assert ax.get_legend_handles_labels()[1] == ["乙", "三清四畅"]


def test_keyness_marks_what_stands_apart_and_what_is_thin():
    table = keywords()
    ax = figures.plot_keyness(table)
    drawn = {
        (line.get_color(), line.get_markerfacecolor()): len(line.get_xdata()) for line in ax.get_lines()[:4]
    }
    apart = table["q"] < 0.05
    assert drawn["#d55e00", "white"] == (apart & table["thin"]).sum() == 1
    assert drawn["#d55e00", "#d55e00"] == (apart & ~table["thin"]).sum()
    assert drawn["#0072b2", "#0072b2"] == (~apart).sum()


def test_keyness_asks_which_unit():
    both = pd.concat([keywords("甲河市"), keywords("乙山市")])
    with pytest.raises(InputError, match="choose a unit"):
        figures.plot_keyness(both)
    assert "乙山市" in figures.plot_keyness(both, unit="乙山市").get_title(loc="left")


def test_relevance_goes_from_lift_to_probability():
    fit = make_example().topics
    by_probability, by_lift = relevance(fit, lam=1.0), relevance(fit, lam=0.0)
    assert (by_probability.argmax(axis=1) == fit.topic_terms.argmax(axis=1)).all()
    overall = fit.doc_topics.mean(axis=0) @ fit.topic_terms
    np.testing.assert_allclose(np.exp(by_lift), fit.topic_terms / overall)
    with pytest.raises(InputError, match="from 0 to 1"):
        relevance(fit, lam=1.5)
    with pytest.raises(InputError, match="topic 't99'"):
        figures.plot_relevance(fit, "t99")


def test_no_term_holds_more_of_a_topic_than_of_the_corpus():
    ax = figures.plot_relevance(make_example().topics, "t01")
    overall, inside = ax.containers
    for outer, inner in zip(overall, inside, strict=True):
        assert inner.get_width() <= outer.get_width() + 1e-12


def test_effects_are_sorted_and_unsure_ones_hollow():
    ax = figures.plot_effects(effects(), labels=NAMES)
    every, hollow = [line for line in ax.get_lines() if line.get_marker() == "o"]
    assert (np.diff(every.get_xdata()) >= 0).all()
    assert sorted(hollow.get_xdata()) == [0.0, 0.01]
    several = pd.concat([effects(), effects().assign(term="level")])
    with pytest.raises(InputError, match="choose a term"):
        figures.plot_effects(several)


def test_the_event_lies_upon_its_placebos():
    ax = figures.plot_event_study(event(), language="en")
    assert {(bar.get_x(), round(bar.get_width(), 9)) for bar in ax.patches} == {(-0.06, 0.12)}
    assert "2020-03-01" in ax.get_title(loc="left")
    plain = event()
    plain.attrs = {}
    assert "event" in figures.plot_event_study(plain, language="en").get_title(loc="left")


def test_steps_are_placed_by_days_from_the_event():
    axes = figures.plot_event_steps(steps())
    assert axes[0].get_lines()[0].get_xdata().tolist() == [15 + 30 * step for step in range(-4, 4)]
    hollow = axes[0].get_lines()[1]
    assert hollow.get_xdata().tolist() == [-105]


def test_masking_shows_the_pairs_that_change_most():
    table = masked()
    ax = figures.plot_masking(table, most=3)
    before, after = ax.get_lines()
    change = np.abs(before.get_xdata() - after.get_xdata())
    wanted = (table["before"] - table["after"]).abs().nlargest(3)
    np.testing.assert_allclose(np.sort(change), np.sort(wanted))


def test_the_network_does_not_depend_on_the_order_of_its_table():
    table = network()
    turned = table.iloc[::-1]
    assert circle_order(strongest_links(table, 9)) == circle_order(strongest_links(turned, 9))
    undirected = table.assign(directed=False)
    assert strongest_links(undirected, 9).empty
    ax = figures.plot_reuse_network(table)
    assert len(ax.patches) == len(table)
    dashed = [arrow for arrow in ax.patches if arrow.get_linestyle() == "--"]
    assert len(dashed) == table["thin"].sum()


def test_acts_of_a_topic_fill_its_bar_and_a_thin_one_is_hatched():
    table = topic_acts()
    ax = figures.plot_topic_acts(table)
    ends = {}
    for bar in ax.patches:
        row = round(bar.get_y() + bar.get_height() / 2)
        ends[row] = max(ends.get(row, 0), bar.get_x() + bar.get_width())
    assert list(ends.values()) == pytest.approx([1.0] * 4)
    hatched = {round(bar.get_y() + bar.get_height() / 2) for bar in ax.patches if bar.get_hatch()}
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert [names[row] for row in hatched] == ["t03"]
    assert names == ["t04", "t03", "t02", "t01"]  # from below


def test_choice_shades_what_is_recommended():
    axes = figures.plot_choice(choice())
    assert len(axes) == 5
    for ax in axes:
        left, right = ax.patches[0].get_x(), ax.patches[0].get_x() + ax.patches[0].get_width()
        assert left < 10 < right
        assert not left < 5 < right


def test_verdicts_of_a_refit_have_their_marks():
    ax = figures.plot_topic_drift(topic_drift())
    marks = {
        (line.get_marker(), line.get_markerfacecolor() == "white"): len(line.get_xdata())
        for line in ax.get_lines()
    }
    assert marks[("D", False)] == marks[("D", True)] == 1  # moved: beyond chance, and not
    assert marks[("^", False)] == marks[("X", False)] == 1


def test_drift_stands_beside_chance():
    axes = figures.plot_drift(place_drift())
    observed, chance = axes[1].get_lines()[:2]
    assert observed.get_ydata().tolist() == pytest.approx([0.2, 0.2, 0.3, 0.2])
    assert chance.get_ydata().tolist() == pytest.approx([0.2] * 4)


def test_names_in_two_languages_and_never_one_for_two():
    assert in_language("教育 | Schools", "zh") == "教育"
    assert in_language("a | b | c", "zh") == "a | b | c"
    assert names_of(["x", "y"], {"x": "same", "y": "same"}, "en") == ["same (x)", "same (y)"]
    table = pd.DataFrame({"topic": ["t01", "t02"], "share": [1.0, 2.0]})
    assert renamed(table, "topic", labels={"t01": {"zh": "甲", "en": "A"}}, language="zh")[
        "topic"
    ].tolist() == ["甲", "t02"]
    for room in range(2, 30):
        assert wrapped("Share of the agenda", room).replace("\n", " ") == "Share of the agenda"


def test_labels_reach_figure_and_alt_text():
    table = make_example().tables["shares_place_year"].query("topic == 't01'")
    axes = figures.plot_shares_over_time(
        table, labels={"戊江市": "Wujiang", "甲河市": "Jiahe"}, language="en"
    )
    assert {"Wujiang", "Jiahe"} <= {ax.get_title(loc="left") for ax in axes}
    assert "Jiahe" in axes[0].figure.get_label()


def test_files_in_three_formats_are_the_same_twice(tmp_path):
    first, second = (
        figures.save_figure(
            figures.plot_adoption(curves()).figure, tmp_path / name, formats=("pdf", "svg", "png")
        )
        for name in "ab"
    )
    assert [path.suffix for path in first] == [".pdf", ".svg", ".png"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
        assert 2_000 < one.stat().st_size < 120_000
    pdf = first[0].read_bytes()
    assert b"/Type3" in pdf  # outlines of the letters are within
    assert b"CreationDate" not in pdf
    with pytest.raises(RecipeError, match="'jpeg'"):
        figures.save_figure(figures.plot_adoption(curves()).figure, tmp_path / "c", formats=("jpeg",))
