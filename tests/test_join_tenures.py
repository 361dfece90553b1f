"""Terms of office joined by day and by year: what is planted comes back, through a change of code too."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.compare.place_sides import unmatched_rows
from readout_nlp.compare.place_tenures import join_tenures, tenure_years
from readout_nlp.errors import InputError

TERMS = pd.DataFrame(
    {
        "place": ["砚溪市", "990100", "吴江市", "不存在市"],
        "leader": ["甲", "乙", "丙", "丁"],
        "start": ["2012-01-01", "2015-07-01", "2010-01-01", "2010-01-01"],
        "end": ["2015-06-30", None, "2014-12-31", "2014-12-31"],
    }
)


def test_documents_get_the_leader_of_their_day_under_whatever_name_the_place_had():
    documents = pd.DataFrame(
        {
            "place": ["砚溪市", "砚溪市", "吴江区", "吴江区", "蘅浦市"],
            "year": [2015, 2015, 2013, 2016, 2013],
            "date": ["2015-06-30", "2015-07-01", "2013-01-01", "2016-01-01", "2013-01-01"],
        }
    )
    found = join_tenures(documents, TERMS)
    assert found["leader"].tolist() == ["甲", "乙", "丙", None, None]
    assert found["tenure_flag"].tolist() == ["", "", "", "gap", "not in table"]
    assert found["place"].equals(documents["place"])
    theirs = unmatched_rows(found).query("side == 'user'")
    assert theirs[["place", "reason"]].to_numpy().tolist() == [["不存在市", "unknown name"]]


def test_a_year_belongs_to_whoever_held_most_of_its_days():
    table = pd.DataFrame({"place": ["砚溪市"] * 4, "year": [2014, 2015, 2016, 2011]})
    found = join_tenures(table, TERMS)
    assert found["leader"].fillna("").tolist() == ["甲", "乙", "乙", ""]
    assert found["tenure_flag"].fillna("").tolist() == ["", "several", "", ""]
    assert found["joined"].tolist() == [True, True, True, False]
    assert found["days_in_office"].tolist()[:3] == [365, 184, 366]
    assert found["tenure"].round(2).tolist()[:3] == [3.0, 0.5, 1.5]


def test_as_many_days_name_nobody():
    terms = pd.DataFrame(
        {
            "place": "砚溪市",
            "leader": ["甲", "乙"],
            "start": ["2016-01-01", "2016-07-02"],
            "end": ["2016-07-01", "2016-12-31"],
        }
    )
    assert tenure_years(terms).to_numpy().tolist()[0][-3:] == [183, 2, "tie"]


def test_faults_are_named():
    with pytest.raises(InputError, match="without a place"):
        join_tenures(TERMS, TERMS.drop(columns="place"))
    with pytest.raises(InputError, match="row 0: ends before it starts"):
        tenure_years(TERMS.assign(end="2009-01-01")[:1])


@settings(max_examples=50)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=6))
def test_days_of_terms_without_a_gap_add_up_to_the_years(lengths):
    starts = pd.Timestamp("2012-01-01") + pd.to_timedelta(
        [sum(lengths[:n]) for n in range(len(lengths))], unit="D"
    )
    terms = pd.DataFrame(
        {
            "place": "砚溪市",
            "leader": [f"p{n}" for n in range(len(lengths))],
            "start": starts,
            "end": starts + pd.to_timedelta([n - 1 for n in lengths], unit="D"),
        }
    )
    by_year = tenure_years(terms)
    assert by_year["n_leaders"].sum() >= len(by_year)
    assert (by_year["days_in_office"] <= 366).all()
    alone = by_year[by_year["n_leaders"] == 1]
    last = by_year["year"].max()
    assert alone.loc[alone["year"] < last, "days_in_office"].isin([365, 366]).all()
