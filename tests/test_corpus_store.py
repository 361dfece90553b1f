"""The store: same corpus as from memory, repeatable, safe to kill, and never another's folder."""

from __future__ import annotations

import json

import polars as pl
import pytest
from corpus_example import story

from readout_nlp.corpus import store as store_module
from readout_nlp.corpus.manifest import SCHEMA_VERSION
from readout_nlp.corpus.read import read_corpus
from readout_nlp.corpus.store import describe_store, ingest, is_store, open_store
from readout_nlp.errors import InputError, StoreError
from readout_nlp.writer_lock import locked

MATTERS = [
    "水库除险加固",
    "中小学校舍修缮",
    "蔬菜基地保供",
    "公园绿地管护",
    "老旧电梯改造",
    "渡口安全整治",
    "灯会筹备",
]


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, matter in enumerate(MATTERS):
        (folder / f"{number}.txt").write_text(story(number, matter), encoding="utf-8")
    (folder / "weather.txt").write_text("明天多云转晴,东风三级。", encoding="utf-8")
    return folder


def same(one, other):
    return (
        one.readouts.equals(other.readouts)
        and one.items.equals(other.items)
        and one.quarantine.equals(other.quarantine)
    )


@pytest.mark.parametrize("batch_size", [1, 3, 1000])
def test_the_store_holds_what_reading_gives_whatever_the_batches(tmp_path, pages, batch_size):
    (pages / "copy.txt").write_bytes((pages / "0.txt").read_bytes())
    corpus = ingest(pages, tmp_path / "store", batch_size=batch_size)
    assert same(corpus, read_corpus(pages))
    assert same(corpus, open_store(tmp_path / "store"))
    assert same(corpus, read_corpus(tmp_path / "store"))
    assert corpus.readouts.height == len(MATTERS)
    assert corpus.merged == 1
    apart = open_store(tmp_path / "store", merge=False)
    assert same(apart, read_corpus(pages, merge=False))
    assert apart.quarantine["reason"].str.starts_with("duplicate of").sum() == 1


def test_adding_the_same_pages_again_changes_not_a_byte(tmp_path, pages):
    ingest(pages, tmp_path / "store")
    before = {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()}
    ingest(pages, tmp_path / "store")
    assert {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()} == before


def test_pages_added_one_by_one_or_at_once_give_one_fingerprint(tmp_path, pages):
    for file in sorted(pages.iterdir(), reverse=True):
        ingest(file, tmp_path / "slow")
    assert same(open_store(tmp_path / "slow"), ingest(pages, tmp_path / "fast"))


@pytest.mark.parametrize("moment", ["write_manifest", "aside_folder"])
def test_a_killed_run_keeps_finished_batches_and_the_next_ends_it(tmp_path, pages, monkeypatch, moment):
    real, calls = getattr(store_module, moment), []

    def killed(*given, **named):
        calls.append(given)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*given, **named)

    monkeypatch.setattr(store_module, moment, killed)
    with pytest.raises(KeyboardInterrupt):
        ingest(pages, tmp_path / "store", batch_size=2)
    monkeypatch.undo()
    half = open_store(tmp_path / "store")
    assert 0 < half.readouts.height < len(MATTERS)
    assert same(ingest(pages, tmp_path / "store", batch_size=2), read_corpus(pages))


def test_a_run_killed_before_its_first_manifest_can_be_repeated(tmp_path, pages, monkeypatch):
    def killed(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(store_module, "write_manifest", killed)
    with pytest.raises(KeyboardInterrupt):
        ingest(pages, tmp_path / "store")
    monkeypatch.undo()
    assert not is_store(tmp_path / "store")
    assert same(ingest(pages, tmp_path / "store"), read_corpus(pages))


def test_seen_pages_are_not_parsed_again(tmp_path, pages, monkeypatch):
    ingest(pages, tmp_path / "store")
    (pages / "new.txt").write_text(story(8, "早稻收割"), encoding="utf-8")
    real, parsed = store_module.parse_pages, []

    def counted(batch, **named):
        parsed.extend(batch)
        return real(batch, **named)

    monkeypatch.setattr(store_module, "parse_pages", counted)
    ingest(pages, tmp_path / "store")
    assert [one.origin.rsplit("/", 1)[-1] for one in parsed] == ["new.txt"]


def test_the_description_agrees_with_the_corpus_and_the_manifest(tmp_path, pages):
    corpus = ingest(pages, tmp_path / "store")
    about = describe_store(tmp_path / "store")
    assert about["fingerprint"] == corpus.fingerprint
    assert json.loads((tmp_path / "store" / "manifest.json").read_text())["fingerprint"] == corpus.fingerprint
    assert (about["readouts"], about["items"]) == (corpus.readouts.height, corpus.items.height)
    assert about["quarantined"] == corpus.quarantine.height == 1
    json.dumps(about)


def test_a_newer_store_is_refused(tmp_path, pages):
    ingest(pages, tmp_path / "store")
    path = tmp_path / "store" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema_version": SCHEMA_VERSION + 1}))
    for act in (open_store, describe_store, lambda folder: ingest(pages, folder)):
        with pytest.raises(StoreError, match="update readout_nlp"):
            act(tmp_path / "store")


def test_a_changed_or_missing_part_is_refused(tmp_path, pages):
    ingest(pages, tmp_path / "store")
    part = next((tmp_path / "store").rglob("items.parquet"))
    pl.read_parquet(part).head(1).write_parquet(part)
    with pytest.raises(StoreError, match="changed"):
        open_store(tmp_path / "store")
    part.unlink()
    with pytest.raises(StoreError, match="missing"):
        open_store(tmp_path / "store")


def test_another_folder_is_refused_untouched(tmp_path, pages):
    with pytest.raises(StoreError, match=r"0\.txt"):
        ingest(pages, pages)
    assert not (pages / "manifest.json").exists()
    with pytest.raises(StoreError, match="a file"):
        ingest(pages, pages / "0.txt")
    with pytest.raises(StoreError, match="no corpus store"):
        open_store(pages)


def test_a_store_is_never_read_as_pages(tmp_path, pages):
    corpus = ingest(pages, tmp_path / "store")
    assert same(read_corpus([tmp_path / "store"]), corpus)
    for act in (
        lambda: read_corpus([pages, tmp_path / "store"]),
        lambda: ingest(tmp_path / "store", tmp_path / "b"),
    ):
        with pytest.raises(InputError, match="open a store alone"):
            act()


def test_two_writers_are_refused(tmp_path, pages):
    with locked(tmp_path / "store"), pytest.raises(StoreError, match="another process"):
        ingest(pages, tmp_path / "store", wait=0)
