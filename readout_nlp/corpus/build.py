"""Readouts -> Corpus: corrected, merged, in a canonical order, places with labels of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from readout_nlp.corpus.amend import amend, log_of
from readout_nlp.corpus.corpus import CORRECTION_SCHEMA, ITEM_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.corpus.corrections import Correction, require_applied
from readout_nlp.corpus.merge import CONFLICT, KEPT, merge_pages
from readout_nlp.corpus.rows import Rows, few_examples, page_rows
from readout_nlp.paged_tables import shelved_table
from readout_nlp.readouts.readout import Readout

_PLACE_KEY = ("place_name", "place_code", "prefecture", "province")
# Content alone decides the order, so that the same pages give the same table however they came in.
_ORDER = ("place_code", "place_name", "day", "readout_id")
_PAGE = ("origin", "sha256", "readout_id")
_SAME = pl.format("duplicate of {}", "readout_id")
_OTHER = pl.format("id {} of another text: give every text its own id", "readout_id")


def build_corpus(
    readouts: Iterable[Readout], *, merge: bool = True, corrections: Sequence[Correction] = ()
) -> Corpus:
    """Gather readouts into a corpus.

    Readouts with a quarantine reason are set aside. Where a given id stands for different texts the
    first stays, and the others are set aside with that reason.

    Parameters
    ----------
    readouts
        As `parse_page` gives them.
    merge
        Join the pages that report one meeting (`merge_pages`): the kept one is a readout, the others are
        listed in its ``origins``. If False every page stands for itself, and only word-for-word copies are
        set aside, as ``duplicate of <id>``.
    corrections
        As `read_corrections` gives them; they are applied before merging.

    Returns
    -------
    Corpus
        In the order of place, date and id, whatever the order of the input.

    Raises
    ------
    InputError
        A correction names an item that its page does not have.

    Examples
    --------
    >>> build_corpus([]).readouts.height
    0
    """
    corpus = settle(page_rows(readouts), merge=merge, corrections=corrections)
    require_applied(corrections, corpus.corrections)
    return corpus


def settle(rows: Rows, *, merge: bool = True, corrections: Sequence[Correction] = ()) -> Corpus:
    """Correct rows, merge pages, give places their labels and put everything into the canonical order.

    Parameters
    ----------
    rows
        All pages, in the order of arrival; the same page twice (origin, hash, id) is one page.
    merge, corrections
        As in `build_corpus`; corrections that fit no page are logged, not refused.
    """
    ingested = [] if "ingested" in rows.readouts.columns else [pl.lit(0, pl.Int32).alias("ingested")]
    once = rows.readouts.unique(_PAGE, keep="first", maintain_order=True).with_row_index("arrival")
    pages, items, amended = amend(once.with_columns(ingested), rows.items, corrections)
    del once
    pages, again = _stand(pages, items, merge=merge)
    readouts = shelved_table(_readouts(pages))
    quarantine = pl.concat([rows.quarantine, again]).unique().sort("origin", "reason", "sha256")
    log = log_of(amended, kept=readouts["sha256"], merged=pages["sha256"], set_aside=quarantine["sha256"])
    del pages
    return Corpus(
        readouts,
        shelved_table(_items(items, readouts)),
        quarantine,
        pl.DataFrame(log, schema=CORRECTION_SCHEMA, orient="row"),
        repair_examples=few_examples(rows.examples),
    )


def _readouts(pages: pl.DataFrame) -> pl.DataFrame:
    """Give the kept pages, each with its origins and the label of its place, in the canonical order."""
    origins = _origins(pages)
    kept = pages.filter(relation=KEPT).join(origins, on="arrival", how="left", maintain_order="left")
    labelled = _labelled(kept).with_columns(day=pl.coalesce("meeting_date", "meeting_earliest", "published"))
    return labelled.sort(_ORDER, nulls_last=True).drop("day").select(*READOUT_SCHEMA)


def _items(items: pl.DataFrame, readouts: pl.DataFrame) -> pl.DataFrame:
    """Give the items of these readouts, in their order."""
    rank = readouts.select("readout_id", "sha256").with_row_index("rank")
    found = items.unique(("item_id", "sha256"), keep="first", maintain_order=True)
    return found.join(rank, on=("readout_id", "sha256")).sort("rank", "position").select(*ITEM_SCHEMA)


def _stand(pages: pl.DataFrame, items: pl.DataFrame, *, merge: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the pages that are in the corpus, with ``keeper`` and ``relation``, and those set aside."""
    counts = items.group_by("readout_id", "sha256").agg(n_items=pl.len())
    counted = pages.join(counts, on=("readout_id", "sha256"), how="left", maintain_order="left")
    counted = counted.with_columns(pl.col("n_items").fill_null(0))
    found = counted.join(merge_pages(counted, merge=merge), on="arrival", maintain_order="left")
    out = pl.col("relation") == CONFLICT if merge else pl.col("relation") != KEPT
    reason = pl.when(relation=CONFLICT).then(_OTHER).otherwise(_SAME)
    return found.filter(~out), found.filter(out).select("origin", "sha256", reason=reason)


def _origins(pages: pl.DataFrame) -> pl.DataFrame:
    """List for each kept page every page it stands for: itself, then by origin, the newest first."""
    ordered = pages.sort(
        pl.col("relation") != KEPT, "origin", "ingested", "sha256", descending=[False, False, True, False]
    )
    listed = pl.struct("origin", "sha256", "relation", "readout_id").alias("origins")
    return ordered.group_by(pl.col("keeper").alias("arrival"), maintain_order=True).agg(listed)


def _labelled(readouts: pl.DataFrame) -> pl.DataFrame:
    """Name each place by the shortest of: name; prefecture and name; province and both; name and code."""
    places = readouts.select(_PLACE_KEY).drop_nulls("place_name").unique().sort(_PLACE_KEY, nulls_last=True)
    # one place may be seen with and without its parents; its code is then what it is
    identity = pl.coalesce("place_code", pl.concat_str(_PLACE_KEY, separator="/", ignore_nulls=True))
    places = places.with_columns(identity=identity)
    parent = pl.col("prefecture").fill_null(pl.col("province")).fill_null("")
    above = pl.concat_str("province", "prefecture", "place_name", ignore_nulls=True)
    labels = [
        pl.col("place_name"),
        pl.concat_str(parent, "place_name"),
        above,
        pl.format("{} {}", "place_name", "identity"),
    ]
    places = places.with_columns(pl.coalesce(_if_unique(label) for label in labels).alias("place"))
    places = places.with_columns(pl.col("place").first().over("identity"))
    places = places.with_columns(pl.coalesce(_if_unique(pl.col("place")), labels[-1]).alias("place"))
    return readouts.drop("place").join(
        places.drop("identity"), on=list(_PLACE_KEY), how="left", nulls_equal=True, maintain_order="left"
    )


def _if_unique(label: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("identity").n_unique().over(label) == 1).then(label)
