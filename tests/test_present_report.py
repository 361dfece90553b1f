"""The report: complete, self-contained, honest about what is missing, and closed to whatever a page holds."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from present_example import GAP, LABELS, PLACES, TOPICS, YEARS, Example, empty_example, make_example

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.present import report
from readout_nlp.present.charts import broken_line, frame_of, panel
from readout_nlp.present.payload import pack, payload, script_json
from readout_nlp.present.report import SECTIONS, digest, render, write_report
from readout_nlp.present.sections.readouts import main_topics
from readout_nlp.present.text import highlight

HOSTILE = '"><script>document.documentElement.dataset.owned=1</script><img src=x onerror="owned()">'
FORMULA = "=HYPERLINK(1)"


class Page(HTMLParser):
    """Elements of the page with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self._inside: str | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in self.raw else None
        if self._inside:
            self.raw[tag].append("")

    def handle_endtag(self, tag):  # noqa: ARG002
        self._inside = None

    def handle_data(self, data):
        if self._inside:
            self.raw[self._inside][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    def code(self) -> list[str]:
        """Scripts that run, in order; not those that hold data."""
        kinds = zip(self.all("script"), self.raw["script"], strict=True)
        return [text for attrs, text in kinds if "type" not in attrs]

    def data(self, name: str) -> str:
        kinds = zip(self.all("script"), self.raw["script"], strict=True)
        return next(text for attrs, text in kinds if attrs.get("id") == name)

    def policy(self) -> dict[str, str]:
        metas = [meta for meta in self.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
        assert len(metas) == 1
        return dict(rule.strip().split(" ", 1) for rule in metas[0]["content"].split(";"))


@pytest.fixture(scope="module")
def text():
    return render(make_example(), "zh")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def packed(page: Page) -> dict:
    return json.loads(page.data("data-tables"))


def test_every_section_is_there_and_in_the_contents(page):
    ids = [attrs.get("id") for attrs in page.all("section")]
    assert [one for one in ids if one] == list(SECTIONS)
    links = {attrs.get("href") for attrs in page.all("a")}
    assert {f"#{one}" for one in SECTIONS} <= links


def test_every_link_points_into_the_page(page):
    ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
    for attrs in page.all("a"):
        assert attrs["href"].startswith("#"), attrs
        assert attrs["href"][1:] in ids, attrs
    assert len(ids) == sum("id" in attrs for _, attrs in page.elements)  # no id twice


def test_nothing_is_fetched(page, text):
    for tag, attrs in page.elements:
        assert not {"src", "srcset", "action", "formaction", "background", "poster"} & set(attrs), (
            tag,
            attrs,
        )
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "video", "audio"}
    css = page.raw["style"][0]
    assert "@import" not in css
    assert re.findall(r"url\((?!data:font/woff;base64,)", css) == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", text) == []


def test_policy_allows_only_our_script_and_style_by_hash(page):
    policy = page.policy()
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == " ".join(f"'{digest(text)}'" for text in page.code())
    assert policy["style-src"] == f"'{digest(page.raw['style'][0])}'"
    assert "unsafe" not in " ".join(policy.values())
    assert len(page.code()) == 2  # one before the first paint, one at the end; the rest is data
    assert {one["type"] for one in page.all("script") if "type" in one} == {"application/json"}


def test_no_element_has_style_or_handlers_of_its_own(page):
    for tag, attrs in page.elements:
        assert "style" not in attrs, (tag, attrs)
        assert not [name for name in attrs if name.startswith("on")], (tag, attrs)


def test_script_does_not_evaluate_or_write_markup():
    code = report.page_script()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("):
        assert word not in code


def test_made_up_data_are_called_so_at_the_top_and_at_the_foot(text):
    phrase = "地方、人物与文字均为虚构"
    assert text.index(phrase, text.index("<body")) < text.index("<h1>")
    assert text.rindex(phrase) > text.index('<footer class="foot">')
    assert packed(Page(text))["synthetic"] is True
    real = render(make_example(synthetic=False), "zh")
    assert phrase not in real
    assert packed(Page(real))["synthetic"] is False


def test_both_languages_are_in_the_page_and_one_is_chosen(text):
    for language, lang in (("zh", "zh-CN"), ("en", "en")):
        opened = Page(text if language == "zh" else render(make_example(), "en"))
        root = opened.all("html")[0]
        assert (root["lang"], root["data-lang"]) == (lang, language)
    assert "What was read" in text
    assert "读了什么" in text


def test_every_sentence_has_its_pair(text):
    assert text.count('<span class="t" lang="zh-CN">') == text.count('<span class="t" lang="en">') > 100


def test_the_planted_story_is_told(text):
    assert "议程最相似的两个地方是甲河市与乙山市（相似度 0.98）" in text
    assert "与其他地方相距最远的是戊江市" in text
    assert f"「{LABELS[0]}」（35.0%；逐年 " in text
    for label in LABELS:
        assert label in text
    assert "2 readouts have no certain year" in text


def test_places_with_few_items_are_not_called_most_alike():
    example = make_example()
    example.tables["similarity_places"].attrs["thin"] = ["乙山市"]
    text = render(example, "en")
    assert "The two places with the most similar agendas are 甲河市 and 乙山市" not in text
    assert "Places with few items: 乙山市." in text


def test_places_stand_in_the_order_of_their_codes():
    example = make_example()
    example.tables["coverage"] = example.tables["coverage"].iloc[::-1]
    section = render(example, "zh").split('id="read"')[1].split('id="topics"')[0]
    assert re.findall(r'<th scope="row">(..市)', section) == list(PLACES)


def test_gaps_are_open_cells_and_breaks_in_lines_never_zero(text):
    place, year = GAP
    cell = re.search(rf'<td class="([^"]*)" title="{place} · {year}[^"]*">', text)
    assert cell.group(1) == "gap"
    example = make_example()
    rows = example.tables["shares_place_year"].query("topic == 't01' and place == @place")
    frame = frame_of(rows)
    drawn = panel("k", "t", rows, frame=frame)
    assert [len(run.split()) for run in drawn.strong] == [2, 2]
    assert {dot.note[:4] for dot in drawn.dots} == {str(one) for one in YEARS if one != year}


def test_lonely_years_make_no_line_but_keep_their_dot():
    rows = make_example().tables["shares_place_year"].query("topic == 't01' and place == '甲河市'")
    rows = rows[rows["year"].isin([2018, 2020])]
    frame = frame_of(rows)
    drawn = panel("k", "t", rows, frame=frame)
    assert drawn.strong == ()
    assert len(drawn.dots) == 2
    assert broken_line({}, frame) == ()


def test_thin_cells_are_hollow(text):
    assert re.search(r'<circle class="hollow"[^>]*><title>2018: [^<]*\(n=2\)</title>', text)


def test_a_corpus_without_places_says_why_parts_are_missing():
    text = render(empty_example(), "en")
    for reason in (
        "No place is certain in this corpus, so it is counted by year only.",
        "Only one year is certain in this corpus; there is no change to draw.",
        "No place is certain in this corpus, so places are not compared.",
        "Fewer than two years can be compared.",
        "There are not enough years or places to follow a trajectory.",
        "No text needed repair.",
        "No page was set aside.",
        "No word was left out.",
    ):
        assert reason in text, reason
    assert [attrs["id"] for attrs in Page(text).all("section") if "id" in attrs] == list(SECTIONS)


def test_nothing_at_all_still_makes_a_page():
    full = make_example()
    bare = Example(
        corpus=full.corpus.__class__(
            readouts=full.corpus.readouts.clear(),
            items=full.corpus.items.clear(),
            quarantine=full.corpus.quarantine.clear(),
        ),
        topics=full.topics,
        models=full.models,
        tables={},
        warnings=(),
        provenance={},
        recipe={},
    )
    text = render(bare, "en")
    assert "There are no topics to show." in text
    assert "Neither place nor year is certain" in text
    assert "There were no warnings." in text


@pytest.mark.parametrize("where", ["title", "text", "place"])
def test_hostile_texts_stay_texts(where, page):
    bad = Page(render(make_example(**{where: HOSTILE + FORMULA}), "zh"))
    assert bad.policy()["script-src"] == page.policy()["script-src"]
    assert len(bad.all("script")) == len(page.all("script"))
    assert bad.all("img") == []
    assert not any(name.startswith("on") for _, attrs in bad.elements for name in attrs)
    held = json.dumps(packed(bad), ensure_ascii=False)
    assert "<script>" in held  # kept as it is, as data
    for attrs, held in zip(bad.all("script"), bad.raw["script"], strict=True):
        assert "type" not in attrs or "<" not in held


def test_script_addresses_become_no_links():
    bad = Page(render(make_example(title="javascript:owned()", place="javascript:owned()"), "zh"))
    for _, attrs in bad.elements:
        assert not (attrs.get("href") or "").lower().startswith("javascript")


def test_hostile_labels_and_settings_stay_texts(page):
    example = make_example()
    example.tables["topics"]["label"] = HOSTILE
    example.tables["quarantine"]["reason"] = HOSTILE
    example.recipe["name"] = HOSTILE
    example.tables["removed_terms"]["term"] = HOSTILE
    bad = Page(render(example, "en"))
    assert len(bad.all("script")) == len(page.all("script"))
    assert bad.all("img") == []


def test_data_cannot_end_their_script_element():
    value = {"a": "</script><!--<script>", "b": "\u2028&"}
    assert not set("<>&\u2028") & set(script_json(value))
    assert json.loads(script_json(value)) == value


def test_packed_tables_unpack_to_what_they_were():
    table = make_example().tables["shares_place_year"]
    for column in pack(table)["columns"]:
        cells = column.get("cells") or [column["values"][at] for at in column["at"]]
        wanted = table[column["name"]].tolist()
        assert len(cells) == len(wanted)
        for one, other in zip(cells, wanted, strict=True):
            if other != other:
                assert one is None  # not observed is null, not zero
            elif isinstance(other, float):
                assert one == pytest.approx(other, abs=1e-6)
            else:
                assert one == other


def test_page_holds_texts_of_representatives_and_passages_to_read_only():
    example = make_example()
    tables = payload(example)
    assert "text" in {column["name"] for column in tables["representatives"]["columns"]}
    for name, table in tables.items():
        if name not in {"representatives", "echo_passages"}:
            assert "text" not in {column["name"] for column in table["columns"]}
    assert example.corpus.items["text"][0] not in script_json(tables)


def test_every_readout_has_its_main_topic():
    example = make_example()
    found = main_topics(example)
    assert set(found) == set(example.corpus.readouts["readout_id"])
    assert set(found.values()) <= {f"{t} {label}" for t, label in zip(TOPICS, LABELS, strict=True)}


def test_every_table_can_be_downloaded(page, text):
    chooser = re.search(r"<select data-show>(.*?)</select>", text, re.DOTALL).group(1)
    assert re.findall(r'<option value="(\w+)"', chooser) == list(packed(page)["tables"])
    names = {attrs["data-csv"] for attrs in page.all("button") if "data-csv" in attrs}
    assert names <= set(packed(page)["tables"])


def test_highlight_marks_words_and_escapes_the_rest():
    assert str(highlight("<水质>改善", ["水质", "<"])) == "<mark>&lt;</mark><mark>水质</mark>&gt;改善"
    assert str(highlight("a<b", [])) == "a&lt;b"


def test_a_table_that_lacks_a_column_is_named():
    example = make_example()
    example.tables["topics"] = example.tables["topics"].drop(columns="npmi")
    with pytest.raises(InputError, match="'topics' without npmi"):
        render(example, "zh")


def test_an_unknown_language_is_refused(tmp_path):
    with pytest.raises(RecipeError, match="'fr'"):
        write_report(make_example(), tmp_path / "x.html", language="fr")
    assert not list(tmp_path.iterdir())


def test_same_analysis_same_bytes_in_another_process(tmp_path):
    first = write_report(make_example(), tmp_path / "report.html")
    code = (
        "import sys, hashlib; from present_example import make_example;"
        "from readout_nlp.present.report import render;"
        "print(hashlib.sha256(render(make_example(), 'zh').encode()).hexdigest())"
    )
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parent)}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert hashlib.sha256(first.read_bytes()).hexdigest() == other.stdout.strip()
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_places_are_the_planted_ones(text):
    chooser = re.search(r'<select[^>]*name="place".*?</select>', text, re.DOTALL).group()
    assert re.findall(r"<option[^>]*>(..市)", chooser) == list(PLACES)
