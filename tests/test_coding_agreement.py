"""Agreement and rates: the library's alpha, resampled as it counts; intervals that behave at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from readout_nlp.coding.agreement import alphas, krippendorff
from readout_nlp.coding.rates import by_stratum, mean_of, share_right, wilson


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("ABC"), st.sampled_from([f"u{n}" for n in range(8)])),
        st.sampled_from(["1", "2", "3"]),
        min_size=1,
    )
)
@example({("A", "u0"): "2", ("A", "u1"): "1", ("B", "u0"): "2", ("B", "u1"): "1"})
def test_resamples_count_as_the_library_does(answers):
    found = krippendorff(answers, resamples=5)
    units = sorted({unit for _, unit in answers})
    table = np.array(
        [[sum(answers.get((c, u)) == v for c in "ABC") for v in ("1", "2", "3")] for u in units], dtype=float
    )
    table = table[table.sum(axis=1) >= 2]
    if found.alpha is None:
        assert len(table) < 2 or (table.sum(axis=0) > 0).sum() < 2
    else:
        assert alphas(table, np.ones((1, len(table))))[0] == pytest.approx(found.alpha)


def test_all_alike_is_not_perfect_agreement():
    """Nothing was there to disagree on: the library says 1."""
    answers = {(coder, f"u{n}"): "yes" for coder in "AB" for n in range(10)}
    assert krippendorff(answers).alpha is None


def test_no_answers_agree_on_nothing():
    assert krippendorff({}).alpha is None


def test_full_agreement_leaves_its_interval_open():
    answers = {(coder, f"u{n}"): str(n % 3) for coder in "AB" for n in range(10)}
    found = krippendorff(answers)
    assert (found.alpha, found.low, found.high) == (1, None, None)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=40), st.integers(1, 5))
def test_the_share_lies_within_its_interval_and_that_within_bounds(values, n_strata):
    rate = share_right(np.array(values), np.arange(len(values)) % n_strata)
    assert 0 <= rate.low <= rate.score + 1e-12
    assert rate.score - 1e-12 <= rate.high <= 1
    assert rate.low < rate.high


def test_all_right_leaves_room_for_doubt():
    rate = share_right(np.ones(20), np.arange(20) % 5)
    assert rate.high == 1
    assert 0.75 < rate.low < 0.95


def test_one_task_has_no_interval():
    assert share_right(np.ones(1), np.zeros(1, dtype=int)).low is None
    assert mean_of(np.ones(1), np.zeros(1, dtype=int)).high is None


def test_a_stratum_weighs_what_it_stands_for():
    values, strata = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0, 0, 1, 1])
    assert share_right(values, strata, weights=np.array([3.0, 3.0, 1.0, 1.0])).score == 0.75
    assert share_right(values, strata).score == 0.5


def test_a_part_that_was_drawn_whole_leaves_nothing_open():
    values, strata = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0, 0, 1, 1])
    some = share_right(values, strata, weights=np.ones(4), part=np.full(4, 0.1))
    most = share_right(values, strata, weights=np.ones(4), part=np.full(4, 0.9))
    assert most.high - most.low < some.high - some.low


def test_topics_of_few_tasks_have_wide_intervals():
    rates = by_stratum(np.array([1.0, 1.0, 1.0, 0.0, 0.5, 1.0]), np.array([0, 0, 0, 1, 1, 1]))
    assert rates[0].high - rates[0].low > 0.3
    assert wilson(0.5, 1000)[1] - wilson(0.5, 1000)[0] < 0.07
