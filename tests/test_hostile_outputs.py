"""What hostile pages say comes out as text: in tables for spreadsheets, in the report, in a store."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

import readout_nlp as rn
from readout_nlp.corpus.corrections import as_csv, parse_corrections
from readout_nlp.pages.decode import decode
from readout_nlp.sample.generate import SampleSettings, generate_sample
from readout_nlp.saved.tables import write_tables

SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'
NUMBER = re.compile(r"-?[\d.]+(?:e[-+]\d+)?|-?inf")
FORMULA = '=HYPERLINK("http://example.org";"水")'


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the analysis of a sample whose pages are rows with hostile titles, ids, places and sources."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = []
    for number, file in enumerate(generate_sample(SampleSettings(cities=3, years=2, per_cell=2))):
        if file.path.endswith((".html", ".txt")):
            ids = ("../../x", FORMULA, SCRIPT, "@SUM(1)", "-1+1", "con")
            row = {
                "id": f"{ids[number % 6]}{number}",
                "title": f"{SCRIPT}{FORMULA}",
                "source": FORMULA,
                "html": decode(file.data).text,
                "place": ("甲市", FORMULA, SCRIPT)[number % 3],
                "date": f"{2015 + number % 3}-03-05",
                "url": "javascript:alert(1)",
            }
            rows.append(json.dumps(row, ensure_ascii=False))
    (folder / "pages.jsonl").write_text("\n".join(rows), encoding="utf-8")
    corpus = rn.read_corpus(folder / "pages.jsonl")
    assert corpus.readouts.height > 10
    analysis = rn.analyse(corpus, rn.Recipe(n_topics=4, passes=2, n_seeds=2))
    rn.write_report(analysis, folder / "report.html")
    write_tables(analysis.tables, folder / "tables")
    return folder


def test_no_markup_of_a_page_reaches_the_report_as_markup(hostile_run: Path) -> None:
    report = (hostile_run / "report.html").read_text(encoding="utf-8")
    assert "alert" in report, "the hostile place is shown, so that the test can fail"
    assert "<script>alert" not in report
    assert "<img src=x" not in report
    assert "javascript:alert" not in report


def test_no_cell_of_a_written_table_is_a_formula(hostile_run: Path) -> None:
    cells = [
        cell
        for path in sorted((hostile_run / "tables").glob("*.csv"))
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        for cell in row
    ]
    assert any(FORMULA in cell for cell in cells), "the hostile place is in some table"
    assert [cell for cell in cells if cell[:1] in "=+-@" and not NUMBER.fullmatch(cell) and cell] == []


def test_corrections_are_guarded_and_come_back_as_they_were() -> None:
    head = "sha256,field,value,coder,reason\n"
    row = f'{"0" * 64},presider,沈砚秋,甲,"{FORMULA.replace(chr(34), chr(34) * 2)}"\n'
    read = parse_corrections((head + row).encode(), name="a")
    written = as_csv(read)
    cells = list(csv.reader(written.decode().splitlines()))[1]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert parse_corrections(written, name="a") == read


def test_a_cell_that_starts_with_an_equals_sign_stays_text_in_the_corpus(tmp_path: Path) -> None:
    text = f"{FORMULA} 市委常委会召开会议。会议听取了全市水利工作情况的汇报。"
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["id", "title", "text"], ["=1", FORMULA, text]])
    corpus = rn.read_corpus(tmp_path / "a.csv")
    assert corpus.readouts["title"].to_list() == [FORMULA]
    assert corpus.readouts["body"][0].startswith("=HYPERLINK")
    assert corpus.readouts["readout_id"].to_list() == ["=1"]


def test_every_csv_of_the_package_is_written_through_the_guard() -> None:
    package = Path(rn.__file__).parent
    writers = {
        path.relative_to(package).as_posix(): path.read_text(encoding="utf-8")
        for path in package.rglob("*.py")
        if any(
            call in path.read_text(encoding="utf-8") for call in ("csv.writer(", ".write_csv(", ".to_csv(")
        )
    }
    assert writers
    assert [name for name, code in writers.items() if "guard(" not in code] == []
