"""How long it takes to find all passages that the texts of a corpus share, beside what others would do.

    python benchmarks/reuse_speed.py CORPUS.jsonl.gz [--first N] [--baseline-texts 4000] [--check-texts 3000]

Every text is compared with every other by `rn.text_reuse`. Beside it, on what is stated: candidate pairs of
whole texts by MinHash and locality-sensitive hashing over runs of eight characters (datasketch), as textreuse
does it; the plain Smith-Waterman algorithm that aligns such a pair there; and difflib's matching blocks. The
last two need a list of pairs first, so they are given the pairs that were found; their time for all of these
is extrapolated. For a part of the texts, every pair that shares a run of twelve characters (punctuation and
white space left aside) is listed the slow way, to see that none is missing.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import combinations, islice
from pathlib import Path

import numpy as np
from topics_data import machine, say

from readout_nlp.passages.folding import fold_string
from readout_nlp.passages.reuse import MAX_DOCUMENTS, text_reuse

SHINGLE, PERMUTATIONS, ALIKE = 8, 128, 0.5
ASKED_SECONDS, ASKED_GIB = 600, 6
LENGTH = 12
SW_PAIRS, DIFF_PAIRS = 10, 100


def main() -> None:
    """Print time, memory and what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--first", type=int)
    parser.add_argument("--baseline-texts", type=int, default=4000)
    parser.add_argument("--check-texts", type=int, default=3000)
    given = parser.parse_args()
    texts, dates = read(given.corpus, given.first)
    characters = sum(map(len, texts.values()))
    print(f"{machine()}; {given.corpus.name}: {len(texts):,} texts, {characters:,} characters\n", flush=True)
    text_reuse({"a": "compiled" * 3, "b": "compiled" * 3})  # the loops are compiled once, and kept on disk
    before, begun, used = peak(), time.perf_counter(), time.process_time()
    found = text_reuse(texts, dates=dates)
    seconds, used, gib = time.perf_counter() - begun, time.process_time() - used, peak()
    counts = found.attrs["counts"]
    pairs = list(dict.fromkeys(zip(found["source_id"], found["target_id"], strict=True)))
    print(
        f"rn.text_reuse, every pair: {seconds:.1f} s ({used:.1f} s of processor time),"
        f" peak {gib:.2f} GiB ({before:.2f} before)"
    )
    print(f"  {len(found):,} passages of {LENGTH} characters or more in {len(pairs):,} pairs")
    print(f"  median length {found['length'].median():.0f}, similarity {found['similarity'].median():.3f}")
    print(
        f"  seeds that two texts share: {counts['shared_seeds']:,}; of them in too many texts:"
        f" {counts['frequent_seeds']:,}",
        flush=True,
    )
    check({name: texts[name] for name in list(texts)[: given.check_texts]})
    baselines(texts, pairs, given.baseline_texts)
    good = seconds < ASKED_SECONDS and gib < ASKED_GIB
    print(
        f"\n{len(texts):,} texts: {seconds / 60:.1f} minutes, {gib:.2f} GiB (asked: below"
        f" {ASKED_SECONDS // 60} minutes and {ASKED_GIB} GiB for 40,000 texts: {'yes' if good else 'NO'})"
    )


def read(path: Path, first: int | None) -> tuple[dict[str, str], dict[str, str]]:
    """Read texts and days by id; of two rows of one id the first."""
    texts: dict[str, str] = {}
    dates: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, islice(lines, first)):
            texts.setdefault(row["id"], row["text"])
            dates.setdefault(row["id"], row["date"])
    return texts, dates


def peak() -> float:
    """Give the most memory that this process has had, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def check(texts: dict[str, str]) -> None:
    """List the pairs that share a run of characters the slow way, and count those that are not found."""
    holding: dict[str, set[str]] = defaultdict(set)
    for name, text in texts.items():
        folded = fold_string(text)
        for at in range(len(folded) - LENGTH + 1):
            holding[folded[at : at + LENGTH]].add(name)
    sharing = {pair for names in holding.values() for pair in combinations(sorted(names), 2)}
    for bound in (MAX_DOCUMENTS, None):
        found = text_reuse(texts, max_documents=bound)
        missing = sharing - set(zip(found["source_id"], found["target_id"], strict=True))
        print(
            f"check on {len(texts):,} texts, max_documents={bound}: of {len(sharing):,} pairs that share"
            f" {LENGTH} characters in a row {len(missing):,} are missing",
            flush=True,
        )


def baselines(texts: dict[str, str], pairs: Sequence[tuple[str, str]], n_texts: int) -> None:
    """Time the others on a part, and say what of it is extrapolated."""
    names = sorted(name for name, text in texts.items() if text.strip())
    some = [names[at] for at in np.random.default_rng(0).permutation(len(names))[:n_texts]]
    say("datasketch")
    minhash(texts, some, pairs)
    chosen = [pairs[at] for at in np.random.default_rng(0).permutation(len(pairs))]
    say("Smith-Waterman, difflib")
    for name, align, count in (
        ("Smith-Waterman in plain Python", smith_waterman, SW_PAIRS),
        ("difflib's matching blocks", matching_blocks, DIFF_PAIRS),
    ):
        timed(name, align, [(texts[one], texts[other]) for one, other in chosen[:count]], len(pairs))


def minhash(texts: dict[str, str], some: Sequence[str], pairs: Sequence[tuple[str, str]]) -> None:
    """Find pairs of texts that are alike as wholes."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ModuleNotFoundError:
        print("datasketch is not installed (it is in the `bench` extra): left out")
        return
    begun = time.perf_counter()
    index, sketches = MinHashLSH(threshold=ALIKE, num_perm=PERMUTATIONS), {}
    for name in some:
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([text.encode() for text in shingles(texts[name])])
        sketches[name] = sketch
        index.insert(name, sketch)
    candidates = {
        (min(name, other), max(name, other))
        for name in some
        for other in index.query(sketches[name])
        if other != name
    }
    seconds = time.perf_counter() - begun
    inside = set(some)
    ours = {(min(pair), max(pair)) for pair in pairs if inside.issuperset(pair)}
    print(
        f"datasketch MinHash LSH, {len(some):,} texts: {seconds:.1f} s"
        f" (for {len(texts):,} texts about {seconds * len(texts) / len(some):.0f} s, in proportion);\n"
        f"  {len(candidates):,} candidate pairs, with them {len(ours & candidates):,} of the {len(ours):,}"
        " pairs of these texts that share a passage",
        flush=True,
    )


def shingles(text: str) -> set[str]:
    """Give the runs of characters of a text."""
    return {text[at : at + SHINGLE] for at in range(max(1, len(text) - SHINGLE + 1))}


def timed(
    name: str, align: Callable[[str, str], int], pairs: Sequence[tuple[str, str]], n_pairs: int
) -> None:
    """Align pairs that are known to share a passage."""
    if not pairs:
        return
    begun = time.perf_counter()
    for one, other in pairs:
        align(one, other)
    each = (time.perf_counter() - begun) / len(pairs)
    print(
        f"{name}, {len(pairs)} of the pairs found: {1000 * each:.1f} ms a pair"
        f" (for all {n_pairs:,} about {each * n_pairs / 3600:.1f} hours, extrapolated)",
        flush=True,
    )


def smith_waterman(one: str, other: str, match: int = 2, mismatch: int = -1, gap: int = -1) -> int:
    """Give the score of the best local alignment, with textreuse's weights."""
    best, row = 0, [0] * (len(other) + 1)
    for char in one:
        above, row = row, [0] * (len(other) + 1)
        for at, char_other in enumerate(other):
            step = above[at] + (match if char == char_other else mismatch)
            row[at + 1] = max(0, step, above[at + 1] + gap, row[at] + gap)
            best = max(best, row[at + 1])
    return best


def matching_blocks(one: str, other: str) -> int:
    """Count the blocks of 12 characters or more."""
    return sum(
        block.size >= LENGTH
        for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    )


if __name__ == "__main__":
    main()
