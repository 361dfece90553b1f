"""Runs of n characters brought together: sorted by a hash, so that equal ones stand side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd: the golden ratio in 64 bits
_MIX = np.uint64(0xFF51AFD7ED558CCD)  # the last step of MurmurHash3
_ONE, _HALF, _WORD = np.uint64(1), np.uint64(32), np.uint64(64)
_LOW = np.uint64(0xFFFFFFFF)
_FEW = 24  # up to so many are sorted by insertion


@compiled
def hashed(codes: Any, place: Any, length: Any) -> Any:
    """Hash the run of `length` characters that begins at `place` to 64 bits."""
    value = _ONE
    for at in range(place, place + length):
        value = (value + np.uint64(codes[at])) * _FACTOR
        value ^= value >> _HALF
    value *= _MIX
    return value ^ (value >> _HALF)


@compiled
def begins_within(starts: Any, length: Any, usable: Any) -> None:
    """Set in `usable` where a run of `length` characters begins that ends in the same text."""
    usable[:] = False
    for text in range(len(starts) - 1):
        for place in range(starts[text], starts[text + 1] - length + 1):
            usable[place] = True


@compiled
def sort_runs(codes: Any, usable: Any, length: Any, bits: Any) -> Any:
    """Sort the usable places by what stands there: the upper bits of a hash, its lower half, then the place.

    Returned are keys, whose upper half is the lower half of the hash and whose lower half is the place, and
    where each bucket (``2 ** bits`` of them) begins among the keys.
    """
    shift = _WORD - np.uint64(bits)
    starts = np.zeros((1 << bits) + 1, np.int64)
    for place in range(len(usable)):
        if usable[place]:
            starts[np.int64(hashed(codes, place, length) >> shift) + 1] += 1
    for bucket in range(1 << bits):
        starts[bucket + 1] += starts[bucket]
    free = starts[:-1].copy()
    keys = np.empty(starts[-1], np.uint64)
    for place in range(len(usable)):
        if usable[place]:
            value = hashed(codes, place, length)
            home = np.int64(value >> shift)
            keys[free[home]] = ((value & _LOW) << _HALF) | np.uint64(place)
            free[home] += 1
    for bucket in range(1 << bits):
        sort_keys(keys, starts[bucket], starts[bucket + 1])
    return keys, starts


@compiled
def sort_keys(keys: Any, begin: Any, end: Any) -> None:
    """Sort a stretch of keys in place."""
    if end - begin > _FEW:
        keys[begin:end].sort()
        return
    for at in range(begin + 1, end):
        key = keys[at]
        to = at
        while to > begin and keys[to - 1] > key:
            keys[to] = keys[to - 1]
            to -= 1
        keys[to] = key


@compiled
def place_of(key: Any) -> Any:
    """Take the place out of a key."""
    return np.int64(key & _LOW)


@compiled
def group_end(keys: Any, begin: Any, end: Any) -> Any:
    """Find where the run of equal hashes that begins at `begin` ends, not after `end`."""
    value = keys[begin] >> _HALF
    at = begin + 1
    while at < end and keys[at] >> _HALF == value:
        at += 1
    return at
