"""Words of thousands are found at the places where they stand, in short texts and in long ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.reference.word_heads import by_head

WORDS = st.lists(st.text("甲乙丙丁\U00020000", min_size=3, max_size=4), min_size=1, max_size=8)
TEXTS = st.text("甲乙丙丁,戊\U00020000", max_size=40)


@given(words=WORDS, text=TEXTS, times=st.sampled_from([1, 60]), size=st.sampled_from([2, 3]))
def test_every_word_stands_at_one_of_the_places(words: list[str], text: str, times: int, size: int) -> None:
    heads, index = by_head(words, size=size)
    whole = text * times
    begun = {at for at in range(len(whole)) if whole.startswith(tuple(words), at)}
    places = heads.places(whole)
    assert begun <= set(places)
    assert places == sorted(set(places))
    assert {word for held in index.values() for word in held} == set(words)


@pytest.mark.parametrize("size", [2, 3])
def test_a_long_text_without_a_head_has_hardly_a_place(size: int) -> None:
    heads, _ = by_head(["甲乙丙", "丙丁甲"], size=size)
    assert heads.places("戊己庚辛壬癸" * 100) == []


def test_a_longer_head_stands_at_fewer_places() -> None:
    text = "甲乙,甲乙丙" * 60
    assert [len(by_head(["甲乙丙"], size=size)[0].places(text)) for size in (2, 3)] == [120, 60]
