"""What was read: places, examples of repairs, reasons of quarantine."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.analysis.tables import example_table, place_table
from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.corpus import EXAMPLE_SCHEMA
from readout_nlp.corpus.read import read_corpus, sample_corpus
from readout_nlp.corpus.rows import MOST_EXAMPLES, few_examples, page_rows
from readout_nlp.corpus.select import select_readouts
from readout_nlp.corpus.store import ingest, open_store
from readout_nlp.pages.repair import repair, repair_steps
from readout_nlp.pages.repair_examples import AROUND, LONGEST, examples_of
from readout_nlp.present.sections.read_places import MOST_WITHIN, place_groups
from readout_nlp.present.sections.read_repairs import compared, examples_by_kind, reason_in_both, visible
from readout_nlp.present.strings import strings
from readout_nlp.readouts import genre
from readout_nlp.readouts.parse import EMPTY, parse_page

LINE = "某\u200b日\u00a0會(huì)議"


# ---- examples of repairs


def test_every_kind_of_repair_of_a_page_has_one_example_with_its_change():
    text, log = repair(LINE)
    found = examples_of(repair_steps(LINE))
    assert [one.kind for one in found] == list(dict.fromkeys(entry.kind for entry in log))
    assert len(found) == 4  # zero_width, nbsp, pinyin_gloss, traditional
    for one in found:
        first = next(entry for entry in log if entry.kind == one.kind)
        assert (one.changed_from, one.changed_to) == (first.before, first.after)
        assert first.before in one.before
        assert first.after in one.after
        assert one.before != one.after
    assert found[-1].after == text
    for earlier, later in pairwise(found):
        assert earlier.after == later.before  # a short line is shown whole, as each kind left it


@settings(max_examples=60)
@given(st.text(alphabet="會議(huì)(yì)\u200b\u00a0&amp; \n研究abc", max_size=120))
def test_an_example_keeps_to_its_line_and_to_a_few_characters(text):
    for one in examples_of(repair_steps(text)):
        assert "\n" not in one.before
        assert len(one.before) <= 2 * AROUND + LONGEST
        assert one.before != one.after


def test_a_repair_of_a_whole_paragraph_is_shown_by_its_beginning():
    wrong = ("会议听取了全市春耕备耕工作情况的汇报，研究部署下一阶段工作。" * 6).encode().decode("latin-1")
    steps = repair_steps(wrong)
    assert [entry.kind for step in steps for entry in step.made] == ["mojibake"]
    (one,) = examples_of(steps)
    assert len(one.before) == len(one.after) == LONGEST + 1
    assert one.after.startswith("会议听取")


def _example(kind, sha256, change="a"):
    return {
        "kind": kind,
        "origin": f"{sha256}.html",
        "sha256": sha256,
        "before": change,
        "after": "",
        "changed_from": change,
        "changed_to": "",
    }


@settings(max_examples=50)
@given(
    st.lists(
        st.builds(
            _example,
            st.sampled_from("xyz"),
            st.text("abcdef", min_size=2, max_size=3),
            st.sampled_from("pqrs"),
        )
    ),
    st.integers(1, 5),
    st.randoms(),
)
def test_the_choice_of_examples_depends_neither_on_order_nor_on_batches(rows, size, chance):
    whole = few_examples(pl.DataFrame(rows, schema=EXAMPLE_SCHEMA))
    shuffled = list(rows)
    chance.shuffle(shuffled)
    batches = [
        few_examples(pl.DataFrame(shuffled[at : at + size], schema=EXAMPLE_SCHEMA))
        for at in range(0, len(shuffled), size)
    ]
    again = few_examples(pl.concat([pl.DataFrame(schema=EXAMPLE_SCHEMA), *batches]))
    assert again.equals(whole)
    for _, of_kind in whole.group_by("kind"):
        assert of_kind.height <= MOST_EXAMPLES
        assert of_kind.select("changed_from", "changed_to").is_unique().all()


@pytest.fixture
def pages(tmp_path):
    """Eight pages of which six need a repair; one is no readout."""
    folder = tmp_path / "pages"
    folder.mkdir()
    body = "4月{day}日，市委常委會召開會議。會議聽取了全市春耕備耕工作情況的匯報。{more}"
    for day in range(1, 7):
        text = body.format(day=day, more="會議研究了防汛工作。" * day)
        (folder / f"{day}.txt").write_text(text, encoding="utf-8")
    plain = "4月9日，市委常委会召开会议。会议听取了全市防汛抗旱工作情况的汇报。"
    (folder / "8.txt").write_text(plain, encoding="utf-8")
    (folder / "9.txt").write_text("會議預告。", encoding="utf-8")
    return folder


def test_a_store_keeps_the_examples_however_the_pages_came(pages, tmp_path):
    corpus = read_corpus(pages)
    table = example_table(corpus)
    assert 0 < len(table) <= MOST_EXAMPLES
    assert set(table["kind"]) == {"traditional"}
    assert not table["origin"].str.endswith("9.txt").any()  # set aside: not in the corpus
    for size in (1, 3, 100):
        store = tmp_path / f"store{size}"
        ingest(pages, store, batch_size=size)
        assert open_store(store).repair_examples.equals(corpus.repair_examples)
        assert open_store(store).fingerprint == corpus.fingerprint


def test_examples_are_no_part_of_a_parsed_record():
    found = parse_page(f"4月2日，市委常委會召開會議。會議研究了防汛工作。{LINE}。")
    assert found.examples
    assert "examples" not in found.to_dict()
    assert set(found.to_dict()) == {"examples"} ^ {*found.__dataclass_fields__}


def test_a_selection_has_the_examples_of_its_own_pages():
    corpus = sample_corpus(cities=2, years=2, per_cell=4)
    assert corpus.repair_examples.height
    keep = corpus.readouts.filter(pl.col("sha256") == corpus.repair_examples["sha256"][0])["readout_id"]
    found = select_readouts(corpus, keep).repair_examples
    assert found["sha256"].unique().to_list() == [corpus.repair_examples["sha256"][0]]


def test_pages_that_need_no_repair_have_no_examples():
    rows = page_rows([parse_page("4月2日，市委常委会召开会议。会议研究了防汛工作。")])
    assert rows.examples.height == 0
    assert example_table(build_corpus([])).empty


@given(st.text(max_size=30), st.text(max_size=30))
def test_pieces_of_an_example_make_its_lines(before, after):
    old, new = compared(before, after)
    assert "".join(text for text, _ in old) == visible(before)
    assert "".join(text for text, _ in new) == visible(after)
    assert [text for text, changed in old if not changed] == [text for text, changed in new if not changed]


def test_examples_are_shown_by_kind_in_both_languages():
    table = pd.DataFrame([_example("nbsp", "a"), _example("nbsp", "b"), _example("entity", "c")])
    shown = examples_by_kind(table)
    assert [(kind.en, len(mends)) for kind, mends in shown] == [
        ("no-break space to space", 2),
        ("character entity read", 1),
    ]


# ---- reasons


def test_every_reason_of_our_own_is_said_in_chinese():
    own = [value for name, value in vars(genre).items() if name.isupper() and str(value).startswith("not a ")]
    assert len(own) > 4
    for reason in [*own, EMPTY, "duplicate of ab12", "id x9 of another text: give every text its own id"]:
        both = reason_in_both(reason)
        assert both.en == reason
        assert both.zh != reason
        assert "{" not in both.zh
    assert "ab12" in reason_in_both("duplicate of ab12").zh


def test_a_reason_of_the_data_stays_as_it_is():
    both = reason_in_both("found '2018-13-40'; expected a day; it counts as absent")
    assert both.zh == both.en


# ---- places


def _places(n, *, counties=3):
    rows = []
    for city in range(n):
        for number in range(counties + 1):
            rows.append(
                {
                    "place": f"市{city}" if not number else f"县{city}-{number}",
                    "place_code": f"99{city:02d}{number:02d}",
                    "level": "county" if number else "prefecture",
                    "prefecture": f"市{city}",
                    "province": "甲省" if city < n // 2 else "乙省",
                    "n_readouts": 1 + (7 * city + number) % 11,
                    "n_items": 9,
                }
            )
    return pd.DataFrame(rows)


def test_every_place_stands_once_under_its_prefecture():
    table = _places(6)
    found = place_groups(table)
    assert [province.name for province in found] == ["甲省", "乙省"]
    tiles = [tile for province in found for group in province.groups for tile in group.tiles]
    assert [tile.place for tile in tiles] == table["place"].tolist()
    assert max(tile.width for tile in tiles) == 100.0
    assert (
        sum(group.n_readouts for province in found for group in province.groups) == table["n_readouts"].sum()
    )


def test_of_many_places_those_with_most_readouts_are_listed():
    table = _places(40, counties=MOST_WITHIN + 5)
    found = place_groups(table, most=10)
    groups = [group for province in found for group in province.groups]
    assert len(groups) == 10
    every = table.groupby("prefecture")["n_readouts"].sum()
    assert {group.n_readouts for group in groups} <= set(every.nlargest(10))
    for group in groups:
        assert group.tiles[0].place == group.name
        assert group.hidden == 5
        assert len(group.tiles) == MOST_WITHIN + 1


def test_places_without_parents_and_none_at_all():
    table = _places(1, counties=0).assign(province=None, prefecture=None)
    (province,) = place_groups(table)
    assert (province.name, province.groups[0].name) == (None, None)
    assert place_groups(table.head(0)) == ()


def test_the_table_of_places_counts_every_readout_that_has_one():
    corpus = sample_corpus(cities=3, years=2, per_cell=3)
    table = place_table(corpus)
    placed = corpus.readouts.drop_nulls("place")
    assert table["n_readouts"].sum() == placed.height
    assert table["n_items"].sum() == corpus.items.join(placed, on="readout_id", how="semi").height
    assert table["place"].is_unique
    assert table["place_code"].is_monotonic_increasing
    assert (table["first_year"] <= table["last_year"]).all()


def test_no_string_of_the_page_is_left_in_one_language():
    own = {
        key: words
        for key, words in strings().items()
        if key.startswith(("read.", "reading.", "reason.", "basis."))
    }
    assert len(own) > 60
    for words in own.values():
        assert set(words) == {"zh", "en"}
        assert words["zh"]
        assert words["en"]


def test_store_of_an_earlier_version_has_no_examples_and_opens(pages, tmp_path):
    store = tmp_path / "store"
    ingest(pages, store)
    manifest = (store / "manifest.json").read_text(encoding="utf-8")
    part = next(Path(store).rglob("repair_examples.parquet"))
    lines = [line for line in manifest.splitlines() if "repair_examples" not in line]
    at = next(
        number
        for number, line in enumerate(lines)
        if line.strip() == "}," and lines[number + 1].strip() == "}"
    )
    lines[at] = lines[at].rstrip(",")
    (store / "manifest.json").write_text("\n".join(lines) + "\n", encoding="utf-8")
    part.unlink()
    found = open_store(store)
    assert found.repair_examples.height == 0
    assert found.fingerprint == read_corpus(pages).fingerprint
