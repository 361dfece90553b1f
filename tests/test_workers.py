"""Work spread over processes: in order, and what one kind of work keeps in memory does not outlive it."""

from __future__ import annotations

import os
import time
from functools import partial

import pytest

from readout_nlp.errors import WorkerError
from readout_nlp.workers import EACH, SHORT, parallel_map


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


def counted(values, read):
    for value in values:
        read.append(value)
        yield value


def test_of_a_long_flow_only_some_values_are_read_ahead_of_what_is_taken(spread):
    read = []
    results = spread(squared, counted(range(1000), read))
    most = EACH * 2
    assert len(read) == most  # begun at the call
    for position, result in enumerate(results):
        assert result == position * position
        assert len(read) <= min(1000, position + 1 + most)
    assert position == 999


def second_of(_, value):
    return value


def test_the_values_that_go_with_a_short_list_are_all_read_at_the_call(spread):
    read = []
    begun = spread(second_of, range(SHORT), counted(range(SHORT), read))
    assert len(read) == SHORT
    assert list(begun) == list(range(SHORT))


def test_a_long_list_is_read_as_a_flow(spread):
    read = []
    begun = spread(second_of, range(SHORT * 3), counted(range(SHORT * 3), read))
    assert len(read) == EACH * 2
    assert list(begun) == list(range(SHORT * 3))


def touch(folder, value):
    (folder / str(value)).touch()


def test_a_short_list_is_done_while_the_caller_does_other_things(spread, tmp_path):
    begun = spread(partial(touch, tmp_path), range(SHORT))
    until = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < SHORT:
        assert time.monotonic() < until
        time.sleep(0.01)
    del begun


def test_a_flow_goes_on_in_its_own_processes_though_another_kind_begins(spread):
    begun = spread(partial(process_and_value, None), iter(range(200)))
    first, _ = next(begun)
    assert list(spread(squared, [2])) == [4]
    rest = list(begun)
    assert [value for _, value in rest] == list(range(1, 200))
    assert len({first, *(pid for pid, _ in rest)}) <= 2


def broken(values):
    yield from values
    raise ValueError("a page that cannot be read")


def test_a_fault_of_the_values_is_raised_where_results_are_taken(spread):
    results = spread(squared, broken(range(100)))
    with pytest.raises(ValueError, match="cannot be read"):
        list(results)
    assert list(spread(squared, [5])) == [25]


def end_own_process(_):
    os._exit(9)


def test_a_process_that_is_ended_from_outside_is_told():
    with pytest.raises(WorkerError, match="ended while it worked"), parallel_map(workers=2) as spread:
        list(spread(end_own_process, [1, 2]))
