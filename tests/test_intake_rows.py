"""Every malformed row is named by file, row and field; nothing is dropped silently, nothing guessed."""

from __future__ import annotations

import csv
import io
import json
import logging
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import readout_nlp as rn
from readout_nlp.cli import app
from readout_nlp.corpus.intake import check_pages
from readout_nlp.corpus.row_schema import TOLD, note_faults
from readout_nlp.errors import InputError
from readout_nlp.pages.columns import parse_columns, recognise
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.read import read_pages
from readout_nlp.pages.rows import row_page

TEXT = "市委常委会召开会议。会议听取了全市水利工作情况的汇报。"
GOOD = {"id": "1", "text": TEXT, "date": "2018-03-05", "url": "https://example.org/1", "city": "苏州市"}

FAULTY = [  # field, cell, whether the row is kept
    ("text", "", False),
    ("text", "  \n", False),
    ("text", None, False),
    ("text", 7, False),
    ("text", ["a"], False),
    ("text", "\x00\x01\x02\x03text", False),
    ("text", TEXT + "\x00", True),
    ("text", TEXT + "\ufffd", True),
    ("date", "2018-13-40", True),
    ("date", "2018-02-30", True),
    ("date", "2018", True),
    ("date", "03/05/2018", True),
    ("date", "2030-01-01", True),
    ("date", ["2018-01-01"], True),
    ("url", "javascript:alert(1)", True),
    ("url", "www.example.org/1", True),
    ("url", "file:///etc/passwd", True),
    ("id", "a\nb", True),
    ("id", "a" * 201, True),
    ("id", {"a": 1}, True),
    ("title", True, True),
    ("title", "会\x1b[31m议", True),
    ("retrieved", "yesterday", True),
]


@pytest.mark.parametrize(("field", "cell", "kept"), FAULTY, ids=lambda value: repr(value)[:24])
def test_a_faulty_cell_is_named_and_counts_as_absent(tmp_path: Path, field, cell, kept) -> None:
    rows = [GOOD, GOOD | {"id": "2", field: cell}, GOOD | {"id": "3"}]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    found = check_pages([path], today=date(2020, 1, 1))
    assert [(f.file, f.row, f.field, f.kept) for f in found.faults] == [(str(path), 2, field, kept)]
    assert found.faults[0].found
    assert found.faults[0].expected
    assert found.faults[0].action
    assert found.pages[str(path)] == (3 if kept else 2)
    assert rn.read_corpus(path).quarantine.height == (0 if kept else 1)


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("date", "1996-01-31"),
        ("date", "2018年3月5日"),
        ("date", "20180305"),
        ("date", "2018/3/5 08:00"),
        ("url", "HTTP://example.org"),
        ("id", 7),
        ("title", "=1+1"),
        ("source", None),
        ("place", "../../x"),
        ("retrieved", "2020-01-01T08:00:00+08:00"),
    ],
)
def test_a_good_cell_is_no_fault(tmp_path: Path, field: str, cell: object) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(GOOD | {field: cell}), encoding="utf-8")
    assert check_pages([path], today=date(2020, 1, 1)).faults == ()


def test_an_id_is_unique_within_a_file_and_may_recur_in_another(tmp_path: Path) -> None:
    for name, ids in (("a.jsonl", "121"), ("b.jsonl", "13")):
        rows = [json.dumps({"id": one, "text": TEXT}) for one in ids]
        (tmp_path / name).write_text("\n".join(rows), encoding="utf-8")
    faults = check_pages([tmp_path]).faults
    assert [(Path(f.file).name, f.row, f.field) for f in faults] == [("a.jsonl", 3, "id")]
    assert "row 1" in faults[0].found


BROKEN_CSV = """id,text,date
1,good,2018-01-01
2,"a ""quoted"" word, and
a second line",2018-01-02
3,too,many,cells
4,"a quote "within" a cell",2018-01-03
5,short
6
7,good,2018-01-04,,
id,text,date
8,good,2018-01-05
9,"never closed,2018-01-06
10,lost,2018-01-07
"""


def test_every_broken_row_of_a_csv_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(BROKEN_CSV, encoding="utf-8")
    found = list(read_pages([path]))
    good = [one for one in found if isinstance(one, Page)]
    assert [one.given and one.given.id for one in good] == ["1", "2", "5", "7", "8"]
    assert good[1].data.decode() == 'a "quoted" word, and\na second line'
    faults = {f.row: f.found for f in check_pages([path]).faults}
    assert sorted(faults) == [3, 4, 5, 6, 8, 10]
    assert "4 cells" in faults[3]
    assert "quote within" in faults[4]
    assert "the header again" in faults[8]
    assert "line 12" in faults[10]
    assert "never closed" in faults[10]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(",;\t"),
)
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, rows, mark) -> None:
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark)
    writer.writerow(["id", "text"])
    writer.writerows((f"n{number}", text) for number, (_, text) in enumerate(rows))
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    found = list(read_pages([path]))
    assert len(found) == len(rows)
    for one, (_, text) in zip(found, rows, strict=True):
        if text in {"text"} and one.origin.endswith("#0"):
            continue
        expected = text if text.strip() else None
        assert (one.data.decode() if isinstance(one, Page) else None) == expected


def test_other_names_of_columns_are_taken_only_where_they_mean_one_thing() -> None:
    found = recognise(["标题", "正文", "发布日期", "来源", "链接", "城市"])
    assert dict(found.used) == {
        "text": "正文",
        "title": "标题",
        "date": "发布日期",
        "source": "来源",
        "url": "链接",
        "place": "城市",
    }
    unsure = recognise(["编号", "内容", "日期", "content"])
    assert not unsure.text
    assert dict(unsure.used) == {}
    assert dict(unsure.hints) == {"编号": "id", "内容": "text", "日期": "date", "content": "text"}


def test_our_own_names_come_before_others_and_the_user_before_both() -> None:
    names = ["Text", "正文", " DATE ", "发布日期", "内容"]
    assert dict(recognise(names).used) == {"text": "Text", "date": " DATE "}
    asked = recognise(names, asked=(("text", "内容"),))
    assert asked.text[0] == "内容"
    assert recognise(["html", "body"]).html == {"html"}


@pytest.mark.parametrize("text", ["正文", "text=", "=a", "words=a"])
def test_a_wrong_mapping_of_columns_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"text\n{TEXT}\n", encoding="utf-8")
    with pytest.raises(InputError, match="text=正文"):
        list(read_pages([path], columns=parse_columns(text)))


def test_columns_reach_a_corpus_and_a_store(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"编号,内容,日期\nn1,{TEXT},2018-03-05\n", encoding="gb18030")
    columns = {"text": "内容", "date": "日期", "id": "编号"}
    corpus = rn.read_corpus(path, columns=columns)
    stored = rn.ingest(path, tmp_path / "store", columns=columns)
    again = rn.ingest(path, tmp_path / "store", columns=columns)
    assert corpus.readouts["readout_id"].to_list() == ["n1"]
    assert corpus.readouts["published"].to_list() == [date(2018, 3, 5)]
    assert corpus.fingerprint == stored.fingerprint == again.fingerprint


def test_a_skipped_table_says_which_columns_it_has_and_which_may_be_meant(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.csv").write_text("id,content\n1,x\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING), pytest.raises(InputError, match="no page"):
        list(read_pages([tmp_path]))
    assert "--columns text=content" in caplog.text


def test_what_is_kept_is_told_at_ingest_and_many_faults_are_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pages = [row_page({"text": TEXT, "date": "x"}, f"a.csv#{n}") for n in range(1, TOLD + 6)]
    with caplog.at_level(logging.WARNING):
        assert list(note_faults(pages)) == pages
    assert caplog.text.count("it counts as absent") == TOLD
    assert "5 more faults" in caplog.text


def test_check_shows_encoding_delimiter_columns_and_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"标题;正文;日期;url\n会议;{TEXT};2018;ftp://x\n;;;\n;;;\n", encoding="gb18030")
    (tmp_path / "page.html").write_bytes(f"<p>{TEXT}</p>".encode("gb18030"))
    shown = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert shown.exit_code == 1
    for part in (
        "gb18030",
        "semicolon",
        "text from 正文",
        "ignored: 日期",
        "--columns date=日期",
        "2-3",
        "ftp://x",
    ):
        assert part in shown.stdout, part
    lines = CliRunner().invoke(app, ["check", "--json", str(tmp_path)]).stdout.splitlines()
    records = [json.loads(line) for line in lines]
    assert [one["record"] for one in records] == ["file", "pages", "fault", "fault", "fault"]
    assert {"file", "row", "field", "found", "expected", "action", "kept"} <= set(records[-1])


def test_check_of_good_input_ends_with_zero(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    shown = CliRunner().invoke(app, ["check", str(path)])
    assert (shown.exit_code, shown.stdout.splitlines()[-1]) == (0, "no faults")


def test_check_and_parse_agree_on_what_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(BROKEN_CSV, encoding="utf-8")
    aside = [f.origin for f in check_pages([path]).faults if not f.kept]
    read = [one.origin for one in read_pages([path]) if isinstance(one, Rejected)]
    assert aside == read
    shown = CliRunner().invoke(app, ["parse", str(path)])
    assert shown.exit_code == 1
    assert all(f"quarantined: {origin}:" in shown.stderr for origin in aside)


def test_a_corpus_store_is_no_table_to_check(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    rn.ingest(tmp_path / "a.txt", tmp_path / "store")
    with pytest.raises(InputError, match="corpus store"):
        check_pages(tmp_path / "store")


def test_looking_writes_nothing_and_repeats_itself(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(BROKEN_CSV, encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    first, second = (str(check_pages(tmp_path)) for _ in range(2))
    assert first == second
    assert sorted(tmp_path.rglob("*")) == before
