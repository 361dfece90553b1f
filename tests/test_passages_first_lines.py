"""Lines to read of a wording: the earliest of every place, in order, with the words around it."""

from __future__ import annotations

import pytest
from tifa_example import corpus_of, on, said

from readout_nlp.errors import RecipeError
from readout_nlp.passages.first_lines import COLUMNS, first_lines

TERM, LONGER = "四源共济", "四源共济工程"


def test_the_earliest_line_of_each_place_comes_first():
    corpus = corpus_of(
        said("西河市", [40, 9, 70], terms=[TERM]), said("东岭市", [20], terms=[TERM]), said("南坪市", [1])
    )
    lines = first_lines(corpus, [TERM])
    assert lines["place"].tolist() == ["西河市", "东岭市"]
    assert lines["date"].dt.date.tolist() == [on(9), on(20)]
    assert lines["rank"].tolist() == [1, 2]
    assert set(lines["n_uses"]) == {4}
    assert set(lines["n_readouts"]) == {4}
    bodies = dict(corpus.readouts.select("readout_id", "body").iter_rows())
    for row in lines.to_dict("records"):
        line = row["left"] + row["term"] + row["right"]
        assert line in bodies[row["readout"]]
        assert bodies[row["readout"]][row["start"] :].startswith(TERM)


def test_a_line_without_a_certain_day_comes_last_and_only_so_many_are_kept():
    corpus = corpus_of(
        said("东岭市", [None], terms=[TERM]),
        said("西河市", [5], terms=[TERM]),
        said("南坪市", [3], terms=[TERM]),
    )
    assert first_lines(corpus, [TERM])["place"].tolist() == ["南坪市", "西河市", "东岭市"]
    assert first_lines(corpus, [TERM], most=2)["place"].tolist() == ["南坪市", "西河市"]


def test_of_a_term_inside_a_longer_one_the_longer_counts_and_the_order_is_that_of_the_terms():
    corpus = corpus_of(said("东岭市", [1], terms=[LONGER]), said("西河市", [2], terms=[TERM]))
    lines = first_lines(corpus, [TERM, LONGER])
    assert lines[["term", "place"]].to_numpy().tolist() == [[TERM, "西河市"], [LONGER, "东岭市"]]


def test_a_wording_is_taken_literally():
    corpus = corpus_of(said("东岭市", [1], terms=["1.5计划"]), said("西河市", [1], terms=["1x5计划"]))
    assert first_lines(corpus, ["1.5计划"])["place"].tolist() == ["东岭市"]


@pytest.mark.parametrize("terms", [[], ["查无此词"]])
def test_nothing_found_gives_an_empty_table(terms):
    lines = first_lines(corpus_of(said("东岭市", [1])), terms)
    assert lines.empty
    assert tuple(lines.columns) == COLUMNS


def test_what_cannot_be_used_is_refused():
    with pytest.raises(RecipeError, match="most=-1"):
        first_lines(corpus_of(), [""], most=-1)
