"""The page of formulations: what it says is what the tables hold, and what they cannot say is said."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from present_example import empty_example, make_example
from section_page import section_html

import readout_nlp as rn
from readout_nlp.analysis.scrutiny import candidate_tables, new_tifa, spread_tables
from readout_nlp.present.sections.adoption_panels import first_uses, spread_panels
from readout_nlp.present.sections.formulations import formulation_section, remarks
from readout_nlp.present.tables import COLUMNS

HOSTILE = '"><script>owned()</script><img src=x onerror="owned()">'
TERM = "三清四畅"


def page(analysis, **settings):
    return section_html("formulations", formulation_section, analysis, **settings)


@pytest.fixture(scope="module")
def section():
    return page(make_example())


def points(text):
    return np.array([[float(part) for part in pair.split(",")] for pair in text.split()])


def curves(*terms, days=(0.0, 100.0, 800.0), share=(0.0, 0.4, 0.6)):
    rows = [
        {"term": term, "lag_days": day, "share": value, "low": max(value - 0.1, 0), "high": value + 0.1}
        for term in terms
        for day, value in zip(days, share, strict=True)
    ]
    return pd.DataFrame(rows).assign(n_places=9)


def adopted(*rows):
    """Make rows of place, first seen, last seen without it; None is never."""
    table = pd.DataFrame(rows, columns=["place", "first_observed", "last_without"])
    for name in ("first_observed", "last_without"):
        table[name] = pd.to_datetime(table[name])
    at = {"at_risk_from": pd.Timestamp("2018-01-01"), "reference_first": pd.Timestamp("2018-02-01")}
    return table.assign(term=TERM, censored=table["first_observed"].isna(), **at)


def test_the_table_says_who_was_first_how_many_followed_and_how_late(section):
    for told in (
        TERM,
        "4 / 5",
        "甲河市 2018-03-01",
        "2018-02-20",
        "30 <small>[10, 50]",
        "40.0%",
        "2018-02-01",
    ):
        assert told in section, told


@pytest.mark.parametrize(
    ("synthetic", "year", "told"),
    [(True, 2018, "fictional"), (False, 2018, "official"), (False, 2012, "early")],
)
def test_the_centres_day_comes_with_its_source(synthetic, year, told):
    example = make_example(synthetic=synthetic)
    table = example.tables["tifa_adoption"]
    example.tables["tifa_adoption"] = table.assign(reference_first=dt.datetime(year, 2, 1))
    row = formulation_section(example)["tifa"][0]
    assert (
        row["basis"].en
        == {
            "fictional": "set in the sample",
            "official": "list from national broadcasts",
            "early": "list from national broadcasts; its record begins in 2012, so perhaps earlier",
        }[told]
    )


def test_a_median_that_is_not_reached_and_one_that_is_unknown_are_no_numbers():
    example = make_example()
    lags = example.tables["tifa_lags"]
    example.tables["tifa_lags"] = lags.assign(median=np.inf, high=np.inf)
    text = page(example)
    assert "未及半数" in text
    assert "[10, ∞]" in text
    example.tables["tifa_lags"] = lags.assign(median=np.nan, low=np.nan, high=np.nan, flags="few_events")
    text = page(example)
    assert "采用者太少，不作估计" in text
    assert "nan" not in text.lower()


def test_flags_are_put_into_words():
    assert [one.zh for one in remarks("not_half; no_print_rate")] == [
        "采用者未及半数",
        "首次之后无通报，印出率不明",
    ]
    assert remarks("") == ()


def test_a_curve_rises_within_its_band_and_all_share_one_scale():
    short, long = spread_panels(
        pd.concat([curves("甲"), curves("乙", days=(-300.0, 0.0, 2000.0))], ignore_index=True)
    )
    assert short.x_ticks == long.x_ticks
    assert short.zero == long.zero
    line = points(short.line)
    assert (np.diff(line[:, 0]) > 0).all()
    assert (np.diff(line[:, 1]) <= 0).all()  # up is a smaller y
    band = points(short.band)
    assert band[:, 1].min() <= line[:, 1].min()
    assert line[0, 0] > points(long.line)[0, 0]
    assert short.end == "60% [50, 70]"
    assert short.n_places == 9


def test_no_curve_is_drawn_of_nothing_and_the_page_says_why():
    assert spread_panels(pd.DataFrame(columns=COLUMNS["tifa_curves"])) == ()
    text = page(empty_example(), language="en")
    for reason in (
        "No term was adopted by enough places to draw a curve.",
        "No known tifa is printed by three places or more.",
        "No set phrase outside the lists was found.",
    ):
        assert reason in text


def test_first_uses_stand_in_order_and_a_place_never_seen_has_no_stroke():
    table = adopted(
        ("乙山市", "2019-06-01", "2019-05-01"), ("甲河市", "2018-03-01", None), ("丙湖市", None, "2022-01-01")
    )
    rows, years = first_uses(table)
    assert years == (2018, 2019)
    (row,) = rows
    assert (row.n_adopted, row.n_never) == (2, 1)
    assert [tick.note for tick in row.ticks] == ["甲河市 2018-03-01", "乙山市 2019-06-01"]
    assert 0 <= row.centre < row.ticks[0].x < row.ticks[1].x <= 100
    assert (row.first, row.bound) == ("甲河市 2018-03-01", "")


def test_of_very_many_places_strokes_are_kept_that_can_be_told_apart():
    days = pd.date_range("2018-03-01", periods=1200, freq="D")
    (row,), _ = first_uses(adopted(*((f"{number}市", day, None) for number, day in enumerate(days))))
    assert row.n_adopted == 1200
    assert len(row.ticks) + len(row.rest) < 150
    assert max(row.rest) <= 100


def test_a_first_use_with_nothing_read_before_is_perhaps_earlier():
    example = make_example()
    table = example.tables["tifa_adoption"]
    assert "perhaps earlier" not in page(example, language="en").replace("so perhaps earlier", "")
    example.tables["tifa_adoption"] = table.assign(last_without=pd.NaT)
    assert "perhaps earlier" in page(example, language="en")


def test_lines_to_read_stand_with_day_and_place(section):
    line = section.split('<ul class="kwic"')[1].split("</ul>")[0]
    assert "2018-03-01 甲河市" in line
    assert f"<mark>{TERM}</mark>" in line
    assert 'data-readout="r020180"' in line
    assert "用例：5 篇通报中 7 处" in section


def test_without_texts_day_and_place_stay_and_the_words_go():
    secret = "市里把河道清单一条一条交到人手里"
    example = make_example(text=secret)
    assert secret in page(example)
    bare = page(example, texts=False)
    assert secret not in bare
    assert "2018-03-01 甲河市" in bare
    assert "这份报告不含正文" in bare


def test_hostile_texts_and_names_stay_texts():
    for where in ("text", "place"):
        text = page(make_example(**{where: HOSTILE}))
        assert "<script" not in text
        assert "<img" not in text
        assert "&lt;img" in text


def test_candidates_are_listed_with_what_speaks_for_them(section):
    row = section.split("七巧联动")[1].split("</tr>")[0]
    for told in ("数字缩略", ">9<", ">3<", "2019-03-01", "+1.5"):
        assert told in row


def test_every_figure_has_an_alternative_text_and_its_table(section):
    for svg in re.findall(r"<svg[^>]*>", section):
        assert 'aria-hidden="true"' in svg or re.search(r'role="img" aria-label="[^"]+"', svg), svg
    offered = set(re.findall(r'data-csv="([a-z_]+)"', section))
    assert {"tifa_curves", "tifa_lags", "tifa_adoption", "tifa_candidates"} <= offered


def test_an_analysis_makes_the_tables_that_the_page_reads():
    corpus = rn.sample_corpus(cities=6, years=3, per_cell=5)
    of = SimpleNamespace(corpus=corpus, recipe=SimpleNamespace(random_state=0))
    tables = spread_tables(of) | candidate_tables(of)
    for name in ("tifa_adoption", "tifa_lags", "tifa_curves", "tifa_lines", "tifa_candidates"):
        assert set(COLUMNS[name]) <= set(tables[name].columns), name
    assert set(tables["tifa_curves"]["term"]) <= set(tables["tifa_lags"]["term"])
    assert set(tables["tifa_lines"]["term"]) == set(tables["tifa_lags"]["term"])
    assert not set(new_tifa(corpus)["term"]) & set(rn.known_tifa(corpus)["term"])
