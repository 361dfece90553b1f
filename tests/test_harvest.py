"""A harvest gives the same store whoever does it, loses nothing to a kill, keeps one of several copies."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

import polars as pl
import pytest
from dumps_example import TEXT, pages, write_dump
from killing import kill_own_process

from readout_nlp.corpus.store import open_store
from readout_nlp.errors import InputError, StoreError
from readout_nlp.harvest.harvest import harvest_dumps, left_to_do
from readout_nlp.harvest.plan import estimate
from readout_nlp.harvest.pool import over_processes
from readout_nlp.harvest.shard import harvest_shard
from readout_nlp.sample.scripts import glossed, traditional

FORMS = ("warc.gz", "warc.wet.gz", "jsonl.gz", "parquet")


def in_turn(work, tasks, *, workers):
    """Do shards in this process: what processes add is tested apart."""
    for task in tasks:
        try:
            yield task, work(task)
        except OSError as fault:
            yield task, fault


def files(folder):
    """Every file with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def dumps(tmp_path):
    """Four dumps, each with two readouts of days of its own."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    for n, form in enumerate(FORMS):
        rows = [(f"http://d{n}.{at[7:]}", text.replace("4月", f"{n + 1}月")) for at, text in pages()]
        write_dump(folder / f"{n}.{form}", rows)
    return folder


def test_readouts_are_found_counted_and_stored(dumps, tmp_path):
    done = harvest_dumps(dumps, tmp_path / "out", spread=in_turn)
    corpus = open_store(done.corpus)
    assert corpus.readouts.height == 8
    assert set(corpus.readouts["origin"].str.slice(0, 9)) == {f"http://d{n}" for n in range(4)}
    assert done.counts["records"] == 24 == done.counts["kept"] + sum(done.reasons.values())
    assert corpus.items.height >= 24
    told = json.loads((tmp_path / "out" / "harvest.json").read_text(encoding="utf-8"))
    assert told["counts"] == dict(done.counts)


def test_the_order_in_which_dumps_end_changes_nothing(dumps, tmp_path):
    def backwards(work, tasks, *, workers):
        return in_turn(work, tasks[::-1], workers=workers)

    harvest_dumps(dumps, tmp_path / "one", spread=in_turn)
    harvest_dumps(dumps, tmp_path / "two", spread=backwards)
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_a_call_cut_short_is_gone_on_with(dumps, tmp_path):
    begun: list[str] = []

    def cut(work, tasks, *, workers):
        for task in tasks[:2]:
            yield task, work(task)
        raise KeyboardInterrupt

    def watched(work, tasks, *, workers):
        for task in tasks:
            begun.append("done" if (task.folder / "shard.json").exists() else "new")
            yield task, work(task)

    with pytest.raises(KeyboardInterrupt):
        harvest_dumps(dumps, tmp_path / "out", spread=cut)
    harvest_dumps(dumps, tmp_path / "out", spread=watched)
    assert begun == ["done", "done", "new", "new"]
    harvest_dumps(dumps, tmp_path / "whole", spread=in_turn)
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_a_dump_that_changed_is_read_again(dumps, tmp_path):
    harvest_dumps(dumps, tmp_path / "out", spread=in_turn)
    write_dump(dumps / "2.jsonl.gz", [(f"{at}x", text) for at, text in pages(count=9, readouts=(6, 7, 8))])
    done = harvest_dumps(dumps, tmp_path / "out", spread=in_turn)
    assert done.counts["kept"] == 9


def test_the_store_of_an_earlier_call_stays_until_the_new_one_is_whole(dumps, tmp_path, monkeypatch):
    corpus = harvest_dumps(dumps, tmp_path / "out", spread=in_turn).corpus
    before = files(corpus)
    write_dump(dumps / "2.jsonl.gz", [(f"{at}x", text) for at, text in pages(count=9, readouts=(6, 7, 8))])

    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("readout_nlp.harvest.gather.add_part", stopped)
        with pytest.raises(KeyboardInterrupt):
            harvest_dumps(dumps, tmp_path / "out", spread=in_turn)
    assert files(corpus) == before
    harvest_dumps(dumps, tmp_path / "out", spread=in_turn)
    assert open_store(corpus).readouts.height == 9


def test_other_dumps_in_the_same_folder_are_refused(dumps, tmp_path):
    harvest_dumps(dumps, tmp_path / "out", spread=in_turn)
    write_dump(tmp_path / "new.jsonl", pages())
    with pytest.raises(StoreError, match=r"of the dump 0\.warc\.gz"):
        harvest_dumps(tmp_path / "new.jsonl", tmp_path / "out", spread=in_turn)


def test_a_dump_that_cannot_be_harvested_is_named_and_tried_again(dumps, tmp_path):
    def failing(work, tasks, *, workers):
        for task in tasks:
            yield (task, OSError("gone")) if task.path.name.startswith("1.") else (task, work(task))

    done = harvest_dumps(dumps, tmp_path / "out", spread=failing)
    assert dict(done.failed) == {"1.warc.wet.gz": "OSError: gone"}
    assert open_store(done.corpus).readouts.height == 6
    assert not harvest_dumps(dumps, tmp_path / "out", spread=in_turn).failed
    harvest_dumps(dumps, tmp_path / "whole", spread=in_turn)
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_copies_collapse_to_the_clean_page(tmp_path):
    rows = [
        ("http://spam.example/1", glossed(TEXT)[0]),
        ("http://www.city.gov.cn.example/2", TEXT),
        ("http://mirror.example/3", TEXT + "转载请注明出处。"),
        ("http://old.example/4", traditional(TEXT)),
        ("http://other.example/5", TEXT.replace("4月2日", "4月9日")),
    ]
    write_dump(tmp_path / "a.jsonl", rows)
    done = harvest_dumps(tmp_path / "a.jsonl", tmp_path / "out", spread=in_turn)
    copies = pl.read_parquet(tmp_path / "out" / "copies.parquet")
    assert set(copies["kept"]) == {"http://www.city.gov.cn.example/2"}
    assert set(copies["origin"]) == {rows[0][0], rows[2][0], rows[3][0]}
    assert set(open_store(done.corpus).readouts["origin"]) == {rows[1][0], rows[4][0]}


def test_the_same_page_crawled_twice_stays_once(tmp_path):
    row = ("http://www.city.gov.cn.example/2", TEXT)
    write_dump(tmp_path / "a.jsonl", [row, row])
    done = harvest_dumps(tmp_path / "a.jsonl", tmp_path / "out", spread=in_turn)
    assert open_store(done.corpus).readouts["origin"].to_list() == [row[0]]


def test_a_few_of_each_kind_of_reject_are_kept(dumps, tmp_path):
    done = harvest_dumps(dumps, tmp_path / "out", spread=in_turn, samples=2)
    kept = pl.read_csv(tmp_path / "out" / "rejects.csv")
    assert set(kept["reason"]) == set(done.reasons)
    assert kept.group_by("reason").len()["len"].max() == 2
    assert kept["opening"].str.contains("花展").all()


def test_dumps_without_a_readout_give_an_empty_store(tmp_path):
    write_dump(tmp_path / "a.jsonl", pages(readouts=()))
    done = harvest_dumps(tmp_path / "a.jsonl", tmp_path / "out", spread=in_turn)
    assert open_store(done.corpus).readouts.height == 0
    assert done.counts["found"] == 0


def test_an_estimate_is_of_the_right_size(dumps):
    told = estimate(sorted(dumps.iterdir()), workers=2)
    assert told.dumps == 4
    assert (told.looked_at, told.records, told.readouts) == (24, 24, 8)
    assert "4 dumps" in str(told)


def test_what_is_harvested_is_not_estimated_again(dumps, tmp_path):
    given = sorted(dumps.iterdir())
    assert left_to_do([dumps], tmp_path / "out") == (given, {"done": 0, "found": 0})
    harvest_dumps(given[:3], tmp_path / "out", spread=in_turn)
    left, before = left_to_do([dumps], tmp_path / "out")
    assert (left, before) == (given[3:], {"done": 3, "found": 6})
    assert estimate(left, workers=1, **before).records == 6
    harvest_dumps(dumps, tmp_path / "out", spread=in_turn)
    left, before = left_to_do([dumps], tmp_path / "out")
    told = estimate(left, workers=1, **before)
    assert (told.dumps, told.done, told.looked_at, told.disk_bytes) == (0, 4, 0, 0)
    assert "nothing is left" in str(told)
    write_dump(given[0], pages(readouts=()))
    assert left_to_do([dumps], tmp_path / "out")[0] == given[:1]


def test_only_the_culprit_of_a_killed_process_is_set_aside(tmp_path):
    tasks = ["a", "poison", "b", "once", "c"]
    work = partial(kill_own_process, str(tmp_path))
    outcomes = dict(over_processes(work, tasks, workers=2, retries=2))
    assert set(outcomes) == set(tasks)
    failed = {task for task, one in outcomes.items() if isinstance(one, BaseException)}
    assert failed == {"poison"}


def test_a_process_that_dies_while_a_task_is_handed_over_costs_no_task(monkeypatch):
    handed = []

    class Torn(ThreadPoolExecutor):
        def submit(self, work, task):
            handed.append(task)
            if len(handed) == 2:
                raise BrokenProcessPool
            return super().submit(work, task)

    monkeypatch.setattr("readout_nlp.harvest.pool._pool", Torn)
    assert sorted(over_processes(str, [1, 2, 3], workers=2)) == [(1, "1"), (2, "2"), (3, "3")]
    assert handed == [1, 2, 2, 3]


@pytest.mark.slow
def test_processes_and_a_cluster_give_the_same_bytes(dumps, tmp_path):
    from readout_nlp.harvest.cluster import over_cluster

    harvest_dumps(dumps, tmp_path / "one", spread=in_turn)
    harvest_dumps(dumps, tmp_path / "two", workers=2)
    with over_cluster("local") as spread:
        harvest_dumps(dumps, tmp_path / "three", workers=2, spread=spread)
    assert files(tmp_path / "one") == files(tmp_path / "two") == files(tmp_path / "three")


def test_a_scheduler_that_is_not_there_is_told():
    from readout_nlp.harvest.cluster import over_cluster

    with pytest.raises(InputError, match="no such file"), over_cluster("nowhere.json"):
        pass


def test_a_shard_is_done_once(dumps, tmp_path):
    from readout_nlp.harvest.shard import ShardTask

    task = ShardTask(path=dumps / "0.warc.gz", folder=tmp_path / "shard")
    first = harvest_shard(task)
    before = files(task.folder)
    stamp = (task.folder / "shard.json").stat().st_mtime_ns
    assert harvest_shard(task) == first
    assert (task.folder / "shard.json").stat().st_mtime_ns == stamp
    assert files(task.folder) == before
