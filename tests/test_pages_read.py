"""What a user points at becomes pages in order; what cannot is rejected by name, and the rest goes on."""

from __future__ import annotations

import csv
import gzip
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from readout_nlp.durable import sha256_bytes
from readout_nlp.errors import InputError
from readout_nlp.pages import json_rows, parquet, streams
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.read import read_pages

TEXT = "3月5日,市委常委会召开会议。"


def write(path: Path, data: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def pages(*paths: Path) -> list[Page]:
    found = list(read_pages(paths))
    assert all(isinstance(one, Page) for one in found), found
    return [one for one in found if isinstance(one, Page)]


def rejected(found: Sequence[Page | Rejected]) -> list[Rejected]:
    return [one for one in found if isinstance(one, Rejected)]


def test_a_folder_is_read_through_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.html", "a/b.htm", ".hidden.txt", ".git/x.txt", "c.txt.gz"):
        data = TEXT.encode()
        write(tmp_path / name, gzip.compress(data) if name.endswith(".gz") else data)
    found = pages(tmp_path)
    assert [Path(page.origin).name for page in found] == ["b.htm", "z.html", "b.txt", "c.txt.gz"]
    assert {page.data.decode() for page in found} == {TEXT}
    assert [page.media for page in found] == ["html", "html", None, None]
    assert all(page.sha256 == sha256_bytes(page.data) for page in found)


def test_paths_are_read_in_the_order_given(tmp_path: Path) -> None:
    first, second = write(tmp_path / "z.txt", "1"), write(tmp_path / "a.txt", "2")
    assert [page.data for page in pages(first, second, first)] == [b"1", b"2", b"1"]


def test_a_path_that_does_not_exist_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file or folder"):
        read_pages([tmp_path / "missing"])


@pytest.mark.parametrize("names", [(), ("picture.png", "notes.md", "truth.jsonl"), ("rows.json",)])
def test_a_folder_without_pages_is_an_error(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        write(tmp_path / name, json.dumps([{"n": 1}]))
    with pytest.raises(InputError, match="no page in the folder"):
        list(read_pages([tmp_path]))


def test_links_that_lead_back_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "a" / "page.txt", TEXT)
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    found = list(read_pages([tmp_path]))
    assert [one.origin for one in rejected(found)] == [str(tmp_path / "a" / "loop")]
    assert len(found) == 2


def test_what_is_no_file_is_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    write(tmp_path / "empty.txt", " \n")
    write(tmp_path / "noise", bytes(range(256)) + bytes(5000))
    write(tmp_path / "cut.txt.gz", gzip.compress(TEXT.encode() * 50)[:-20])
    write(tmp_path / "none.txt.gz", "not packed")
    write(tmp_path / "z.txt", TEXT)
    found = list(read_pages([tmp_path]))
    assert {Path(one.origin).name for one in rejected(found)} == {
        "broken.txt",
        "pipe.txt",
        "empty.txt",
        "noise",
        "cut.txt.gz",
        "none.txt.gz",
    }
    assert all("expected" in one.reason for one in rejected(found))
    assert isinstance(found[-1], Page)


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "bomb.txt.gz", gzip.compress(bytes(60_000_000)))
    write(tmp_path / "bomb.jsonl.gz", gzip.compress((b" " * 999 + b"\n") * 60_000))
    found = list(read_pages([tmp_path]))
    assert len(rejected(found)) == len(found) == 2


def test_files_without_a_known_ending_are_looked_at(tmp_path: Path) -> None:
    write(tmp_path / "index", "<html><p>会议指出")
    write(tmp_path / "rows", json.dumps({"text": TEXT}))
    write(tmp_path / "page.aspx", TEXT)
    assert [page.data.decode()[:5] for page in pages(tmp_path)] == ["<html", TEXT[:5], TEXT[:5]]


def test_rows_of_jsonl_state_what_they_know(tmp_path: Path) -> None:
    row = {
        "id": 7,
        "city": "云岭市",
        "date": "2019-03-05",
        "year": 2019,
        "title": "会议",
        "source": None,
        "text": TEXT,
    }
    path = write(
        tmp_path / "a.jsonl", "\ufeff" + json.dumps(row) + "\n\n" + json.dumps({"html": "<p>会议"}) + "\n"
    )
    first, second = pages(path)
    assert first.origin == f"{path}#1"
    assert first.given is not None
    assert (first.given.id, first.given.place, first.given.source) == ("7", "云岭市", None)
    assert (second.origin, second.media) == (f"{path}#3", "html")


def test_bad_lines_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    lines = [
        {"text": TEXT},
        "{not json",
        "[1, 2]",
        {"text": ""},
        {"text": ["a"]},
        {"id": "x"},
        {"text": None},
        {"body": TEXT},
    ]
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path = write(tmp_path / "a.jsonl", text)
    found = list(read_pages([path]))
    assert [one.origin for one in rejected(found)] == [f"{path}#{n}" for n in (2, 3, 4, 5, 6, 7)]
    assert "{not json" in rejected(found)[0].reason
    assert len(found) == len(lines)


def test_a_deeply_nested_line_is_a_bad_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json.dumps({"text": TEXT}) + "\n" + "[" * 200_000)
    assert [type(one) for one in read_pages([path])] == [Page, Rejected]


def test_a_line_longer_than_a_page_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "bounded_lines", lambda stream: streams.bounded_lines(stream, limit=500))
    path = write(
        tmp_path / "a.jsonl", "\n".join(json.dumps({"text": text}) for text in ("a", "b" * 1000, "c"))
    )
    found = list(read_pages([path]))
    assert [type(one) for one in found] == [Page, Rejected, Page]
    assert found[2].origin == f"{path}#3"


def test_a_page_larger_than_the_limit_is_rejected(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", b"a" * (streams.LARGEST_PAGE + 1))
    assert [type(one) for one in read_pages([path])] == [Rejected]


def test_half_surrogates_of_json_do_not_stop_the_reading(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", '{"text": "会\\ud840\\udc0b议\\ud800"}')
    assert pages(path)[0].data.decode() == "会\U0002000b议\ufffd"


def test_rows_in_gb18030_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", json.dumps({"text": TEXT}, ensure_ascii=False).encode("gb18030"))
    assert pages(path)[0].data.decode() == TEXT


def test_a_json_file_without_rows_is_skipped_with_a_notice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path / "manifest.json", json.dumps([{"file": "a.html"}]))
    write(tmp_path / "rows.jsonl", json.dumps({"path": "a", "items": []}))
    write(tmp_path / "truth.jsonl", json.dumps({"body": "the answer"}))
    write(tmp_path / "z.txt", TEXT)
    with caplog.at_level(logging.WARNING):
        assert len(pages(tmp_path)) == 1
    assert all(name in caplog.text for name in ("manifest.json", "rows.jsonl", "truth.jsonl"))


@pytest.mark.parametrize("value", [[{"text": TEXT}], {"data": [{"text": TEXT}]}, {"text": TEXT}])
def test_json_with_rows_is_read(tmp_path: Path, value: object) -> None:
    path = write(tmp_path / "a.json", json.dumps(value))
    assert pages(path)[0].data.decode() == TEXT


def test_broken_json_is_rejected(tmp_path: Path) -> None:
    assert "expected JSON" in rejected(list(read_pages([write(tmp_path / "a.json", "{")])))[0].reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_any_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "a.csv"
    long = TEXT * 20_000  # longer than the csv module allows by itself
    with path.open("w", encoding=encoding, newline="") as stream:
        out = csv.writer(stream, delimiter=mark)
        out.writerows(
            [
                ["id", "title", "body"],
                ["1", "会议", f"{TEXT}\n{TEXT}"],
                ["2", "会议", long],
                ["3", "会议", ""],
            ]
        )
    found = list(read_pages([path]))
    assert [one.origin for one in found] == [f"{path}#{n}" for n in (1, 2, 3)]
    assert isinstance(found[0], Page)
    assert found[0].data.decode() == f"{TEXT}\n{TEXT}"
    assert isinstance(found[1], Page)
    assert found[1].data.decode() == long
    assert isinstance(found[2], Rejected)


def test_parquet_is_read_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_BATCH", 2)
    path = tmp_path / "a.parquet"
    pl.DataFrame({"id": [1, 2, 3, 4, 5], "text": [TEXT, TEXT, None, TEXT, TEXT], "n": [0] * 5}).write_parquet(
        path
    )
    found = list(read_pages([path]))
    assert [one.origin for one in found] == [f"{path}#{n}" for n in range(1, 6)]
    assert [type(one) for one in found] == [Page, Page, Rejected, Page, Page]


def test_broken_parquet_is_rejected(tmp_path: Path) -> None:
    assert len(rejected(list(read_pages([write(tmp_path / "a.parquet", "PAR1 and no more")])))) == 1


def test_reading_is_lazy(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", TEXT)
    write(tmp_path / "b.txt", TEXT)
    found = iter(read_pages([tmp_path]))
    next(found)
    (tmp_path / "b.txt").unlink()
    assert isinstance(next(found), Page | Rejected)
