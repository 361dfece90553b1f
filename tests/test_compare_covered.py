import numpy as np
from planted_corpus import build, readout
from shares_example import corpus_of, shares_of

from readout_nlp.compare.bounds import year_bounds
from readout_nlp.compare.composition import composition
from readout_nlp.compare.covered import coverage_summary
from readout_nlp.compare.shares import act_shares, topic_shares
from readout_nlp.compare.trends import year_trends
from readout_nlp.corpus.coverage import coverage


def test_the_digest_agrees_with_the_whole_table():
    more = [readout(900, "西河市", 2021), readout(901, None, 2021), readout(902, "西河市", None)]
    corpus = corpus_of(("东岭市", "南山市"), (2018, 2020), more=more)
    digest, whole = coverage_summary(corpus, min_items=5), coverage(corpus)
    assert digest["cells"] == len(whole)
    assert digest["gaps"] == int(whole["gap"].sum())
    assert digest["thin"] == int(((whole["n_items"] < 5) & ~whole["gap"]).sum()) == 1
    assert (digest["without_place"], digest["without_year"]) == (1, 1)
    assert digest["years"] == [2018, 2021]
    of_year = whole.groupby("year")[["n_readouts", "n_items"]].sum()
    for year, _, readouts, items in digest["by_year"]:
        assert np.array_equal(of_year.loc[year], [readouts, items])


def test_it_travels_with_every_table():
    corpus = corpus_of()
    topics = shares_of(corpus)
    tables = [
        topic_shares(topics, corpus),
        act_shares(corpus),
        year_trends(topics, corpus, intervals=0),
        composition(topics, corpus, intervals=0),
        year_bounds(topics, corpus),
    ]
    expected = coverage_summary(corpus, min_items=5)
    assert all(table.attrs["coverage"] == expected for table in tables)
    assert all(table.query("topic == topic").attrs["coverage"] == expected for table in tables[2:])


def test_an_empty_corpus_has_a_digest():
    digest = coverage_summary(build([]), min_items=5)
    assert (digest["readouts"], digest["cells"], digest["years"], digest["by_year"]) == (0, 0, [], [])
