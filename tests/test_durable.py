"""Durable files: old or new, never half; what the killed leave is swept; a fault of the disk is one line."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from corpus_example import story
from small_files import files_of_at_most

from readout_nlp import durable, flushing
from readout_nlp.corpus.store import ingest, open_store
from readout_nlp.disk_faults import DiskError, disk_fault, writing_to
from readout_nlp.errors import StoreError
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.topics.fit import TopicFit
from readout_nlp.writer_lock import locked

SIDE = durable.SIDE_PREFIX


@pytest.fixture
def call(call):
    """Call the program as from a shell: (exit code, lines on stderr)."""

    def code_and_lines(*words):
        code, _, err = call(*words)
        return code, err.splitlines()

    return code_and_lines


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.txt").write_text(story(number), encoding="utf-8")
    return folder


def small_fit(share=0.5):
    return TopicFit(
        topic_terms=np.array([[share, 1 - share], [0.25, 0.75]]),
        doc_topics=np.array([[1.0, 0.0]]),
        vocabulary=("教育", "防汛"),
        doc_ids=("a-1",),
        topic_ids=("t01", "t02"),
        method="lda",
        params={"random_state": 0},
    )


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- old or new


def test_a_file_whose_writing_fails_stays_as_it_was_and_nothing_is_left(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    with files_of_at_most(100), pytest.raises(DiskError, match=r"larger than the system allows .*ulimit"):
        durable.write_text(path, "new" * 100)
    assert path.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_link_at_the_path_of_a_file_is_replaced_not_followed(tmp_path):
    (tmp_path / "theirs.txt").write_text("theirs", encoding="utf-8")
    (tmp_path / "a.txt").symlink_to(tmp_path / "theirs.txt")
    durable.write_text(tmp_path / "a.txt", "mine")
    assert (tmp_path / "theirs.txt").read_text(encoding="utf-8") == "theirs"
    assert not (tmp_path / "a.txt").is_symlink()


@pytest.mark.parametrize("fill", [durable.aside_folder, durable.replacing_folder])
def test_a_link_at_the_path_of_a_folder_is_refused(tmp_path, fill):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "model").symlink_to(tmp_path / "theirs")
    with pytest.raises(StoreError, match="symbolic link"), fill(tmp_path / "model"):
        raise AssertionError("must not begin")
    assert names(tmp_path) == ["model", "theirs"]


def fill_twice(path):
    for text in ("old", "new"):
        with durable.replacing_folder(path) as side:
            (side / "a.txt").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("at_once", [True, False])
def test_a_folder_is_replaced_with_and_without_the_help_of_the_system(tmp_path, monkeypatch, at_once):
    if not at_once:
        monkeypatch.setattr(durable, "_exchange", lambda *_: False)
    fill_twice(tmp_path / "m")
    assert contents(tmp_path) == {Path("m/a.txt"): b"new"}
    assert names(tmp_path) == ["m"]


@pytest.mark.skipif(sys.platform != "linux", reason="folders change names in one step on Linux")
def test_no_reader_finds_the_folder_absent_while_it_is_replaced(tmp_path):
    path, absent, done = tmp_path / "m", [], threading.Event()
    fill_twice(path)

    def look():
        while not done.is_set():
            try:
                (path / "a.txt").stat()
            except FileNotFoundError:
                absent.append(1)

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(20):
        fill_twice(path)
    done.set()
    reader.join()
    assert not absent


def test_a_folder_killed_between_two_renames_is_put_back(tmp_path):
    fill_twice(tmp_path / "m")
    (tmp_path / "m").rename(tmp_path / f"{SIDE}old-m")
    durable.sweep(tmp_path)
    assert contents(tmp_path) == {Path("m/a.txt"): b"new"}
    (tmp_path / f"{SIDE}old-m").mkdir()
    durable.sweep(tmp_path)
    assert names(tmp_path) == ["m"]


def test_a_folder_that_another_filled_meanwhile_is_not_overwritten(tmp_path):
    def fill():
        with durable.aside_folder(tmp_path / "m") as side:
            (side / "mine.txt").touch()
            (tmp_path / "m").mkdir()
            (tmp_path / "m" / "theirs.txt").touch()

    with pytest.raises(DiskError, match="not empty any more"):
        fill()
    assert names(tmp_path) == ["m"]
    assert names(tmp_path / "m") == ["theirs.txt"]


# --- what the killed leave


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_writes_is_not(tmp_path):
    code = (
        "import os, sys, time; from pathlib import Path; from readout_nlp import durable\n"
        "with durable.aside_folder(Path('m')) as side, durable.aside(Path('b.txt')) as file:\n"
        "    (side / 'half.txt').touch(); print('ready', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert other.stdout.readline() == "ready\n"
    durable.sweep(tmp_path)
    assert len([name for name in names(tmp_path) if name.startswith(SIDE)]) == 2
    other.kill()
    other.communicate()
    with durable.aside_folder(tmp_path / "n"):
        pass
    assert names(tmp_path) == ["n"]


def test_a_link_among_the_left_is_not_followed(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "a.txt").touch()
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / f"{SIDE}x").symlink_to(tmp_path / "theirs")
    durable.sweep(tmp_path / "here")
    assert (tmp_path / "theirs" / "a.txt").exists()


def test_where_there_are_no_locks_only_what_is_a_day_old_is_swept(tmp_path, monkeypatch):
    monkeypatch.setattr(durable, "_claim", lambda *_, **__: None)
    for name, age in (("old", 2 * 24 * 3600), ("new", 60)):
        (tmp_path / f"{SIDE}{name}").mkdir()
        then = (tmp_path / f"{SIDE}{name}").stat().st_mtime - age
        os.utime(tmp_path / f"{SIDE}{name}", (then, then))
    durable.sweep(tmp_path)
    assert names(tmp_path) == [f"{SIDE}new"]
    durable.write_text(tmp_path / "a.txt", "as ever")


def test_a_lock_that_is_a_link_is_refused_and_its_target_untouched(tmp_path):
    (tmp_path / "theirs.txt").write_text("theirs", encoding="utf-8")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / ".lock").symlink_to(tmp_path / "theirs.txt")
    with pytest.raises(DiskError, match="symbolic link"), locked(tmp_path / "store"):
        raise AssertionError("must not begin")
    assert (tmp_path / "theirs.txt").read_text(encoding="utf-8") == "theirs"


# --- full and read-only disks


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "no space left .* free some space"),
        (errno.EROFS, "a read-only disk .* choose another folder"),
        (errno.EACCES, "no right .* change its rights"),
        (errno.EIO, "Input/output error .* check the path and the disk"),
    ],
)
def test_every_fault_names_itself_the_place_and_what_to_do(tmp_path, monkeypatch, number, said):
    def refuse(*args, **named):
        raise OSError(number, os.strerror(number))

    (tmp_path / "a.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(durable.tempfile, "mkstemp", refuse)
    with pytest.raises(DiskError, match=rf"(?s)found {said}") as caught:
        durable.write_text(tmp_path / "a.txt", "new")
    assert "a.txt" in str(caught.value)
    assert caught.value.errno == number
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "old"


def test_a_fault_of_the_disk_travels_between_processes_and_is_told_once(tmp_path):
    fault = disk_fault(OSError(errno.ENOSPC, "No space left on device"), tmp_path / f"{SIDE}x" / "a.txt")
    assert str(pickle.loads(pickle.dumps(fault))) == str(fault)
    assert SIDE not in str(fault)
    with pytest.raises(DiskError) as caught, writing_to(tmp_path / "other"):
        raise fault
    assert caught.value is fault


def test_a_page_that_cannot_be_read_is_no_fault_of_the_disk_written_to(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(FileNotFoundError), durable.aside(tmp_path / "out" / "a.txt"):
        (tmp_path / "input.txt").read_text(encoding="utf-8")


def test_a_full_disk_leaves_the_old_store_whole(tmp_path, pages):
    before = ingest(pages, tmp_path / "store")
    (pages / "9.txt").write_text(story(9, "渡口安全整治"), encoding="utf-8")
    bytes_before = contents(tmp_path / "store")
    with files_of_at_most(2000), pytest.raises(DiskError, match="store/parts"):
        ingest(pages, tmp_path / "store")
    assert contents(tmp_path / "store") == bytes_before
    assert open_store(tmp_path / "store").fingerprint == before.fingerprint
    assert ingest(pages, tmp_path / "store").readouts.height == before.readouts.height + 1


def test_a_full_disk_leaves_the_old_model_whole(tmp_path):
    folder = save_model(small_fit(), tmp_path / "m")
    before = contents(tmp_path)
    with files_of_at_most(500), pytest.raises(DiskError):
        save_model(small_fit(0.75), folder, overwrite=True)
    assert contents(tmp_path) == before
    assert load_model(folder).topic_terms[0, 0] == 0.5


RECIPE = "n_topics = 2\nmin_df = 1\nmax_df = 1.0\npasses = 1\nn_seeds = 1\nresamples = 100\nscrutiny = []\n"


@pytest.mark.parametrize("command", ["ingest", "run", "fit", "sample"])
def test_each_command_on_a_full_disk_says_one_line(call, tmp_path, pages, command):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE, encoding="utf-8")
    words = {
        "ingest": ("ingest", pages, "--corpus", tmp_path / "store"),
        "run": ("run", pages, "--out", tmp_path / "out", "--recipe", recipe),
        "fit": ("fit", pages, "--out", tmp_path / "model", "--recipe", recipe),
        "sample": ("sample", tmp_path / "sample", "--cities", "2", "--years", "1", "--per-cell", "1"),
    }
    with files_of_at_most(200):
        code, said = call(*words[command])
    assert code == 2
    assert len(said) == 1, said
    assert "larger than the system allows" in said[0]
    assert not list(tmp_path.rglob(f"{SIDE}*"))


@pytest.mark.parametrize("command", ["ingest", "run", "fit", "sample"])
def test_each_command_below_a_file_says_one_line(call, tmp_path, pages, command):
    there = tmp_path / "file"
    there.touch()
    words = {
        "ingest": ("ingest", pages, "--corpus", there / "x"),
        "run": ("run", pages, "--out", there / "x"),
        "fit": ("fit", pages, "--out", there / "x", "--topics", "2"),
        "sample": ("sample", there / "x", "--cities", "2", "--years", "1", "--per-cell", "1"),
    }
    code, said = call(*words[command])
    assert (code, len(said)) == (2, 1), said
    assert "a file where a folder must be" in said[0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_an_answer_that_does_not_fit_where_it_goes_is_one_line(pages):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "readout_nlp", "parse", pages],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert "no space left" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def read_only(tmp_path, pages):
    """Give a folder with a store, on a disk that is mounted to be read alone."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("needs the right to mount")
    try:
        ingest(pages, disk / "store")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        yield disk
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk")
def test_a_read_only_store_is_read_and_not_written_to(call, pages, read_only):
    assert open_store(read_only / "store").readouts.height
    for words in (
        ("ingest", pages, "--corpus", read_only / "store"),
        ("run", pages, "--out", read_only / "out"),
        ("sample", read_only / "sample"),
    ):
        code, said = call(*words)
        assert (code, len(said)) == (2, 1)
        assert "a read-only disk" in said[0]


def flushed_by(monkeypatch, write):
    """Give the names of what `write` has flushed, in order."""
    seen = []
    for module in (flushing, durable):
        monkeypatch.setattr(module, "flush", lambda path: seen.append(path.name))
    write()
    return seen


def test_a_file_is_flushed_before_it_has_its_name_and_its_folder_after(tmp_path, monkeypatch):
    names = flushed_by(monkeypatch, lambda: durable.write_text(tmp_path / "a.txt", "done"))
    assert names[0].startswith(durable.SIDE_PREFIX)
    assert names[1:] == [tmp_path.name]


def test_what_is_filled_aside_is_flushed_once_with_its_folder(tmp_path, monkeypatch):
    def write():
        with durable.aside_folder(tmp_path / "model") as side:
            durable.write_text(side / "a.txt", "done")
            durable.write_text(tmp_path / "outside.txt", "done")

    names = flushed_by(monkeypatch, write)
    assert names.count("a.txt") == 1
    assert len(names) == 5  # a file outside, and its folder; the file, its folder, the folder around both


def test_what_is_flushed_beside_is_flushed_by_the_end(tmp_path, monkeypatch):
    def write():
        with flushing.flushed_beside():
            durable.write_text(tmp_path / "a.txt", "done")
            with durable.aside_folder(tmp_path / "model") as side:
                durable.write_text(side / "b.txt", "done")

    names = flushed_by(monkeypatch, write)
    assert {"a.txt", "b.txt", tmp_path.name} <= set(names)
    assert names.index("b.txt") < names.index("model")  # a folder is flushed before it has its name


def test_a_full_disk_found_beside_is_told(tmp_path, monkeypatch):
    def full(path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(flushing, "flush", full)
    with pytest.raises(StoreError), flushing.flushed_beside():
        durable.write_text(tmp_path / "a.txt", "done")
