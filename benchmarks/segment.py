"""Do both engines cut alike, and how fast? Every run of Han characters of any files of texts.

    python benchmarks/segment.py FILE.jsonl[.gz] ...      # the proof, over two processes
    python benchmarks/segment.py --spread FILE.jsonl.gz   # from what size on processes pay

The proof cuts every run of Han characters by itself with jieba and with rjieba, then whole texts as the
package does, without a lexicon and with the project's, and prints for each file what differs (every run by
name) and how many times sooner rjieba is done, in seconds of processor time: for the runs one by one, for
whole texts, and for whole texts with their tokens numbered, as `tokenize` needs them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from readout_nlp.tokens import coding
from readout_nlp.tokens.coding import blocks, code_joined, cut_and_code
from readout_nlp.tokens.lexicon import Lexicon, project_lexicon
from readout_nlp.tokens.pieces import END, HAN
from readout_nlp.tokens.segment import ENGINES, segmenter

PROCESSES = 2
SHARD_CHARACTERS = 500_000
ROW = "{:<30} {:>8} {:>7} {:>11} {:>10} {:>9} {:>11} {:>9} {:>8} {:>10} {:>9}"
HEAD = (
    *("file", "lexicon", "texts", "characters", "runs", "runs !=", "tokens", "texts !="),
    *("runs x", "texts x", "coded x"),
)


def texts(path: Path) -> Iterator[str]:
    """Give the text of every row."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            yield row.get("text") or row.get("body") or ""


def timed(task: Callable[[], Any]) -> tuple[Any, float]:
    """Give what a task makes and its seconds of processor time."""
    start = time.process_time()
    made = task()
    return made, time.process_time() - start


def compare(shard: Sequence[str], *, lexicon: Lexicon | None) -> tuple[Counter[str], list[str]]:
    """Cut a shard with both engines: numbers to add up, and the runs that differ."""
    found: Counter[str] = Counter(texts=len(shard), characters=sum(map(len, shard)))
    cut_alone = {name: ENGINES[name]().cut for name in ENGINES}
    whole = {name: segmenter(name, lexicon=lexicon) for name in ENGINES}
    for cut in whole.values():
        cut("预热")  # load the dictionary outside the clock
    differing = []
    if lexicon is None:
        runs = [run for text in shard for run in re.findall(f"[{HAN}]+", text)]
        alone = {name: timed(lambda name=name: [cut_alone[name](run) for run in runs]) for name in ENGINES}
        pairs = zip(runs, alone["jieba"][0], alone["rjieba"][0], strict=True)
        differing = [f"{run}: jieba {one}, rjieba {two}" for run, one, two in pairs if one != two]
        found.update(runs=len(runs), runs_differ=len(differing))
        found.update({f"runs {name}": seconds for name, (_, seconds) in alone.items()})
    tokens = {}
    for name in ENGINES:
        tokens[name], seconds = timed(lambda name=name: [whole[name].cut_joined(b) for b in blocks(shard)])
        numbering = timed(partial(code_joined, tokens[name]))[1]
        found.update({f"texts {name}": seconds, f"coded {name}": seconds + numbering})
    found["tokens"] = sum(map(len, tokens["jieba"])) - len(shard)
    found["texts_differ"] = differing_texts(*tokens.values())
    return found, differing


def differing_texts(one: Sequence[list[str]], other: Sequence[list[str]]) -> int:
    """Count the texts that two lists of blocks cut differently."""
    if one == other:
        return 0
    texts_of = [" ".join(chain.from_iterable(blocks)).split(END) for blocks in (one, other)]
    return sum(a != b for a, b in zip(*texts_of, strict=True))


def prove(paths: Sequence[Path]) -> None:
    """Print one line a file and setting, and the whole."""
    print(ROW.format(*HEAD))
    total: dict[str, Counter[str]] = {"none": Counter(), "project": Counter()}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for path in paths:
            shards = list(blocks(texts(path), size=SHARD_CHARACTERS))
            for label, lexicon in (("none", None), ("project", project_lexicon())):
                parts = list(pool.map(partial(compare, lexicon=lexicon), shards))
                found = sum((part for part, _ in parts), Counter())
                total[label].update(found)
                print(line(path.name.partition(".")[0], label, found), flush=True)
                for difference in chain.from_iterable(named for _, named in parts):
                    print(f"  {difference}")
    for label, found in total.items():
        print(line("all", label, found))


def line(name: str, lexicon: str, found: Counter[str]) -> str:
    """Write one row; `runs x` and so on are the seconds of jieba over those of rjieba."""
    ratio = {
        what: f"{found[f'{what} jieba'] / found[f'{what} rjieba']:.1f}" if found[f"{what} rjieba"] else "-"
        for what in ("runs", "texts", "coded")
    }
    runs = (f"{found['runs']:,}", found["runs_differ"]) if found["runs"] else ("-", "-")
    counts = (
        found["texts"],
        f"{found['characters']:,}",
        *runs,
        f"{found['tokens']:,}",
        found["texts_differ"],
    )
    return ROW.format(name, lexicon, *counts, *ratio.values())


def spread(path: Path, sizes: Sequence[int]) -> None:
    """Print wall seconds in one process and in two that stand ready, for growing corpora."""
    coding.SPREAD_FROM = dict.fromkeys(ENGINES, 0)
    every = list(texts(path))
    print(f"{'engine':<8} {'characters':>11} {'one process':>12} {'two':>8}")
    for engine in ENGINES:
        cut = partial(cut_and_code, engine=engine, lexicon=project_lexicon())
        cut(["预热"])
        for size in sizes:
            some = next(blocks(every, size=size))
            alone = wall(partial(cut, some))
            with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
                list(pool.map(ready, range(PROCESSES)))  # a run has processes before it cuts
                together = wall(partial(cut, some, map=pool.map))
            print(f"{engine:<8} {sum(map(len, some)):>11,} {alone:>12.2f} {together:>8.2f}", flush=True)


def ready(number: int) -> int:
    """Keep a process a moment, so that each of them starts."""
    time.sleep(1.0)
    return number


def wall(task: Callable[[], Any]) -> float:
    """Seconds by the clock on the wall."""
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def main() -> None:
    """Read the call."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--spread", action="store_true", help="measure one process against two instead")
    parser.add_argument("--sizes", nargs="+", type=int, default=[250_000, 500_000, 1_000_000, 4_000_000])
    options = parser.parse_args()
    if options.spread:
        spread(options.files[0], options.sizes)
    else:
        prove(options.files)


if __name__ == "__main__":
    main()
