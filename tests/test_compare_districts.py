import numpy as np
import pytest
from planted_corpus import build, readout
from shares_example import corpus_of, shares_of

from readout_nlp.compare.districts import with_districts
from readout_nlp.compare.shares import act_shares, topic_shares
from readout_nlp.errors import RecipeError

DISTRICT = "东岭市南坪区"


@pytest.fixture
def corpus():
    return corpus_of(("东岭市", "西河市", DISTRICT), (2018, 2019))


def test_districts_stay_apart_unless_asked(corpus):
    topics = shares_of(corpus)
    apart = topic_shares(topics, corpus, by="place")
    assert set(apart["place"]) == {"东岭市", "西河市", DISTRICT}
    assert apart.attrs["districts"] == "apart"
    assert apart.attrs["readouts_moved_into_city"] == 0
    assert apart.equals(topic_shares(topics, corpus, by="place", districts="apart"))


def test_a_district_counts_into_its_city_where_asked(corpus):
    topics = shares_of(corpus)
    apart = topic_shares(topics, corpus, by="place").set_index(["place", "topic"])
    into = topic_shares(topics, corpus, by="place", districts="into city").set_index(["place", "topic"])
    assert set(into.index.get_level_values("place")) == {"东岭市", "西河市"}
    assert into.attrs["readouts_moved_into_city"] == 12
    assert into.loc[("东岭市", "t01"), "n_readouts"] == 24
    both = (apart.loc["东岭市", "share"] + apart.loc[DISTRICT, "share"]) / 2
    assert np.allclose(into.loc["东岭市", "share"], both)
    assert np.allclose(into.loc["西河市", "share"], apart.loc["西河市", "share"])
    assert into.attrs["coverage"]["places"] == 2


def test_the_level_is_the_citys(corpus):
    shares = act_shares(corpus, by="level", districts="into city")
    assert set(shares["level"]) == {"prefecture"}
    assert set(act_shares(corpus, by="level")["level"]) == {"prefecture", "county"}


def test_a_city_without_a_readout_of_its_own_gets_its_name():
    corpus = with_districts(build([readout(0, DISTRICT, 2018)]), "into city")
    assert corpus.readouts["place"].to_list() == ["东岭市"]


def test_the_city_keeps_the_label_that_the_corpus_gave_it():
    rows = [readout(0, "东岭市", 2018) | {"place": "北川省东岭市"}, readout(1, DISTRICT, 2018)]
    corpus = with_districts(build(rows), "into city")
    assert set(corpus.readouts["place"]) == {"北川省东岭市"}


def test_cities_of_one_name_in_two_provinces_stay_two():
    rows = [readout(0, DISTRICT, 2018), readout(1, DISTRICT, 2018, province="南川省")]
    corpus = with_districts(build(rows), "into city")
    assert corpus.readouts["place"].to_list() == ["北川省东岭市", "南川省东岭市"]


def test_a_district_whose_city_is_not_known_stays():
    rows = [readout(0, DISTRICT, 2018, prefecture=None), readout(1, None, 2018)]
    corpus = with_districts(build(rows), "into city")
    assert corpus.readouts["place"].to_list() == [DISTRICT, None]
    assert corpus.readouts["level"].to_list() == ["county", None]


def test_the_corpus_itself_is_never_changed(corpus):
    before = corpus.readouts.clone()
    with_districts(corpus, "into city")
    assert corpus.readouts.equals(before)


def test_another_word_is_refused(corpus):
    with pytest.raises(RecipeError, match="districts='merge'"):
        topic_shares(shares_of(corpus), corpus, districts="merge")
