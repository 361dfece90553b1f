"""The record of this stage: one page of a dump, not yet read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from readout_nlp.pages.page import Page, Rejected


@dataclass(frozen=True, slots=True)
class Record:
    """One page of a dump.

    Attributes
    ----------
    origin
        Its address, or the dump's name and the number of the row.
    data
        Bytes in which a prefilter may look: the page, or the line of JSON that holds it.
    read
        Makes the page of it, which costs more than looking.
    """

    origin: str
    data: bytes
    read: Callable[[], Page | Rejected]
