"""Execute the notebooks: each `notebooks/*.py` becomes its paired, executed `.ipynb`.

Usage: python tools/run_notebooks.py [NAME ...]     (default: all)
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def executed(source: Path, *, timeout: int = 900) -> nbformat.NotebookNode:
    """Run `source` from top to bottom in a fresh kernel and give the notebook with its outputs.

    The kernel talks over IPC: over TCP it would listen, unencrypted, on this machine's network.
    """
    notebook = jupytext.read(source)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    client = NotebookClient(notebook, timeout=timeout, resources={"metadata": {"path": str(NOTEBOOKS)}})
    client.create_kernel_manager()
    with tempfile.TemporaryDirectory() as sockets:
        client.km.transport = "ipc"
        client.km.ip = (
            f"{sockets}/kernel"  # absolute: the kernel works in another directory than this process
        )
        client.execute()
    return tidy(notebook)


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what changes between runs without meaning: times, cell ids, the Python patch version."""
    notebook.metadata.pop("language_info", None)
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{position:02d}"
        cell.metadata.pop("execution", None)
    return notebook


def main() -> None:
    """Execute the notebooks named, or all."""
    names = sys.argv[1:] or sorted(path.stem for path in NOTEBOOKS.glob("*.py"))
    for name in names:
        start = time.perf_counter()
        notebook = executed(NOTEBOOKS / f"{name}.py")
        nbformat.write(notebook, NOTEBOOKS / f"{name}.ipynb")
        print(f"{name}: {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
