"""Segmentation: nothing lost, terms whole, accidents refused, both engines alike."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from itertools import accumulate, pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jieba.finalseg import emit_P, start_P, trans_P

from readout_nlp.errors import CheckError, RecipeError
from readout_nlp.tokens.lexicon import Lexicon, project_lexicon
from readout_nlp.tokens.pieces import END, fold
from readout_nlp.tokens.protect import found, term_finder
from readout_nlp.tokens.segment import ENGINES, check_kept_whole, in_dictionary, segmenter

CASES = json.loads((Path(__file__).parent / "cases" / "tokens_segment.json").read_text(encoding="utf-8"))
CONNECTORS = set("+·-.&/%‰:,_")
TEXT = st.lists(
    st.sampled_from(
        [
            *"会市农业三公里第一四五十百〇○年月，。、：；（）“”《》 \n·+-.,:%/59AGg５Ｇ䶮々é\u0301㎡②",
            *(
                "两个维护",
                "强富美高",
                "第三农业",
                "十四五",
                "5·18",
                "3+3+3",
                "互联网+",
                "12:53",
                "2021-01-16",
            ),
        ]
    ),
    max_size=30,
).map("".join)


@pytest.fixture(scope="module", params=sorted(ENGINES))
def cut(request):
    return segmenter(request.param, lexicon=project_lexicon())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_golden_case(case, cut):
    assert cut(case["original"]) == case["expected"]


@given(TEXT | st.text(max_size=40))
@settings(max_examples=300)
def test_tokens_joined_are_the_folded_text_and_no_word_crosses_punctuation(text):
    tokens = segmenter(lexicon=project_lexicon())(text)
    assert "".join(tokens) == fold(text)
    assert all(tokens)
    for token in tokens:
        if any(map(str.isalnum, token)):
            assert all(char.isalnum() or char in CONNECTORS or char in "〇○" for char in token)


@given(TEXT | st.text(max_size=40))
@settings(max_examples=300)
def test_every_run_of_han_characters_is_cut_as_if_it_stood_alone(text):
    text = text.replace("〇", "").replace("○", "")  # a year with a zero is a token of its own
    ends = list(accumulate(map(len, segmenter()(text)), initial=0))
    for run in re.finditer("[\u4e00-\u9fd5]+", text):
        start, end = run.span()
        words = [text[a:b] for a, b in pairwise(ends) if start <= a and b <= end]
        assert words == ENGINES["rjieba"]().cut(run.group())


@given(st.lists(TEXT | st.text(max_size=20) | st.just("\uffff"), max_size=6))
@settings(max_examples=200)
def test_many_texts_are_cut_as_one_by_one(texts):
    for cut in (segmenter(), segmenter(lexicon=project_lexicon())):
        assert cut.cut_joined(texts) == [token for text in texts for token in [*cut(text), END]]
        assert END not in cut("".join(texts))


@given(st.lists(st.sampled_from(["两会", "会两", "三农", "四个", "全面", "5·18"]), max_size=4), st.data())
def test_terms_are_found_as_by_looking_everywhere(terms, data):
    text = data.draw(st.text(alphabet="两会三农四个全面5·18", max_size=30))
    finder = term_finder(terms)
    longest = [
        (start, max(start + len(term) for term in terms if text.startswith(term, start)))
        for start in range(len(text))
        if any(text.startswith(term, start) for term in terms)
    ]
    assert (list(found(finder, text)) if finder else []) == longest


def log_chance(words):
    """Give the logarithm of what jieba's hidden Markov model of unknown words says of a cut."""
    states = "".join("S" if len(word) == 1 else "B" + "M" * (len(word) - 2) + "E" for word in words)
    moves = (trans_P[before].get(state, -100) for before, state in pairwise(states))
    signs = (emit_P[state].get(char, -100) for state, char in zip(states, "".join(words), strict=True))
    return math.fsum([start_P[states[0]], *moves, *signs])


@given(TEXT)
@example("市会会会会")  # 市会/会会会 and 市会会/会会 multiply the very same chances in another order
@settings(max_examples=300)
def test_engines_cut_alike_but_for_cuts_of_one_chance_with_and_without_the_lexicon(text):
    for lexicon in (None, project_lexicon()):
        jieba = segmenter("jieba", lexicon=lexicon)(text)
        rjieba = segmenter("rjieba", lexicon=lexicon)(text)
        assert jieba == rjieba or math.isclose(log_chance(jieba), log_chance(rjieba), rel_tol=1e-12)


def test_chance_tells_cuts_apart():
    assert log_chance(["市会", "会会会"]) != pytest.approx(log_chance(["市", "会会会会"]))


def test_engines_cut_long_han_text_alike():
    # words of both dictionaries in unnatural order: more unknown words and ties than real text has
    words = sorted({char for term in project_lexicon().terms for char in term if "一" <= char <= "龥"})
    for step in (1, 7, 31, 101, 211):
        text = "".join(words[(i * step) % len(words)] for i in range(4000))
        assert segmenter("jieba")(text) == segmenter("rjieba")(text)


def test_engines_know_the_same_words():
    words = ["苏州", "农业", "第三", "强富美高", "党", "高新", "一体化", "沈砚秋"]
    assert [ENGINES["jieba"]().known(word) for word in words] == [
        ENGINES["rjieba"]().known(word) for word in words
    ]


def test_every_term_of_the_project_lexicon_is_kept_whole(cut):
    check_kept_whole(cut, project_lexicon())
    assert len(project_lexicon()) > 700


@pytest.mark.parametrize("before", ["", "，", "推动", "关于"])
@pytest.mark.parametrize("after", ["", "。", "工作"])
def test_long_terms_are_kept_whole_between_words(before, after):
    # of what stands at such a place only an overlapping longer term may hide a term
    cut = segmenter(lexicon=project_lexicon())
    long = [term for term in project_lexicon().terms if len(term) > 3]
    hidden = [term for term in long if term not in cut(before + term + after)]
    assert not hidden


def test_lexicon_makes_a_difference():
    broken = [term for term in project_lexicon().terms if segmenter()(term) != [term]]
    assert len(broken) > 400


def test_check_names_what_is_cut_apart():
    with pytest.raises(CheckError, match="强富美高"):
        check_kept_whole(segmenter(), Lexicon.of(["强富美高", "农业"]))


def test_a_users_words_in_the_shared_engine_do_not_reach_us():
    import rjieba

    before = segmenter()("溪石云桥水")
    rjieba.add_word("溪石云桥水", 10**9, "n")
    assert segmenter()("溪石云桥水") == before != ["溪石云桥水"]


def test_unknown_engine_is_refused_with_the_choice():
    with pytest.raises(RecipeError, match="jieba, rjieba"):
        segmenter("thulac")


def test_part_of_speech_tells_places_from_words():
    assert in_dictionary("苏州") == "ns"
    assert in_dictionary("富裕") == "a"
    assert in_dictionary("云溪石桥") is None


@pytest.mark.parametrize("unit", ["会", "1,234,", "1:23:", "〇", "一", "两会", "四个", "a.", "5·", "+", "("])
def test_long_monotonous_text_is_cut_in_time(unit):
    import time

    text = unit * (200_000 // len(unit))
    start = time.perf_counter()
    assert "".join(segmenter(lexicon=project_lexicon())(text)) == fold(text)
    assert time.perf_counter() - start < 10


def test_jieba_is_not_needed_for_the_default():
    code = (
        "import sys\nfrom readout_nlp.tokens.segment import segmenter\n"
        "segmenter()('农业'); assert 'jieba' not in sys.modules"
    )
    import subprocess

    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_the_engine_loads_without_the_package_around_it_which_works_all_the_same():
    code = (
        "import sys; from readout_nlp.tokens.segment import segmenter; ours = segmenter()('推进农业'); "
        "assert 'rjieba' not in sys.modules; import rjieba; assert rjieba.cut('推进农业') == ours; "
        "assert rjieba.Jieba is sys.modules['rjieba.rjieba'].Jieba"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
