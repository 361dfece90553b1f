"""Pages a second from bytes to text worth reading, for the synthetic sample's plain and HTML pages.

Run: ``python benchmarks/pages.py [FOLDER...]`` (folders of pages of your own are added as rows).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from readout_nlp.durable import sha256_bytes
from readout_nlp.pages.extract import extract_text
from readout_nlp.pages.page import Page
from readout_nlp.pages.read import read_pages
from readout_nlp.sample.generate import generate_sample
from readout_nlp.sample.settings import SampleSettings

RUNS = 3


def seconds(pages: Sequence[Page]) -> float:
    """Best processor time of a few runs; the first warms imports and tables."""
    extract_text(pages[0])
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        for page in pages:
            extract_text(page)
        times.append(time.process_time() - start)
    return min(times)


def sample_pages(ending: str) -> list[Page]:
    """Pages of the sample with this ending."""
    files = (file for file in generate_sample(SampleSettings()) if file.path.endswith(ending))
    return [Page(origin=file.path, data=file.data, sha256=sha256_bytes(file.data)) for file in files]


def main(folders: Sequence[str]) -> None:
    """Print the table."""
    sets = {"sample, text": sample_pages(".txt"), "sample, HTML": sample_pages(".html")}
    for folder in folders:
        sets[folder] = [page for page in read_pages([folder]) if isinstance(page, Page)]
    print(f"{'pages':40} {'number':>8} {'kB each':>8} {'pages/s':>8} {'MB/s':>6}")
    for name, pages in sets.items():
        took = seconds(pages)
        size = sum(len(page.data) for page in pages)
        print(
            f"{name[-40:]:40} {len(pages):8} {size / len(pages) / 1000:8.1f} {len(pages) / took:8.0f} "
            f"{size / took / 1e6:6.1f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
