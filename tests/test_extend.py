"""A model years later: old numbers stay bit for bit, topics keep their ids, drift is told from chance."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted_topics import plant
from scipy.sparse import csr_matrix, hstack
from typer.testing import CliRunner

from readout_nlp.analysis.carried_labels import carry_labels
from readout_nlp.analysis.extend import infer_saved
from readout_nlp.analysis.fits import count_corpus, lda_fits, stability_of
from readout_nlp.analysis.infer import infer_paths
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.refit import refit, save_refit, used_ids
from readout_nlp.analysis.refit_baseline import baseline_of
from readout_nlp.analysis.refit_start import START_KEY, fit_from, starting_topics
from readout_nlp.cli import app
from readout_nlp.compare.drift_text import describe_drift
from readout_nlp.compare.shares import topic_shares
from readout_nlp.compare.similarity import similarity
from readout_nlp.compare.topic_drift import change_between, topic_drift
from readout_nlp.corpus.read import sample_corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.corpus.store import ingest
from readout_nlp.durable import sha256_file
from readout_nlp.errors import InputError, RecipeError, StoreError
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.saved.labels import LABEL_COLUMNS, edit_label, read_labels
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.verify import verify_hashes
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.align import align_topics
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.quality import topic_table

K = 5


def hashes(folder):
    return {path.relative_to(folder).as_posix(): sha256_file(path) for path in folder.rglob("*")}


def save(corpus, folder, recipe):
    tokens, counts = count_corpus(corpus, recipe)
    fits = lda_fits(counts, recipe, map=map)
    return save_model(
        fits[0],
        folder,
        corpus=corpus,
        tokens=tokens,
        tables={"topics": topic_table(fits[0], counts, stability=stability_of(fits))},
        recipe=recipe.model_dump(mode="json") | {"n_topics": fits[0].n_topics},
    )


@pytest.fixture(scope="module")
def grown():
    return sample_corpus(cities=3, years=2, per_cell=3)


@pytest.fixture(scope="module")
def old(grown):
    return select_readouts(grown, grown.readouts.filter(pl.col("year") == 2012)["readout_id"])


@pytest.fixture(scope="module")
def model(old, tmp_path_factory):
    folder = save(old, tmp_path_factory.mktemp("models") / "old", Recipe(n_topics=K, passes=4, n_seeds=2))
    edit_label(folder, "t01", label="第一", definition="人所共知", coder="甲", date="2026-05-31")
    return folder


@pytest.fixture(scope="module")
def again(model, grown):
    return refit(model, grown, baseline=2)


@pytest.fixture(scope="module")
def saved(again, tmp_path_factory):
    return save_refit(again, tmp_path_factory.mktemp("models") / "new")


# the grown corpus under the old model


def test_old_documents_keep_their_shares_bit_for_bit_in_the_grown_corpus(model, grown):
    before, fit = hashes(model), load_model(model)
    found = infer_saved(model, grown)
    row = {name: number for number, name in enumerate(found.doc_ids)}
    assert np.array_equal(found.doc_topics[[row[name] for name in fit.doc_ids]], fit.doc_topics)
    assert len(found.doc_ids) > len(fit.doc_ids)
    assert hashes(model) == before


def test_new_documents_get_what_the_command_gives_them(model, grown, tmp_path):
    new = grown.readouts.filter(pl.col("year") != 2012)[:2]
    (tmp_path / "rows.jsonl").write_text(
        "".join(
            json.dumps({"id": name, "text": body, "place": place, "date": str(day)}, ensure_ascii=False)
            + "\n"
            for name, body, place, day in new.select(
                "readout_id", "body", "place_name", "published"
            ).iter_rows()
        ),
        encoding="utf-8",
    )
    from readout_nlp.corpus.read import read_corpus

    lines, _ = infer_paths(model, [tmp_path / "rows.jsonl"])
    found = infer_saved(model, read_corpus(tmp_path / "rows.jsonl"))
    told = {line["id"]: line["doc_topics"] for line in lines}
    assert told
    assert {
        name: shares.tolist() for name, shares in zip(found.doc_ids, found.doc_topics, strict=True)
    } == told


def test_the_shares_of_the_grown_corpus_go_wherever_a_fits_go(model, grown, old):
    found, fit = infer_saved(model, grown), load_model(model)
    shares = topic_shares(found, grown, by=("place", "year"))
    before = topic_shares(fit, old, by=("place", "year"))
    key = ["place", "year", "topic"]
    both = before.merge(shares, on=key, suffixes=("", "_grown"))
    assert len(both) == len(before)
    assert np.array_equal(both["share"], both["share_grown"], equal_nan=True)
    assert set(shares["year"]) > set(before["year"])
    assert similarity(shares, metric="jensen_shannon") is not None


# the refit


def test_a_refit_keeps_ids_and_leaves_the_old_model_as_it_is(model, again, saved):
    assert verify_hashes(model).ok
    assert verify_hashes(saved).ok
    manifest = read_manifest(saved)
    assert manifest["extends"]["model"] == read_manifest(model)["model"]["fingerprint"]
    first, last = manifest["topic_history"]
    assert first["topic_ids"] == read_manifest(model)["model"]["topic_ids"]
    assert last["topic_ids"] == manifest["model"]["topic_ids"]
    assert last["model"] == manifest["model"]["fingerprint"]
    assert set(last["retired"]) == set(first["topic_ids"]) - set(last["topic_ids"])
    assert len(set(again.fit.topic_ids) & set(first["topic_ids"])) >= 3
    assert [row["topic"] for row in manifest["drift"]["topics"]] == again.drift["topic"].to_list()


def test_refitting_does_not_change_a_byte_of_the_old_model(model, grown, tmp_path):
    before = hashes(model)
    save_refit(refit(model, grown, baseline=0), tmp_path / "new")
    assert hashes(model) == before


def test_the_same_call_gives_the_same_bytes(model, grown, saved, tmp_path):
    again = save_refit(refit(model, grown, baseline=2), tmp_path / "again")
    assert hashes(again) == hashes(saved)


def test_what_a_refit_started_from_is_kept_and_gives_the_same_bits_again(again, saved):
    fit = load_model(saved)
    recipe = Recipe(**read_manifest(saved)["recipe"])
    once_more = fit_from(fit.state[START_KEY], again.counts, recipe)
    assert np.array_equal(once_more.topic_terms, fit.topic_terms)
    assert np.array_equal(once_more.doc_topics, fit.doc_topics)


def test_a_third_model_uses_no_id_that_any_before_had(saved, grown):
    past = set(used_ids(read_manifest(saved)))
    more = refit(saved, grown, n_topics=K + 2, baseline=0)
    fresh = [name for name in more.fit.topic_ids if name not in read_manifest(saved)["model"]["topic_ids"]]
    assert fresh
    assert not set(fresh) & past
    assert len(more.lineage["topic_history"]) == 3


def test_a_label_is_carried_over_with_a_note_of_where_it_comes_from(again, saved, model):
    labels = read_labels(saved).set_index("topic")
    verdict = again.drift.set_index("topic")["verdict"]["t01"]
    note = labels.loc["t01", "definition"]
    assert note.startswith("人所共知 [")
    assert read_manifest(model)["model"]["fingerprint"][:12] in note
    assert (labels.loc["t01", "label"] == "第一") == (verdict == "stable")
    others = labels.drop(index="t01")
    assert set(others["coder"]) == {"automatic"}


def drift_of(verdict):
    return pd.DataFrame({"topic": ["t01"], "verdict": [verdict], "cosine": [0.8], "jaccard": [3 / 17]})


@pytest.mark.parametrize(
    ("verdict", "label", "coder"), [("stable", "防汛", "甲"), ("moved", "自动", "automatic")]
)
def test_a_label_never_silently_claims_a_topic_that_changed(verdict, label, coder):
    topics = pd.DataFrame({"topic": ["t01"], "label": ["自动"]})
    row = ["t01", "防汛", "洪水", "例", "甲", "2026-05-31"]
    given = pd.DataFrame([row], columns=list(LABEL_COLUMNS))
    carried = carry_labels(topics, given, drift_of(verdict), model="ab" * 32).iloc[0]
    assert (carried["label"], carried["coder"]) == (label, coder)
    assert carried["definition"].startswith("洪水 [")
    assert "3 of 10" in carried["definition"]
    if verdict == "moved":
        assert "防汛 (甲, 2026-05-31) is to be confirmed" in carried["definition"]
        assert carried["date"] == ""


# planted drift


def with_new_matter(seed=0, n_topics=6, n_new=200):
    """Give old documents, new ones, a part of which also speaks of words that no old one has."""
    world = plant(n_docs=400 + n_new, n_terms=300, n_topics=n_topics, length=80, common=0.1, seed=seed)
    chance = np.random.default_rng(seed)
    words = [f"new{number:02d}" for number in range(15)]
    late = np.zeros((400 + n_new, len(words)), dtype=int)
    late[400 : 400 + n_new // 2] = chance.poisson(4, (n_new // 2, len(words)))
    counts = csr_matrix(hstack([world.counts.counts, csr_matrix(late)]))
    every = TermMatrix(counts, [*world.counts.vocabulary, *words], list(world.counts.doc_ids))
    return every, rows_of(every, range(400)), set(words)


def rows_of(counts, rows):
    rows = list(rows)
    return TermMatrix(counts.counts[rows], counts.vocabulary, [counts.doc_ids[row] for row in rows])


def carried_on(every, old, recipe, n_topics):
    earlier = lda_fits(old, recipe.model_copy(update={"n_topics": 6}), map=map)[0]
    start = starting_topics(earlier, every, n_topics=n_topics, recipe=recipe)
    later, _ = align_topics(fit_from(start, every, recipe), earlier)
    changes = baseline_of(earlier, every, groups=every.doc_ids, recipe=recipe, start="earlier", n=5)
    return topic_drift(earlier, later, baseline=changes), later


@pytest.mark.parametrize("seed", [0, 1])
def test_a_matter_of_later_years_is_a_new_topic_where_there_is_room(seed):
    every, old, words = with_new_matter(seed)
    table, _ = carried_on(every, old, Recipe(n_topics=7, n_seeds=4, random_state=seed), 7)
    drift = table.set_index("topic")
    assert drift.loc[drift["verdict"] == "new", "beyond_chance"].to_list() == [True]
    new = drift[drift["verdict"] == "new"].iloc[0]
    assert set(new["gained"].split()) <= words
    assert new["new_docs_after"] > 0.15 > 0.02 > new["old_docs_after"]
    assert (drift["verdict"] == "stable").sum() == 6
    assert set(drift["verdict"]) == {"stable", "new"}


@pytest.mark.parametrize("seed", [0, 1])
def test_without_room_it_moves_a_topic_and_only_that(seed):
    every, old, words = with_new_matter(seed)
    table, _ = carried_on(every, old, Recipe(n_topics=6, n_seeds=4, random_state=seed), 6)
    told = table[table["verdict"] != "stable"]
    gained = {word for cell in told["gained"] for word in cell.split()}
    assert len(gained & words) >= 3
    assert (table["verdict"] == "stable").sum() == 5


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_more_of_the_same_is_no_drift(seed):
    world = plant(n_docs=600, n_terms=300, n_topics=6, length=80, common=0.1, seed=seed)
    old = rows_of(world.counts, range(400))
    table, _ = carried_on(world.counts, old, Recipe(n_topics=6, n_seeds=4, random_state=seed), 6)
    assert set(table["verdict"]) == {"stable"}
    assert table.attrs["share_change"] < 3 * table.attrs["baseline_share_change"] + 0.01


# alignment and the table


def fit_of(topic_terms, ids, docs=3):
    rows = np.asarray(topic_terms, dtype=float)
    return TopicFit(
        topic_terms=rows / rows.sum(axis=1, keepdims=True),
        doc_topics=np.full((docs, len(rows)), 1 / len(rows)),
        vocabulary=tuple(f"w{column:02d}" for column in range(rows.shape[1])),
        doc_ids=tuple(f"d{row}" for row in range(docs)),
        topic_ids=tuple(ids),
        method="lda",
        params={},
    )


@given(st.permutations(range(5)), st.sets(st.integers(6, 40), max_size=4))
@settings(max_examples=30)
def test_ids_follow_their_topics_and_new_ones_were_never_used(order, retired):
    chance = np.random.default_rng(0)
    rows = chance.dirichlet(np.full(60, 0.05), 6)
    earlier = fit_of(rows[:5], [f"t{n:02d}" for n in range(1, 6)])
    later = fit_of([*rows[list(order)], rows[5]], [f"t{n:02d}" for n in range(1, 7)])
    used = [f"t{n:02d}" for n in retired]
    named, alignment = align_topics(later, earlier, used=used)
    assert [named.topic_ids[order.index(k)] for k in range(5)] == list(earlier.topic_ids)
    assert alignment.matched == earlier.topic_ids
    assert set(alignment.new).isdisjoint({*used, *earlier.topic_ids})
    assert int(alignment.new[0][1:]) == max(5, *retired, 5) + 1
    assert named.topic_terms is later.topic_terms


def test_topics_of_other_words_are_never_the_same():
    one, other = fit_of(np.eye(4, 8) + 1e-6, "abcd"), fit_of(np.eye(4, 8, 4) + 1e-6, "abcd")
    named, alignment = align_topics(other, one)
    assert alignment.matched == ()
    assert alignment.retired == ("a", "b", "c", "d")
    assert named.topic_ids == ("t01", "t02", "t03", "t04")


def test_the_table_counts_documents_and_says_gone_and_new():
    before, after = (
        fit_of(np.eye(2, 20) + 1e-6, ["t01", "t02"]),
        fit_of(np.eye(2, 20) + 1e-6, ["t01", "t03"], 5),
    )
    table = topic_drift(before, after)
    assert table[["topic", "verdict"]].to_numpy().tolist() == [
        ["t01", "stable"],
        ["t02", "gone"],
        ["t03", "new"],
    ]
    assert (table.attrs["n_old"], table.attrs["n_new"], table.attrs["n_lost"]) == (3, 2, 0)
    text = describe_drift(table)
    assert "1 stable, 0 moved, 1 new, 1 gone" in text
    assert "3 old, 2 new" in text
    assert "topics for" not in text
    fewer = describe_drift(topic_drift(before, fit_of(np.eye(1, 20) + 1e-6, ["t01"])))
    assert "1 topics for 2" in fewer


def test_a_topic_that_the_baseline_loses_too_is_within_chance():
    before = fit_of(np.eye(2, 20) + 1e-6, ["t01", "t02"])
    after = fit_of(np.eye(2, 20) + 1e-6, ["t01", "t03"], 5)
    steady = change_between(before, before)
    shaky = replace(steady, jaccards=np.array([1.0, 0.2]), cosines=np.array([1.0, 0.3]))
    told = [topic_drift(before, after, baseline=[one] * 3).set_index("topic") for one in (steady, shaky)]
    assert told[0].loc["t02", "beyond_chance"]
    assert not told[1].loc["t02", "beyond_chance"]


# what cannot be carried on


def test_what_cannot_be_refitted_is_refused_with_what_to_do(model, grown, old, tmp_path):
    fit = load_model(model)
    bare = save_model(fit, tmp_path / "bare", corpus=old)
    with pytest.raises(RecipeError, match="without its recipe"):
        refit(bare, grown)
    with pytest.raises(InputError, match="none of the model's"):
        refit(model, sample_corpus(seed=5, cities=2, years=1, per_cell=3))
    with pytest.raises(RecipeError, match="earlier"):
        refit(model, grown, start="sideways")
    split = save(old, tmp_path / "split", Recipe(n_topics=2, passes=1, n_seeds=1, split=0.5))
    with pytest.raises(RecipeError, match="split"):
        refit(split, grown)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, settings=SampleSettings(cities=3, years=2, per_cell=3))
    return sorted((folder / "pages").iterdir())


def run(*arguments):
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code in (0, 1), done.output
    return done.stdout.splitlines()


def test_the_commands_carry_a_store_and_its_model_on(pages, tmp_path):
    store, model = tmp_path / "store", tmp_path / "model"
    run("ingest", *pages[:-1], "--corpus", store)
    (tmp_path / "recipe.toml").write_text("n_topics = 4\nn_seeds = 2\npasses = 3\n", encoding="utf-8")
    run("fit", store, "--recipe", tmp_path / "recipe.toml", "--out", model)
    before = hashes(model)
    run("ingest", pages[-1], "--corpus", store)
    told = run(
        "refit", model, store, "--out", tmp_path / "new", "--baseline", 2, "--drift", tmp_path / "d.csv"
    )
    assert told[0].split()[:2] == ["topic", "verdict"]
    assert told[-1] == str(tmp_path / "new")
    assert hashes(model) == before
    assert verify_hashes(tmp_path / "new").ok
    drift = pd.read_csv(tmp_path / "d.csv")
    kept = read_manifest(tmp_path / "new")["drift"]
    assert drift["topic"].to_list() == [row["topic"] for row in kept["topics"]]
    assert (
        kept["n_new"] == len(set(load_model(tmp_path / "new").doc_ids) - set(load_model(model).doc_ids)) > 0
    )
    as_json = run("refit", model, store, "--out", tmp_path / "newer", "--baseline", 2, "--json")
    assert json.loads("".join(as_json)) == {"model": str(tmp_path / "newer"), **kept}
    assert hashes(tmp_path / "newer") == hashes(tmp_path / "new")
    again = CliRunner().invoke(app, ["refit", str(model), str(store), "--out", str(tmp_path / "new")])
    assert isinstance(again.exception, StoreError)


def test_a_store_may_be_inferred_by_command_and_by_call_alike(pages, tmp_path, model):
    store = tmp_path / "store"
    corpus = ingest(pages[:2], store)
    lines = [json.loads(line) for line in run("infer", model, store)]
    found = infer_saved(model, corpus)
    known = set(load_model(model).doc_ids)
    told = {line["id"]: line["doc_topics"] for line in lines}
    assert set(found.doc_ids) <= set(told)
    for name, shares in zip(found.doc_ids, found.doc_topics, strict=True):
        if name not in known:
            assert shares.tolist() == told[name]
    assert set(found.doc_ids) - known


def test_nothing_is_written_into_a_sealed_model(model, tmp_path):
    new = tmp_path / "new"
    for out, table in ((model / "new", tmp_path / "d.csv"), (new, model / "d.csv"), (new, new / "d.csv")):
        call = ["refit", str(model), str(tmp_path), "--out", str(out), "--drift", str(table)]
        done = CliRunner().invoke(app, call)
        assert isinstance(done.exception, StoreError)
        assert "within the sealed model" in str(done.exception)
    assert verify_hashes(model).ok
    assert not new.exists()
