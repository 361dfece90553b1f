"""All passages that texts share with possible sources: seeds, shared runs, extension, target by target."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from readout_nlp.compiled import compiled
from readout_nlp.passages.extend_kernel import align, scratch, shared_run
from readout_nlp.passages.grams_kernel import place_of
from readout_nlp.passages.tidy_kernel import tidy

WIDTH = 8  # columns of a row: source, target, then those of `tidy_kernel`
_HALF = np.uint64(32)
_AHEAD = 64  # how many runs further on are looked at for one that confirms


class Texts(NamedTuple):
    """Characters of all texts, where each begins, and of which text each character is."""

    codes: Any
    starts: Any
    text_of: Any


class Seeds(NamedTuple):
    """As `index_runs` gives them, with where sources end (in characters)."""

    seed_of: Any
    begins: Any
    standing: Any
    source_end: int


class Rules(NamedTuple):
    """What counts as a passage."""

    seed: int  # characters of a seed
    alone: int  # a shared run of so many characters is looked at by itself
    near: int  # a shorter one if another is no further than this ...
    band: int  # ... and shifted by no more than this
    gentle: float  # twice the score that an edit costs
    strict: float  # the same where the first comes out below the floor
    drop: float  # twice how far below its best a score may fall
    max_gap: int
    floor: float
    least: int


@compiled
def match_texts(first: Any, last: Any, texts: Texts, seeds: Seeds, rules: Rules) -> Any:
    """Give the passages of targets `first` to `last` (texts) as rows; see `WIDTH`."""
    rows, filled = np.empty((256, WIDTH), np.int64), 0
    hits, runs = np.empty(1024, np.uint64), np.empty((256, 4), np.int64)
    room = scratch(rules.band)
    for target in range(first, last):
        begin, end = texts.starts[target], texts.starts[target + 1]
        sources_end = min(seeds.source_end, begin)
        count = count_hits(begin, end, sources_end, seeds)
        if count == 0:
            continue
        if count > len(hits):
            hits = np.empty(2 * count, np.uint64)
        gather_hits(begin, end, sources_end, seeds, len(texts.codes), hits)
        hits[:count].sort()
        if count > len(runs):
            runs = np.empty((2 * count, 4), np.int64)
        n_runs = shared_runs(hits[:count], begin, end, texts, rules, runs)
        n_runs = confirmed(runs, n_runs, rules)
        rows, filled = passages_of(target, runs, n_runs, texts, rules, room, rows, filled)
    return rows[:filled].copy()


@compiled
def count_hits(begin: Any, end: Any, sources_end: Any, seeds: Seeds) -> Any:
    """Count the places in sources where seeds of a target stand."""
    count = 0
    for place in range(begin, end):
        seed = seeds.seed_of[place]
        if seed >= 0:
            for at in range(seeds.begins[seed], seeds.begins[seed + 1]):
                if seeds.standing[at] >= sources_end:
                    break
                count += 1
    return count


@compiled
def gather_hits(begin: Any, end: Any, sources_end: Any, seeds: Seeds, total: Any, hits: Any) -> None:
    """Write for each such place a key: the diagonal (never negative), then the place in the target."""
    filled = 0
    for place in range(begin, end):
        seed = seeds.seed_of[place]
        if seed >= 0:
            for at in range(seeds.begins[seed], seeds.begins[seed + 1]):
                if seeds.standing[at] >= sources_end:
                    break
                diagonal = seeds.standing[at] - place + total
                hits[filled] = (np.uint64(diagonal) << _HALF) | np.uint64(place)
                filled += 1


@compiled
def shared_runs(hits: Any, begin: Any, end: Any, texts: Texts, rules: Rules, runs: Any) -> Any:
    """Make of sorted hits the longest runs with them: source text, places in source and target, length."""
    count, on, reach = 0, np.int64(-1), np.int64(-1)
    for hit in hits:
        diagonal, place = np.int64(hit >> _HALF), place_of(hit)
        if diagonal == on and place < reach:
            continue
        standing = diagonal + place - len(texts.codes)
        source = texts.text_of[standing]
        codes, starts = texts.codes, texts.starts
        right = shared_run(codes, standing, starts[source + 1], place, end, 1)
        if right < rules.seed:  # two runs with one hash
            continue
        left = shared_run(codes, standing - 1, starts[source] - 1, place - 1, begin - 1, -1)
        on, reach = diagonal, place + right
        runs[count, 0], runs[count, 1] = source, standing - left
        runs[count, 2], runs[count, 3] = place - left, left + right
        count += 1
    return count


@compiled
def confirmed(runs: Any, count: Any, rules: Rules) -> Any:
    """Keep runs that are long enough by themselves, or that another on a near diagonal confirms."""
    good = np.zeros(count, np.bool_)
    for at in range(count):
        good[at] |= runs[at, 3] >= rules.alone
        for other in range(at + 1, min(count, at + _AHEAD)):
            shift = runs[other, 1] - runs[other, 2] - runs[at, 1] + runs[at, 2]
            if shift > rules.band:
                break
            if runs[other, 0] == runs[at, 0] and apart(runs[at], runs[other]) <= rules.near:
                good[at] = good[other] = True
    kept = 0
    for at in range(count):
        if good[at]:
            runs[kept] = runs[at]
            kept += 1
    return kept


@compiled
def apart(one: Any, other: Any) -> Any:
    """Count the characters of the target between two runs; negative where they overlap."""
    return max(other[2] - one[2] - one[3], one[2] - other[2] - other[3])


@compiled
def passages_of(
    target: Any, runs: Any, n_runs: Any, texts: Texts, rules: Rules, room: Any, rows: Any, filled: Any
) -> Any:
    """Extend the runs of a target, source by source, and add the passages to the rows."""
    order = np.argsort(runs[:n_runs, 0] * len(texts.codes) + runs[:n_runs, 2], kind="mergesort")
    found = np.empty((16, WIDTH - 2), np.int64)
    begin = 0
    while begin < n_runs:
        source, end = runs[order[begin], 0], begin
        while end < n_runs and runs[order[end], 0] == source:
            end += 1
        if end - begin > len(found):
            found = np.empty((2 * (end - begin), WIDTH - 2), np.int64)
        count = passages_of_pair(source, target, runs, order[begin:end], texts, rules, room, found)
        count = tidy(found, count, (rules.max_gap, rules.floor, rules.least))
        if filled + count > len(rows):
            more = np.empty((2 * (filled + count), WIDTH), np.int64)
            more[:filled] = rows[:filled]
            rows = more
        rows[filled : filled + count, 0] = source
        rows[filled : filled + count, 1] = target
        rows[filled : filled + count, 2:] = found[:count]
        filled += count
        begin = end
    return rows, filled


@compiled
def passages_of_pair(
    source: Any, target: Any, runs: Any, order: Any, texts: Texts, rules: Rules, room: Any, found: Any
) -> Any:
    """Extend the runs of one pair that lie in no passage found before; how many were written is returned."""
    starts = texts.starts
    bounds = (starts[source], starts[source + 1], starts[target], starts[target + 1])
    front, best, out = room
    count = 0
    for at in order:
        run = (runs[at, 1], runs[at, 2], runs[at, 3])
        if inside(run, found, count):
            continue
        align(texts.codes, run, bounds, (rules.gentle, rules.drop, rules.band), front, best, out)
        if out[4] < rules.floor * out[5]:
            align(texts.codes, run, bounds, (rules.strict, rules.drop, rules.band), front, best, out)
        found[count] = out
        count += 1
    return count


@compiled
def inside(run: Any, found: Any, count: Any) -> Any:
    """Say whether a run lies in a passage found before, in both texts."""
    source, target, length = run
    for at in range(count):
        in_source = found[at, 0] <= source and source + length <= found[at, 1]
        if in_source and found[at, 2] <= target and target + length <= found[at, 3]:
            return True
    return False
