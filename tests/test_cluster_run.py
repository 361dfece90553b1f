"""A run over a cluster is the run of one machine: the same models and tables, byte for byte."""

from __future__ import annotations

import pytest
from cluster_example import own_cluster
from typer.testing import CliRunner

import readout_nlp as rn
from readout_nlp.analysis.run import run_analysis
from readout_nlp.cli import app
from readout_nlp.cluster import cluster_map
from readout_nlp.corpus.store import ingest
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.topics.choose import choose_topics

pytestmark = [pytest.mark.xdist_group("cluster"), pytest.mark.once]
RECIPE = rn.Recipe(n_topics=4, passes=1, n_seeds=3, resamples=100)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder, settings=SampleSettings(cities=3, years=2, per_cell=2))
    return folder / "pages"


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    with own_cluster(tmp_path_factory.mktemp("cluster")) as (file, _, _):
        yield file


def results(folder):
    """Give the corpus, the tables and the model of a run; the table of models tells how long each took."""
    kept = ("tables", "corpus", "model")
    files = (path for name in kept for path in sorted((folder / name).rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if path.stem != "models"}


def call(*words):
    found = CliRunner().invoke(app, [str(word) for word in words])
    assert found.exit_code == 0, found.output


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_store_filled_over_a_cluster_is_the_same(pages, scheduler, tmp_path):
    here = ingest(pages, tmp_path / "here", batch_size=20)
    with cluster_map(scheduler) as spread:
        there = ingest(pages, tmp_path / "there", batch_size=20, map=spread)
    assert here.fingerprint == there.fingerprint
    assert [(path.name, path.read_bytes()) for path in sorted((tmp_path / "here").glob("*.json"))] == [
        (path.name, path.read_bytes()) for path in sorted((tmp_path / "there").glob("*.json"))
    ]


def test_a_grid_of_fits_over_a_cluster_is_the_same(scheduler):
    counts = rn.count_terms(rn.tokenize(rn.sample_corpus(cities=3, years=2, per_cell=2)))
    settings = {"n_topics": (2, 4), "n_seeds": 3, "passes": 2}
    here = choose_topics(counts, **settings)
    with cluster_map(scheduler) as spread:
        there = choose_topics(counts, **settings, map=spread)
    assert here.fits.equals(there.fits)
    assert here.table.equals(there.table)


@pytest.mark.parametrize("where", ["local", "a scheduler"])
def test_a_fit_from_partitions_over_a_cluster_is_the_same(pages, scheduler, tmp_path, where):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("n_topics = 4\nn_seeds = 2\npasses = 2\n", encoding="utf-8")
    asked = ("fit", pages, "--recipe", recipe, "--partitions", 3, "--out")
    here, there = tmp_path / "here", tmp_path / "there"
    call(*asked, here)
    call(*asked, there, "--scheduler", scheduler if where == "a scheduler" else where)
    assert contents(here) == contents(there)
    assert rn.load_model(there).params["partitions"] == 3


@pytest.mark.slow
@pytest.mark.parametrize("partitions", [None, 3])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_over_a_cluster_is_the_same(pages, tmp_path, workers, partitions):
    recipe = RECIPE.model_copy(update={"partitions": partitions})
    run_analysis([pages], tmp_path / "here", recipe=recipe)
    with own_cluster(tmp_path, workers=workers) as (file, _, _), cluster_map(file) as spread:
        run_analysis([pages], tmp_path / "there", recipe=recipe, map=spread, draw=map)
    assert results(tmp_path / "here") == results(tmp_path / "there")
    assert len(results(tmp_path / "here")) > 40
