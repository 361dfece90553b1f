"""The sample: same seed, same bytes; and its truth holds on its own pages."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from readout_nlp.errors import RecipeError, StoreError
from readout_nlp.sample.generate import SampleSettings, generate_sample
from readout_nlp.sample.material import half_width
from readout_nlp.sample.scripts import glossed, simplified, traditional
from readout_nlp.sample.world import NOTICE, all_cities
from readout_nlp.sample.write import write_sample

SMALL = SampleSettings(cities=4, years=5, per_cell=10)
GLOSS = re.compile(r"\([a-zà-ǜḿńňǹ]+\)")
DIGEST = (
    "import hashlib; from readout_nlp.sample.generate import *; h = hashlib.sha256()\n"
    "s = SampleSettings(cities=2, years=2, per_cell=3)\n"
    "for f in generate_sample(s): h.update(f.path.encode() + f.data)\n"
    "print(h.hexdigest())"
)


@pytest.fixture(scope="module")
def pages():
    return list(generate_sample(SMALL))


@pytest.fixture(scope="module")
def readouts(pages):
    return [page for page in pages if page.truth["kind"] == "readout"]


def clean(page):
    """The page's characters as the truth speaks of them: no glosses, simplified, entities undone."""
    text = page.data.decode(page.truth["encoding"])
    if page.truth["pinyin_gloss"]:
        text = GLOSS.sub("", text)
    return simplified(text) if page.truth["script"] == "traditional" else text


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_same_seed_same_bytes_in_any_process(hash_seed):
    here = hashlib.sha256()
    for page in generate_sample(SampleSettings(cities=2, years=2, per_cell=3)):
        here.update(page.path.encode() + page.data)
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    there = subprocess.run(
        [sys.executable, "-c", DIGEST], capture_output=True, text=True, check=True, env=environment
    )
    assert there.stdout.strip() == here.hexdigest()


def test_another_seed_gives_other_pages(pages):
    other = {p.path: p.data for p in generate_sample(SampleSettings(seed=1, cities=1, years=1, per_cell=10))}
    assert not set(other.values()) & {page.data for page in pages}


def test_more_cities_leave_the_first_ones_as_they_were(pages):
    fewer = {page.path: page.data for page in generate_sample(SampleSettings(cities=2, years=5, per_cell=10))}
    more = {page.path: page.data for page in pages}
    assert fewer.items() <= more.items()


def test_paths_are_unique_and_relative(pages):
    assert len({page.path for page in pages}) == len(pages)
    for page in pages:
        assert re.fullmatch(r"pages/99\d{4}/[\w-]+\.(html|txt)", page.path)
        assert page.path.split("/")[1] == page.truth["place"]["code"]


def test_every_page_says_that_it_is_synthetic(pages):
    for page in pages:
        text = page.data.decode(page.truth["encoding"])
        assert NOTICE in text or traditional(NOTICE) in text
        assert page.truth["synthetic"] is True
        assert NOTICE not in page.truth.get("body", "")


def test_items_lie_in_order_and_apart_in_the_body(readouts):
    for page in readouts:
        truth, reached = page.truth, 1
        for item in truth["items"]:
            assert truth["body"][item["start"] : item["end"]] == item["text"]
            assert item["start"] > reached
            assert item["act"] == item["acts"][0]
            reached = item["end"]
        assert reached == len(truth["body"])


def test_every_line_of_the_body_is_on_the_page(readouts):
    for page in readouts:
        text = clean(page)
        for line in page.truth["body"].split("\n"):
            assert line in text, page.path


def test_what_the_truth_states_is_on_the_page(readouts):
    for page in readouts:
        truth, text = page.truth, clean(page)
        lead = truth["body"].split("\n")[0]
        assert truth["presider"]["role"] + truth["presider"]["name"] in lead
        assert truth["meeting_type"] in lead
        assert not half_width(truth["meeting_type"]).endswith("会议")
        assert truth["title"] is None or truth["title"] in text
        assert truth["source"] is None or truth["source"] in text
        assert truth["attendance"] is None or truth["attendance"] in text
        assert truth["place"]["name"][:-1] in text or truth["place"]["code"] in text


def test_subjects_are_printed(readouts):
    for page in readouts:
        for item in page.truth["items"]:
            assert item["subject"] in page.truth["body"]


def test_glosses_are_counted(readouts):
    with_glosses = [page for page in readouts if page.truth["pinyin_gloss"]]
    assert with_glosses
    for page in with_glosses:
        found = GLOSS.findall(page.data.decode(page.truth["encoding"]))
        assert len(found) == page.truth["pinyin_gloss"]


def test_only_changed_characters_are_glossed():
    text, count = glossed("会上学习")
    assert (text, count) == ("會(huì)上學(xué)習(xí)", 3)


def test_a_page_without_a_year_has_none(readouts):
    undated = [page for page in readouts if "hidden_date" in page.truth]
    assert undated
    for page in undated:
        year = page.truth["hidden_date"][:4]
        for near in (str(int(year) - 1), year, str(int(year) + 1)):
            assert not re.search(rf"(?<!\d){near}(?!\d)", clean(page)), page.path
            assert near not in page.path.rsplit("/", 1)[1][:5]
        assert page.truth["published"] is None
        assert page.truth["meeting_date"]["year_basis"] in (None, "inferred")


def test_a_known_date_is_backed_by_what_is_printed(readouts):
    bases = Counter(page.truth["meeting_date"]["year_basis"] for page in readouts)
    assert set(bases) == {"stated", "publication", "inferred", None}
    for page in readouts:
        meeting, published = page.truth["meeting_date"], page.truth["published"]
        if meeting["year_basis"] == "publication":
            assert 0 <= (date.fromisoformat(published) - date.fromisoformat(meeting["value"])).days <= 3
        if meeting["year_basis"] == "inferred":
            assert meeting["value"] == page.truth["hidden_date"]
            assert all(clue in page.truth["body"] for clue in meeting["evidence"])
            assert meeting["evidence"]
        if meeting["year_basis"] == "stated":
            day = date.fromisoformat(meeting["value"])
            assert page.truth["body"].startswith(f"{day.year}年{day.month}月{day.day}日")


def test_the_sample_is_as_dirty_as_asked_for():
    truths = [page.truth for page in generate_sample()]
    pages = [truth for truth in truths if truth["kind"]]
    part = {
        "traditional": sum(t["script"] == "traditional" and not t["pinyin_gloss"] for t in pages),
        "glossed": sum(t["pinyin_gloss"] > 0 for t in pages),
        "undated": sum("hidden_date" in t for t in pages),
        "gb18030": sum(t["encoding"] == "gb18030" for t in pages),
    }
    assert 900 <= len(truths) <= 1100
    for name, low, high in (
        ("traditional", 0.05, 0.12),
        ("glossed", 0.02, 0.06),
        ("undated", 0.11, 0.20),
        ("gb18030", 0.2, 0.45),
    ):
        assert low < part[name] / len(pages) < high, name
    assert len({truth["site"] for truth in pages}) >= 6
    assert {(t["encoding"], t["declared"]) for t in pages} >= {("gb18030", "gb2312"), ("gb18030", None)}
    assert len({t["place"]["code"] for t in pages if t["place"]["level"] == "county"}) > 12
    assert 0.01 < 1 - len(pages) / len(truths) < 0.05
    cells = Counter((t["place"]["prefecture"], t["key"].split("-")[1]) for t in pages)
    assert len(cells) < 12 * 8, "some cells are gaps on purpose"
    assert min(cells.values()) <= 2, "some cells are thin on purpose"


def test_items_have_the_length_and_number_of_real_ones(readouts):
    sizes = [len(i["text"]) for page in readouts for i in page.truth["items"] if i["topic"]]
    assert sorted(sizes)[len(sizes) // 100] >= 120
    assert sorted(sizes)[-len(sizes) // 50] <= 420
    counts = Counter(sum(i["topic"] is not None for i in page.truth["items"]) for page in readouts)
    assert set(counts) == {4, 5, 6, 7}


def test_no_slot_is_left_open(readouts):
    for page in readouts:
        assert not re.search(r"[{}$]", page.truth["body"])
        assert "组织组织" not in page.truth["body"]
        assert not re.search(r"[,。][,。]", half_width(page.truth["body"]))


def test_writing_gives_the_same_pages_and_their_truth(tmp_path):
    settings = SampleSettings(cities=2, years=2, per_cell=2)
    write_sample(tmp_path / "s", settings=settings)
    lines = (tmp_path / "s" / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    truths = {truth["path"]: truth for truth in map(json.loads, lines)}
    for page in generate_sample(settings):
        assert (tmp_path / "s" / page.path).read_bytes() == page.data
        assert truths[page.path] == json.loads(json.dumps(page.truth))
    assert "synthetic" in (tmp_path / "s" / "README.md").read_text(encoding="utf-8")
    planted = json.loads((tmp_path / "s" / "truth-planted.json").read_text(encoding="utf-8"))
    assert planted["notice"] == NOTICE


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="empty"):
        write_sample(tmp_path, settings=SampleSettings(cities=1, years=1, per_cell=1))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "size", [{"cities": 0}, {"cities": len(all_cities()) + 1}, {"years": 99}, {"per_cell": 0}]
)
def test_a_size_that_cannot_be_filled_is_refused(size):
    with pytest.raises(RecipeError, match=next(iter(size))):
        generate_sample(SampleSettings(**size))


def test_progress_sees_every_page(tmp_path):
    seen = []

    def progress(steps, *, description):
        for step in steps:
            seen.append(step.path)
            yield step

    write_sample(tmp_path, settings=SampleSettings(cities=1, years=1, per_cell=3), progress=progress)
    assert len(seen) == len(list(tmp_path.glob("pages/*/*")))
