"""Words of thousands are found at the places where they stand, in short texts and in long ones."""

from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.reference.pairs import by_pair

WORDS = st.lists(st.text("甲乙丙丁\U00020000", min_size=2, max_size=4), min_size=1, max_size=8)
TEXTS = st.text("甲乙丙丁,戊\U00020000", max_size=40)


@given(words=WORDS, text=TEXTS, times=st.sampled_from([1, 60]))
def test_every_word_stands_at_one_of_the_places(words: list[str], text: str, times: int) -> None:
    pairs, index = by_pair(words)
    whole = text * times
    begun = {at for at in range(len(whole)) if whole.startswith(tuple(words), at)}
    places = pairs.places(whole)
    assert begun <= set(places)
    assert places == sorted(set(places))
    assert {word for held in index.values() for word in held} == set(words)


def test_a_long_text_without_a_pair_has_hardly_a_place() -> None:
    pairs, _ = by_pair(["甲乙", "丙丁"])
    assert pairs.places("戊己庚辛壬癸" * 100) == []
