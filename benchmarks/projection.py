"""What a crawl of billions of pages would take on a cluster, told from stored results, and what breaks first.

Usage: python benchmarks/projection.py [--pages 3e9] [--nodes 32] [--cores 32] [--page-bytes 20000]
                                       [--readouts-per-million 300]

Reads benchmarks/results/harvest.txt (the filter, on two cores) and harvest_gather.json (the last step, in
one process). Cores are taken to be as fast as those measured, and to be kept busy. How large pages are and
how many are readouts differ from crawl to crawl: both are settings, and set by assumption.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
MEASURED_CORES = 2
MEASURED_BYTES = 3_700  # of a record of the synthetic dump
DUMP = 1e9  # bytes of a file of a crawl, packed
PACKED = 4.0  # how much prose grows when it is unpacked
TASK = 1e-3  # seconds of the scheduler for a task (https://distributed.dask.org/en/latest/)


def main() -> None:
    """Print the projection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=float, default=3e9)
    parser.add_argument("--nodes", type=int, default=32)
    parser.add_argument("--cores", type=int, default=32, help="of a node")
    parser.add_argument("--page-bytes", type=float, default=20_000, help="of a page, unpacked")
    parser.add_argument("--readouts-per-million", type=float, default=300)
    for line in projected(parser.parse_args()):
        print(line)


def projected(given: argparse.Namespace) -> list[str]:
    """Give the projection, a line a part."""
    rate = records_a_second() / MEASURED_CORES
    per_byte = rate * MEASURED_BYTES  # the filter reads every byte: larger pages take longer in proportion
    cores = given.nodes * given.cores
    core_hours = given.pages * given.page_bytes / per_byte / 3600
    hours = core_hours / cores
    total = given.pages * given.page_bytes
    dumps = total / PACKED / DUMP
    readouts = given.pages * given.readouts_per_million / 1e6
    last = json.loads((RESULTS / "harvest_gather.json").read_text())
    seconds, memory = (last[name] / last["found"] * readouts for name in ("gather_seconds", "gather_gib"))
    return [
        f"measured: {rate:,.0f} records, {per_byte / 1e6:.1f} MB a second and core",
        f"assumed: {given.pages:.2g} pages of {given.page_bytes:,.0f} bytes, {total / 1e12:,.0f} TB unpacked,"
        f" {given.readouts_per_million:g} readouts in a million",
        f"filter and parse: {core_hours:,.0f} core hours; {hours:.1f} hours on {given.nodes} nodes"
        f" of {given.cores} cores",
        f"reading: {total / PACKED / hours / 3600 / 1e9:.1f} GB a second from the shared disk, packed,"
        f" {total / PACKED / hours / 3600 / given.nodes / 1e9:.2f} a node",
        f"tasks: {dumps:,.0f} dumps of {DUMP / 1e9:g} GB, {dumps / cores:.0f} a core;"
        f" {dumps * TASK:,.0f} s of the scheduler",
        f"a dump takes {DUMP * PACKED / per_byte / 60:.0f} minutes: so late may the last one end",
        f"last step, one process: {readouts:,.0f} readouts, {seconds / 60:,.0f} minutes, {memory:,.1f} GiB",
    ]


def records_a_second() -> float:
    """Read the rate of the filter from the stored result."""
    found = re.search(r"([\d,]+) records in (\d+) s", (RESULTS / "harvest.txt").read_text())
    if found is None:
        raise SystemExit("no rate in results/harvest.txt: run benchmarks/harvest.py")
    return int(found[1].replace(",", "")) / int(found[2])


if __name__ == "__main__":
    main()
