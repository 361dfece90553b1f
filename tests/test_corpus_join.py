"""Corpora merge into one whatever their order: nothing twice, nothing lost, every page with its origin."""

from __future__ import annotations

import json
from itertools import permutations

import polars as pl
import pytest
from corpus_example import OTHER_CITY, held_on, readout, story
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

from readout_nlp.cli import app
from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.join_stores import merge_corpora, merge_stores
from readout_nlp.corpus.joined_rows import _depths
from readout_nlp.corpus.merge import origin_table
from readout_nlp.corpus.merged_from import corpora_of, merged_from
from readout_nlp.corpus.read import read_corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.corpus.store import describe_store, ingest, open_store
from readout_nlp.corpus.store_names import check_name, named_stores
from readout_nlp.durable import sha256_file
from readout_nlp.errors import InputError, RecipeError, StoreError

MATTERS = ("水库除险加固", "中小学校舍修缮", "蔬菜基地保供", "公园绿地管护", "老旧电梯改造", "渡口安全整治")


def same(one: Corpus, other: Corpus) -> bool:
    for table in ("readouts", "items", "quarantine", "corrections"):
        assert_frame_equal(getattr(one, table), getattr(other, table))
    return one.fingerprint == other.fingerprint


def write(folder, **pages):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def hashes(folder):
    return {
        path.name: sha256_file(path) for path in folder.rglob("*") if path.is_file() and path.name != ".lock"
    }


@pytest.fixture
def two(tmp_path):
    """Two scholars' stores: four pages and five, of which one is the same page, and one a reprint."""
    here = write(tmp_path / "here", **{f"p{n}": story(n, MATTERS[n]) for n in range(4)})
    there = write(tmp_path / "there", **{f"q{n}": story(n, MATTERS[n]) for n in range(3, 6)})
    write(there, weather="明天多云转晴,东风三级。")
    ingest(here, tmp_path / "a")
    ingest([there, here / "p0.txt"], tmp_path / "b")
    return tmp_path


def test_the_merged_store_is_that_of_all_pages_read_at_once(two):
    merged = open_store(merge_stores({"a": two / "a", "b": two / "b"}, two / "new"))
    once = read_corpus([two / "here", two / "there"])
    assert same(merged, once)
    assert merged.fingerprint == once.fingerprint
    assert merged.readouts.height == len(MATTERS)
    assert merged.merged == 1  # the page that the two printed each under a name of its own
    assert same(merge_corpora({"a": two / "a", "b": two / "b"}), merged)


def test_the_stores_themselves_are_not_touched(two):
    before = hashes(two / "a"), hashes(two / "b")
    merge_stores({"a": two / "a", "b": two / "b"}, two / "new")
    assert (hashes(two / "a"), hashes(two / "b")) == before


def test_the_order_of_the_stores_changes_not_a_byte(two):
    merge_stores({"a": two / "a", "b": two / "b"}, two / "one")
    merge_stores({"b": two / "b", "a": two / "a"}, two / "other")
    assert hashes(two / "one") == hashes(two / "other")


def test_a_store_merged_with_itself_is_itself(two):
    (two / "here" / "p1.txt").write_text(story(1, "灯会筹备"), encoding="utf-8")
    grown = ingest(two / "here", two / "a")  # with a later version of a page, too
    merged = open_store(merge_stores({"x": two / "a", "y": two / "a"}, two / "new"))
    assert same(merged, grown)
    assert merged.events.equals(grown.events)


def test_every_page_says_where_it_came_from_also_after_more_is_added(two):
    merge_stores({"south": two / "a", "north": two / "b"}, two / "new")
    told = merged_from(two / "new")
    of = told.groupby(told["origin"].str.rsplit("/", n=1).str[-1])["corpus"].agg(sorted).to_dict()
    assert of["p0.txt"] == ["north", "south"]
    assert of["p3.txt"] == ["south"]
    assert of["q3.txt"] == of["q5.txt"] == ["north"]
    manifest = json.loads((two / "new" / "manifest.json").read_text(encoding="utf-8"))
    about = {one["name"]: one["fingerprint"] for one in manifest["merged_from"]["corpora"]}
    assert about == {"north": open_store(two / "b").fingerprint, "south": open_store(two / "a").fingerprint}
    ingest(write(two / "later", z=story(8, "早稻收割")), two / "new")
    again = merged_from(two / "new")
    late = again["origin"].str.endswith("z.txt")
    assert again.loc[late, "corpus"].isna().all()
    assert not again.loc[~late, "corpus"].isna().any()


def test_a_merged_store_merges_on_and_names_the_stores_within_it(two):
    merge_stores({"a": two / "a", "b": two / "b"}, two / "ab")
    other = write(two / "third", z=story(8, "早稻收割"))
    ingest(other, two / "c")
    told = merged_from(merge_stores({"ab": two / "ab", "c": two / "c"}, two / "abc"))
    assert set(told["corpus"]) == {"ab", "ab/a", "ab/b", "c"}
    assert open_store(two / "abc").readouts.height == len(MATTERS) + 1


def test_a_changed_table_of_origins_is_refused(two):
    folder = merge_stores({"a": two / "a", "b": two / "b"}, two / "new")
    file = next(folder.glob("merged-*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(StoreError, match="changed"):
        merged_from(folder)
    with pytest.raises(RecipeError, match="not merged of others"):
        merged_from(two / "a")


def correct(folder, page, value, *, field="presider"):
    file = folder / f"corrections-{value}.csv"
    rows = f"sha256,field,value,coder,reason\n{sha256_file(page)},{field},{value},coder-{value},署名在文末\n"
    file.write_text(rows, encoding="utf-8")
    return file


def test_corrections_of_both_are_in_force(two):
    ingest(two / "here", two / "a", corrections=correct(two, two / "here" / "p1.txt", "甲一"))
    ingest(two / "there", two / "b", corrections=correct(two, two / "there" / "q5.txt", "乙二"))
    merged = open_store(merge_stores({"a": two / "a", "b": two / "b"}, two / "new"))
    assert set(merged.readouts["presider"]) == {"甲一", "乙二", "沈砚秋"}
    assert merged.corrections["status"].to_list() == ["applied", "applied"]
    assert merged.corrections["before"].to_list() == ["沈砚秋", "沈砚秋"]
    assert same(merge_corpora({n: open_store(two / n) for n in "ab"}), merged)


def test_corrections_that_contradict_each_other_name_both_stores(two):
    ingest(two / "here", two / "a", corrections=correct(two, two / "here" / "p0.txt", "甲一"))
    ingest(two / "there", two / "b", corrections=correct(two, two / "here" / "p0.txt", "乙二"))
    with pytest.raises(InputError, match=r"'甲一' in a \(coder-甲一\), '乙二' in b"):
        merge_stores({"a": two / "a", "b": two / "b"}, two / "new")
    assert not (two / "new").exists()
    assert list(two.glob(".writing-*")) == []


def test_events_of_both_are_kept(two):
    (two / "here" / "p2.txt").unlink()
    ingest(two / "here", two / "a")
    merged = open_store(merge_stores({"a": two / "a", "b": two / "b"}, two / "new"))
    known = pl.concat([open_store(two / name).events for name in "ab"]).unique()
    assert set(merged.events.iter_rows()) == set(known.iter_rows())
    assert merged.events["event"].to_list().count("vanished") == 1


def test_a_later_version_in_one_store_stands_for_what_the_other_has(tmp_path):
    pages = write(tmp_path / "pages", p=story(1, "灯会筹备"))
    ingest(pages, tmp_path / "early")
    ingest(pages, tmp_path / "late")
    edited = story(1, "灯会筹备") + "会议还通报了有关事项。\n"
    write(pages, p=edited)
    late = ingest(pages, tmp_path / "late")
    for order in permutations(("early", "late")):
        merged = merge_corpora({name: tmp_path / name for name in order})
        assert merged.readouts["sha256"].to_list() == late.readouts["sha256"].to_list()
        assert origin_table(merged)["relation"].to_list() == ["kept", "version"]


def test_of_bytes_that_no_store_has_in_order_neither_is_the_later(tmp_path):
    pages = write(tmp_path / "pages", p=story(1, "灯会筹备") + "会议还通报了有关事项。\n")
    ingest(pages, tmp_path / "one")
    write(pages, p=story(1, "灯会筹备"))
    ingest(write(tmp_path / "before", z=story(8, "早稻收割")), tmp_path / "other")
    ingest(
        pages, tmp_path / "other"
    )  # the batch there has a higher number, which says nothing of the other store
    first, second = (
        merge_corpora({n: tmp_path / n for n in order}) for order in permutations(("one", "other"))
    )
    assert same(first, second)
    assert first.readouts.height == 2
    assert first.merged == 1
    assert any("通报" in body for body in first.readouts["body"])  # the more complete one stands


@pytest.mark.parametrize(
    ("histories", "expected"),
    [
        ([[{"x"}, {"y"}], [{"x"}]], {"x": 0, "y": 1}),
        ([[{"x"}], [{"y"}]], {"x": 0, "y": 0}),
        ([[{"x"}, {"y"}], [{"y"}, {"z"}]], {"x": 0, "y": 1, "z": 2}),
        ([[{"x"}, {"y"}], [{"y"}, {"x"}]], {"x": 0, "y": 0}),
    ],
)
def test_versions_are_ordered_by_what_any_store_saw(histories, expected):
    assert _depths(histories) == expected
    assert _depths(histories[::-1]) == expected


READOUTS = [
    readout(f"会议研究了{matter}工作。", origin=f"{page}.txt", sha256=f"{number:064d}", **place)
    for number, (matter, page, place) in enumerate(
        (matter, page, place)
        for matter in MATTERS[:3]
        for page, place in (("a", {}), ("b", {"place": OTHER_CITY}), ("c", {"meeting_date": held_on(None)}))
    )
]


@given(
    parts=st.lists(st.sets(st.sampled_from(range(len(READOUTS))), min_size=1), min_size=1, max_size=3),
    seed=st.randoms(use_true_random=False),
)
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_any_parts_in_any_order_give_what_all_pages_at_once_give(parts, seed):
    corpora = {
        f"c{number}": build_corpus([READOUTS[page] for page in sorted(part)])
        for number, part in enumerate(parts)
    }
    merged = merge_corpora(corpora)
    names = list(corpora)
    seed.shuffle(names)
    other = merge_corpora({name: corpora[name] for name in names})
    assert same(other, merged)
    assert other.fingerprint == merged.fingerprint
    assert same(merge_corpora({"x": merged, "y": merged}), merged)
    pages = {(page["origin"], page["sha256"]) for one in corpora.values() for page in pages_behind(one)}
    assert {(page["origin"], page["sha256"]) for page in pages_behind(merged)} == pages
    told = corpora_of(merged, corpora)
    assert not told["corpus"].isna().any()
    assert set(told["corpus"]) == set(corpora)
    assert told.groupby(["origin", "sha256"])["corpus"].agg(lambda names: names.is_monotonic_increasing).all()


def pages_behind(corpus):
    return [page for origins in corpus.readouts["origins"].to_list() for page in origins]


def test_pages_that_a_corpus_knows_by_name_alone_stay_listed(two):
    whole = read_corpus([two / "here", two / "there"])
    part = select_readouts(whole, whole.readouts["readout_id"][:2])
    merged = merge_corpora({"whole": whole, "part": part})
    assert same(merged, whole)
    assert merged.merged == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "..",
        "a..b",
        "a/b",
        "A",
        "",
        "con",
        "nul.txt",
        "com1",
        "lpt9.x",
        "a\n",
        "名",
        "-a",
        "a" * 65,
    ],
)
def test_what_cannot_be_a_name_everywhere_is_refused(name, two):
    with pytest.raises(RecipeError, match="corpus name"):
        check_name(name)
    with pytest.raises(RecipeError, match="corpus name"):
        merge_stores({name: two / "a"}, two / "new")
    assert not (two / "new").exists()


@pytest.mark.parametrize("name", ["a", "south-2012", "x.y_z", "a" * 64, "console", "com10"])
def test_plain_names_are_fine(name):
    check_name(name)


def test_names_come_from_the_call_or_the_folder(tmp_path):
    assert named_stores([f"s={tmp_path}/x", f"{tmp_path}/north"]) == {
        "s": tmp_path / "x",
        "north": tmp_path / "north",
    }
    with pytest.raises(RecipeError, match="two stores called corpus"):
        named_stores(["a/corpus", "b/corpus"])


def test_a_folder_in_use_or_within_a_store_is_refused(two):
    stores = {"a": two / "a", "b": two / "b"}
    before = hashes(two / "a")
    for target in (two / "a", two / "b", two / "a" / "new"):
        with pytest.raises(StoreError):
            merge_stores(stores, target)
    with pytest.raises(StoreError, match="no corpus store"):
        merge_stores({"a": two / "a", "pages": two / "here"}, two / "new")
    assert hashes(two / "a") == before
    assert not (two / "new").exists()


def test_a_merge_that_is_cut_short_leaves_no_store(two, monkeypatch):
    from readout_nlp.corpus import join_stores

    def killed(*given, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(join_stores, "write_pages", killed)
    with pytest.raises(KeyboardInterrupt):
        merge_stores({"a": two / "a", "b": two / "b"}, two / "new")
    assert not (two / "new").exists()


def test_the_command_merges_and_says_what_the_store_holds(two):
    done = CliRunner().invoke(
        app, ["merge", str(two / "a"), f"north={two / 'b'}", "--corpus", str(two / "new")]
    )
    assert done.exit_code == 0, done.output
    about, folder = done.stdout.splitlines()[-2:]
    assert json.loads(about) == describe_store(folder)
    assert set(merged_from(folder)["corpus"]) == {"a", "north"}
