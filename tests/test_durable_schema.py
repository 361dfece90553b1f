"""Stores that older versions wrote open as they were, and go on as stores of this one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from corpus_example import story

from readout_nlp.corpus.events import events
from readout_nlp.corpus.manifest import SCHEMA_VERSION, read_manifest
from readout_nlp.corpus.store import describe_store, ingest, open_store
from readout_nlp.errors import StoreError

CASES = Path(__file__).parent / "cases"
OLD = [1, 2]
IDS = {  # as the old code named them; page 1 was edited after its first ingest
    "pages/0.txt": "3d98edec0cf78dc7",
    "pages/1.txt": "66dc73d155954458",
    "pages/2.txt": "67dce749f97745c0",
    "pages/3.txt": "7479913c7a7f5bc6",
}


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def ids(corpus):
    return dict(corpus.readouts.select("origin", "readout_id").iter_rows())


@pytest.fixture(params=OLD)
def copied(request, tmp_path, monkeypatch):
    """Give the version, in a folder that holds a copy of its store and its pages."""
    for name in ("store", "pages"):
        shutil.copytree(CASES / f"store_v{request.param}" / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return request.param


def test_there_is_a_fixture_of_every_version_that_was():
    assert list(range(1, SCHEMA_VERSION)) == OLD


@pytest.mark.parametrize("version", OLD)
def test_an_old_store_opens_as_it_was_and_stays_untouched(version):
    store = CASES / f"store_v{version}" / "store"
    before = contents(store)
    corpus = open_store(store)
    assert ids(corpus) == IDS
    assert corpus.items["readout_id"].sort().to_list() == sorted(IDS.values())
    assert corpus.quarantine["origin"].to_list() == ["pages/weather.txt"]
    assert contents(store) == before
    assert json.loads((store / "manifest.json").read_text(encoding="utf-8"))["schema_version"] == version


def test_the_fingerprint_of_version_2_still_holds():
    store = CASES / "store_v2" / "store"
    told = json.loads((store / "manifest.json").read_text(encoding="utf-8"))["fingerprint"]
    assert open_store(store).fingerprint == told
    assert open_store(store).readouts.filter(origin="pages/0.txt")["source"].item() == "云溪日报"


def test_ingest_makes_it_a_store_of_this_version_and_nothing_is_lost(copied):
    before = open_store("store")
    same = ingest("pages", "store")
    assert ids(same) == IDS
    assert same.items.equals(before.items)
    assert same.corrections.equals(before.corrections)
    on_disk = json.loads(Path("store/manifest.json").read_text(encoding="utf-8"))
    assert on_disk["schema_version"] == SCHEMA_VERSION
    assert on_disk["fingerprint"] == same.fingerprint
    Path("pages/4.txt").write_text(story(4, "老旧电梯改造"), encoding="utf-8")
    grown = ingest("pages", "store")
    assert ids(grown).items() > IDS.items()
    assert events("store")["event"].tolist() == ["added"] * 4 + ["edited", "added", "added"]
    assert describe_store("store")["readouts"] == len(IDS) + 1


def test_a_newer_store_is_refused_by_name_of_both_versions(copied):
    path = Path("store/manifest.json")
    told = json.loads(path.read_text(encoding="utf-8")) | {"schema_version": SCHEMA_VERSION + 1}
    path.write_text(json.dumps(told), encoding="utf-8")
    before = contents(Path("store"))
    for act in (open_store, lambda store: ingest("pages", store)):
        with pytest.raises(
            StoreError, match=rf"version {SCHEMA_VERSION + 1} .*at most version {SCHEMA_VERSION}.*update"
        ):
            act("store")
    assert contents(Path("store")) == before


@pytest.mark.parametrize(
    "change",
    [
        {"parts": [{"name": "../../elsewhere", "sha256": {"readouts": "", "items": "", "quarantine": ""}}]},
        {"parts": [{"name": "part-00000", "sha256": {"../../elsewhere": ""}}]},
        {"parts": {}},
        {"corrections": {"file": "../pages/0.txt", "sha256": ""}},
        {"events": {"file": "/etc/hostname", "sha256": ""}},
        {"events": {"file": "manifest.json", "sha256": ""}},
    ],
)
def test_a_manifest_that_names_what_lies_elsewhere_is_refused_and_nothing_removed(tmp_path, change):
    store = tmp_path / "store"
    shutil.copytree(CASES / "store_v2" / "store", store)
    shutil.copytree(CASES / "store_v2" / "pages", tmp_path / "pages")
    path = store / "manifest.json"
    path.write_text(
        json.dumps(json.loads(path.read_text(encoding="utf-8")) | change | {"schema_version": 3}),
        encoding="utf-8",
    )
    before = contents(tmp_path)
    for act in (read_manifest, open_store, lambda folder: ingest(tmp_path / "pages", folder)):
        with pytest.raises(StoreError, match="other files"):
            act(store)
    assert contents(tmp_path) == before
