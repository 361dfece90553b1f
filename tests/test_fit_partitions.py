"""Partitions by recipe and command line: one model whoever shares the work, made again, or refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import readout_nlp as rn
from readout_nlp.analysis.choose import choose_for
from readout_nlp.analysis.run import fit_and_save
from readout_nlp.errors import RecipeError
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.topics.partitions import dealt
from readout_nlp.workers import parallel_map

RECIPE = rn.Recipe(n_topics=4, n_seeds=2, passes=2, resamples=100, scrutiny=(), partitions=3)
ONE_SEED = RECIPE.model_copy(update={"n_seeds": 1})


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    home = tmp_path_factory.mktemp("store")
    write_sample(home / "pages", settings=SampleSettings(cities=3, years=2, per_cell=2))
    rn.ingest([home / "pages"], home / "store")
    return home / "store"


@pytest.fixture(scope="module")
def fitted(store, tmp_path_factory):
    return fit_and_save([store], tmp_path_factory.mktemp("fitted") / "model", recipe=RECIPE)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("recipe", [RECIPE, ONE_SEED], ids=["consensus", "one seed"])
def test_any_number_of_processes_gives_the_same_files(recipe, workers, store, tmp_path):
    alone = fit_and_save([store], tmp_path / "alone", recipe=recipe)
    with parallel_map(workers) as spread:
        shared = fit_and_save([store], tmp_path / "shared", recipe=recipe, map=spread)
    assert contents(shared) == contents(alone)


def test_processes_read_partitions_and_fits_come_one_after_the_other(store, tmp_path):
    given = []

    def spread(function, values):
        values = list(values)
        given.append((function.func.__name__, len(values)))
        return map(function, values)

    fit_and_save([store], tmp_path / "model", recipe=RECIPE, map=spread)
    fits = [size for name, size in given if name == "read_partition"]
    # each of two seeds in its passes, then the consensus and a model of each half of three splits, in one
    assert fits == [3] * (2 * 2 + 1 + 6)
    assert not any(name == "_learn" for name, _ in given)


def test_the_command_line_asks_for_what_the_recipe_asks_for(call, store, fitted, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        "n_topics = 4\nn_seeds = 2\npasses = 2\nresamples = 100\nscrutiny = []\n", encoding="utf-8"
    )
    asked = ("fit", store, "--recipe", recipe, "--out")
    assert call(*asked, tmp_path / "model", "--partitions", 3)[0] == 0
    assert contents(tmp_path / "model") == contents(fitted)
    with recipe.open("a", encoding="utf-8") as more:
        more.write("partitions = 3\n")
    assert call(*asked, tmp_path / "none", "--partitions", 0)[0] == 0
    assert "partitions" not in rn.load_model(tmp_path / "none").params


def test_the_model_says_how_it_was_learnt(fitted):
    manifest = json.loads((fitted / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["recipe"]["partitions"] == manifest["model"]["params"]["partitions"] == 3
    assert manifest["model"]["params"]["updates"] == "batch"
    assert "partitions = 3" in (fitted / "README.md").read_text(encoding="utf-8")


def test_another_number_of_partitions_is_another_model_as_good(store, fitted, tmp_path):
    other = rn.load_model(
        fit_and_save([store], tmp_path / "model", recipe=RECIPE.model_copy(update={"partitions": None}))
    )
    model = rn.load_model(fitted)
    assert not np.array_equal(model.topic_terms, other.topic_terms)
    counts = rn.count_terms(rn.tokenize(rn.read_corpus(store)))
    usual, found = (rn.held_out_perplexity(each, counts) for each in (other, model))
    assert found <= 1.1 * usual  # partitions begin by chance, not with twice the topics


@pytest.mark.parametrize("workers", [1, 2])
def test_a_model_is_made_again_bit_for_bit_from_its_recipe(store, fitted, workers):
    with parallel_map(workers) as spread:
        found = rn.verify_model(fitted, corpus=rn.read_corpus(store), refit=True, map=spread)
    assert found.ok
    (level,) = (level for level in found.levels if level.name == "refit")
    assert level.figures["bitwise_equal"] is True


@pytest.mark.parametrize("agreed", [True, False])
def test_a_model_is_made_again_bit_for_bit_from_its_settings(agreed, store, tmp_path):
    corpus = rn.read_corpus(store)
    tokens = rn.tokenize(corpus)
    counts = rn.count_terms(tokens)
    many = {"n_topics": 4, "passes": 2, "partitions": 3}
    fit = rn.consensus(counts, n_fits=2, **many) if agreed else rn.fit_lda(counts, **many)
    folder = rn.save_model(fit, tmp_path / "model", corpus=corpus, tokens=tokens)
    with parallel_map(2) as spread:
        found = rn.verify_model(folder, corpus=corpus, refit=True, map=spread)
    assert found.levels[-1].figures["bitwise_equal"] is True


@pytest.mark.parametrize("start", ["earlier", "anew"])
def test_a_grown_model_is_learnt_from_partitions_and_made_again(start, store, fitted, tmp_path):
    corpus = rn.read_corpus(store)
    part = rn.select_readouts(corpus, corpus.readouts["readout_id"][: corpus.readouts.height * 3 // 4])
    before = rn.analyse(part, RECIPE)
    folder = rn.save_model(
        before.topics, tmp_path / "before", corpus=part, tokens=before.tokens, recipe=before.recipe
    )
    with parallel_map(2) as spread:
        grown = rn.refit(folder, corpus, start=start, baseline=1, map=spread)
    assert grown.fit.params["partitions"] == 3
    saved = rn.save_refit(grown, tmp_path / "grown")
    assert rn.verify_model(saved, corpus=corpus, refit=True).levels[-1].figures["bitwise_equal"] is True


def test_an_analysis_is_the_same_whoever_shares_its_fits(store):
    corpus = rn.read_corpus(store)
    alone = rn.analyse(corpus, RECIPE)
    with parallel_map(2) as spread:
        shared = rn.analyse(corpus, RECIPE, map=spread)
    assert np.array_equal(shared.topics.doc_topics, alone.topics.doc_topics)
    assert shared.tables["shares_place_year"].equals(alone.tables["shares_place_year"])
    assert shared.topics.params["partitions"] == shared.provenance["recipe"]["partitions"] == 3


def test_a_grid_of_fits_is_the_same_whoever_shares_each(store):
    asked = {"recipe": RECIPE, "n_topics": [2, 4], "n_seeds": 2}
    alone = choose_for([store], **asked)
    with parallel_map(2) as spread:
        shared = choose_for([store], **asked, map=spread)
    assert alone.fits.equals(shared.fits)
    usual = choose_for([store], **asked | {"recipe": RECIPE.model_copy(update={"partitions": None})})
    assert not usual.fits["perplexity"].equals(alone.fits["perplexity"])


def test_choose_takes_partitions_at_the_command_line(call, store, tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("passes = 2\n", encoding="utf-8")
    asked = ("choose", store, "--topics", "2,4", "--seeds", 2, "--json", "--recipe", recipe)
    code, told, _ = call(*asked, "--partitions", 3)
    assert code == 0
    found = choose_for([store], recipe=rn.Recipe(passes=2, partitions=3), n_topics=[2, 4], n_seeds=2)
    assert json.loads(told)["fits"] == json.loads(json.dumps(found.to_dict()["fits"]))


def test_partitions_of_another_model_are_refused_before_anything_is_read(tmp_path):
    with pytest.raises(RecipeError, match="partitions=3 for a model of method nmf"):
        fit_and_save(
            [tmp_path / "nowhere"], tmp_path / "model", recipe=RECIPE.model_copy(update={"model": "nmf"})
        )
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("method", ["vb", "gensim", "nmf"])
def test_the_command_names_what_partitions_are_of(call, method, store, tmp_path):
    code, told, err = call("fit", store, "--out", tmp_path / "m", "--method", method, "--partitions", 2)
    assert (code, told) == (2, "")
    assert "partitions" in err
    assert "cvb0" in err
    assert method in err


@pytest.mark.parametrize("command", ["fit", "choose"])
def test_more_partitions_than_documents_are_refused(call, command, store, tmp_path):
    out = ("--out", tmp_path / "model") if command == "fit" else ("--topics", "2")
    code, _, err = call(command, store, *out, "--partitions", 100_000)
    assert code == 2
    assert "partitions=100000 for" in err
    assert not (tmp_path / "model").exists()
    with pytest.raises(RecipeError, match="for 2 documents"):
        dealt(2, 3)
