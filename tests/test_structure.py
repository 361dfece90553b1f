"""Conventions are a test: module and function length, parameters, documentation, no banned home."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import readout_nlp as rn

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "readout_nlp"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_MODULE = 350
MAX_FUNCTION = 60
MAX_POSITIONAL = 3


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def code_lines(node):
    """Lines of a function without its docstring."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_module_is_short_and_says_what_it_is_for(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_MODULE or path == PACKAGE / "__init__.py", (
        "but for the list of names"
    )
    assert ast.get_docstring(ast.parse(text))
    assert path.stem not in {"utils", "helpers", "common", "misc", "config"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_functions_are_short(path):
    long = {f.name: code_lines(f) for f in functions(path) if code_lines(f) > MAX_FUNCTION}
    assert not long


def takes_keywords(path):
    """Tell where the rule holds: typer turns parameters into options, numba knows positions only."""
    return path.parent.name != "commands" and not path.stem.endswith("_kernel")


@pytest.mark.parametrize(
    "path", [*filter(takes_keywords, MODULES)], ids=lambda p: p.relative_to(PACKAGE).as_posix()
)
def test_public_functions_take_few_positional_parameters(path):
    many = {
        f.name: [a.arg for a in f.args.args]
        for f in functions(path)
        if not f.name.startswith("_")
        and len([a for a in f.args.args if a.arg not in {"self", "cls"}]) > MAX_POSITIONAL
    }
    assert not many


def test_public_names_load_and_are_documented_with_an_example():
    for name in rn.__all__:
        value = getattr(rn, name)
        text = inspect.getdoc(value)
        assert text, name
        if inspect.isfunction(value):
            assert ">>>" in text, f"{name} has no example"


def test_every_public_name_is_typed_for_checkers_as_well():
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    } - {"annotations", "import_module", "version", "TYPE_CHECKING", "Any"}
    assert typed == set(rn.__all__)


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no_such_name"):
        rn.no_such_name  # noqa: B018


def test_help_and_import_load_nothing_heavy():
    heavy = {
        "numpy",
        "pandas",
        "polars",
        "scipy",
        "sklearn",
        "gensim",
        "numba",
        "matplotlib",
        "jieba",
        "rjieba",
        "opencc",
    }
    code = f"import sys, readout_nlp, readout_nlp.cli; print(sorted(set(sys.modules) & {heavy}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


DOORS = {
    "jieba": {"tokens/segment.py"},
    "rjieba": {"tokens/segment.py"},
    "gensim": {"topics/gensim_bridge.py"},
    "numba": {"compiled.py"},
    "lifelines": {"compare/lifetimes.py"},
    "nltk": {"coding/agreement.py"},
    "python_calamine": {"pages/excel.py"},
    "warcio": {"harvest/warc.py"},
    "ahocorasick_rs": {"harvest/prefilter.py"},
    "rensa": {"harvest/copies.py"},
    "distributed": {"cluster.py"},
    "uharfbuzz": {"present/fonts.py"},
}


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_has_one_door(library):
    importing = {
        path.relative_to(PACKAGE).as_posix()
        for path in MODULES
        if re.search(rf"^\s+(from|import) {library}\b|^(from|import) {library}\b", path.read_text(), re.M)
        and not only_for_types(path, library)
    }
    assert importing == DOORS[library]


def only_for_types(path, library):
    return f"if TYPE_CHECKING:\n    from {library}" in path.read_text(encoding="utf-8")


def test_matplotlib_is_imported_by_present_alone():
    importing = {
        p.relative_to(PACKAGE).parts[0]
        for p in MODULES
        if re.search(r"import matplotlib|from matplotlib", p.read_text())
    }
    assert importing == {"present"}


UNPICKLES = {"exchange/gensim_pickle.py"}  # on request, with known hashes, and nothing but data


def test_nothing_else_is_unpickled():
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"joblib\.load|allow_pickle=True", text), path
        if path.relative_to(PACKAGE).as_posix() not in UNPICKLES:
            assert not re.search(r"import pickle|from pickle|pickle\.load|\bUnpickler\b", text), path


def tracked_files():
    out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in out.stdout.split("\0") if name]


def test_the_repository_speaks_of_the_project_alone():
    # each pattern in pieces, so that this file does not match itself
    banned = re.compile(
        "|".join(
            [
                "/wo" + "rk/",
                r"\.\./sha" + "red",
                "/ro" + "ot/",
                "pypi\\.o" + "rg/simple",
                "files\\.python" + "hosted",
            ]
        )
    )
    for path in tracked_files():
        if (
            path.suffix in {".py", ".md", ".toml", ".txt", ".lock", ".json", ".csv", ".ipynb", ".cff", ""}
            and path.is_file()
        ):
            assert not banned.search(path.read_text(encoding="utf-8", errors="ignore")), path


@pytest.mark.parametrize(
    "package", ["pages", "readouts", "evaluate", "corpus", "tokens", "topics", "compare", "saved", "present"]
)
def test_packages_import_alone(package):
    importlib.import_module(f"readout_nlp.{package}")
