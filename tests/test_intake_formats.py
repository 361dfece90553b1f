"""Excel, archives and folders with a table of metadata: the same pages whatever they come in."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from workbooks import ods_row, write_ods, write_xlsx, write_xlsx_xml

import readout_nlp as rn
from readout_nlp.corpus.intake import check_pages
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.read import read_pages

TEXT = "市委常委会召开会议。会议听取了全市水利工作情况的汇报。"
OTHER = "市委常委会召开会议。会议研究了全市教育工作。"
ROWS = [
    ["id", "title", "date", "text"],
    ["1", "会议一", "2018-03-05", TEXT],
    ["2", "会议二", "2019-04-06", OTHER],
]


def good(*paths: Path) -> list[Page]:
    found = list(read_pages(paths))
    assert all(isinstance(one, Page) for one in found), found
    return [one for one in found if isinstance(one, Page)]


def faults(*paths: Path) -> list[tuple[str, int | None, str]]:
    return [(Path(f.file).name, f.row, f.field) for f in check_pages(paths).faults]


def write_all(folder: Path) -> dict[str, Path]:
    """Write the same rows in every format."""
    records = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]
    table = "\n".join(",".join(row) for row in ROWS)
    dated = [ROWS[0], *([*row[:2], date.fromisoformat(row[2]), row[3]] for row in ROWS[1:])]
    lines = "\n".join(json.dumps(record) for record in records)
    paths = {
        suffix: folder / f"a.{suffix}" for suffix in ("csv", "tsv", "jsonl", "json", "parquet", "csv.gz")
    }
    paths["csv"].write_text(table, encoding="utf-16")
    paths["tsv"].write_text(table.replace(",", "\t"), encoding="utf-8-sig")
    paths["jsonl"].write_text(lines, encoding="utf-8")
    paths["json"].write_text(json.dumps({"rows": records}), encoding="utf-8")
    paths["csv.gz"].write_bytes(gzip.compress(table.encode("gb18030")))
    pl.DataFrame(records).with_columns(pl.col("date").str.to_date()).write_parquet(paths["parquet"])
    paths["xlsx"] = write_xlsx(folder / "a.xlsx", {"表": dated, "说明": [["about"], ["nothing"]]})
    paths["ods"] = write_ods(folder / "a.ods", "".join(ods_row(*row) for row in ROWS))
    paths["zip"] = folder / "a.zip"
    with zipfile.ZipFile(paths["zip"], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("表/a.csv", table)
    return paths


def test_the_same_rows_are_the_same_pages_in_every_format(tmp_path: Path) -> None:
    read = {suffix: good(path) for suffix, path in write_all(tmp_path).items()}
    for suffix, pages in read.items():
        stated = [
            (page.data.decode(), page.given and (page.given.id, page.given.title, page.given.date))
            for page in pages
        ]
        expected = [(row[3], (row[0], row[1], row[2])) for row in ROWS[1:]]
        assert stated == expected, suffix


def test_the_same_corpus_comes_out_of_every_format(tmp_path: Path) -> None:
    prints = {rn.read_corpus(path).fingerprint for path in write_all(tmp_path).values()}
    assert len(prints) == 1


def test_every_sheet_with_a_column_of_text_is_read_and_dates_are_dates(tmp_path: Path) -> None:
    sheets = {
        "说明": [["一", "二"], [1, 2]],
        "2018": [[], ["date", "正文"], [date(2018, 3, 5), TEXT], [], [date(2018, 3, 6), ""]],
        "2019 #/..": [["id", "text"], [7.0, OTHER], ["=1+1", "=cmd|' /C calc'!A1"]],
    }
    path = write_xlsx(tmp_path / "a.xlsx", sheets)
    found = list(read_pages([path]))
    assert [one.origin for one in found] == [
        f"{path}/2018#1",
        f"{path}/2018#3",
        f"{path}/2019 #/..#1",
        f"{path}/2019 #/..#2",
    ]
    first, empty, second, formula = found
    assert isinstance(empty, Rejected)
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert isinstance(formula, Page)
    assert first.given
    assert first.given.date == "2018-03-05"
    assert second.given
    assert second.given.id == "7"
    assert formula.data == b"=cmd|' /C calc'!A1"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>',
        '<row r="1"><c x=">" r="XFD1048576"/></row>',
        '<row r="1048576">' + "<c><v>1</v></c>" * 16384 + "</row>",
        "<row><c r='ZZZ9'/></row><row r='9999999'><c/></row>",
    ],
)
def test_a_workbook_that_spans_billions_of_cells_is_refused(tmp_path: Path, rows: str) -> None:
    path = write_xlsx_xml(tmp_path / "a.xlsx", {"S": rows})
    found = list(read_pages([path]))
    assert [type(one) for one in found] == [Rejected]
    assert "spans" in found[0].reason  # type: ignore[union-attr]


def test_a_workbook_bomb_is_refused_and_its_trailing_blanks_are_not(tmp_path: Path) -> None:
    blanks = '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
    fine = write_ods(tmp_path / "fine.ods", ods_row("text") + ods_row(TEXT) + blanks)
    assert [page.data.decode() for page in good(fine)] == [TEXT]
    wide = write_ods(tmp_path / "wide.ods", ods_row("text", *"abcdefghijklmnopqrstuvwxyz", times=1_000_000))
    bomb = write_xlsx_xml(tmp_path / "bomb.xlsx", {"S": " " * 60_000_000})
    for path in (wide, bomb):
        assert [type(one) for one in read_pages([path])] == [Rejected], path.name


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 no archive", b"<html>a page named .xls</html>", b"", b"\xd0\xcf\x11\xe0" * 99]
)
def test_what_is_no_workbook_is_rejected_with_what_to_do(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.xls").write_bytes(data)
    found = list(read_pages([tmp_path]))
    assert [type(one) for one in found] == [Rejected]
    assert ".csv" in found[0].reason  # type: ignore[union-attr]


def test_an_archive_is_read_like_the_folder_it_holds(tmp_path: Path) -> None:
    files = {
        "b/二.html": f"<p>{TEXT}</p>",
        "a.txt": OTHER,
        ".hidden.txt": "x",
        "p.png": "x",
        "truth.jsonl": "{}",
    }
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    for name, text in files.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    packed, plain = good(tmp_path / "a.zip"), good(tmp_path / "folder")
    assert [(one.data, one.media) for one in packed] == [(one.data, one.media) for one in plain]
    assert [one.origin for one in packed] == [
        f"{tmp_path / 'a.zip'}/a.txt",
        f"{tmp_path / 'a.zip'}/b/二.html",
    ]


def test_names_that_windows_wrote_into_an_archive_are_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("会议通报/第一次会议.txt", TEXT)
    data = (tmp_path / "a.zip").read_bytes()
    # as such archives are: no mark that the name is UTF-8
    data = data.replace(b"\x00\x08\x00\x00\x00\x00", b"\x00\x00\x00\x00\x00\x00")
    (tmp_path / "a.zip").write_bytes(data)
    assert good(tmp_path / "a.zip")[0].origin.endswith("a.zip/会议通报/第一次会议.txt")


def test_an_archive_is_ingested_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", TEXT)
    first = rn.ingest(tmp_path / "a.zip", tmp_path / "store")
    again = rn.ingest(tmp_path / "a.zip", tmp_path / "store")
    assert first.events.rows() == again.events.rows()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("b.txt", OTHER)
    events = rn.ingest(tmp_path / "a.zip", tmp_path / "store").events
    assert events["event"].to_list() == ["added", "added", "vanished"]


def metadata_folder(folder: Path, table: list[list[object]], suffix: str = "csv") -> Path:
    (folder / "sub").mkdir(parents=True)
    for name, text in (("a.html", f"<p>{TEXT}</p>"), ("sub/b.txt", OTHER), ("c.txt", TEXT)):
        (folder / name).write_text(text, encoding="utf-8")
    if suffix == "xlsx":
        write_xlsx(folder / "metadata.xlsx", {"S": table})
    elif suffix == "csv":
        lines = (",".join("" if cell is None else str(cell) for cell in row) for row in table)
        (folder / "metadata.csv").write_text("\n".join(lines), encoding="gb18030")
    else:
        records = [{str(k): v for k, v in zip(table[0], row, strict=True)} for row in table[1:]]
        if suffix == "parquet":
            pl.DataFrame(records).write_parquet(folder / "metadata.parquet")
        else:
            lines = (json.dumps(record, default=str) for record in records)
            (folder / "metadata.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "jsonl"])
def test_rows_of_a_metadata_table_are_given_for_the_pages_they_name(tmp_path: Path, suffix: str) -> None:
    table: list[list[object]] = [
        ["file", "城市", "date", "title"],
        ["a.html", "苏州市", date(2018, 3, 5), "会议一"],
        ["./sub\\b.txt", "南京市", date(2019, 3, 5), "会议二"],
        ["c.txt", "无锡市", date(2020, 3, 5), "会议三"],
    ]
    pages = good(metadata_folder(tmp_path / "f", table, suffix))
    assert [page.given and (page.given.place, page.given.date, page.given.title) for page in pages] == [
        ("苏州市", "2018-03-05", "会议一"),
        ("无锡市", "2020-03-05", "会议三"),
        ("南京市", "2019-03-05", "会议二"),
    ]
    corpus = rn.read_corpus(tmp_path / "f", merge=False)
    assert sorted(corpus.readouts["place"]) == ["南京市", "无锡市", "苏州市"]


def test_rows_without_a_page_pages_without_a_row_and_ways_out_are_named(tmp_path: Path) -> None:
    outside = tmp_path / "secret.txt"
    outside.write_text("secret", encoding="utf-8")
    names = [
        "a.html",
        "gone.html",
        "",
        "../secret.txt",
        str(outside),
        "a.html",
        "sub",
        "C:\\x.txt",
        "link.txt",
        "t.csv",
    ]
    folder = metadata_folder(tmp_path / "f", [["file", "date"], *([name, "2018-01-01"] for name in names)])
    (folder / "link.txt").symlink_to(outside)
    (folder / "t.csv").write_text(f"text\n{TEXT}\n", encoding="utf-8")
    assert faults(folder) == [
        *(("metadata.csv", row, "file") for row in range(2, 11)),
        ("c.txt", None, "file"),
        ("link.txt", None, "file"),
        ("b.txt", None, "file"),
    ]
    pages = [one for one in read_pages([folder]) if isinstance(one, Page)]
    assert [Path(one.origin).name for one in pages if one.given] == ["a.html", "t.csv#1"]


@pytest.mark.parametrize("table", ["id,note\na.html,x\n", f"file,text\na.html,{TEXT}\n"])
def test_a_table_without_a_column_of_files_or_with_texts_speaks_of_no_page(
    tmp_path: Path, table: str
) -> None:
    folder = metadata_folder(tmp_path / "f", [["file"]])
    (folder / "metadata.csv").write_text(table, encoding="utf-8")
    pages = [one for one in read_pages([folder]) if isinstance(one, Page)]
    assert not any(one.given for one in pages if "#" not in one.origin)
    assert sum("#" in one.origin for one in pages) == ("text" in table)


def test_a_bad_cell_of_metadata_is_a_notice_of_its_row(tmp_path: Path) -> None:
    folder = metadata_folder(
        tmp_path / "f",
        [["file", "date", "url"], ["a.html", "2018-13-40", "x"], ["c.txt", "", ""], ["sub/b.txt", "", ""]],
    )
    assert faults(folder) == [("metadata.csv", 1, "url"), ("a.html", None, "date")]


def test_times_of_parquet_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"text": [TEXT], "date": [datetime(2018, 3, 5, 8)]}).write_parquet(path)
    assert rn.read_corpus(path).readouts["published"].to_list() == [date(2018, 3, 5)]


def test_a_workbook_of_old_excel_is_read() -> None:
    import statsmodels

    path = (
        Path(statsmodels.__file__).parent
        / "datasets"
        / "macrodata"
        / "src"
        / "macrodata.xls"
        / "macrodata.xls"
    )
    if not path.is_file():
        pytest.skip("the library came without its own data")
    shown = check_pages([path]).files
    assert {one.form for one in shown} == {"excel"}
    assert any("GDPC96" in one.ignored for one in shown)
