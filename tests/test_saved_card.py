"""The card and the citations say what the manifest says, and invent nothing."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from test_saved_models import make_corpus, make_fit, tables

from readout_nlp.errors import RecipeError, StoreError
from readout_nlp.saved.card import MAX_PLACES, read_card
from readout_nlp.saved.cite import cite
from readout_nlp.saved.labels import edit_label
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.provenance import provenance
from readout_nlp.tokens.tokenize import tokens_from_lists
from readout_nlp.versions import LIBRARIES

SECTIONS = [
    "What it is for",
    "Corpus and coverage",
    "Settings",
    "Quality",
    "Stability",
    "Topics",
    "Human validation",
    "Limits",
    "How to cite",
    "Files",
]


def save(tmp_path, **arguments):
    return save_model(
        make_fit(), tmp_path / "m", **({"corpus": make_corpus(), "tables": tables()} | arguments)
    )


def test_the_card_has_every_section_and_the_figures(tmp_path):
    card = read_card(save(tmp_path, recipe={"min_df": 3}))
    assert re.findall(r"^## (.*)$", card, re.M) == SECTIONS
    assert "Not human-validated" in card
    assert "unstable topics: t01" in card
    assert "t01 (unstable)" in card
    assert "| 甲市 | 990100 | prefecture | 1 | 4 | 2021 |" in card
    assert make_corpus().fingerprint in card
    assert "recipe: min\\_df = 3" in card


def test_a_synthetic_corpus_is_said_before_anything_else_and_a_real_one_is_not(tmp_path):
    assert read_card(save(tmp_path / "a")).startswith("> **Synthetic.**")
    assert "ynthetic" not in read_card(save(tmp_path / "b", corpus=make_corpus(code="110000")))


def test_what_was_not_measured_is_said_not_left_out(tmp_path):
    card = read_card(save_model(make_fit(), tmp_path / "bare"))
    assert "saved without its corpus" in card
    assert card.count("not measured") == 2
    assert "Not measured: fit again" in card


def test_every_file_the_card_names_is_there_and_every_file_is_named(tmp_path):
    folder = save(tmp_path)
    named = set(re.findall(r"^- `([^`]+)`:", read_card(folder), re.M))
    assert named | {"README.md"} == {path.name for path in folder.iterdir()}


def test_names_from_pages_cannot_write_markup(tmp_path):
    evil = "甲|<script>x</script>\n## 乙 [z](javascript:1)"
    hostile = tables()
    hostile["coverage"]["place"] = evil
    hostile["topics"]["label"] = evil
    card = read_card(save(tmp_path, tables=hostile))
    assert not re.search(r"(?<!\\)<script", card)
    assert not re.search(r"(?<!\\)\]\(", card)
    assert re.findall(r"^## (.*)$", card, re.M) == SECTIONS
    coverage_row = next(line for line in card.splitlines() if "990100" in line)
    assert len(re.findall(r"(?<!\\)\|", coverage_row)) == 7


def test_a_topic_named_like_a_path_or_a_tag_is_data_on_the_card_and_makes_no_file(tmp_path):
    evil = "../../x|<b>\n## y"
    folder = save_model(make_fit(topic_ids=("t01", evil, "t03")), tmp_path / "m")
    edit_label(folder, evil, label=evil, definition=evil, coder=evil)
    card = read_card(folder)
    assert r"| ../../x\|\<b\> \#\# y | ../../x\|\<b\> \#\# y | ../../x\|\<b\> \#\# y |" in card
    assert re.findall(r"^## (.*)$", card, re.M) == SECTIONS
    assert [path.name for path in tmp_path.iterdir()] == ["m"]
    assert load_model(folder).topic_ids == ("t01", evil, "t03")


def test_a_long_coverage_is_cut_with_the_rest_counted(tmp_path):
    base = tables()["coverage"].iloc[:1]
    many = pd.concat([base.assign(place=f"乡{i}") for i in range(MAX_PLACES + 5)], ignore_index=True)
    card = read_card(save(tmp_path, tables={"coverage": many}))
    assert card.count("| prefecture |") == MAX_PLACES
    assert "5 more places in `manifest.json`" in card


def test_no_card_where_there_is_no_model(tmp_path):
    with pytest.raises(StoreError, match="manifest"):
        read_card(tmp_path)


@pytest.mark.parametrize("style", ["bibtex", "apa", "cff"])
def test_a_citation_names_software_version_corpus_and_model_and_nothing_unknown(tmp_path, style):
    folder = save(tmp_path)
    text = cite(folder, format=style)
    model = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["model"]["fingerprint"]
    for part in ("readout", "0.1.0", make_corpus().fingerprint, model, "synthetic"):
        assert part in text
    assert not re.search(r"year|doi|author = |20\d\d[)}]", text)


def test_what_was_given_is_in_every_citation(tmp_path):
    given = {
        "title": "Agenda of 50% & {x}_y",
        "authors": ["王, 甲", "Smith, B."],
        "year": 2026,
        "doi": "https://doi.org/10.5072/x",
    }
    folder = save(tmp_path, citation=given)
    bibtex, apa, cff = (cite(folder, format=style) for style in ("bibtex", "apa", "cff"))
    assert r"title = {{Agenda of 50\% \& \{x\}\_y}}" in bibtex
    assert "author = {{王甲} and Smith, B.}" in bibtex
    assert "year = {2026}" in bibtex
    assert apa.startswith("王甲, & Smith, B. (2026). Agenda of 50% & {x}_y [")
    assert apa.endswith("https://doi.org/10.5072/x")
    assert '  - family-names: "王"\n    given-names: "甲"' in cff
    assert "  year: 2026" in cff
    assert 'doi: "10.5072/x"' in cff


def test_bibtex_braces_balance_whatever_the_title(tmp_path):
    text = cite(save(tmp_path, citation={"title": "a } b { \\ ~ ^ # $"}))
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")


def test_cff_is_yaml_with_what_the_format_requires(tmp_path):
    yaml = pytest.importorskip("yaml")
    folder = save(tmp_path, citation={"title": 'a: "b" # 丙', "year": 2026})
    record = yaml.safe_load(cite(folder, format="cff"))
    assert {"cff-version", "message", "title", "authors"} <= set(record)
    assert record["title"] == 'a: "b" # 丙'
    assert record["authors"] == [{"name": "anonymous"}]
    assert record["preferred-citation"]["year"] == 2026
    assert {entry["type"] for entry in record["identifiers"]} == {"other"}


def test_the_citation_key_follows_the_numbers_and_not_the_words_about_them(tmp_path):
    key = re.compile(r"@misc\{(\w+),")
    first = key.search(cite(save(tmp_path / "a")))[1]
    other_words = save(tmp_path / "b", citation={"title": "x"}, corpus=None)
    other_numbers = save_model(make_fit(1), tmp_path / "c")
    assert key.search(cite(other_words))[1] == first
    assert key.search(cite(other_numbers))[1] != first


@pytest.mark.parametrize("citation", [{"auther": "x"}, {"authors": "one name"}])
def test_a_citation_that_would_print_wrong_is_refused(tmp_path, citation):
    with pytest.raises(RecipeError, match="auth"):
        save(tmp_path, citation=citation)


def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path):
    with pytest.raises(RecipeError, match="bibtex, apa, cff"):
        cite(save(tmp_path), format="mla")


def test_provenance_is_json_and_names_the_versions_that_run():
    arguments = {"corpus": make_corpus(), "tokens": make_tokens(), "recipe": {"random_state": 2}}
    made = provenance(**arguments)
    assert json.loads(json.dumps(made)) == made
    assert set(made["libraries"]) == set(LIBRARIES)
    assert made["libraries"]["numpy"] == np.__version__
    assert made["lexicon"] == {"fingerprint": "5e"}
    assert made["seed"] == 2
    assert made["corpus"] == {
        "fingerprint": make_corpus().fingerprint,
        "n_readouts": 2,
        "n_items": 1,
        "n_quarantined": 0,
        "n_places": 1,
        "first_year": 2020,
        "last_year": 2020,
        "n_without_year": 1,
        "synthetic": True,
    }
    assert provenance(**arguments) == made
    assert provenance(**arguments, seed=0)["seed"] == 0


def test_the_words_left_out_are_counted_on_the_card(tmp_path):
    folder = save(tmp_path, tokens=make_tokens())
    assert "words left out, by tier: 1 5, place 2" in read_card(folder)
    made = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["tokens"]
    assert made["unit"] == "item"
    assert made["steps"] == [{"step": "given", "n_tokens": 2}]


def make_tokens():
    removed = pl.DataFrame({"tier": ["place", "1", "1"], "term": ["甲市", "的", "了"], "count": [2, 3, 2]})
    plain = tokens_from_lists(["a"], [["教育", "防汛"]])
    return replace(plain, removed=removed, fingerprints={"lexicon": "5e"})
