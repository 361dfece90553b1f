"""Tables from disk joined by the command: whatever they are saved as, numbers and codes stay as they are."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner
from workbooks import write_xlsx

from readout_nlp.cli import app
from readout_nlp.errors import InputError, RecipeError, StoreError
from readout_nlp.exchange.user_tables import read_table

SHARES = pd.DataFrame(
    {
        "place": ["砚溪市", "吴江区", "蘅浦市"],
        "year": [2012, 2010, 2012],
        "share": [0.1, 0.2, 0.30000000000000004],
    }
)
GDP = "code,year,gdp,remark\n990100,2012,10.50,=A\n320584,2010,1003,B\n999999,2012,7,C\n"


@pytest.fixture
def shares(tmp_path):
    SHARES.to_csv(tmp_path / "shares.csv", index=False)
    return tmp_path / "shares.csv"


def run(*arguments):
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_any_encoding_and_delimiter(tmp_path, encoding, delimiter):
    text = "地区,year,gdp,区号\n砚溪市,2012,10.50,0512\n蘅浦市,2013,NA,0513\n".replace(",", delimiter)
    (tmp_path / "gdp.csv").write_text(text, encoding=encoding)
    found = read_table(tmp_path / "gdp.csv")
    assert found["地区"].tolist() == ["砚溪市", "蘅浦市"]
    assert found["year"].tolist() == [2012, 2013]
    assert found["gdp"].isna().tolist() == [False, True]
    assert found["区号"].tolist() == ["0512", "0513"]


def test_a_sheet_and_a_parquet_file_give_the_same_table(tmp_path):
    rows = [["code", "year", "gdp", "remark"], [990100, 2012, 10.5, "x"], [320584, 2010, None, "y"]]
    sheet = read_table(write_xlsx(tmp_path / "gdp.xlsx", {"GDP": rows, "about": [["a"], ["b"]]}))
    assert sheet["code"].tolist() == [990100, 320584]
    assert sheet["gdp"].isna().tolist() == [False, True]
    sheet.to_parquet(tmp_path / "gdp.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "gdp.parquet"), sheet)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.csv", "", "no row in a.csv"),
        ("a.csv", "a,b\n1,2\n1\n1,2,3\n", r"2 lines of a.csv without 2 cells \(rows 3, 4\)"),
        ("a.csv", "a,a\n1,2\n", "columns named twice"),
        ("a.parquet", "no parquet", "which is no Parquet"),
        ("a.sav", "x", "a table in a.sav"),
        ("a.xlsx", "no workbook", "a.xlsx: "),
    ],
)
def test_a_table_that_cannot_be_read_is_told(tmp_path, name, text, fault):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=fault):
        read_table(tmp_path / name)


def test_the_command_joins_tells_what_is_unmatched_and_changes_no_number(shares, tmp_path):
    (tmp_path / "gdp.csv").write_text(GDP, encoding="utf-8")
    done = run("join", shares, tmp_path / "gdp.csv", "--out", tmp_path / "joined.csv")
    assert done.exit_code == 1
    assert done.stdout == f"{tmp_path / 'joined.csv'}\n"
    assert "吴江区 2010 (row 2): as 320584 吴江市" in done.stderr
    assert "蘅浦市 2012 (row 3): no such place in the user's table" in done.stderr
    assert "999999 2012 (row 3): unknown code" in done.stderr
    lines = (tmp_path / "joined.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "place,year,share,gdp,remark,joined,join_note"
    assert lines[1] == "砚溪市,2012,0.1,10.5,'=A,True,"
    assert lines[3].startswith("蘅浦市,2012,0.30000000000000004,,,False,")
    again = run("join", shares, tmp_path / "gdp.csv", "--out", tmp_path / "again.csv")
    assert again.exit_code == 1
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "joined.csv").read_bytes()
    refused = run("join", shares, tmp_path / "gdp.csv", "--out", tmp_path / "joined.csv")
    assert isinstance(refused.exception, StoreError)


def test_the_command_tells_programs_in_json_and_ends_with_0_where_all_is_matched(shares, tmp_path):
    whole = GDP.replace("999999", "990200")
    (tmp_path / "gdp.csv").write_text(whole, encoding="utf-8")
    done = run("join", shares, tmp_path / "gdp.csv", "--out", tmp_path / "o.parquet", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["joined"], told["user_joined"], told["unmatched"]) == (3, 3, [])
    strict = run("join", shares, tmp_path / "gdp.csv", "--out", tmp_path / "p.parquet", "--strict")
    assert "320584" in strict.stderr
    assert strict.exit_code == 1
    assert pd.read_parquet(tmp_path / "p.parquet")["joined"].tolist() == [True, False, True]


def test_successions_and_sums_through_the_command(tmp_path):
    pd.DataFrame({"place": ["姑苏区"], "year": [2010]}).to_csv(tmp_path / "shares.csv", index=False)
    (tmp_path / "gdp.csv").write_text("code,year,gdp\n320502,2010,1\n320503,2010,2\n320504,2010,4\n")
    (tmp_path / "changes.csv").write_text(
        "code,year,successor\n320502,2012,320508\n320503,2012,320508\n320504,2012,320508\n"
    )
    call = ["join", tmp_path / "shares.csv", tmp_path / "gdp.csv", "--successions", tmp_path / "changes.csv"]
    assert "merged from" in run(*call, "--out", tmp_path / "a.csv").stderr
    done = run(*call, "--out", tmp_path / "b.csv", "--add-up", "gdp")
    assert done.exit_code == 0
    assert pd.read_csv(tmp_path / "b.csv")["gdp"].tolist() == [7]


def test_terms_of_office_are_known_by_their_columns(shares, tmp_path):
    (tmp_path / "terms.csv").write_text("code,leader,start,end\n320584,丙,2009-01-01,\n", encoding="utf-8")
    run("join", shares, tmp_path / "terms.csv", "--out", tmp_path / "o.csv")
    joined = pd.read_csv(tmp_path / "o.csv", encoding="utf-8-sig")
    assert joined["leader"].fillna("").tolist() == ["", "丙", ""]
    wrong = run("join", shares, tmp_path / "terms.csv", "--out", tmp_path / "p.csv", "--add-up", "tenure")
    assert isinstance(wrong.exception, RecipeError)
