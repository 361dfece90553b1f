"""Selection: three tiers, numbers and names, and words of matters that must stay."""

from __future__ import annotations

import pytest

from readout_nlp.errors import RecipeError
from readout_nlp.reference.stopwords import TIERS, stop_words, stop_words_fingerprint
from readout_nlp.tokens.names import Names
from readout_nlp.tokens.segment import segmenter
from readout_nlp.tokens.select import DROPS, headings, is_number

NONE = Names(frozenset(), frozenset())
NAMED = Names(frozenset({"云溪市", "云溪"}), frozenset({"沈砚秋"}))

# words that name a matter: a stop list of this genre must not touch one
MATTERS = """
安全 安全生产 生态 环境 农业 乡村 科技 企业 教育 医疗 住房 交通 旅游 防汛 党建 纪检 信访 法治 财政 金融
就业 社保 城市 数字 粮食 养老 国企 开放 双拥 消防 食品 药品 水利 文化 体育 人才 统战 宗教 网络 舆情 腐败 巡视
扶贫 改革 建设 服务 规划 群众 民生 疫情 投资 项目 园区 产业 消费 外贸 审计 税收 债务 土地 气象 地震 青年 妇女
"""


def test_tiers_are_taken_out_each_under_its_own_heading():
    assert headings(["我们", "指出", "推进"], names=NONE) == ["1", "2", "3"]
    assert headings(["我们", "指出", "推进"], tiers=(1, 2), names=NONE) == ["1", "2", None]
    assert headings(["我们", "指出", "推进"], tiers=(), names=NONE) == [None, None, None]


def test_words_that_name_a_matter_stay():
    assert not {word for word in MATTERS.split() if word in stop_words()}


def test_stop_words_are_tokens_of_the_default_cut_or_formulae():
    # a stop word that no cut gives would never be met: at most a few that the engine splits in isolation
    met = [word for word in stop_words() if segmenter()(word) == [word]]
    assert len(met) / len(stop_words()) > 0.6
    assert set(stop_words().values()) == set(TIERS)
    assert len(stop_words_fingerprint()) == 64


def test_names_are_taken_out_by_entity_and_only_when_asked():
    terms = ["云溪", "沈砚秋", "石桥"]
    assert headings(terms, names=NAMED) == ["place", "person", None]
    assert headings(terms, names=NAMED, drop=("number", "single")) == [None, None, None]


def test_single_characters_and_numbers_only_when_asked():
    assert headings(["水", "二十个", "4.5%"], names=NONE) == ["single", "number", "number"]
    assert headings(["水", "二十个", "4.5%"], names=NONE, drop=()) == [None, None, None]


def test_punctuation_always():
    assert headings(["，", " ", "\n", "·", "+"], names=NONE, tiers=(), drop=()) == ["punctuation"] * 5


def test_lexicon_terms_are_no_numbers():
    assert headings(["5·18", "五一"], names=NONE, protected={"5·18", "五一"}) == [None, None]
    assert headings(["5·18", "五一"], names=NONE) == ["number", "number"]


@pytest.mark.parametrize(
    "term", ["12", "1,000", "12:53", "2021-01-16", "百分之三", "第二十", "三年", "二〇三五", "两项"]
)
def test_numbers(term):
    assert is_number(term)


@pytest.mark.parametrize(
    "term", ["5G", "PM2.5", "三农", "十四五规划", "一体", "万众", "G60", "多式联运", "-", "个"]
)
def test_no_numbers(term):
    assert not is_number(term)


def test_unknown_tiers_and_headings_are_told_together():
    with pytest.raises(RecipeError, match=r"4.*'names'"):
        headings(["水"], tiers=(1, 4), drop=("names",), names=NONE)
    assert set(DROPS) == {"place", "person", "number", "single"}
