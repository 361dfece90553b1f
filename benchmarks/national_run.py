"""A national corpus from raw pages to the report: seconds by stage, memory of all processes, growth.

Usage: python benchmarks/national_run.py FOLDER [--form text|html] [--cities 3 30 300] [--memory 3GiB]

FOLDER is what benchmarks/national.py wrote.

Runs ``readout-nlp run`` on the first 3, 30 and 300 cities (about 3,000, 30,000 and 300,000 readouts), with
50 topics and else the defaults. Memory is the sum over all processes of the run, what they share counted once
(PSS), looked at every second; beside it, what of this lies in no file and so cannot be dropped by the system,
which is what a bound is on. The growth is the slope of log seconds on log readouts. Prints, and keeps in
benchmarks/results/national_<form>.txt and .json (national_<form>_bounded with a bound), where sizes measured
before stay.
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

from readout_nlp.held import below

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
    parser.add_argument("--memory", help="a bound for the run, as 3GiB")
    given = parser.parse_args()
    path = RESULTS / f"national_{given.form}{'_bounded' if given.memory else ''}.json"
    rows = {row["cities"]: row for row in (json.loads(path.read_text()) if path.exists() else [])}
    for cities in given.cities:
        rows[cities] = measured(sorted((given.folder / given.form).iterdir())[:cities], bound=given.memory)
        print(told(rows[cities]), flush=True)
        every = [rows[number] for number in sorted(rows)]
        path.write_text(json.dumps(every, indent=1) + "\n")
    text = "\n".join([*map(told, every), *growth(every), verdict(every[-1], given.form)]) + "\n"
    print(text)
    path.with_suffix(".txt").write_text(text, encoding="utf-8")


def measured(files: list[Path], *, bound: str | None) -> dict[str, Any]:
    """Run the whole analysis of some cities; give its size, seconds by stage, and memory."""
    folder = Path(tempfile.mkdtemp(prefix="national-"))
    recipe, out = folder / "recipe.toml", folder / "run"
    recipe.write_text(RECIPE)
    call = [str(Path(sys.executable).with_name("readout-nlp")), "run", *map(str, files)]
    call += ["--recipe", str(recipe), "--out", str(out), "--json", "-q"]
    call += ["--memory", bound] if bound else []
    begin = time.perf_counter()
    with (folder / "said.json").open("w") as said:
        process = subprocess.Popen(call, stdout=said)
        looks = list(memory_until_end(process))
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
        "memory_gib": max((whole for whole, _ in looks), default=0.0),
        "held_gib": max((held for _, held in looks), default=0.0),
        "bound": bound,
        "disk_gib": size / 2**30,
        "report_bytes": report,
        "stages": {name: round(value, 1) for name, value in stages.items()},
    }


def memory_until_end(process: subprocess.Popen[bytes]) -> Iterator[tuple[float, float]]:
    """Give the memory of a process and those below it, all and in no file, in GiB, every second."""
    while process.poll() is None:
        looks = [proportional(one) for one in below(process.pid)]
        yield sum(whole for whole, _ in looks) / GIB, sum(held for _, held in looks) / GIB
        time.sleep(1)


def proportional(process: int) -> tuple[int, int]:
    """Kibibytes of a process, what it shares with others in proportion: all, and what lies in no file."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.endswith(" kB")}
    return sizes["Pss"], sizes["Pss_Anon"]


def told(row: dict[str, Any]) -> str:
    """One size in two lines."""
    stages = "  ".join(f"{name} {value:.0f}" for name, value in row["stages"].items())
    size = ", ".join(f"{row[name]:,} {name}" for name in ("cities", "readouts", "items", "places"))
    held = f" ({row['held_gib']:.2f} in no file)" if "held_gib" in row else ""
    bound = f", bound to {row['bound']}" if row.get("bound") else ""
    memory, disk = f"{row['memory_gib']:.2f} GiB of memory{held}{bound}", f"{row['disk_gib']:.2f} GiB of disk"
    took = f"{row['seconds']:,.0f} s, {memory}, {disk}"
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
