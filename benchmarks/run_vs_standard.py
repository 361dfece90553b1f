"""`readout-nlp run` beside the standard script on one file: seconds and peak memory, by stage and in all.

    python benchmarks/run_vs_standard.py FILE.jsonl[.gz] [--repeat N] [--first N]

They are run in turn, N times each, and medians are printed. Memory is that of the whole process tree,
sampled from /proc (so this needs Linux): the proportional set size, in which pages that processes share count
once. The standard script says when each of its stages began; `run` gives the seconds of its stages in their
order, so that their bounds are counted back from the end. What comes before the first stage is `start`.

All fit 20 topics; the package fits LDA from five seeds to what they agree on. They do not do the same: a
whole run also finds places, dates and items, fits a second kind of model, puts the comparisons to all tests,
draws all figures, writes the report and seals a model. The table says what each costs. The second run of the
package makes only what the standard script makes too (``--only clusters``): topics, here with their stability
over five seeds, clusters, and the similarity of years; its figures, report and sealed model are of those.
Figures are drawn by other processes while this one writes tables and the report: their own stage is what is
left to wait for.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
INTERVAL = 0.1
EXIT_QUARANTINED = 1  # the run is done; some pages were set aside
RECIPE = "n_topics = 20\nn_seeds = 5\n"
WHOLE = "readout-nlp run"
SAME = ("--only", "clusters")  # what the standard script does too
LIKE = f"{WHOLE} {' '.join(SAME)}"
Stage = tuple[str, float, float]


@dataclass(frozen=True)
class Measured:
    """One run: its stages with wall-clock bounds, and (moment, megabytes) samples."""

    start: float
    end: float
    stages: list[Stage]
    samples: list[tuple[float, float]]

    def peak(self, start: float, end: float) -> float:
        """Give the largest sample between two moments; NaN if the stage was shorter than the interval."""
        inside = [memory for moment, memory in self.samples if start <= moment <= end]
        return max(inside, default=float("nan"))


def children(pid: int) -> list[int]:
    """Give `pid` and all its descendants."""
    parents = defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        parents[int(fields[1])].append(int(stat.parent.name))
    tree = [pid]
    for each in tree:
        tree.extend(parents[each])
    return tree


def memory(pid: int) -> float:
    """Megabytes that a process and its descendants hold now."""
    total = 0
    for each in children(pid):
        try:
            lines = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def measure(command: list[str], read_stages: Callable[[str, float], list[Stage]]) -> Measured:
    """Run `command` to its end, sampling its memory; `read_stages` gets output and the end."""
    start = time.time()
    samples: list[tuple[float, float]] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:

        def sample() -> None:
            while process.poll() is None:
                samples.append((time.time(), memory(process.pid)))
                time.sleep(INTERVAL)

        sampler = threading.Thread(target=sample)
        sampler.start()
        out, _ = process.communicate()
        end = time.time()
        sampler.join()
    if process.returncode not in (0, EXIT_QUARANTINED):
        sys.exit(f"{' '.join(command)} ended with exit code {process.returncode}")
    stages = read_stages(out, end)
    return Measured(start, end, [("start", start, stages[0][1]), *stages], samples)


def standard(path: Path) -> Measured:
    """Measure the standard script."""

    def stages(out: str, _: float) -> list[Stage]:
        said = json.loads(out.splitlines()[-1])["stages"]
        return [(s["stage"], s["start"], s["end"]) for s in said]

    with tempfile.TemporaryDirectory() as folder:
        figure = str(Path(folder) / "years.png")
        script = str(HERE / "standard_script.py")
        return measure([sys.executable, script, str(path), "--figure", figure], stages)


def package(path: Path, *options: str) -> Measured:
    """Measure `readout-nlp run`, whole or with options."""
    with tempfile.TemporaryDirectory() as folder:
        target, recipe = Path(folder) / "run", Path(folder) / "recipe.toml"
        recipe.write_text(RECIPE, encoding="utf-8")

        def stages(_: str, end: float) -> list[Stage]:
            manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
            return counted_back(manifest["seconds"], end)

        command = [sys.executable, "-m", "readout_nlp", "run", str(path), "--out", str(target)]
        command += ["--recipe", str(recipe), *options]
        return measure(command, stages)


def counted_back(seconds: dict[str, float], end: float) -> list[Stage]:
    """Place stages of known length and order so that the last one ends at `end`."""
    stages: list[Stage] = []
    for name, length in reversed(seconds.items()):
        stages.append((name, end - length, end))
        end -= length
    return stages[::-1]


def table(name: str, runs: list[Measured]) -> list[str]:
    """Give the lines of one command's table: medians over its runs."""
    lines = [f"{name:<34}{'seconds':>10}{'peak MB':>10}"]
    for stage in [stage for stage, _, _ in runs[0].stages]:
        bounds = [(run, s, e) for run in runs for which, s, e in run.stages if which == stage]
        seconds = statistics.median(e - s for _, s, e in bounds)
        peaks = [p for run, s, e in bounds if (p := run.peak(s, e)) == p]
        peak = f"{statistics.median(peaks):.0f}" if peaks else "-"
        lines.append(f"  {stage:<32}{seconds:>10.2f}{peak:>10}")
    seconds = statistics.median(run.end - run.start for run in runs)
    peak = statistics.median(run.peak(run.start, run.end) for run in runs)
    return [*lines, f"  {'in all':<32}{seconds:>10.2f}{peak:>10.0f}", ""]


def main() -> None:
    """Measure all and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--first", type=int, help="only so many lines of the file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = first_lines(given.path, given.first, Path(folder)) if given.first else given.path
        runs = alternately(path, given.repeat)
    print(f"{given.path.name}{f', first {given.first:,} lines' if given.first else ''}: {of(given.repeat)}\n")
    for name, measured in runs.items():
        print("\n".join(table(name, measured)))
    for name in (WHOLE, LIKE):
        print(ratio(name, runs["standard script"], runs[name]))


def first_lines(path: Path, count: int, folder: Path) -> Path:
    """Copy the first lines of a file, plain."""
    opener = gzip.open if path.suffix == ".gz" else open
    part = folder / f"first-{count}.jsonl"
    with opener(path, "rt", encoding="utf-8") as stream:
        part.write_text("".join(islice(stream, count)), encoding="utf-8")
    return part


def alternately(path: Path, repeat: int) -> dict[str, list[Measured]]:
    """Run all in turn, so that what else the machine does falls on all."""
    runs: dict[str, list[Measured]] = {"standard script": [], WHOLE: [], LIKE: []}
    for _ in range(repeat):
        runs["standard script"].append(standard(path))
        runs[WHOLE].append(package(path))
        runs[LIKE].append(package(path, *SAME))
    return runs


def of(repeat: int) -> str:
    """Say what the numbers are."""
    return "one run" if repeat == 1 else f"medians of {repeat}"


def ratio(name: str, theirs: list[Measured], ours: list[Measured]) -> str:
    """Say how many times sooner, and with what part of the memory, the package ends."""
    sooner = statistics.median(t.end - t.start for t in theirs) / statistics.median(
        o.end - o.start for o in ours
    )
    more = statistics.median(o.peak(o.start, o.end) for o in ours) / statistics.median(
        t.peak(t.start, t.end) for t in theirs
    )
    return f"{name} ends {sooner:.2f} times sooner, with {more:.2f} times the memory"


if __name__ == "__main__":
    main()
