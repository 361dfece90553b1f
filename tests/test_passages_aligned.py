"""Passages beside their sources: the longest and some by chance, each under the class that counts."""

from __future__ import annotations

import pandas as pd
import pytest
from echo_corpus import corpus_of, on, wording

from readout_nlp.errors import RecipeError
from readout_nlp.passages.aligned import CONTEXT, aligned_passages
from readout_nlp.passages.corpus_passages import corpus_passages
from readout_nlp.passages.echo import echo

LENGTHS = (60, 50, 40, 30, 28, 26, 24, 22)


def own(seed, size=50):
    return wording(size, f"own {seed}")


def world(reference=None):
    """Western readouts copy ever shorter passages of eastern ones; one its own place, and two share a day."""
    rows = []
    for number, size in enumerate(LENGTHS):
        told = wording(size, f"told {number}")
        texts = [own(f"e{number}") + told + own(f"f{number}")]
        rows.append({"name": f"e{number}", "place": "东岭市", "day": on(1, 1 + number), "texts": texts})
        texts = [own(f"w{number}") + told + own(f"v{number}")]
        rows.append({"name": f"w{number}", "place": "西河市", "day": on(5, 1 + number), "texts": texts})
    again, same = wording(35, "again"), wording(33, "same day")
    rows += [
        {"name": "s0", "place": "南坪市", "day": on(2), "texts": [again + own("s0")]},
        {"name": "s1", "place": "南坪市", "day": on(3), "texts": [own("s1") + again]},
        {"name": "u0", "place": "北原市", "day": on(7), "texts": [same + own("u0")]},
        {"name": "u1", "place": "中浦市", "day": on(7), "texts": [own("u1") + same]},
    ]
    corpus = corpus_of(*rows)
    passages = corpus_passages(corpus, reference, formula=False)
    return corpus, passages, echo(corpus, reference, passages=passages, formula=False)


@pytest.fixture(scope="module")
def made():
    return world()


def chosen(made, **settings):
    corpus, passages, spans = made
    return aligned_passages(spans, passages, corpus, **settings)


def test_the_words_of_both_sides_stand_where_the_offsets_say(made):
    texts = dict(made[0].items.select("item_id", "text").iter_rows())
    table = chosen(made)
    assert len(table)
    for row in table.to_dict("records"):
        for side in ("target", "source"):
            text, start, end = texts[row[f"{side}_id"]], row[f"{side}_start"], row[f"{side}_end"]
            assert row[f"{side}_text"] == text[start:end]
            around = row[f"{side}_before"] + row[f"{side}_text"] + row[f"{side}_after"]
            assert text[max(0, start - CONTEXT) : end + CONTEXT] == around
        assert row["source_text"] == row["target_text"]  # planted without edits


def test_planted_passages_come_back_longest_first_with_who_and_when(made):
    peers = chosen(made, longest=3, drawn=0).query("`class` == 'echo_peer'")
    assert peers["characters"].tolist() == [60, 50, 40]
    first = peers.iloc[0]
    assert (first["source_place"], first["target_place"]) == ("东岭市", "西河市")
    assert (first["source_date"], first["target_date"], first["lag_days"]) == (
        "2020-01-01",
        "2020-05-01",
        121.0,
    )
    assert first["directed"]


def test_each_class_is_there_and_an_undirected_one_says_so(made):
    table = chosen(made).set_index("class")
    assert table.loc["self_reuse", "source_place"] == "南坪市"
    assert not table.loc[["undirected"], "directed"].any()
    assert table.loc[["undirected"], "lag_days"].isna().all()


def test_a_source_above_explains_a_passage_before_a_peer_does():
    told = wording(LENGTHS[0], "told 0")
    corpus, passages, spans = world({"centre": own("c") + told})
    table = aligned_passages(spans, passages, corpus, reference={"centre": own("c") + told})
    up = table[table["class"] == "echo_up"]
    assert set(up["target_id"]) == {"e0-1", "w0-1"}
    assert set(up["source_kind"]) == {"reference"}
    assert set(up["source_text"]) == {told}
    assert up["source_readout"].isna().all()  # no readout of the corpus can be opened
    assert "w0-1" not in set(table.loc[table["class"] == "echo_peer", "target_id"])


def test_nothing_is_chosen_twice_and_the_draw_has_a_seed(made):
    table = chosen(made, longest=2, drawn=4)
    assert not table.duplicated(["target_id", "target_start", "source_id"]).any()
    assert chosen(made, longest=2, drawn=4).equals(table)
    draws = {tuple(chosen(made, longest=0, drawn=2, random_state=seed)["target_id"]) for seed in range(6)}
    assert len(draws) > 1
    assert table.attrs["n"]["echo_peer"] == len(LENGTHS)


def test_an_interval_is_written_as_one_and_an_unknown_day_not_at_all():
    told = wording(30, "told")
    corpus = corpus_of(
        {"name": "a", "place": "东岭市", "day": None, "interval": (on(1), on(2)), "texts": [told]},
        {"name": "b", "place": "西河市", "day": None, "texts": [told + own("b")]},
    )
    passages = corpus_passages(corpus, formula=False)
    table = aligned_passages(echo(corpus, passages=passages, formula=False), passages, corpus)
    days = {
        row[f"{side}_place"]: row[f"{side}_date"]
        for side in ("source", "target")
        for row in table.to_dict("records")
    }
    assert days == {"东岭市": "2020-01-01/2020-02-01", "西河市": None}


def test_a_corpus_that_shares_nothing_gives_an_empty_table():
    corpus = corpus_of({"name": "a", "place": "东岭市", "day": on(1), "texts": [own("a")]})
    passages = corpus_passages(corpus, formula=False)
    table = aligned_passages(echo(corpus, passages=passages, formula=False), passages, corpus)
    assert table.empty
    assert isinstance(table, pd.DataFrame)


def test_a_negative_number_is_refused(made):
    with pytest.raises(RecipeError, match="drawn=-1"):
        chosen(made, drawn=-1)
