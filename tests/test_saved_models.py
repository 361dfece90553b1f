"""A saved model comes back bit for bit, is the same bytes each time, and is whole or not there."""

import ast
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp import durable
from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.errors import CheckError, InputError, RecipeError, StoreError
from readout_nlp.saved.labels import edit_label
from readout_nlp.saved.manifest import SCHEMA_VERSION
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.verify import seal, verify_hashes
from readout_nlp.topics.fit import TopicFit

FILES = {
    "model.safetensors",
    "vocabulary.json",
    "doc_topics.parquet",
    "manifest.json",
    "README.md",
    "labels.csv",
    "ro-crate-metadata.json",
    "SHA256SUMS",
}


def make_fit(seed=0, *, n_topics=3, n_docs=7, n_terms=11, **changes):
    rng = np.random.default_rng(seed)
    parts = {
        "topic_terms": rng.dirichlet(np.ones(n_terms), n_topics),
        "doc_topics": rng.dirichlet(np.full(n_topics, 0.1), n_docs),
        "vocabulary": tuple(f"词{i}" for i in range(n_terms)),
        "doc_ids": tuple(f"doc-{i}" for i in range(n_docs)),
        "topic_ids": tuple(f"t{i + 1:02}" for i in range(n_topics)),
        "method": "lda",
        "params": {"random_state": 5, "passes": 2, "alpha": [0.1, 1 / 3], "note": "甲"},
        "state": {"sstats": rng.gamma(1, size=(n_topics, n_terms)), "eta": np.array(0.1)},
    }
    return TopicFit(**(parts | changes))


def make_corpus(*, code="990100"):
    readouts = pl.DataFrame(
        [
            {"readout_id": "r1", "place": "甲市", "place_code": code, "year": 2020},
            {"readout_id": "r2", "place": None, "place_code": None, "year": None},
        ],
        schema=READOUT_SCHEMA,
    )
    items = pl.DataFrame(
        [{"item_id": "i1", "readout_id": "r1", "text": "绝不写出的正文"}], schema=ITEM_SCHEMA
    )
    return Corpus(readouts=readouts, items=items, quarantine=pl.DataFrame(schema=QUARANTINE_SCHEMA))


def tables():
    topics = pd.DataFrame(
        {
            "topic": ["t03", "t01", "t02"],
            "label": ["丙", "甲", "乙"],
            "top_terms": ["词1 词2"] * 3,
            "npmi": [0.1, np.nan, 0.3],
            "exclusivity": [0.5, 0.6, 0.7],
            "stability": [0.9, 0.2, 0.8],
            "unstable": [False, True, False],
        }
    )
    coverage = pd.DataFrame(
        {
            "place": ["甲市", "甲市"],
            "place_code": ["990100", "990100"],
            "level": ["prefecture", "prefecture"],
            "year": [2020, 2021],
            "n_readouts": [1, 0],
            "n_items": [4, 0],
            "gap": [False, True],
        }
    )
    return {"topics": topics, "coverage": coverage, "other": pd.DataFrame({"x": [1]})}


def contents(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def assert_same_fit(a, b):
    for name in ("topic_terms", "doc_topics"):
        assert getattr(a, name).tobytes() == np.ascontiguousarray(getattr(b, name)).tobytes()
        assert getattr(a, name).shape == getattr(b, name).shape
    for name in ("vocabulary", "doc_ids", "topic_ids", "method", "params"):
        assert getattr(a, name) == getattr(b, name)
    assert set(a.state) == set(b.state)
    for name, values in a.state.items():
        assert values.tobytes() == np.ascontiguousarray(b.state[name]).tobytes()
        assert values.shape == b.state[name].shape


def test_round_trip_is_bit_exact_and_the_folder_holds_the_eight_files(tmp_path):
    fit = make_fit()
    folder = save_model(fit, tmp_path / "model", corpus=make_corpus(), tables=tables())
    assert set(contents(folder)) == FILES
    assert_same_fit(fit, load_model(str(folder)))
    assert verify_hashes(folder).ok


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), n_topics=st.integers(1, 5), n_docs=st.integers(1, 6))
def test_round_trip_of_any_model(tmp_path_factory, seed, n_topics, n_docs):
    fit = make_fit(seed, n_topics=n_topics, n_docs=n_docs)
    assert_same_fit(fit, load_model(save_model(fit, tmp_path_factory.mktemp("any") / "model")))


@pytest.mark.parametrize("order", ["fortran", "reversed", "strided"])
def test_arrays_that_do_not_lie_in_c_order_come_back_as_they_read(tmp_path, order):
    base = make_fit()
    other = {
        "fortran": np.asfortranarray(base.topic_terms),
        "reversed": base.topic_terms[::-1],
        "strided": np.repeat(base.topic_terms, 2, axis=0)[::2],
    }[order]
    back = load_model(save_model(make_fit(topic_terms=other), tmp_path / "model"))
    assert np.array_equal(back.topic_terms, other)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_reading_a_model_leaves_no_thread_behind(tmp_path):
    """One that runs while the interpreter ends may abort it: an error would then have another exit code."""
    save_model(make_fit(), tmp_path / "m")
    script = (
        "import os, sys; from readout_nlp.saved.models import load_model;"
        "before = os.listdir('/proc/self/task'); load_model(sys.argv[1]);"
        "assert os.listdir('/proc/self/task') == before"
    )
    subprocess.run([sys.executable, "-c", script, tmp_path / "m"], check=True)


def test_a_rebuild_is_byte_identical_in_another_process_and_folder(tmp_path):
    arguments = {"corpus": make_corpus(), "tables": tables(), "recipe": {"n_topics": 3}}
    first = contents(save_model(make_fit(), tmp_path / "a", **arguments))
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_saved_models as t;"
        "t.save_model(t.make_fit(), sys.argv[2], corpus=t.make_corpus(), tables=t.tables(), "
        "recipe={'n_topics': 3})"
    )
    other = tmp_path / "elsewhere" / "b"
    subprocess.run([sys.executable, "-c", code, str(Path(__file__).parent), str(other)], check=True)
    assert contents(other) == first


def test_no_time_host_path_or_text_of_the_corpus_is_written(tmp_path):
    everything = b"".join(contents(save_model(make_fit(), tmp_path / "m", corpus=make_corpus())).values())
    for secret in (str(tmp_path), "绝不写出的正文"):
        assert secret.encode() not in everything


def test_the_manifest_names_what_made_the_model(tmp_path):
    corpus = make_corpus()
    folder = save_model(make_fit(), tmp_path / "m", corpus=corpus, tables=tables(), recipe={"n_topics": 3})
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["schema_version"] == SCHEMA_VERSION
    assert manifest["corpus"]["fingerprint"] == corpus.fingerprint
    assert manifest["corpus"]["synthetic"] is True
    assert (manifest["seed"], manifest["recipe"]) == (5, {"n_topics": 3})
    assert manifest["libraries"]["gensim"]
    assert manifest["stability"]["unstable"] == ["t01"]
    assert [row["topic"] for row in manifest["topics"]] == ["t01", "t02", "t03"]
    assert manifest["quality"]["npmi"] == pytest.approx(0.2)  # the topic without a value is left out
    assert manifest["coverage"][0]["years"] == {"2020": [1, 4], "2021": [0, 0]}
    assert manifest["validation"]["state"] == "not human-validated"


def test_coverage_is_counted_from_the_corpus_where_no_table_is_given(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m", corpus=make_corpus())
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [(place["place"], place["years"]) for place in manifest["coverage"]] == [
        ("甲市", {"2020": [1, 1]})
    ]


@pytest.mark.parametrize("name", sorted(FILES - {"SHA256SUMS"}))
def test_one_flipped_bit_in_any_file_is_refused(tmp_path, name):
    folder = save_model(make_fit(), tmp_path / "m")
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(bytes(data))
    with pytest.raises(CheckError, match=f"{name} is changed"):
        load_model(folder)


def test_a_changed_schema_version_is_a_changed_file_before_it_is_a_newer_one(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m")
    path = folder / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"schema_version": 2', '"schema_version": 9'))
    with pytest.raises(CheckError, match=r"manifest\.json is changed"):
        load_model(folder)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_is_refused(tmp_path, name):
    folder = save_model(make_fit(), tmp_path / "m")
    (folder / name).unlink()
    with pytest.raises(CheckError, match=f"{name} is missing"):
        load_model(folder)


@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "sub/data.bin"])
def test_an_added_file_is_refused(tmp_path, name):
    folder = save_model(make_fit(), tmp_path / "m")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"x")
    with pytest.raises(CheckError, match=f"{name} is unlisted"):
        load_model(folder)


def rewrite(folder, change):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    seal(folder)


@pytest.mark.parametrize("found", [SCHEMA_VERSION + 1, 99])
def test_a_newer_schema_is_refused_with_what_to_do(tmp_path, found):
    folder = save_model(make_fit(), tmp_path / "m")
    rewrite(folder, lambda m: m.update(schema_version=found))
    newest = f"schema version {found} .*at most version {SCHEMA_VERSION},.*update readout_nlp"
    with pytest.raises(StoreError, match=newest):
        load_model(folder)


@pytest.mark.parametrize("found", [0, None, "1", True, 1.5])
def test_a_schema_version_that_never_was_is_refused(tmp_path, found):
    folder = save_model(make_fit(), tmp_path / "m")
    rewrite(folder, lambda m: m.update(schema_version=found))
    with pytest.raises(StoreError, match="schema version"):
        load_model(folder)


def swap_topics(manifest):
    manifest["model"]["topic_ids"].reverse()


def test_parts_that_disagree_are_refused_though_the_hashes_hold(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m")
    rewrite(folder, swap_topics)
    assert verify_hashes(folder).ok
    with pytest.raises(StoreError, match="do not belong together"):
        load_model(folder)


def test_a_shorter_vocabulary_is_refused_though_the_hashes_hold(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m")
    (folder / "vocabulary.json").write_text('["词0"]', encoding="utf-8")
    seal(folder)
    with pytest.raises(StoreError, match="do not belong together"):
        load_model(folder)


class Trap:
    """Unpickling this makes a folder."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.mark.parametrize(
    "name", ["model.safetensors", "vocabulary.json", "doc_topics.parquet", "manifest.json"]
)
def test_a_pickle_under_any_name_is_refused_and_never_run(tmp_path, name):
    folder = save_model(make_fit(), tmp_path / "m")
    (folder / name).write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    seal(folder)
    assert verify_hashes(folder).ok
    with pytest.raises(StoreError):
        load_model(folder)
    assert not (tmp_path / "sprung").exists()
    pickle.loads((folder / name).read_bytes())
    assert (tmp_path / "sprung").exists()  # the trap would have worked


def test_nothing_in_the_package_imports_an_unpickler_but_the_reader_of_trusted_gensim_files():
    banned = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    package = Path(durable.__file__).parent
    for path in set(package.rglob("*.py")) - {package / "exchange" / "gensim_pickle.py"}:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not banned & {name.split(".")[0] for name in names}, path


@pytest.mark.parametrize("content", [None, "not json", "{}", '{"artefact": "another"}'])
def test_a_folder_that_is_not_a_saved_model_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match="manifest"):
        load_model(tmp_path)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_with_other_files_is_never_touched(tmp_path, overwrite):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(StoreError):
        save_model(make_fit(), tmp_path, overwrite=overwrite)
    assert contents(tmp_path) == {"thesis.txt": b"years of work"}


def test_an_empty_folder_is_filled_and_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    assert load_model(save_model(make_fit(), tmp_path / "empty")).n_topics == 3
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="a file at"):
        save_model(make_fit(), tmp_path / "file", overwrite=True)


def test_a_saved_model_is_replaced_only_when_asked(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m")
    before = contents(folder)
    with pytest.raises(StoreError, match="overwrite=True"):
        save_model(make_fit(1), folder)
    assert contents(folder) == before
    save_model(make_fit(1), folder, overwrite=True)
    assert_same_fit(make_fit(1), load_model(folder))
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


def add_file(folder):
    (folder / "notes.txt").write_text("mine", encoding="utf-8")


def label_by_hand(folder):
    edit_label(folder, "t01", label="防汛", coder="A")


@pytest.mark.parametrize("work", [add_file, label_by_hand])
def test_work_by_a_person_is_not_replaced(tmp_path, work):
    folder = save_model(make_fit(), tmp_path / "m", tables=tables())
    work(folder)
    before = contents(folder)
    with pytest.raises(StoreError):
        save_model(make_fit(1), folder, overwrite=True)
    assert contents(folder) == before


@pytest.mark.parametrize("write", range(1, len(FILES) + 1))
@pytest.mark.parametrize("old", [False, True])
def test_a_stop_between_any_two_files_leaves_the_old_model_or_nothing(tmp_path, monkeypatch, write, old):
    folder = tmp_path / "m"
    if old:
        save_model(make_fit(), folder)
    before = contents(tmp_path)
    stop_at(monkeypatch, durable, "write_bytes", write)
    with pytest.raises(KeyboardInterrupt):
        save_model(make_fit(1), folder, overwrite=True)
    assert contents(tmp_path) == before
    assert folder.exists() == old


def stop_at(monkeypatch, owner, name, number):
    """Raise at the nth call, before it does anything."""
    real, calls = getattr(owner, name), []

    def stop(*args, **kwargs):
        calls.append(name)
        if len(calls) == number:
            raise KeyboardInterrupt
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, stop)


def test_a_model_that_another_process_saved_meanwhile_is_not_overwritten(tmp_path, monkeypatch):
    folder = tmp_path / "m"
    real = durable.write_bytes

    def race(path, data):
        real(path, data)
        if path.name == "SHA256SUMS" and not folder.exists():
            monkeypatch.setattr(durable, "write_bytes", real)
            save_model(make_fit(1), folder)

    monkeypatch.setattr(durable, "write_bytes", race)
    with pytest.raises(OSError, match="not empty"):
        save_model(make_fit(), folder)
    assert_same_fit(make_fit(1), load_model(folder))
    assert [p.name for p in tmp_path.iterdir()] == ["m"]


def test_a_failing_last_rename_brings_the_old_model_back(tmp_path, monkeypatch):
    folder = save_model(make_fit(), tmp_path / "m")
    before = contents(tmp_path)
    real = Path.replace

    def fail_into_place(self, target):
        if self.is_dir() and self.name.startswith(durable.SIDE_PREFIX) and "old" not in self.name:
            raise OSError("disk full")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", fail_into_place)
    monkeypatch.setattr(durable, "_exchange", lambda *_: False)  # as where two renames are needed
    with pytest.raises(OSError, match="disk full"):
        save_model(make_fit(1), folder, overwrite=True)
    assert contents(tmp_path) == before


def test_a_process_killed_between_the_two_renames_loses_nothing(tmp_path):
    folder = save_model(make_fit(), tmp_path / "m")
    folder.rename(tmp_path / f"{durable.SIDE_PREFIX}old-m")  # what a kill at that moment leaves
    with pytest.raises(StoreError, match="overwrite=True"):
        save_model(make_fit(1), folder)
    assert_same_fit(make_fit(), load_model(folder))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"vocabulary": ("词0",)}, InputError, "topic_terms of shape"),
        ({"topic_ids": ("t01", "t01", "t02")}, InputError, "repeated topic_ids"),
        ({"topic_ids": ("doc_id", "t01", "t02")}, RecipeError, "a topic named doc_id"),
        ({"params": {"f": print}}, RecipeError, "params that cannot be written as JSON"),
        ({"params": {"x": float("nan")}}, RecipeError, "params that cannot be written as JSON"),
        ({"state": {"n": np.array([2**53 + 1])}}, RecipeError, "float64 cannot hold"),
    ],
)
def test_a_model_that_cannot_be_saved_whole_is_refused_before_anything_is_written(
    tmp_path, changes, error, message
):
    with pytest.raises(error, match=message):
        save_model(make_fit(**changes), tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_a_table_of_another_models_topics_is_refused(tmp_path):
    wrong = {"topics": tables()["topics"].iloc[:2]}
    with pytest.raises(RecipeError, match="t03, t01"):
        save_model(make_fit(), tmp_path / "m", tables=wrong)


def test_numpy_scalars_in_params_come_back_as_plain_numbers(tmp_path):
    fit = make_fit(params={"random_state": np.int64(7), "decay": np.float64(0.1)})
    assert load_model(save_model(fit, tmp_path / "m")).params == {"random_state": 7, "decay": 0.1}
