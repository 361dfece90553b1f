"""A user's table joined to ours: what is planted comes back, and nothing is dropped, guessed or summed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import readout_nlp as rn
from readout_nlp.compare.place_keys import keys_of, read_successions
from readout_nlp.compare.place_sides import describe_join, unmatched_rows
from readout_nlp.compare.place_years import join_place_years
from readout_nlp.errors import InputError, RecipeError

MERGED = pd.DataFrame({"code": [320502, 320503, 320504], "year": 2012, "successor": "320508"})


def frame(**columns):
    return pd.DataFrame(columns)


def reasons(joined, side):
    rows = unmatched_rows(joined)
    return dict(rows[rows["side"] == side][["place", "reason"]].itertuples(index=False, name=None))


def test_planted_values_come_back_by_code_and_by_name_in_any_of_their_years():
    shares = frame(
        place=["砚溪市", "砚溪市", "蘅浦", "吴江区", "吴江市", "寿县"],
        year=[2015, 2016, 2015, 2010, 2014, 2012],
        share=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    )
    user = frame(
        code=["990100", "9901", 990200.0, "320584", "320509", "340422"],
        year=["2015", "2016年", 2015, 2010, 2014, 2012],
        gdp=[1, 2, 3, 4, 5, 6],
        note=list("abcdef"),
    )
    joined = join_place_years(shares, user)
    assert joined["gdp"].tolist() == [1, 2, 3, 4, 5, 6]
    assert joined["gdp"].dtype == np.int64
    assert joined["note"].tolist() == list("abcdef")
    assert joined["joined"].all()
    assert joined["join_note"].tolist() == [
        "",
        "",
        "",
        "as 320584 吴江市",
        "as 320509 吴江区",
        "as 341521 寿县",
    ]
    pd.testing.assert_frame_equal(joined[["place", "year", "share"]], shares)


def test_every_row_that_does_not_match_is_named_with_its_reason():
    shares = frame(
        place=["砚溪市", "砚溪市", "鼓楼区", "不存在市", "蘅浦市", "漪澜市", "崇文区", None],
        year=[2015, 2019, 2015, 2015, 2015, 2015, 2015, 2015],
    )
    user = frame(
        code=["990100", "999999", "110103", "990300", "990300", "鼓楼区", "990400", "990100", "990100", None],
        year=[2015, 2015, 2015, 2015, 2015, 2015, 2015, "未知", 2008, 2015],
        gdp=range(10),
    )
    joined = join_place_years(shares, user)
    assert joined["joined"].tolist() == [True] + [False] * 7
    assert joined["gdp"].isna().tolist() == [False] + [True] * 7
    assert reasons(joined, "table") == {
        "砚溪市": "no such year in the user's table (it has 2008 to 2015)",
        "鼓楼区": "ambiguous name (320106 鼓楼区, 320302 鼓楼区, 350102 鼓楼区, 410204 鼓楼区)",
        "不存在市": "unknown name",
        "蘅浦市": "no such place in the user's table",
        "漪澜市": "several rows of the user's table (rows 4, 5)",
        "崇文区": "name not valid in the year (110103 崇文区: to 2009)",
        "": "no place",
    }
    theirs = unmatched_rows(joined).query("side == 'user'")
    assert theirs["rows"].explode().tolist() == [2, 3, 4, 5, 6, 7, 8, 9, 10]
    found = reasons(joined, "user")
    assert found["999999"] == "unknown code"
    assert found["990300"] == "duplicate key (rows 4, 5)"
    assert found["990400"] == "no such place in the table"
    assert set(theirs.loc[theirs["place"] == "990100", "reason"]) == {
        "no year (未知)",
        "no such year in the table (it has 2015 to 2019)",
    }
    told = joined.attrs["join"]
    assert (told["rows"], told["joined"], told["user_rows"], told["user_joined"]) == (8, 1, 10, 1)
    text = describe_join(joined)
    assert all(row["reason"] in text for row in told["unmatched"])


def test_without_the_crosswalk_a_code_must_be_valid_in_its_year():
    shares = frame(code=["320509", "320584"], year=[2010, 2010])
    user = frame(code=["320584"], year=[2010], gdp=[1.5])
    strict = join_place_years(shares, user, on=("code", "year"), crosswalk=False)
    assert strict["joined"].tolist() == [False, True]
    assert strict["join_note"][0] == "code not valid in the year (320509 吴江区: from 2012)"
    assert join_place_years(shares, user, on=("code", "year"))["joined"].all()


def test_documents_of_a_cell_each_get_the_row_and_two_rows_of_the_user_never_multiply_them():
    documents = frame(place=["砚溪市"] * 5, year=[2015] * 5, doc_id=list("abcde"))
    user = frame(place=["砚溪市", "砚溪"], year=[2015, 2015], gdp=[1, 2])
    joined = join_place_years(documents, user)
    assert len(joined) == 5
    assert not joined["joined"].any()
    assert len(join_place_years(documents, user[:1]).query("gdp == 1")) == 5


class TestMergers:
    shares = frame(place=["姑苏区", "姑苏区"], year=[2010, 2015])
    user = frame(
        code=[320502, 320503, 320504, 320508],
        year=[2010, 2010, 2010, 2015],
        gdp=[1, 2, 4, 8],
        rate=[0.1, 0.2, 0.3, 0.4],
    )

    def test_are_not_added_up_unless_asked(self):
        joined = join_place_years(self.shares, self.user, crosswalk=MERGED)
        assert joined["joined"].tolist() == [False, True]
        assert "merged from 320502 沧浪区, 320503 平江区, 320504 金阊区" in joined["join_note"][0]

    def test_are_added_up_where_asked_and_the_rest_stays_missing(self):
        joined = join_place_years(self.shares, self.user, crosswalk=MERGED, add_up=["gdp"])
        assert joined["gdp"].tolist() == [7, 8]
        assert joined["rate"].isna().tolist() == [True, False]
        assert joined["join_note"][0] == "added up over 320502, 320503, 320504"
        assert joined.attrs["join"]["user_joined"] == 4

    def test_a_part_that_is_missing_makes_no_sum(self):
        joined = join_place_years(self.shares, self.user[1:], crosswalk=MERGED, add_up=["gdp"])
        assert joined["joined"].tolist() == [False, True]

    def test_text_is_not_added_up(self):
        user = self.user.assign(name="x")
        with pytest.raises(RecipeError, match="'name' that is not of numbers"):
            join_place_years(self.shares, user, crosswalk=MERGED, add_up=["name"])


def test_large_whole_numbers_and_text_stay_as_they_are():
    shares = frame(place=["砚溪市", "蘅浦市"], year=[2015, 2015])
    user = frame(place=["砚溪市"], year=[2015], gdp=[2**60 + 1], open=[True], share=["=1+1"])
    joined = join_place_years(shares, user)
    assert joined["gdp"][0] == 2**60 + 1
    assert joined["share"][0] == "=1+1"
    assert joined.loc[1, ["gdp", "open", "share"]].isna().all()


def test_names_that_both_tables_have_are_kept_apart():
    shares = frame(place=["砚溪市"], year=[2015], share=[0.25])
    joined = join_place_years(shares, frame(place=["砚溪市"], year=[2015], share=[7]))
    assert joined[["share", "share_user"]].to_numpy().tolist() == [[0.25, 7]]
    with pytest.raises(RecipeError, match="that are there already"):
        join_place_years(joined, frame(place=["砚溪市"], year=[2015], gdp=[7]))


def test_a_place_that_is_no_division_matches_its_own_name_only():
    shares = frame(place=["中央", "某开发区"], year=[2015, 2015])
    joined = join_place_years(shares, frame(place=["中央", "另开发区"], year=[2015, 2015], x=[1, 2]))
    assert joined["joined"].tolist() == [True, False]
    assert joined["join_note"][1] == "unknown name"


def test_labels_of_a_corpus_mean_the_codes_it_found():
    corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    codes = corpus.readouts.select("place", "place_code", "year").unique().drop_nulls().sort("place", "year")
    user = frame(code=codes["place_code"].to_list(), year=codes["year"].to_list(), gdp=range(codes.height))
    covariates = rn.covariates_of(corpus)
    joined = join_place_years(covariates, user, corpus=corpus)
    expected = dict(zip(zip(codes["place"], codes["year"], strict=True), range(codes.height), strict=True))
    assert joined["joined"].equals(covariates["place"].notna() & covariates["year"].notna())
    for row in joined[joined["joined"]].itertuples():
        assert row.gdp == expected[row.place, row.year]


def test_columns_that_are_not_there_are_named():
    with pytest.raises(InputError, match="the user's table without place"):
        join_place_years(frame(place=["甲"], year=[1999]), frame(city=["甲"], year=[1999]))
    with pytest.raises(RecipeError, match="level='town'"):
        join_place_years(frame(place=["甲"], year=[1999]), frame(place=["甲"], year=[1999]), level="town")
    with pytest.raises(InputError, match="row 2: 32050x 2012 320508"):
        read_successions(frame(code=["320502", "32050x"], year=[2012, 2012], successor=["320508"] * 2))


CODES = st.sampled_from(
    ["990100", "990200", "320584", "320509", "110103", "110101", "999999", "鼓楼区", "苏州", ""]
)
KEYS = st.lists(st.tuples(CODES, st.integers(2007, 2014)), max_size=12)


@settings(max_examples=60)
@given(KEYS, KEYS)
def test_rows_are_never_lost_multiplied_or_left_without_a_reason(ours, theirs):
    table = pd.DataFrame(ours, columns=["code", "year"])
    user = pd.DataFrame(theirs, columns=["code", "year"]).assign(value=range(len(theirs)))
    joined = join_place_years(table, user, on=("code", "year"))
    assert len(joined) == len(table)
    told = joined.attrs["join"]
    listed = unmatched_rows(joined)
    by_side = {
        side: sorted(n for rows in listed[listed["side"] == side]["rows"] for n in rows)
        for side in ("table", "user")
    }
    assert by_side["table"] == [n for n, done in enumerate(joined["joined"], start=1) if not done]
    assert len(by_side["user"]) + told["user_joined"] == len(theirs)
    assert listed["reason"].str.len().gt(0).all()
    for row in joined[joined["joined"]].itertuples():
        code, year = theirs[int(row.value)]
        assert year == row.year
        one, other = keys_of(
            pd.DataFrame({"code": [code, row.code], "year": year}), ("code", "year"), reading=_all()
        )
        assert one.key == other.key


def _all():
    from readout_nlp.compare.place_keys import Reading

    return Reading()
