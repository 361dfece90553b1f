"""Tables reach a spreadsheet without running in it, and come back from Parquet as they were."""

import csv
import io
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.errors import RecipeError
from readout_nlp.saved.tables import csv_bytes, guard, plain, unguard, write_tables

DANGEROUS = "=+-@\t\r"


def rows(path):
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def written(frame, tmp_path):
    parquet, text = write_tables({"t": frame}, tmp_path)
    return pd.read_parquet(parquet), rows(text)


@pytest.mark.parametrize("first", DANGEROUS)
def test_text_that_a_spreadsheet_would_run_is_guarded_in_cells_headers_and_row_labels(tmp_path, first):
    evil = f"{first}cmd|' /C calc'!A0"
    frame = pd.DataFrame({evil: [evil]}, index=pd.Index([evil], name="place"))
    parquet, text = written(frame, tmp_path)
    assert text == [["place", f"'{evil}"], [f"'{evil}", f"'{evil}"]]
    assert parquet.iloc[0].to_list() == [evil, evil]  # Parquet runs nothing, so it keeps the value


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n,\"教a"), max_size=6))
def test_the_guard_always_neutralises_and_always_comes_off(text):
    assert guard(text)[:1] not in tuple(DANGEROUS)
    assert unguard(guard(text)) == text


def test_negative_numbers_stay_numbers(tmp_path):
    _, text = written(pd.DataFrame({"x": [-0.5, float("nan")], "n": [-3, 4]}), tmp_path)
    assert text == [["x", "n"], ["-0.5", "-3"], ["", "4"]]


def test_commas_quotes_and_line_breaks_survive(tmp_path):
    cells = ['甲,"乙"', "一\n二", "三；四"]
    parquet, text = written(pd.DataFrame({"c": cells}), tmp_path)
    assert [row[0] for row in text[1:]] == cells == list(parquet["c"])


def test_lists_stand_as_json_in_csv_and_as_lists_in_parquet(tmp_path):
    frame = pd.DataFrame({"terms": [["教育", "=1"], [], None], "pair": [(1, 2), (3, 4), (5, 6)]})
    parquet, text = written(frame, tmp_path)
    assert [row[0] for row in text[1:]] == ['["教育", "=1"]', "[]", ""]
    assert list(parquet["terms"][0]) == ["教育", "=1"]
    assert list(parquet["pair"][2]) == [5, 6]


def test_missing_values_of_every_kind_are_empty_and_never_zero(tmp_path):
    frame = pd.DataFrame(
        {
            "a": [None, "x"],
            "b": [np.nan, 1.5],
            "c": pd.array([pd.NA, 2], dtype="Int64"),
            "d": [pd.NaT, pd.Timestamp("2020-01-02")],
            "e": [None, True],
        }
    )
    _, text = written(frame, tmp_path)
    assert text[1] == [""] * 5
    assert text[2] == ["x", "1.5", "2", "2020-01-02T00:00:00", "True"]


def test_floats_keep_every_digit(tmp_path):
    values = [0.1 + 0.2, 1 / 3, 1e-300]
    _, text = written(pd.DataFrame({"x": values}), tmp_path)
    assert [float(row[0]) for row in text[1:]] == values


def test_row_labels_of_a_square_table_are_kept_and_plain_numbering_is_not(tmp_path):
    square = pd.DataFrame([[1.0, 0.5], [0.5, 1.0]], index=[2019, 2020], columns=[2019, 2020])
    parquet, text = written(square, tmp_path)
    assert text[0] == ["label_1", "2019", "2020"]
    assert list(parquet["label_1"]) == [2019, 2020]
    _, text = written(pd.DataFrame({"x": [1]}), tmp_path)
    assert text[0] == ["x"]


def test_the_caller_keeps_the_frame_unchanged(tmp_path):
    frame = pd.DataFrame({2019: [1]}, index=["甲"])
    before = frame.copy()
    write_tables({"t": frame}, tmp_path)
    pd.testing.assert_frame_equal(frame, before)


def test_same_table_same_bytes(tmp_path):
    frame = pd.DataFrame({"place": ["甲", "乙"] * 50, "share": np.linspace(0, 1, 100)})
    first = [path.read_bytes() for path in write_tables({"t": frame}, tmp_path / "a")]
    second = [path.read_bytes() for path in write_tables({"t": frame.copy()}, tmp_path / "b")]
    assert first == second
    assert b"pandas" not in first[0]


@pytest.mark.parametrize("name", ["../../x", "a/b", "", "A", "a.csv", "x\n", "con man"])
def test_a_table_name_that_is_not_a_plain_file_name_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(RecipeError, match="a table named"):
        write_tables({"fine": pd.DataFrame({"x": [1]}), name: pd.DataFrame({"x": [1]})}, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame([[1, 2]], columns=["x", "x"]), "named twice in table t: x"),
        (pd.DataFrame({"x": [1]}, index=pd.Index(["a"], name="x")), "named twice in table t: x"),
        (pd.DataFrame({"mixed": ["a", 1]}), "in table t: .*mixed"),
    ],
)
def test_a_table_that_cannot_be_written_is_refused_by_name(tmp_path, frame, message):
    with pytest.raises(RecipeError, match=message):
        write_tables({"t": frame}, tmp_path)


def test_an_empty_table_keeps_its_header(tmp_path):
    parquet, text = written(pd.DataFrame({"place": [], "share": []}), tmp_path)
    assert text == [["place", "share"]]
    assert list(parquet.columns) == ["place", "share"]


def test_csv_opens_in_excel_as_utf8():
    assert csv_bytes(pd.DataFrame({"地方": ["甲市"]})).startswith(b"\xef\xbb\xbf")


def test_plain_values_are_json():
    assert plain({"a": np.array([1.0, np.nan]), 2: {"乙", "甲"}}) == {"a": [1.0, None], "2": ["乙", "甲"]}
    assert plain(date(2020, 1, 2)) == "2020-01-02"
