"""Terms found verbatim: spans that lead back, wordings kept apart, the longest first."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest
from corpus_example import readout

from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.passages.tifa_match import COLUMNS, match_tifa
from readout_nlp.passages.variants import contained_terms, read_terms


def corpus():
    return build_corpus(
        [
            readout("会议学习了“四源共济”。", "会议要求坚定四源共济的思路,办好5Ｇ＋灯会。"),
            readout("会议重申源共济，四源共济四源共济。", meeting_date=None, place=None),
        ]
    )


def found(table, term):
    return table[table["term"] == term]


def test_every_span_leads_back_to_its_term():
    whole = corpus()
    bodies = dict(whole.readouts.select("readout_id", "body").iter_rows())
    texts = dict(whole.items.select("item_id", "text").iter_rows())
    table = match_tifa(whole, ["四源共济"])
    assert tuple(table.columns) == COLUMNS
    assert len(table) == sum(body.count("四源共济") for body in bodies.values()) == 4
    for row in table.itertuples():
        assert bodies[row.readout_id][row.start : row.end] == row.term
        assert row.term in texts[row.item_id]
    assert table["quoted"].sum() == 1
    assert table["place"].isna().sum() == table["date"].isna().sum() == 2


def test_a_term_in_a_longer_one_counts_once_and_is_reported():
    terms = ["源共济", "四源共济", "坚定四源共济"]
    table = match_tifa(corpus(), terms)
    assert table["term"].value_counts().to_dict() == {"四源共济": 3, "坚定四源共济": 1, "源共济": 1}
    assert table["within"].isna().all()
    nested = match_tifa(corpus(), terms, nested=True)
    assert nested["term"].value_counts().to_dict() == {"源共济": 5, "四源共济": 4, "坚定四源共济": 1}
    assert found(nested, "源共济")["within"].dropna().tolist() == [
        "四源共济",
        "坚定四源共济",
        "四源共济",
        "四源共济",
    ]
    contained = {(row["term"], row["inside"]): row["n"] for row in table.attrs["contained"]}
    assert contained == {
        ("源共济", "四源共济"): 3,
        ("源共济", "坚定四源共济"): 1,
        ("四源共济", "坚定四源共济"): 1,
    }


def test_terms_that_merely_overlap_both_count():
    table = match_tifa(corpus(), ["共济四源", "四源共济"])
    second = table[table["date"].isna()]
    assert sorted(second["term"]) == ["共济四源", "四源共济", "四源共济"]


def test_width_is_folded_and_nothing_else():
    table = match_tifa(corpus(), ["5G+灯会", "5g+灯会"])
    assert table["term"].tolist() == ["5G+灯会"]
    assert table.attrs["never_found"] == ["5g+灯会"]


def test_variants_are_put_together_only_where_the_table_says_so():
    table = pd.DataFrame({"term": ["四源共济", "坚定四源共济"], "variant_of": [None, "四源共济"]})
    matched = match_tifa(corpus(), table)
    assert set(matched["head"]) == {"四源共济"}
    assert set(matched["term"]) == {"四源共济", "坚定四源共济"}
    assert set(match_tifa(corpus(), table["term"].tolist())["head"]) == set(table["term"])


def test_the_order_of_the_corpus_does_not_show():
    whole = corpus()
    turned = Corpus(whole.readouts.reverse(), whole.items.reverse(), whole.quarantine)
    terms = ["源共济", "四源共济"]
    pd.testing.assert_frame_equal(match_tifa(whole, terms), match_tifa(turned, terms))


def test_an_empty_corpus_gives_an_empty_table():
    whole = corpus()
    empty = Corpus(whole.readouts.clear(), whole.items.clear(), whole.quarantine)
    table = match_tifa(empty, ["四源共济"])
    assert table.empty
    assert tuple(table.columns) == COLUMNS


def test_all_faults_of_a_list_are_told_at_once():
    table = pd.DataFrame(
        {
            "term": ["甲乙", "甲乙", " ", "丙丁", "戊己"],
            "reference_date": ["2018-13-01", None, None, None, None],
            "variant_of": [None, None, None, "戊己", "庚辛"],
        }
    )
    with pytest.raises(RecipeError) as fault:
        read_terms(table)
    for told in ("甲乙 twice", "empty term in row 3", "2018-13-01", "variant 戊己 as the head of 丙丁"):
        assert told in str(fault.value)


@pytest.mark.parametrize("terms", [[], pd.DataFrame({"word": ["甲乙"]}), pd.DataFrame(columns=["term"])])
def test_a_list_without_terms_is_refused(terms):
    with pytest.raises(RecipeError):
        read_terms(terms)


def test_dates_are_read_whatever_they_are_written_as():
    table = pd.DataFrame(
        {"term": ["甲乙", "丙丁"], "reference_date": ["2018-02-01", pd.Timestamp(2018, 2, 1)]}
    )
    assert {word.reference for word in read_terms(table)} == {date(2018, 2, 1)}


def test_containment_is_listed():
    assert contained_terms(["甲乙", "甲乙丙", "乙丙"]).to_numpy().tolist() == [
        ["乙丙", "甲乙丙"],
        ["甲乙", "甲乙丙"],
    ]


def test_whatever_the_text_nothing_is_missed_and_nothing_kept_inside_another():
    draw = np.random.default_rng(0)
    for _ in range(20):
        letters = draw.choice(list("甲乙丙"), (40, 4))
        terms = sorted({"".join(row[: 2 + n % 3]) for n, row in enumerate(letters)})
        text = "".join(draw.choice(list("甲乙丙。"), 200))
        whole = build_corpus([readout(text)])
        body = whole.readouts["body"][0]
        plain = {(term, at) for term in terms for at in range(len(body)) if body.startswith(term, at)}
        nested = match_tifa(whole, terms, nested=True)
        assert set(zip(nested["term"], nested["start"], strict=True)) == plain
        kept = match_tifa(whole, terms)
        spans = list(zip(kept["start"], kept["end"], strict=True))
        assert not [a for a in spans for b in spans if a != b and b[0] <= a[0] and a[1] <= b[1]]
        inside = nested[nested["within"].notna()]
        assert len(kept) + len(inside) == len(nested)


def test_fast_enough_for_many_terms():
    body = "会议强调要抓好渡口修缮和灯会筹备,把工作落到实处。" * 60
    whole = corpus()
    many = pl.concat([whole.readouts.head(1)] * 50).with_columns(
        body=pl.lit(body), readout_id=pl.int_range(50).cast(pl.String)
    )
    terms = [f"{chr(0x4E00 + n)}{chr(0x5E00 + n)}共建" for n in range(800)]
    table = match_tifa(Corpus(many, whole.items.clear(), whole.quarantine), [*terms, "渡口修缮"])
    assert len(table) == 50 * 60
