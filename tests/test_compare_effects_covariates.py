from datetime import date

import numpy as np
import pandas as pd
import pytest
from planted_corpus import build, readout

from readout_nlp.compare.design_covariates import COLUMNS, covariates_of
from readout_nlp.compare.design_formula import columns_used
from readout_nlp.compare.design_tenure import add_tenure
from readout_nlp.errors import InputError

TERMS = pd.DataFrame(
    {
        "place": ["东岭市", "东岭市", "西河市", "西河市"],
        "leader": ["甲某", "乙某", "丙某", "丁某"],
        "start": ["2014-03-01", "2016-07-01", "2013-01-01", "2015-06-01"],
        "end": ["2016-05-31", None, "2015-06-30", "2019-12-31"],
    }
)


def test_covariates_are_the_documents_in_the_order_of_the_corpus():
    corpus = build(
        [readout(0, "东岭市", 2018, presider="甲某"), readout(1, None, None), readout(2, "西河市", 2020)]
    )
    frame = covariates_of(corpus)
    assert frame.columns.tolist() == list(COLUMNS)
    assert frame["doc_id"].tolist() == list(corpus.documents("item")["doc_id"])
    assert frame["act"].tolist() == ["hear", "decide"] * 3
    assert frame["place"].isna().tolist() == [False, False, True, True, False, False]
    whole = covariates_of(corpus, "document")
    assert whole["doc_id"].tolist() == ["r000", "r001", "r002"]
    assert whole["act"].isna().all()


def test_the_date_is_the_meetings_else_the_publications_where_that_gives_the_year():
    rows = [
        readout(0, "东岭市", 2018, meeting_date=date(2018, 5, 2), year_from="meeting"),
        readout(1, "东岭市", 2018, year_from="published"),
        readout(2, "东岭市", 2018, year_from="meeting"),
    ]
    dates = covariates_of(build(rows, n_items=1))["date"]
    assert [None if pd.isna(day) else str(day)[:10] for day in dates] == ["2018-05-02", "2018-01-01", None]


@pytest.mark.parametrize(
    ("place", "day", "leader", "years", "flag"),
    [
        ("东岭市", "2014-03-01", "甲某", 0.0, ""),
        ("东岭市", "2016-05-31", "甲某", 822 / 365.25, ""),
        ("东岭市", "2016-06-15", None, np.nan, "gap"),
        ("东岭市", "2014-02-28", None, np.nan, "gap"),
        ("东岭市", "2030-01-01", "乙某", 4932 / 365.25, ""),
        ("西河市", "2015-06-10", None, np.nan, "overlap"),
        ("西河市", "2015-07-01", "丁某", 30 / 365.25, ""),
        ("南坪区", "2015-07-01", None, np.nan, "not in table"),
        (None, "2015-07-01", None, np.nan, "no place"),
        ("西河市", None, None, np.nan, "no date"),
    ],
)
def test_tenure_is_counted_and_never_guessed(place, day, leader, years, flag):
    found = add_tenure(pd.DataFrame({"place": [place], "date": [day]}), TERMS).iloc[0]
    assert (found["leader"] if isinstance(found["leader"], str) else None) == leader
    assert found["tenure"] == pytest.approx(years, nan_ok=True)
    assert found["tenure_flag"] == flag


def test_tenure_joins_the_covariates_of_a_corpus_and_counts_its_flags():
    rows = [
        readout(n, "东岭市", 2014 + n, meeting_date=date(2014 + n, 6, 10), year_from="meeting")
        for n in range(4)
    ]
    frame = covariates_of(build(rows, n_items=1))
    added = add_tenure(frame, TERMS)
    assert added["leader"].tolist()[:2] == ["甲某", "甲某"]
    assert added["tenure_flag"].tolist() == ["", "", "gap", ""]
    assert added.attrs["tenure"] == {"gap": 1}
    assert "leader" not in frame


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": ["2014-03", *list(TERMS["start"][1:])]}, "2014-03"),
        ({"start": [None, *list(TERMS["start"][1:])]}, "row 0: no start"),
        ({"end": ["2013-01-01", None, None, None]}, "row 0: ends before it starts"),
        ({"leader": [None, "a", "b", "c"]}, "row 0: no place or leader"),
    ],
)
def test_terms_with_faults_are_named(change, said):
    with pytest.raises(InputError, match=said):
        add_tenure(pd.DataFrame({"place": ["东岭市"], "date": ["2015-01-01"]}), TERMS.assign(**change))


def test_missing_columns_are_named():
    with pytest.raises(InputError, match="without date"):
        add_tenure(pd.DataFrame({"place": ["东岭市"]}), TERMS)
    with pytest.raises(InputError, match="without end"):
        add_tenure(pd.DataFrame({"place": ["东岭市"], "date": ["2015-01-01"]}), TERMS.drop(columns="end"))


def test_names_in_any_script_are_columns():
    assert columns_used("C(地方, Treatment('甲')) * np.log(年) + Q('a b'):年", ["地方", "年", "a b"]) == [
        "地方",
        "年",
        "a b",
    ]
