import numpy as np
import pytest
from planted_corpus import build, readout
from scipy.sparse import csr_matrix

from readout_nlp.compare.before_after import similarity_before_after
from readout_nlp.compare.contents import word_profiles
from readout_nlp.compare.formula_mask import COLUMNS, formula_terms, mask_formula
from readout_nlp.compare.similarity import similarity
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix

WORDS = ["会议", "强调", "两个维护", "防汛", "口号", "罕见"]


def planted(places=6, years=6, each=6, *, only=None):
    """会议 and 强调 stand everywhere, 防汛 in one place, 口号 in one year, 罕见 hardly ever."""
    cells = [(f"{number}城", 2012 + year) for number in range(places) for year in range(years)]
    corpus = build([readout(n, *cell) for n, cell in enumerate(c for c in cells for _ in range(each))])
    documents = corpus.documents("item")
    rng = np.random.default_rng(0)
    place, year = documents["place"].to_numpy(), documents["year"].to_numpy()
    n_items = len(documents)
    columns = [
        rng.random(n_items) < 0.9,
        rng.random(n_items) < 0.5,
        rng.random(n_items) < 0.6,
        place == "0城",
        year == 2013,
        rng.random(n_items) < 0.01,
    ]
    counts = csr_matrix(np.stack(columns, axis=1).astype(float))
    return TermMatrix(counts, WORDS, documents["doc_id"].to_list()), corpus


def test_formula_is_what_is_frequent_across_places_and_years():
    table = formula_terms(*planted())
    assert table.columns.tolist() == COLUMNS
    assert set(table.loc[table["formula"], "term"]) == {"会议", "强调"}
    rows = table.set_index("term")
    assert rows.loc["防汛", "place_spread"] == pytest.approx(1 / 6)
    assert rows.loc["口号", "year_spread"] == pytest.approx(1 / 6)
    assert rows.loc["防汛", ["n_places", "n_years"]].tolist() == [1, 6]
    assert rows.loc["口号", ["n_places", "n_years"]].tolist() == [6, 1]
    assert table["formula"].iloc[:2].all(), "formula comes first"
    assert table.attrs["settings"]["min_rate"] == 0.2
    assert table.attrs["flag"] == ""


def test_a_tifa_is_not_formula_unless_asked():
    counts, corpus = planted()
    row = formula_terms(counts, corpus).set_index("term").loc["两个维护"]
    assert row["official"]
    assert not row["formula"]
    assert row["place_spread"] == row["year_spread"] == 1
    assert formula_terms(counts, corpus, official=True).set_index("term").loc["两个维护", "formula"]


@pytest.mark.parametrize(("places", "years"), [(1, 6), (6, 1)])
def test_with_one_place_or_one_year_formula_cannot_be_told_and_nothing_is_masked(places, years):
    counts, corpus = planted(places, years, each=12)
    table = formula_terms(counts, corpus)
    assert not table["formula"].any()
    assert table[["place_spread", "year_spread"]].isna().all(axis=0).sum() == 1
    assert "cannot be told" in table.attrs["flag"]
    assert list(mask_formula(counts, table).vocabulary) == WORDS


def test_few_places_are_flagged_and_small_ones_are_not_judged_by():
    counts, corpus = planted(places=3)
    assert "look alike" in formula_terms(counts, corpus).attrs["flag"]
    assert formula_terms(counts, corpus, min_documents=10_000).attrs["places"] == 0
    assert not formula_terms(counts, corpus, min_documents=10_000)["formula"].any()


def test_readouts_without_place_or_year_are_left_out_and_counted():
    corpus = build([readout(0, None, 2018), readout(1, "甲城", None), readout(2, "甲城", 2018)])
    ids = corpus.items["item_id"].to_list()
    table = formula_terms(TermMatrix(csr_matrix(np.ones((6, 1))), ["会议"], ids), corpus)
    assert table["n_documents"].tolist() == [2]
    assert table.attrs["left_out"] == {"place": 2, "year": 2, "without_evidence": 0, "total": 4}


def test_masking_takes_the_columns_and_keeps_the_documents():
    counts, corpus = planted()
    masked = mask_formula(counts, formula_terms(counts, corpus))
    assert list(masked.vocabulary) == WORDS[2:]
    assert masked.doc_ids == counts.doc_ids
    assert (masked.counts != counts.counts[:, 2:]).nnz == 0
    assert list(mask_formula(counts, {"防汛"}).vocabulary) == [w for w in WORDS if w != "防汛"]
    with pytest.raises(InputError, match="all of them formula"):
        mask_formula(counts, WORDS)
    with pytest.raises(InputError, match="formula_terms"):
        mask_formula(counts, formula_terms(counts, corpus)[["term"]])


def test_formula_made_places_alike():
    counts, corpus = planted()
    table = similarity_before_after(counts, corpus, resamples=50)
    with_place = table[(table["one"] == "0城")]
    assert (with_place["difference"] < 0).all()
    assert (with_place["high"] < 0).all()
    assert (table["difference"] == table["after"] - table["before"]).all()
    assert ((table["low"] <= table["corrected"]) & (table["corrected"] <= table["high"])).all()
    assert table.attrs["n_formula"] == 2
    assert 0 < table.attrs["masked_share"] < 1


def test_before_and_after_are_similarities_of_the_same_items():
    counts, corpus = planted()
    formula = formula_terms(counts, corpus)
    table = similarity_before_after(counts, corpus, formula=formula, resamples=10)
    after = similarity(word_profiles(mask_formula(counts, formula), corpus))
    found = [after.loc[a, b] for a, b in table[["one", "other"]].to_numpy()]
    assert np.allclose(table["after"], found, atol=1e-7)
    assert table.attrs["only_formula"] > 0


def test_nothing_masked_changes_nothing():
    counts, corpus = planted(places=3, years=1)
    table = similarity_before_after(counts, corpus, resamples=10)
    assert (table["difference"] == 0).all()
    assert "cannot be told" in table.attrs["flag"]
    assert (table["flag"] == "one block").all()
    assert table[["low", "high"]].isna().all(axis=None)
    whole = similarity_before_after(*planted(places=3, years=3), formula=set(), resamples=10)
    assert (whole[["difference", "low", "high"]] == 0).all(axis=None)
    alone = similarity_before_after(*planted(places=1), resamples=10)
    assert alone.empty


def test_wrong_thresholds_are_refused():
    counts, corpus = planted(places=2, years=2)
    for wrong in ({"min_rate": 0}, {"min_spread": 1.5}, {"min_documents": 0}):
        with pytest.raises(RecipeError):
            formula_terms(counts, corpus, **wrong)
    with pytest.raises(RecipeError):
        similarity_before_after(counts, corpus, metric="euclid")
