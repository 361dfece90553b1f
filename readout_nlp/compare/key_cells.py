"""Counts summed by unit and block of time, with what each sum rests on: the ground of `keyness`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csc_matrix, csr_matrix

from readout_nlp.compare.mixtures import document_readouts
from readout_nlp.compare.time_blocks import Block, Codes, block_of, collapsed, day_numbers, timeline
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.tokens.counts import TermMatrix

BY = ("place", "level", "year", "quarter", "presider", "act", "province", "prefecture")


@dataclass(frozen=True, eq=False, kw_only=True)
class KeyCells:
    """Sums of counts over the readouts of a unit in a block of time.

    Attributes
    ----------
    labels : list
        The units, sorted.
    sums : csc_matrix of shape (n_cells, n_terms)
    unit, block : ndarray of int, shape (n_cells,)
        The unit and the block of every cell. Cells of one block in several units are resampled together.
    stratum : ndarray of int, shape (n_blocks,)
        Within which the blocks are resampled.
    presence : csr_matrix of shape (number of readouts by unit, n_terms)
        1 where a readout holds the term.
    presence_unit : ndarray of int
        The unit of every row of `presence`.
    """

    labels: list[Any]
    sums: csc_matrix
    unit: Codes
    block: Codes
    stratum: Codes
    presence: csr_matrix
    presence_unit: Codes

    @property
    def blocks(self) -> float:
        """How many blocks of time the median unit has; 0 without any unit."""
        held = np.bincount(self.unit) if len(self.unit) else np.zeros(1)
        return float(np.median(held))

    @property
    def tokens_a_readout(self) -> float:
        """The mean number of counted tokens; 1 without any, since the size of a prior is positive."""
        return float(self.sums.sum() / self.presence.shape[0]) if self.presence.shape[0] else 1.0


def documents_of(counts: TermMatrix, corpus: Corpus, by: str) -> pl.DataFrame:
    """Give ``readout_id``, ``place``, ``day``, ``label`` and ``empty`` for every row of the counts.

    Raises
    ------
    InputError
        If the corpus does not hold a document.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=1)
    >>> documents_of(rn.count_terms(rn.tokenize(corpus), min_df=1), corpus, "year").columns
    ['doc_id', 'readout_id', 'place', 'day', 'label', 'empty']
    """
    found = document_readouts(counts.doc_ids, corpus)
    acts = corpus.items.select(doc_id="item_id", act="act")
    quarter = pl.format("{}Q{}", "year", "quarter")
    about = corpus.readouts.with_columns(quarter=quarter)
    variables = [name for name in BY if name != "act"]
    rows = (
        found.join(acts, on="doc_id", how="left", maintain_order="left")
        .join(about.select("readout_id", *variables), on="readout_id", how="left", maintain_order="left")
        .join(
            timeline(corpus).select("readout_id", "day"), on="readout_id", how="left", maintain_order="left"
        )
    )
    empty = np.asarray(counts.counts.sum(axis=1)).ravel() == 0
    return rows.select("doc_id", "readout_id", "place", "day", label=pl.col(by), empty=pl.Series(empty))


def key_cells(counts: TermMatrix, documents: pl.DataFrame, *, by: str, block: Block) -> KeyCells:
    """Sum the counts of documents whose unit is known, by unit, place and block of time.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=1, per_cell=2)
    >>> counts = rn.count_terms(rn.tokenize(corpus), min_df=1)
    >>> cells = key_cells(counts, documents_of(counts, corpus, "place"), by="place", block="quarter")
    >>> bool(cells.sums.sum() == counts.counts.sum())
    True
    """
    rows = documents.with_row_index("row").filter(pl.col("label").is_not_null() & ~pl.col("empty"))
    rows = rows.sort("readout_id", "doc_id")  # numbers follow ids, whatever the order of the corpus
    # chosen first, then made floats: counts of a national corpus are copied as seldom as can be
    matrix = csr_matrix(csr_matrix(counts.counts)[rows["row"].to_numpy()], dtype=np.float64)
    labels = sorted(set(rows["label"]))
    unit = _codes(rows["label"])
    readout = _codes(rows["readout_id"])
    time = _readout_blocks(rows, readout, block)
    place = _codes(rows["place"].fill_null(""))
    crossing = by == "act"  # items of one readout, and so of one block, lie in several units
    across = np.zeros(len(rows), dtype=np.int64) if crossing else unit
    block_code, first = _together(across, place, time)
    stratum = collapsed(_together(across, place)[0][first], across[first])
    cell, at = _together(unit, block_code)
    readout_unit, seen = _together(unit, readout)
    return KeyCells(
        labels=labels,
        sums=csc_matrix(_summed(matrix, cell)),
        unit=unit[at],
        block=block_code[at],
        stratum=stratum,
        presence=_held(csr_matrix(_summed(matrix, readout_unit))),
        presence_unit=unit[seen],
    )


def _held(sums: csr_matrix) -> csr_matrix:
    """Put 1 for every sum above 0, in place."""
    sums.data = (sums.data > 0).astype(np.float64)
    sums.eliminate_zeros()
    return sums


def _readout_blocks(rows: pl.DataFrame, readout: Codes, block: Block) -> Codes:
    """Give blocks of time by readout, so that the items of an undated one stay together."""
    _, first = np.unique(readout, return_index=True)
    return block_of(day_numbers(rows["day"])[first], block)[readout]


def _codes(values: pl.Series) -> Codes:
    _, at = np.unique(values.to_numpy(), return_inverse=True)
    return at.astype(np.int64).ravel()


def _together(*codes: Codes) -> tuple[Codes, Codes]:
    """Give every combination of codes a number, and say in which row each stands first."""
    _, first, at = np.unique(np.stack(codes), axis=1, return_index=True, return_inverse=True)
    return at.astype(np.int64).ravel(), first.astype(np.int64)


def _summed(matrix: csr_matrix, groups: Codes) -> csr_matrix:
    n = len(groups)
    deal = csr_matrix((np.ones(n), (groups, np.arange(n))), shape=(int(groups.max(initial=-1)) + 1, n))
    return csr_matrix(deal @ matrix)
