"""Recipes: misspelt keys and wrong values are named, all at once."""

from __future__ import annotations

import pytest

from readout_nlp.analysis.recipe import Recipe, read_recipe, recipe_from
from readout_nlp.errors import InputError, RecipeError


def test_a_recipe_file_equals_the_same_settings_in_code(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text('n_topics = 7\nmodel = "nmf"\nstop_tiers = [1, 2]\n', encoding="utf-8")
    assert read_recipe(path) == Recipe(n_topics=7, model="nmf", stop_tiers=(1, 2))


def test_a_misspelt_key_is_named_with_the_nearest_one():
    with pytest.raises(RecipeError, match=r"'n_topcis' \(did you mean 'n_topics'\?\)"):
        recipe_from({"n_topcis": 7})


def test_all_faults_are_named_at_once():
    with pytest.raises(RecipeError) as caught:
        recipe_from({"passes": 0, "modle": "lda", "max_df": 2})
    assert all(word in str(caught.value) for word in ("passes", "modle", "max_df"))


@pytest.mark.parametrize("none", [{}, {"partitions": None}, {"partitions": 0}])
def test_no_partitions_are_one_setting_however_they_are_written(none):
    assert recipe_from(none) == Recipe()


@pytest.mark.parametrize("engine", ["vb", "gensim"])
def test_partitions_of_an_engine_that_cannot_are_refused(engine):
    assert recipe_from({"engine": engine, "partitions": 0}).engine == engine
    with pytest.raises(RecipeError, match=f"partitions = 2 .partitions are of .* cvb0, not of {engine}"):
        recipe_from({"engine": engine, "partitions": 2})


def test_a_wrong_engine_is_not_also_a_fault_of_partitions():
    with pytest.raises(RecipeError, match="engine = 'magic'") as caught:
        recipe_from({"engine": "magic", "partitions": 2})
    assert "partitions =" not in str(caught.value)


@pytest.mark.parametrize("text", ["n_topics = = 3", "n_topics\n", "\x00"])
def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path, text):
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"recipe\.toml is not TOML"):
        read_recipe(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.toml"):
        read_recipe(tmp_path / "nowhere.toml")


def test_a_recipe_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        Recipe().n_topics = 3


def test_default_number_of_topics_grows_with_the_corpus_and_stops():
    sizes = [Recipe().topics_for(n) for n in (1, 30, 150, 300, 10_000)]
    assert sizes == sorted(sizes)
    assert sizes[0] == 2
    assert sizes[-1] == 20
