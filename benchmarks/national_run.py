"""A national corpus from raw pages to the report: seconds by stage, memory of all processes, growth.

Usage: python benchmarks/national_run.py FOLDER [--form text|html] [--cities 3 30 300]

FOLDER is what benchmarks/national.py wrote.

Runs ``readout-nlp run`` on the first 3, 30 and 300 cities (about 3,000, 30,000 and 300,000 readouts), with
50 topics and else the defaults. Memory is the sum over all processes of the run, what they share counted once
(PSS), looked at every second. The growth is the slope of log seconds on log readouts. Prints, and keeps in
benchmarks/results/national_<form>.txt and .json, where sizes measured before stay.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).parent / "results"
RECIPE = "n_topics = 50\n"
GIB = 2**20  # kibibytes
MINUTES = {"text": 60, "html": 90}
MOST_GIB = 8


def main() -> None:
    """Run each size, print a row of it, then the growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--form", choices=("text", "html"), default="text")
    parser.add_argument("--cities", type=int, nargs="+", default=[3, 30, 300])
    given = parser.parse_args()
    path = RESULTS / f"national_{given.form}.json"
    rows = {row["cities"]: row for row in (json.loads(path.read_text()) if path.exists() else [])}
    for cities in given.cities:
        rows[cities] = measured(sorted((given.folder / given.form).iterdir())[:cities])
        print(told(rows[cities]), flush=True)
        every = [rows[number] for number in sorted(rows)]
        path.write_text(json.dumps(every, indent=1) + "\n")
    text = "\n".join([*map(told, every), *growth(every), verdict(every[-1], given.form)]) + "\n"
    print(text)
    path.with_suffix(".txt").write_text(text, encoding="utf-8")


def measured(files: list[Path]) -> dict[str, Any]:
    """Run the whole analysis of some cities; give its size, seconds by stage, and memory."""
    folder = Path(tempfile.mkdtemp(prefix="national-"))
    recipe, out = folder / "recipe.toml", folder / "run"
    recipe.write_text(RECIPE)
    call = [str(Path(sys.executable).with_name("readout-nlp")), "run", *map(str, files)]
    call += ["--recipe", str(recipe), "--out", str(out), "--json", "-q"]
    begin = time.perf_counter()
    with (folder / "said.json").open("w") as said:
        process = subprocess.Popen(call, stdout=said)
        peak = max(memory_until_end(process), default=0.0)
    seconds = time.perf_counter() - begin
    if process.returncode:
        raise SystemExit(f"the run of {len(files)} cities ended with {process.returncode}; see {folder}")
    stages = json.loads((out / "manifest.json").read_text())["seconds"]
    summary = json.loads((folder / "said.json").read_text())
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    report = (out / "report.html").stat().st_size
    shutil.rmtree(folder)
    return {
        "cities": len(files),
        "readouts": summary["readouts"],
        "items": summary["items"],
        "places": summary["places"],
        "seconds": seconds,
        "memory_gib": peak,
        "disk_gib": size / 2**30,
        "report_bytes": report,
        "stages": {name: round(value, 1) for name, value in stages.items()},
    }


def memory_until_end(process: subprocess.Popen[bytes]) -> Iterator[float]:
    """Give the memory of a process and all below it, in GiB, every second until it ends."""
    while process.poll() is None:
        yield sum(map(proportional, below(process.pid))) / GIB
        time.sleep(1)


def below(process: int) -> list[int]:
    """List a process and its children, and theirs."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [one for child in task.read_text().split() for one in below(int(child))]
        except OSError:  # it has ended meanwhile
            continue
    return found


def proportional(process: int) -> int:
    """Kibibytes of a process, what it shares with others in proportion."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def told(row: dict[str, Any]) -> str:
    """One size in two lines."""
    stages = "  ".join(f"{name} {value:.0f}" for name, value in row["stages"].items())
    size = ", ".join(f"{row[name]:,} {name}" for name in ("cities", "readouts", "items", "places"))
    took = (
        f"{row['seconds']:,.0f} s, {row['memory_gib']:.2f} GiB of memory, {row['disk_gib']:.2f} GiB of disk"
    )
    return f"{size}: {took}, report {row['report_bytes'] / 1e6:.1f} MB\n    {stages}"


def growth(rows: list[dict[str, Any]]) -> list[str]:
    """Give the exponent of seconds over readouts, of the whole and of each step between sizes."""
    sizes, seconds = (np.log([row[name] for row in rows]) for name in ("readouts", "seconds"))
    if len(rows) < 2:
        return []
    steps = ", ".join(f"{step:.2f}" for step in np.diff(seconds) / np.diff(sizes))
    whole = np.polyfit(sizes, seconds, 1)[0]
    good = "yes" if whole <= 1.1 else "NO"
    return [
        f"seconds grow with readouts to the power {whole:.2f} (step by step {steps}); at most 1.1: {good}"
    ]


def verdict(row: dict[str, Any], form: str) -> str:
    """Hold the largest size against its bounds."""
    took, most, memory = row["seconds"] / 60, MINUTES[form], row["memory_gib"]
    soon, small = ("yes" if kept else "NO" for kept in (took <= most, memory <= MOST_GIB))
    return (
        f"{row['readouts']:,} readouts in {took:.0f} minutes; at most {most}: {soon}\n"
        f"{memory:.1f} GiB of memory; at most {MOST_GIB}: {small}"
    )


if __name__ == "__main__":
    main()
