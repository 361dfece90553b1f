"""Which page of a merged corpus came from which corpus."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.joined_rows import provenance_table
from readout_nlp.corpus.manifest import read_manifest
from readout_nlp.corpus.merge import origin_table
from readout_nlp.corpus.parts import check_file
from readout_nlp.corpus.sources import Part, sources_of
from readout_nlp.corpus.store import open_store
from readout_nlp.durable import sha256_bytes, write_bytes
from readout_nlp.errors import RecipeError, StoreError

MERGED_FROM = "merged_from"
MERGED = "merged-"


def merged_from(store: str | Path) -> pd.DataFrame:
    """List every page of a merged store with the corpora that it came from.

    Parameters
    ----------
    store
        A corpus store that `merge_stores` made.

    Returns
    -------
    pandas.DataFrame
        ``readout``, ``origin``, ``sha256``, ``relation``, ``merged_id`` as in `origin_table`, and ``corpus``:
        a name, one row for each; ``outer/inner`` where the outer was a merged store itself; null for pages
        that were added since.

    Raises
    ------
    StoreError
        There is no store, or its table of pages is missing or changed.
    RecipeError
        The store was not merged of others.

    Examples
    --------
    >>> import tempfile
    >>> from readout_nlp.corpus.join_stores import merge_stores
    >>> from readout_nlp.corpus.store import ingest
    >>> folder = Path(tempfile.mkdtemp())
    >>> page = folder / "page.txt"
    >>> _ = page.write_text("4月2日,市委常委会召开会议。会议研究了防汛工作。", encoding="utf-8")
    >>> _ = ingest(page, folder / "store")
    >>> both = merge_stores({"one": folder / "store", "other": folder / "store"}, folder / "both")
    >>> merged_from(both)["corpus"].to_list()
    ['one', 'other']
    """
    pages = pages_of(Path(store))
    if pages is None:
        raise RecipeError(f"{store}, which was not merged of others", "a merged store", "see origin_table")
    return _beside_origins(open_store(store), pages)


def corpora_of(merged: Corpus, corpora: Mapping[str, Part]) -> pd.DataFrame:
    """List every page of a merged corpus with the corpora that it came from, as `merged_from` does.

    Parameters
    ----------
    merged
        As `merge_corpora` made it of `corpora`.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.corpus.join_stores import merge_corpora
    >>> both = rn.sample_corpus(cities=2, years=1, per_cell=1)
    >>> parts = {"all": both, "one": rn.select_readouts(both, both.readouts["readout_id"][:1])}
    >>> corpora_of(merge_corpora(parts), parts)["corpus"].to_list().count("one")
    1
    """
    pages = [provenance_table(sources_of(corpora))]
    for name, one in corpora.items():
        if isinstance(one, Corpus):  # also the pages that it knows by name alone
            hidden = one.readouts.select(pl.col("origins").explode()).drop_nulls().unnest("origins")
            pages.append(hidden.select("origin", "sha256", corpus=pl.lit(name)))
    every = pl.concat(pages).unique().sort("origin", "sha256", "corpus", nulls_last=True)
    return _beside_origins(merged, every)


def write_pages(folder: Path, pages: pl.DataFrame) -> dict[str, str]:
    """Write the table of pages under a name of its own; give what the manifest says of the file."""
    stream = io.BytesIO()
    pages.write_parquet(stream, compression="zstd")
    sha256 = sha256_bytes(stream.getvalue())
    name = f"{MERGED}{sha256[:12]}.parquet"
    write_bytes(folder / name, stream.getvalue())
    return {"file": name, "sha256": sha256}


def pages_of(folder: Path) -> pl.DataFrame | None:
    """Read the table of pages of a merged store; None of a store that was not merged."""
    kept = read_manifest(folder).get(MERGED_FROM)
    if not kept:
        return None
    name = str(kept.get("file"))
    if not re.fullmatch(rf"{MERGED}[0-9a-f]{{12}}\.parquet", name) or (folder / name).is_symlink():
        raise StoreError(f"{name} named in {folder}", f"a file {MERGED}....parquet of its own", "restore it")
    check_file(folder / name, kept["sha256"])
    return pl.read_parquet(folder / name)


def earlier_pages(stores: Mapping[str, str | Path]) -> list[pl.DataFrame]:
    """Give what stores that were merged before know of their own pages, named ``outer/inner``."""
    found = [(name, pages_of(Path(path))) for name, path in sorted(stores.items())]
    inner = pl.col("corpus")
    return [
        pages.with_columns(corpus=pl.concat_str(pl.lit(f"{name}/"), inner))
        for name, pages in found
        if pages is not None
    ]


def _beside_origins(corpus: Corpus, pages: pl.DataFrame) -> pd.DataFrame:
    listed = pl.from_pandas(origin_table(corpus))
    found = listed.join(pages, on=("origin", "sha256"), how="left", maintain_order="left_right")
    return found.to_pandas()
