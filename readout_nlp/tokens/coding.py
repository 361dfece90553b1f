"""Texts -> codes: cut in blocks, in one process or several, and every distinct token given a number."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from readout_nlp.paged import gathered
from readout_nlp.tokens.lexicon import Lexicon
from readout_nlp.tokens.pieces import END
from readout_nlp.tokens.segment import segmenter

Map = Callable[..., Iterable[Any]]
Progress = Callable[..., Iterable[Any]]

BLOCK_CHARACTERS = 20_000  # enough to spread the cost of a call, little enough for the processor's cache
PART_CHARACTERS = 1_000_000  # what a process is given at once
AT_ONCE = 2_000_000  # tokens looked at together; no result depends on it
# From so many characters on, processes save more than their start costs (benchmarks/segment.py measures it).
SPREAD_FROM: Mapping[str, int] = {"jieba": 2_000_000, "rjieba": 4_000_000}


class Texts(Protocol):
    """Texts that can be counted and gone through more than once: a list, or a column of a table."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...


class Coded(NamedTuple):
    """The tokens of texts.

    Attributes
    ----------
    terms : list of str, length n_distinct
        In the order in which they were met.
    codes : ndarray of int32, shape (n_tokens,)
        Positions in `terms`, one text after the other.
    offsets : ndarray of int64, shape (n_texts + 1,)
        Text d holds ``codes[offsets[d]:offsets[d + 1]]``.
    """

    terms: list[str]
    codes: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]


def code(lists: Iterable[Iterable[str]]) -> Coded:
    """Give every distinct token a number.

    Examples
    --------
    >>> coded = code([["水", "电", "水"], [], ["电"]])
    >>> coded.terms, coded.codes.tolist(), coded.offsets.tolist()
    (['水', '电'], [0, 1, 0, 1], [0, 3, 3, 4])
    """
    code_of: defaultdict[str, int] = defaultdict()
    code_of.default_factory = code_of.__len__
    codes, offsets = array("i"), array("q", [0])
    for tokens in lists:
        codes.extend(map(code_of.__getitem__, tokens))
        offsets.append(len(codes))
    return Coded(list(code_of), np.array(codes, dtype=np.int32), np.array(offsets, dtype=np.int64))


def code_joined(blocks: Iterable[Iterable[str]]) -> Coded:
    """Give every distinct token a number, in blocks of texts with `END` after each text.

    Examples
    --------
    >>> code_joined([["水", "电", END, END], ["电", END]]).codes.tolist()
    [0, 1, 1]
    """
    code_of: defaultdict[str, int] = defaultdict()
    code_of.default_factory = code_of.__len__
    end = code_of[END]
    every = array("i")
    for tokens in blocks:
        every.extend(map(code_of.__getitem__, tokens))
    codes = np.asarray(every, dtype=np.int32)
    is_token = codes != end
    ends = np.flatnonzero(~is_token)
    offsets = np.concatenate([[0], ends - np.arange(len(ends))]).astype(np.int64)
    return Coded(list(code_of)[1:], codes[is_token] - np.int32(1), offsets)


def cut_and_code(
    texts: Texts,
    *,
    engine: str,
    lexicon: Lexicon,
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> Coded:
    """Cut texts and code their tokens.

    Parameters
    ----------
    texts
    engine
        ``rjieba`` or ``jieba``.
    lexicon
        Terms to keep whole.
    map
        Used where the texts have `SPREAD_FROM` characters or more; the result is the same.
    progress
        Wraps the texts, or the parts given to processes.

    Examples
    --------
    >>> cut_and_code(["推进农业", "农业"], engine="rjieba", lexicon=Lexicon.of([])).codes.tolist()
    [0, 1, 1]
    """
    sizes = [len(text) for text in texts]
    if sum(sizes) < SPREAD_FROM[engine]:
        return _cut_part(
            (engine, lexicon, progress(texts, description="tokens", total=len(texts)) if progress else texts)
        )
    # one part after the other: the texts of a whole corpus as objects would take as much room as the corpus
    done = map(_cut_part, ((engine, lexicon, part) for part in blocks(texts, size=PART_CHARACTERS)))
    return _joined(progress(done, description="tokens", total=_n_parts(sizes)) if progress else done)


def _n_parts(sizes: Iterable[int]) -> int:
    """Count the parts that `blocks` makes of texts of these sizes."""
    number, room, open_ = 0, 0, False
    for size in sizes:
        room, open_ = room + size, True
        if room >= PART_CHARACTERS:
            number, room, open_ = number + 1, 0, False
    return number + open_


def _cut_part(job: tuple[str, Lexicon, Iterable[str]]) -> Coded:
    engine, lexicon, texts = job
    cut = segmenter(engine, lexicon=lexicon)
    return code_joined(map(cut.cut_joined, blocks(texts)))


def _joined(parts: Iterable[Coded]) -> Coded:
    code_of: dict[str, int] = {}
    lengths = [np.zeros(1, dtype=np.int64)]

    def recoded() -> Iterator[npt.NDArray[np.int32]]:
        for part in parts:
            renumber = [code_of.setdefault(term, len(code_of)) for term in part.terms]
            lengths.append(np.diff(part.offsets))
            yield np.array(renumber, dtype=np.int32)[part.codes]

    codes = gathered(recoded(), np.int32)
    return Coded(list(code_of), codes, np.cumsum(np.concatenate(lengths)))


def spans_of(offsets: npt.NDArray[np.int64], size: int = AT_ONCE) -> Iterator[tuple[int, int]]:
    """Cut texts into runs of about `size` tokens: the first of a run, and the first behind it.

    Examples
    --------
    >>> list(spans_of(np.array([0, 2, 2, 5]), 2))
    [(0, 1), (1, 3)]
    """
    edges = np.searchsorted(offsets, np.arange(offsets[0] + size, offsets[-1], size))
    yield from pairwise(np.unique([0, *edges, len(offsets) - 1]).tolist())


def blocks(texts: Iterable[str], *, size: int = BLOCK_CHARACTERS) -> Iterator[list[str]]:
    """Give texts in blocks of at least `size` characters, the last one excepted.

    Examples
    --------
    >>> list(blocks(["水", "电", "路"], size=2))
    [['水', '电'], ['路']]
    """
    block: list[str] = []
    characters = 0
    for text in texts:
        block.append(text)
        characters += len(text)
        if characters >= size:
            yield block
            block, characters = [], 0
    if block:
        yield block
