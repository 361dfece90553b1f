"""Intervals against the synthetic sample, whose planted attention of every city and year is known."""

from datetime import date

import numpy as np
import pytest
from planted_corpus import build, readout

from readout_nlp.compare.shares import topic_shares
from readout_nlp.compare.trends import year_trends
from readout_nlp.sample.attention import attention
from readout_nlp.sample.generate import SampleSettings, generate_sample
from readout_nlp.topics.infer import Inference

SETTINGS = SampleSettings(cities=5, years=4, per_cell=9)


@pytest.fixture(scope="module")
def planted():
    """Give the corpus as it was planted, one topic an item, without reading a page."""
    truths = [file.truth for file in generate_sample(SETTINGS) if file.truth["kind"]]
    rows, labels = [], []
    for number, truth in enumerate(truths):
        place = truth["place"]
        day = date.fromisoformat(truth["meeting_date"]["value"] or truth["hidden_date"])
        about = {"level": place["level"], "prefecture": place["prefecture"], "province": place["province"]}
        about |= {"published": day, "quarter": (day.month + 2) // 3}
        rows.append(readout(number, place["name"], day.year) | about)
        labels.append([item["topic"] for item in truth["items"]])
    topics = sorted({topic for of_one in labels for topic in of_one if topic})
    whole = build(rows, n_items=max(map(len, labels)))
    held = {
        f"r{number:03d}-{position}": topic
        for number, of_one in enumerate(labels)
        for position, topic in enumerate(of_one, start=1)
        if topic
    }
    names = [name for name in whole.items["item_id"] if name in held]
    shares = np.array([[held[name] == topic for topic in topics] for name in names], dtype=float)
    inferred = Inference(
        doc_topics=shares,
        doc_ids=tuple(names),
        topic_ids=tuple(topics),
        oov_share=np.zeros(len(names)),
        novel=np.zeros(len(names), dtype=bool),
    )
    codes = {truth["place"]["prefecture"]: truth["key"][:4] + "00" for truth in truths}
    return whole, inferred, codes


def attended(table, codes):
    return np.array(
        [
            attention(SETTINGS.seed, codes[place], year).get(topic, 0.0)
            for place, year, topic in table[["place", "year", "topic"]].itertuples(index=False)
        ]
    )


def test_planted_attention_comes_back_where_districts_count_into_their_city(planted):
    corpus, topics, codes = planted
    table = topic_shares(topics, corpus, districts="into city")
    held = table[~table["gap"]]
    true = attended(held, codes)
    assert set(held["place"]) == set(codes)
    assert (np.abs(held["share"] - true) * held["n_items"]).mean() < 1, "dealt to the item, or nearly"
    full = (held["n_items"] > 30).to_numpy()
    assert np.corrcoef(held["share"][full], true[full])[0, 1] > 0.9


def test_intervals_hold_planted_attention(planted):
    corpus, topics, codes = planted
    table = topic_shares(topics, corpus, districts="into city", intervals=300, block="month")
    given = table[table["low"].notna()]
    true = attended(given, codes)
    assert len(given) > 0.6 * len(table)
    inside = (given["low"] <= true) & (true <= given["high"])
    assert inside.mean() > 0.95, "dealt evenly, shares stray less than drawn ones"


def test_trends_rest_on_the_cities_that_are_there(planted):
    corpus, topics, codes = planted
    trends = year_trends(topics, corpus, districts="into city", intervals=0)
    held = topic_shares(topics, corpus, districts="into city")
    whole = held.groupby("place")["n_items"].min()
    assert trends.attrs["panel"] == sorted(whole.index[whole >= 5])
    assert 0 < len(trends.attrs["panel"]) <= len(codes)
    for way in ("all", "panel", "place_weighted"):
        assert np.allclose(trends.groupby("year")[f"share_{way}"].sum(), 1)
