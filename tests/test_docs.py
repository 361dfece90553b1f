"""The documentation: every name and command once, links that lead somewhere, words as the report has them."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections import Counter

import pytest
from docs_blocks import ROOT, pages

import readout_nlp as rn

sys.path.insert(0, str(ROOT / "docs" / "_ext"))
import formulas
import reference
from tutorials import LINK

pytestmark = pytest.mark.once

STAGES = reference.stages(ROOT / "docs" / "reference")
FORMULA = re.compile(r"\$\$\n(.*?)\n *\$\$|(?<![\w$])\$([^$\n]+)\$(?!\w)", re.DOTALL)


def tool(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


links = tool("check_links")


def text(page):
    return (ROOT / page).read_text(encoding="utf-8")


def test_every_public_name_stands_in_the_reference_once():
    named = Counter(name for names in reference.placed(STAGES).values() for name in names)
    assert named == Counter(rn.__all__)


def test_the_reference_asks_for_every_name_and_every_figure_once():
    places = reference.placed(STAGES)
    asked = Counter(
        re.findall(
            r"auto(?:class|function):: (\S+)", "".join(reference.stage_page(s, places) for s in STAGES)
        )
    )
    expected = {reference.target(name) for name in rn.__all__ if name != reference.FIGURES}
    drawn = {reference.target(f"figures.{plot}") for plot in rn.figures.__all__}
    assert asked == Counter(expected | drawn)


def test_stages_name_only_what_is_there():
    homes = {home for stage in STAGES for group in stage["group"] for home in group["homes"]}
    found = {home for home in homes if importlib.util.find_spec(f"readout_nlp.{home}")}
    assert homes - found == set()


@pytest.mark.parametrize("name", reference.commands())
def test_every_command_is_in_the_readme_and_in_the_reference(name):
    assert re.search(rf"`(?:readout-nlp )?{name}\b", text("README.md"))
    assert f"\n## {name}\n" in reference.command_page()


def test_links_of_pages_and_notebooks_lead_somewhere():
    assert links.check_sources() == []


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One `word` more\n\n[a](#one-word-more) [b](other.md) [c](#two) [d](https://)\n")
    assert [links.fault(page, link) for link in links.links(page)] == [
        None,
        "no such file",
        "no such heading",
        "not the form of an address",
    ]
    site = tmp_path / "site"
    site.mkdir()
    (site / "a.html").write_text('<p id="x"><a href="#x">x</a><script src="https://a.example/b.js"></script>')
    (site / "a.css").write_text("@import url(//fonts.example/a.css);")
    assert links.check_site(site) == [
        "a.html: loads https://a.example/b.js",
        "a.css: loads //fonts.example/a.css",
    ]


def test_readmes_lead_to_each_other_and_speak_of_the_same_commands():
    one, other = text("README.md"), text("README.zh.md")
    assert "(README.zh.md)" in one
    assert "(README.md)" in other
    runs = re.compile(r"^(?:\.venv/bin/)?readout-nlp (\w+) \S+(?: --\S+ \S+)*", re.MULTILINE)
    assert [found[0] for found in runs.finditer(one)] == [found[0] for found in runs.finditer(other)]


def test_pages_in_two_languages_have_the_same_commands():
    block = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
    assert block.findall(text("docs/quickstart.md")) == block.findall(text("docs/zh/quickstart.md"))


def test_the_glossary_says_acts_as_the_report_does():
    strings = {}
    for path in (ROOT / "readout_nlp" / "present" / "templates").glob("strings*.json"):
        strings |= json.loads(path.read_text(encoding="utf-8"))
    acts = {
        key.removeprefix("act."): said["zh"] for key, said in strings.items() if re.match(r"act\.\w+$", key)
    }
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", text("docs/glossary.md"), re.MULTILINE))
    assert acts
    assert {act: rows.get(act) for act in acts} == acts


def test_every_formula_can_be_drawn():
    found = [one or other for page in pages() for one, other in FORMULA.findall(text(page))]
    assert len(found) > 10
    for tex in found:
        svg, width, height, depth = formulas.drawn(tex)
        assert "<svg" in svg
        assert width > 0
        assert height > depth >= 0


def test_a_formula_that_cannot_be_read_is_a_fault():
    with pytest.raises(ValueError, match="nosuchthing"):
        formulas.drawn(r"\nosuchthing{x}")


def test_the_picture_of_the_report_is_small():
    assert (ROOT / "docs" / "figures" / "report.png").stat().st_size < 150_000


def test_links_to_notebooks_lead_to_their_copies():
    assert LINK.sub("", "[x](../notebooks/1-corpus.ipynb)[y](../notebooks)") == "[x[y](../notebooks)"


def test_design_lists_the_packages_as_they_are():
    tree = re.search(r"```text\nreadout_nlp/\n(.*?)```", text("docs/design.md"), re.DOTALL)[1]
    package = ROOT / "readout_nlp"
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    modules = {path.name for path in package.glob("*.py") if not path.name.startswith("_")}
    assert set(re.findall(r"^  (\w+)/", tree, re.MULTILINE)) == folders
    assert modules <= set(re.findall(r"\w+\.py", tree))


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_asks_nothing_of_the_network(tmp_path):
    pytest.importorskip("myst_nb")
    site = tmp_path / "site"
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-d", str(tmp_path / "cache")]
    done = subprocess.run([*command, str(ROOT / "docs"), str(site)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert links.check_site(site) == []
    assert '<html lang="zh-CN"' in (site / "zh" / "index.html").read_text(encoding="utf-8")
    assert 'class="formula"' in (site / "methods.html").read_text(encoding="utf-8")
    shown = "".join(path.read_text(encoding="utf-8") for path in (site / "reference").glob("*.html"))
    anchors = Counter(re.findall(r'<dt class="sig[^"]*" id="([^"]+)"', shown))
    assert {f"readout_nlp.{name}" for name in rn.__all__ if name != "figures"} - set(anchors) == set()
    assert max(anchors.values()) == 1
