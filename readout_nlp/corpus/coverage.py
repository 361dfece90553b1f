"""What a corpus covers: every place in every year, the gaps too."""

from __future__ import annotations

import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.text_tables import display_width, fold, text_table

COLUMNS = ("place", "place_code", "level", "year", "n_readouts", "n_items", "gap")


def coverage(corpus: Corpus) -> pd.DataFrame:
    """Count readouts and items by place and year.

    Returns
    -------
    pandas.DataFrame
        ``place``, ``place_code``, ``level``, ``year``, ``n_readouts``, ``n_items``, ``gap``: every place in
        every year from the corpus' first to its last, 0 with ``gap`` True where nothing is. Readouts
        whose place or year is unknown are in no row; ``.attrs`` counts them as ``without_place``,
        ``without_year`` and ``left_out`` (either).

    Examples
    --------
    >>> import readout_nlp as rn
    >>> table = coverage(rn.sample_corpus(cities=2, years=3, per_cell=1))
    >>> sorted(table["year"].unique()) == list(range(table["year"].min(), table["year"].max() + 1))
    True
    """
    located = corpus.readouts.select("readout_id", "place", "place_code", "level", "year")
    known = located.drop_nulls(["place", "year"])
    items = corpus.items.group_by("readout_id").agg(n=pl.len())
    cells = (
        known.join(items, on="readout_id", how="left")
        .group_by("place", "year")
        .agg(n_readouts=pl.len(), n_items=pl.col("n").fill_null(0).sum())
    )
    places = known.group_by("place", maintain_order=True).agg(pl.first("place_code"), pl.first("level"))
    grid = places.join(_years(known), how="cross").join(
        cells, on=["place", "year"], how="left", maintain_order="left"
    )
    counted = pl.col("n_readouts", "n_items").fill_null(0).cast(pl.Int64)
    table = grid.with_columns(counted).with_columns(gap=pl.col("n_readouts") == 0).select(COLUMNS).to_pandas()
    table.attrs = {
        "without_place": located["place"].null_count(),
        "without_year": located["year"].null_count(),
        "left_out": located.height - known.height,
    }
    return table


def describe_corpus(corpus: Corpus, *, width: int | None = None) -> str:
    """Say in plain text what a corpus covers: places by years, gaps as dashes, what is left out and why.

    Parameters
    ----------
    width
        Columns to fit it into: where the years do not fit side by side, each place has its sum and its gaps.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> print(describe_corpus(rn.sample_corpus(cities=1, years=1, per_cell=1)).splitlines()[0])
    Synthetic sample: fictional places, no real documents.
    """
    table = coverage(corpus)
    left = table.attrs
    lines = [
        *(["Synthetic sample: fictional places, no real documents."] if corpus.synthetic else []),
        f"{corpus.readouts.height} readouts with {corpus.items.height} items",
        f"fingerprint {corpus.fingerprint}",
        "",
        *_places(table, width),
        "",
        f"Not in the table: {left['without_place']} without a certain place, {left['without_year']} without a"
        f" certain year ({left['left_out']} in all).",
        f"Pages merged into the readouts (reprints and other versions): {corpus.merged}.",
        *_corrections(corpus),
        f"Quarantined: {corpus.quarantine.height}.",
        *_reasons(corpus),
    ]
    return "\n".join(part for line in lines for part in (fold(line, width) if line else [""]))


def _years(known: pl.DataFrame) -> pl.DataFrame:
    first, last = known["year"].min(), known["year"].max()
    span = range(int(first), int(last) + 1) if isinstance(first, int) and isinstance(last, int) else ()
    return pl.DataFrame({"year": list(span)}, schema={"year": pl.Int32})


def _places(table: pd.DataFrame, width: int | None) -> list[str]:
    years = sorted(table["year"].unique())
    if not years:
        return ["No readout has both a place and a year."]
    grid = _grid(table, years)
    if width is None or max(map(display_width, grid)) <= width:
        return [*grid, "", "Readouts a place and year; - is a gap."]
    return [*_sums(table, width), "", f"Readouts a place, and years without any, {years[0]} to {years[-1]}."]


def _grid(table: pd.DataFrame, years: list[int]) -> list[str]:
    wide = table.pivot_table(index="place", columns="year", values="n_readouts", sort=False)
    rows = [
        (place, *(str(int(n) or "-") for n in counts))
        for place, counts in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return text_table(("", *map(str, years)), rows, right="<" + ">" * len(years))


def _sums(table: pd.DataFrame, width: int) -> list[str]:
    of = table.groupby("place", sort=False).agg(readouts=("n_readouts", "sum"), gaps=("gap", "sum"))
    rows = [(str(place), str(int(n)), str(int(gaps) or "-")) for place, n, gaps in of.itertuples()]
    return text_table(("place", "readouts", "gaps"), rows, right="<>>", width=width)


def _reasons(corpus: Corpus) -> list[str]:
    kinds = corpus.quarantine.with_columns(
        kind=pl.col("reason").str.extract(r"^([^:0-9]*)").str.strip_chars()
    )
    counted = kinds.group_by("kind").len().sort("len", "kind", descending=[True, False])
    return [f"  {count:>6}  {kind}" for kind, count in counted.iter_rows()]


def _corrections(corpus: Corpus) -> list[str]:
    counts = corpus.corrections["status"].value_counts().sort("count", "status", descending=[True, False])
    told = ", ".join(f"{count} {status}" for status, count in counts.iter_rows())
    return [f"Corrections by coders: {told}."] if told else []
