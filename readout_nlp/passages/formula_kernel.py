"""Loops over wording: how far each run of characters is spread, and where given strings occur."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled
from readout_nlp.passages.grams_kernel import group_end, hashed, place_of


@compiled
def spread(keys: Any, buckets: Any, text_of: Any, places: Any, years: Any, least: Any, number: Any) -> Any:
    """Give a number to the runs that are spread widely enough, and say how widely.

    Parameters
    ----------
    keys, buckets, text_of
        As `sort_runs` gives them; the text of every character.
    places, years : ndarray of int64, shape (n_texts,)
        Numbers of the place and of the year of each text.
    least
        The fewest texts, places and years.
    number : ndarray of int32, shape (n_characters,)
        Output: the number of the run that begins at each character, or -1.

    Returns
    -------
    ndarray of int64, shape (n_runs, 4)
        Texts, places, years, and where the run stands first.
    """
    number[:] = -1
    seen_place = np.full(places.max() + 1, -1, np.int64)
    seen_year = np.full(years.max() + 1, -1, np.int64)
    found, count, group = np.empty((1024, 4), np.int64), 0, 0
    for bucket in range(len(buckets) - 1):
        end = buckets[bucket]
        while end < buckets[bucket + 1]:
            begin = end
            end = group_end(keys, begin, buckets[bucket + 1])
            if end - begin < least[0]:
                continue
            group += 1
            n_texts, n_places, n_years, last = 0, 0, 0, -1
            for at in range(begin, end):
                text = text_of[place_of(keys[at])]
                if text == last:
                    continue
                last = text
                n_texts += 1
                if seen_place[places[text]] != group:
                    seen_place[places[text]] = group
                    n_places += 1
                if seen_year[years[text]] != group:
                    seen_year[years[text]] = group
                    n_years += 1
            if n_texts < least[0] or n_places < least[1] or n_years < least[2]:
                continue
            if count == len(found):
                more = np.empty((2 * count, 4), np.int64)
                more[:count] = found
                found = more
            found[count, 0], found[count, 1], found[count, 2] = n_texts, n_places, n_years
            found[count, 3] = place_of(keys[begin])
            for at in range(begin, end):
                number[place_of(keys[at])] = count
            count += 1
    return found[:count].copy()


@compiled
def longer(number: Any, text_of: Any, usable: Any) -> None:
    """Set in `usable` where a run one character longer may be spread as widely: both its parts are."""
    for place in range(len(number) - 1):
        usable[place] = number[place] >= 0 and number[place + 1] >= 0 and text_of[place] == text_of[place + 1]
    if len(number):
        usable[len(number) - 1] = False


@compiled
def most_texts_longer(number: Any, longer_number: Any, found: Any, n_runs: Any) -> Any:
    """Count, for each run, the texts of the most frequent one that is longer by one character."""
    most = np.zeros(n_runs, np.int64)
    for place in range(len(number)):
        if longer_number[place] >= 0:
            texts = found[longer_number[place], 0]
            most[number[place]] = max(most[number[place]], texts)
            most[number[place + 1]] = max(most[number[place + 1]], texts)
    return most


@compiled
def head_hashes(codes: Any, starts: Any, length: Any) -> Any:
    """Hash the first `length` characters of every string."""
    out = np.empty(len(starts) - 1, np.uint64)
    for text in range(len(out)):
        out[text] = hashed(codes, starts[text], length)
    return out


@compiled
def mark_strings(
    codes: Any, starts: Any, strings: Any, string_starts: Any, heads: Any, length: Any, mask: Any
) -> None:
    """Set in `mask` the characters of texts that lie in one of the strings.

    `strings` are the characters of all strings, in the order of `heads`, the hashes of their first `length`
    characters, ascending; no string is shorter.
    """
    maybe = np.zeros(1 << 16, np.bool_)
    for head in heads:
        maybe[np.int64(head >> np.uint64(48))] = True
    for text in range(len(starts) - 1):
        done = starts[text]
        for place in range(starts[text], starts[text + 1] - length + 1):
            value = hashed(codes, place, length)
            if not maybe[np.int64(value >> np.uint64(48))]:
                continue
            at = np.searchsorted(heads, value)
            reach = place
            while at < len(heads) and heads[at] == value:
                size = string_starts[at + 1] - string_starts[at]
                fits = reach < place + size <= starts[text + 1]
                if fits and same(codes, place, strings, string_starts[at], size):
                    reach = place + size
                at += 1
            for inside in range(max(done, place), reach):
                mask[inside] = True
            done = max(done, reach)


@compiled
def same(codes: Any, place: Any, strings: Any, begin: Any, size: Any) -> Any:
    """Say whether so many characters are equal."""
    at = 0
    while at < size and codes[place + at] == strings[begin + at]:
        at += 1
    return at == size
