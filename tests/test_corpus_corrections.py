"""Corrections: faulty rows named, fields set, logged, reversible, kept by the store, in the fingerprint."""

from __future__ import annotations

import csv
from datetime import date

import polars as pl
import pytest

from readout_nlp.corpus.corpus import CORRECTION_SCHEMA
from readout_nlp.corpus.corrections import as_csv, parse_corrections, read_corrections
from readout_nlp.corpus.coverage import describe_corpus
from readout_nlp.corpus.fields import FIELDS
from readout_nlp.corpus.read import read_corpus
from readout_nlp.corpus.store import describe_store, ingest, open_store
from readout_nlp.durable import sha256_file
from readout_nlp.errors import InputError, StoreError

HEADER = "sha256,field,value,coder,reason"
MATTERS = ("水库除险加固", "灯会筹备", "老旧电梯改造")


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for number, matter in enumerate(MATTERS):
        text = (
            f"2018年{number + 1}月2日,苏州市委常委会召开会议。市委书记沈砚秋主持会议。\n"
            f"会议听取了全市{matter}情况的汇报。会议指出,要把{matter}抓在手上。\n"
            "会议审议了渡口管理办法。会议强调,渡口管理办法要张贴到船上。\n"
        )
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    (folder / "weather.txt").write_text("明天多云转晴,东风三级。", encoding="utf-8")
    return folder


@pytest.fixture
def table(tmp_path, pages):
    """Write a table of corrections; a page may be named by its number."""

    def write(*rows, name="corrections.csv"):
        file = tmp_path / name
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER.split(","))
            for page, field, value, *about in rows:
                sha = sha256_file(pages / page) if (pages / page).is_file() else page
                writer.writerow([sha, field, value, *(about or ["甲", "见原件"])])
        return file

    return write


def same(one, other):
    frames = ("readouts", "items", "quarantine", "corrections")
    return all(getattr(one, name).equals(getattr(other, name)) for name in frames)


def row_of(corpus, pages, name="0.txt"):
    return corpus.readouts.row(by_predicate=pl.col("sha256") == sha256_file(pages / name), named=True)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("title", "市委常委会研究水库", {"title": "市委常委会研究水库"}),
        ("title", "", {"title": None}),
        (
            "place",
            "320583",
            {"place_code": "320583", "level": "county", "prefecture": "苏州市", "place_basis": "corrected"},
        ),
        ("place.code", "320000", {"place_name": "江苏省", "level": "province", "prefecture": None}),
        (
            "place_code",
            "中央",
            {"place_code": None, "place_name": "中央", "level": "centre", "province": None},
        ),
        ("place", "", {"place": None, "place_code": None, "place_name": None, "place_basis": None}),
        ("published", "2018-01-04", {"published": date(2018, 1, 4), "year": 2018, "year_from": "meeting"}),
        (
            "meeting_date",
            "2017-12-30",
            {"meeting_date": date(2017, 12, 30), "year": 2017, "quarter": 4, "year_basis": "corrected"},
        ),
        (
            "meeting_date",
            "2017-11-01/2018-02-01",
            {"meeting_date": None, "meeting_earliest": date(2017, 11, 1), "year": None, "year_basis": None},
        ),
        ("meeting_date.value", "", {"meeting_date": None, "meeting_latest": None, "year": None}),
        ("presider", "何一苇", {"presider": "何一苇", "presider_role": None}),
        ("presider_role", "市长", {"presider": "沈砚秋", "presider_role": "市长"}),
        ("meeting_type", "市政府常务会议", {"meeting_type": "市政府常务会议"}),
        ("source", "苏州日报", {"source": "苏州日报"}),
    ],
)
def test_a_field_is_set_and_all_that_follows_from_it(pages, table, field, value, expected):
    corpus = read_corpus(pages, corrections=table(("0.txt", field, value)))
    row = row_of(corpus, pages)
    assert {name: row[name] for name in expected} == expected
    assert row["readout_id"] == row_of(read_corpus(pages), pages)["readout_id"]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("items[2].act", "approve", {"act": "approve", "acts": ["approve"]}),
        ("items[2].acts", "hear; decide", {"act": "hear", "acts": ["hear", "decide"]}),
        ("items[2].subject", "渡口办法", {"subject": "渡口办法"}),
    ],
)
def test_an_item_is_set_by_its_position_and_no_other(pages, table, field, value, expected):
    plain, corpus = read_corpus(pages), read_corpus(pages, corrections=table(("0.txt", field, value)))
    name = row_of(corpus, pages)["readout_id"]
    hit = (pl.col("readout_id") == name) & (pl.col("position") == 2)
    row = corpus.items.row(by_predicate=hit, named=True)
    assert {column: row[column] for column in expected} == expected
    assert corpus.items.filter(~hit).equals(plain.items.filter(~hit))
    assert row["item_id"] == plain.items.row(by_predicate=hit, named=True)["item_id"]


def test_the_log_says_who_why_what_was_there_and_what_became_of_it(pages, table):
    file = table(
        ("0.txt", "presider", "何一苇", "乙", "署名在文末"),
        ("1.txt", "items[1].act", "analyse"),
        ("weather.txt", "title", "天气"),
        ("f" * 64, "title", "不在这里"),
    )
    corpus = read_corpus(pages, corrections=file)
    assert corpus.corrections.schema == CORRECTION_SCHEMA
    told = corpus.corrections.select("field", "coder", "reason", "before", "status").rows()
    assert told == [
        ("presider", "乙", "署名在文末", "沈砚秋", "applied"),
        ("items[1].act", "甲", "见原件", "hear", "applied"),
        ("title", "甲", "见原件", None, "set aside"),
        ("title", "甲", "见原件", None, "no such page"),
    ]
    assert "Corrections by coders: 2 applied, 1 no such page, 1 set aside" in describe_corpus(corpus)


def test_what_was_before_can_be_put_back(pages, table):
    plain = read_corpus(pages)
    asked = [
        ("0.txt", "place", "320583"),
        ("0.txt", "meeting_date", "2018-01-01/2018-01-31"),
        ("0.txt", "items[1].acts", "decide;hear"),
    ]
    log = read_corpus(pages, corrections=table(*asked)).corrections
    back = [("0.txt", field, before) for field, before in log.select("field", "before").iter_rows()]
    restored = read_corpus(pages, corrections=table(*back))
    changed = ["place_basis", "place_evidence", "year_basis", "date_evidence"]
    assert restored.readouts.drop(changed).equals(plain.readouts.drop(changed))
    assert restored.items.equals(plain.items)


def test_every_faulty_row_is_named_at_once(table):
    file = table(
        ("0.txt", "presider", "何一苇"),
        ("123", "title", "标题"),
        ("0.txt", "place", "999999"),
        ("0.txt", "meeting_date", "4月2日"),
        ("0.txt", "published", "2018-02-30"),
        ("0.txt", "items[0].act", "hear"),
        ("0.txt", "items[1].act", "listen"),
        ("0.txt", "items[1].acts", "hear;hear"),
        ("0.txt", "items[1].subject", ""),
        ("0.txt", "chair", "何一苇"),
        ("1.txt", "title", "标题", "", ""),
        ("0.txt", "presider.name", "沈砚秋"),
        ("0.txt", "meeting_date", "2018-02-01/2018-01-01"),
    )
    with pytest.raises(InputError) as error:
        read_corrections(file)
    text = str(error.value)
    for number, field, found in [
        (3, "title", "'123'"),
        (4, "place", "'999999'"),
        (5, "meeting_date", "'4月2日'"),
        (6, "published", "'2018-02-30'"),
        (7, "items[0].act", "position 0"),
        (8, "items[1].act", "'listen'"),
        (9, "items[1].acts", "'hear;hear'"),
        (10, "items[1].subject", "''"),
        (11, "chair", "'chair'"),
        (12, "title", "no coder"),
        (12, "title", "no reason"),
        (13, "presider", "'沈砚秋'"),
        (14, "meeting_date", "'2018-02-01/2018-01-01'"),
    ]:
        assert any(
            part.startswith(f"row {number}, {field}: found ") and found in part and ", expected " in part
            for part in text.split(": ", 1)[1].split("; ")
        ), (number, field)
    assert "row 2," not in text


def test_a_missing_file_or_column_is_told(tmp_path):
    with pytest.raises(InputError, match="no file"):
        read_corrections(tmp_path / "none.csv")
    with pytest.raises(InputError, match="without the column coder, reason"):
        parse_corrections(b"sha256,field,value\n", name="table")


def test_an_item_that_the_page_does_not_have_is_refused_by_row(pages, table):
    file = table(("0.txt", "title", "标题"), ("0.txt", "items[9].act", "hear"))
    with pytest.raises(InputError, match=r"row 3, items\[9\]\.act"):
        read_corpus(pages, corrections=file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_as_spreadsheets_write_them_are_read(encoding):
    text = f'{HEADER}\r\n{"A" * 64}, presider ,沈砚秋,甲,"署名在文末,\n见图"\r\n,,,,\r\n'
    (one,) = parse_corrections(text.encode(encoding), name="table")
    assert (one.row, one.sha256, one.field, one.value) == (2, "a" * 64, "presider", "沈砚秋")
    assert parse_corrections(as_csv([one]), name="again") == [one]


def test_a_correction_enters_the_fingerprint_and_only_where_it_applies(pages, table):
    plain = read_corpus(pages)
    prints = {
        read_corpus(pages, corrections=table(row)).fingerprint
        for row in [
            ("0.txt", "presider", "何一苇"),
            ("0.txt", "presider", "何一帆"),
            ("1.txt", "presider", "何一苇"),
            ("0.txt", "items[1].subject", "水库"),
        ]
    }
    assert len(prints | {plain.fingerprint}) == 5
    elsewhere = read_corpus(pages, corrections=table(("f" * 64, "presider", "何一苇")))
    assert elsewhere.fingerprint == plain.fingerprint
    one, two = ("0.txt", "presider", "何一苇"), ("1.txt", "title", "标题")
    turned = [read_corpus(pages, corrections=table(*rows)).fingerprint for rows in ([one, two], [two, one])]
    assert turned[0] == turned[1]


def test_the_store_keeps_corrections_over_ingests_and_undoes_what_is_taken_out(tmp_path, pages, table):
    store, plain = tmp_path / "store", read_corpus(pages)
    file = table(("0.txt", "presider", "何一苇"), ("2.txt", "items[1].act", "analyse"))
    corrected = ingest(pages, store, corrections=file)
    assert same(corrected, read_corpus(pages, corrections=file))
    assert same(open_store(store), corrected)
    assert same(ingest(pages, store), corrected)
    assert describe_store(store)["corrections"] == 2
    assert describe_store(store)["fingerprint"] == corrected.fingerprint != plain.fingerprint
    assert same(open_store(store, corrections=[]), plain)
    fewer = table(("0.txt", "presider", "何一苇"), name="fewer.csv")
    assert same(ingest(pages, store, corrections=fewer), read_corpus(pages, corrections=fewer))
    assert same(ingest(pages, store, corrections=table(name="none.csv")), plain)
    assert [path.name for path in store.iterdir() if path.suffix == ".csv"] == []


def test_a_correction_waits_for_its_page(tmp_path, pages, table):
    store = tmp_path / "store"
    ingest(pages / "0.txt", store, corrections=table(("1.txt", "presider", "何一苇")))
    assert open_store(store).corrections["status"].to_list() == ["no such page"]
    later = ingest(pages, store)
    assert later.corrections["status"].to_list() == ["applied"]
    assert row_of(later, pages, "1.txt")["presider"] == "何一苇"


def test_a_refused_table_leaves_the_store_as_it_was(tmp_path, pages, table):
    store = tmp_path / "store"
    before = ingest(pages, store, corrections=table(("0.txt", "presider", "何一苇")))
    for row in (("0.txt", "items[9].act", "hear"), ("0.txt", "chair", "何一苇")):
        with pytest.raises(InputError):
            ingest(pages, store, corrections=table(row, name="bad.csv"))
        assert same(open_store(store), before)


def test_a_changed_table_in_the_store_is_refused(tmp_path, pages, table):
    store = tmp_path / "store"
    ingest(pages, store, corrections=table(("0.txt", "presider", "何一苇")))
    (kept,) = store.glob("*.csv")
    kept.write_text(kept.read_text(encoding="utf-8").replace("何一苇", "何一帆"), encoding="utf-8")
    with pytest.raises(StoreError, match="give the table of corrections to ingest again"):
        open_store(store)


def test_corrections_come_before_merging_and_a_corrected_page_is_kept(pages, table):
    reprint = (pages / "0.txt").read_text(encoding="utf-8").replace("主持会议。", "主持会议并讲话。")
    (pages / "paper.txt").write_text(reprint.replace("2018年1月2日", "2018年1月3日"), encoding="utf-8")
    assert read_corpus(pages).merged == 0
    joined = read_corpus(pages, corrections=table(("paper.txt", "meeting_date", "2018-01-02")))
    assert joined.merged == 1
    assert row_of(joined, pages, "paper.txt")["meeting_date"] == date(2018, 1, 2)
    parted = read_corpus(pages, corrections=table(("0.txt", "meeting_date", "2018-01-03")))
    assert row_of(parted, pages, "0.txt")["meeting_date"] == date(2018, 1, 3)


def test_a_correction_of_a_replaced_version_is_told_as_merged(tmp_path, pages, table):
    store, file = tmp_path / "store", table(("0.txt", "title", "旧标题"))
    ingest(pages, store, corrections=file)
    edited = (pages / "0.txt").read_text(encoding="utf-8") + "会议还研究了其他事项。\n"
    (pages / "0.txt").write_text(edited, encoding="utf-8")
    corpus = ingest(pages, store)
    assert corpus.corrections["status"].to_list() == ["merged"]
    assert corpus.fingerprint == read_corpus(pages).fingerprint


def test_a_correction_holds_when_only_the_bytes_around_the_text_change(tmp_path, pages, table):
    store, before = tmp_path / "store", sha256_file(pages / "0.txt")
    corrected = ingest(pages, store, corrections=table(("0.txt", "presider", "何一苇")))
    text = (pages / "0.txt").read_text(encoding="utf-8")
    (pages / "0.txt").write_text(text + "\n\n", encoding="utf-8")
    corpus = ingest(pages, store)
    row = corpus.readouts.row(by_predicate=pl.col("sha256") == before, named=True)
    assert row["presider"] == "何一苇"
    assert [one["relation"] for one in row["origins"]] == ["kept", "version"]
    assert corpus.fingerprint == corrected.fingerprint


def test_every_field_says_what_it_takes():
    assert all(expected for _, expected in FIELDS.values())
