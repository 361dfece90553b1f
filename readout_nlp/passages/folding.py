"""Texts as the search for passages sees them: letters and digits alone, and the way back to the original."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from readout_nlp.errors import InputError

AT_ONCE = 2**20  # characters folded together
LONGEST = 2**31 - 1  # characters of all texts: places are counted in 32 bits
LETTER, OPENING, MARK, SPACE = 0, 1, 2, 3

Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class Folded:
    """Texts one after the other, punctuation and white space left out, width and case folded.

    Attributes
    ----------
    codes : ndarray of int32, shape (n_characters,)
        Code points of what is left of all texts.
    starts : ndarray of int64, shape (n_texts + 1,)
        Where each text begins in `codes`, and where the last ends.
    places : ndarray of int32, shape (n_characters,)
        The offset of each character in its own original text.
    raw : ndarray of int32
        Code points of the originals, one after the other.
    raw_starts : ndarray of int64, shape (n_texts + 1,)
        Where each begins in `raw`.
    kinds : ndarray of int8, shape (0x110000,)
        What a code point is: `LETTER` (it is in `codes`), `OPENING` mark, other `MARK`, `SPACE`.
    """

    codes: Ints
    starts: Ints
    places: Ints
    raw: Ints
    raw_starts: Ints
    kinds: Ints

    @cached_property
    def text_of(self) -> Ints:
        """Number of the text that each character is of: int32, shape (n_characters,)."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))


def fold_texts(texts: Sequence[str]) -> Folded:
    """Fold texts for matching, and keep the way back.

    Letters, digits and ideographs stay, in compatibility form (NFKC, so full width becomes half width) and
    lower case; punctuation, symbols and white space go. Traditional characters stay as they are.

    Raises
    ------
    InputError
        If the texts together are too long to count their characters in 32 bits.

    Examples
    --------
    >>> folded = fold_texts(["会议，要Ａ。", ""])
    >>> "".join(map(chr, folded.codes)), folded.places.tolist(), folded.starts.tolist()
    ('会议要a', [0, 1, 3, 4], [0, 4, 4])
    """
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    raw_starts = np.concatenate([[0], np.cumsum(lengths)])
    if raw_starts[-1] > LONGEST:
        raise InputError(
            f"{raw_starts[-1]:,} characters", f"at most {LONGEST:,} in one call", "search parts of the texts"
        )
    raw = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<i4")
    *tables, kinds = _tables(raw)
    spans = [*_blocks(raw_starts)] or [(0, 1)]
    parts = [_fold(raw, raw_starts[start:stop], tables) for start, stop in spans]
    codes, sizes, places = (np.concatenate(each) for each in zip(*parts, strict=True))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return Folded(codes, starts, places, raw, raw_starts, kinds)


def _blocks(raw_starts: Ints) -> Iterator[tuple[int, int]]:
    """Cut texts into runs of about `AT_ONCE` characters: folding takes ten times the room of what is kept."""
    edges = np.searchsorted(raw_starts, np.arange(AT_ONCE, raw_starts[-1], AT_ONCE)).tolist()
    for begin, end in pairwise(dict.fromkeys([0, *edges, len(raw_starts) - 1])):
        yield begin, end + 1


def _fold(raw: Ints, bounds: Ints, tables: Sequence[Ints]) -> tuple[Ints, Ints, Ints]:
    """Give codes, number of characters a text, and places of the texts within `bounds` of `raw`."""
    first, widths, forms = tables
    own, bounds = raw[bounds[0] : bounds[-1]], bounds - bounds[0]
    kept = np.repeat(np.arange(len(own), dtype=np.int32), widths[own])
    ends = np.cumsum(widths[own], dtype=np.int64)
    letters = own[kept]
    before = ends[kept] - widths[letters]  # where the form of the same original character begins
    codes = forms[first[letters] + (np.arange(len(kept)) - before).astype(np.int32)]
    sizes = np.diff(np.concatenate([[0], ends])[bounds])
    return codes, sizes, (kept - np.repeat(bounds[:-1], sizes)).astype(np.int32)


def fold_string(text: str) -> str:
    """Fold one text, without the way back.

    Examples
    --------
    >>> fold_string("“１＋１”，Ａ 城")
    '11a城'
    """
    return "".join(map(_form, text))


def _tables(raw: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Give, by code point, where its form begins among all forms and how long it is; the forms; the kinds."""
    seen = np.zeros(0x110000, dtype=bool)
    seen[raw] = True
    first, widths = np.zeros(0x110000, np.int32), np.zeros(0x110000, np.int32)
    kinds, forms = np.zeros(0x110000, np.int8), list[int]()
    for code in np.flatnonzero(seen).tolist():
        form = _form(chr(code))
        first[code], widths[code] = len(forms), len(form)
        kinds[code] = LETTER if form else _kind(chr(code))
        forms.extend(map(ord, form))
    return first, widths, np.array(forms, dtype=np.int32), kinds


@lru_cache(maxsize=2**16)
def _form(char: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", char).casefold()))


def _kind(char: str) -> int:
    if char.isspace() or unicodedata.category(char).startswith("C"):
        return SPACE
    return OPENING if unicodedata.category(char) in ("Ps", "Pi") else MARK
