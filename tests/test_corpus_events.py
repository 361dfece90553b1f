"""What happens to a page between ingests is an event, never an error, and its readout stays."""

from __future__ import annotations

import json

import pytest
from corpus_example import story

from readout_nlp.corpus import store as store_module
from readout_nlp.corpus.corpus import EVENT_SCHEMA
from readout_nlp.corpus.events import events
from readout_nlp.corpus.manifest import SCHEMA_VERSION
from readout_nlp.corpus.read import read_corpus
from readout_nlp.corpus.store import ingest, open_store
from readout_nlp.durable import sha256_file
from readout_nlp.errors import InputError, StoreError


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(story(number), encoding="utf-8")
    return folder


def told(store, batch=None):
    table = events(store)
    if batch is not None:
        table = table[table["batch"] == batch]
    names = [origin.rsplit("/", 1)[-1] for origin in table["origin"]]
    return list(zip(table["event"], names, strict=True))


def test_a_page_is_added_edited_vanishes_and_returns(tmp_path, pages):
    store, page = tmp_path / "store", pages / "1.txt"
    first = ingest(pages, store)
    assert told(store, 1) == [("added", "0.txt"), ("added", "1.txt"), ("added", "2.txt")]
    page.write_text(story(1, "灯会筹备"), encoding="utf-8")
    edited = ingest(pages, store)
    assert told(store, 2) == [("edited", "1.txt")]
    assert events(store)["sha256"].iloc[-1] == sha256_file(page)
    text = page.read_bytes()
    page.unlink()
    assert ingest(pages, store).fingerprint == edited.fingerprint
    assert told(store, 3) == [("vanished", "1.txt")]
    page.write_bytes(text)
    ingest(pages, store)
    assert told(store, 4) == [("returned", "1.txt")]
    assert first.readouts.height == open_store(store).readouts.height == 3


def test_a_page_that_returns_changed_is_edited_too(tmp_path, pages):
    store, page = tmp_path / "store", pages / "1.txt"
    ingest(pages, store)
    page.unlink()
    ingest(pages, store)
    page.write_text(story(1, "灯会筹备"), encoding="utf-8")
    ingest(pages, store)
    assert told(store, 3) == [("returned", "1.txt"), ("edited", "1.txt")]


def test_bytes_that_come_back_to_an_earlier_state_are_an_edit(tmp_path, pages):
    store, page = tmp_path / "store", pages / "1.txt"
    for text in (story(1), story(1, "灯会筹备"), story(1)):
        page.write_text(text, encoding="utf-8")
        ingest(pages, store)
    assert [event for event, name in told(store) if name == "1.txt"] == ["added", "edited", "edited"]


def test_what_was_not_looked_at_has_not_vanished(tmp_path, pages):
    other = tmp_path / "pages-2"
    other.mkdir()
    (other / "9.txt").write_text(story(9), encoding="utf-8")
    ingest(pages, tmp_path / "store")
    (pages / "1.txt").unlink()
    ingest([other, pages / "0.txt"], tmp_path / "store")
    assert told(tmp_path / "store", 2) == [("added", "9.txt")]


@pytest.mark.parametrize("leave_folder", [True, False])
def test_a_folder_emptied_or_removed_is_an_event(tmp_path, pages, leave_folder):
    store = tmp_path / "store"
    corpus = ingest(pages, store)
    for file in pages.iterdir():
        file.unlink()
    if not leave_folder:
        pages.rmdir()
    assert ingest(pages, store).fingerprint == corpus.fingerprint
    assert {event for event, _ in told(store, 2)} == {"vanished"}
    assert len(told(store, 2)) == 3
    with pytest.raises(InputError, match="no file or folder"):
        ingest(tmp_path / "never there", store)


def test_a_file_that_cannot_be_read_has_not_vanished(tmp_path, pages):
    store = tmp_path / "store"
    ingest(pages, store)
    (pages / "1.txt").write_bytes(b"")
    ingest(pages, store)
    assert told(store, 2) == []


def test_rows_state_when_they_were_retrieved(tmp_path):
    table, store = tmp_path / "rows.jsonl", tmp_path / "store"
    stated = ["2024-05-06", "2024-05-06T07:08:09+08:00", "the other day", None]
    rows = [{"text": story(n), "retrieved": value} for n, value in enumerate(stated)]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    table.write_text("\n".join(lines), encoding="utf-8")
    corpus = ingest(table, store)
    assert open_store(store).events["retrieved"].to_list() == [*stated[:2], None, None]
    hashes = dict(zip(corpus.readouts["origin"], corpus.readouts["sha256"], strict=True))
    assert dict(zip(events(store)["origin"], events(store)["sha256"], strict=True)) == hashes
    table.write_text("\n".join(lines[:3]), encoding="utf-8")
    ingest(table, store)
    assert told(store, 2) == [("vanished", "rows.jsonl#4")]


def test_relative_paths_are_the_same_paths(tmp_path, pages, monkeypatch):
    monkeypatch.chdir(pages)
    ingest(".", tmp_path / "store")
    (pages / "1.txt").unlink()
    ingest(".", tmp_path / "store")
    assert told(tmp_path / "store", 2) == [("vanished", "1.txt")]


@pytest.mark.parametrize("version", [1, 2])
def test_a_store_without_events_tells_them_by_its_parts(tmp_path, pages, version):
    store = tmp_path / "store"
    ingest(pages, store)
    (pages / "1.txt").write_text(story(1, "灯会筹备"), encoding="utf-8")
    ingest(pages, store)
    before = told(store)
    path = store / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    (store / manifest.pop("events")["file"]).unlink()
    path.write_text(json.dumps(manifest | {"schema_version": version}), encoding="utf-8")
    assert told(store) == before
    (pages / "2.txt").unlink()
    ingest(pages, store)
    assert told(store) == [*before, ("vanished", "2.txt")]
    assert json.loads(path.read_text(encoding="utf-8"))["schema_version"] == SCHEMA_VERSION


def test_a_killed_ingest_lets_nothing_vanish_and_the_next_tells_all(tmp_path, pages, monkeypatch):
    real, calls = store_module.write_manifest, []

    def killed(*given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*given)

    monkeypatch.setattr(store_module, "write_manifest", killed)
    with pytest.raises(KeyboardInterrupt):
        ingest(pages, tmp_path / "store", batch_size=1)
    monkeypatch.undo()
    assert told(tmp_path / "store") == []
    ingest(pages, tmp_path / "store", batch_size=1)
    assert told(tmp_path / "store") == [("added", "0.txt"), ("added", "1.txt"), ("added", "2.txt")]


def test_events_changed_on_disk_are_refused(tmp_path, pages):
    ingest(pages, tmp_path / "store")
    next((tmp_path / "store").glob("events-*")).write_bytes(b"")
    with pytest.raises(StoreError, match="changed"):
        events(tmp_path / "store")


def test_only_one_file_of_events_is_kept(tmp_path, pages):
    ingest(pages, tmp_path / "store")
    (pages / "1.txt").unlink()
    ingest(pages, tmp_path / "store")
    assert len(list((tmp_path / "store").glob("events-*"))) == 1


def test_a_corpus_in_memory_has_no_events(pages):
    table = events(read_corpus(pages))
    assert list(table.columns) == list(EVENT_SCHEMA)
    assert table.empty
