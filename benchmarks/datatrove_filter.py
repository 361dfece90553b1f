"""The same prefilter in datatrove, on JSON Lines: what reading and filtering cost there.

Usage: python benchmarks/datatrove_filter.py FOLDER [--workers N]

Run it in an environment of its own (``pip install "datatrove[io,processing]" ahocorasick_rs``); it loads the
prefilter by its path, and nothing else of this package. FOLDER is one of `dump.py`; its ``.jsonl.gz`` shards
are read. Beside it: ``readout-nlp harvest`` on the same files, which also parses, looks for copies, stores.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import tempfile
import time
from pathlib import Path


def keep(document):
    """Say whether a document passes, by the prefilter of this package."""
    global _worth_parsing
    if _worth_parsing is None:
        path = Path(__file__).parents[1] / "readout_nlp" / "harvest" / "prefilter.py"
        spec = importlib.util.spec_from_file_location("prefilter", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _worth_parsing = module.worth_parsing
    return _worth_parsing(document.text.encode("utf-8", "replace"))


_worth_parsing = None


def adapt(self, data, path, id_in_file):  # noqa: ARG001
    """Take the page of a row, in whichever column it stands."""
    return {"text": data.get("html") or data.get("text") or "", "id": data["url"], "metadata": {}}


def main():
    """Read, filter, write, and print the rate."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.filters import LambdaFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    out = Path(tempfile.mkdtemp())
    start = time.perf_counter()
    pipeline = [
        JsonlReader(str(asked.folder / "dumps"), glob_pattern="*.jsonl.gz", adapter=adapt),
        LambdaFilter(keep),
        JsonlWriter(str(out / "kept")),
    ]
    LocalPipelineExecutor(
        pipeline, tasks=asked.workers, workers=asked.workers, logging_dir=str(out / "logs")
    ).run()
    seconds = time.perf_counter() - start
    print(f"datatrove: {seconds:.1f} s")
    shutil.rmtree(out)


if __name__ == "__main__":
    main()
