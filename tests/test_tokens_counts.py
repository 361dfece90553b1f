"""Counting: sparse equals dense, bounds as scikit-learn means them, faults told together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

import readout_nlp as rn
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import check_term_matrix, count_terms
from readout_nlp.tokens.tokenize import tokens_from_lists

DOCUMENTS = st.lists(st.lists(st.sampled_from("水电路桥山田林湖"), max_size=12), min_size=1, max_size=8)
# shares in hundredths, as people write them: within 1e-16 of a whole document rounding decides
BOUND = st.integers(1, 5) | st.integers(0, 100).map(lambda hundredths: hundredths / 100)


def made(lists):
    return tokens_from_lists([f"d{i}" for i in range(len(lists))], lists)


@given(DOCUMENTS, BOUND, BOUND)
def test_counts_are_those_of_scikit_learn(lists, min_df, max_df):
    reference = CountVectorizer(analyzer=list, min_df=min_df, max_df=max_df)
    try:
        expected = reference.fit_transform(lists).toarray()
    except ValueError:  # nothing left, or bounds that exclude each other
        with pytest.raises(RecipeError):
            count_terms(made(lists), min_df=min_df, max_df=max_df)
        return
    matrix = count_terms(made(lists), min_df=min_df, max_df=max_df)
    assert list(matrix.vocabulary) == list(reference.get_feature_names_out())
    assert (matrix.counts.toarray() == expected).all()
    check_term_matrix(matrix)


def test_the_order_of_documents_permutes_rows_and_nothing_else():
    lists = [["水", "电"], ["电", "路"], ["水", "水"], []]
    order = [2, 0, 3, 1]
    one = count_terms(tokens_from_lists(list("abcd"), lists), min_df=1, max_df=1.0)
    other = count_terms(
        tokens_from_lists([list("abcd")[i] for i in order], [lists[i] for i in order]), min_df=1, max_df=1.0
    )
    assert one.vocabulary == other.vocabulary
    assert (one.counts.toarray()[order] == other.counts.toarray()).all()


def test_documents_left_without_terms_stay_as_empty_rows():
    matrix = count_terms(made([["水"], ["水"], ["电"], []]), min_df=2, max_df=1.0)
    assert matrix.counts.shape == (4, 1)
    assert matrix.counts.sum(axis=1).ravel().tolist() == [[1, 1, 0, 0]]


def test_bounds_too_strong_for_a_tiny_corpus_are_told_with_the_numbers():
    with pytest.raises(RecipeError, match=r"no term left of 2 in 2 documents with min_df=3 and max_df=0.5"):
        count_terms(made([["水"], ["电"]]))


@pytest.mark.parametrize("bound", [0, -1, 1.5, -0.1, float("nan")])
def test_bounds_out_of_range(bound):
    with pytest.raises(RecipeError, match="min_df"):
        count_terms(made([["水"]]), min_df=bound)


def test_the_public_constructor_stays_plain():
    matrix = rn.TermMatrix(counts=csr_matrix(np.eye(2)), vocabulary=["水", "电"], doc_ids=["a", "b"])
    check_term_matrix(matrix)


def test_all_faults_of_a_matrix_are_told_at_once():
    counts = csr_matrix([[1.0, -2.0], [np.nan, 0.0]])
    with pytest.raises(InputError) as error:
        check_term_matrix(rn.TermMatrix(counts=counts, vocabulary=["水", "水"], doc_ids=["a"]))
    told = str(error.value)
    for fault in ("1 doc_ids for 2 rows", "1 repeated vocabulary", "1 counts that are NaN", "1 negative"):
        assert fault in told


def test_an_empty_matrix_is_a_fault():
    with pytest.raises(InputError, match="0 documents and 0 terms"):
        check_term_matrix(rn.TermMatrix(counts=csr_matrix((0, 0)), vocabulary=[], doc_ids=[]))
