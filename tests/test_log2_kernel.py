"""x log2 x of many numbers at once: as the library's logarithm gives it."""

import numpy as np
import pytest

from readout_nlp.compare.log2_kernel import times_log2


def found(values):
    values = np.asarray(values, dtype=np.float64)
    told = np.empty_like(values)
    times_log2(values, len(values), np.empty_like(values), told)
    return told


@pytest.mark.parametrize("least", [1e-300, 1e-12, 0.5])
def test_it_is_what_the_logarithm_gives_to_the_last_digits(least):
    draw = np.random.default_rng(0)
    values = np.exp(draw.uniform(np.log(least), np.log(2.0), 20_000))
    expected = values * np.log2(values)
    assert np.abs(found(values) - expected).max() <= 4e-16
    np.testing.assert_allclose(found(values), expected, rtol=1e-13, atol=1e-17)


def test_powers_of_two_are_exact_and_what_is_no_number_stays_none():
    powers = 2.0 ** np.arange(-40, 2)
    assert (found(powers) == powers * np.arange(-40, 2)).all()
    assert np.isnan(found([np.nan])).all()
    assert found([0.5, 0.25])[:1] == found([0.5])  # whatever stands beside it
