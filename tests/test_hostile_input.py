"""Hostile input is refused or neutralised: a clear message, bounded memory, and the rest goes on."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import readout_nlp as rn
from readout_nlp.cli import app
from readout_nlp.pages import streams
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.pages.read import read_pages

TEXT = "市委常委会召开会议。会议听取了全市水利工作情况的汇报。"
GIGABYTES_2 = 2 << 30


def read(*paths: Path) -> tuple[list[Page], list[Rejected]]:
    found = list(read_pages(paths))
    aside = [one for one in found if isinstance(one, Rejected)]
    assert all("expected" in one.reason for one in aside)
    return [one for one in found if isinstance(one, Page)], aside


def only_reason(path: Path) -> str:
    pages, aside = read(path)
    assert not pages
    assert len(aside) == 1
    return aside[0].reason


MEASURED = """
import json, re, sys
from pathlib import Path
from readout_nlp.pages.page import Rejected
from readout_nlp.pages.read import read_pages
found = [one for path in sys.argv[1:] for one in read_pages([path])]
found = [[type(one).__name__, getattr(one, "reason", "")] for one in found]
# not ru_maxrss: through exec it keeps the peak of the process that called
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(json.dumps([found, int(peak[1]) // 1024]))
"""


def sparse(path: Path, head: bytes) -> Path:
    with path.open("wb") as stream:
        stream.write(head)
        stream.truncate(GIGABYTES_2)
    return path


def test_files_of_two_gigabytes_without_a_line_end_take_little_memory(tmp_path: Path) -> None:
    paths = [
        sparse(tmp_path / "a.jsonl", json.dumps({"text": TEXT}).encode() + b'\n{"text": "'),
        sparse(tmp_path / "a.csv", b"text\n"),
        sparse(tmp_path / "b.csv", b"text\nfirst\n" + b"a" * (1 << 20)),
        sparse(tmp_path / "a.txt", TEXT.encode()),
        sparse(tmp_path / "a.json", b"["),
        sparse(tmp_path / "a.xlsx", b"PK\x03\x04"),
        sparse(tmp_path / "a.zip", b"PK\x03\x04"),
        sparse(tmp_path / "a.parquet", b"PAR1"),
        sparse(tmp_path / "without_ending", b"<html>"),
    ]
    with gzip.open(tmp_path / "a.jsonl.gz", "wb", compresslevel=1) as stream:
        piece = bytes(range(48, 120)) * 20_000
        for _ in range(100):
            stream.write(piece)
    call = [sys.executable, "-c", MEASURED, *map(str, [*paths, tmp_path / "a.jsonl.gz"])]
    done = subprocess.run(call, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    found, megabytes = json.loads(done.stdout)
    assert [kind for kind, _ in found] == ["Page", "Rejected", "Rejected", "Page", *["Rejected"] * 8]
    assert megabytes < 1000
    assert sum("nothing is read" in reason or "a line of more" in reason for _, reason in found) == 3


def test_the_row_after_a_line_that_is_too_long_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from readout_nlp.pages import delimited

    monkeypatch.setattr(delimited.BoundedLines.__init__, "__kwdefaults__", {"limit": 100})
    path = tmp_path / "a.csv"
    path.write_text("id,text\n1,good\n2," + "a" * 500 + "\n3,good\n", encoding="utf-8")
    pages, aside = read(path)
    assert [page.origin for page in pages] == [f"{path}#1", f"{path}#3"]
    assert [one.origin for one in aside] == [f"{path}#2"]


def test_a_zip_bomb_is_stopped_and_what_came_before_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", TEXT)
        for number in range(9):
            archive.writestr(f"b{number}.txt", "水" * 5_000_000)
    pages, aside = read(path)
    assert pages[0].data.decode() == TEXT
    assert sum(len(page.data) for page in pages) <= streams.UNSUSPECTED
    assert "unpacks to more than" in aside[-1].reason


def test_one_member_that_unpacks_beyond_a_page_is_refused_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "a" * (streams.LARGEST_PAGE + 1))
        archive.writestr("b.txt", TEXT)
    pages, aside = read(path)
    assert [one.origin for one in aside] == [f"{path}/a.txt"]
    assert [one.origin for one in pages] == [f"{path}/b.txt"]


def lying(path: Path) -> None:
    """Say of a member, in both headers, that it has but one byte."""
    data = path.read_bytes()
    size = struct.pack("<I", 40_000_000)
    path.write_bytes(data.replace(size, struct.pack("<I", 1)))


def test_what_an_archive_says_of_its_sizes_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(40_000_000))
    lying(path)
    pages, aside = read(path)
    assert sum(len(page.data) for page in pages) <= streams.LARGEST_PAGE
    assert pages or aside


@pytest.mark.parametrize(
    "name", ["../../etc/x.txt", "/etc/x.txt", "C:\\x.txt", "a\nb.txt", "a/../../../x.txt", "=1+1.txt"]
)
def test_names_within_an_archive_are_text_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "deep" / "deeper"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(name, TEXT)
    pages, _ = read(folder / "a.zip")
    assert pages[0].origin.startswith(f"{folder}/a.zip/")
    assert pages[0].origin.isprintable()
    rn.ingest(folder / "a.zip", tmp_path / "store")
    assert sorted(path.name for path in tmp_path.rglob("*.txt")) == []
    assert {path.name for path in tmp_path.iterdir()} == {"deep", "store"}


def test_archives_in_archives_passwords_and_doubles_are_refused_by_name(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.txt", TEXT)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.zip", inner.getvalue())
        archive.writestr("b.tar.gz", b"x")
        archive.writestr("c.txt.gz", gzip.compress(TEXT.encode()))
        archive.writestr("without_ending", inner.getvalue())
        archive.writestr("d.txt", TEXT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("d.txt", TEXT)
    pages, aside = read(path)
    assert [Path(one.origin).name for one in pages] == ["d.txt"]
    assert [Path(one.origin).name for one in aside] == [
        "a.zip",
        "b.tar.gz",
        "c.txt.gz",
        "d.txt",
        "without_ending",
    ]
    data = path.read_bytes()
    locked = tmp_path / "locked.zip"
    with zipfile.ZipFile(locked, "w") as archive:
        archive.writestr("a.txt", TEXT)
    data = bytearray(locked.read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(bytes(data))
    assert "password" in only_reason(locked)


def test_an_archive_of_too_many_members_is_not_even_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", TEXT)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\x05\x06") + 12, 4_000_000_000)
    path.write_bytes(bytes(data))
    assert "members" in only_reason(path)


@pytest.mark.parametrize("name", ["a.tar.gz", "a.tgz", "a.tar", "a.rar", "a.7z", "a.txt.xz"])
def test_other_archives_are_refused_with_what_to_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"x") if name.endswith("gz") else b"x")
    assert "unpack it first" in only_reason(tmp_path)
    assert "unpack it first" in only_reason(tmp_path / name)


@pytest.mark.parametrize("suffix", ["jsonl", "json"])
@pytest.mark.parametrize("mark", ["[", '{"a":', '{"text": ['])
def test_a_hundred_thousand_nested_brackets_are_a_fault(tmp_path: Path, suffix: str, mark: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_text(mark * 100_000, encoding="utf-8")
    assert only_reason(path)


def test_ten_million_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"text" + b"," * 10_000_000 + b"\n")
    assert "columns" in only_reason(path)
    path.write_bytes(b"id,text\n1,good\n2" + b"," * 10_000_000 + b"x\n3,good\n")
    pages, aside = read(path)
    assert (len(pages), [one.origin for one in aside]) == (2, [f"{path}#2"])
    keys = tmp_path / "a.jsonl"
    keys.write_text(json.dumps({"text": TEXT} | {str(n): n for n in range(20_000)}), encoding="utf-8")
    assert "columns" in only_reason(keys)


def test_one_quote_that_is_never_closed_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,good\n2,"open\n' + "3,good\n" * 5000, encoding="utf-8")
    pages, aside = read(path)
    assert len(pages) == 1
    assert "line 3 " in aside[0].reason
    assert "5003" in aside[0].reason


def test_a_quote_that_swallows_more_than_a_page_is_named_and_reading_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    row = "水" * 999_000 + "\n"
    path.write_text('id,text\n1,"open\n' + row * 22 + "9,good\n", encoding="utf-8")
    pages, aside = read(path)
    assert [page.data for page in pages][-1:] == [b"good"]
    assert "larger than a page" in aside[0].reason


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", [True, False])
def test_utf_16_tables_are_read_with_and_without_a_mark(tmp_path: Path, encoding: str, mark: bool) -> None:
    path = tmp_path / "a.csv"
    bom = codecs.BOM_UTF16_LE if encoding.endswith("le") else codecs.BOM_UTF16_BE
    path.write_bytes((bom if mark else b"") + f"id,text\n1,{TEXT}\n".encode(encoding))
    pages, aside = read(path)
    assert ([page.data.decode() for page in pages], aside) == ([TEXT], [])


def test_utf_16_json_lines_are_told_to_be_saved_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": TEXT}), encoding="utf-16")
    assert "UTF-16" in only_reason(path)


def test_byte_order_marks_in_the_midst_are_no_part_of_any_value(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_bytes(f"\ufeffid,text\n1,{TEXT}\n\ufeff2,{TEXT}水\n".encode())
    lines = tmp_path / "a.jsonl"
    lines.write_text(
        "\ufeff" + '{"id": "1", "text": "a"}\n\ufeff{"id": "\ufeff2", "text": "b"}\n', encoding="utf-8"
    )
    for path in (table, lines):
        pages, aside = read(path)
        assert ([page.given and page.given.id for page in pages], aside) == (["1", "2"], [])


def test_nul_bytes_are_taken_out_of_rows_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"id,text\n1,{TEXT}\0\n2,{TEXT}\n".encode())
    pages, aside = read(path)
    assert (pages[0].data, aside) == (TEXT.encode(), [])
    assert [fault.row for page in pages for fault in page.faults] == [1]


NAMES = [
    b"a\nb.txt",
    b"\xff\xfe.txt",
    b"\xbb\xe1\xd2\xe9.txt",
    b"a\x1b[31m.txt",
    "a\u202e.txt".encode(),
    b"=1+1.txt",
    b"'; rm -rf.txt",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_files_stay_one_line_of_text_up_to_the_store(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / os.fsdecode(name)).write_text(TEXT, encoding="utf-8")
    (folder / os.fsdecode(b"empty" + name)).write_bytes(b"")
    corpus = rn.ingest(folder, tmp_path / "store")
    assert corpus.readouts.height == 1
    assert corpus.readouts["origin"][0].isprintable()
    again = rn.ingest(folder, tmp_path / "store")
    assert again.events["event"].to_list() == ["added"]
    shown = CliRunner().invoke(app, ["ingest", str(folder), "--corpus", str(tmp_path / "other")])
    assert shown.exit_code == 1
    assert len([line for line in shown.stderr.splitlines() if line.startswith("quarantined")]) == 1
    assert len(shown.stderr.splitlines()) == 1


def test_two_names_that_differ_in_bytes_alone_stay_two_pages(tmp_path: Path) -> None:
    for name in (b"\xff.txt", b"\xfe.txt"):
        (tmp_path / os.fsdecode(name)).write_text(TEXT, encoding="utf-8")
    pages, _ = read(tmp_path)
    assert len({page.origin for page in pages}) == 2


def test_links_in_circles_deep_folders_pipes_and_devices_are_passed_by(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(120):
        deep /= "a"
    deep.mkdir(parents=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    (tmp_path / "up").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "z.txt").write_text(TEXT, encoding="utf-8")
    pages, aside = read(tmp_path)
    assert [page.origin for page in pages] == [str(tmp_path / "z.txt")]
    assert {Path(one.origin).name for one in aside} == {
        "a",
        "self.txt",
        "one",
        "two",
        "up",
        "pipe.csv",
        "zero.txt",
    }
    assert any("deep" in one.reason for one in aside)


def test_a_device_given_by_itself_is_refused() -> None:
    assert "device" in only_reason(Path("/dev/zero"))


def gone(path: Path) -> None:
    path.unlink()


def forbidden(path: Path) -> None:
    """Tests run as root, who may read anything: the refusal itself is put in place of the rights."""


@pytest.mark.parametrize("become", [gone, forbidden])
def test_a_file_that_vanishes_or_is_forbidden_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, become: Callable[[Path], None]
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    real = Path.open

    def refusing(self: Path, *args, **kwargs):
        if self.name == "b.txt" and become is forbidden:
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refusing)
    found = iter(read_pages([tmp_path]))
    first = next(found)
    become(tmp_path / "b.txt")
    rest = list(found)
    assert [type(one) for one in (first, *rest)] == [Page, Rejected, Page]
    assert any(word in rest[0].reason for word in ("gone", "Permission denied"))  # type: ignore[union-attr]


def test_a_folder_that_may_not_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "z.txt").write_text(TEXT, encoding="utf-8")
    real = Path.iterdir

    def refusing(self: Path):
        if self.name == "a":
            raise PermissionError(13, "Permission denied")
        return real(self)

    monkeypatch.setattr(Path, "iterdir", refusing)
    pages, aside = read(tmp_path)
    assert len(pages) == 1
    assert "Permission denied" in aside[0].reason


def test_a_table_cut_short_while_it_is_read_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"text": [TEXT] * 2000}).write_parquet(path, row_group_size=500)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2 - 8) + data[-8:])
    assert only_reason(path)


def test_the_name_of_a_parquet_file_is_no_pattern(tmp_path: Path) -> None:
    for name in ("a*.parquet", "ab.parquet", "a[b].parquet"):
        pl.DataFrame({"text": [f"{TEXT}{name}"]}).write_parquet(tmp_path / name)
    pages, _ = read(tmp_path / "a*.parquet")
    assert [page.data.decode() for page in pages] == [f"{TEXT}a*.parquet"]
    assert len(read(tmp_path)[0]) == 3


def test_a_text_longer_than_a_page_in_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"text": [TEXT, "水" * 8_000_000, TEXT]}).write_parquet(path)
    pages, aside = read(path)
    assert ([page.origin for page in pages], [one.origin for one in aside]) == (
        [f"{path}#1", f"{path}#3"],
        [f"{path}#2"],
    )


SEEDS = {
    "csv": f'id,text,date\n1,"{TEXT}",2018-01-01\n2,"a ""b"" c",\n'.encode("gb18030"),
    "jsonl": json.dumps({"text": TEXT, "id": 1}).encode() + b'\n{"html": "x"}\n',
    "json": json.dumps([{"text": TEXT}]).encode(),
    "txt": TEXT.encode("gb18030"),
    "csv.gz": gzip.compress(f"text\n{TEXT}\n".encode()),
    "xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
}


@settings(max_examples=150)
@given(
    suffix=st.sampled_from([*SEEDS, "zip", "xlsx", "parquet", "ods", "html", ""]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 30)), max_size=6),
)
def test_no_bytes_whatever_stop_the_reading(tmp_path_factory, suffix, cuts) -> None:
    path = tmp_path_factory.mktemp("bytes") / (f"a.{suffix}" if suffix else "a")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", SEEDS["csv"])
    data = SEEDS.get(suffix, packed.getvalue())
    for where, bytes_in, length_out in cuts:
        at = int(where * len(data))
        data = data[:at] + bytes_in + data[at + length_out :]
    path.write_bytes(data)
    (path.parent / "z.txt").write_text(TEXT, encoding="utf-8")
    found = list(read_pages([path.parent]))
    assert found[-1].origin.endswith("z.txt")
    assert isinstance(found[-1], Page)
