"""A validation by people goes onto the card beside its chance level, and hides no other change."""

import json

import pytest
from test_saved_models import contents, make_fit, tables

from readout_nlp.errors import CheckError, RecipeError, StoreError
from readout_nlp.saved.card import read_card
from readout_nlp.saved.cite import cite
from readout_nlp.saved.labels import edit_label, read_labels
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.validation import write_validation
from readout_nlp.saved.verify import verify_hashes

WORDS = {
    "task": "word_intrusion",
    "n": 60,
    "coders": ["A", "B|<b>"],
    "score": 0.75,
    "low": 0.625,
    "high": 0.875,
    "chance": 0.125,
    "chance_means": "one of the eight words <shown>",
    "alpha": 0.5,
    "alpha_low": 0.25,
    "alpha_high": 0.75,
    "topics_covered": 3,
}
GUESSED = {"task": "odd task", "n": 5, "coders": 2, "score": 0.3, "low": 0.1, "high": 0.6, "chance": 0.25}


def validated(*tasks):
    return {"state": "human-validated", "tasks": list(tasks)}


@pytest.fixture
def folder(tmp_path):
    return save_model(make_fit(), tmp_path / "m", tables=tables())


def test_the_card_shows_each_task_with_its_interval_and_what_chance_is(folder):
    write_validation(folder, validated(WORDS, GUESSED))
    card = read_card(folder)
    assert "Not human-validated" not in card
    assert "**Human-validated.** 2 tasks; the score is above chance in 1 of them." in card
    row = next(line for line in card.splitlines() if line.startswith("| word intrusion"))
    for cell in ("| 60 |", "| 0.750 |", "| 0.625 to 0.875 |", "| 0.125 |", "| 0.500 (0.250 to 0.750) |"):
        assert cell in row
    assert r"B\|\<b\>" in row
    assert r"- word intrusion: one of the eight words \<shown\> (0.125)" in card
    assert "- odd task: what a coder who guesses would score (0.250)" in card


def test_a_score_whose_interval_reaches_chance_is_called_so(folder):
    write_validation(folder, validated(WORDS, GUESSED))
    rows = [line for line in read_card(folder).splitlines() if line.startswith(("| word", "| odd"))]
    assert ["not above chance" in row for row in rows] == [False, True]


def test_the_numbers_their_fingerprint_the_labels_and_the_citation_stay(folder):
    edit_label(folder, "t01", label="生态", coder="A")
    kept = {"model.safetensors", "vocabulary.json", "doc_topics.parquet", "labels.csv"}
    before, cited, labels = contents(folder), cite(folder), read_labels(folder)
    write_validation(folder, validated(WORDS))
    assert {name: contents(folder)[name] for name in kept} == {name: before[name] for name in kept}
    assert cite(folder) == cited
    assert read_labels(folder).equals(labels)
    assert "生态" in read_card(folder)
    assert verify_hashes(folder).ok
    assert load_model(folder).n_topics == 3
    root = json.loads(contents(folder)["ro-crate-metadata.json"])["@graph"][1]
    assert root["description"].endswith("Human-validated.")


def test_the_same_result_gives_the_same_bytes_and_can_be_taken_back(folder):
    start = contents(folder)
    write_validation(folder, validated(WORDS))
    once = contents(folder)
    write_validation(folder, validated(WORDS))
    assert contents(folder) == once != start
    write_validation(folder, {"state": "not human-validated"})
    assert contents(folder) == start


@pytest.mark.parametrize("name", ["README.md", "labels.csv", "model.safetensors", "added.txt"])
def test_no_other_change_is_sealed_in(folder, name):
    (folder / name).write_bytes(b"other")
    before = contents(folder)
    with pytest.raises(CheckError, match=name):
        write_validation(folder, validated(WORDS))
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"state": "validated"}, "state 'validated'"),
        ({"state": "human-validated"}, "0 tasks in the state 'human-validated'"),
        ({"state": "not human-validated", "tasks": [WORDS]}, "1 tasks in the state"),
        ({"state": "human-validated", "tasks": "all"}, "not a list of mappings"),
        (validated({"task": "x"}), "task 1 without n; task 1 without score; task 1 without chance"),
        (validated(WORDS, WORDS | {"alpha": "high"}), "alpha 'high' of task 2"),
        (validated(WORDS | {"score": 0.5}), "outside its interval"),
        (validated(WORDS | {"score": float("nan")}), "cannot be written as JSON"),
        ({"state": "human-validated", "tasks": [WORDS], "by": "me"}, "unknown key 'by'"),
    ],
)
def test_a_result_that_the_card_could_not_print_is_refused_whole(folder, wrong, message):
    before = contents(folder)
    with pytest.raises(RecipeError, match=message):
        write_validation(folder, wrong)
    assert contents(folder) == before


def test_a_validated_model_is_not_replaced(folder):
    write_validation(folder, validated(WORDS))
    with pytest.raises(StoreError, match="validation by people"):
        save_model(make_fit(1), folder, overwrite=True)
    assert read_manifest(folder)["validation"]["state"] == "human-validated"
