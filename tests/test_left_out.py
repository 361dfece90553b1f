"""Parts that a recipe leaves out: nothing else changes, no page is empty without a reason, checks hold."""

from __future__ import annotations

import json
from typing import get_args

import numpy as np
import pytest

import readout_nlp as rn
from readout_nlp.analysis import plan as planning
from readout_nlp.analysis import scrutiny
from readout_nlp.analysis.plan import costs_of, fits_bytes, plan_run, require_fits_room
from readout_nlp.analysis.recipe import Beside, Scrutiny, only, recipe_from
from readout_nlp.analysis.run import STAGES
from readout_nlp.commands.stages import FITTED, titles_for
from readout_nlp.errors import RecipeError
from readout_nlp.present import report as reporting
from readout_nlp.present.drawings import _drawings
from readout_nlp.present.left_out import SETTINGS, left_out
from readout_nlp.present.report import render
from readout_nlp.replication.package import write_package
from readout_nlp.replication.reproduce import reproduce
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample

pytestmark = pytest.mark.once
BESIDE, SCRUTINY = get_args(Beside), get_args(Scrutiny)
PARTS = (*BESIDE, *SCRUTINY)
WHOLE = rn.Recipe(n_topics=4, passes=1, n_seeds=2, resamples=100)
OF_PART = {  # a table that no other part makes
    "other_model": "topic_matches",
    "clusters": "clusters",
    "trends": "year_trends",
    "likeness": "pairs_places",
    "words": "keyness_places",
    "leaders": "leaders",
    "tifa": "tifa_candidates",
    "echo": "echo_places",
}


@pytest.fixture(scope="module")
def corpus():
    return rn.sample_corpus(cities=3, years=3, per_cell=3)


@pytest.fixture(scope="module")
def whole(corpus):
    return rn.analyse(corpus, WHOLE)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, settings=SampleSettings(cities=3, years=2, per_cell=2))
    return folder / "pages"


@pytest.fixture
def page_of(monkeypatch):
    """Render a report without its fonts, which take longest."""
    monkeypatch.setattr(reporting, "_font_faces", lambda *_: "")
    return lambda analysis: render(analysis, "en")


def asking(*parts, **settings):
    return recipe_from({**WHOLE.model_dump(), **only(",".join(parts) or "none"), **settings})


def same_tables(one, other):
    """Compare tables by name; the table of models tells seconds, and of the models that there are."""
    assert all(table.equals(other[name]) for name, table in one.items() if name != "models")


def test_every_part_has_one_name_everywhere():
    assert dict(SETTINGS) == {"beside": BESIDE, "scrutiny": SCRUTINY}
    parts = {piece.part for piece in scrutiny.PIECES.values()}
    assert parts == set(planning.SHARES_OF_TABLES) == set(SCRUTINY)
    assert sorted(scrutiny.LONGEST_FIRST) == sorted(scrutiny.PIECES)
    assert set(OF_PART) == set(PARTS)


def test_a_recipe_that_names_every_part_is_the_default(whole, page_of):
    assert asking(*PARTS) == WHOLE
    assert set(OF_PART.values()) <= set(whole.tables)
    assert left_out(whole.recipe) == (None, {})
    assert "Not made" not in page_of(whole)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_alone_is_as_it_is_among_all_others(part, corpus, whole, page_of):
    found = rn.analyse(corpus, asking(part))
    assert {name for name, table in OF_PART.items() if table in found.tables} == {part}
    same_tables(found.tables, whole.tables)
    assert np.array_equal(found.topics.doc_topics, whole.topics.doc_topics)
    page = page_of(found)
    for other in PARTS:
        assert (f"does not name {other}." in page) is (other != part)
    assert list(_drawings(found))


def test_nothing_asked_for_is_topics_shares_and_likeness(corpus, whole, page_of):
    found = rn.analyse(corpus, asking())
    assert (list(found.models), found.clusters) == (["lda"], None)
    assert {"topics", "shares_year", "similarity_years", "similarity_places"} <= set(found.tables)
    same_tables(found.tables, whole.tables)
    assert found.tables["topics"]["stability"].notna().all()
    page = page_of(found)
    listed = ", ".join(PARTS)
    assert f"Not made, as the recipe asks (beside, scrutiny): {listed}." in page
    assert f"没有计算的部分（beside, scrutiny）：{listed}。" in page


def test_the_other_model_is_left_out_whichever_it_is(corpus, whole):
    found = rn.analyse(corpus, asking("clusters", model="nmf"))
    assert list(found.models) == ["nmf"]
    assert np.array_equal(found.topics.doc_topics, whole.models["nmf"].doc_topics)
    assert "topics_lda" not in found.tables
    assert found.clusters is not None


def test_what_stands_empty_for_another_reason_says_so(whole, page_of):
    """An empty table of a part that was asked for is no part that was left out."""
    bare = rn.analyse(
        rn.select_readouts(whole.corpus, whole.corpus.readouts["readout_id"][:3]), asking("leaders")
    )
    page = page_of(bare)
    assert bare.tables["leaders"].empty
    assert "Too few places with dates to tell who leads." in page
    assert "does not name leaders." not in page


@pytest.mark.parametrize("setting", [{"scrutiny": ["magic"]}, {"beside": ["magic"]}])
def test_an_unknown_part_in_a_recipe_is_told_with_those_there_are(setting):
    (name,) = setting
    with pytest.raises(RecipeError, match=rf"{name}\.0 = 'magic'") as caught:
        recipe_from(setting)
    assert all(f"'{part}'" in str(caught.value) for part in SETTINGS[name])


def test_an_unknown_part_of_the_command_is_told_with_those_there_are(call, pages, tmp_path):
    code, told, err = call("run", pages, "--out", tmp_path / "out", "--only", "clusters,magic")
    assert (code, told) == (2, "")
    assert "no part 'magic'" in err
    assert all(part in err for part in PARTS)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("asked", ["", " ", "clusters,", "none,echo"])
def test_names_that_are_none_are_refused(asked):
    with pytest.raises(RecipeError, match="no part"):
        only(asked)


@pytest.mark.parametrize("part", [*BESIDE, "none"])
def test_a_run_shows_the_stages_that_it_has(part):
    fitted = recipe_from(only(part)).fitted
    assert [name for name in STAGES if name in titles_for(fitted)] == [
        name for name in STAGES if name not in FITTED or name in fitted
    ]
    assert tuple(name for name in FITTED if name in fitted) == fitted


def test_less_is_told_to_take_less(pages, tmp_path):
    plans = [
        plan_run([pages], tmp_path / "out", recipe=asking(*parts)) for parts in ([], ["clusters"], PARTS)
    ]
    assert [plan.seconds for plan in plans] == sorted({plan.seconds for plan in plans})
    assert [plan.disk_bytes for plan in plans] == sorted({plan.disk_bytes for plan in plans})
    assert [stage.name for stage in plans[1].stages] == [name for name in STAGES if name != "nmf"]
    assert tuple(stage.name for stage in plans[2].stages) == STAGES
    assert costs_of(WHOLE) == dict(planning.COSTS)


def test_room_is_asked_for_only_what_is_fitted(corpus, tmp_path, monkeypatch):
    characters = sum(map(len, corpus.readouts["body"]))
    whole = fits_bytes(corpus.items.height, WHOLE.n_topics, characters=characters)
    monkeypatch.setattr(planning, "require_room", lambda _, needed: asked.append(needed))
    asked = []
    for recipe in (WHOLE, asking("clusters"), asking()):
        require_fits_room(tmp_path, corpus, recipe)
    assert asked == pytest.approx([whole * planning.GENEROUS * part for part in (1, 2 / 3, 1 / 3)])


def test_a_run_of_few_parts_is_verified_packed_and_reproduced(call, pages, tmp_path):
    recipe, out = tmp_path / "recipe.toml", tmp_path / "out"
    recipe.write_text("n_topics = 4\npasses = 1\nn_seeds = 2\nresamples = 100\n", encoding="utf-8")
    code, _, err = call("run", pages, "--out", out, "--recipe", recipe, "--only", "clusters")
    assert code == 1  # the sample's pages that are no readouts
    assert "[8/8]" in err
    assert "NMF" not in err
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["recipe"]["beside"], manifest["recipe"]["scrutiny"]) == (["clusters"], [])
    assert set(manifest["seconds"]) == set(STAGES) - {"nmf"}
    assert (out / "tables" / "clusters.csv").exists()
    assert not any((out / "tables" / f"{OF_PART[part]}.csv").exists() for part in PARTS if part != "clusters")
    assert rn.verify_model(out / "model", corpus=rn.read_corpus(out / "corpus"), refit=True).ok
    packed = write_package(out, tmp_path / "pack").folder
    outcome = reproduce(packed, tmp_path / "again", pages=[pages])
    assert outcome.verdict == "reproduced bit for bit", str(outcome)
    report = next(finding for finding in outcome.findings if finding.part == "report")
    assert report.what == "the same but for seconds"
