"""What every readout holds of each topic, act, word or tifa: the record that comparisons resample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
from scipy.sparse import csr_matrix

from readout_nlp.compare.covered import coverage_summary
from readout_nlp.compare.pooling import MIN_ITEMS, Profiles
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.paged import taken

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Rows = Array | csr_matrix

COLUMNS = ("place", "level", "province", "prefecture", "year", "quarter", "presider")
TIMES = ("year", "quarter")
LARGEST_TABLE = 5_000_000


@dataclass(frozen=True, eq=False, kw_only=True)
class ReadoutProfiles:
    """One row a readout: the sum over its items of how each item is shared out among the labels.

    Every item has one weight, as in `topic_shares`: a profile of any set of readouts is the sum of their rows
    over the sum of their items. Rows are in the order of readout ids, whatever the order of the corpus.

    Attributes
    ----------
    sums : ndarray or csr_matrix of shape (n_readouts, n_labels)
        Row r sums to ``n_items[r]``.
    n_items : ndarray of int, shape (n_readouts,)
        Items with evidence, at least 1.
    about : polars.DataFrame
        ``readout_id``, ``place``, ``level``, ``province``, ``prefecture``, ``year``, ``quarter`` (2016Q3),
        ``presider`` and ``day`` (of the meeting, else of the publication), one row a readout.
    labels : tuple of str, length n_labels
    what : str
        ``topic``, ``act``, ``term`` or ``tifa``.
    by : tuple of str
        Columns in which every readout has a value; the first is what is compared if nothing else is said.
    min_items : int
        A unit with fewer items is thin.
    left_out : mapping of str to int
        Items that are in no row: by each column of `by` whose value is unknown, as ``without_evidence``, and
        as ``total``.
    coverage : mapping
        Of the corpus, as `readout_nlp.compare.covered.coverage_summary` gives it.
    """

    sums: Rows
    n_items: Codes
    about: pl.DataFrame
    labels: tuple[str, ...]
    what: str
    by: tuple[str, ...] = ("place", "year")
    min_items: int = MIN_ITEMS
    left_out: Mapping[str, int]
    coverage: Mapping[str, Any] = field(default_factory=dict)

    def pooled(self, by: Sequence[str]) -> Profiles:
        """Pool the readouts over every column but `by`; one distribution for each combination that is held.

        A single column of years shows its gaps, as a share table does.
        """
        groups = grouped(self.about, by)
        held = indicator(groups.codes, len(groups.keys)) @ self.sums
        mass = np.asarray(held.toarray() if isinstance(held, csr_matrix) else held, dtype=np.float64)
        n_items = np.bincount(groups.codes, weights=self.n_items, minlength=len(groups.keys)).astype(int)
        index: Any = pd.Index([key[0] for key in groups.keys], name=by[0])
        if len(by) > 1:
            index = pd.MultiIndex.from_tuples(groups.keys, names=list(by))
        shares = pd.DataFrame(mass / np.maximum(n_items, 1)[:, None], index=index, columns=list(self.labels))
        counts = pd.Series(n_items, index=index)
        if list(by) == ["year"] and len(index):
            every = pd.RangeIndex(index.min(), index.max() + 1, name="year")
            shares, counts = shares.reindex(every), counts.reindex(every, fill_value=0)
        return Profiles(shares=shares, n_items=counts)

    def table(self, by: Sequence[str] | None = None) -> pd.DataFrame:
        """Lay the shares out as `topic_shares` does: `by`, the label, ``share``, ``n_items``, ``thin``, ...

        Only combinations that hold a readout are there. A table of more than five million rows is refused:
        compare the record itself.
        """
        columns = list(self.by if by is None else by)
        pooled = self.pooled(columns)
        if pooled.shares.size > LARGEST_TABLE:
            raise InputError(
                f"{pooled.shares.size:,} rows",
                f"at most {LARGEST_TABLE:,} in one table",
                "hand the record itself to similarity, or count fewer terms",
            )
        labels = list(self.labels)
        long = pooled.shares.dropna().reset_index().melt(columns, labels, self.what, "share")
        order = pd.Categorical(long[self.what], labels)
        long = long.assign(order=order).sort_values([*columns, "order"]).drop(columns="order")
        n_readouts = self.about.group_by(columns).len(name="n_readouts").to_pandas()
        n_items = pooled.n_items.rename("n_items").reset_index()
        long = long.merge(n_items, on=columns).merge(n_readouts, on=columns)
        long["thin"] = long["n_items"] < self.min_items
        long["gap"] = False
        long.attrs = {"left_out": dict(self.left_out), "by": columns, "min_items": self.min_items}
        long.attrs["coverage"] = dict(self.coverage)
        return long


@dataclass(frozen=True, eq=False)
class Groups:
    """Which group every readout is of.

    Attributes
    ----------
    keys : list of tuple
        The groups, sorted.
    codes : ndarray of int
        The group of every row.
    """

    keys: list[tuple[Any, ...]]
    codes: Codes


def grouped(about: pl.DataFrame, by: Sequence[str]) -> Groups:
    """Sort the combinations of `by` and number them; an unknown value comes first, as a value of its own.

    Examples
    --------
    >>> grouped(pl.DataFrame({"place": ["乙", "甲", "乙"]}), ["place"]).codes.tolist()
    [0, 1, 0]
    """
    keys = about.select(by).unique().sort(by, nulls_last=False).with_row_index("code")
    codes = about.select(by).join(keys, on=list(by), how="left", nulls_equal=True, maintain_order="left")
    return Groups(list(keys.select(by).iter_rows()), codes["code"].to_numpy().astype(np.int64))


def indicator(codes: Codes, n_groups: int) -> csr_matrix:
    """Give the matrix that sums rows by group, in the order of the rows."""
    ones = np.ones(len(codes))
    return csr_matrix((ones, (codes, np.arange(len(codes)))), shape=(n_groups, len(codes)))


def checked_between(profiles: ReadoutProfiles, between: str | None) -> str:
    """Name the column to compare along: the first of `by` where None.

    Raises
    ------
    RecipeError
        If the profiles are not by that column: some readout may have no value there.
    """
    name = profiles.by[0] if between is None else between
    if name not in profiles.by:
        raise RecipeError(
            f"between={name!r}",
            " or ".join(map(repr, profiles.by)),
            "make the profiles by this column too (by=...)",
        )
    return name


def collect(
    documents: pl.DataFrame,
    weights: Rows,
    corpus: Corpus,
    *,
    evidence: npt.NDArray[np.bool_],
    labels: Sequence[str],
    what: str,
    by: str | Sequence[str],
    min_items: int,
) -> ReadoutProfiles:
    """Sum the items of every readout.

    Parameters
    ----------
    documents : polars.DataFrame
        As `Corpus.documents` gives it, one row a row of `weights`.
    weights : ndarray or csr_matrix of shape (n_docs, n_labels)
        Rows with evidence sum to 1.
    corpus : Corpus
    evidence : ndarray of bool, shape (n_docs,)
    labels, what, by, min_items
        As in `ReadoutProfiles`.
    """
    columns = _checked_by(by, min_items)
    rows = _variables(documents).with_columns(evidence=pl.Series(evidence, dtype=pl.Boolean))
    known = pl.all_horizontal("evidence", pl.col(columns).is_not_null())
    kept = rows.with_row_index("row").filter(known).sort("doc_id")
    about = kept.unique("readout_id", keep="first").sort("readout_id").drop("row", "doc_id", "evidence")
    groups = grouped(kept, ["readout_id"])
    at = kept["row"].to_numpy()
    of_kept = weights[at] if isinstance(weights, csr_matrix) else taken(weights, at)
    sums = indicator(groups.codes, len(groups.keys)) @ of_kept
    left_out = {name: int(rows[name].null_count()) for name in columns}
    left_out |= {"without_evidence": int((~evidence).sum()), "total": len(rows) - len(kept)}
    return ReadoutProfiles(
        sums=csr_matrix(sums) if isinstance(weights, csr_matrix) else np.asarray(sums),
        n_items=np.bincount(groups.codes, minlength=len(groups.keys)).astype(np.int64),
        about=about,
        labels=tuple(labels),
        what=what,
        by=tuple(columns),
        min_items=min_items,
        left_out=left_out,
        coverage=coverage_summary(corpus, min_items=min_items),
    )


def _checked_by(by: str | Sequence[str], min_items: int) -> list[str]:
    columns = [by] if isinstance(by, str) else list(by)
    faults = [f"by={name!r}" for name in columns if name not in COLUMNS]
    faults += [f"by with {name} twice" for name in dict.fromkeys(columns) if columns.count(name) > 1]
    faults += [] if columns else ["an empty by"]
    if isinstance(min_items, bool) or not isinstance(min_items, int) or min_items < 1:
        faults.append(f"min_items={min_items!r}")
    if faults:
        expected = f"one or several of {', '.join(COLUMNS)}, and min_items of at least 1"
        raise RecipeError("; ".join(faults), expected, "change them")
    return columns


def _variables(documents: pl.DataFrame) -> pl.DataFrame:
    """Add the calendar; columns that the corpus lacks are null."""
    absent = [name for name in (*COLUMNS, "meeting_date", "published") if name not in documents.columns]
    whole = documents.with_columns(pl.lit(None).alias(name) for name in absent)
    day = pl.coalesce("meeting_date", "published").cast(pl.Date)
    quarter = pl.format("{}Q{}", "year", "quarter")  # null if either is
    return whole.with_columns(quarter=quarter, day=day).select("doc_id", "readout_id", *COLUMNS, "day")
