"""Acts of a topic: shares that sum to 1, planted truth, units that are drawn whole; topics beside topics."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import readout_nlp as rn
from readout_nlp.compare.topic_acts import topic_acts
from readout_nlp.compare.topic_pairs import matched_topics, nearest_topics
from readout_nlp.topics.infer import Inference

ACTS = ("hear", "approve")


def planted(places=6, per_place=30, kind=0.8):
    """Topic t01 is heard in `kind` of its items; t02 is approved always."""
    rng = np.random.default_rng(1)
    readouts, items, topics = [], [], []
    for place in range(places):
        readouts.append(
            {"readout_id": f"r{place}", "body": "", "place": f"p{place}", "year": 2020, "quarter": 1}
        )
        for number in range(per_place):
            first = number % 2 == 0
            act = ACTS[0] if first and rng.random() < kind else ACTS[1]
            items.append(
                {"item_id": f"i{place}-{number:02d}", "readout_id": f"r{place}", "text": "", "act": act}
            )
            topics.append([0.9, 0.1] if first else [0.0, 1.0])
    corpus = rn.Corpus(pl.DataFrame(readouts), pl.DataFrame(items), pl.DataFrame())
    ids = tuple(item["item_id"] for item in items)
    zero = np.zeros(len(ids))
    made = Inference(
        doc_topics=np.array(topics), doc_ids=ids, topic_ids=("t01", "t02"), oov_share=zero, novel=zero > 0
    )
    return made, corpus


def test_shares_of_a_topic_sum_to_one_and_planted_ones_come_back():
    table = topic_acts(*planted(), intervals=200)
    assert table.groupby("topic")["share"].sum().tolist() == pytest.approx([1, 1])
    heard = table.set_index(["topic", "act"]).loc[("t01", "hear")]
    assert heard["low"] < 0.8 < heard["high"]
    assert heard["n_units"] == 6
    assert heard["n_items"] == pytest.approx(0.9 * 15 * 6)
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()


def test_an_item_counts_as_much_as_the_topic_holds_of_it():
    made, corpus = planted()
    table = topic_acts(made, corpus).set_index(["topic", "act"])
    act_of = dict(corpus.items.select("item_id", "act").iter_rows())
    weight = made.doc_topics[:, 1]
    heard = np.array([act_of[name] == "hear" for name in made.doc_ids])
    assert table.loc[("t02", "hear"), "share"] == pytest.approx(weight[heard].sum() / weight.sum())


def test_order_of_documents_does_not_show():
    made, corpus = planted()
    turn = np.random.default_rng(5).permutation(len(made.doc_ids))
    turned = replace(made, doc_topics=made.doc_topics[turn], doc_ids=tuple(made.doc_ids[at] for at in turn))
    assert topic_acts(made, corpus, intervals=100).equals(topic_acts(turned, corpus, intervals=100))


def test_a_topic_of_nothing_is_a_gap_and_a_small_one_thin():
    made, corpus = planted(places=2, per_place=2)
    none = replace(made, doc_topics=np.tile([1.0, 0.0], (len(made.doc_ids), 1)))
    table = topic_acts(none, corpus, min_items=5, intervals=100).set_index("topic")
    assert table.loc["t02", "gap"].all()
    assert table.loc["t02", "share"].isna().all()
    assert table.loc["t01", "thin"].all()
    assert (table.loc["t02", "flag"] == "gap").all()
    assert not (table.loc["t01", "flag"] == "gap").any()


def test_what_limits_an_interval_is_said_as_for_shares():
    made, corpus = planted()
    assert not topic_acts(made, corpus, intervals=100)["flag"].str.contains("few").any()
    few, fewer = planted(places=3)
    assert topic_acts(few, fewer, intervals=100)["flag"].str.startswith("few places").all()
    assert (topic_acts(few, fewer)["flag"] == "").all()
    alone = topic_acts(*planted(places=1), intervals=100)
    assert (alone["flag"] == "one readout").all()
    assert alone["low"].isna().all()


def test_a_topic_of_one_place_is_resampled_in_time_and_says_so():
    made, corpus = planted(places=4)
    of_first = np.array([name.startswith("i0-") for name in made.doc_ids])
    topics = np.where(of_first[:, None], [[0.5, 0.5]], [[1.0, 0.0]])
    quarters = pl.Series("quarter", [1, 2, 3, 4, 1, 1, 1])
    more = [f"r0{letter}" for letter in "abc"]
    readouts = (
        pl.concat(
            [
                corpus.readouts,
                corpus.readouts.filter(readout_id="r0")
                .drop("readout_id")
                .join(pl.DataFrame({"readout_id": more}), how="cross")
                .select(corpus.readouts.columns),
            ]
        )
        .sort("place", "readout_id")
        .with_columns(quarters)
    )
    number = corpus.items["item_id"].str.slice(-2).cast(int) % 4
    own = pl.Series(["r0", *more]).gather(number)
    items = corpus.items.with_columns(
        readout_id=pl.when(pl.Series(of_first)).then(own).otherwise("readout_id")
    )
    table = topic_acts(
        replace(made, doc_topics=topics), rn.Corpus(readouts, items, pl.DataFrame()), intervals=100
    )
    said = table.set_index("topic")["flag"].str.split("; ")
    assert all("one place" in flags for flags in said["t02"])
    assert not any("one place" in flags for flags in said["t01"])
    assert (table.set_index("topic").loc["t02", "n_units"] == 4).all()


def test_readouts_have_no_act_of_their_own():
    made, corpus = planted(places=3)
    whole = Inference(
        doc_topics=np.full((3, 2), 0.5),
        doc_ids=("r0", "r1", "r2"),
        topic_ids=made.topic_ids,
        oov_share=np.zeros(3),
        novel=np.zeros(3, bool),
    )
    assert topic_acts(whole, corpus).empty


@pytest.fixture(scope="module")
def fit():
    corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    counts = rn.count_terms(rn.tokenize(corpus, unit="item"))
    return rn.fit_nmf(counts, n_topics=5)


def test_nearest_topics_are_in_order_and_never_oneself(fit):
    table = nearest_topics(fit, n=3)
    assert len(table) == 15
    assert (table["topic"] != table["neighbour"]).all()
    assert table["distance"].between(0, 1).all()
    assert table.groupby("topic")["distance"].apply(lambda d: d.is_monotonic_increasing).all()


def test_topics_are_matched_with_those_of_another_order(fit):
    turned = replace(fit, topic_terms=fit.topic_terms[::-1])
    table = matched_topics(fit, {"turned": turned})
    assert table["match"].tolist() == list(fit.topic_ids[::-1])
    assert table["same"].all()
    assert matched_topics(fit, {})["topic"].tolist() == []
