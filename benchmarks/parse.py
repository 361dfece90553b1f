"""Pages a second on one core, and peak memory as pages grow in number.

    python benchmarks/parse.py [--repeat N]

Pages of the built-in sample, written to a temporary folder, are read and parsed, plain text and HTML apart:
CPU time of one core, the best of N fresh processes. Each has first parsed some pages of a sample with another
seed (tables are read on first use) and sees every page once, so that nothing is known of it from an earlier
pass. Then a fresh process for each number of pages parses them (the folder over and over) and prints its peak
memory; `grown` is what it rose above the first row's.
The interpreter counts: one built with profile-guided optimisation, as distributions ship it, needs less.
"""

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from readout_nlp.corpus.read import parse_paths
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample

MEMORY_ROUNDS = (1, 2, 4, 8)
WARMING = 5  # one page in so many is parsed before the clock runs
MEGABYTE = 1024.0 if sys.platform != "darwin" else 1024.0**2  # ru_maxrss is in kilobytes, on macOS in bytes


def seconds(files):
    """CPU seconds for reading and parsing `files`."""
    before = time.process_time()
    parsed = sum(1 for _ in parse_paths(files))
    spent = time.process_time() - before
    if parsed != len(files):
        raise SystemExit(f"{parsed} records for {len(files)} pages")
    return spent


def speed(folder, other, repeat):
    """Print a line for each kind of page."""
    print(f"{'pages':<12}{'number':>8}{'kB a page':>11}{'seconds':>9}{'pages/s':>9}")
    for suffix in (".txt", ".html"):
        files = paths(folder, suffix)
        call = [sys.executable, __file__, "--timed", str(folder), str(other), suffix]
        runs = (subprocess.run(call, check=True, capture_output=True, text=True) for _ in range(repeat))
        best = min(float(run.stdout) for run in runs)
        size = sum(file.stat().st_size for file in files) / len(files) / 1000
        print(f"{suffix[1:]:<12}{len(files):>8}{size:>11.1f}{best:>9.2f}{len(files) / best:>9.0f}")


def timed(folder, other, suffix):
    """Parse some pages of the other sample, then this one's: print the seconds of the latter."""
    seconds(paths(other, suffix)[::WARMING])
    print(seconds(paths(folder, suffix)))


def paths(folder, suffix):
    """Give the pages of one kind."""
    return sorted(Path(folder).rglob(f"*{suffix}"))


def memory(folder):
    """Print the peak memory of fresh processes that parse more and more pages."""
    print(f"\n{'pages':>8}{'peak MB':>10}{'grown MB':>10}")
    first = None
    for rounds in MEMORY_ROUNDS:
        call = [sys.executable, __file__, "--child", str(folder), str(rounds)]
        pages, most = subprocess.run(call, check=True, capture_output=True, text=True).stdout.split()
        first = first or float(most)
        print(f"{pages:>8}{float(most):>10.0f}{float(most) - first:>10.1f}")


def child(folder, rounds):
    """Parse the folder `rounds` times in this process; print the number of pages and the peak."""
    pages = sum(1 for _ in parse_paths([folder] * rounds))
    print(pages, peak())


def peak():
    """Peak memory of this process in MB.

    On Linux from /proc: there ru_maxrss of a child begins with what its parent held when it was started.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


def main():
    """Write the pages, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options.add_argument("--timed", nargs=3, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.child:
        child(asked.child[0], int(asked.child[1]))
        return
    if asked.timed:
        timed(*asked.timed)
        return
    print(f"Python {platform.python_version()} ({', '.join(platform.python_build())})\n")
    with tempfile.TemporaryDirectory() as name:
        folder, other = Path(name) / "sample", Path(name) / "other"
        write_sample(folder, settings=SampleSettings())
        write_sample(other, settings=SampleSettings(seed=1))
        speed(folder / "pages", other / "pages", asked.repeat)
        memory(folder / "pages")


if __name__ == "__main__":
    main()
