"""Work over a Dask cluster: in order, bounded, and the same whatever dies; what cannot be done is told."""

from __future__ import annotations

import os
import time
from functools import partial

import numpy as np
import pytest
from cluster_example import own_cluster

from readout_nlp.cluster import EACH, check_versions, cluster_map, connected
from readout_nlp.errors import InputError, RecipeError, WorkerError
from readout_nlp.threads import available
from readout_nlp.workers import SHORT, is_far

pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    with own_cluster(tmp_path_factory.mktemp("cluster")) as (file, _, _):
        yield file


def squared(value):
    return value * value


def sums(matrix, row):
    matrix[row] += 0  # what travelled can be written to, as in this process
    return matrix[row].sum()


def processors(_):
    return available()


def refuse(value):
    raise RecipeError(f"{value} apples", "3 apples", "buy one")


def end_once(folder, value):
    """End the process that does this the first time."""
    mark = folder / str(value)
    if value % 10 == 0 and not mark.exists():
        mark.touch()
        os._exit(9)
    return value


def end(_):
    os._exit(9)


def doze(value):
    time.sleep(0.5)
    return value


def read_by(values, read):
    for value in values:
        read.append(value)
        yield value


def test_results_come_in_order_and_few_values_are_read_ahead(scheduler):
    read = []
    with cluster_map(scheduler) as spread:
        assert is_far(spread)
        results = spread(squared, read_by(range(200), read))
        assert len(read) == EACH * 2  # begun at the call
        for position, result in enumerate(results):
            assert result == position**2
            assert len(read) <= min(200, position + 1 + EACH * 2)
        assert position == 199
        assert list(spread(squared, range(SHORT))) == [value**2 for value in range(SHORT)]


def test_what_all_calls_need_may_be_large(scheduler):
    matrix = np.arange(3_000_000.0).reshape(30, -1)
    with cluster_map(scheduler) as spread:
        assert list(spread(partial(sums, matrix), range(30))) == matrix.sum(axis=1).tolist()


def test_a_worker_uses_one_processor(scheduler):
    with cluster_map(scheduler) as spread:
        assert set(spread(processors, range(4))) == {1}


def where(folder, _):
    time.sleep(0.1)
    return os.getpid()


def test_work_with_much_in_common_is_done_by_all_workers(scheduler):
    with cluster_map(scheduler) as spread:
        assert len(set(spread(partial(where, "some settings"), range(12)))) == 2


def test_an_error_arrives_as_itself(scheduler):
    with cluster_map(scheduler) as spread, pytest.raises(RecipeError, match=r"^found 2 apples; expected 3"):
        list(spread(refuse, [2]))


def test_what_is_under_way_is_given_up_when_the_caller_stops(scheduler):
    with pytest.raises(KeyboardInterrupt), cluster_map(scheduler) as spread:
        stop_after_one(spread(doze, range(40)))
    with connected(scheduler) as client:
        until = time.monotonic() + 30
        while client.run_on_scheduler(n_tasks):
            assert time.monotonic() < until
            time.sleep(0.1)


def stop_after_one(results):
    next(results)
    raise KeyboardInterrupt


def n_tasks(dask_scheduler):
    return len(dask_scheduler.tasks)


def test_work_of_a_worker_that_dies_is_done_again(tmp_path):
    with own_cluster(tmp_path) as (file, _, _), cluster_map(file) as spread:
        (tmp_path / "marks").mkdir()
        assert list(spread(partial(end_once, tmp_path / "marks"), range(31))) == list(range(31))
        assert len(list((tmp_path / "marks").iterdir())) == 4


def test_work_at_which_every_worker_dies_is_named(tmp_path):
    with own_cluster(tmp_path) as (file, _, _), cluster_map(file) as spread:
        with pytest.raises(WorkerError, match=r"died at end-.*-call"):
            list(spread(end, [1]))
        assert list(spread(squared, [3])) == [9]


def test_a_scheduler_that_is_killed_is_told(tmp_path):
    with own_cluster(tmp_path) as (file, killed, _), cluster_map(file) as spread:
        results = spread(doze, range(40))
        assert next(results) == 0
        killed.kill()
        with pytest.raises(WorkerError, match="scheduler no longer answers"):
            list(results)


def test_a_scheduler_that_is_not_there_is_told():
    with pytest.raises(InputError, match="no such file"), cluster_map("nowhere.json"):
        pass


@pytest.mark.parametrize("other", [{"numpy": "0.1"}, {"readout-nlp": None}])
def test_workers_of_other_versions_are_refused(scheduler, monkeypatch, other):
    monkeypatch.setattr("readout_nlp.cluster.check_versions", partial(_told, other))
    with pytest.raises(InputError, match=f"{next(iter(other))}.*as here"), connected(scheduler):
        pass


class _Told:
    """A client whose workers tell of other versions than they have."""

    def __init__(self, client, other):
        self.client, self.other = client, other

    def run(self, function):
        return {worker: found | self.other for worker, found in self.client.run(function).items()}


def _told(other, client):
    check_versions(_Told(client, other))


def test_workers_without_the_package_are_refused():
    class Without:
        def run(self, _):
            raise ModuleNotFoundError("No module named 'readout_nlp'")

    with pytest.raises(InputError, match="No module named"):
        check_versions(Without())
