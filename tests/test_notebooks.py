"""Every notebook runs from top to bottom, and what is committed is what it says."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import jupytext
import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "notebooks").glob("*.py"))
MAX_HELPER_LINES = 5


def run_notebooks():
    spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "tools" / "run_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def test_the_promised_notebooks_are_there():
    names = {path.stem for path in SOURCES}
    assert names >= {"1-corpus", "2-tokens", "3-topics", "4-cities-and-years", "5-saved-model"}


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_notebook_runs(source, monkeypatch):
    monkeypatch.setenv("READOUT_PROFILE", "ci")
    notebook = run_notebooks().executed(source)
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    assert outputs
    assert not [out for out in outputs if out.output_type == "error" or out.get("name") == "stderr"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_committed_pair_is_in_step_and_was_run_in_order(source):
    pair = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    assert code(pair) == code(jupytext.read(source))
    counts = [c.execution_count for c in pair.cells if c.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("source", SOURCES, ids=lambda p: p.stem)
def test_notebook_uses_the_public_interface_only(source):
    # magics are comments in the .py pair
    tree = ast.parse(source.read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
    }
    assert not [name for name in imported if name.startswith("readout_nlp.")]
    private = [n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr.startswith("_")]
    assert not private
    helpers = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    assert all(h.end_lineno - h.lineno < MAX_HELPER_LINES for h in helpers)
