from datetime import date, timedelta

import numpy as np
import pytest
from planted_corpus import build, infer, readout

from readout_nlp.compare.attention_windows import placebo_days
from readout_nlp.compare.event_study import COLUMNS, STEP_COLUMNS, event_study, leads_and_lags
from readout_nlp.errors import RecipeError

START, EVENT = date(2014, 1, 6), date(2017, 1, 2)
PLACES = tuple("甲乙丙丁戊己庚辛")


def corpus_of(places=PLACES, weeks=312):
    rows = [
        readout(1000 * at + week, place, 2014) | {"meeting_date": START + timedelta(days=7 * week + at % 5)}
        for at, place in enumerate(places)
        for week in range(weeks)
    ]
    return build(rows, n_items=1)


def drawn(corpus, jump=0.0, seed=0, taste=0.5, topics=3):
    """Draw shares whose first topic rises by about `jump` from the event on, with places of unlike tastes."""
    rng = np.random.default_rng(seed)
    tastes = {place: rng.uniform(0.5 - taste / 2, 0.5 + taste / 2) for place in PLACES}

    def shares(row):
        first = tastes.get(row["place"], 0.5) * 0.5 + jump * (row["meeting_date"] >= EVENT)
        rest = np.full(topics - 1, (1 - first) / (topics - 1))
        return rng.dirichlet(15 * np.array([first, *rest]))

    return infer(corpus, shares)


def test_a_planted_jump_is_found_and_its_size():
    corpus = corpus_of()
    table = event_study(drawn(corpus, jump=0.1), corpus, EVENT, window_days=120).set_index("topic")
    own = table.loc["t01"]
    assert own["low"] < 0.1 < own["high"]
    assert own["effect"] == pytest.approx(0.1, abs=0.04)
    assert own["p_placebo"] == pytest.approx(1 / (1 + own["n_placebos"]))
    assert own["q"] < 0.05
    assert not own["thin"] or own["n_disjoint"] < 19
    assert own["effect"] > own["placebo_high"]
    assert np.allclose(table["effect"].sum(), 0)
    assert (table["n_places"] == len(PLACES)).all()


def test_without_an_event_intervals_cover_0_and_placebos_are_as_large():
    corpus = corpus_of()
    covered, small = [], []
    for seed in range(20):
        table = event_study(drawn(corpus, seed=seed), corpus, EVENT, window_days=60)
        covered += ((table["low"] <= 0) & (table["high"] >= 0)).tolist()
        small += (table["p_placebo"] < 0.05).tolist()
    assert np.mean(covered) > 0.85
    assert np.mean(small) < 0.2


def test_tastes_of_places_do_not_widen_the_interval():
    corpus = corpus_of()
    plain, unlike = (event_study(drawn(corpus, taste=t), corpus, EVENT).iloc[0] for t in (0.0, 0.8))
    assert (unlike["high"] - unlike["low"]) < 1.5 * (plain["high"] - plain["low"])


def test_counts_means_and_weights_are_those_written_out():
    corpus = corpus_of(places=PLACES[:3], weeks=120)
    topics = drawn(corpus)
    event = date(2015, 3, 2)
    table = event_study(topics, corpus, event, window_days=50, topic="t02")
    days = corpus.readouts["meeting_date"].to_list()
    places = corpus.readouts["place"].to_list()
    value = topics.doc_topics[:, 1]
    after = np.array([event <= day < event + timedelta(days=50) for day in days])
    before = np.array([event - timedelta(days=50) <= day < event for day in days])
    assert table["n_before"].tolist() == [before.sum()]
    assert table["n_after"].tolist() == [after.sum()]
    assert table["effect"][0] == pytest.approx(value[after].mean() - value[before].mean())
    by_place = event_study(topics, corpus, event, window_days=50, topic="t02", weight="place")
    own = [
        value[after & (np.array(places) == p)].mean() - value[before & (np.array(places) == p)].mean()
        for p in PLACES[:3]
    ]
    assert by_place["effect"][0] == pytest.approx(np.mean(own))


def test_placebo_dates_lie_in_the_record_and_do_not_touch_the_event():
    days, apart = placebo_days((0.0, 364.0), 180.0, 30)
    assert days.min() == 30
    assert days.max() == 335
    assert np.abs(days - 180).min() == 60
    assert apart == 4
    assert len(placebo_days((0.0, 80.0), 40.0, 30)[0]) == 0


def test_places_on_one_side_only_are_left_out_and_counted():
    corpus = corpus_of(places=PLACES[:3], weeks=200)
    late = [readout(9000 + n, "新城", 2017) | {"meeting_date": EVENT + timedelta(days=n)} for n in range(10)]
    more = build([*corpus.readouts.to_dicts(), *late], n_items=1)
    table = event_study(drawn(more), more, EVENT)
    assert table.attrs["left_out"]["one_sided"] == 10
    assert (table["n_places"] == 3).all()


def test_degenerate_records_give_flagged_answers():
    short = corpus_of(places=("甲",), weeks=20)
    table = event_study(drawn(short), short, START + timedelta(days=70), window_days=60)
    assert list(table.columns) == COLUMNS
    assert table["effect"].notna().all()
    assert table[["p_placebo", "q", "placebo_low"]].isna().all(axis=None)
    assert (table["n_placebos"] == 0).all()
    assert table["thin"].all()
    two = build(
        [readout(n, "甲", 2014) | {"meeting_date": START + timedelta(days=30 * n)} for n in range(2)],
        n_items=1,
    )
    table = event_study(drawn(two), two, START + timedelta(days=20), window_days=20)
    assert table[["low", "high"]].isna().all(axis=None)
    nobody = build([readout(0, None, None)], n_items=1)
    table = event_study(drawn_flat(nobody), nobody, EVENT)
    assert table[["effect", "low", "high", "p_placebo"]].isna().all(axis=None)
    assert table["thin"].all()
    steps = leads_and_lags(drawn_flat(nobody), nobody, EVENT)
    assert steps["share"].isna().all()


def drawn_flat(corpus):
    return infer(corpus, lambda _: np.array([0.5, 0.5]))


def test_a_record_without_places_is_one_place():
    rows = [row | {"place": None} for row in corpus_of(places=("甲",)).readouts.to_dicts()]
    nowhere = build(rows, n_items=1)
    table = event_study(drawn(nowhere, jump=0.2), nowhere, EVENT, topic="t01")
    assert table["low"][0] > 0
    assert table["n_places"][0] == 1


def test_the_same_text_everywhere_has_no_effect_and_no_interval():
    corpus = corpus_of(places=PLACES[:3], weeks=200)
    table = event_study(drawn_flat(corpus), corpus, EVENT)
    assert (table["effect"] == 0).all()
    assert table[["low", "high"]].isna().all(axis=None)
    assert (table["p_placebo"] == 1).all()


def test_the_order_of_the_corpus_changes_nothing():
    corpus = corpus_of(places=PLACES[:3], weeks=200)
    topics = drawn(corpus)
    shuffled = type(corpus)(corpus.readouts[::-1], corpus.items[::-1], corpus.quarantine)
    assert event_study(topics, corpus, EVENT).equals(event_study(topics, shuffled, EVENT))


def test_steps_follow_the_path():
    corpus = corpus_of()
    table = leads_and_lags(drawn(corpus, jump=0.2), corpus, EVENT, topic="t01", step_days=30, n_steps=4)
    assert list(table.columns) == STEP_COLUMNS
    assert table["step"].tolist() == list(range(-4, 4))
    assert table.loc[table["step"] >= 0, "share"].min() > table.loc[table["step"] < 0, "share"].max()
    assert (table["low"] < table["share"]).all()
    assert str(table.loc[table["step"] == 0, "start"].iloc[0].date()) == EVENT.isoformat()
    alone = leads_and_lags(drawn(corpus), corpus, EVENT, places=["甲"], topic="t01")
    assert alone["low"].notna().any(), "the readouts of one place are observations"


def test_wrong_calls_are_refused():
    corpus = corpus_of(places=("甲",), weeks=30)
    topics = drawn(corpus)
    for wrong in (
        {"date": "2017-13-01"},
        {"date": "2030-01-01"},
        {"topic": "t99"},
        {"places": ["无"]},
        {"window_days": 0},
        {"weight": "item"},
    ):
        with pytest.raises(RecipeError):
            event_study(topics, corpus, **({"date": "2014-03-01"} | wrong))
    with pytest.raises(RecipeError, match="n_steps=0"):
        leads_and_lags(topics, corpus, "2014-03-01", n_steps=0)
