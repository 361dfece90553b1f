"""Shares of the classes of echo, and the places that echo most and least."""

from __future__ import annotations

import pandas as pd
import pytest
from echo_corpus import corpus_of, on, wording

from readout_nlp.compare.echo_extremes import echo_extremes
from readout_nlp.compare.echo_shares import ALSO, echo_shares
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.passages.echo import CLASSES, echo

COPIED = [wording(40, f"copied {number}") for number in range(60)]
CENTRE = {f"z{number:02}": text for number, text in enumerate(COPIED)}


def own(seed, size):
    return wording(size, f"own {seed}")


def world(parts, *, readouts=12):
    """Places that take, of every 100 characters, so many from the centre: 40, 20 or none."""
    rows = [
        {
            "name": f"{place}{number:02}",
            "place": place,
            "day": on(1 + number % 12, 1 + number, year=2019 + number // 6),
            "texts": [
                own((place, number), 100 - part) + COPIED[(number * 7 + len(place)) % 60][:part],
                own((place, number, 2), 20),
            ],
        }
        for place, part in parts.items()
        for number in range(readouts)
    ]
    return corpus_of(*rows)


PARTS = {"东岭市": 40, "西河市": 20, "南屏市": 0}


@pytest.fixture(scope="module")
def corpus():
    return world(PARTS)


@pytest.fixture(scope="module")
def spans(corpus):
    return echo(corpus, CENTRE, formula=False, reference_name="papers")


def of(table, label, **values):
    rows = table[table["class"] == label]
    for name, value in values.items():
        rows = rows[rows[name] == value]
    return rows


def test_planted_shares_come_back_by_characters(spans, corpus):
    table = echo_shares(spans, corpus, by="place", intervals=200)
    for place, part in PARTS.items():
        row = of(table, "echo_up", place=place).iloc[0]
        assert row["share"] == pytest.approx(part / 120)
        assert row["n_items"] == 24
        assert row["n_readouts"] == 12
        assert row["characters"] == 12 * part
    assert table.attrs["reference"] == "papers"
    assert "papers" in table.attrs["unmatched_means"]
    assert table.attrs["level"] == 0.95


def test_the_six_classes_sum_to_one_and_gaps_are_no_zeros(spans, corpus):
    table = echo_shares(spans, corpus, intervals=0)
    six = table[table["class"] != ALSO]
    assert set(six["class"]) == set(CLASSES)
    held = six[~six["gap"]].groupby(["place", "year"])["share"].sum()
    assert held.to_numpy() == pytest.approx(1.0)
    later = corpus_of(
        {"name": "x", "place": "东岭市", "day": on(1), "texts": ["文"]},
        {"name": "y", "place": "西河市", "day": on(1, year=2022), "texts": ["字"]},
    )
    table = echo_shares(echo(later), later, intervals=0)
    assert table.loc[table["gap"], "share"].isna().all()
    assert table["gap"].sum() == 4 * 7
    assert table["thin"].all()


def test_intervals_hold_the_share_and_are_nan_for_one_readout(spans, corpus):
    table = echo_shares(spans, corpus, by="year", intervals=200)
    rows = of(table, "unmatched")
    assert (rows["low"] <= rows["share"]).all()
    assert (rows["share"] <= rows["high"]).all()
    assert (rows["n_units"] == 3).all(), "places, where a cell pools them"
    alone = world({"东岭市": 40, "西河市": 20}, readouts=1)
    found = echo_shares(echo(alone, CENTRE, formula=False), alone, by="place", intervals=200)
    assert found[["low", "high"]].isna().all(axis=None)
    assert set(found["flag"]) == {"one readout"}


def test_what_a_peer_printed_too_is_told_apart():
    rows = [
        {"name": name, "place": place, "day": on(month), "texts": [COPIED[0] + own(name, 40)]}
        for name, place, month in (("a", "东岭市", 1), ("b", "西河市", 2))
    ]
    corpus = corpus_of(*rows)
    table = echo_shares(echo(corpus, CENTRE, formula=False), corpus, by="place", intervals=0)
    assert of(table, ALSO, place="东岭市")["share"].tolist() == [0.0]
    assert of(table, ALSO, place="西河市")["share"].tolist() == [0.5]


def test_items_without_text_place_or_year_are_left_out_and_counted():
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "day": on(1), "texts": [own(1, 30), ""]},
        {"name": "b", "place": None, "day": on(1), "texts": [own(2, 30)]},
        {"name": "c", "place": "东岭市", "day": None, "texts": [own(3, 30)]},
    )
    table = echo_shares(echo(corpus), corpus, intervals=0)
    assert table.attrs["left_out"] == {"place": 1, "year": 1, "without_text": 1, "total": 3}
    assert of(table, "unmatched")["n_items"].tolist() == [1]


def test_spans_of_another_corpus_are_refused(spans, corpus):
    with pytest.raises(InputError, match="do not cover"):
        echo_shares(spans.iloc[1:], corpus)
    with pytest.raises(InputError, match="do not cover"):
        echo_shares(spans, world({"东岭市": 40}))
    with pytest.raises(InputError, match="without item_id"):
        echo_shares(pd.DataFrame({"x": [1]}), corpus)
    with pytest.raises(RecipeError):
        echo_shares(spans, corpus, by="topic")


def test_an_empty_corpus_gives_an_empty_table():
    corpus = corpus_of()
    table = echo_shares(echo(corpus), corpus)
    assert table.empty
    assert echo_extremes(echo(corpus), corpus).empty


def test_extremes_name_the_places_with_passages_to_read(spans, corpus):
    table = echo_extremes(spans, corpus, places=1, passages=2, intervals=200)
    assert table["place"].tolist() == ["东岭市", "东岭市", "南屏市", "南屏市"]
    assert table["side"].tolist() == ["most", "most", "least", "least"]
    texts = dict(zip(corpus.items["item_id"], corpus.items["text"], strict=True))
    for row in table.to_dict("records"):
        assert row["text"] == texts[row["item_id"]][row["start"] : row["end"]]
        if row["side"] == "most":
            assert row["class"] == "echo_up"
            assert row["text"] == CENTRE[row["source_id"]][row["source_start"] : row["source_end"]]
        else:
            assert row["class"] == "unmatched"
            assert pd.isna(row["source_start"])


def test_extremes_of_few_places_do_not_show_one_twice():
    one = world({"东岭市": 40})
    table = echo_extremes(echo(one, CENTRE, formula=False), one, intervals=0)
    assert set(table["side"]) == {"most"}
    thin = world({"东岭市": 40}, readouts=1)
    none = echo_extremes(echo(thin, CENTRE, formula=False), thin, intervals=0)
    assert none.empty
    assert none.attrs["left_out"] == {"thin": 1}
    peer = echo_extremes(echo(one, CENTRE, formula=False), one, of="echo_peer", intervals=0)
    assert peer["item_id"].isna().all(), "no such passage: a row that says so"
    with pytest.raises(RecipeError, match="of='formula'"):
        echo_extremes(echo(one), one, of="formula")
