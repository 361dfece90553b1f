"""What was planted between two models is found: renamed topics, other words, documents and settings."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_saved_models import contents, make_corpus, make_fit, tables
from typer.testing import CliRunner

from readout_nlp.cli import app
from readout_nlp.errors import CheckError, StoreError
from readout_nlp.saved.card import read_card
from readout_nlp.saved.changes import changes
from readout_nlp.saved.cite import cite
from readout_nlp.saved.diff import diff_models
from readout_nlp.saved.labels import edit_label, read_labels
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.sealing import reseal

ORDER = [2, 0, 1]


def distinct(**changed):
    """A model whose topics share no word of their first ten."""
    terms = np.zeros((3, 36))
    for topic in range(3):
        terms[topic, topic * 12 : topic * 12 + 12] = np.arange(12, 0, -1)
    terms /= terms.sum(axis=1, keepdims=True)
    return make_fit(topic_terms=terms, vocabulary=tuple(f"词{i:02}" for i in range(36)), state={}, **changed)


def turned(fit):
    """The same model with its topics in another order, numbered anew."""
    return replace(fit, topic_terms=fit.topic_terms[ORDER], doc_topics=fit.doc_topics[:, ORDER])


def saved(fit, folder, **arguments):
    return save_model(fit, folder, **arguments)


def test_a_model_beside_itself_differs_in_nothing(tmp_path):
    one = saved(distinct(), tmp_path / "a", corpus=make_corpus(), recipe={"n_topics": 3})
    found = diff_models(one, one)
    assert found.identical
    assert found.related
    assert not found.settings
    assert not found.corpus
    assert (found.vocabulary.only_one, found.documents.only_other) == (0, 0)
    assert list(found.topics["topic"]) == list(found.topics["other"]) == ["t01", "t02", "t03"]
    assert found.topics["cosine"].tolist() == pytest.approx([1, 1, 1])
    assert found.topics["id_agrees"].all()
    assert found.shares == {"n_documents": 7, "mean_change": 0.0, "max_change": 0.0, "same_largest": 1.0}


def test_topics_that_changed_places_are_matched_and_equal_ids_of_strangers_are_not_believed(tmp_path):
    one, other = saved(distinct(), tmp_path / "a"), saved(turned(distinct()), tmp_path / "b")
    found = diff_models(one, other)
    assert list(found.topics["other"]) == ["t02", "t03", "t01"]
    assert found.topics["alike"].all()
    assert not found.topics["id_agrees"].any()
    assert found.topics["same_id_cosine"].max() == 0
    assert found.shares["mean_change"] == 0
    assert not found.identical
    assert not found.related
    assert "equal ids need not name one topic" in str(found)


def test_in_one_line_of_models_ids_that_disagree_with_the_match_are_named(tmp_path):
    one, other = saved(distinct(), tmp_path / "a"), saved(turned(distinct()), tmp_path / "b")
    manifest = read_manifest(other)
    manifest["topic_history"] = [{"model": read_manifest(one)["model"]["fingerprint"]}]
    reseal(other, manifest, read_labels(other))
    for pair in ((one, other), (other, one)):
        found = diff_models(*pair)
        assert found.related
        assert "ids: 3 in both; they disagree:" in str(found)
    assert "t01 resembles t02 (1.000), and the topic of its own id 0.000" in str(diff_models(one, other))


def test_a_topic_more_or_less_is_listed_without_a_partner(tmp_path):
    fit = distinct()
    shares = fit.doc_topics[:, :2] + fit.doc_topics[:, 2:] / 2
    fewer = replace(fit, topic_terms=fit.topic_terms[:2], doc_topics=shares, topic_ids=("t01", "t02"))
    one, other = saved(fit, tmp_path / "a"), saved(fewer, tmp_path / "b")
    less, more = diff_models(one, other).topics, diff_models(other, one).topics
    assert list(less["other"][:2]) == list(more["topic"][:2]) == ["t01", "t02"]
    assert less["other"].isna().sum() == more["topic"].isna().sum() == 1
    assert list(more["other"]) == ["t01", "t02", "t03"]
    assert more["other_share"].iloc[2] == pytest.approx(fit.doc_topics[:, 2].mean())
    assert less["share"].iloc[2] == pytest.approx(fit.doc_topics[:, 2].mean())
    assert "1 only in the one, 0 only in the other" in str(diff_models(one, other))
    assert "t03 -> none" in str(diff_models(one, other))


def test_words_and_documents_of_one_model_alone_are_counted_with_examples(tmp_path):
    fit = distinct()
    moved = replace(fit, vocabulary=("新词", *fit.vocabulary[1:]), doc_ids=("new", *fit.doc_ids[1:]))
    found = diff_models(saved(fit, tmp_path / "a"), saved(moved, tmp_path / "b"))
    assert (found.vocabulary.both, found.vocabulary.examples_one) == (35, ("词00",))
    assert found.vocabulary.examples_other == ("新词",)
    assert (found.documents.both, found.documents.examples_other) == (6, ("new",))
    assert found.shares["n_documents"] == 6


def test_models_without_a_word_or_a_document_in_common_are_compared_all_the_same(tmp_path):
    fit = distinct()
    apart = replace(
        fit, vocabulary=tuple(f"x{i}" for i in range(36)), doc_ids=tuple(f"y{i}" for i in range(7))
    )
    found = diff_models(saved(fit, tmp_path / "a"), saved(apart, tmp_path / "b"))
    assert found.topics["cosine"].max() == 0
    assert not found.topics["alike"].any()
    assert found.shares is None
    assert "no document is in both" in str(found)


def test_a_share_that_changed_is_measured_on_the_pair_it_belongs_to(tmp_path):
    fit = distinct(doc_topics=np.tile([0.5, 0.25, 0.25], (7, 1)))
    changed = fit.doc_topics.copy()
    changed[3] = [0.25, 0.5, 0.25]
    other = turned(replace(fit, doc_topics=changed))
    found = diff_models(saved(fit, tmp_path / "a"), saved(other, tmp_path / "b"))
    assert found.shares["mean_change"] == pytest.approx(0.5 / 21)
    assert found.shares["max_change"] == pytest.approx(0.25)
    assert found.shares["same_largest"] == pytest.approx(6 / 7)


def test_settings_and_corpus_say_what_changed_and_only_that(tmp_path):
    one = saved(distinct(), tmp_path / "a", corpus=make_corpus(), recipe={"min_df": 3, "unit": "item"})
    other = saved(
        distinct(params={"random_state": 6, "passes": 2}),
        tmp_path / "b",
        corpus=make_corpus(code="110000"),
        recipe={"min_df": 4, "unit": "item"},
    )
    found = diff_models(one, other)
    assert found.settings.changed == {"params.random_state": (5, 6), "recipe.min_df": (3, 4), "seed": (5, 6)}
    assert set(found.settings.removed) == {"params.alpha", "params.note"}
    assert set(found.corpus.changed) == {"synthetic"}
    assert "place 甲市 (110000)" in found.corpus.added
    assert "  recipe.min_df: 3 -> 4" in str(found)


def test_labels_are_those_of_today(tmp_path):
    one = saved(distinct(), tmp_path / "a", tables=tables())
    edit_label(one, "t02", label="生态环境", coder="A")
    other = saved(distinct(), tmp_path / "b")
    topics = diff_models(one, other).topics
    assert list(topics["label"]) == ["甲", "生态环境", "丙"]
    assert list(topics["other_label"]) == ["", "", ""]


def test_a_changed_file_is_never_compared(tmp_path):
    one, other = saved(distinct(), tmp_path / "a"), saved(distinct(), tmp_path / "b")
    (other / "labels.csv").write_bytes(b"x")
    with pytest.raises(CheckError, match=r"labels\.csv is changed"):
        diff_models(one, other)
    with pytest.raises(StoreError):
        diff_models(one, tmp_path / "nowhere")


def test_names_from_outside_cannot_steer_a_terminal(tmp_path):
    evil = "../../x\n\x1b[2J\u202e"
    fit = distinct(topic_ids=("t01", evil, "t03"))
    one = saved(fit, tmp_path / "a", citation={"title": evil}, recipe={evil: evil})
    edit_label(one, evil, label=evil, coder="A")
    text = str(diff_models(one, saved(distinct(), tmp_path / "b")))
    assert not {"\x1b", "\u202e"} & set(text)
    assert "\n[2J" not in text
    assert "../../x [2J" in text


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1), n_topics=st.integers(1, 5), names=st.data())
def test_no_reading_saving_editing_or_comparing_renames_or_reorders_a_topic(
    tmp_path_factory, seed, n_topics, names
):
    """Permanent ids: whatever they are, and in whatever order, they come back."""
    text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
    ids = names.draw(
        st.lists(text.filter(lambda t: t != "doc_id"), min_size=n_topics, max_size=n_topics, unique=True)
    )
    fit = make_fit(seed, n_topics=n_topics, topic_ids=tuple(ids))
    where = tmp_path_factory.mktemp("ids")
    folder = save_model(fit, where / "a")
    again = save_model(load_model(folder), where / "b")
    before = contents(folder)
    read_card(folder)
    cite(folder)
    assert list(diff_models(folder, again).topics["topic"]) == ids
    assert list(read_labels(folder)["topic"]) == ids
    assert load_model(folder).topic_ids == tuple(ids)
    assert [row["topic"] for row in read_manifest(folder)["topics"]] == ids
    assert contents(folder) == before == contents(again)


def test_the_command_prints_text_and_json_and_ends_well_whether_or_not_they_differ(tmp_path):
    one, other = saved(distinct(), tmp_path / "a"), saved(turned(distinct()), tmp_path / "b")
    for pair in ((one, one), (one, other)):
        done = CliRunner().invoke(app, ["diff", *map(str, pair)])
        assert done.exit_code == 0
        assert done.stdout.startswith("the one: ")
        done = CliRunner().invoke(app, ["diff", *map(str, pair), "--json"])
        assert done.exit_code == 0
        assert json.loads(done.stdout) == diff_models(*pair).to_dict()


def test_a_comparison_is_json_and_the_same_each_time(tmp_path):
    one, other = (
        saved(distinct(), tmp_path / "a"),
        saved(turned(distinct()), tmp_path / "b", corpus=make_corpus()),
    )
    first, second = diff_models(one, other), diff_models(one, other)
    assert str(first) == str(second)
    assert json.dumps(first.to_dict(), allow_nan=False) == json.dumps(second.to_dict())


@given(
    st.dictionaries(st.text(max_size=3), st.integers(0, 2)),
    st.dictionaries(st.text(max_size=3), st.integers(0, 2)),
)
def test_the_changes_turn_one_mapping_into_the_other(one, other):
    found = changes(one, other)
    made = {key: value for key, value in one.items() if key not in found.removed} | found.added
    assert made | {key: new for key, (_, new) in found.changed.items()} == other
    assert bool(found) == (one != other)
