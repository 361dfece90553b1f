"""A model made with another kernel of linear algebra, on one processor, is verified here at every level."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import readout_nlp as rn
from readout_nlp.analysis.verify_model import verify_model
from readout_nlp.saved.manifest import read_manifest

SAMPLE = {"cities": 3, "years": 2, "per_cell": 2}
ELSEWHERE = """
import os, sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
import readout_nlp as rn
corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
tokens = rn.tokenize(corpus)
counts = rn.count_terms(tokens)
fits = {
    "lda": rn.consensus(counts, n_topics=5, n_fits=3),
    "gensim": rn.fit_lda(counts, n_topics=5, passes=3, method="gensim"),
    "nmf": rn.fit_nmf(counts, n_topics=5),
}
for name, fit in fits.items():
    rn.save_model(fit, f"{sys.argv[1]}/{name}", corpus=corpus, tokens=tokens)
"""


@pytest.fixture(scope="module")
def made_elsewhere(tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere")
    settings = {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "5"}
    subprocess.run([sys.executable, "-c", ELSEWHERE, folder], env={**os.environ, **settings}, check=True)
    return folder


@pytest.mark.parametrize("model", ["lda", "gensim", "nmf"])
def test_a_model_made_with_another_kernel_on_one_processor_is_verified_here(made_elsewhere, model):
    folder = made_elsewhere / model
    found = verify_model(folder, corpus=rn.sample_corpus(**SAMPLE), refit=True)
    assert [level.state for level in found.levels] == ["passed"] * 3
    shares = found.to_dict()["shares"]
    kernels = read_manifest(folder)["processor"]["blas"]
    assert shares["tolerance"] == (0 if shares["processor"] == "the same" else 1e-6)
    assert kernels
    assert shares["max_difference"] <= 1e-12
