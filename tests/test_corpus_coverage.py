"""Coverage: every cell present, gaps told, nothing counted twice."""

from __future__ import annotations

from datetime import date

from corpus_example import CITY, OTHER_CITY, held_on, readout

from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.coverage import COLUMNS, coverage, describe_corpus


def corpus():
    years = [(CITY, 2015), (CITY, 2015), (OTHER_CITY, 2018), (CITY, 2018)]
    return build_corpus(
        [
            readout(
                f"会议研究了第{n}号桥。",
                "会议研究了渡口。",
                place=place,
                meeting_date=held_on(date(year, 3, n + 1)),
            )
            for n, (place, year) in enumerate(years)
        ]
        + [
            readout("会议研究了灯会。", place=None),
            readout("会议研究了灯会。", meeting_date=None, published=None),
            readout("会议研究了灯会。", place=None, meeting_date=None, published=None),
        ]
    )


def test_every_place_in_every_year_of_the_span():
    table = coverage(corpus())
    assert tuple(table.columns) == COLUMNS
    assert len(table) == 2 * 4
    cells = table.set_index(["place", "year"])
    assert cells.loc[("云溪市", 2015), "n_readouts"] == 2
    assert cells.loc[("云溪市", 2015), "n_items"] == 4
    assert cells.loc[("石桥市", 2015), "n_readouts"] == 0
    assert (table["gap"] == (table["n_readouts"] == 0)).all()


def test_what_is_counted_and_what_is_left_out_make_the_whole():
    table, whole = coverage(corpus()), corpus()
    assert table.attrs == {"without_place": 2, "without_year": 2, "left_out": 3}
    assert table["n_readouts"].sum() + table.attrs["left_out"] == whole.readouts.height


def test_a_corpus_without_places_or_years_gives_an_empty_table():
    empty = build_corpus([readout("会议研究了灯会。", place=None)])
    assert len(coverage(empty)) == 0
    assert coverage(empty).attrs["left_out"] == 1
    assert "No readout has both a place and a year." in describe_corpus(empty)
    assert len(coverage(build_corpus([]))) == 0


def test_the_description_shows_gaps_as_dashes_and_says_what_is_synthetic():
    text = describe_corpus(corpus())
    assert "Synthetic" in text
    line = next(line for line in text.splitlines() if line.startswith("石桥市"))
    assert line.split() == ["石桥市", "-", "-", "-", "1"]
