"""A newer schema is refused with what to do, an older one is migrated in memory, step by step."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_saved_models import contents, make_fit, tables

from readout_nlp.errors import StoreError
from readout_nlp.saved import described_files
from readout_nlp.saved.card import read_card
from readout_nlp.saved.cite import cite
from readout_nlp.saved.diff import diff_models
from readout_nlp.saved.labels import edit_label, read_labels, seal_labels
from readout_nlp.saved.manifest import SCHEMA_VERSION, read_manifest
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.verify import seal, verify_hashes
from readout_nlp.schema import readable

SAVED_1 = Path(__file__).parent / "cases" / "saved_v1" / "model"


def read(manifest, *, version=3, migrations=None, path="x/manifest.json"):
    steps = {n: lambda old, n=n: {**old, "steps": [*old["steps"], n]} for n in range(1, version)}
    return readable(manifest, artefact="a thing", version=version, migrations=migrations or steps, path=path)


def thing(version, **more):
    return {"artefact": "a thing", "schema_version": version, "steps": [], **more}


@given(first=st.integers(1, 8), span=st.integers(0, 8))
def test_every_step_from_the_version_found_to_the_newest_is_taken_once_and_in_order(first, span):
    made = read(thing(first), version=first + span)
    assert made["steps"] == list(range(first, first + span))
    assert made["schema_version"] == first + span


def test_the_manifest_given_is_not_changed_even_by_a_migration_that_writes_into_it():
    def careless(old):
        old["steps"].append("x")
        return old

    given_one = thing(1, part={"n": 1})
    made = readable(given_one, artefact="a thing", version=2, migrations={1: careless}, path="p")
    made["part"]["n"] = 2
    assert given_one == thing(1, part={"n": 1})


@pytest.mark.parametrize("found", [4, 99])
def test_a_newer_version_is_refused_with_both_versions_and_what_to_do(found):
    with pytest.raises(
        StoreError, match=rf"version {found} of a thing in x/manifest.*most version 3.*update"
    ):
        read(thing(found))


@pytest.mark.parametrize("found", [0, -1, None, "1", True, 1.0, [1]])
def test_a_version_that_never_was_is_refused(found):
    with pytest.raises(StoreError, match="among 1, 2, 3"):
        read(thing(found))


@pytest.mark.parametrize("other", [None, [], "a thing", {}, {"schema_version": 3}, {"artefact": "b"}])
def test_another_kind_of_file_is_refused_before_its_version_is_looked_at(other):
    with pytest.raises(StoreError, match="another kind of manifest at x/manifest"):
        read(other)


def test_an_old_manifest_that_lacks_what_its_version_holds_is_refused_and_not_guessed():
    with pytest.raises(StoreError, match=r"version 1 of a thing.*without what it should hold.*steps"):
        read({"artefact": "a thing", "schema_version": 1})


def copied(tmp_path):
    return Path(shutil.copytree(SAVED_1, tmp_path / "model"))


def test_a_model_of_version_1_is_whole_and_every_way_of_reading_leaves_it_as_it_was(tmp_path):
    folder = copied(tmp_path)
    before = contents(folder)
    assert json.loads(before["manifest.json"])["schema_version"] == 1
    assert "ro-crate-metadata.json" not in before
    fit = load_model(folder)
    assert (fit.topic_ids, fit.doc_ids) == (("t01", "t02"), ("a-1", "a-2", "b-1"))
    assert verify_hashes(folder).ok
    assert read_card(folder).startswith("> **Synthetic.**")
    assert list(read_labels(folder)["label"]) == ["教育", "防汛抗旱"]
    assert list(read_labels(folder)["coder"]) == ["automatic", "A"]
    for style in ("bibtex", "apa", "cff"):
        assert "Three invented documents" in cite(folder, format=style)
    assert contents(folder) == before


def test_its_manifest_is_read_as_one_of_the_newest_version_and_keeps_what_it_said():
    then = json.loads((SAVED_1 / "manifest.json").read_text(encoding="utf-8"))
    now = read_manifest(SAVED_1)
    assert now["schema_version"] == SCHEMA_VERSION
    assert now["validation"] == {"state": "not human-validated", "tasks": []}
    assert now["topic_history"] == []
    assert now["notes"] == now["attachments"] == []
    added = {"schema_version", "validation", "topic_history", "notes", "attachments"}
    assert {key: value for key, value in now.items() if key not in added} == {
        key: value for key, value in then.items() if key not in added
    }


def test_its_numbers_and_its_citation_key_survive_an_edit_which_makes_it_one_of_the_newest_version(tmp_path):
    folder = copied(tmp_path)
    before, key = contents(folder), cite(folder).splitlines()[0]
    edit_label(folder, "t01", label="学校教育", coder="B")
    assert json.loads(contents(folder)["manifest.json"])["schema_version"] == SCHEMA_VERSION
    assert "ro-crate-metadata.json" in contents(folder)
    for name in ("model.safetensors", "vocabulary.json", "doc_topics.parquet"):
        assert contents(folder)[name] == before[name]
    assert cite(folder).splitlines()[0] == key
    card = read_card(folder)
    assert "| t01 | 学校教育 | B |" in card
    assert "- t02 防汛抗旱: 排水与堤防; examples: a-2; labelled on 2026-05-31" in card
    assert verify_hashes(folder).ok


def test_the_card_of_an_old_model_is_the_one_that_its_version_wrote():
    assert "label (automatic)" in read_card(SAVED_1)


def test_the_newest_version_reads_and_writes_itself_unchanged(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m", tables=tables())
    before = contents(folder)
    seal_labels(folder)
    assert contents(folder) == before


READERS = {
    "load": load_model,
    "card": read_card,
    "cite": cite,
    "labels": read_labels,
    "diff": lambda folder: diff_models(folder, folder),
}


def rewritten(folder, text):
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    seal(folder)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.pop("model"), "no model"),
        (lambda m: m["model"].pop("topic_ids"), r"no model\.topic_ids"),
        (lambda m: m["model"].update(n_topics="3"), r"model\.n_topics of type str"),
        (
            lambda m: m.update(citation=["x"], validation=None),
            "validation of type NoneType, citation of type list",
        ),
    ],
)
def test_a_sealed_manifest_without_a_part_is_refused_by_name_by_every_reader(
    tmp_path, reader, change, message
):
    folder = save_model(make_fit(), tmp_path / "m")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    rewritten(folder, json.dumps(manifest))
    with pytest.raises(StoreError, match=message):
        reader(folder)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "1" * 10_000])
def test_a_manifest_made_to_exhaust_its_reader_is_refused(tmp_path, reader, text):
    folder = save_model(make_fit(), tmp_path / "m")
    rewritten(folder, text)
    with pytest.raises(StoreError, match=r"manifest\.json that is not JSON"):
        reader(folder)


def test_words_made_to_exhaust_their_reader_are_refused(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m")
    (folder / "vocabulary.json").write_text("[" * 200_000, encoding="utf-8")
    seal(folder)
    with pytest.raises(StoreError, match="do not belong together"):
        load_model(folder)


def test_labels_that_are_a_link_are_not_read(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m")
    (folder / "labels.csv").unlink()
    (folder / "labels.csv").symlink_to("/dev/zero")
    with pytest.raises(StoreError, match="a link"):
        read_labels(folder)


@pytest.mark.parametrize("name", ["manifest.json", "README.md"])
def test_a_description_that_is_a_link_or_too_large_is_not_read(tmp_path, monkeypatch, name):
    folder = save_model(make_fit(), tmp_path / "m")
    monkeypatch.setattr(described_files, "MAX_BYTES", 100)
    with pytest.raises(StoreError, match="bytes; expected at most 100"):
        read_card(folder)
    monkeypatch.undo()
    (folder / name).unlink()
    (folder / name).symlink_to("/dev/zero")
    with pytest.raises(StoreError, match="a link"):
        read_card(folder)
