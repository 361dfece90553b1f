"""The search for passages: seeds are indexed, and every target is matched against them, block by block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from readout_nlp.paged import empty
from readout_nlp.passages.folding import Folded
from readout_nlp.passages.grams_kernel import begins_within, sort_runs
from readout_nlp.passages.match_kernel import WIDTH, Rules, Seeds, Texts, match_texts
from readout_nlp.passages.seeds_kernel import index_runs
from readout_nlp.threads import crew

Rows = npt.NDArray[np.int64]

BLOCKS = 256  # into so many the targets are cut, whatever the number of threads
MOST_BITS = 25  # of the hash table: 32 million buckets
ALONE = 3  # a shared run longer than a seed by so much needs no other that confirms it
NEAR = 24  # characters between two shared runs that confirm each other
BAND = 8  # how far a passage may be shifted within itself, in characters
DROP = 10.0  # how far its score may fall before it is given up: four edits in a row
EDIT = 1.5  # what a substitution takes from the score; a matched character adds 1


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes
    ----------
    rows : ndarray of int64, shape (n_passages, 8)
        Source and target (numbers of texts), begin and end in the source and in the target (in characters of
        all folded texts), matched characters, columns of the alignment.
    counts
        ``frequent_seeds`` (not used as seeds, since they are in too many sources), ``shared_seeds`` (runs of
        a seed's length that two texts share) and ``frequent_positions`` (places where a frequent one stands).
    """

    rows: Rows
    counts: dict[str, int] = field(default_factory=dict)


def search(
    folded: Folded,
    *,
    n_reference: int | None,
    rules: Rules,
    max_documents: int,
    each: int = 4,
    n_threads: int | None = None,
) -> Search:
    """Find the passages that texts share.

    Parameters
    ----------
    folded
        The texts.
    n_reference
        The first so many are the only sources, and the rest the only targets; None: every text is searched
        for what the texts before it hold.
    rules
        What counts as a passage; see `rules_for`.
    max_documents
        A run of characters that is in more sources than this is no seed.
    each
        How often a seed is written down for one source: a text that repeats itself costs no more.
    n_threads
        None: as many as processors. The result is the same.
    """
    n_texts, total = len(folded.starts) - 1, len(folded.codes)
    split = 0 if n_reference is None else int(folded.starts[n_reference])
    source_end = total if n_reference is None else split
    usable = np.empty(total, dtype=bool)
    begins_within(folded.starts, rules.seed, usable)
    if n_texts < 2 or not usable.any():
        return Search(np.empty((0, WIDTH), np.int64), dict.fromkeys(_COUNTS, 0))
    bits = int(np.clip(np.ceil(np.log2(total)), 8, MOST_BITS))
    keys, buckets = sort_runs(folded.codes, usable, rules.seed, bits)
    limits = (source_end, split, max_documents, each)
    seed_of, begins, standing, work, frequent = index_runs(keys, buckets, folded.text_of, limits)
    del keys, buckets, usable
    seeds = Seeds(seed_of, begins, standing, source_end)
    texts = Texts(folded.codes, folded.starts, folded.text_of)
    cost = np.zeros(n_texts, np.int64)
    cost[: len(work)] = work
    rows = _by_blocks(cost, lambda first, last: match_texts(first, last, texts, seeds, rules), n_threads)
    return Search(rows, dict(zip(_COUNTS, map(int, frequent), strict=True)))


_COUNTS = ("frequent_seeds", "shared_seeds", "frequent_positions")


def rules_for(*, min_length: int, min_similarity: float, seed_length: int, max_gap: int) -> Rules:
    """Set the rules of a search.

    Twice the score of an alignment is ``i + j - cost * edits``, a substitution taking `EDIT` and a matched
    character giving 1. With the strict cost no passage can fall below the least similarity: s / (1 - s)
    matched characters pay for one edit.
    """
    pays = min_similarity / (1 - min_similarity) if min_similarity < 1 else 1e9
    return Rules(
        seed=seed_length,
        alone=min(seed_length + ALONE, min_length),
        near=NEAR,
        band=BAND,
        gentle=2 * (1 + min(EDIT, pays)),
        strict=2 * (1 + pays),
        drop=2 * DROP,
        max_gap=max_gap,
        floor=min_similarity,
        least=min_length,
    )


def _by_blocks(cost: Rows, match: Callable[[int, int], Rows], n_threads: int | None) -> Rows:
    """Match blocks of texts that cost about the same; what comes of a block depends on no other."""
    upto = np.concatenate([[0], np.cumsum(cost)])
    edges = np.unique(np.searchsorted(upto, np.linspace(0, upto[-1], BLOCKS + 1)[1:-1]))
    edges = np.unique(np.concatenate([[0], edges, [len(cost)]])).tolist()
    found: list[Any] = [None] * (len(edges) - 1)

    def work(span: tuple[int, int]) -> None:
        for block in range(*span):
            found[block] = match(edges[block], edges[block + 1])

    with crew(n_threads) as run:
        run(work, np.arange(len(edges)))
    return _stacked(found)


def _stacked(found: Sequence[Rows]) -> Rows:
    """Put the rows of all blocks below each other."""
    ends = np.cumsum([0, *map(len, found)])
    rows = empty((int(ends[-1]), WIDTH), np.int64)
    for part, start, end in zip(found, ends[:-1], ends[1:], strict=True):
        rows[start:end] = part
    return rows
