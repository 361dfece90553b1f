"""Execute the notebooks: each `notebooks/*.py` becomes its paired, executed `.ipynb`.

Usage: python tools/run_notebooks.py [NAME ...]     (default: all)

The seconds of each are printed, by the clock and of processors: a busy machine changes the first.
`benchmarks/results/notebooks.txt` holds the last of each, and their sum.
"""

from __future__ import annotations

import os
import re
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

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
TIMES = ROOT / "benchmarks" / "results" / "notebooks.txt"
ADDRESS = re.compile(r" at 0x[0-9a-f]+")
HEADER = f"{'seconds in full':<30}{'clock':>9}{'processor':>11}"


@contextmanager
def fresh_kernel() -> Iterator[AsyncKernelManager]:
    """Start a kernel that talks over IPC: over TCP it would listen, unencrypted, on the machine's network."""
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
    """Drop what changes between runs without meaning: times, ids, addresses, the Python patch version."""
    notebook.metadata.pop("language_info", None)
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{position:02d}"
        cell.metadata.pop("execution", None)
        for data in (output.get("data", {}) for output in cell.get("outputs", [])):
            if "text/plain" in data:
                data["text/plain"] = ADDRESS.sub("", data["text/plain"])
    return notebook


def seconds() -> tuple[float, float]:
    """Give the clock, and the processor time of all kernels that have ended."""
    spent = os.times()
    return time.perf_counter(), spent.children_user + spent.children_system


def row(name: str, clock: float, processor: float) -> str:
    """Write one line of the table of times."""
    return f"{name:<30}{clock:9.0f}{processor:11.0f}"


def keep_time(line: str) -> None:
    """Put the line of one notebook into the table in place of its last one, and add up anew."""
    old = TIMES.read_text(encoding="utf-8").splitlines()[1:-1] if TIMES.exists() else []
    rows = {text.split()[0]: text for text in [*old, line]}
    kept = [rows[path.stem] for path in sorted(NOTEBOOKS.glob("*.py")) if path.stem in rows]
    sums = [sum(float(text.split()[at]) for text in kept) for at in (1, 2)]
    TIMES.write_text("\n".join([HEADER, *kept, row(f"all-{len(kept)}", *sums)]) + "\n", encoding="utf-8")


def main() -> None:
    """Execute the notebooks named, or all."""
    names = [Path(name).stem for name in sys.argv[1:]] or sorted(path.stem for path in NOTEBOOKS.glob("*.py"))
    print(HEADER)
    begun = seconds()
    for name in names:
        start = seconds()
        with fresh_kernel() as manager:
            notebook = executed(NOTEBOOKS / f"{name}.py", manager)
        nbformat.write(notebook, NOTEBOOKS / f"{name}.ipynb")
        line = row(name, *(now - then for now, then in zip(seconds(), start, strict=True)))
        keep_time(line)
        print(line, flush=True)
    print(row(f"all-{len(names)}", *(now - then for now, then in zip(seconds(), begun, strict=True))))


if __name__ == "__main__":
    main()
