"""Keyword in context: every occurrence, with a span that leads back to it."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from corpus_example import readout

from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.kwic import COLUMNS, kwic
from readout_nlp.errors import RecipeError


def corpus():
    return build_corpus(
        [
            readout("会议研究了水库修缮,水库要绿化。", "会议研究了灯会。"),
            readout("会议研究了(a+b)方案。", meeting_date=None, place=None),
        ]
    )


def test_every_occurrence_with_the_span_it_was_found_at():
    found, whole = kwic(corpus(), "水库", width=3), corpus()
    bodies = dict(whole.readouts.select("readout_id", "body").rows())
    assert tuple(found.columns) == COLUMNS
    assert len(found) == sum(body.count("水库") for body in bodies.values()) == 2
    for row in found.itertuples():
        assert bodies[row.readout][row.start : row.end] == row.match
        assert row.left + row.match + row.right in bodies[row.readout]
    texts = dict(whole.items.select("item_id", "text").rows())
    assert all("水库" in texts[item] for item in found["item"])


def test_a_match_in_the_frame_has_no_item():
    lead = kwic(corpus(), "市委常委会召开")
    assert len(lead) == 2
    assert lead["item"].isna().all()


def test_text_is_literal_and_an_expression_is_not():
    assert len(kwic(corpus(), "(a+b)")) == 1
    assert len(kwic(corpus(), "a.b")) == 0
    assert len(kwic(corpus(), re.compile("a.b"))) == 1


def test_unknown_place_and_date_are_null():
    row = kwic(corpus(), "(a+b)").iloc[0]
    assert pd.isna(row["place"])
    assert pd.isna(row["date"])


def test_nothing_found_is_an_empty_table_with_the_columns():
    assert tuple(kwic(corpus(), "没有此词").columns) == COLUMNS
    assert len(kwic(corpus(), re.compile("x*"))) == 0


def test_an_empty_pattern_is_refused():
    with pytest.raises(RecipeError):
        kwic(corpus(), "")
