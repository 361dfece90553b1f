"""Topic ids are permanent: no table made from a loaded model numbers its topics anew."""

from dataclasses import replace

import pandas as pd
import pytest

import readout_nlp as rn
from readout_nlp.topics.naming import topic_names
from readout_nlp.topics.quality import topic_table

# as refits leave them: gaps, an order that is not the numbers', an id that no program gave
IDS = ("t12", "t03", "drainage", "t07")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    tokens = rn.tokenize(corpus, unit="item")
    counts = rn.count_terms(tokens, min_df=2, max_df=0.5)
    fit = replace(rn.fit_nmf(counts, n_topics=4, random_state=0), topic_ids=IDS)
    table = topic_table(fit, counts)
    folder = rn.save_model(fit, tmp_path_factory.mktemp("ids") / "m", corpus=corpus, tables={"topics": table})
    return rn.load_model(folder), corpus, counts


def test_the_rule_is_that_ids_are_given_once_when_a_model_is_fitted():
    assert topic_names(4) == ("t01", "t02", "t03", "t04")
    assert set(topic_names(4)) <= set(topic_names(99))  # a larger model does not rename the smaller's


def test_every_table_of_a_loaded_model_names_its_topics_as_it_was_saved(made):
    fit, _, counts = made
    assert fit.topic_ids == IDS
    assert list(topic_table(fit, counts)["topic"]) == list(IDS)
    assert rn.infer_topics(fit, counts).topic_ids == IDS


def test_shares_of_places_follow_the_name_of_a_topic_and_not_its_number(made):
    fit, corpus, _ = made
    plain = replace(fit, topic_ids=topic_names(4))
    named, numbered = (rn.topic_shares(model, corpus, by=("place", "year")) for model in (fit, plain))
    rename = dict(zip(plain.topic_ids, IDS, strict=True))
    expected = numbered.rename(columns=rename)
    if "topic" in expected.columns:
        expected["topic"] = expected["topic"].map(rename)
    order = [column for column in expected.columns if expected[column].dtype != float]
    ours, theirs = (table.sort_values(order, ignore_index=True) for table in (named, expected))
    pd.testing.assert_frame_equal(ours, theirs[ours.columns], check_dtype=False)


def test_topics_of_a_model_fitted_again_keep_the_ids_of_those_they_continue(made):
    from readout_nlp.topics.align import align_topics

    fit, _, counts = made
    again, alignment = align_topics(rn.fit_nmf(counts, n_topics=4, random_state=1), fit)
    assert alignment.matched
    for topic in alignment.matched:
        row, old = again.topic_ids.index(topic), IDS.index(topic)
        assert int(alignment.partner[old]) == row
    assert not set(alignment.new) & set(IDS)
