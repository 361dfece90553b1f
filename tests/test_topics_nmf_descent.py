"""NMF's coordinate descent is scikit-learn's: the same loadings, after as many rounds."""

import platform
import warnings

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse import random as random_sparse
from sklearn.decomposition import NMF

from readout_nlp.topics.nmf_descent import factorise
from readout_nlp.topics.nmf_kernel import WIDE

SAME_BITS = platform.machine().lower() in ("x86_64", "amd64")  # elsewhere compilers fuse products and sums


def theirs(data, n_topics, *, max_iter, tolerance):
    engine = NMF(n_topics, init="nndsvda", random_state=3, max_iter=max_iter, tol=tolerance)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore")
        engine.fit(data)
    return engine.components_, engine.n_iter_


def sparse(n_docs, n_terms, seed):
    rows = random_sparse(n_docs, n_terms, density=0.1, dtype=np.float32, random_state=seed).toarray()
    rows[1], rows[2] = rows[0], 0.0  # what topics cannot tell apart, and what none explains
    return csr_matrix(rows)


@pytest.mark.parametrize("shape", [(40, 30), (WIDE + 1, 2 * WIDE), (3 * WIDE + 5, 70)], ids=str)
@pytest.mark.parametrize("n_topics", [1, 2, 7])
@pytest.mark.parametrize(("max_iter", "tolerance"), [(300, 1e-3), (4, 1e-9)], ids=["at rest", "cut short"])
def test_loadings_and_rounds_are_those_of_scikit_learn(shape, n_topics, max_iter, tolerance):
    data = sparse(*shape, seed=n_topics)
    loadings, rounds = factorise(data, n_topics, random_state=3, max_iter=max_iter, tolerance=tolerance)
    expected, expected_rounds = theirs(data, n_topics, max_iter=max_iter, tolerance=tolerance)
    assert rounds == expected_rounds
    assert rounds > 1
    if SAME_BITS:
        np.testing.assert_array_equal(loadings, expected)
    else:
        np.testing.assert_allclose(loadings, expected, rtol=1e-3, atol=1e-5)


def test_two_topics_that_share_no_word_are_found_apart():
    block = np.ones((5, 4), np.float32)
    data = csr_matrix(np.block([[block, 0 * block], [0 * block, block]]))
    loadings, _ = factorise(data, 2, random_state=0, max_iter=200, tolerance=1e-6)
    held = loadings > 0.01
    assert held.sum(axis=0).tolist() == [1] * 8
    assert sorted(held.sum(axis=1).tolist()) == [4, 4]
