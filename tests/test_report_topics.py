"""The page of topics: what a card says is what the tables hold; the slider ranks as the formula does."""

import re

import pandas as pd
import pytest
from present_example import LABELS, empty_example, make_example
from section_page import section_html

from readout_nlp.present.sections.topics import topic_section
from readout_nlp.present.topic_cards import topic_cards, topic_words

HOSTILE = '"><script>owned()</script><img src=x onerror="owned()">'


@pytest.fixture(scope="module")
def example():
    return make_example()


@pytest.fixture(scope="module")
def cards(example):
    return {card.id: card for card in topic_cards(example)}


@pytest.fixture(scope="module")
def section(example):
    return topics_part(example)


def topics_part(analysis, language="zh"):
    return section_html("topics", topic_section, analysis, language=language)


def card_part(section, topic):
    start = section.index(f'id="topic-{topic}"')
    return section[start : section.index("</article>", start)]


def test_every_topic_has_a_card_and_a_line_the_largest_first(section, example):
    order = example.tables["topics"].sort_values("size", ascending=False)["topic"].tolist()
    assert re.findall(r'<article class="card topic-card [a-z]+" id="topic-(\w+)"', section) == order
    assert re.findall(r'<li data-topic="(\w+)"', section) == order


def test_words_stand_in_the_order_of_relevance_with_their_counts(cards):
    words = cards["t01"].words
    assert [word.text for word in words] == ["创新", "产业", "项目"]
    assert words[0].shown == "55 / 60"
    assert words[2].shown == "100 / 400"
    assert all(word.width <= word.whole <= 100 for word in words)


def test_without_the_table_the_most_probable_words_are_shown(example):
    bare = make_example()
    del bare.tables["relevant_terms"]
    words = topic_words(bare, "t01")
    assert [word.text for word in words[:3]] == ["产业", "项目", "创新"]
    assert words[0].shown.endswith("%")
    assert 'class="weigh-tools"' not in topics_part(bare)


def test_what_the_search_looks_in_holds_label_and_words(cards):
    assert "水质" in cards["t02"].key
    assert LABELS[1] in cards["t02"].key


def test_acts_have_shares_intervals_and_their_number_of_items(cards, section):
    acts = cards["t01"].acts
    assert [one.text for one in acts] == ["40.0%", "30.0%", "20.0%", "10.0%"]
    assert acts[0].span == "[36.0, 44.0]"
    assert all(one.low <= one.at <= one.high for one in acts)
    assert "折合 60 项议题" in card_part(section, "t01")


def test_thin_acts_say_so_in_words(section):
    assert "样本过少" in card_part(section, "t03")
    assert "样本过少" not in card_part(section, "t01")


def test_places_at_either_end_are_the_planted_ones(cards):
    industry = cards["t01"]
    assert industry.most[0].label == "甲河市"
    assert industry.least[-1].label == "戊江市"
    assert not {one.label for one in industry.most} & {one.label for one in industry.least}


def test_thin_places_stand_at_no_end_while_there_are_others():
    example = make_example()
    shares = example.tables["shares_place"]
    shares.loc[shares["place"] == "甲河市", "thin"] = True
    card = next(one for one in topic_cards(example) if one.id == "t01")
    assert "甲河市" not in {one.label for one in (*card.most, *card.least)}
    shares["thin"] = True
    card = next(one for one in topic_cards(example) if one.id == "t01")
    assert card.most[0].thin


def test_stability_is_marked_in_words(section):
    assert "不稳定" in card_part(section, "t03")
    assert "● </span> 稳定" not in card_part(section, "t03")
    assert "未测" in card_part(section, "t04")


def test_neighbours_lead_to_their_cards_and_matches_say_whether_they_are_the_same(section, cards):
    first = card_part(section, "t01")
    assert 'href="#topic-t02"' in first
    assert [one.value for one in cards["t01"].near] == ["0.30", "0.40", "0.50"]
    assert "是同一主题" in first
    assert "不是同一主题" in card_part(section, "t03")


def test_what_is_missing_says_why():
    example = make_example()
    for name in ("acts_topic", "topic_neighbours", "topic_matches", "representatives"):
        example.tables[name] = pd.DataFrame()
    section = topics_part(example, "en")
    for why in (
        "no acts by topic",
        "no other topic to compare",
        "no other model to hold",
        "no representative items",
    ):
        assert why in section
    assert "Fewer than two places can be compared." in topics_part(empty_example(), "en")


@pytest.mark.parametrize(
    ("table", "column"), [("topics", "label"), ("relevant_terms", "term"), ("shares_place", "place")]
)
def test_hostile_names_stay_text(table, column):
    example = make_example()
    example.tables[table][column] = HOSTILE
    section = topics_part(example)
    assert "<script" not in section
    assert "<img" not in section
    assert "owned()" in section


def test_every_download_has_its_table(section, example):
    named = set(re.findall(r'data-csv="(\w+)"', section))
    assert {
        "topics",
        "relevant_terms",
        "acts_topic",
        "shares_place",
        "topic_neighbours",
        "topic_matches",
    } <= named
    assert named <= set(example.tables)


def test_without_texts_the_items_are_named_and_not_quoted(example):
    section = section_html("topics", topic_section, example, texts=False)
    assert "水质改善" in section_html("topics", topic_section, example)
    assert "水质改善" not in section
    assert 'class="marked"' not in section
    assert "--no-texts" in section
