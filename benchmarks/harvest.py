"""Harvest a synthetic dump and hold what came of it against the truth.

Usage: python benchmarks/harvest.py DUMP_FOLDER [--workers N]     (make DUMP_FOLDER by benchmarks/dump.py)
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from readout_nlp.corpus.store import open_store


def score(folder: Path, out: Path) -> dict[str, float]:
    """Give recall and precision of pages, and how many originals and copies came out as one readout each.

    A page counts as found if it is in the store or was taken for a copy of one that is.
    """
    truth = {}
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        truth[row["address"]] = row["source"]
    corpus = open_store(out / "corpus")
    origins = {one["origin"] for cell in corpus.readouts["origins"] for one in cell}
    copies = pl.read_parquet(out / "copies.parquet")
    found = origins | set(copies["origin"])
    sources = set(truth.values())
    kept_for = dict(zip(copies["origin"], copies["kept"], strict=True))
    wrong = sum(truth.get(one) != truth.get(kept) for one, kept in kept_for.items())
    return {
        "pages_true": len(truth),
        "recall": len(found & set(truth)) / len(truth),
        "precision": len(found & set(truth)) / max(1, len(found)),
        "texts_true": len(sources),
        "readouts_kept": corpus.readouts.height,
        "copies": copies.height,
        "copies_of_another_text": wrong,
    }


def main() -> None:
    """Harvest, and print what it took and what came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    out = Path(tempfile.mkdtemp(prefix="harvest-"))
    call = [str(Path(sys.executable).with_name("readout-nlp")), "harvest", str(asked.folder / "dumps")]
    call += ["--out", str(out), "--workers", str(asked.workers)]
    start = time.perf_counter()
    subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    counts = json.loads((out / "harvest.json").read_text(encoding="utf-8"))["counts"]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    print(f"{counts['records']:,} records in {seconds:.0f} s: {counts['records'] / seconds:,.0f} a second")
    print(f"largest process {peak:.2f} GiB")
    for name, value in score(asked.folder, out).items():
        print(f"{name:24} {value:,.4f}" if isinstance(value, float) else f"{name:24} {value:,}")
    shutil.rmtree(out)


if __name__ == "__main__":
    main()
