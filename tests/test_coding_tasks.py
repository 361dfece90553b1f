"""Tasks for coders: all topics, intruders as the papers draw them, and nothing to be had without reading."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from coding_example import KINDS_OF_TOPICS, PER_TOPIC, make_example, make_fit

import readout_nlp as rn
from readout_nlp.coding.checks import act_check, item_check
from readout_nlp.coding.intrusion import word_intrusion, word_set_intrusion
from readout_nlp.coding.passages import label_match, topic_intrusion
from readout_nlp.coding.sheets import draw_tasks
from readout_nlp.coding.tasks import FIXED_OPTIONS, OF_TOPICS
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.topics.coherence import first_terms
from readout_nlp.topics.quality import topic_sizes


@pytest.fixture(scope="module")
def coding_example():
    return make_example()


@pytest.fixture(scope="module")
def made(coding_example):
    corpus, fit, labels = coding_example
    return {
        kind: draw_tasks(fit, corpus, kinds=[kind], labels=labels, per_topic=PER_TOPIC)
        for kind in KINDS_OF_TOPICS
    }


@pytest.mark.parametrize("kind", KINDS_OF_TOPICS)
def test_every_topic_is_judged_equally_often(made, coding_example, kind):
    counted = Counter(task.stratum for task in made[kind])
    assert counted == dict.fromkeys(coding_example[1].topic_ids, PER_TOPIC)


@pytest.mark.parametrize("kind", KINDS_OF_TOPICS)
def test_options_are_different_and_hold_the_answer(made, kind):
    for task in made[kind]:
        assert len(set(task.options)) == len(task.options)
        assert 0 <= task.answer < len(task.options)


def test_intruders_are_improbable_here_and_probable_elsewhere(made, coding_example):
    fit = coding_example[1]
    place = {word: number for number, word in enumerate(fit.vocabulary)}
    for task in made["word_intrusion"]:
        own = fit.topic_ids.index(task.stratum)
        other = fit.topic_ids.index(task.about["intruder_topic"])
        intruder = place[task.options[task.answer]]
        first = {fit.vocabulary[n] for n in first_terms(fit.topic_terms[own], 10)}
        rest = [word for number, word in enumerate(task.options) if number != task.answer]
        assert set(rest) <= first
        assert len(rest) == 5
        assert intruder in first_terms(fit.topic_terms[other], 10)
        assert task.about["low"] == (fit.topic_terms[own, intruder] <= np.median(fit.topic_terms[own]))
    assert np.mean([task.about["low"] for task in made["word_intrusion"]]) > 0.9


def test_a_topic_intrudes_that_the_document_hardly_holds(made, coding_example):
    fit = coding_example[1]
    row = {name: number for number, name in enumerate(fit.doc_ids)}
    for task in made["topic_intrusion"]:
        shares = fit.doc_topics[row[task.about["doc_id"]]]
        order = [fit.topic_ids[n] for n in np.argsort(-shares, kind="stable")]
        shown = set(task.about["topics"]) - {task.about["topics"][task.answer]}
        assert shown == set(order[:3])
        assert task.about["topics"][task.answer] in order[3:]
        assert task.text.rstrip("…") in dict_of_texts(coding_example[0])[task.about["doc_id"]]


def dict_of_texts(corpus):
    return dict(corpus.documents("item").select("doc_id", "text").iter_rows())


def test_the_label_is_that_of_the_first_topic(made, coding_example):
    _, fit, labels = coding_example
    row = {name: number for number, name in enumerate(fit.doc_ids)}
    for task in made["label_match"]:
        assert task.options[task.answer] == labels[task.stratum]
        if task.about["first"]:
            assert fit.topic_ids[int(np.argmax(fit.doc_topics[row[task.about["doc_id"]]]))] == task.stratum


def strategies(fit):
    frequency = dict(zip(fit.vocabulary, topic_sizes(fit) @ fit.topic_terms, strict=True))

    def common(option, _):
        return sum(frequency.get(word, 0.0) for word in option.replace("、", " ").split())

    return {
        "first": lambda _, place: place,
        "last": lambda _, place: -place,
        "shortest": lambda option, _: len(option),
        "longest": lambda option, _: -len(option),
        "rarest": common,
        "most frequent": lambda option, place: -common(option, place),
    }


@pytest.mark.parametrize("kind", KINDS_OF_TOPICS)
@pytest.mark.parametrize("name", ["first", "last", "shortest", "longest", "rarest", "most frequent"])
def test_no_strategy_without_reading_beats_chance(made, coding_example, kind, name):
    rule = strategies(coding_example[1])[name]
    hits = []
    for task in made[kind]:
        values = [rule(option, place) for place, option in enumerate(task.options)]
        least = [place for place, value in enumerate(values) if value == min(values)]
        hits.append((task.answer in least) / len(least))
    chance = 1 / len(made[kind][0].options)
    assert np.mean(hits) <= chance + 2.6 * np.sqrt(chance * (1 - chance) / len(hits))


def test_the_check_of_strategies_can_fail():
    """An intruder that is not balanced is given away by its frequency: the topics differ in size."""
    fit = make_fit()
    sizes = topic_sizes(fit)
    assert sizes.max() > 3 * sizes.min()
    tasks = word_intrusion(fit, per_topic=20)
    frequency = dict(zip(fit.vocabulary, sizes @ fit.topic_terms, strict=True))
    balanced = np.mean([min(t.options, key=frequency.get) == t.options[t.answer] for t in tasks])
    chance = np.random.default_rng(0)
    hits = []
    for task in tasks:
        own = [word for word in task.options if word != task.options[task.answer]]
        others = [word for word in fit.vocabulary if word[0] != own[0][0]]
        hits.append(min([*own, chance.choice(others)], key=frequency.get) not in own)
    assert abs(balanced - 1 / 6) < 0.05
    assert np.mean(hits) > 0.25


def test_same_seed_same_tasks(coding_example):
    corpus, fit, labels = coding_example
    draw = {"kinds": [*OF_TOPICS, "act_check", "item_check"], "labels": labels, "per_topic": 1, "n_items": 10}
    assert draw_tasks(fit, corpus, **draw) == draw_tasks(fit, corpus, **draw)
    assert draw_tasks(fit, corpus, **draw) != draw_tasks(fit, corpus, **draw, random_state=1)


def test_acts_are_drawn_with_known_chances_and_not_shown(coding_example):
    corpus = coding_example[0]
    tasks = act_check(corpus, n=30)
    acts = dict(corpus.items.select("item_id", "act").iter_rows())
    assert sum(1 / task.about["inclusion"] for task in tasks) == pytest.approx(corpus.items.height)
    assert {task.stratum for task in tasks} == set(acts.values())
    for task in tasks:
        assert task.options == FIXED_OPTIONS["act_check"]
        assert task.options[task.answer] == task.stratum == acts[task.about["item_id"]]


def test_items_are_shown_where_they_stand_and_controls_have_wrong_bounds(coding_example):
    corpus = coding_example[0]
    items = {row["item_id"]: row for row in corpus.items.to_dicts()}
    bodies = dict(corpus.readouts.select("readout_id", "body").iter_rows())
    tasks = item_check(corpus, n=40)
    assert sum(task.about["control"] for task in tasks) == 8
    for task in tasks:
        item, body = items[task.about["item_id"]], bodies[task.about["readout_id"]]
        assert task.before + task.text + task.after in body
        whole = task.text == item["text"]
        assert whole == (task.options[task.answer] == "one_item") == (not task.about["control"])
        if task.options[task.answer] == "several_items":
            assert task.text.startswith(item["text"])
        if task.options[task.answer] == "part_of_item":
            assert item["text"].startswith(task.text)


def test_what_cannot_be_asked_is_refused(coding_example):
    corpus, fit, labels = coding_example
    groups = rn.fit_clusters(rn.count_terms(rn.tokenize(corpus), min_df=2), n_clusters=4, random_state=0)
    with pytest.raises(RecipeError, match="a model of mixtures"):
        topic_intrusion(groups, corpus)
    with pytest.raises(RecipeError, match="no label for t01"):
        label_match(fit, labels | {"t01": " "}, corpus)
    with pytest.raises(RecipeError, match="1 different labels"):
        label_match(fit, dict.fromkeys(labels, "水"), corpus)
    with pytest.raises(InputError, match="does not hold"):
        topic_intrusion(fit, rn.sample_corpus(seed=9, cities=2, years=1, per_cell=1))
    with pytest.raises(RecipeError, match="tasks word"):
        draw_tasks(fit, corpus, kinds=["word"])
    for wrong in (0, True):
        with pytest.raises(RecipeError, match="per_topic"):
            word_set_intrusion(fit, per_topic=wrong)
