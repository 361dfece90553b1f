"""Candidates for tifa: the measures by hand, and the planted ones of the sample found."""

from __future__ import annotations

from collections import Counter
from math import log2

import pytest
from tifa_example import corpus_of, said

import readout_nlp as rn
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.passages.ngrams import recurring
from readout_nlp.passages.tifa_candidates import COLUMNS, tifa_candidates
from readout_nlp.reference.terms import fictional_tifa

TEXTS = ["甲乙丙,甲乙丙丁。甲乙戊", "丁甲乙丙", "2甲乙"]


def test_runs_are_counted_as_a_plain_count_would():
    plain = Counter()
    for text in ("甲乙丙", "甲乙丙丁", "甲乙戊", "丁甲乙丙", "甲乙"):
        plain.update(text[start : start + n] for n in (2, 3) for start in range(len(text) - n + 1))
    found = {
        term: int(count)
        for grams in recurring(TEXTS, min_count=2, lengths=range(2, 4))
        for term, count in zip(grams.terms, grams.counts, strict=True)
    }
    assert found == {term: n for term, n in plain.items() if n >= 2}


def test_cohesion_and_entropy_are_those_worked_out_by_hand():
    pairs = recurring(TEXTS, min_count=3, lengths=range(2, 3))[0]
    at = pairs.terms.index("甲乙")
    # 16 characters; 甲 and 乙 five times each, always together
    assert pairs.cohesion[at] == pytest.approx(log2(5 * 16 / (5 * 5)))
    # to the left: 丁 once and four boundaries, each a neighbour of its own
    assert pairs.left_entropy[at] == pytest.approx(log2(5))
    # to the right: 丙 three times, 戊 once, one end of a text
    assert pairs.right_entropy[at] == pytest.approx(0.6 * log2(5 / 3) + 0.4 * log2(5))


@pytest.mark.parametrize("texts", [[], [""], ["甲"], ["a,b", "1"]])
def test_texts_without_runs_have_none(texts):
    assert [grams.terms for grams in recurring(texts, min_count=2, lengths=range(2, 4))] == [(), ()]


@pytest.fixture(scope="module")
def sample():
    return rn.sample_corpus(cities=6)


def test_the_planted_tifa_are_found_and_little_else_is_quoted(sample):
    printed = {entry.term for entry in fictional_tifa()} & {
        entry.term
        for entry in fictional_tifa()
        if any(entry.term in body for body in sample.readouts["body"])
    }
    found = tifa_candidates(sample, kinds=["abbreviation", "quoted"])
    top = set(found["term"].head(2 * len(printed)))
    hits = printed & set(found["term"])
    assert len(hits) / len(printed) >= 0.9
    assert len(printed & top) / len(printed) >= 0.9
    quoted = found[found["n_quoted"] / found["n"] >= 0.5]
    assert len(printed & set(quoted["term"])) / len(quoted) >= 0.9


def test_the_order_of_the_corpus_does_not_show(sample):
    part = Corpus(sample.readouts.head(200), sample.items, sample.quarantine)
    turned = Corpus(part.readouts.reverse(), part.items.reverse(), part.quarantine)
    one, other = (tifa_candidates(whole, kinds=["abbreviation"]) for whole in (part, turned))
    assert one["term"].tolist() == other["term"].tolist()
    assert one["score"].tolist() == pytest.approx(other["score"].tolist())


def test_a_term_that_spreads_late_grows():
    corpus = corpus_of(
        said("东岭市", range(1, 60, 10)),
        said("西河市", range(100, 160, 10), terms=["四源共济"]),
        said("东岭市", range(101, 160, 10), terms=["四源共济"]),
        said("东岭市", range(2, 160, 14), terms=["平稳灯会"]),
        said("西河市", range(5, 160, 14), terms=["平稳灯会"]),
    )
    found = tifa_candidates(corpus).set_index("term")
    assert found.loc["四源共济", "growth"] > 2 > found.loc["平稳灯会", "growth"]
    assert found.loc["四源共济", "kind"] == "abbreviation"
    assert found.loc["平稳灯会", "kind"] == "quoted"


@pytest.mark.parametrize("groups", [(), (said("东岭市", [1]),), (said("东岭市", [None, None]),)])
def test_too_little_text_gives_an_empty_table(groups):
    table = tifa_candidates(corpus_of(*groups))
    assert table.empty
    assert tuple(table.columns) == COLUMNS


def test_settings_that_cannot_be_used_are_all_named():
    with pytest.raises(RecipeError, match=r"kinds with 'word'.*min_n=1.*most=0"):
        tifa_candidates(corpus_of(), kinds=["word"], min_n=1, most=0)


@pytest.mark.parametrize("marks", ["“”", "‘’", "『』", "''"])
def test_what_is_left_out_early_would_be_left_out_late(marks):
    opening, closing = marks
    left, right = "东西南北上下", "左右前后里外"
    body = "。".join(
        f"{a}推行{opening}联户共评{closing}{b},{b}抓好邻里互助{a}" for a, b in zip(left, right, strict=True)
    )
    corpus = corpus_of(*(said(f"{place}市", range(1, 9), body=body) for place in "甲乙丙"))
    every = tifa_candidates(corpus, min_cohesion=0.0)
    some = tifa_candidates(corpus, kinds=["abbreviation", "quoted"], min_cohesion=0.0)
    told = list(COLUMNS[:-1])  # the score is a rank among those listed
    alike = every[every["kind"] != "ngram"].set_index("term")[told[1:]].sort_index()
    assert "联户共评" in set(some["term"])
    assert "抓好邻里互助" in set(every["term"]) - set(some["term"])
    assert some.set_index("term")[told[1:]].sort_index().equals(alike)
