"""`models/sample` is what the command in the repository builds, not a file from somewhere."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import readout_nlp as rn
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.provenance import library_versions
from readout_nlp.saved.verify import verify_hashes

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
    # bitwise on the machine and lock that built it, within 1e-6 on any other
    assert np.abs(old.topic_terms - new.topic_terms).max() <= 1e-6
    assert np.abs(old.doc_topics - new.doc_topics).max() <= 1e-6


def test_a_rebuild_under_the_same_versions_differs_in_nothing_but_the_last_digits(rebuilt):
    manifest = read_manifest(SAVED)
    if manifest["libraries"] != library_versions():
        pytest.skip("other library versions than those that built the model")
    assert {p.name for p in SAVED.iterdir()} == {p.name for p in rebuilt.iterdir()}
    assert (SAVED / "vocabulary.json").read_bytes() == (rebuilt / "vocabulary.json").read_bytes()
    assert (SAVED / "labels.csv").read_bytes() == (rebuilt / "labels.csv").read_bytes()
