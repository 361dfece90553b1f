"""Coding and its cache: neither processes nor a cache change a token, and damage is noticed."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from corpus_example import readout
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.corpus.build import build_corpus
from readout_nlp.errors import StoreError
from readout_nlp.tokens import coding
from readout_nlp.tokens.cache import cache_key, cached
from readout_nlp.tokens.coding import blocks, code, cut_and_code
from readout_nlp.tokens.lexicon import Lexicon, project_lexicon
from readout_nlp.tokens.tokenize import tokenize

TEXTS = ["推进三农工作，", "", "修缮水库。\n修缮道路", "二〇二一年\0\uffff做到两个维护", "推进农业"] * 3
LEXICON = Lexicon.of(["两个维护", "三农"])


def same(one, other):
    return (
        one.terms == other.terms
        and np.array_equal(one.codes, other.codes)
        and np.array_equal(one.offsets, other.offsets)
    )


def plain(texts=TEXTS, **settings):
    return cut_and_code(texts, **{"engine": "rjieba", "lexicon": LEXICON} | settings)


@given(st.lists(st.lists(st.sampled_from(["水", "电", "路", "\n"]), max_size=5), max_size=5))
def test_codes_stand_for_the_tokens(lists):
    coded = code(lists)
    edges = coded.offsets
    assert [[coded.terms[c] for c in coded.codes[a:b]] for a, b in pairwise(edges)] == lists
    assert len(set(coded.terms)) == len(coded.terms)


@given(st.lists(st.text(max_size=5), max_size=9), st.integers(1, 12))
def test_blocks_hold_every_text_in_order(texts, size):
    made = list(blocks(texts, size=size))
    assert [text for block in made for text in block] == texts
    assert all(sum(map(len, block)) >= size for block in made[:-1])
    assert all(made)


@pytest.mark.parametrize("engine", ["jieba", "rjieba"])
@pytest.mark.parametrize("part", [1, 10, 10**6])
def test_any_number_of_processes_gives_the_same_codes(engine, part, monkeypatch):
    alone = plain(engine=engine)
    monkeypatch.setattr(coding, "SPREAD_FROM", {engine: 0})
    monkeypatch.setattr(coding, "PART_CHARACTERS", part)
    with ThreadPoolExecutor(2) as pool:
        assert same(plain(engine=engine, map=pool.map), alone)
    assert same(plain([], engine=engine), plain([], engine=engine, map=map))


def test_few_texts_are_not_spread():
    def never(function, jobs):
        raise AssertionError("spread")

    assert same(plain(map=never), plain())


def test_a_cached_cut_is_the_same_and_is_not_made_again(tmp_path):
    calls = []

    def make(texts):
        calls.append(len(texts))
        return plain(texts)

    settings = {"folder": tmp_path / "new", "engine": "rjieba", "lexicon": LEXICON, "make": make}
    first, second = (cached(TEXTS, **settings) for _ in range(2))
    assert same(first, plain())
    assert same(second, plain())
    assert calls == [len(TEXTS)]


@pytest.mark.parametrize("damage", ["first byte", "middle byte", "last byte", "cut short", "empty", "other"])
def test_a_damaged_entry_is_noticed_and_made_anew(tmp_path, caplog, damage):
    settings = {"folder": tmp_path, "engine": "rjieba", "lexicon": LEXICON, "make": plain}
    cached(TEXTS, **settings)
    (entry,) = tmp_path.iterdir()
    whole = entry.read_bytes()
    cached(TEXTS[:1], **settings)
    (another,) = set(tmp_path.iterdir()) - {entry}
    at = {"first byte": 0, "middle byte": len(whole) // 2, "last byte": len(whole) - 1}.get(damage)
    harm = {"cut short": whole[:-7], "empty": b"", "other": another.read_bytes()}
    entry.write_bytes(harm[damage] if at is None else whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with caplog.at_level(logging.WARNING):
        assert same(cached(TEXTS, **settings), plain())
    assert "damaged" in caplog.text
    assert entry.read_bytes() == whole


def test_the_key_sees_texts_lexicon_and_engine():
    keys = {
        cache_key(TEXTS, engine="rjieba", lexicon=LEXICON),
        cache_key(TEXTS, engine="jieba", lexicon=LEXICON),
        cache_key(TEXTS, engine="rjieba", lexicon=project_lexicon()),
        cache_key(TEXTS[1:], engine="rjieba", lexicon=LEXICON),
        cache_key(["".join(TEXTS)], engine="rjieba", lexicon=LEXICON),
    }
    assert len(keys) == 5


def test_tokens_from_the_cache_are_those_without_one(tmp_path):
    corpus = build_corpus([readout("会议听取了水库除险加固情况的汇报。")])
    for settings in ({}, {"tiers": (1,)}, {"drop": ()}):
        assert (
            tokenize(corpus, cache=tmp_path, **settings).fingerprint
            == tokenize(corpus, **settings).fingerprint
        )
    assert len(list(tmp_path.iterdir())) == 1


def test_a_cache_that_cannot_be_written_is_told(tmp_path):
    file = tmp_path / "file"
    file.write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreError, match="choose another folder"):
        cached(TEXTS, folder=file, engine="rjieba", lexicon=LEXICON, make=plain)
