"""Formula: wording frequent across places and years; neither the news of one year nor one place's habit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted_corpus import build, readout
from planted_passages import draw

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.passages import folding
from readout_nlp.passages.folding import fold_string, fold_texts
from readout_nlp.passages.formula import estimate_formula
from readout_nlp.passages.occurrences import formula_spans, mark_formula

FORMULA, NEWS, HABIT = "会议听取了有关情况的汇报", "贯彻全省秋季水利现场会的部署", "本市坚持每周三通报一次"
PLACES, YEARS = [f"第{number}市" for number in range(10)], [2016, 2017, 2018, 2019, 2020, 2021]


def planted(seed=0):
    """Give texts of ten places in four years, and the place and the year of each."""
    rng = np.random.default_rng(seed)
    texts, places, years = {}, {}, {}
    for place in PLACES:
        for year in YEARS:
            name = f"{place}{year}"
            parts = [draw(rng, 80), draw(rng, 80), draw(rng, 80)]
            parts += [FORMULA] if rng.random() < 0.5 else []
            parts += [NEWS] if year == 2020 else []
            parts += [HABIT] if place == PLACES[3] else []
            texts[name] = "。".join(rng.permutation(parts))
            places[name], years[name] = place, year
    return texts, places, years


def maximal(found):
    return found.loc[found["maximal"], "text"].tolist()


def test_formula_is_told_from_the_news_of_a_year_and_the_habit_of_a_place():
    texts, places, years = planted()
    found = estimate_formula(texts, places, years)
    assert maximal(found) == [FORMULA]
    holding = [name for name in texts if FORMULA in texts[name]]
    assert found.iloc[0, 1:4].tolist() == [
        len(holding),
        len({places[name] for name in holding}),
        len({years[name] for name in holding}),
    ]
    assert found.attrs["settings"]["min_documents"] == 5


def test_the_order_of_the_texts_changes_nothing():
    texts, places, years = planted()
    other = dict(sorted(texts.items(), key=lambda item: item[1]))
    assert estimate_formula(texts, places, years).equals(estimate_formula(other, places, years))


def test_a_part_that_is_much_more_frequent_is_listed_beside_the_whole():
    wording = ["会议指出", "会议指出要抓好落实"]
    texts = {
        str(number): draw(np.random.default_rng(number), 30) + wording[number % 3 == 0]
        for number in range(16)
    }
    places, years = ({name: int(name) % number for name in texts} for number in (5, 2))
    found = estimate_formula(texts, places, years)
    shown = found[found["maximal"]]
    assert dict(zip(shown["text"], shown["n_documents"], strict=True)) == {
        "会议指出": 16,
        "会议指出要抓好落实": 6,
    }


def test_punctuation_does_not_hide_a_formula():
    texts = {"a": "会议，指出：", "b": "“会议指出”", "c": "会议\n指出"}
    found = estimate_formula(texts, {"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 1, "c": 2}, min_documents=3)
    assert found["text"].tolist() == ["会议指出"]


def test_tifa_are_no_formula_but_wording_around_them_is():
    terms = "水清岸绿鱼翔"
    texts = {
        str(number): draw(np.random.default_rng(number), 30) + "要坚持" * (number < 6) + terms
        for number in range(9)
    }
    places, years = {name: name for name in texts}, {name: int(name) % 3 for name in texts}
    assert maximal(estimate_formula(texts, places, years)) == [terms, "要坚持" + terms]
    kept = estimate_formula(texts, places, years, tifa=["水清、岸绿、鱼翔"])
    assert maximal(kept) == ["要坚持" + terms]
    assert kept.attrs["left_out"]["part_of_tifa"] == 4
    assert not any(text in terms for text in kept["text"])


@pytest.mark.parametrize(("n_places", "n_years"), [(0, 0), (1, 4), (2, 4), (10, 1)])
def test_one_place_or_one_year_has_no_formula_that_could_be_known(n_places, n_years):
    texts, places, years = planted()
    kept = [name for name in texts if places[name] in PLACES[:n_places] and years[name] in YEARS[:n_years]]
    found = estimate_formula({name: texts[name] for name in kept}, places, years)
    assert found.empty
    assert found.dtypes.to_dict() == estimate_formula(texts, places, years).dtypes.to_dict()
    assert (found.attrs["n_places"], found.attrs["n_years"]) == (n_places, n_years)


def test_texts_without_place_or_year_do_not_count_and_are_counted():
    texts, places, years = planted()
    places[f"{PLACES[0]}2018"] = None
    del years[f"{PLACES[1]}2018"]
    years[f"{PLACES[1]}2019"] = float("nan")
    found = estimate_formula(texts, places, years)
    assert found.attrs["left_out"] == {"without_place": 1, "without_year": 2, "total": 3, "part_of_tifa": 0}
    assert found.attrs["n_documents"] == 57


def test_identical_texts_are_formula_as_a_whole():
    text = draw(np.random.default_rng(0), 300)
    texts = {str(number): text for number in range(6)}
    found = estimate_formula(texts, {name: name for name in texts}, {name: int(name) % 2 for name in texts})
    assert mark_formula(texts, found)[["start", "end"]].to_numpy().tolist() == [[0, 300]] * 6


def test_a_corpus_brings_places_and_years():
    bodies = [draw(np.random.default_rng(number), 40) + FORMULA for number in range(12)]
    rows = [readout(at, f"{at % 4}市", 2018 + at % 3, body=body) for at, body in enumerate(bodies)]
    assert maximal(estimate_formula(build(rows))) == [FORMULA]


def test_settings_and_input_that_cannot_be_used_are_named():
    with pytest.raises(InputError, match="places or years"):
        estimate_formula({"a": FORMULA})
    for setting in (
        {"document_share": 0},
        {"place_share": 0},
        {"year_share": 1.5},
        {"min_length": 1},
        {"min_documents": 0},
    ):
        with pytest.raises(RecipeError, match=next(iter(setting))):
            estimate_formula({"a": FORMULA}, {"a": 1}, {"a": 1}, **setting)
    with pytest.raises(InputError, match="column text"):
        formula_spans(FORMULA, estimate_formula({}, {}, {}).rename(columns={"text": "words"}))
    with pytest.raises(InputError, match="one string"):
        formula_spans(FORMULA, FORMULA)


STRINGS = st.lists(st.text("甲乙丙，", max_size=5), max_size=4)


@given(st.text("甲乙丙丁，。\n", max_size=40), STRINGS)
def test_spans_are_the_union_of_all_occurrences(text, strings):
    folded = fold_texts([text])
    form, places = fold_string(text), folded.places.tolist()
    marked = set()
    for string in filter(None, map(fold_string, strings)):
        for at in range(len(form) - len(string) + 1):
            if form.startswith(string, at):
                marked.update(range(at, at + len(string)))
    spans = formula_spans(text, strings)
    told = {at for at, place in enumerate(places) if any(start <= place < end for start, end in spans)}
    assert told == marked
    assert spans == sorted(spans)
    assert all(start < end for start, end in spans)


@given(st.lists(st.text(max_size=12), max_size=6))
def test_every_folded_character_comes_from_where_it_is_said_to(texts):
    folded = fold_texts(texts)
    assert folded.starts.tolist() == [0, *np.cumsum([len(fold_string(text)) for text in texts]).tolist()]
    for number, text in enumerate(texts):
        own = slice(folded.starts[number], folded.starts[number + 1])
        assert "".join(map(chr, folded.codes[own])) == fold_string(text)
        for code, place in zip(folded.codes[own], folded.places[own], strict=True):
            assert chr(code) in fold_string(text[place])
    assert (folded.text_of == np.repeat(np.arange(len(texts)), np.diff(folded.starts))).all()


def test_a_formula_is_marked_where_it_does_not_go_on_as_it_mostly_does():
    texts = {
        str(number): f"{draw(np.random.default_rng(number), 20)}会议强调" + "要" * (number > 2)
        for number in range(20)
    }
    found = estimate_formula(
        texts, {name: int(name) % 5 for name in texts}, {name: int(name) % 2 for name in texts}
    )
    assert maximal(found) == ["会议强调要"]
    assert formula_spans("会议强调：水", found) == [(0, 4)]


def test_every_run_that_is_frequent_and_spread_is_marked():
    texts, places, years = planted(1)
    found = estimate_formula(texts, places, years, min_documents=8)
    for name, text in texts.items():
        told = formula_spans(text, found)
        assert [
            text[start:end] for start, end in told if FORMULA in text[start:end]
        ] or FORMULA not in text, name


@pytest.mark.parametrize("at_once", [1, 2, 3, 1000])
def test_texts_folded_a_few_at_a_time_are_those_folded_together(monkeypatch, at_once):
    texts = ["会议，要Ａ。", "", "㎏，学习", "——", "、", "全市１２３"]
    whole = folding.fold_texts(texts)
    monkeypatch.setattr(folding, "AT_ONCE", at_once)
    parts = folding.fold_texts(texts)
    for name in ("codes", "starts", "places", "text_of"):
        one, other = getattr(whole, name), getattr(parts, name)
        assert one.tolist() == other.tolist()
        assert one.dtype == other.dtype


def test_no_text_folds_to_nothing():
    assert folding.fold_texts([]).starts.tolist() == [0]
