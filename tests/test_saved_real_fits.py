"""Models that were really fitted come back equal, in this package and in gensim."""

import numpy as np
import pytest
from test_saved_models import assert_same_fit, contents

from readout_nlp.saved.models import load_model, save_model
from readout_nlp.tokens.counts import TermMatrix, count_terms
from readout_nlp.tokens.tokenize import tokens_from_lists
from readout_nlp.topics.infer import infer_topics
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.nmf import fit_nmf

WORDS = {"教育": ["学校", "教师", "学生", "课堂"], "防汛": ["堤防", "水库", "汛期", "排涝"]}


@pytest.fixture(scope="module")
def counts() -> TermMatrix:
    rng = np.random.default_rng(0)
    lists = [list(rng.choice(WORDS[topic], size=12)) for topic in list(WORDS) * 10]
    return count_terms(tokens_from_lists([f"d{i:02}" for i in range(20)], lists), min_df=1, max_df=1.0)


@pytest.fixture(params=["lda", "nmf"])
def fit(request, counts):
    if request.param == "lda":
        return fit_lda(counts, n_topics=2, passes=3, random_state=4)
    return fit_nmf(counts, n_topics=2, random_state=4)


def test_a_fitted_model_comes_back_bit_for_bit_and_infers_the_same(tmp_path, fit, counts):
    back = load_model(save_model(fit, tmp_path / "m"))
    assert_same_fit(fit, back)
    before, after = (infer_topics(each, counts) for each in (fit, back))
    assert before.doc_topics.tobytes() == after.doc_topics.tobytes()


def test_gensim_sees_the_same_topics_after_loading(tmp_path, counts):
    fit = fit_lda(counts, n_topics=2, passes=3, random_state=4)
    back = load_model(save_model(fit, tmp_path / "m"))
    assert np.array_equal(back.to_gensim().get_topics(), fit.topic_terms)
    assert back.to_gensim().show_topics() == fit.to_gensim().show_topics()


def test_fitting_and_saving_twice_gives_the_same_bytes(tmp_path, counts):
    folders = [
        save_model(fit_lda(counts, n_topics=2, passes=3, random_state=4), tmp_path / name) for name in "ab"
    ]
    assert contents(folders[0]) == contents(folders[1])


def test_another_seed_gives_another_model(tmp_path, counts):
    folders = [
        save_model(fit_lda(counts, n_topics=2, passes=3, random_state=seed), tmp_path / str(seed))
        for seed in (4, 5)
    ]
    assert contents(folders[0])["manifest.json"] != contents(folders[1])["manifest.json"]
