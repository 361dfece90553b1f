"""Two processes and one store: no page is lost, and a reader sees old or new."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from corpus_example import story

from readout_nlp.corpus import store as store_module
from readout_nlp.corpus.manifest import read_manifest
from readout_nlp.corpus.read import read_corpus
from readout_nlp.corpus.store import describe_store, ingest, open_store
from readout_nlp.errors import InputError, StoreError
from readout_nlp.writer_lock import locked

pytestmark = pytest.mark.once

MATTERS = ["水库除险加固", "中小学校舍修缮", "蔬菜基地保供", "公园绿地管护", "老旧电梯改造", "渡口安全整治"]
# both wait at the gate, so that their libraries are loaded and they start at once
WRITER = """
import sys, time
from pathlib import Path
from readout_nlp.corpus.store import ingest
folder, store, gate = map(Path, sys.argv[1:])
Path(str(folder) + ".ready").touch()
while not gate.exists():
    time.sleep(0.002)
ingest(folder, store, batch_size=1)
"""


def write_pages(folder, numbers):
    folder.mkdir()
    for number in numbers:
        (folder / f"{number}.txt").write_text(story(number, MATTERS[number]), encoding="utf-8")
    return folder


def content(corpus):
    """What the corpus holds, whoever came first."""
    items = corpus.items.sort("item_id").select("item_id", "text").rows()
    return corpus.fingerprint, items, sorted(corpus.readouts["readout_id"])


def write_at_once(folders, store, gate):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, folder, store, gate], stderr=subprocess.PIPE, text=True
        )
        for folder in folders
    ]
    while not all(Path(f"{folder}.ready").exists() for folder in folders):
        assert all(one.poll() is None for one in started), [one.communicate() for one in started]
        time.sleep(0.005)
    gate.touch()
    said = [one.communicate(timeout=60)[1] for one in started]
    assert [one.returncode for one in started] == [0, 0], said


@pytest.mark.parametrize("numbers", [((0, 1, 2), (3, 4, 5)), ((0, 1, 2, 3), (2, 3, 4, 5))])
def test_two_processes_that_ingest_at_once_lose_nothing(tmp_path, numbers):
    folders = [write_pages(tmp_path / name, some) for name, some in zip("ab", numbers, strict=True)]
    store = tmp_path / "store"
    write_at_once(folders, store, tmp_path / "gate")
    alone = ingest(folders, tmp_path / "alone", batch_size=1)
    assert content(open_store(store)) == content(alone) == content(read_corpus(folders))
    given = {str(path) for folder in folders for path in folder.iterdir()}
    assert set(open_store(store, merge=False).events["origin"]) == given
    assert read_manifest(store)["fingerprint"] == alone.fingerprint


def test_one_who_waits_says_so_and_gives_up_in_the_end(tmp_path, caplog):
    pages = write_pages(tmp_path / "pages", range(2))
    with locked(tmp_path / "store"), pytest.raises(StoreError, match="locked by another process"):
        ingest(pages, tmp_path / "store", wait=0.2)
    assert "waiting up to" in caplog.text
    assert ingest(pages, tmp_path / "store").readouts.height == 2


def test_a_lock_left_by_a_dead_process_holds_nobody_up(tmp_path):
    pages = write_pages(tmp_path / "pages", range(1))
    code = (
        "import os, sys; from pathlib import Path; from readout_nlp.writer_lock import locked\n"
        "with locked(Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    died = subprocess.run([sys.executable, "-c", code, tmp_path / "store"], check=False)
    assert died.returncode == -9
    assert (tmp_path / "store" / ".lock").exists()
    assert ingest(pages, tmp_path / "store", wait=0).readouts.height == 1


def test_what_was_waited_for_is_read_after_the_wait(tmp_path, monkeypatch):
    """The other writer adds after this one has looked at the store, and before it has the lock."""
    mine, theirs = write_pages(tmp_path / "mine", [0, 1]), write_pages(tmp_path / "theirs", [2, 3])
    real = store_module.locked

    def late(folder, **named):
        monkeypatch.setattr(store_module, "locked", real)
        ingest(theirs, folder)
        return real(folder, **named)

    ingest(write_pages(tmp_path / "first", [4]), tmp_path / "store")
    monkeypatch.setattr(store_module, "locked", late)
    grown = ingest(mine, tmp_path / "store")
    assert grown.readouts.height == 5
    assert grown.events.filter(event="added").height == 5


@pytest.mark.parametrize(
    "read", [open_store, describe_store, lambda store: ingest(store.parent / "p", store)]
)
def test_a_reader_whose_files_a_writer_replaced_reads_again(tmp_path, monkeypatch, read):
    store = tmp_path / "store"
    pages = write_pages(tmp_path / "p", [0, 1])
    ingest(pages, store)
    new = write_pages(tmp_path / "new", [2])
    real = store_module.read_events

    def overtaken(folder, manifest):
        monkeypatch.setattr(store_module, "read_events", real)
        ingest(new, store)  # replaces the file of events that this manifest names
        return real(folder, manifest)

    monkeypatch.setattr(store_module, "read_events", overtaken)
    read(store)
    assert open_store(store).readouts.height == 3


def test_a_reader_beside_a_writer_sees_whole_states_only(tmp_path):
    store = tmp_path / "store"
    ingest(write_pages(tmp_path / "0", [0]), store)
    code = (
        "import sys; from readout_nlp.corpus.store import ingest\n"
        "for folder in sys.argv[2:]: ingest(folder, sys.argv[1])"
    )
    folders = [write_pages(tmp_path / str(number), [number]) for number in range(1, 6)]
    writer = subprocess.Popen([sys.executable, "-c", code, store, *folders])
    seen = []
    while writer.poll() is None:
        seen.append(open_store(store).readouts.height)
    assert writer.returncode == 0
    assert seen == sorted(seen)
    assert open_store(store).readouts.height == 6


def test_a_wrong_path_leaves_no_folder_behind(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        ingest(tmp_path / "nowhere", tmp_path / "store")
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_a_store_is_refused_and_what_it_points_at_stays(tmp_path):
    store = tmp_path / "store"
    pages = write_pages(tmp_path / "pages", [0])
    ingest(pages, store)
    elsewhere = tmp_path / "elsewhere"
    shutil.move(store / "parts", elsewhere)
    (elsewhere / "part-00001").mkdir()
    (elsewhere / "part-00001" / "mine.txt").write_text("mine", encoding="utf-8")
    (store / "parts").symlink_to(elsewhere)
    for act in (open_store, lambda folder: ingest(pages, folder)):
        with pytest.raises(StoreError, match="symbolic link"):
            act(store)
    assert (elsewhere / "part-00001" / "mine.txt").exists()


def test_a_part_that_is_a_link_to_another_file_is_refused(tmp_path):
    store = tmp_path / "store"
    ingest(write_pages(tmp_path / "pages", [0]), store)
    part = store / "parts" / "part-00000" / "items.parquet"
    part.rename(tmp_path / "copy.parquet")
    part.symlink_to(tmp_path / "copy.parquet")
    with pytest.raises(StoreError, match="symbolic link"):
        open_store(store)


def test_a_store_through_a_link_is_a_store(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "store").symlink_to(tmp_path / "disk")
    pages = write_pages(tmp_path / "pages", [0])
    ingest(pages, tmp_path / "store")
    assert open_store(tmp_path / "disk").readouts.height == 1


@pytest.mark.parametrize(
    "damage", ["{half a manifest", "[]", '{"artefact": "readout_nlp topic model", "schema_version": 1}']
)
def test_parts_whose_manifest_is_damaged_are_not_taken_for_a_new_store(tmp_path, damage):
    store = tmp_path / "store"
    pages = write_pages(tmp_path / "pages", [0, 1])
    ingest(pages, store, batch_size=1)
    (store / "manifest.json").write_text(damage, encoding="utf-8")
    before = sorted(os.walk(store))
    with pytest.raises(StoreError, match=r"manifest\.json"):
        ingest(pages, store)
    (store / "manifest.json").unlink()
    with pytest.raises(StoreError, match="parts/part-00001"):
        ingest(pages, store)
    assert [name for name in sorted(os.walk(store)) if "part-" in name[0]] == [
        name for name in before if "part-" in name[0]
    ]
