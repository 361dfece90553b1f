"""Do both engines cut alike, and how fast? Counts differences on any JSONL given by path.

    python benchmarks/segment.py FILE.jsonl[.gz] ...

Prints, for each file and with the lexicon on and off: documents, tokens, tokens a second of each engine
(the reference and the fast one) and the documents and tokens that differ.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

from readout_nlp.tokens.lexicon import Lexicon, project_lexicon
from readout_nlp.tokens.segment import Segmenter, segmenter

ROW = "{:<44} {:>7} {:>7} {:>10} {:>12} {:>12} {:>9} {:>9}"


def texts(path: Path) -> Iterator[str]:
    """Give the text of every row."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            yield row.get("text") or row.get("body") or ""


def timed(cut: Segmenter, documents: list[str]) -> tuple[list[list[str]], float]:
    """Cut every document; the tokens and the seconds."""
    cut("预热")  # load the dictionary outside the clock
    start = time.perf_counter()
    tokens = [cut(text) for text in documents]
    return tokens, time.perf_counter() - start


def differing(one: list[str], other: list[str]) -> int:
    """Count the tokens of `one` that do not stand at the same place in `other`."""
    return len(_spans(one) - _spans(other))


def _spans(tokens: list[str]) -> set[tuple[int, int]]:
    ends, position = set(), 0
    for token in tokens:
        ends.add((position, position + len(token)))
        position += len(token)
    return ends


def main() -> None:
    """Print one line a file and setting."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--batch", type=int, default=2000, help="documents held at once")
    options = parser.parse_args()
    print(
        ROW.format(
            "file", "lexicon", "texts", "tokens", "jieba tok/s", "rjieba tok/s", "texts !=", "tokens !="
        )
    )
    for path in options.files:
        for lexicon in (None, project_lexicon()):
            print(measure(path, lexicon, options.batch), flush=True)


def measure(path: Path, lexicon: Lexicon | None, batch: int) -> str:
    """Measure one file with one lexicon."""
    reference, fast = segmenter("jieba", lexicon=lexicon), segmenter("rjieba", lexicon=lexicon)
    count = tokens = texts_off = tokens_off = 0
    seconds = [0.0, 0.0]
    documents = list(texts(path))
    for start in range(0, len(documents), batch):
        part = documents[start : start + batch]
        slow_tokens, slow = timed(reference, part)
        fast_tokens, quick = timed(fast, part)
        seconds = [seconds[0] + slow, seconds[1] + quick]
        count += len(part)
        tokens += sum(map(len, slow_tokens))
        off = [differing(a, b) for a, b in zip(slow_tokens, fast_tokens, strict=True)]
        texts_off += sum(n > 0 for n in off)
        tokens_off += sum(off)
    rates = (f"{tokens / s:,.0f}" for s in seconds)
    return ROW.format(
        path.name, "on" if lexicon else "off", count, f"{tokens:,}", *rates, texts_off, tokens_off
    )


if __name__ == "__main__":
    main()
