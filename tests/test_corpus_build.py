"""Building a corpus: order, duplicates, years and place labels."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from corpus_example import CITY, DISTRICT, OTHER_CITY, SAME_NAME, held_on, readout

from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA


def three():
    return [
        readout("会议听取了水库除险情况汇报。", "会议研究了校舍修缮事项。"),
        readout("会议听取了蔬菜保供情况汇报。", place=OTHER_CITY),
        readout("会议审议了公园条例。", place=DISTRICT, meeting_date=held_on(date(2017, 5, 6))),
    ]


def test_tables_have_the_fixed_columns_even_when_empty():
    for corpus in (build_corpus([]), build_corpus(three())):
        assert corpus.readouts.schema == READOUT_SCHEMA
        assert corpus.items.schema == ITEM_SCHEMA
        assert corpus.quarantine.schema == QUARANTINE_SCHEMA


def test_the_order_of_arrival_changes_nothing():
    corpus = build_corpus(three())
    for seed in range(5):
        shuffled = three()
        random.Random(seed).shuffle(shuffled)
        again = build_corpus(shuffled)
        assert again.readouts.equals(corpus.readouts)
        assert again.items.equals(corpus.items)
        assert again.fingerprint == corpus.fingerprint


def test_every_item_is_its_span_of_the_body_and_follows_its_readout():
    corpus = build_corpus(three())
    joined = corpus.items.join(corpus.readouts, on="readout_id", how="left", maintain_order="left")
    for row in joined.iter_rows(named=True):
        assert row["body"][row["start"] : row["end"]] == row["text"]
    assert (
        joined["readout_id"].unique(maintain_order=True).to_list() == corpus.readouts["readout_id"].to_list()
    )
    assert corpus.items.filter(pl.col("readout_id") == three()[0].id)["position"].to_list() == [1, 2]


def test_duplicates_collapse_and_are_listed():
    first = readout("会议研究了灯会方案。", origin="a.html")
    again = replace(first, origin="b.html", sha256="0" * 64)
    corpus = build_corpus([first, again, *three()], merge=False)
    assert corpus.fingerprint == build_corpus([first, *three()]).fingerprint
    assert corpus.readouts.filter(pl.col("readout_id") == first.id)["origin"].to_list() == ["a.html"]
    assert corpus.quarantine.rows() == [("b.html", "0" * 64, f"duplicate of {first.id}")]
    assert corpus.items.height == build_corpus([first, *three()]).items.height


def test_word_for_word_copies_are_origins_of_one_readout():
    first = readout("会议研究了灯会方案。", origin="a.html")
    again = replace(first, origin="b.html", sha256="0" * 64)
    corpus = build_corpus([first, again, *three()])
    assert corpus.quarantine.is_empty()
    assert corpus.merged == 1
    assert corpus.fingerprint == build_corpus([first, *three()]).fingerprint
    (origins,) = corpus.readouts.filter(pl.col("readout_id") == first.id)["origins"].to_list()
    assert [(one["origin"], one["relation"]) for one in origins] == [
        ("a.html", "kept"),
        ("b.html", "reprint"),
    ]


def test_the_same_page_twice_is_no_duplicate():
    assert build_corpus([*three(), *three()]).quarantine.is_empty()
    assert build_corpus([*three(), *three()]).items.height == build_corpus(three()).items.height


def test_one_given_id_for_two_texts_is_told_and_items_are_not_mixed():
    first, other = (
        readout("会议研究了灯会方案。", given="7"),
        readout("会议研究了桥梁。", "会议研究了渡口。", given="7"),
    )
    corpus = build_corpus([first, replace(other, origin="other.txt")])
    assert corpus.items["text"].to_list() == ["会议研究了灯会方案。"]
    assert corpus.quarantine["reason"].to_list() == ["id 7 of another text: give every text its own id"]


def test_quarantined_readouts_are_set_aside_with_their_reason():
    corpus = build_corpus(
        [*three(), readout("天气预报。", origin="w.html", quarantine="not a readout: no meeting")]
    )
    assert corpus.readouts.height == 3
    assert corpus.quarantine.select("origin", "reason").rows() == [("w.html", "not a readout: no meeting")]


@pytest.mark.parametrize(
    ("held", "published", "expected"),
    [
        (held_on(date(2018, 4, 2)), date(2019, 1, 1), (2018, 2, "meeting")),
        (held_on(None, date(2018, 1, 5), date(2018, 3, 31)), None, (2018, 1, "meeting")),
        (held_on(None, date(2018, 1, 5), date(2018, 9, 1)), None, (2018, None, "meeting")),
        (held_on(None, date(2017, 12, 30), date(2018, 1, 2)), date(2018, 1, 3), (2018, 1, "published")),
        (held_on(None), date(2018, 12, 31), (2018, 4, "published")),
        (None, date(2018, 7, 1), (2018, 3, "published")),
        (held_on(None, date(2017, 1, 1), date(2018, 1, 2)), None, (None, None, None)),
        (None, None, (None, None, None)),
    ],
)
def test_year_and_quarter_are_the_meetings_else_the_published_else_null(held, published, expected):
    corpus = build_corpus([readout("会议研究了灯会方案。", meeting_date=held, published=published)])
    assert corpus.readouts.select("year", "quarter", "year_from").row(0) == expected


def places_of(*places):
    built = build_corpus([readout(f"会议研究了第{i}号桥。", place=place) for i, place in enumerate(places)])
    return dict(built.readouts.select("place_code", "place").rows()), built


def test_place_labels_are_names_and_unique_where_two_share_one():
    labels, _ = places_of(CITY, OTHER_CITY, DISTRICT, SAME_NAME)
    assert labels == {
        "990100": "云溪市",
        "990200": "石桥市",
        "990101": "云溪市临水区",
        "990201": "石桥市临水区",
    }
    assert places_of(CITY, DISTRICT)[0] == {"990100": "云溪市", "990101": "临水区"}


def test_one_place_has_one_label_however_much_was_known_of_it():
    bare = replace(DISTRICT, prefecture=None, province=None)
    labels, corpus = places_of(DISTRICT, bare, SAME_NAME)
    assert corpus.readouts.filter(pl.col("place_code") == "990101")["place"].n_unique() == 1
    assert len(set(labels.values())) == 2


def test_places_that_nothing_tells_apart_but_the_code():
    twin = replace(DISTRICT, code="990102")
    labels, _ = places_of(DISTRICT, twin)
    assert len(set(labels.values())) == 2
    assert all(code in label for code, label in labels.items())


def test_no_place_is_null():
    corpus = build_corpus([readout("会议研究了灯会方案。", place=None)])
    assert corpus.readouts["place"].to_list() == [None]
