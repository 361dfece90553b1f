"""Paths, or the built-in sample -> Corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.corrections import read_corrections, require_applied
from readout_nlp.corpus.manifest import is_store
from readout_nlp.corpus.parsing import parse_pages
from readout_nlp.corpus.row_schema import read_noted
from readout_nlp.corpus.store import open_store, page_paths
from readout_nlp.durable import sha256_bytes
from readout_nlp.pages.page import Given, Page
from readout_nlp.readouts.readout import Readout

Paths = str | Path | Sequence[str | Path]


def read_corpus(
    paths: Paths,
    *,
    merge: bool = True,
    corrections: str | Path | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Callable[..., Iterable[Any]] | None = None,
    map: Callable[..., Iterable[Any]] = map,  # noqa: A002  # the seam through which processes come from above
) -> Corpus:
    """Read pages from files and folders into a corpus, or open a corpus store.

    Parameters
    ----------
    paths
        One path or several: folders, HTML, text, CSV, JSONL, Parquet (also ``.gz``), Excel, ``.zip``; or the
        folder of one corpus store.
    merge
        Join the pages that report one meeting into one readout (`build_corpus`).
    corrections
        A table of corrections (`read_corrections`); for a store, used instead of its own.
    columns
        Which column of a table is which field: ``{"text": "正文", "date": "日期"}``.
    progress
        Wraps an iterable to show a bar: ``progress(pages, description=...)``.
    map
        Spreads the parsing, as the built-in `map` and in its order.

    Returns
    -------
    Corpus
        Pages that are no readouts are in its `quarantine`, with the reason.

    Raises
    ------
    InputError
        A path does not exist, or nothing readable is in it; or corrections are faulty, each named.

    Examples
    --------
    >>> import tempfile
    >>> page = Path(tempfile.mkdtemp()) / "page.txt"
    >>> text = "4月2日,市委常委会召开会议。会议听取了全市春耕备耕工作情况的汇报。"
    >>> _ = page.write_text(text, encoding="utf-8")
    >>> corpus = read_corpus(page)
    >>> corpus.readouts.height, corpus.items["act"].to_list()
    (1, ['hear'])
    """
    only = paths if isinstance(paths, str | Path) else paths[0] if len(paths) == 1 else None
    asked = None if corrections is None else read_corrections(corrections)
    if only is not None and is_store(only):
        corpus = open_store(only, merge=merge, corrections=asked)
        require_applied(asked or (), corpus.corrections)
        return corpus
    parsed = parse_paths(paths, columns=columns, progress=progress, map=map)
    return build_corpus(parsed, merge=merge, corrections=asked or ())


def parse_paths(
    paths: Paths,
    *,
    columns: Mapping[str, str] | None = None,
    progress: Callable[..., Iterable[Any]] | None = None,
    map: Callable[..., Iterable[Any]] = map,  # noqa: A002
) -> Iterator[Readout]:
    """Read pages and parse each: one record a page, in the order given, never merged.

    Parameters, errors: as in `read_corpus`.
    """
    return parse_pages(read_noted(page_paths(paths), columns=columns), progress=progress, map=map)


def sample_corpus(
    *,
    seed: int = 0,
    cities: int = 12,
    years: int = 8,
    per_cell: int | None = None,
    progress: Callable[..., Iterable[Any]] | None = None,
    map: Callable[..., Iterable[Any]] = map,  # noqa: A002
) -> Corpus:
    """Parse the built-in synthetic sample, from memory.

    Parameters
    ----------
    seed
        Same seed, same corpus.
    cities, years
        How many fictional cities (with some of their districts) and years.
    per_cell
        Readouts a city and year; None: the sample's own uneven coverage.
    progress, map
        As in `read_corpus`.

    Returns
    -------
    Corpus
        ``corpus.synthetic`` is True.

    Examples
    --------
    >>> sample_corpus(cities=2, years=2, per_cell=1).synthetic
    True
    """
    from readout_nlp.sample.generate import SampleSettings, generate_sample  # real pages need none of it

    size: dict[str, Any] = {} if per_cell is None else {"per_cell": per_cell}
    settings = SampleSettings(seed=seed, cities=cities, years=years, **size)
    pages = (_sample_page(file.path, file.data) for file in generate_sample(settings))
    return build_corpus(parse_pages(pages, progress=progress, map=map))


def sample_reference(*, seed: int = 0, years: int = 8) -> Corpus:
    """Parse the documents of the sample's fictional centre: the reference that its cities' echo is found in.

    Parameters
    ----------
    seed, years
        As of the `sample_corpus` to compare with.

    Returns
    -------
    Corpus
        One readout of kind ``document`` for each, dated, without a place.

    Examples
    --------
    >>> documents = sample_reference(years=2).readouts
    >>> documents["kind"].unique().to_list(), documents["year"].unique().sort().to_list()
    (['document'], [2012, 2013])
    """
    from readout_nlp.sample.centre import centre_documents
    from readout_nlp.sample.settings import SampleSettings
    from readout_nlp.sample.world import CENTRE

    documents = centre_documents(SampleSettings(seed=seed, years=years))
    pages = []
    for document in documents:
        given = Given(title=document.title, date=document.day.isoformat(), source=CENTRE)
        page = _sample_page(document.id, document.wording.encode())
        pages.append(replace(page, given=given, media="text"))
    return build_corpus(parse_pages(pages))


def _sample_page(path: str, data: bytes) -> Page:
    return Page(origin=f"sample:{path}", data=data, sha256=sha256_bytes(data))
