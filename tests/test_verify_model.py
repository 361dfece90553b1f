"""Every model passes all levels bit for bit; what was changed behind right hashes is found and named."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from safetensors.numpy import load_file, save_file

import readout_nlp as rn
from readout_nlp.analysis.refit import refit, save_refit
from readout_nlp.analysis.refit_check import match, moved
from readout_nlp.analysis.run import fit_and_save, save_main_model
from readout_nlp.analysis.verify_model import verify_model
from readout_nlp.cli import main
from readout_nlp.corpus.select import select_readouts
from readout_nlp.errors import CheckError, RecipeError
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.saved.verify import seal
from readout_nlp.tokens.lexicon import read_lexicon
from readout_nlp.tokens.tokenize import tokens_from_lists

CORPUS = rn.sample_corpus(cities=3, years=2, per_cell=2)
RECIPE = rn.Recipe(n_topics=5, n_seeds=3, resamples=100, scrutiny=())


@pytest.fixture(scope="module")
def tokens():
    return rn.tokenize(CORPUS, unit="item")


@pytest.fixture(scope="module")
def counts(tokens):
    return rn.count_terms(tokens, min_df=3, max_df=0.5)


@pytest.fixture(scope="module")
def plain(tmp_path_factory, tokens, counts):
    """A model without a recipe, checked by its own settings."""
    fit = rn.fit_lda(counts, n_topics=5, passes=3, random_state=4)
    return rn.save_model(fit, tmp_path_factory.mktemp("m") / "plain", corpus=CORPUS, tokens=tokens)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """A model as the command `fit` makes it, with its recipe."""
    store = tmp_path_factory.mktemp("s") / "store"
    pages = tmp_path_factory.mktemp("p") / "pages"
    write_sample(pages, settings=SampleSettings(cities=3, years=2, per_cell=2))
    rn.ingest([pages], store)
    return store, fit_and_save([store], store.parent / "fitted", recipe=RECIPE)


@pytest.fixture
def copy(plain, tmp_path):
    return copied(plain, tmp_path / "copy")


def copied(folder, to):
    to.mkdir()
    for path in folder.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    return to


def states(verdicts):
    return {level.name: level.state for level in verdicts.levels}


def figures(verdicts, name):
    return next(level.figures for level in verdicts.levels if level.name == name)


def rewrite_manifest(folder, change):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    seal(folder)
    return folder


def move_share(folder, by):
    table = pl.read_parquet(folder / "doc_topics.parquet")
    first, second = table.columns[1:3]
    row = table[first].arg_max()
    at = pl.int_range(table.height) == row
    table.with_columns(
        pl.when(at).then(pl.col(first) - by).otherwise(pl.col(first)).alias(first),
        pl.when(at).then(pl.col(second) + by).otherwise(pl.col(second)).alias(second),
    ).write_parquet(folder / "doc_topics.parquet")
    seal(folder)
    return table["doc_id"][row]


KINDS = {
    "cvb0": lambda counts: rn.fit_lda(counts, n_topics=5, passes=2),
    "vb": lambda counts: rn.fit_lda(counts, n_topics=5, passes=2, method="vb"),
    "gensim": lambda counts: rn.fit_lda(counts, n_topics=5, passes=2, method="gensim"),
    "chunked": lambda counts: rn.fit_lda(counts, n_topics=4, passes=2, method="vb", chunksize=20, alpha=0.3),
    "seeded": lambda counts: rn.fit_lda(
        counts, n_topics=5, passes=2, seeds={"own": list(counts.vocabulary[5:8])}, seed_weight=0.2
    ),
    "consensus": lambda counts: rn.consensus(counts, n_topics=5, n_fits=3, random_state=2, alpha=0.2),
    "nmf": lambda counts: rn.fit_nmf(counts, n_topics=5, random_state=3),
}
GROUPS = {
    "kmeans": {"n_clusters": 4},
    "agglomerative": {"n_clusters": 4},
    "hdbscan": {"min_cluster_size": 3},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_topic_model_is_made_again_bit_for_bit_from_its_settings(
    kind, counts, tokens, tmp_path
):
    folder = rn.save_model(KINDS[kind](counts), tmp_path / kind, corpus=CORPUS, tokens=tokens)
    found = verify_model(folder, corpus=CORPUS, refit=True)
    assert states(found) == {"hashes": "passed", "shares": "passed", "refit": "passed"}
    assert figures(found, "shares")["max_difference"] == 0
    assert figures(found, "refit")["bitwise_equal"]
    assert figures(found, "refit")["settings_that_differ"] == []
    found.require()


@pytest.mark.parametrize("method", GROUPS)
def test_a_clustering_is_not_inferred_but_made_again(method, counts, tokens, tmp_path):
    fit = rn.fit_clusters(counts, method=method, random_state=1, **GROUPS[method])
    folder = rn.save_model(fit, tmp_path / method, corpus=CORPUS, tokens=tokens)
    alone = verify_model(folder, corpus=CORPUS)
    assert states(alone)["shares"] == "cannot be checked"
    assert not alone.ok
    found = verify_model(folder, corpus=CORPUS, refit=True)
    assert found.ok
    assert figures(found, "refit")["bitwise_equal"]


@pytest.mark.parametrize("model", ["lda", "nmf"])
@pytest.mark.parametrize("split", [None, 0.5])
def test_a_run_is_made_again_from_its_recipe_split_or_not(model, split, tmp_path):
    recipe = RECIPE.model_copy(update={"model": model, "split": split, "n_topics": 3})
    folder = save_main_model(rn.analyse(CORPUS, recipe), tmp_path / "model")
    found = verify_model(folder, corpus=CORPUS, refit=True)
    assert states(found) == {"hashes": "passed", "shares": "passed", "refit": "passed"}
    assert figures(found, "refit")["refitted_from"] == "the recipe"
    assert figures(found, "refit")["bitwise_equal"]
    assert (figures(found, "shares")["documents_extra"] > 0) == (split is not None)


def test_a_model_of_the_command_fit_is_made_again_from_its_store(fitted):
    store, folder = fitted
    found = verify_model(folder, corpus=rn.read_corpus(store), refit=True)
    assert found.ok
    assert figures(found, "refit")["refitted_from"] == "the recipe"
    assert figures(found, "refit")["bitwise_equal"]


def test_one_flipped_byte_in_any_file_fails_and_no_level_goes_on(plain, tmp_path):
    for path in sorted(plain.iterdir()):
        folder = copied(plain, tmp_path / path.name)
        data = bytearray((folder / path.name).read_bytes())
        data[len(data) // 2] ^= 1
        (folder / path.name).write_bytes(data)
        found = verify_model(folder, corpus=CORPUS, refit=True)
        assert states(found) == {"hashes": "failed"}
        with pytest.raises(CheckError) as raised:
            found.require()
        assert raised.value.exit_code == 3


@pytest.mark.parametrize("by", [1e-3, 1e-9])
def test_a_share_that_was_changed_behind_right_hashes_is_named(copy, by):
    doc_id = move_share(copy, by)
    found = verify_model(copy, corpus=CORPUS)
    assert states(found) == {"hashes": "passed", "shares": "failed"}
    told = figures(found, "shares")
    assert told["documents_that_differ"] == 1
    assert told["largest_differences"][0]["document"] == doc_id
    assert told["max_difference"] == pytest.approx(by, rel=1e-3)
    with pytest.raises(CheckError, match="other shares for 1 documents"):
        found.require()


def test_made_elsewhere_the_last_digits_may_differ_and_no_more(copy):
    rewrite_manifest(copy, lambda manifest: manifest["processor"].update(compiled_for="another"))
    move_share(copy, 1e-9)
    found = verify_model(copy, corpus=CORPUS)
    assert found.ok
    assert figures(found, "shares")["tolerance"] == 1e-6
    assert "compiled_for another then" in figures(found, "shares")["processor"]
    move_share(copy, 1e-3)
    assert not verify_model(copy, corpus=CORPUS).ok


def test_topics_that_were_changed_behind_right_hashes_are_found(copy):
    path = copy / "model.safetensors"
    arrays = load_file(path)
    topics = arrays["topic_terms"].copy()
    topics[0] = np.roll(topics[0], 1)
    save_file({**arrays, "topic_terms": topics}, path)
    seal(copy)
    found = verify_model(copy, corpus=CORPUS, refit=True)
    assert states(found) == {"hashes": "passed", "shares": "failed", "refit": "failed"}
    assert [row["topic"] for row in figures(found, "refit")["topics_moved"]] == ["t01"]


FALSE_CLAIMS = {
    "npmi of t01": lambda manifest: manifest["topics"][0].update(npmi=0.9),
    "size of t02": lambda manifest: manifest["topics"][1].update(size=manifest["topics"][1]["size"] + 1e-3),
    "stability of t03": lambda manifest: manifest["topics"][2].update(stability=1.0),
    "mean exclusivity": lambda manifest: manifest["quality"].update(exclusivity=0.99),
    "corpus n_readouts": lambda manifest: manifest["corpus"].update(n_readouts=120),
    "coverage": lambda manifest: manifest["coverage"][0]["years"].update({"1999": [9, 99]}),
}


@pytest.mark.parametrize("claim", FALSE_CLAIMS)
def test_a_figure_of_the_card_that_the_texts_do_not_give_is_named(fitted, claim, tmp_path):
    store, folder = fitted
    false = rewrite_manifest(copied(folder, tmp_path / "false"), FALSE_CLAIMS[claim])
    found = verify_model(false, corpus=rn.read_corpus(store))
    assert states(found)["shares"] == "failed"
    told = figures(found, "shares")["card_figures_that_differ"]
    assert any(line.startswith(claim) for line in told)
    with pytest.raises(CheckError, match="figures on the card"):
        found.require()


def test_a_recipe_that_does_not_make_the_model_fails(fitted, tmp_path):
    store, folder = fitted
    other = copied(folder, tmp_path / "other")
    rewrite_manifest(other, lambda manifest: manifest["recipe"].update(random_state=11))
    found = verify_model(other, corpus=rn.read_corpus(store), refit=True)
    assert states(found) == {"hashes": "passed", "shares": "passed", "refit": "failed"}
    assert "random_state" in figures(found, "refit")["settings_that_differ"]
    with pytest.raises(CheckError, match="after a refit from the recipe"):
        found.require()


def test_a_corpus_that_has_grown_since_is_reduced_to_the_models_own(tmp_path):
    old = select_readouts(CORPUS, CORPUS.readouts["readout_id"][:9])
    tokens = rn.tokenize(old)
    fit = rn.fit_lda(rn.count_terms(tokens), n_topics=3, passes=2)
    folder = rn.save_model(fit, tmp_path / "old", corpus=old, tokens=tokens)
    found = verify_model(folder, corpus=CORPUS, refit=True)
    assert found.ok
    told = figures(found, "shares")
    assert (told["corpus"], told["readouts_of_the_model"], told["tokens"]) == (
        "another",
        "the same",
        "the same",
    )
    assert told["documents_extra"] == CORPUS.items.height - old.items.height
    assert figures(found, "refit")["bitwise_equal"]


def test_a_document_that_is_missing_from_the_corpus_fails(plain):
    fewer = select_readouts(CORPUS, CORPUS.readouts["readout_id"][1:])
    found = verify_model(plain, corpus=fewer, refit=True)
    assert states(found) == {"hashes": "passed", "shares": "failed", "refit": "cannot be checked"}
    assert figures(found, "shares")["documents_missing"] == CORPUS.items.height - fewer.items.height
    with pytest.raises(CheckError, match="another fingerprint"):
        found.require()


def other_corpus():
    return rn.sample_corpus(cities=2, years=1, per_cell=1, seed=99)


def without_tokens(folder, counts, tokens):
    return rn.save_model(rn.fit_lda(counts, n_topics=3, passes=1), folder, corpus=CORPUS), CORPUS


def cut_elsewhere(folder, counts, tokens):
    given = tokens_from_lists(tokens.doc_ids, list(tokens))
    return rn.save_model(
        rn.fit_lda(counts, n_topics=3, passes=1), folder, corpus=CORPUS, tokens=given
    ), CORPUS


def another_lexicon(folder, counts, tokens):
    changed = replace(tokens, fingerprints={**tokens.fingerprints, "lexicon": "0" * 64})
    return rn.save_model(rn.fit_lda(counts, n_topics=3, passes=1), folder, tokens=changed), CORPUS


def none_of_its_documents(folder, counts, tokens):
    return rn.save_model(rn.fit_lda(counts, n_topics=3, passes=1), folder, tokens=tokens), other_corpus()


@pytest.mark.parametrize("make", [without_tokens, cut_elsewhere, another_lexicon, none_of_its_documents])
def test_what_cannot_be_checked_is_neither_passed_nor_failed(make, counts, tokens, tmp_path):
    folder, corpus = make(tmp_path / "model", counts, tokens)
    found = verify_model(folder, corpus=corpus, refit=True)
    assert states(found) == {"hashes": "passed", "shares": "cannot be checked", "refit": "cannot be checked"}
    assert not found.ok
    with pytest.raises(RecipeError) as raised:
        found.require()
    assert raised.value.exit_code == 2


def test_a_fit_that_started_from_given_topics_is_not_made_again(counts, tokens, tmp_path):
    start = rn.fit_lda(counts, n_topics=3, passes=1)
    warm = rn.fit_lda(counts, n_topics=3, passes=1, init=start)
    folder = rn.save_model(warm, tmp_path / "warm", corpus=CORPUS, tokens=tokens)
    found = verify_model(folder, corpus=CORPUS, refit=True)
    assert states(found) == {"hashes": "passed", "shares": "passed", "refit": "cannot be checked"}
    with pytest.raises(RecipeError, match="started from the topics of another model"):
        found.require()


@pytest.mark.parametrize("start", ["earlier", "anew"])
def test_a_model_that_went_on_from_another_is_made_again_with_its_permanent_ids(start, tmp_path):
    old = select_readouts(CORPUS, CORPUS.readouts["readout_id"][:9])
    analysis = rn.analyse(old, RECIPE)
    before = save_main_model(analysis, tmp_path / "before")
    later = save_refit(refit(before, CORPUS, start=start, baseline=0), tmp_path / "later")
    found = verify_model(later, corpus=CORPUS, refit=True)
    assert states(found) == {"hashes": "passed", "shares": "passed", "refit": "passed"}
    told = figures(found, "refit")
    assert told["ids_identical"]
    assert told["max_difference_of_topic_words"] == told["max_difference_of_shares"] == 0
    assert told["bitwise_equal"]


def test_topics_in_another_order_are_matched_and_the_order_is_found(counts):
    fit = rn.fit_nmf(counts, n_topics=5)
    turn = [3, 0, 4, 1, 2]
    other = replace(fit, topic_terms=fit.topic_terms[turn], doc_topics=fit.doc_topics[:, turn])
    rows, order = match(fit, other)
    assert [turn[place] for place in order] == [0, 1, 2, 3, 4]
    assert min(row["cosine"] for row in rows) == pytest.approx(1)
    assert {row["jaccard"] for row in rows} == {1.0}
    assert [row["topic"] for row in rows if moved(row)] == list(fit.topic_ids)


def test_a_users_lexicon_is_asked_for_and_then_used(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("会议强调要\n", encoding="utf-8")
    assert read_lexicon(own).terms
    tokens = rn.tokenize(CORPUS, lexicon=own)
    fit = rn.fit_lda(rn.count_terms(tokens), n_topics=3, passes=1)
    folder = rn.save_model(fit, tmp_path / "model", corpus=CORPUS, tokens=tokens)
    assert states(verify_model(folder, corpus=CORPUS))["shares"] == "cannot be checked"
    assert verify_model(folder, corpus=CORPUS, lexicon=own, refit=True).ok


def test_a_refit_without_a_corpus_is_a_wrong_call(plain):
    with pytest.raises(RecipeError, match="--corpus"):
        verify_model(plain, refit=True)


@pytest.fixture
def call(monkeypatch, capsys):
    """Call the command as from a shell: (exit code, stdout, stderr)."""

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["readout-nlp", "verify", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return call


def test_the_command_prints_figures_and_tells_by_its_exit_code(call, fitted, tmp_path):
    store, folder = fitted
    code, out, _ = call(folder, "--corpus", store, "--refit", "--json")
    told = json.loads(out)
    assert (code, told["ok"], told["refit"]["bitwise_equal"]) == (0, True, True)
    changed = copied(folder, tmp_path / "changed")
    move_share(changed, 1e-3)
    code, out, err = call(changed, "--corpus", store)
    assert code == 3
    assert "shares: failed" in out
    assert "other shares for 1 documents" in err
    assert call(folder, "--refit")[0] == 2
