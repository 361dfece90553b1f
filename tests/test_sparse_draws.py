"""Divergences of resampled words: the loop over what is held gives what full tables give."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from readout_nlp.compare.divergence import divergences
from readout_nlp.compare.sparse_draws import sparse_draws


def blocks(seed, n_units=5, n_labels=300):
    """Give sparse blocks of units that share few labels, and weights that draw some block of every unit."""
    draw = np.random.default_rng(seed)
    unit_of = np.repeat(np.arange(n_units), draw.integers(2, 6, n_units))
    held = np.where(draw.random((len(unit_of), n_labels)) < 0.05, draw.random((len(unit_of), n_labels)), 0.0)
    held[:, 0] = 1.0  # no block without mass
    weights = draw.integers(0, 3, (60, len(unit_of))).astype(float)
    weights[:, np.flatnonzero(np.diff(unit_of, prepend=-1))] += 0.5
    return held, weights, unit_of


def with_full_tables(held, weights, unit_of):
    mass = np.stack(
        [weights[:, unit_of == unit] @ held[unit_of == unit] for unit in range(unit_of.max() + 1)], axis=1
    )
    return divergences(mass / mass.sum(axis=2, keepdims=True))


@pytest.mark.parametrize("seed", range(3))
def test_the_loop_over_what_is_held_gives_what_full_tables_give(seed):
    held, weights, unit_of = blocks(seed)
    found = sparse_draws(csr_matrix(held), weights, unit_of=unit_of)
    np.testing.assert_allclose(found, with_full_tables(held, weights, unit_of), atol=1e-13)
    assert 0.2 < found.mean() < 0.95  # neither all alike nor all apart


def test_a_resample_comes_out_the_same_whatever_is_drawn_beside_it():
    held, weights, unit_of = blocks(7)
    together = sparse_draws(csr_matrix(held), weights, unit_of=unit_of)
    alone = [sparse_draws(csr_matrix(held), one[None], unit_of=unit_of)[0] for one in weights]
    assert (together == np.array(alone)).all()


def test_one_unit_has_no_pair():
    assert sparse_draws(csr_matrix(np.ones((2, 3))), np.ones((4, 2)), unit_of=np.zeros(2, int)).shape == (
        4,
        0,
    )
