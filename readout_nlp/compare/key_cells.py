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
    presence : csr_matrix of int8, shape (number of readouts by unit, n_terms)
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
    variables = dict.fromkeys(("place", *([] if by == "act" else [by])))
    rows = (
        found.join(acts, on="doc_id", how="left", maintain_order="left")
        .join(about.select("readout_id", *variables), on="readout_id", how="left", maintain_order="left")
        .join(
            timeline(corpus).select("readout_id", "day"), on="readout_id", how="left", maintain_order="left"
        )
    )
    empty = np.asarray(counts.counts.sum(axis=1)).ravel() == 0
    return rows.select("doc_id", "readout_id", "place", "day", label=pl.col(by), empty=pl.Series(empty))


@dataclass(frozen=True, eq=False, kw_only=True)
class Layout:
    """Which documents fall into which cell; nothing is summed yet.

    Attributes
    ----------
    labels : list
        The units, sorted.
    rows : ndarray of int
        The rows of the counts whose unit is known, in the order of ids.
    cell, unit_readout : ndarray of int, shape of `rows`
        The cell of each, and its readout within a unit.
    unit, block, stratum, presence_unit
        As in `KeyCells`.
    """

    labels: list[Any]
    rows: Codes
    cell: Codes
    unit_readout: Codes
    unit: Codes
    block: Codes
    stratum: Codes
    presence_unit: Codes

    @property
    def blocks(self) -> float:
        """How many blocks of time the median unit has; 0 without any unit."""
        held = np.bincount(self.unit) if len(self.unit) else np.zeros(1)
        return float(np.median(held))


def cells_of_time(documents: pl.DataFrame, *, by: str, block: Block) -> Layout:
    """Lay documents whose unit is known out by unit, place and block of time.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=1, per_cell=2)
    >>> documents = documents_of(rn.count_terms(rn.tokenize(corpus), min_df=1), corpus, "place")
    >>> layout = cells_of_time(documents, by="place", block="readout")
    >>> len(layout.unit) == corpus.readouts.height
    True
    """
    rows = documents.with_row_index("row").filter(pl.col("label").is_not_null() & ~pl.col("empty"))
    rows = rows.sort("readout_id", "doc_id")  # numbers follow ids, whatever the order of the corpus
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
    return Layout(
        labels=sorted(set(rows["label"])),
        rows=rows["row"].to_numpy().astype(np.int64),
        cell=cell,
        unit_readout=readout_unit,
        unit=unit[at],
        block=block_code[at],
        stratum=stratum,
        presence_unit=unit[seen],
    )


def key_cells(counts: TermMatrix, layout: Layout) -> KeyCells:
    """Sum the counts of documents by cell, and say which readouts hold which term.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=1, per_cell=2)
    >>> counts = rn.count_terms(rn.tokenize(corpus), min_df=1)
    >>> layout = cells_of_time(documents_of(counts, corpus, "place"), by="place", block="quarter")
    >>> cells = key_cells(counts, layout)
    >>> bool(cells.sums.sum() == counts.counts.sum())
    True
    """
    matrix = csr_matrix(counts.counts)
    return KeyCells(
        labels=layout.labels,
        sums=csc_matrix(_summed(matrix, layout.rows, layout.cell), dtype=np.float64),
        unit=layout.unit,
        block=layout.block,
        stratum=layout.stratum,
        presence=_held(_summed(matrix, layout.rows, layout.unit_readout)),
        presence_unit=layout.presence_unit,
    )


def _held(sums: csr_matrix) -> csr_matrix:
    """Put 1 for every sum above 0."""
    held = csr_matrix(((sums.data > 0).view(np.int8), sums.indices, sums.indptr), shape=sums.shape)
    held.eliminate_zeros()
    return held


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


def _summed(matrix: csr_matrix, rows: Codes, groups: Codes) -> csr_matrix:
    """Sum rows of `matrix` by group, in their order; none of them is copied.

    Whole numbers are summed as such: the counts of a national corpus are not made floats for it.
    """
    whole = np.issubdtype(matrix.dtype, np.integer)
    n, kind = int(groups.max(initial=-1)) + 1, np.int64 if whole and matrix.dtype.itemsize > 4 else np.int32
    ones: Any = np.ones(len(rows), dtype=kind if whole else np.float64)
    ends = np.concatenate([[0], np.cumsum(np.bincount(groups, minlength=n))])
    deal = csr_matrix((ones, rows[np.argsort(groups, kind="stable")], ends), shape=(n, matrix.shape[0]))
    return csr_matrix(deal @ matrix)
