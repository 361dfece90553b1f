"""Text made comparable: what differs only in white space or in the width of its signs counts as the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from readout_nlp.readouts.spans import fold

SHINGLE = 3  # characters; order counts within so many, and one wrong sign costs no more than three shingles


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """The letters, figures and Han characters of a text, and where each stood.

    Attributes
    ----------
    text
        The signs that count, widths folded.
    before
        How many of them stand before each offset of the original; shape (len(original) + 1,).
    """

    text: str
    before: tuple[int, ...]


def letters(text: str) -> Letters:
    """Keep what is neither white space nor punctuation.

    Examples
    --------
    >>> letters("第１ 项：PM2.5").text
    '第1项PM25'
    >>> letters("一, 二").before
    (0, 1, 1, 1, 2)
    """
    folded = fold(text)
    counts = [sign.isalnum() for sign in folded]
    kept = "".join(sign for sign, counted in zip(folded, counts, strict=True) if counted)
    return Letters(text=kept, before=tuple(accumulate(counts, initial=0)))


def bare(text: str) -> str:
    """Fold widths and take out white space.

    Examples
    --------
    >>> bare(" 市委常委会（扩大） 会议 ")
    '市委常委会(扩大)会议'
    """
    return "".join(fold(text).split())


def shared_shingles(truth: str, found: str) -> tuple[int, int, int]:
    """Count the shingles that two texts share: their multisets of `SHINGLE` characters in a row.

    Widths are folded and white space left out. Furniture left in the body lowers precision, text lost lowers
    recall, and an order changed costs both at the seams.

    Returns
    -------
    tuple of int
        Shared, in `truth`, in `found`; each at least 0.

    Examples
    --------
    >>> shared_shingles("会议听取汇报。", "会议 听取汇报。版权所有")
    (5, 5, 9)
    >>> shared_shingles("", "会议")
    (0, 0, 1)
    """
    ours, theirs = _shingles(bare(truth)), _shingles(bare(found))
    return (ours & theirs).total(), ours.total(), theirs.total()


def _shingles(text: str) -> Counter[str]:
    if len(text) < SHINGLE:
        return Counter([text] if text else [])
    return Counter(text[at : at + SHINGLE] for at in range(len(text) - SHINGLE + 1))
