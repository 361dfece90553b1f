"""Whose wording it was before: every character of an item in one class, and none lost."""

from __future__ import annotations

from datetime import date
from random import Random

import numpy as np
import pandas as pd
import pytest
from echo_corpus import corpus_of, on, wording

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.passages.corpus_passages import LONG, corpus_passages, formula_of
from readout_nlp.passages.dated_texts import item_texts, reference_texts
from readout_nlp.passages.echo import CLASSES, echo

COPIED = wording(40, "copied")


def own(seed, size=60):
    return wording(size, f"own {seed}")


def classes(spans, item):
    of = spans[spans["item_id"] == item]
    return [(row.start, row.end, row["class"]) for _, row in of.iterrows()]


def held(spans, item, start, end):
    """Classes of the characters of a stretch."""
    of = spans[spans["item_id"] == item]
    return set(np.repeat(of["class"], of["end"] - of["start"]).tolist()[start:end])


def copying(source, target):
    """Two readouts: the second prints, after 10 characters of its own, what the first begins with."""
    return corpus_of(
        {"name": "a", "texts": [COPIED + own("a")], **source},
        {"name": "b", "texts": [own("b", 10) + COPIED + own("c")], **target},
    )


def partition_is_exact(spans, corpus):
    for item, text in corpus.items.select("item_id", "text").iter_rows():
        of = spans[spans["item_id"] == item]
        assert of["start"].tolist() == [0, *of["end"].tolist()][: len(of)]
        assert (of["end"] > of["start"]).all()
        assert (of["end"].iloc[-1] if len(of) else 0) == len(text)


def test_a_later_text_of_another_place_echoes_a_peer():
    corpus = copying({"place": "东岭市", "day": on(1)}, {"place": "西河市", "day": on(3)})
    spans = echo(corpus, formula=False)
    assert classes(spans, "b-1") == [(0, 10, "unmatched"), (10, 50, "echo_peer"), (50, 110, "unmatched")]
    assert classes(spans, "a-1") == [(0, 100, "unmatched")], "the earlier text echoes nobody"
    row = spans[spans["class"] == "echo_peer"].iloc[0]
    assert (row["source_id"], row["source_start"], row["source_end"]) == ("a-1", 0, 40)
    assert (row["source_place"], row["lag_days"], row["source_kind"]) == ("东岭市", 60.0, "text")


@pytest.mark.parametrize(
    ("source", "target", "label"),
    [
        ({"place": "东岭市", "day": on(1)}, {"place": "东岭市", "day": on(2)}, "self_reuse"),
        ({"place": "东岭市", "day": on(1)}, {"place": "南坪区", "level": "county", "day": on(2)}, "echo_up"),
        (
            {"place": "南坪区", "level": "county", "day": on(1)},
            {"place": "东岭市", "day": on(2)},
            "echo_peer",
        ),
        ({"place": "甲院", "level": "other", "day": on(1)}, {"place": "东岭市", "day": on(2)}, "echo_peer"),
        ({"place": "东岭市", "day": on(2)}, {"place": "西河市", "day": on(2)}, "undirected"),
        ({"place": "东岭市"}, {"place": "西河市", "day": on(2)}, "undirected"),
        ({"day": on(1)}, {"place": "西河市", "day": on(2)}, "undirected"),
        (
            {"place": "东岭市", "interval": (on(1), on(3))},
            {"place": "西河市", "interval": (on(2), on(4))},
            "undirected",
        ),
        (
            {"place": "东岭市", "interval": (on(1), on(2))},
            {"place": "西河市", "interval": (on(3), on(4))},
            "echo_peer",
        ),
        ({"place": "东岭市", "published": on(1)}, {"place": "西河市", "day": on(2)}, "echo_peer"),
    ],
)
def test_place_level_and_date_decide_the_class(source, target, label):
    corpus = copying(source, target)
    spans = echo(corpus, formula=False)
    assert held(spans, "b-1", 10, 50) == {label}
    both = label == "undirected" and "place" in source  # a text that is earlier, wherever from, has no source
    assert held(spans, "a-1", 0, 40) == {"undirected" if both else "unmatched"}
    partition_is_exact(spans, corpus)


def test_the_lag_of_intervals_is_the_fewest_days_that_they_allow():
    corpus = copying(
        {"place": "东岭市", "interval": (on(1), on(2))}, {"place": "西河市", "interval": (on(3), on(4))}
    )
    assert corpus_passages(corpus, formula=False)["lag_days"].tolist() == [29.0]


def test_the_reference_comes_before_all_and_the_peer_is_still_told():
    corpus = copying({"place": "东岭市", "day": on(1)}, {"place": "西河市", "day": on(3)})
    spans = echo(corpus, {"centre": own("z") + COPIED}, formula=False, reference_name="the centre's papers")
    for item, start in (("a-1", 0), ("b-1", 10)):
        assert held(spans, item, start, start + 40) == {"echo_up"}
    later = spans[(spans["item_id"] == "b-1") & (spans["class"] == "echo_up")]
    assert later["also_peer"].all()
    assert not spans[spans["item_id"] == "a-1"]["also_peer"].any()
    assert spans.attrs["also_peer"] == 40
    assert spans.attrs["characters"]["echo_up"] == 80
    assert "the centre's papers (1 texts)" in spans.attrs["unmatched_means"]
    assert later["source_kind"].tolist() == ["reference"]


@pytest.mark.parametrize(
    ("day", "label"),
    [(on(2), "echo_up"), (on(3), "undirected"), (None, "undirected"), (on(4), "unmatched")],
)
def test_a_dated_reference_must_be_earlier(day, label):
    corpus = corpus_of({"name": "b", "place": "西河市", "day": on(3), "texts": [COPIED + own("c")]})
    days = {"centre": day, "another": on(1)}
    texts = {"centre": COPIED + own("z"), "another": own("y")}
    spans = echo(corpus, texts, reference_dates=days, formula=False)
    assert held(spans, "b-1", 0, 40) == {label}
    assert spans.attrs["left_out"]["later"] == (day == on(4))


def test_a_reference_corpus_brings_its_own_days():
    reference = corpus_of({"name": "c", "place": "中枢", "level": "centre", "day": on(5), "texts": [COPIED]})
    corpus = corpus_of({"name": "b", "place": "西河市", "day": on(6), "texts": [COPIED + own("c")]})
    spans = echo(corpus, reference, formula=False)
    assert held(spans, "b-1", 0, 40) == {"echo_up"}
    assert spans["lag_days"].dropna().tolist() == [31.0]
    with pytest.raises(InputError, match="dates for a reference"):
        echo(corpus, reference, reference_dates={"c": on(1)}, formula=False)


def test_a_readout_that_is_in_the_reference_does_not_echo_itself():
    corpus = corpus_of({"name": "b", "place": "西河市", "day": on(6), "texts": [COPIED + own("c")]})
    spans = echo(corpus, corpus, formula=False)
    assert set(spans["class"]) == {"unmatched"}


def test_own_files_come_before_a_peers_and_the_earliest_source_is_named():
    corpus = corpus_of(
        {"name": "p", "place": "东岭市", "day": on(1), "texts": [COPIED + own(1)]},
        {"name": "q", "place": "西河市", "day": on(3), "texts": [COPIED + own(2)]},
        {"name": "r", "place": "西河市", "day": on(2), "texts": [COPIED + own(3)]},
        {"name": "s", "place": "西河市", "day": on(4), "texts": [COPIED + own(4)]},
    )
    spans = echo(corpus, formula=False)
    row = spans[(spans["item_id"] == "s-1") & (spans["class"] == "self_reuse")].iloc[0]
    assert row["source_id"] == "r-1"
    assert row["also_peer"]
    first = spans[(spans["item_id"] == "r-1") & (spans["start"] == 0)].iloc[0]
    assert (first["class"], first["source_id"]) == ("echo_peer", "p-1")


def test_items_of_one_readout_do_not_copy_each_other():
    corpus = corpus_of({"name": "p", "place": "东岭市", "day": on(1), "texts": [COPIED, COPIED + own(1)]})
    assert set(echo(corpus, formula=False)["class"]) == {"unmatched"}


def test_formula_comes_first_and_takes_the_mark_behind_it():
    said = "会议指出必须狠抓落实,"
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "day": on(1), "texts": [said + COPIED + own("a")]},
        {"name": "b", "place": "西河市", "day": on(2), "texts": [said + COPIED + own("b")]},
    )
    formula = pd.DataFrame({"text": ["会议指出必须狠抓落实"]})
    spans = echo(corpus, formula=formula)
    assert classes(spans, "a-1")[0] == (0, 11, "formula")
    assert held(spans, "b-1", 0, 10) == {"formula"}
    assert held(spans, "b-1", 11, 51) == {"echo_peer"}
    partition_is_exact(spans, corpus)


def test_what_is_formula_but_for_a_few_characters_is_no_echo():
    said = "会议指出必须狠抓落实务求实效"
    near = wording(5, "near")
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "day": on(1), "texts": [own(1) + said + near + own(2)]},
        {"name": "b", "place": "西河市", "day": on(2), "texts": [own(3) + said + near + own(4)]},
    )
    spans = echo(corpus, formula=pd.DataFrame({"text": [said]}))
    assert set(spans["class"]) == {"formula", "unmatched"}


def test_formula_is_estimated_across_places_and_years():
    said = "会议强调要提高站位压实责任"
    rows = [
        {
            "name": f"r{place}{year}",
            "place": f"甲{place}市",
            "day": date(year, 2, 3),
            "texts": [own((place, year, 1)) + said + own((place, year, 2))],
        }
        for place in range(6)
        for year in (2018, 2019, 2020)
    ]
    spans = echo(corpus_of(*rows))
    assert set(spans["class"]) == {"formula", "unmatched"}
    assert spans.attrs["characters"]["formula"] == len(rows) * len(said)
    assert set(echo(corpus_of(*rows), formula=False)["class"]) != {"formula", "unmatched"}


def test_an_edited_passage_is_echo_with_its_place_in_the_source():
    edited = COPIED[:12] + "甲" + COPIED[13:25] + COPIED[26:]
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "day": on(1), "texts": [own(1) + COPIED + own(2)]},
        {"name": "b", "place": "西河市", "day": on(2), "texts": [edited + own(4)]},
    )
    spans = echo(corpus, formula=False)
    row = spans[spans["class"] == "echo_peer"].iloc[0]
    assert (row["start"], row["end"]) == (0, 39)
    assert (row["source_start"], row["source_end"]) == (60, 100)


@pytest.mark.parametrize("seed", range(3))
def test_spans_partition_every_item_exactly(seed):
    rng = Random(seed)
    pool = [wording(rng.randint(12, 50), f"pool {seed} {n}") for n in range(12)]
    rows = []
    for number in range(20):
        texts = [
            "".join(
                rng.choice([rng.choice(pool), own((seed, number, part), 15), "", "。,"]) for part in range(6)
            )
            for _ in range(rng.randint(1, 3))
        ]
        place = rng.choice(["东岭市", "西河市", None])
        day = rng.choice([None, on(rng.randint(1, 12))])
        rows.append({"name": f"r{number:02}", "place": place, "day": day, "texts": texts})
    corpus = corpus_of(*rows)
    spans = echo(corpus, {"c": pool[0] + pool[1]}, formula=pd.DataFrame({"text": [pool[2]]}))
    partition_is_exact(spans, corpus)
    assert set(spans["class"]) <= set(CLASSES)
    assert sum(spans.attrs["characters"].values()) == corpus.items["text"].str.len_chars().sum()
    sourced = spans["class"].isin(["echo_up", "echo_peer", "self_reuse", "undirected"])
    assert (spans["source_id"].notna() == sourced).all()
    turned = Corpus(
        corpus.readouts.reverse(), corpus.items.sample(fraction=1, shuffle=True, seed=1), corpus.quarantine
    )
    again = echo(turned, {"c": pool[0] + pool[1]}, formula=pd.DataFrame({"text": [pool[2]]}))
    pd.testing.assert_frame_equal(again, spans)


def test_source_spans_hold_the_same_text():
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "day": on(1), "texts": [own(1) + COPIED + own(2)]},
        {"name": "b", "place": "西河市", "day": on(2), "texts": [COPIED[5:] + own(3)]},
        {"name": "c", "place": "南屏市", "day": on(3), "texts": [own(4) + COPIED + own(5)]},
    )
    texts = dict(zip(corpus.items["item_id"], corpus.items["text"], strict=True))
    spans = echo(corpus, formula=False)
    for _, row in spans[spans["source_id"].notna()].iterrows():
        there = texts[row["source_id"]][row["source_start"] : row["source_end"]]
        assert there == texts[row["item_id"]][row["start"] : row["end"]]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"name": "a", "place": "东岭市", "day": on(1), "texts": [""]}],
        [{"name": "a", "place": None, "day": None, "texts": [own(1)]}],
    ],
)
def test_degenerate_corpora_give_an_exact_partition(rows):
    corpus = corpus_of(*rows)
    spans = echo(corpus)
    partition_is_exact(spans, corpus)
    assert set(spans["class"]) <= {"unmatched"}
    assert spans.attrs["unmatched_means"].endswith("not yet local")
    assert "item_id" in spans


def test_identical_texts_are_one_span_in_every_later_copy():
    rows = [
        {"name": f"r{month:02}", "place": f"甲{month}市", "day": on(month), "texts": [COPIED]}
        for month in range(1, 6)
    ]
    spans = echo(corpus_of(*rows), formula=False)
    assert spans["class"].tolist() == ["unmatched", *["echo_peer"] * 4]
    assert spans["source_id"].tolist() == [None, *["r01-1"] * 4]


def test_passages_together_with_settings_are_refused():
    corpus = copying({"place": "东岭市", "day": on(1)}, {"place": "西河市", "day": on(3)})
    found = corpus_passages(corpus, formula=False)
    assert echo(corpus, passages=found, formula=False).equals(echo(corpus, formula=False))
    with pytest.raises(RecipeError, match="min_length"):
        echo(corpus, passages=found, min_length=20)


def test_dates_for_no_text_of_the_reference_are_refused():
    with pytest.raises(InputError, match="none for an id"):
        reference_texts({"a": "文"}, {"b": on(1)})


def test_an_interval_ends_with_the_publication():
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "interval": (on(1), None), "published": on(2), "texts": ["文"]},
        {"name": "b", "place": "东岭市", "interval": (on(3), None), "published": on(2), "texts": ["文"]},
        {"name": "c", "place": "东岭市", "interval": (on(3), None), "texts": ["文"]},
    )
    days = item_texts(corpus)[["earliest", "latest"]]
    assert (days["latest"] - days["earliest"]).iloc[:2].tolist() == [31.0, 0.0]
    assert np.isnan(days["latest"].iloc[2])


def test_paragraphs_of_a_long_text_count_each_for_itself():
    lines = [
        f"第{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 11 * n)}类事项由各单位抓好落实到位。" * 2 for n in range(240)
    ]
    rows = [
        {"text": "\n".join(lines[place::4]), "place": f"p{place}", "year": year}
        for place in range(4)
        for year in (2020, 2021)
    ]
    whole = pd.DataFrame(rows, index=[f"r{number}" for number in range(len(rows))])
    parts = [{**row, "text": text} for row in rows for text in row["text"].split("\n")]
    cut = pd.DataFrame(parts, index=[f"c{number:03d}" for number in range(len(parts))])
    assert whole["text"].str.len().min() > LONG > cut["text"].str.len().max()
    found, expected = (set(formula_of(texts, formula=True)["text"]) for texts in (whole, cut))
    assert found == expected
    assert any("抓好落实" in text for text in found)
