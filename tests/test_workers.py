"""Work spread over processes: in order, and what one kind of work keeps in memory does not outlive it."""

from __future__ import annotations

import os
from functools import partial

import pytest

from readout_nlp.workers import parallel_map


@pytest.fixture(scope="module")
def spread():
    with parallel_map(workers=2) as spread:
        yield spread


def squared(value):
    return value * value


def process_and_value(_, value):
    return os.getpid(), value


def test_results_come_in_the_order_of_the_values(spread):
    assert list(spread(squared, range(50))) == [value * value for value in range(50)]


def test_each_kind_of_work_has_its_own_processes(spread):
    here = os.getpid()
    first = {pid for pid, _ in spread(partial(process_and_value, None), range(8))}
    again = {pid for pid, _ in spread(partial(process_and_value, "other settings"), range(8))}
    assert list(spread(squared, [3])) == [9]
    later = {pid for pid, _ in spread(partial(process_and_value, None), range(8))}
    assert here not in first
    assert len(first | again) <= 2
    assert not first & later


def test_work_handed_over_is_done_though_another_kind_begins(spread):
    begun = spread(partial(process_and_value, None), range(20))
    assert list(spread(squared, [2])) == [4]
    assert [value for _, value in begun] == list(range(20))
