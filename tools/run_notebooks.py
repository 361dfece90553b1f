"""Execute the notebooks: each `notebooks/*.py` becomes its paired, executed `.ipynb`.

Usage: python tools/run_notebooks.py [NAME ...]     (default: all)

The time of each is printed, and that of all; `benchmarks/results/notebooks.txt` holds what was printed last.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jupytext
import nbformat
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


@contextmanager
def fresh_kernel() -> Iterator[AsyncKernelManager]:
    """Start a kernel that talks over IPC: over TCP it would listen, unencrypted, on this machine's network."""
    manager = AsyncKernelManager(kernel_name="python3")
    manager.client_class = "jupyter_client.asynchronous.AsyncKernelClient"
    with tempfile.TemporaryDirectory() as sockets:
        manager.transport = "ipc"
        manager.ip = f"{sockets}/kernel"  # absolute: the kernel works in another directory than this process
        run_sync(manager.start_kernel)(cwd=str(NOTEBOOKS))
        try:
            yield manager
        finally:
            run_sync(manager.shutdown_kernel)(now=True)


def executed(
    source: Path, manager: AsyncKernelManager, *, before: str = "", timeout: int = 900
) -> nbformat.NotebookNode:
    """Run `source` from top to bottom and give the notebook with its outputs.

    What a kernel is to do `before` does not stand in the notebook.
    """
    notebook = jupytext.read(source)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    unseen = [nbformat.v4.new_code_cell(before)] if before else []
    notebook.cells[:0] = unseen
    client = NotebookClient(notebook, km=manager, timeout=timeout)
    try:
        client.execute()
    finally:
        client.kc.stop_channels()
    del notebook.cells[: len(unseen)]
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
    names = [Path(name).stem for name in sys.argv[1:]] or sorted(path.stem for path in NOTEBOOKS.glob("*.py"))
    begun = time.perf_counter()
    for name in names:
        start = time.perf_counter()
        with fresh_kernel() as manager:
            notebook = executed(NOTEBOOKS / f"{name}.py", manager)
        nbformat.write(notebook, NOTEBOOKS / f"{name}.ipynb")
        print(f"{name:<30}{time.perf_counter() - start:5.0f} s", flush=True)
    print(f"{f'all {len(names)}':<30}{time.perf_counter() - begun:5.0f} s, {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
