"""No text of a figure covers another, leaves the page, is too small to read or has no glyph."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn_texts import drawn_texts, faults
from figure_tables import curves, first, jobs
from matplotlib.text import Text
from present_example import make_example

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.present import figures
from readout_nlp.present.fonts import check_glyphs, font_family
from readout_nlp.present.style import ONE_COLUMN, TWO_COLUMNS, figure_of, inches, new_axes, style

EXAMPLE = make_example()
NAMES = list(jobs(EXAMPLE))


def check(name, language, width):
    figure = figure_of(first(jobs(EXAMPLE, language=language, width=width, synthetic=True)[name]()))
    with style():
        assert faults(figure) == [], (name, language, width)
    check_glyphs(text.get_text() for text in figure.findobj(Text))
    families = {tuple(text.get_fontfamily()) for text in figure.findobj(Text) if text.get_text()}
    assert families == {(font_family(),)}  # Chinese and Latin letters of one design
    wanted = {"one": ONE_COLUMN, "two": TWO_COLUMNS}.get(width)
    assert wanted is None or figure.get_figwidth() == wanted
    return figure


@pytest.mark.parametrize("name", NAMES)
def test_in_chinese_at_one_column(name):
    assert len(check(name, "zh", "one").get_label()) > 10


@pytest.mark.parametrize("name", NAMES)
def test_in_english_no_chinese_word_of_ours_is_left(name):
    figure = check(name, "en", "two")
    ours = {words["zh"] for words in strings_of_figures().values()}
    assert not ours & {text.get_text() for text in figure.findobj(Text)}
    assert "。" not in figure.get_label()


def strings_of_figures():
    from readout_nlp.present.strings import strings

    families = ("figure.", "measure.", "verdict.", "act.", "echo.")
    return {
        key: words
        for key, words in strings().items()
        if key.startswith(families) and words["zh"] != words["en"]
    }


@pytest.mark.slow
@pytest.mark.parametrize(("language", "width"), [("zh", "two"), ("en", "one"), ("zh", None), ("en", 5.5)])
def test_every_language_at_every_width(language, width):
    for name in NAMES:
        check(name, language, width)


def test_the_eye_for_faults_sees_them():
    ax = new_axes(2, 2)
    ax.text(0.5, 0.5, "one", transform=ax.transAxes)
    ax.text(0.5, 0.5, "upon it", transform=ax.transAxes)
    ax.text(0.1, 0.9, "tiny", transform=ax.transAxes, fontsize=3)
    ax.figure.text(1.5, 0.5, "outside")
    found = " ".join(faults(ax.figure))
    for fault in ("'one' upon 'upon it'", "'tiny' has 3.0 pt", "'outside' leaves the page"):
        assert fault in found


@pytest.mark.parametrize("width", ["three", 0.5, 100, True, None])
def test_a_width_that_cannot_be_printed_is_refused(width):
    if width is None:
        assert inches(None, 4.4) == 4.4
        return
    with pytest.raises(RecipeError, match="'one' or 'two'"):
        inches(width, 1.0)


def many(count, years, *, gap=False):
    places = [
        f"{one}{two}{'自治州' if two == '东' else '市'}"
        for one in "甲乙丙丁戊己庚辛壬癸子丑"
        for two in "东西南北中上下左右前"
    ]
    rows = [{"place": place, "year": year} for place in places[:count] for year in years]
    table = pd.DataFrame(rows).assign(n_items=9, n_readouts=3, thin=gap, gap=gap, topic="t01")
    share = np.nan if gap else np.linspace(0.1, 0.9, len(table))
    return table.assign(share=share, low=np.nan if gap else 0.1, high=np.nan if gap else 0.9)


def plots_of(table):
    places = list(pd.unique(table["place"]))
    share = table["share"].to_numpy()
    alike = np.full((len(places), len(places)), 0.5 if np.isfinite(share).any() else np.nan)
    rows = (
        table.groupby("place", as_index=False, sort=False)
        .first()
        .assign(term="year", q=0.5, label="甲", x=0.0, y=0.0)
    )
    effects = rows.drop(columns="topic").rename(columns={"place": "topic", "share": "estimate"})
    acts = table.rename(columns={"topic": "act", "place": "topic"}).assign(act="hear")
    return {
        "coverage": figures.plot_coverage(table, language="en", width="one", synthetic=True),
        "similarity": figures.plot_similarity(
            pd.DataFrame(alike, places, places), width="one", synthetic=True
        ),
        "dendrogram": figures.plot_dendrogram(
            pd.DataFrame(alike, places, places), width="one", synthetic=True
        ),
        "effects": figures.plot_effects(effects, language="en", width="one", synthetic=True),
        "topic-acts": figures.plot_topic_acts(acts, width="one", synthetic=True),
    }


@pytest.mark.parametrize(
    "table",
    [many(1, range(2012, 2020)), many(9, [2020]), many(4, [2019, 2020], gap=True), many(120, [2019, 2020])],
    ids=["one place", "one year", "all gaps", "120 places"],
)
def test_unusual_sizes_stay_readable(table):
    for name, ax in plots_of(table).items():
        with style():
            assert faults(figure_of(ax)) == [], name
    if table["place"].nunique() < 10:
        axes = figures.plot_shares_over_time(table, width="one", synthetic=True)
        with style():
            texts = [text for text, _, _ in drawn_texts(figure_of(axes[0]))]
        assert not [text for text in texts if "e+" in text or ("." in text and text.startswith("20"))]
        assert set(map(str, {table["year"].max()})) & set(texts) or table["year"].nunique() > 4


def test_nothing_to_draw_is_said_in_the_figure_or_refused():
    empty = curves().assign(share=np.nan, low=np.nan, high=np.nan)
    ax = figures.plot_adoption(empty, language="en")
    assert [text.get_text() for text in ax.texts] == [ax.figure.get_label()] == ["There is nothing to show."]
    with pytest.raises(InputError, match="at least one panel"):
        figures.plot_drift(pd.DataFrame(columns=["place", "year"]))


def test_a_character_without_a_glyph_is_named_in_a_warning(tmp_path):
    ax = figures.plot_adoption(curves(1), labels={"三清四畅": "三清\U0001f600"})
    with pytest.warns(UserWarning, match=r"no glyph for .*U\+1F600"):
        figures.save_figure(ax.figure, tmp_path / "boxes")
