"""`models/sample` is what the command in the repository builds; models of real corpora hold no text."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import readout_nlp as rn
from readout_nlp.saved.alike import same_bits_expected
from readout_nlp.saved.labels import read_labels
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.verify import verify_hashes
from readout_nlp.versions import library_versions

ROOT = Path(__file__).resolve().parents[1]
SAVED = ROOT / "models" / "sample"


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    spec = importlib.util.spec_from_file_location("build_models", ROOT / "tools" / "build_models.py")
    build_models = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build_models)
    return build_models.build(tmp_path_factory.mktemp("models") / "sample")


def test_the_saved_model_is_whole_and_says_that_it_is_synthetic():
    assert verify_hashes(SAVED).ok
    assert "Synthetic" in (SAVED / "README.md").read_text(encoding="utf-8").splitlines()[0]


def test_a_rebuild_gives_the_same_topics_and_shares(rebuilt):
    old, new = rn.load_model(SAVED), rn.load_model(rebuilt)
    assert (old.topic_ids, old.vocabulary, old.doc_ids) == (new.topic_ids, new.vocabulary, new.doc_ids)
    if same_bits_expected(read_manifest(SAVED)):
        assert (old.topic_terms == new.topic_terms).all()
        assert (old.doc_topics == new.doc_topics).all()
    # loops in single precision without fused multiplication end elsewhere: benchmarks/verify_across.py
    assert np.abs(old.topic_terms - new.topic_terms).max() <= 1e-5
    assert np.abs(old.doc_topics - new.doc_topics).max() <= 1e-2


def test_a_rebuild_under_the_same_versions_differs_in_nothing_but_the_last_digits(rebuilt):
    manifest = read_manifest(SAVED)
    if manifest["libraries"] != library_versions():
        pytest.skip("other library versions than those that built the model")
    assert {p.name for p in SAVED.iterdir()} == {p.name for p in rebuilt.iterdir()}
    assert (SAVED / "vocabulary.json").read_bytes() == (rebuilt / "vocabulary.json").read_bytes()
    assert (SAVED / "labels.csv").read_bytes() == (rebuilt / "labels.csv").read_bytes()


# models of real corpora: their texts are not here, so that they are verified, not rebuilt

REAL = sorted(path for path in SAVED.parent.iterdir() if path.is_dir() and path != SAVED)
LONGEST_WORD = 20  # Han characters in a row, the name of a state or a committee: more would be a sentence
SAYINGS = re.compile(rf"[\u3400-\u9fff]{{{LONGEST_WORD + 1},}}|[。；！？]")


def test_there_are_models_of_real_corpora():
    assert [path.name for path in REAL] == ["broadcast-provinces-2012-2019", "central-readouts-2012-2019"]


@pytest.mark.parametrize("folder", REAL, ids=lambda path: path.name)
def test_a_model_of_a_real_corpus_is_whole_and_loads(folder):
    assert verify_hashes(folder).ok
    fit, manifest = rn.load_model(folder), read_manifest(folder)
    assert not manifest["corpus"]["synthetic"]
    assert len(fit.topic_ids) == len(read_labels(folder))
    assert (folder / "figures" / "shares.png").stat().st_size > 10_000


@pytest.mark.parametrize("folder", REAL, ids=lambda path: path.name)
def test_a_model_of_a_real_corpus_holds_words_and_no_text(folder):
    terms = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    words = terms if isinstance(terms, list) else terms["terms"]
    assert not [word for word in words if SAYINGS.search(word)]
    for path in folder.rglob("*"):
        if path.suffix in {".csv", ".json", ".jsonld"} and path.name != "vocabulary.json":
            assert not SAYINGS.search(path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("folder", REAL, ids=lambda path: path.name)
def test_tables_of_a_real_model_are_about_its_documents(folder):
    fit = rn.load_model(folder)
    documents = pd.read_csv(folder / "documents.csv", dtype={"doc_id": str})
    pages = pd.read_csv(folder / "pages.csv", dtype=str)
    assert list(documents["doc_id"]) == list(fit.doc_ids)
    assert set(documents["readout_id"].astype(str)) == set(pages["readout_id"].dropna())
    assert pages["sha256"].str.fullmatch("[0-9a-f]{64}").all()
    shares = pd.read_csv(next(folder.glob("shares_*.csv")))
    sums = shares[~shares["gap"]].groupby([c for c in ("place", "year") if c in shares])["share"].sum()
    assert np.allclose(sums, 1)
    assert sums.size == documents.dropna(subset="year").drop_duplicates([*sums.index.names]).shape[0]
