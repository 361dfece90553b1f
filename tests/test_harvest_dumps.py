"""Dumps are read record by record, whatever their format; what is damaged costs what is damaged, no more."""

from __future__ import annotations

import gzip

import golden_pages
import pytest
from dumps_example import NEWS, TEXT, pages, warc, write_dump
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.errors import InputError
from readout_nlp.harvest.dumps import dump_paths, form_of, read_dump
from readout_nlp.harvest.official import names_organ
from readout_nlp.harvest.prefilter import ORGANS, worth_parsing
from readout_nlp.harvest.records import Record
from readout_nlp.pages.page import Rejected
from readout_nlp.readouts.parse import parse_page

NAMES = (
    *("a.warc", "a.warc.gz", "a.warc.wet.gz", "a.jsonl", "ascii.jsonl", "a.jsonl.gz", "a.jsonl.zst"),
    "a.parquet",
)


def found(path):
    """Addresses of the readouts in a dump, and what could not be read."""
    readouts, faults = [], []
    for one in read_dump(path):
        if isinstance(one, Rejected):
            faults.append(one)
            continue
        page = one.read()
        assert page.given.url
        if worth_parsing(one.data) and parse_page(page).quarantine is None:
            readouts.append(page.given.url)
    return readouts, faults


@pytest.mark.parametrize("name", NAMES)
def test_every_format_gives_the_same_readouts(tmp_path, name):
    rows = pages()
    readouts, faults = found(write_dump(tmp_path / name, rows))
    assert readouts == [rows[1][0], rows[4][0]]
    assert not faults


@pytest.mark.parametrize("name", ["a.warc.gz", "a.jsonl.gz", "a.jsonl.zst", "a.parquet"])
@pytest.mark.parametrize("kept", [0.2, 0.6, 0.98])
def test_a_cut_dump_gives_what_stood_before_and_says_so(tmp_path, name, kept):
    whole = write_dump(tmp_path / name, pages(400, readouts=range(400)))
    all_found, _ = found(whole)
    assert len(all_found) == 400
    data = whole.read_bytes()
    whole.write_bytes(data[: int(kept * len(data))])
    readouts, faults = found(whole)
    assert readouts == all_found[: len(readouts)]
    assert len(faults) == 1
    assert whole.name in faults[0].reason or whole.name == faults[0].origin
    if name == "a.warc.gz":  # packed record by record: all that came whole is there
        assert len(readouts) >= int(kept * 400) - 1


def test_rubbish_between_records_ends_a_warc_with_a_reason(tmp_path):
    path = tmp_path / "a.warc"
    path.write_bytes(warc("http://a", TEXT) + b"rubbish\r\n\r\n" + warc("http://b", TEXT))
    readouts, faults = found(path)
    assert readouts == ["http://a"]
    assert "what stood before was read" in faults[0].reason


def test_a_bomb_is_refused_on_the_way(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"a" * 120_000_000))
    records = list(read_dump(path))
    assert [type(one) for one in records] == [Rejected]
    assert "300 times its size" in records[0].reason


def test_a_line_that_is_no_row_is_named_and_the_rest_goes_on(tmp_path):
    path = write_dump(tmp_path / "a.jsonl", pages())
    path.write_bytes(b"{half\n[1]\n" + b"\xff\xfe{\n" + path.read_bytes())
    rejected = [page for one in read_dump(path) if isinstance(page := one.read(), Rejected)]
    assert [page.origin for page in rejected] == ["a.jsonl#1", "a.jsonl#2", "a.jsonl#3"]
    assert len([one for one in read_dump(path) if isinstance(one, Record)]) == 9


def test_a_huge_record_is_not_held(tmp_path, monkeypatch):
    monkeypatch.setattr("readout_nlp.harvest.warc.LARGEST_PAGE", 10_000)
    path = tmp_path / "a.warc"
    path.write_bytes(warc("http://a", NEWS * 5000) + warc("http://b", TEXT))
    readouts, faults = found(path)
    assert readouts == ["http://b"]
    assert "more than 10,000 bytes" in faults[0].reason


def test_pictures_are_passed_over(tmp_path):
    path = tmp_path / "a.warc"
    picture = warc("http://a", TEXT).replace(b"Content-Type: text/html", b"Content-Type: image/jpg")
    path.write_bytes(picture + warc("http://b", TEXT))
    assert [one.origin for one in read_dump(path)] == ["http://b"]


def test_what_is_no_dump_is_refused(tmp_path):
    (tmp_path / "a.html").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="no dump"):
        dump_paths([tmp_path / "a.html"])
    with pytest.raises(InputError, match="no dump in what was given"):
        dump_paths([tmp_path])
    with pytest.raises(InputError, match="no file or folder"):
        dump_paths([tmp_path / "b.warc"])
    assert form_of(tmp_path / "CC-MAIN.warc.WET.gz") == ".wet"


@pytest.mark.parametrize("row", golden_pages.rows(), ids=lambda row: row["file"])
def test_no_golden_readout_is_lost_before_it_is_parsed(row):
    data = golden_pages.page(row)
    readout = parse_page(data)
    if readout.quarantine is None and readout.kind == "readout":
        assert worth_parsing(data)
        assert names_organ(readout)


@given(
    st.sampled_from(ORGANS),
    st.sampled_from(("utf-8", "gb18030", "utf-16-le")),
    st.text(max_size=40),
)
def test_words_are_found_in_any_encoding_between_any_text(organ, codec, around):
    safe = around.encode("utf-8", "ignore").decode("utf-8")
    page = f"{safe}{organ}召开会议{safe}"
    assert worth_parsing(page.encode(codec))


@pytest.mark.parametrize("form", ["\\u{:04x}", "\\u{:04X}", "&#{};", "&#x{:x};"])
def test_words_are_found_in_escapes(form):
    escaped = "".join(form.format(ord(char)) for char in "市委召开")
    assert worth_parsing(escaped.encode("ascii"))


def test_news_without_an_organ_or_a_meeting_is_passed_over():
    assert not worth_parsing("灯会昨天举行".encode())
    assert not worth_parsing("市委大院的花开了".encode())
    assert not worth_parsing(b"\x00\x01" * 2000)
