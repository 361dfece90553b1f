"""Every block of code on a page of documentation runs, in a folder that holds what the page speaks of."""

from __future__ import annotations

import contextlib
import doctest
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import docs_world
import pytest
from docs_blocks import CODE, PLAIN, ROOT, SHELL, Block, blocks, commands, pages

from readout_nlp.analysis.recipe import Recipe
from readout_nlp.cli import main

pytestmark = [pytest.mark.xdist_group("docs"), pytest.mark.once]  # the world is built once
BLOCKS = [block for page in pages() for block in blocks(page)]
NOT_RUN = {("docs/terminal.md", "it changes the shell of whoever runs it")}  # one a marked block
# whole analyses and proofs: minutes together, so `make test-slow`
SLOW = {
    "README.md",
    "README.zh.md",
    "docs/gallery.md",
    "docs/quickstart.md",
    "docs/zh/quickstart.md",
    "docs/replicating.md",
    "docs/terminal.md",
    "docs/verifying.md",
}
BEFORE = {"readout-nlp score sheets": docs_world.answer_sheets}  # what people do between two lines
MAKE = re.compile(r"^\.PHONY: (.*)$", re.MULTILINE)
OURS = re.compile(r"^(?:\.venv/bin/|uv run --no-sync )?readout-nlp ")
INSTALLS = re.compile(r"^(?:\.venv/bin/pip install|uv pip install|uv venv|python3 -m venv) ?")
FILES = re.compile(r"\S+\.(?:lock|py)\b")


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    home = tmp_path_factory.mktemp("world")
    docs_world.build(home)
    return home


@pytest.fixture
def here(world, tmp_path, monkeypatch):
    """A copy of the world to work in."""
    home = tmp_path / "here"
    shutil.copytree(world, home, symlinks=True)
    monkeypatch.chdir(home)
    return home


def test_every_block_names_its_language():
    assert not [(b.page, b.line, b.language) for b in BLOCKS if b.language not in CODE | PLAIN]


def test_no_command_hides_in_an_indented_block():
    for page in pages():
        text = (ROOT / page).read_text(encoding="utf-8")
        assert not re.search(r"^ {4,}(?:readout-nlp|make) ", text, re.MULTILINE), page


def test_blocks_that_are_not_run_are_these_alone():
    marked = [(block.page, block.reason) for block in BLOCKS if block.reason]
    assert len(marked) == len(NOT_RUN)
    assert set(marked) == NOT_RUN


def test_the_pages_that_must_run_have_blocks():
    found = {block.page for block in BLOCKS if block.language in CODE}
    assert found >= SLOW | {"docs/choosing.md", "docs/coding.md", "docs/exchange.md", "docs/growing.md"}


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.slow] if page in SLOW else [])
        for page in sorted({block.page for block in BLOCKS if block.language in CODE})
    ],
)
def test_every_block_of_the_page_runs(page, here, monkeypatch):
    names: dict[str, object] = {"__name__": "page"}
    for block in blocks(page):
        if block.reason is None and block.language in CODE:
            run(block, names, here, monkeypatch)


def run(block: Block, names, here, monkeypatch) -> None:
    if block.language in SHELL:
        for line in commands(block):
            run_line(line, block, here, monkeypatch)
    elif block.language == "python":
        exec(compile("\n" * block.line + block.text, block.page, "exec"), names)
    elif block.language == "pycon":
        run_session(block, names)
    elif block.language == "toml":
        Recipe(**tomllib.loads(block.text))
        (here / "recipe.toml").write_text(block.text, encoding="utf-8")
    elif block.language == "json":
        json.loads(block.text)
    else:
        raise AssertionError(
            f"{block.page}, line {block.line}: nothing runs {block.language} here: mark the block"
        )


def run_session(block: Block, names) -> None:
    """Run a session as doctest does, with the names of the page's earlier ones."""
    test = doctest.DocTestParser().get_doctest(block.text, {}, block.page, block.page, block.line)
    test.globs = names  # shared, not copied
    result = doctest.DocTestRunner().run(test, clear_globs=False)
    assert result.failed == 0, f"{block.page}, line {block.line}"


def run_line(line: str, block: Block, here, monkeypatch) -> None:
    where = f"{block.page}, line {block.line}: {line}"
    if "|" in line or "$(" in line or line.startswith("sha256sum "):
        run_shell(line, where, here)
    elif OURS.match(line):
        for begin, prepare in BEFORE.items():
            if line.startswith(begin):
                prepare(here)
        call(OURS.sub("", line), where, monkeypatch)
    elif line.startswith("make "):
        targets = MAKE.search((ROOT / "Makefile").read_text(encoding="utf-8"))[1].split()
        assert shlex.split(line, comments=True)[1] in targets, where
    else:
        known = INSTALLS.match(line) or re.match(r"^(?:\.venv/bin/)?(?:python|pytest) ", line)
        assert known, f"{where}: the tests do not know this command"
        assert all((ROOT / name).is_file() for name in FILES.findall(line)), where


def run_shell(line: str, where: str, here) -> None:
    """Let a shell run what only a shell can."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", line], cwd=here, env={**os.environ, "PATH": programs}, check=False)
    assert done.returncode in (0, 1), where


def call(line: str, where: str, monkeypatch) -> None:
    """Call the command line with what stands after its name; `> FILE` is the shell's."""
    words = shlex.split(line, comments=True)
    into = words[words.index(">") + 1] if ">" in words else None
    monkeypatch.setattr(sys, "argv", ["readout-nlp", *(words[: words.index(">")] if into else words)])
    with contextlib.ExitStack() as stack:
        if into:
            stack.enter_context(
                contextlib.redirect_stdout(stack.enter_context(Path(into).open("w", encoding="utf-8")))
            )
        left = stack.enter_context(pytest.raises(SystemExit))
        main()
    assert left.value.code in (None, 0, 1), where  # 1: pages were set aside
