"""The index of seeds: short runs of characters that a possible source has, and that are not everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled
from readout_nlp.passages.grams_kernel import group_end, place_of


@compiled
def index_runs(keys: Any, buckets: Any, text_of: Any, limits: Any) -> Any:
    """Write, for every run that may be a seed, where it stands in possible sources.

    Parameters
    ----------
    keys, buckets, text_of
        As `sort_runs` gives them; the text of every character.
    limits
        Where sources end and where targets begin, in characters; in how many sources a seed may be; how
        often it is written down for each of them.

    Returns
    -------
    seed_of
        The seed that begins at each character of a target, or -1.
    begins, standing
        Where the places of each seed begin in `standing`, and these places in ascending order.
    work
        How many places of earlier texts each text meets, at most: what it costs to search it.
    frequent
        How many runs are in too many sources, how many there are, how many characters of targets begin one.
    """
    source_end, target_begin, most, each = limits
    seed_of = np.full(len(text_of), -1, np.int32)
    work = np.zeros(text_of[-1] + 1, np.int64)
    begins = np.zeros(len(keys) + 1, np.int64)
    standing = np.empty(len(keys), np.int32)
    frequent = np.zeros(3, np.int64)
    seeds, filled = 0, 0
    for bucket in range(len(buckets) - 1):
        end = buckets[bucket]
        while end < buckets[bucket + 1]:
            begin = end
            end = group_end(keys, begin, buckets[bucket + 1])
            sources = sources_of(keys, begin, end, text_of, source_end)
            first, last = place_of(keys[begin]), place_of(keys[end - 1])
            if sources == 0 or last < target_begin or text_of[first] == text_of[last]:
                continue
            frequent[1] += 1
            if sources > most:
                frequent[0] += 1
                frequent[2] += count_from(keys, begin, end, target_begin)
                continue
            seen, text = 0, -1
            for at in range(begin, end):
                place = place_of(keys[at])
                if place >= target_begin:
                    seed_of[place] = seeds
                    work[text_of[place]] += filled - begins[seeds]
                if place < source_end:
                    seen = seen + 1 if text_of[place] == text else 1
                    text = text_of[place]
                    if seen <= each:
                        standing[filled] = place
                        filled += 1
            seeds += 1
            begins[seeds] = filled
    return seed_of, begins[: seeds + 1].copy(), standing[:filled].copy(), work, frequent


@compiled
def sources_of(keys: Any, begin: Any, end: Any, text_of: Any, source_end: Any) -> Any:
    """Count the possible sources that have a run."""
    count, text = 0, -1
    for at in range(begin, end):
        place = place_of(keys[at])
        if place >= source_end:
            break
        if text_of[place] != text:
            text = text_of[place]
            count += 1
    return count


@compiled
def count_from(keys: Any, begin: Any, end: Any, least: Any) -> Any:
    """Count the keys whose place is not before `least`."""
    count = 0
    for at in range(begin, end):
        if place_of(keys[at]) >= least:
            count += 1
    return count
