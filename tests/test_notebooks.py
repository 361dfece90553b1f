"""Every notebook runs, on the sample and on another's pages, and what is committed is what it says."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

import readout_nlp as rn

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
NAMES = [path.stem for path in SOURCES]
EXPECTED = [
    "01-corpus-and-coverage",
    "02-what-cleaning-did",
    "03-choosing-k-and-stability",
    "04-topics-and-labels",
    "05-cities-and-years",
    "06-similarity-and-formula",
    "07-echo-and-reuse",
    "08-life-of-a-tifa",
    "09-central-model",
    "10-provinces-in-the-news",
    "11-your-own-corpus",
    "12-human-coders",
    "13-years-later",
]
MAX_HELPER_LINES = 5
OF_A_MODEL_ALONE = {"10-provinces-in-the-news"}
QUICK_ON_OTHERS = {"01-corpus-and-coverage", "05-cities-and-years"}
TAKES = {"a few seconds": 30, "less than a minute": 60, "about a minute": 120}  # said: at most, in seconds
IN_FULL = 600
COUNTED = ("readouts", "items", "topics", "places", "pairs", "pages", "tasks", "documents", "points")

source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def load_tool():
    spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "tools" / "run_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = load_tool()


def read_pair(source):
    return nbformat.read(source.with_suffix(".ipynb"), as_version=4)


def outputs_of(notebook):
    return [out for cell in notebook.cells for out in cell.get("outputs", [])]


def text_of(notebook):
    """All that a reader sees of the outputs, but pictures."""
    seen = (
        out.get("text") or "".join(v for k, v in out.get("data", {}).items() if k.startswith("text/"))
        for out in outputs_of(notebook)
    )
    return "\n".join(seen)


def alt_texts(notebook):
    return [
        out.metadata.get("image/png", {}).get("alt")
        for out in outputs_of(notebook)
        if "image/png" in out.get("data", {})
    ]


@pytest.fixture(scope="module")
def kernel():
    """One kernel for all notebooks of a worker: it is emptied before each, and need not import anew."""
    with tool.fresh_kernel() as manager:
        yield manager


@pytest.fixture(scope="session")
def others_pages(tmp_path_factory):
    """Another's pages: of another province, with a place and a year fewer than the small sample."""
    folder = tmp_path_factory.mktemp("others")
    size = ["--seed=5", "--cities=3", "--years=2", "--per-cell=3"]
    command = [sys.executable, "-m", "readout_nlp", "sample", str(folder), *size]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "pages"


def run_small(source, kernel, *, pages=""):
    given = {
        "READOUT_PROFILE": "ci",
        "READOUT_PAGES": str(pages),
        "READOUT_REFERENCE": "",
        "READOUT_MODEL": "",
    }
    return tool.executed(source, kernel, before=f"%reset -f\nimport os\nos.environ.update({given!r})")


def is_whole(notebook):
    outputs = outputs_of(notebook)
    assert outputs
    assert not [out for out in outputs if out.output_type == "error" or out.get("name") == "stderr"]
    assert all(alt_texts(notebook))
    assert not re.search(r"\b(nan|inf)(%|\b)(?! to)", prose_of(notebook))


def prose_of(notebook):
    return "\n".join(
        out.data["text/markdown"] for out in outputs_of(notebook) if "text/markdown" in out.get("data", {})
    )


def test_the_promised_notebooks_are_there_in_their_order():
    assert NAMES == EXPECTED


@source
def test_runs_on_the_small_sample(source, kernel):
    is_whole(run_small(source, kernel))


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(path, id=path.stem, marks=() if path.stem in QUICK_ON_OTHERS else pytest.mark.slow)
        for path in SOURCES
        if path.stem not in OF_A_MODEL_ALONE
    ],
)
def test_runs_on_the_readers_own_pages_by_one_path(source, kernel, others_pages):
    found = run_small(source, kernel, pages=others_pages)
    is_whole(found)
    assert prose_of(found) != prose_of(read_pair(source))


def test_the_prose_of_coverage_counts_the_readers_own_pages(kernel, others_pages):
    corpus = rn.read_corpus(others_pages)
    prose = prose_of(run_small(ROOT / "notebooks" / "01-corpus-and-coverage.py", kernel, pages=others_pages))
    assert f"**{corpus.readouts.height} readouts** with {corpus.items.height} items" in " ".join(
        prose.split()
    )
    assert corpus.fingerprint[:16] in prose


@source
def test_committed_pair_is_in_step_and_was_run_in_order(source):
    pair, written = read_pair(source), jupytext.read(source)
    assert [(c.cell_type, c.source) for c in pair.cells] == [(c.cell_type, c.source) for c in written.cells]
    counts = [c.execution_count for c in pair.cells if c.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    is_whole(pair)


@source
def test_uses_the_public_interface_only(source):
    # magics are comments in the .py pair
    tree = ast.parse(source.read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert not [name for name in imported if name.startswith("readout_nlp.")]
    used = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
    assert not [n.attr for n in used if n.attr.startswith("_")]
    assert {n.attr for n in used if getattr(n.value, "id", "") == "rn"} <= set(rn.__all__)
    drawn = {n.attr for n in used if getattr(n.value, "attr", "") == "figures"}
    assert drawn <= set(rn.figures.__all__)
    helpers = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    assert all(h.end_lineno - h.lineno < MAX_HELPER_LINES for h in helpers)


@source
def test_tells_a_finding(source):
    cells = jupytext.read(source).cells
    first, last = cells[0].source, cells[-1].source
    assert re.match(rf"# {int(source.stem[:2])}\. ", first)
    assert "**Question.**" in first
    assert "**On your own corpus.**" in last
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    for part in ("**What it shows.**", "**What else it could be.**", "**What it does not show.**"):
        assert part in code or source.stem == "11-your-own-corpus"


@source
def test_no_number_of_a_finding_is_typed_by_hand(source):
    """Prose that counts something stands in a cell of code, where it is counted."""
    typed = [
        found
        for cell in jupytext.read(source).cells
        if cell.cell_type == "markdown"
        for found in re.findall(rf"\b\d+(?:\.\d+)? (?:{'|'.join(COUNTED)})\b|\d\.\d\d+", cell.source)
    ]
    in_code = re.sub(
        r"\{[^{}]*\}", "", "".join(re.findall(r'Markdown\(f"""(.*?)"""\)', source.read_text("utf-8"), re.S))
    )
    typed += re.findall(rf"\b\d+(?:\.\d+)?%? (?:of \d+ )?(?:{'|'.join(COUNTED)})\b", in_code)
    assert typed == []


@source
def test_what_is_shown_names_no_machine_and_says_what_is_synthetic(source):
    pair = read_pair(source)
    seen = text_of(pair)
    assert not re.search(r"/(?:tmp|root|home|work)/|site-packages", seen)
    real = source.stem in {"09-central-model", "10-provinces-in-the-news"}
    first = pair.cells[0].source
    assert ("**real**" in first) if real else ("synthetic" in first)


@source
def test_tables_are_short_and_figures_not_wider_than_the_page(source):
    pair = read_pair(source)
    assert all(out.data.get("text/html", "").count("<tr") <= 32 for out in outputs_of(pair) if "data" in out)
    assert all(len(out.get("text", "").splitlines()) <= 40 for out in outputs_of(pair))
    widths = [o.metadata["image/png"]["width"] for o in outputs_of(pair) if "image/png" in o.get("data", {})]
    assert all(width <= 800 for width in widths)


def test_the_recorded_times_are_those_of_all_notebooks_and_within_what_is_said():
    """Of processors: by the clock a notebook takes longer where the machine does other work besides."""
    recorded = (ROOT / "benchmarks" / "results" / "notebooks.txt").read_text(encoding="utf-8")
    rows = [line.split() for line in recorded.splitlines()[1:]]
    seconds = {name: int(processor) for name, _, processor in rows}
    whole = seconds.pop(f"all-{len(SOURCES)}")
    assert list(seconds) == NAMES
    assert abs(whole - sum(seconds.values())) <= 1
    assert whole <= IN_FULL
    for source in SOURCES:
        said = re.search(r"Takes ([a-z ]+?)[.,]", jupytext.read(source).cells[0].source)
        assert seconds[source.stem] <= TAKES[said[1]]


def test_times_are_kept_by_notebook_and_added_up(tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "TIMES", tmp_path / "times.txt")
    for name, clock in ((NAMES[1], 9), (NAMES[0], 4), (NAMES[1], 2)):
        tool.keep_time(tool.row(name, clock, 1))
    lines = [line.split() for line in tool.TIMES.read_text(encoding="utf-8").splitlines()[1:]]
    assert lines == [[NAMES[0], "4", "1"], [NAMES[1], "2", "1"], ["all-2", "6", "2"]]


def test_a_notebook_that_warns_or_fails_is_not_whole(kernel, tmp_path):
    for line in ("import warnings; warnings.warn('x')", "import sys; sys.stderr.write('x')"):
        (tmp_path / "bad.py").write_text(f"# %%\nprint(1)\n# %%\n{line}\n", encoding="utf-8")
        with pytest.raises(AssertionError):
            is_whole(run_small(tmp_path / "bad.py", kernel))
    assert "READOUT_PAGES" not in os.environ
