"""Pages of several corpora as the rows of one, whatever the order in which the corpora are named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from readout_nlp.corpus.corpus import EVENT_SCHEMA, QUARANTINE_SCHEMA
from readout_nlp.corpus.corrections import Correction
from readout_nlp.corpus.rows import PAGE_ITEM_SCHEMA, PAGE_SCHEMA, Rows, few_examples
from readout_nlp.errors import InputError

PAGE = ("origin", "sha256", "readout_id")

_SHOWN = 3
_TEXTS = [name for name in PAGE_SCHEMA if name != "place"]  # labels are given anew in every corpus


@dataclass(frozen=True, kw_only=True)
class Source:
    """One of the corpora to be merged.

    Attributes
    ----------
    name
        What it is called in the provenance.
    fingerprint
        That of the corpus.
    rows
        Its pages; ``ingested`` tells later versions of a page from earlier ones.
    corrections, events
        What a store keeps of both.
    readouts
        How many readouts it has.
    """

    name: str
    fingerprint: str
    rows: Rows
    corrections: Sequence[Correction]
    events: pl.DataFrame
    readouts: int


def joined_rows(sources: Iterable[Source]) -> Rows:
    """Give the pages of all sources once each.

    A page is told by origin, bytes and id. ``ingested`` becomes the place of its bytes among the versions of
    its origin: bytes that a source saw after others come after them, in all sources; bytes that no source saw
    both of, or that two sources saw in opposite order, are of one time, so that neither replaces the other as
    its later version.
    """
    ordered = sorted(sources, key=lambda source: source.name)
    pages = pl.concat([_pages(source) for source in ordered])
    keys = ["ingested", "at", *PAGE, "content", "part"]
    pages = pages.drop("ingested").join(_levels(pages), on=("origin", "sha256"), nulls_equal=True)
    pages = pages.with_columns(at=pl.col("at").min().over(PAGE)).sort(keys, nulls_last=True)
    kept = pages.unique(PAGE, keep="first", maintain_order=True)
    items = pl.concat([source.rows.items.with_columns(part=pl.lit(source.name)) for source in ordered])
    own = items.join(kept, on=("readout_id", "sha256", "part"), how="semi").sort("item_id", "sha256", "part")
    accepted = kept.select("origin", "sha256")
    set_aside = pl.concat([pl.DataFrame(schema=QUARANTINE_SCHEMA), *(s.rows.quarantine for s in ordered)])
    return Rows(
        readouts=kept.select(*PAGE_SCHEMA, "ingested"),
        items=own.unique(("item_id", "sha256"), keep="first", maintain_order=True).select(*PAGE_ITEM_SCHEMA),
        quarantine=set_aside.unique()
        .join(accepted, on=("origin", "sha256"), how="anti")
        .sort("origin", "reason", "sha256"),
        examples=few_examples(pl.concat([s.rows.examples for s in ordered])),
    )


def joined_corrections(sources: Iterable[Source]) -> list[Correction]:
    """Give the corrections of all sources, those that say the same once.

    Raises
    ------
    InputError
        Two sources say different things of one field of a page; every such field is named, and both sources.
    """
    said: dict[tuple[str, str], list[tuple[int, str, Correction]]] = defaultdict(list)
    for source in sources:
        for number, one in enumerate(source.corrections):
            said[one.sha256, one.field].append((number, source.name, one))
    faults = [
        f"page {sha256[:12]}, {field}: {_sayings(found)}"
        for (sha256, field), found in sorted(said.items())
        if len({one.value for _, _, one in found}) > 1
    ]
    if faults:
        more = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        raise InputError(
            f"{len(faults)} corrections that contradict each other: {'; '.join(faults[:_SHOWN])}{more}",
            "one value for each field of a page",
            "settle them in the corrections of the corpora, then merge again",
        )
    # the order counts, and is the table's own: of equal places, the page and the field decide
    first = [
        (min(number for number, _, _ in found), key, min((one for *_, one in found), key=_who))
        for key, found in said.items()
    ]
    chosen = [one for _, _, one in sorted(first, key=lambda entry: entry[:2])]
    return [replace(one, row=row) for row, one in enumerate(chosen, start=2)]


def joined_events(sources: Iterable[Source]) -> pl.DataFrame:
    """Give the events of all sources once each, in the order of their batches."""
    tables = [
        source.events.select(*EVENT_SCHEMA).with_row_index("at")
        for source in sorted(sources, key=lambda source: source.name)
    ]
    every = pl.concat([pl.DataFrame(schema={"at": pl.UInt32(), **EVENT_SCHEMA}), *tables])
    ordered = every.sort("batch", "at", "origin", "event", "sha256", "retrieved", nulls_last=True)
    return ordered.drop("at").unique(keep="first", maintain_order=True)


def provenance_table(sources: Iterable[Source]) -> pl.DataFrame:
    """List which page came from which source: ``origin``, ``sha256``, ``corpus``; pages set aside too."""
    tables = [
        pl.concat(
            [getattr(source.rows, table).select("origin", "sha256") for table in ("readouts", "quarantine")]
        )
        .unique()
        .with_columns(corpus=pl.lit(source.name))
        for source in sources
    ]
    table: pl.DataFrame = pl.concat(tables)
    return table.sort("origin", "sha256", "corpus", nulls_last=True)


def _pages(source: Source) -> pl.DataFrame:
    once = source.rows.readouts.select(*PAGE_SCHEMA, "ingested").unique(
        PAGE, keep="first", maintain_order=True
    )
    return once.with_row_index("at").with_columns(
        part=pl.lit(source.name), content=pl.struct(_TEXTS).struct.json_encode().hash(seed=0)
    )


def _levels(pages: pl.DataFrame) -> pl.DataFrame:
    """Say of the bytes of every origin how many versions came before them."""
    seen: dict[str, dict[str, dict[int, set[str]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    for source, origin, sha256, ingested in pages.select("part", "origin", "sha256", "ingested").iter_rows():
        seen[origin][source][ingested].add(sha256)
    rows = [
        (origin, sha256, level)
        for origin, by_source in seen.items()
        for sha256, level in _depths(
            [[batch[n] for n in sorted(batch)] for batch in by_source.values()]
        ).items()
    ]
    kinds = {"origin": pl.String(), "sha256": pl.String(), "ingested": pl.Int32()}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _depths(histories: Sequence[Sequence[set[str]]]) -> dict[str, int]:
    """Give each name the length of the longest chain of names that came before it in some history.

    Histories that contradict each other say nothing: every name is then at 0.
    """
    depth = {name: 0 for history in histories for batch in history for name in batch}
    steps = [pair for history in histories for pair in pairwise(history)]
    for _ in range(len(depth)):
        before = dict(depth)
        for earlier, later in steps:
            least = 1 + max(depth[name] for name in earlier)
            depth |= {name: max(depth[name], least) for name in later}
        if depth == before:
            return depth
    return dict.fromkeys(depth, 0)


def _sayings(found: Iterable[tuple[int, str, Correction]]) -> str:
    said = sorted({(name, one.value, one.coder) for _, name, one in found})
    return ", ".join(f"{value!r} in {name} ({coder})" for name, value, coder in said)


def _who(one: Correction) -> tuple[str, str]:
    return one.coder, one.reason


def expanded_origins(
    readouts: pl.DataFrame, hidden: Mapping[tuple[str, ...], Sequence[dict[str, str]]]
) -> pl.DataFrame:
    """Add to the ``origins`` of readouts the pages that were merged into theirs before, known by name alone.

    Parameters
    ----------
    readouts
        As of a corpus.
    hidden
        By page (origin, hash, id): the other pages it stood for, in order.
    """
    lists = [_with_hidden(origins, hidden) for origins in readouts["origins"].to_list()]
    return readouts.with_columns(pl.Series("origins", lists, dtype=readouts.schema["origins"]))


def _with_hidden(
    origins: list[dict[str, str]], hidden: Mapping[tuple[str, ...], Sequence[dict[str, str]]]
) -> list[dict[str, str]]:
    listed = {tuple(page[name] for name in PAGE): page for page in origins}
    for key in list(listed):
        for page in hidden.get(key, ()):
            listed.setdefault(tuple(page[name] for name in PAGE), page)
    first, *rest = listed.values()
    return [first, *sorted(rest, key=lambda page: page["origin"])]
