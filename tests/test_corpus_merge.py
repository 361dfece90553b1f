"""Merging: planted reprints and later versions found again, distinct meetings left apart, nothing lost."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise

import polars as pl
import pytest
from corpus_example import CITY, DISTRICT, OTHER_CITY, held_on

from readout_nlp.corpus.build import build_corpus, settle
from readout_nlp.corpus.merge import origin_table
from readout_nlp.corpus.read import read_corpus, sample_corpus
from readout_nlp.corpus.resemblance import (
    CONTAINMENT,
    RESEMBLANCE,
    RESEMBLANCE_UNDATED,
    fingers,
    resemblance,
    same_text,
    shingles,
)
from readout_nlp.corpus.rows import Rows, page_rows
from readout_nlp.corpus.store import describe_store, ingest, open_store
from readout_nlp.readouts.parse import parse_page
from readout_nlp.readouts.readout import Readout

# each meeting of the invented city takes a row: a matter, and what was said of it
AGENDAS = [
    [
        ("水库除险加固", "坝体灌浆要赶在汛期之前收尾", "巡坝员每天两次到渗流点看水尺"),
        ("中小学校舍修缮", "屋面和门窗先换", "暑假里让工匠住进校园,开学前验收"),
        ("蔬菜基地保供", "大棚补贴直接打到农户账上", "批发市场留足三天的存货"),
        ("老旧电梯改造", "钱由业主、街道和厂家分担", "每幢楼贴出工期表,误工的要赔"),
    ],
    [
        ("灯会筹备", "河灯改用能化在水里的纸", "看灯的人只进不退,桥头设两道岗"),
        ("渡口安全整治", "无证小船一律上岸", "摆渡工换新救生衣,大雾天停渡"),
        ("公园绿地管护", "枯枝冬天锯完", "草坪让孩子踩,牌子上的禁令撤掉一半"),
        ("茶园防冻", "风机夜里零度以下自动开", "茶农互相敲门叫醒,采茶推迟两天"),
    ],
    [
        ("古镇消防", "木楼换上防火线管", "每条巷子备一台手抬泵,店主轮流值夜"),
        ("公交线路调整", "早班车提前半小时", "医院门口加站,空跑的支线合并"),
        ("旧书档案整理", "虫蛀的先熏再补", "目录上网,孤本不出库房"),
        ("河道清淤", "挖出的泥送去做砖", "鱼苗放流等到水清以后"),
    ],
]


def story(number: int, *, day: str = "4月2日") -> list[str]:
    """Write the paragraphs of one meeting of the invented city."""
    parts = [f"2018年{day},云溪市委常委会召开会议。市委书记沈砚秋主持会议。"]
    for matter, first, second in AGENDAS[number]:
        parts.append(
            f"会议听取了全市{matter}情况的汇报。会议指出,{matter}关系千家万户,{first}。"
            f"会议强调,各有关部门要到现场看一看,{second},件件有回音。"
        )
    return parts


def page(paragraphs: list[str], *, origin: str, **changes: object) -> Readout:
    """Parse a page, put in what is not to be the parser's answer, and give it the id that it then has."""
    found = replace(parse_page("\n".join(paragraphs).encode(), origin=origin), **changes)
    held = found.meeting_date and found.meeting_date.value
    text = "\n".join((str(found.place and found.place.code), str(held), "".join(found.body.split())))
    name = hashlib.sha256(text.encode()).hexdigest()[:16]
    items = tuple(replace(item, id=f"{name}-{at:02d}") for at, item in enumerate(found.items, start=1))
    return replace(found, id=name, items=items)


def new_lead(parts: list[str]) -> list[str]:
    lead = parts[0].replace("主持会议。", "主持会议并作了发言,市委常委都到了会。")
    return [f"云溪日报讯(记者 何一苇) {lead}", *parts[1:]]


def no_last(parts: list[str]) -> list[str]:
    return parts[:-1]


def typos(parts: list[str]) -> list[str]:
    """Replace one character in fifty, as optical reading or a careless retyping would."""
    rng = random.Random(3)
    return ["".join(rng.choice("的一了在是") if rng.random() < 0.02 else c for c in part) for part in parts]


def other_marks(parts: list[str]) -> list[str]:
    return [part.replace(",", chr(0xFF0C)).replace("。", "。 ") for part in parts]


def excerpt(parts: list[str]) -> list[str]:
    return parts[:2]


REPRINTS = {f.__name__: f for f in (new_lead, no_last, typos, other_marks, excerpt)}


def pages_of(corpus) -> int:
    return corpus.readouts.height + corpus.merged + corpus.quarantine.height


def same(one, other) -> bool:
    frames = ("readouts", "items", "quarantine", "corrections")
    return all(getattr(one, name).equals(getattr(other, name)) for name in frames)


@pytest.mark.parametrize("way", REPRINTS)
def test_a_planted_reprint_is_one_readout_with_two_origins(way):
    city = page(story(0), origin="city.html", place=CITY)
    reprint = page(REPRINTS[way](story(0)), origin="paper.html", place=CITY)
    corpus = build_corpus([reprint, city])
    assert corpus.readouts.height == 1
    assert corpus.quarantine.is_empty()
    table = origin_table(corpus)
    assert set(table["origin"]) == {"city.html", "paper.html"}
    assert table["relation"].to_list() == ["kept", "reprint"]
    assert set(table["merged_id"]) == {city.id, reprint.id}
    assert table["origin"][0] == corpus.readouts["origin"][0]
    assert set(corpus.items["readout_id"]) == set(corpus.readouts["readout_id"])


def test_the_kept_page_is_the_one_with_more_items_then_with_more_text():
    full, cut = (
        page(story(0), origin="z.html", place=CITY),
        page(no_last(story(0)), origin="a.html", place=CITY),
    )
    assert len(full.items) > len(cut.items)
    assert build_corpus([cut, full]).readouts["origin"].to_list() == ["z.html"]
    longer = replace(cut, body=cut.body + "另悉,会前还看了短片。", origin="y.html", id="longer")
    assert build_corpus([cut, longer]).readouts["origin"].to_list() == ["y.html"]


def test_a_page_with_a_certain_day_is_kept_before_a_fuller_one_without():
    sure = page(no_last(story(0)), origin="sure.html", place=CITY)
    vague = page(
        story(0), origin="vague.html", place=CITY, meeting_date=held_on(None, None, date(2018, 4, 9))
    )
    corpus = build_corpus([vague, sure])
    assert corpus.readouts["origin"].to_list() == ["sure.html"]
    assert corpus.merged == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"place": OTHER_CITY}, "another city"),
        ({"place": DISTRICT}, "a district of the city"),
        ({"place": None}, "no place"),
        ({"meeting_date": held_on(date(2018, 4, 3))}, "another day"),
        ({"meeting_date": held_on(None, date(2018, 5, 1), date(2018, 5, 31))}, "an interval without the day"),
        ({"meeting_type": "市政府常务会议"}, "another body"),
    ],
)
def test_one_text_with_another_place_day_or_body_is_another_meeting(changes, why):
    first = page(story(0), origin="a.html", place=CITY)
    other = page(new_lead(story(0)), origin="b.html", **({"place": CITY} | changes))
    assert build_corpus([first, other]).readouts.height == 2, why


@pytest.mark.parametrize(
    "changes",
    [
        {"meeting_type": None},
        {"meeting_type": "市委常委会(扩大)"},
        {"meeting_date": held_on(None, date(2018, 4, 1), date(2018, 4, 9))},
        {"meeting_date": None},
    ],
)
def test_what_is_less_certain_but_fits_does_not_part_a_meeting(changes):
    first = page(story(0), origin="a.html", place=CITY)
    other = page(new_lead(story(0)), origin="b.html", place=CITY, **changes)
    assert build_corpus([first, other]).readouts.height == 1


def test_an_excerpt_without_a_certain_day_is_left_alone():
    first = page(story(0), origin="a.html", place=CITY)
    other = page(excerpt(story(0)), origin="b.html", place=CITY, meeting_date=None)
    assert build_corpus([first, other]).readouts.height == 2


def test_distinct_meetings_of_one_day_stay_apart():
    meetings = [page(story(number), origin=f"{number}.html", place=CITY) for number in range(3)]
    assert len({one.meeting_date.value for one in meetings}) == 1
    corpus = build_corpus(meetings)
    assert corpus.readouts.height == len(meetings)
    assert corpus.merged == 0


def test_short_notices_of_one_day_stay_apart():
    texts = (
        "4月2日,云溪市委常委会召开会议。会议研究了灯会筹备。",
        "4月2日,云溪市委常委会召开会议。会议研究了渡口整治。",
    )
    corpus = build_corpus([page([text], origin=f"{at}.txt", place=CITY) for at, text in enumerate(texts)])
    assert corpus.readouts.height == 2


def test_the_thresholds_lie_between_reprints_and_distinct_meetings_with_room():
    """Of the sample, meetings of one place on any days: harder than those of one day."""
    bodies = sample_corpus(cities=4, years=3).readouts.select("place_code", "body")
    texts = [(code, shingles(body)) for code, body in bodies.iter_rows()]
    apart = [resemblance(a, b) for (one, a), (two, b) in combinations(texts, 2) if one == two]
    assert len(apart) > 100
    assert max(jaccard for jaccard, _ in apart) < RESEMBLANCE * 0.7
    assert max(contained for _, contained in apart) < CONTAINMENT / 2
    together = [
        resemblance(shingles("\n".join(story(seed))), shingles("\n".join(way(story(seed)))))
        for way in (new_lead, no_last, typos, other_marks)
        for seed in range(len(AGENDAS))
    ]
    assert min(jaccard for jaccard, _ in together) > RESEMBLANCE_UNDATED * 1.3


def test_no_chain_of_small_differences_joins_two_meetings():
    """Each page shares five of its six matters with the next; nothing of the first is left in the last."""
    matters = [part for number in range(3) for part in story(number)[1:]]
    pages = [page([story(0)[0], *matters[at : at + 6]], origin=f"{at}.html", place=CITY) for at in range(7)]
    near = [resemblance(shingles(a.body), shingles(b.body))[0] for a, b in pairwise(pages)]
    assert min(near) >= RESEMBLANCE
    corpus = build_corpus(pages)
    bodies = {one.origin: fingers(one.body) for one in pages}
    assert 1 < corpus.readouts.height < len(pages)
    for kept, origins in corpus.readouts.select("origin", "origins").iter_rows():
        assert all(same_text(bodies[kept], bodies[one["origin"]], dated=True) for one in origins)


def test_the_quick_look_gives_the_answer_of_the_whole():
    bodies = sample_corpus(cities=2, years=2).readouts["body"]
    rng = random.Random(7)
    seen = set()
    for one in bodies:
        cuts = [one[: int(len(one) * rng.uniform(0.2, 1))] for _ in range(5)]
        for other in [bodies[rng.randrange(len(bodies))], *cuts]:
            jaccard, _ = resemblance(shingles(one), shingles(other))
            expected = jaccard >= RESEMBLANCE_UNDATED
            assert same_text(fingers(one), fingers(other), dated=False) == expected
            seen.add(expected)
    assert seen == {True, False}


def a_mix():
    return [
        *(page(way(story(0)), origin=f"{name}.html", place=CITY) for name, way in REPRINTS.items()),
        page(story(0), origin="plain.html", place=CITY),
        page(story(0), origin="mirror.html", place=CITY),
        page(story(1), origin="2.html", place=CITY),
        page(new_lead(story(1)), origin="2b.html", place=CITY, meeting_date=None),
        page(story(1), origin="2c.html", place=OTHER_CITY),
        page(story(2, day="4月9日"), origin="3.html", place=DISTRICT),
        page(["明天多云转晴,东风三级。"], origin="weather.html"),
    ]


def test_the_order_of_pages_changes_nothing_and_no_page_is_lost():
    corpus = build_corpus(a_mix())
    assert pages_of(corpus) == len(a_mix())
    assert corpus.readouts.height == 4
    for seed in range(8):
        shuffled = a_mix()
        random.Random(seed).shuffle(shuffled)
        assert same(build_corpus(shuffled), corpus)


def test_without_merging_every_page_stands_for_itself():
    corpus = build_corpus(a_mix(), merge=False)
    assert corpus.merged == 0
    assert pages_of(corpus) == len(a_mix())
    assert corpus.quarantine["reason"].str.starts_with("duplicate of").sum() == 1


def ingested(*batches: list[Readout]) -> Rows:
    """Rows as a store gives them that took `batches` one after the other."""
    rows = [page_rows(batch) for batch in batches]
    numbered = [
        one.readouts.with_columns(pl.lit(number, pl.Int32).alias("ingested"))
        for number, one in enumerate(rows)
    ]
    return Rows(
        pl.concat(numbered), pl.concat(one.items for one in rows), pl.concat(one.quarantine for one in rows)
    )


def test_a_later_version_stands_for_the_earlier_even_when_the_day_and_place_were_corrected():
    first = page(story(0), origin="a.html", place=CITY)
    second = page(no_last(story(0, day="4月3日")), origin="a.html", place=DISTRICT)
    third = page(story(0, day="4月4日"), origin="a.html", place=DISTRICT)
    corpus = settle(ingested([first], [second], [third]))
    assert corpus.readouts["readout_id"].to_list() == [third.id]
    assert origin_table(corpus)["sha256"].to_list() == [third.sha256, second.sha256, first.sha256]
    assert origin_table(corpus)["relation"].to_list() == ["kept", "version", "version"]


def test_another_text_at_a_used_address_is_not_a_version():
    first = page(story(0), origin="1.html", place=CITY)
    other = page(story(1, day="6月8日"), origin="1.html", place=CITY)
    assert settle(ingested([first], [other])).readouts.height == 2


def test_a_version_of_a_reprint_is_told_as_such():
    city = page(story(0), origin="city.html", place=CITY)
    old = page(typos(no_last(story(0))), origin="paper.html", place=CITY)
    new = page(no_last(story(0)), origin="paper.html", place=CITY)
    table = origin_table(settle(ingested([city, old], [new])))
    told = list(table[["origin", "sha256", "relation"]].itertuples(index=False, name=None))
    assert told == [
        ("city.html", city.sha256, "kept"),
        ("paper.html", new.sha256, "reprint"),
        ("paper.html", old.sha256, "version"),
    ]


def test_a_row_whose_text_was_mended_under_its_given_id_is_a_version_with_its_own_items():
    first = page(story(0), origin="rows.csv#1", place=CITY)
    mended = page([*story(0), *story(1)[1:2]], origin="rows.csv#1", place=CITY)
    old, new = replace(first, id="7"), replace(mended, id="7")
    corpus = settle(ingested([old], [new]))
    assert corpus.quarantine.is_empty()
    assert corpus.readouts["body"].to_list() == [new.body]
    assert corpus.items["text"].to_list() == [item.text for item in new.items]


@pytest.fixture
def folder(tmp_path):
    where = tmp_path / "pages"
    where.mkdir()
    for name, parts in {
        "city": story(0),
        "paper": new_lead(story(0)),
        "cut": no_last(story(0)),
        "other": story(1),
        "weather": ["明天多云转晴,东风三级。"],
    }.items():
        (where / f"{name}.txt").write_text("\n".join(parts) + "\n", encoding="utf-8")
    return where


def named(folder):
    """Put the place into the text, so that pages from disk are of one known place."""
    for file in folder.iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("云溪市", "苏州市"), encoding="utf-8")


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_the_store_merges_as_memory_does_and_again_changes_nothing(tmp_path, folder, batch_size):
    named(folder)
    corpus = ingest(folder, tmp_path / "store", batch_size=batch_size)
    assert same(corpus, read_corpus(folder))
    assert (corpus.readouts.height, corpus.merged, corpus.quarantine.height) == (2, 2, 1)
    before = {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()}
    assert same(ingest(folder, tmp_path / "store"), corpus)
    assert {path: path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()} == before
    assert describe_store(tmp_path / "store")["merged"] == 2


def test_an_edited_page_is_a_version_and_a_vanished_one_stays(tmp_path, folder):
    named(folder)
    ingest(folder, tmp_path / "store")
    other = folder / "other.txt"
    other.write_text(other.read_text(encoding="utf-8") + "会议还研究了其他事项。\n", encoding="utf-8")
    (folder / "cut.txt").unlink()
    corpus = ingest(folder, tmp_path / "store")
    assert corpus.readouts.height == 2
    assert pages_of(corpus) == 6
    table = origin_table(corpus)
    versions = table[table["origin"].str.endswith("other.txt")]
    assert versions["relation"].to_list() == ["kept", "version"]
    assert versions["sha256"].nunique() == 2
    assert table["origin"].str.endswith("cut.txt").sum() == 1


def test_a_store_of_version_1_is_read_and_grows(tmp_path, folder):
    named(folder)
    copy = (folder / "city.txt").read_text(encoding="utf-8") + "\n\n"
    (folder / "a-copy.txt").write_text(copy, encoding="utf-8")
    store = tmp_path / "store"
    corpus = ingest(folder, store)
    assert corpus.items.height > corpus.readouts.height
    as_version_1(store)
    assert same(open_store(store), corpus)
    (folder / "new.txt").write_text("\n".join(story(2)).replace("云溪市", "苏州市"), encoding="utf-8")
    assert same(ingest(folder, store), read_corpus(folder))
    assert describe_store(store)["schema_version"] == 3


def as_version_1(store):
    """Turn a store into what the first version wrote: no hash beside an item, items of an id's first page."""
    import json

    from readout_nlp.durable import sha256_file

    path = store / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for part in manifest["parts"]:
        file = store / "parts" / part["name"] / "items.parquet"
        pl.read_parquet(file).unique("item_id", maintain_order=True).drop("sha256").write_parquet(file)
        part["sha256"]["items"] = sha256_file(file)
    (store / manifest["events"]["file"]).unlink()
    del manifest["corrections"], manifest["events"]
    path.write_text(json.dumps(manifest | {"schema_version": 1}), encoding="utf-8")
