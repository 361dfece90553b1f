"""What one process does at the end of a harvest: copies found and a store made of very many readouts.

Usage: python benchmarks/harvest_gather.py FOLDER [--workers N]     (the html/ of a FOLDER from national.py)

The first call harvests web pages that are all readouts; the second finds every dump done and only gathers.
Prints, and keeps in benchmarks/results/harvest_gather.txt and .json, the seconds of both and the memory of
the second.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from national_run import memory_until_end

RESULT = Path(__file__).parent / "results" / "harvest_gather.json"


def main() -> None:
    """Harvest twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    out = Path(tempfile.mkdtemp(prefix="harvest-"))
    call = [str(Path(sys.executable).with_name("readout-nlp")), "harvest", str(given.folder / "html")]
    call += ["--out", str(out), "--workers", str(given.workers), "--json"]
    first, _ = timed(call)
    again, memory = timed(call)
    counts = json.loads((out / "harvest.json").read_text())["counts"]
    shutil.rmtree(out)
    row = {"records": counts["records"], "found": counts["found"], "copies": counts["copies"]}
    row |= {"seconds": first, "gather_seconds": again, "gather_gib": memory, "workers": given.workers}
    RESULT.write_text(json.dumps(row, indent=1) + "\n")
    text = told(row)
    RESULT.with_suffix(".txt").write_text(text)
    print(text, end="")


def timed(call: list[str]) -> tuple[float, float]:
    """Run a command; give its seconds and the most memory of its processes together, in GiB."""
    begin = time.perf_counter()
    process = subprocess.Popen(call, stdout=subprocess.DEVNULL)
    memory = max(memory_until_end(process), default=0.0)
    if process.returncode:
        raise SystemExit(f"{call[1]} ended with {process.returncode}")
    return time.perf_counter() - begin, memory


def told(row: dict[str, Any]) -> str:
    """Say it."""
    parsing = row["seconds"] - row["gather_seconds"]
    return (
        f"{row['records']:,} web pages, all of them readouts: {row['seconds']:,.0f} s,"
        f" {row['workers']} workers\n"
        f"shards: {row['records'] / parsing:,.0f} pages a second\n"
        f"last step, in one process: {row['gather_seconds']:,.0f} s and {row['gather_gib']:.2f} GiB\n"
        f"{row['found']:,} readouts found, {row['copies']:,} of them taken for copies\n"
    )


if __name__ == "__main__":
    main()
