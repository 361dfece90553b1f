import importlib.util
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from planted_corpus import build, infer, readout
from scipy.stats import entropy

from readout_nlp.compare.leaders import PLACE_COLUMNS, TOPIC_COLUMNS, leaders
from readout_nlp.compare.mixtures import Mixtures
from readout_nlp.compare.novelty_slope import slope_of
from readout_nlp.compare.resonance import resonance
from readout_nlp.compare.windows import sides
from readout_nlp.errors import InputError, RecipeError

PLACES = ("甲城", "乙城", "丙城")


def corpus_of(places=PLACES, weeks=60, n_items=1, start=date(2016, 1, 4)):
    rows = [
        readout(1000 * at + week, place, 2016) | {"meeting_date": start + timedelta(days=7 * week + at)}
        for at, place in enumerate(places)
        for week in range(weeks)
    ]
    return build(rows, n_items=n_items)


def drawn(corpus, n_topics=4, seed=0, **about):
    rng = np.random.default_rng(seed)
    return infer(corpus, lambda _: rng.dirichlet(np.full(n_topics, 2.0)), **about)


def benchmark():
    path = Path(__file__).parents[1] / "benchmarks" / "validate" / "resonance.py"
    spec = importlib.util.spec_from_file_location("validate_resonance", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("scope", ["own", "others", "all"])
@pytest.mark.parametrize(("window_in", "window"), [("days", 40), ("readouts", 7)])
def test_windows_equal_the_formulas_of_the_paper_written_out(scope, window_in, window):
    corpus = corpus_of(weeks=14)
    topics = drawn(corpus)
    table = resonance(
        topics, corpus, scope=scope, window=window, window_in=window_in, smoothing=0, edges=True
    )
    of = dict(zip(corpus.items["readout_id"], topics.doc_topics, strict=True))
    known = table.to_dict("records")
    for row in known:
        pool = [
            other for other in known if scope == "all" or (other["place"] == row["place"]) == (scope == "own")
        ]
        before = [other for other in pool if other["date"] < row["date"]]
        after = [other for other in pool if other["date"] > row["date"]]
        if window_in == "days":
            reach = timedelta(days=window)
            before = [other for other in before if other["date"] >= row["date"] - reach]
            after = [other for other in after if other["date"] <= row["date"] + reach]
        else:
            before, after = before[-window:], after[:window]
        assert (row["n_before"], row["n_after"]) == (len(before), len(after))
        for name, side in (("novelty", before), ("transience", after)):
            parts = [entropy(of[row["readout_id"]], of[other["readout_id"]], base=2) for other in side]
            assert row[name] == pytest.approx(np.mean(parts) if parts else np.nan, nan_ok=True)
    assert np.allclose(table["novelty"] - table["transience"], table["resonance"], equal_nan=True)


def test_memory_does_not_grow_with_places_times_readouts():
    n, n_places = 6000, 600
    line = Mixtures(
        shares=np.full((n, 1), 1.0),
        readout_ids=tuple(map(str, range(n))),
        topic_ids=("t01",),
        places=np.array([f"p{at % n_places:03}" for at in range(n)], dtype=object),
        days=np.arange(n, dtype=float),
        left_out={},
    )
    tracemalloc.start()
    sides(line, line.shares, window=90, window_in="days", scope="others")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < n * n_places * 8 / 4


def test_edges_are_flagged_and_empty_unless_asked_for():
    corpus = corpus_of(weeks=20)
    topics = drawn(corpus)
    table = resonance(topics, corpus, window=5, window_in="readouts")
    own = table[table["place"] == "甲城"].reset_index(drop=True)
    assert own["edge"].tolist() == [True] * 5 + [False] * 10 + [True] * 5
    assert own["novelty"].isna().tolist() == [True] * 5 + [False] * 15
    assert own["transience"].isna().tolist() == [False] * 15 + [True] * 5
    asked = resonance(topics, corpus, window=5, window_in="readouts", edges=True)
    assert asked["novelty"].isna().sum() == 3  # the first of each place has nothing before it


def test_what_stays_resonates_and_what_passes_does_not():
    corpus = corpus_of(places=("甲城",), weeks=40)
    stays = np.repeat([[0.9, 0.1], [0.1, 0.9]], 20, axis=0)
    passes = np.tile([0.9, 0.1], (40, 1))
    passes[20] = [0.1, 0.9]
    for shares, sign in ((stays, 1), (passes, 0)):
        of = dict(zip(sorted(corpus.readouts["readout_id"]), shares, strict=True))
        topics = infer(corpus, lambda row, of=of: of[row["readout_id"]])
        table = resonance(topics, corpus, window=8, window_in="readouts")
        turn = table.iloc[20]
        assert turn["novelty"] > 1
        assert (turn["resonance"] > 1) == bool(sign)
        assert abs(turn["resonance"]) == pytest.approx(turn["novelty"] * sign, abs=1e-9)


def test_items_are_compared_with_the_readouts_around_them():
    corpus = corpus_of(weeks=20, n_items=3)
    topics = drawn(corpus)
    table = resonance(topics, corpus, unit="item", window=5, window_in="readouts", smoothing=0)
    assert len(table) == 180
    plain = resonance(topics, corpus, window=5, window_in="readouts", smoothing=0)
    one = plain.dropna().iloc[0]
    own = table[table["readout_id"] == one["readout_id"]]
    # cross entropies average over items; only the entropies of items and of their mean differ
    assert own["resonance"].mean() == pytest.approx(one["resonance"])
    assert own["novelty"].mean() >= one["novelty"]


def test_unknown_dates_places_and_documents_without_evidence_are_left_out_and_counted():
    rows = [readout(n, "甲城", 2016) | {"meeting_date": date(2016, 1, 1 + n)} for n in range(8)]
    rows[2] |= {"meeting_date": None, "published": None}
    rows[3] |= {"meeting_date": None, "published": date(2016, 1, 4)}
    rows[4] |= {"place": None}
    corpus = build(rows, n_items=1)
    topics = drawn(corpus, without=["r005-1"])
    table = resonance(topics, corpus, window=2, window_in="readouts")
    assert sorted(table["readout_id"]) == ["r000", "r001", "r003", "r006", "r007"]
    assert table.attrs["left_out"] == {
        "documents_without_evidence": 1,
        "without_documents": 1,
        "without_date": 1,
        "without_place": 1,
        "by_publication": 1,
    }
    assert len(resonance(topics, corpus, window=2, window_in="readouts", scope="all")) == 6


def test_the_order_of_the_corpus_changes_no_bit():
    corpus = corpus_of(weeks=30, n_items=2)
    topics = drawn(corpus)
    other = np.random.default_rng(3).permutation(len(topics.doc_ids))
    turned = type(topics)(
        doc_topics=topics.doc_topics[other],
        doc_ids=tuple(np.array(topics.doc_ids)[other]),
        topic_ids=topics.topic_ids,
        oov_share=topics.oov_share,
        novel=topics.novel,
    )
    shuffled = type(corpus)(corpus.readouts[::-1], corpus.items[::-1], corpus.quarantine)
    for scope in ("own", "others"):
        assert resonance(topics, corpus, scope=scope).equals(resonance(turned, shuffled, scope=scope))
    assert leaders(topics, corpus).equals(leaders(turned, shuffled))


def test_degenerate_records_have_no_numbers():
    one_place = corpus_of(places=("甲城",), weeks=30)
    table = resonance(drawn(one_place), one_place, scope="others")
    assert table[["novelty", "transience", "resonance"]].isna().all(axis=None)
    assert table["edge"].all()
    led = leaders(drawn(one_place), one_place)
    assert led.empty
    assert led.attrs["flag"]
    assert list(led.columns) == PLACE_COLUMNS
    assert leaders(drawn(one_place), one_place, by=("place", "topic")).columns.tolist() == TOPIC_COLUMNS
    nothing = build([readout(0, None, None)], n_items=1)
    assert resonance(drawn(nothing), nothing).empty


def test_equal_mixtures_lead_nowhere():
    corpus = corpus_of(weeks=60)
    topics = infer(corpus, lambda _: np.array([0.5, 0.3, 0.2]))
    table = leaders(topics, corpus, window=30)
    assert np.allclose(table[["novelty", "resonance", "excess"]], 0, atol=1e-12)
    assert table[["low", "high", "p", "p_adjusted", "slope"]].isna().all(axis=None)
    assert (table["role"] == "").all()


def test_topics_without_some_share_need_smoothing():
    corpus = corpus_of(weeks=10)
    topics = infer(corpus, lambda _: np.array([1.0, 0.0]))
    with pytest.raises(InputError, match="no smoothing"):
        resonance(topics, corpus, smoothing=0)
    assert np.isfinite(resonance(topics, corpus, edges=True, scope="all").dropna()["novelty"]).all()


def test_wrong_calls_are_refused():
    corpus = corpus_of(weeks=4)
    topics = drawn(corpus)
    for wrong in (
        {"window": 0},
        {"window_in": "weeks"},
        {"scope": "peers"},
        {"unit": "word"},
        {"smoothing": 1},
    ):
        with pytest.raises(RecipeError, match=next(iter(wrong))):
            resonance(topics, corpus, **wrong)
    with pytest.raises(RecipeError, match="by='topic'"):
        leaders(topics, corpus, by="topic")
    with pytest.raises(RecipeError, match="topics of readouts"):
        resonance(drawn(corpus, unit="document"), corpus, unit="item")


def test_parts_by_topic_sum_to_the_place_and_to_resonance():
    corpus = corpus_of(weeks=80)
    topics = drawn(corpus)
    whole = leaders(topics, corpus, window=40).set_index("place")
    parts = leaders(topics, corpus, window=40, by=("place", "topic")).groupby("place")
    for name in ("resonance", "expected", "excess"):
        assert np.allclose(parts[name].sum().loc[whole.index], whole[name])
    rows = resonance(topics, corpus, window=40, scope="others").dropna()
    assert np.allclose(rows.groupby("place")["resonance"].mean().loc[whole.index], whole["resonance"])
    assert (rows.groupby("place").size().loc[whole.index] == whole["n"]).all()


def test_a_standing_taste_for_what_rises_is_expected_and_no_lead():
    corpus = corpus_of(weeks=150)
    start = date(2016, 1, 4).toordinal()
    rng = np.random.default_rng(0)

    def shares(row):
        rising = 0.1 + 0.5 * (row["meeting_date"].toordinal() - start) / 1050
        rising = min(rising + (0.35 if row["place"] == "甲城" else 0), 0.97)
        return rng.dirichlet(200 * np.array([rising, 1 - rising]))

    own = leaders(infer(corpus, shares), corpus, window=60).set_index("place").loc["甲城"]
    assert own["resonance"] > 0.02
    assert abs(own["excess"]) < own["resonance"] / 5
    assert own["role"] == ""


def test_planted_leaders_are_found_and_no_one_without_them():
    bench = benchmark()
    led = [bench.run(seed, kind="leaders", n_places=12) for seed in range(6)]
    assert np.mean([one["auc"] for one in led]) > 0.9
    assert "first of all in" in bench.report("leaders", led)[0]
    none = [bench.run(seed, kind="no leader", n_places=12) for seed in range(10)]
    assert np.mean([one["low_p"] for one in none]) < 0.2
    assert "asked: at most 7%" in bench.report("no leader", none)[0]


def test_the_slope_is_that_of_least_squares():
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    y = 0.7 * x + rng.normal(size=200)
    slope, error = slope_of(x, y, np.arange(200))
    assert slope[0] == pytest.approx(np.polyfit(x, y, 1)[0])
    assert error[0] == pytest.approx(1 / np.sqrt(200), rel=0.2)
