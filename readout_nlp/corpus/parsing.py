"""Pages -> readouts, batch by batch, in order, over whatever `map` the caller brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, TypeVar

from readout_nlp.errors import ReadoutNLPError
from readout_nlp.heap import without_collections
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.readouts.readout import Readout

T = TypeVar("T")

_BATCH = 64  # pages a call of `map`: large enough that handing them to another process costs little


def parse_pages(
    pages: Iterable[Page | Rejected],
    *,
    progress: Callable[..., Iterable[Any]] | None = None,
    map: Callable[..., Iterable[Any]] = map,  # noqa: A002
) -> Iterator[Readout]:
    """Parse pages already read, in order; a `map` that spreads the work begins with it at once."""
    parsed = chain.from_iterable(map(_parse_batch, batches(pages, _BATCH)))
    # counted as they come out: a pool takes many pages in before it gives the first one back
    return iter(progress(parsed, description="pages")) if progress else parsed


def batches(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Give lists of at most `size` values, in order.

    Examples
    --------
    >>> list(batches("abc", 2))
    [['a', 'b'], ['c']]
    """
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def one_ahead(values: Iterable[T]) -> Iterator[T]:
    """Give each value once the next has been asked for: what others do for it goes on meanwhile.

    Examples
    --------
    >>> list(one_ahead("abc"))
    ['a', 'b', 'c']
    """
    rest = iter(values)
    for held in rest:
        value = held
        for later in rest:
            yield value
            value = later
        yield value


def _parse_batch(pages: list[Page | Rejected]) -> list[Readout]:
    with without_collections():
        return [_parsed(page) for page in pages]


def _parsed(page: Page | Rejected) -> Readout:
    from readout_nlp.readouts.parse import parse_page, parse_rejected  # not where other processes parse

    if isinstance(page, Rejected):
        return parse_rejected(page)
    try:
        return parse_page(page)
    except (MemoryError, OSError, ReadoutNLPError):
        raise
    except Exception as fault:  # noqa: BLE001  # one page of ten thousand ends nothing
        reason = f"fault of the program: {type(fault).__name__}: {fault}; report it, with the page if you may"
        return parse_rejected(Rejected(origin=page.origin, reason=reason, sha256=page.sha256))
