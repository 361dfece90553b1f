from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
from planted_corpus import build, readout

import readout_nlp as rn
from readout_nlp.compare.agreement import agreement
from readout_nlp.compare.split import split_corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.errors import InputError, RecipeError


def planted(places=("甲城", "乙城"), years=(2016, 2017, 2018), per_cell=9):
    rows = [
        readout(1000 * at + 100 * (year - 2010) + n, place, year)
        | {"meeting_date": date(year, 1, 1) + timedelta(days=30 * n), "body": f"{place}{year}{n}"}
        for at, place in enumerate(places)
        for year in years
        for n in range(per_cell)
    ]
    return build(rows)


def ids(corpus):
    return set(corpus.readouts["readout_id"])


def test_the_parts_are_the_whole_and_have_nothing_in_common():
    corpus = planted()
    discover, estimate = split_corpus(corpus)
    assert ids(discover) | ids(estimate) == ids(corpus)
    assert not ids(discover) & ids(estimate)
    assert set(discover.items["readout_id"]) == ids(discover)
    assert discover.items.height + estimate.items.height == corpus.items.height


@pytest.mark.parametrize("share", [0.2, 0.5, 0.7])
def test_every_place_and_year_is_split_alike(share):
    corpus = planted()
    discover, _ = split_corpus(corpus, share=share, random_state=3)
    held = Counter(discover.readouts.select("place", "year").iter_rows())
    assert abs(discover.readouts.height - share * 54) <= 1
    assert len(held) == 6
    assert all(abs(n - share * 9) <= 1.5 for n in held.values())


def test_one_meeting_and_one_text_stay_on_one_side():
    rows = planted().readouts.to_dicts()
    rows[1] |= {"meeting_date": rows[0]["meeting_date"]}  # a second report of the first meeting
    rows[30] |= {"body": rows[1]["body"]}  # a reprint of that report elsewhere
    rows[5] |= {"meeting_date": None, "published": None}
    corpus = build(rows)
    for seed in range(12):
        discover, _ = split_corpus(corpus, random_state=seed)
        sides = {rows[at]["readout_id"] in ids(discover) for at in (0, 1, 30)}
        assert len(sides) == 1


def test_the_side_depends_on_the_seed_and_not_on_the_order():
    corpus = planted()
    shuffled = type(corpus)(corpus.readouts[::-1], corpus.items[::-1], corpus.quarantine)
    one, other = split_corpus(corpus, random_state=1), split_corpus(shuffled, random_state=1)
    assert ids(one.discover) == ids(other.discover)
    assert one.record == other.record
    assert ids(split_corpus(corpus, random_state=2).discover) != ids(one.discover)


def test_the_record_tells_how_it_came_about():
    corpus = planted()
    split = split_corpus(corpus, share=0.4, random_state=7)
    record = split.record
    assert record["share"] == 0.4
    assert record["random_state"] == 7
    assert record["fingerprint"] == corpus.fingerprint
    assert record["discover"]["fingerprint"] == split.discover.fingerprint
    assert record["estimate"]["readouts"] == split.estimate.readouts.height
    assert record["groups"] == 54
    assert record["strata"] == 6


def test_small_and_unknown_corpora_are_split_too():
    nothing = build([])
    assert [part.readouts.height for part in split_corpus(nothing)] == [0, 0]
    single = build([readout(0, "甲城", 2016)])
    assert sum(part.readouts.height for part in split_corpus(single)) == 1
    unknown = build([readout(n, None, None) for n in range(10)])
    assert [part.readouts.height for part in split_corpus(unknown)] == [5, 5]
    twins = build([readout(n, None, None) | {"body": "同一篇"} for n in range(10)])
    assert sorted(part.readouts.height for part in split_corpus(twins)) == [0, 10]


@pytest.mark.parametrize("share", [0, 1, -0.5, True])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(RecipeError, match="share"):
        split_corpus(planted(), share=share)


def test_half_of_the_sample_is_a_corpus_to_work_with():
    corpus = rn.sample_corpus(cities=2, years=2, per_cell=8)
    discover, estimate = split_corpus(corpus)
    assert discover.merged + estimate.merged == corpus.merged
    assert rn.coverage(discover)["n_readouts"].sum() <= discover.readouts.height
    assert rn.count_terms(rn.tokenize(estimate), min_df=1).counts.shape[0] == estimate.items.height


def test_selected_readouts_bring_their_items_and_corrections():
    corpus = planted()
    sha = [f"{n:04d}" for n in range(corpus.readouts.height)]
    corrections = pl.DataFrame(
        {
            name: ["0001", "0002"] if name == "sha256" else ["applied"] * 2
            for name in corpus.corrections.columns
        }
    )
    corpus = type(corpus)(
        corpus.readouts.with_columns(sha256=pl.Series(sha)), corpus.items, corpus.quarantine, corrections
    )
    wanted = [corpus.readouts["readout_id"][n] for n in (3, 1)]
    chosen = select_readouts(corpus, wanted)
    assert chosen.readouts["readout_id"].to_list() == sorted(wanted)
    assert set(chosen.items["readout_id"]) == set(wanted)
    assert chosen.corrections["sha256"].to_list() == ["0001"]
    assert chosen.readouts.schema == corpus.readouts.schema
    assert select_readouts(corpus, []).readouts.is_empty()
    with pytest.raises(InputError, match="none"):
        select_readouts(corpus, ["none"])


def estimates(values, width=0.2):
    values = np.asarray(values, dtype=float)
    names = [f"t{n:02d}" for n in range(len(values))]
    return pd.DataFrame({"topic": names, "effect": values, "low": values - width, "high": values + width})


def test_halves_that_agree_and_a_value_that_does_not():
    truth = np.linspace(-1, 1, 20)
    other = truth.copy()
    other[3] += 2
    table = agreement(estimates(truth), estimates(other), on=["topic"], value="effect")
    assert table.attrs["n_both"] == 20
    assert table["q"].idxmin() == 3
    assert (table["q"] < 0.05).sum() == 1
    assert agreement(estimates(truth), estimates(truth), on=["topic"], value="effect").attrs[
        "correlation"
    ] == pytest.approx(1)


def test_differences_of_chance_are_called_at_the_level():
    rng = np.random.default_rng(0)
    one, two = (estimates(rng.normal(0, 0.1, 4000), 1.96 * 0.1) for _ in range(2))
    assert (agreement(one, two, on=["topic"], value="effect")["p"] < 0.05).mean() == pytest.approx(
        0.05, abs=0.01
    )


def test_what_one_half_lacks_is_told():
    one, two = estimates([0.1, 0.2, 0.3]), estimates([0.1, 0.2]).drop(columns=["low", "high"])
    table = agreement(one, two, on=["topic"], value="effect").set_index("topic")
    assert table.loc["t02", "found_in"] == "discover"
    assert table["p"].isna().all()
    assert np.isnan(table.attrs["correlation"])
    with pytest.raises(InputError, match="share"):
        agreement(one, two, on=["topic"], value="share")
    with pytest.raises(InputError, match="repeated"):
        agreement(pd.concat([one, one]), two, on=["topic"], value="effect")
