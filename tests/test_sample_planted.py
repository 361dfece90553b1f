"""What was planted can be found: shares, tifa, passages."""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
import pytest

from readout_nlp.sample.attention import MOST, attention, deal
from readout_nlp.sample.generate import SampleSettings, generate_sample
from readout_nlp.sample.material import full_width, topics
from readout_nlp.sample.planted import planted_truth
from readout_nlp.sample.world import tifa_first_used

MIDDLE = SampleSettings(cities=6, years=8, per_cell=10)


@pytest.fixture(scope="module")
def truths():
    return [page.truth for page in generate_sample(MIDDLE)]


@pytest.fixture(scope="module")
def planted(truths):
    return planted_truth(MIDDLE, truths=truths)


def day_of(truth):
    return truth.get("hidden_date") or truth["meeting_date"]["value"]


def test_planted_shares_are_shares(planted):
    for cell in planted["attention"]:
        assert sum(cell["shares"].values()) == pytest.approx(1, abs=1e-4)
        assert set(cell["shares"]) == set(planted["topics"]) == set(topics())
        assert max(cell["shares"].values()) <= MOST + 1e-6


def test_shares_of_the_agenda_follow_the_planted_ones(truths, planted):
    counted: dict[tuple[str, int], Counter[str]] = {}
    for truth in truths:
        cell = truth["key"][:4] + "00", int(truth["key"].split("-")[1])
        items = truth.get("items", [])
        counted.setdefault(cell, Counter()).update(i["topic"] for i in items if i["topic"])
    pairs = []
    for cell in planted["attention"]:
        counts = counted.get((cell["code"], cell["year"]), Counter())
        if counts.total() > 30:
            pairs += [(share, counts[topic] / counts.total()) for topic, share in cell["shares"].items()]
    assert len(pairs) > 500
    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.9


def test_attention_differs_between_cities_and_moves_with_the_years():
    def row(city, year):
        return np.array(list(attention(0, city, year).values()))

    near = np.abs(row("990100", 2013) - row("990100", 2014)).sum()
    far = np.abs(row("990100", 2013) - row("990100", 2019)).sum()
    elsewhere = np.abs(row("990100", 2013) - row("990200", 2013)).sum()
    assert near < far
    assert near < elsewhere


def test_a_shock_is_felt_in_its_years():
    usual, shocked = (attention(0, "990100", year)["public_health"] for year in (2015, 2018))
    assert shocked > 2 * usual


@pytest.mark.parametrize("seed", range(20))
def test_dealing_keeps_the_shares_to_within_one_card(seed):
    rng = Random(seed)
    shares = attention(seed, "990300", 2012 + seed % 8)
    sizes = [rng.randint(4, 7) for _ in range(rng.randint(2, 9))]
    hands = deal(shares, sizes=sizes, rng=rng)
    assert [len(hand) for hand in hands] == sizes
    counts = Counter(topic for hand in hands for topic in hand)
    assert all(abs(counts[topic] - share * sum(sizes)) < 1.0001 for topic, share in shares.items())


def test_no_city_prints_a_tifa_before_its_date(truths, planted):
    adopted = {(row["term"], row["code"]): row["adopted"] for row in planted["tifa"]}
    seen = 0
    for truth in truths:
        for term in tifa_first_used():
            if truth["kind"] and term in truth["body"]:
                date = adopted[term, truth["key"][:4] + "00"]
                assert date is not None
                assert date <= day_of(truth)
                assert term in truth["tifa"]
                seen += 1
    assert seen == sum(len(truth.get("tifa", [])) for truth in truths)
    assert seen > 100


def test_a_citys_first_dated_page_after_adoption_prints_the_tifa(truths, planted):
    for row in planted["tifa"]:
        own = [
            t for t in truths if t["kind"] and t["place"]["code"] == row["code"] and "hidden_date" not in t
        ]
        after = sorted(
            (day_of(t), t["path"], t) for t in own if row["adopted"] and day_of(t) >= row["adopted"]
        )
        if after:
            assert row["term"] in after[0][2]["body"]


def test_adoption_lags_and_some_cities_never_adopt(planted):
    assert all(row["adopted"] is None or row["adopted"] > row["first_used"] for row in planted["tifa"])
    censored = sum(row["adopted"] is None for row in planted["tifa"]) / len(planted["tifa"])
    assert 0.1 < censored < 0.5


def test_planted_passages_stand_word_for_word_in_both(truths, planted):
    bodies = {truth["path"]: truth["body"] for truth in truths if truth["kind"]}
    dates = {truth["path"]: day_of(truth) for truth in truths if truth["kind"]}
    for document in planted["centre"]:
        bodies[document["id"]], dates[document["id"]] = document["wording"], document["date"]
    kinds = Counter(passage["kind"] for passage in planted["passages"])
    assert kinds["echo_up"] > 40
    assert kinds["echo_peer"] > 40
    for passage in planted["passages"]:
        copy = bodies[passage["target"]][passage["start"] : passage["end"]]
        assert copy == bodies[passage["source"]][passage["source_start"] : passage["source_end"]]
        assert len(copy) >= 36
        assert dates[passage["source"]] < dates[passage["target"]]


def test_a_passage_is_copied_from_another_city_and_inside_one_item(truths, planted):
    items = {truth["path"]: truth["items"] for truth in truths if truth["kind"]}
    for passage in planted["passages"]:
        holders = [
            item
            for item in items[passage["target"]]
            if item["start"] <= passage["start"] and passage["end"] <= item["end"]
        ]
        assert len(holders) == 1
        if passage["kind"] == "echo_peer":
            assert passage["source"][6:10] != passage["target"][6:10]


def test_documents_are_printed_full_width(planted):
    for document in planted["centre"]:
        assert document["wording"] == full_width(document["wording"])
        assert document["wording"].endswith("。")


def test_the_planted_table_counts_the_readouts(truths, planted):
    assert sum(cell["readouts"] for cell in planted["attention"]) == sum(bool(t["kind"]) for t in truths)
    assert any(cell["readouts"] == 0 for cell in planted_truth()["attention"])


def test_readers_find_no_rows_of_text_in_the_planted_file(planted):
    assert not {"text", "html", "body"} & {
        key for rows in planted.values() if isinstance(rows, list) for row in rows for key in row
    }
