"""Tokens: what was kept and what was removed make the whole, and the record says how."""

from __future__ import annotations

import json
from collections import Counter

import polars as pl
import pytest
from corpus_example import CITY, DISTRICT, readout

from readout_nlp.corpus.build import build_corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.lexicon import Lexicon, project_lexicon
from readout_nlp.tokens.segment import segmenter
from readout_nlp.tokens.tokenize import tokenize, tokens_from_lists

TEXTS = (
    "会议听取了云溪市临水区水库除险加固情况的汇报。",
    "沈砚秋指出,要做到两个维护,推进三农工作,修缮12座水库。",
    "会议强调,我们要加强春耕备耕,办好5·18活动。",
)


def corpus():
    return build_corpus([readout(*TEXTS), readout("会议研究了灯会。", place=DISTRICT)])


def test_kept_and_removed_are_all_that_was_cut():
    tokens = tokenize(corpus())
    whole = tokenize(corpus(), tiers=(), drop=())
    kept = Counter(token for document in tokens for token in document)
    removed = Counter(dict(tokens.removed.group_by("term").agg(pl.col("count").sum()).iter_rows()))
    everything = Counter(token for document in whole for token in document)
    everything += Counter(dict(whole.removed.select("term", "count").iter_rows()))
    assert kept + removed == everything
    assert not set(kept) & set(removed)
    assert len(tokens.codes) + tokens.removed["count"].sum() == tokens.steps[0]["n_tokens"]


def test_every_removed_term_stands_under_its_heading():
    removed = dict(tokenize(corpus()).removed.select("term", "tier").rows())
    expected = {
        "云溪市": "place",
        "临水区": "place",
        "沈砚秋": "person",
        "我们": "1",
        "指出": "2",
        "加强": "3",
        "12": "number",
    }
    assert {term: removed.get(term) for term in expected} == expected
    assert removed["。"] == "punctuation"


def test_terms_and_order_survive():
    tokens = tokenize(corpus())
    second = next(document for document in tokens if "两个维护" in document)
    assert second == ["两个维护", "三农", "修缮", "水库"]


def test_tiers_and_names_are_a_choice():
    assert "加强" in set(tokenize(corpus(), tiers=(1, 2)).terms)
    with_names = tokenize(corpus(), drop=("number", "single"))
    assert {"云溪市", "沈砚秋"} <= set(with_names.terms)
    with pytest.raises(RecipeError):
        tokenize(corpus(), tiers=(1, 9))


def test_documents_follow_the_corpus_and_empty_ones_stay():
    both = {unit: tokenize(corpus(), unit=unit) for unit in ("item", "document")}
    for unit, tokens in both.items():
        assert list(tokens.doc_ids) == corpus().documents(unit)["doc_id"].to_list()
        assert tokens.unit == unit
        assert len(list(tokens)) == len(tokens) == len(tokens.offsets) - 1
    empty = tokenize(build_corpus([readout("会议指出,要加强。", "修缮水库。")]))
    assert [len(document) for document in empty] == [0, 2]


def test_both_engines_give_one_fingerprint():
    assert (
        tokenize(corpus(), segmenter="jieba").fingerprint
        == tokenize(corpus(), segmenter="rjieba").fingerprint
    )


def test_the_fingerprint_sees_every_change():
    prints = {
        tokenize(corpus()).fingerprint,
        tokenize(corpus(), tiers=(1,)).fingerprint,
        tokenize(corpus(), unit="document").fingerprint,
        tokenize(corpus(), lexicon=Lexicon.of(["春耕备耕"])).fingerprint,
    }
    assert len(prints) == 4
    assert tokenize(corpus()).fingerprint in prints


def test_a_users_lexicon_file_is_added_to_the_projects(tmp_path):
    file = tmp_path / "own.txt"
    file.write_text("除险加固\n", encoding="utf-8")
    tokens = tokenize(corpus(), lexicon=file)
    assert {"除险加固", "两个维护"} <= set(tokens.terms)
    assert tokens.lexicon_fingerprint == project_lexicon().extended(["除险加固"]).fingerprint
    alone = tokenize(corpus(), lexicon=Lexicon.of(["除险加固"]))
    assert "两个维护" not in alone.terms


def test_the_record_says_what_was_done_in_json():
    tokens = tokenize(corpus())
    told = json.loads(json.dumps(tokens.steps))
    assert told[0]["engine"] == "rjieba"
    assert told[1]["tiers"] == [1, 2, 3]
    assert set(tokens.fingerprints) == {"corpus", "lexicon", "stop_words"}
    assert tokens.fingerprints["corpus"] == corpus().fingerprint


def test_the_short_name_of_a_place_goes_too_but_not_an_ordinary_word():
    text = "云溪的平安建设和富裕乡村。"
    rich = build_corpus(
        [
            readout(text, place=CITY),
            readout(
                text,
                place=type(CITY)(
                    code="990300",
                    name="富裕县",
                    level="county",
                    prefecture=None,
                    province=None,
                    basis="title",
                ),
            ),
        ]
    )
    tokens = tokenize(rich)
    assert "云溪" not in tokens.terms
    assert "富裕" in tokens.terms


def test_progress_sees_every_text():
    seen = []

    def watch(steps, *, description, total):
        assert total == 4
        for step in steps:
            seen.append(step)
            yield step

    tokenize(corpus(), progress=watch)
    assert len(seen) == 4


def test_a_corpus_without_texts_is_refused():
    with pytest.raises(InputError):
        tokenize(build_corpus([]))


def test_given_tokens_come_back_as_they_were():
    lists = [["水", "，", "水"], [], ["电"]]
    tokens = tokens_from_lists(["a", "b", "c"], lists)
    assert list(tokens) == lists
    assert tokens["c"] == ["电"]
    assert tokens.lexicon_fingerprint is None


def test_given_tokens_must_fit_their_ids():
    with pytest.raises(InputError, match="repeated"):
        tokens_from_lists(["a", "a"], [[], []])
    with pytest.raises(InputError, match="1 lists of tokens for 2 ids"):
        tokens_from_lists(["a", "b"], [[]])


def test_selection_comes_after_the_cut():
    # removing signs or words first would join 水 and 库 over the comma
    tokens = tokenize(build_corpus([readout("要管好水,库区要绿化。")]), drop=())
    assert "水库" not in tokens.terms
    assert segmenter()("水,库区") == ["水", ",", "库区"]
