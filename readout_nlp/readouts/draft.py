"""An item in the making."""

from __future__ import annotations

from typing import NamedTuple

from readout_nlp.readouts.matter import Matter
from readout_nlp.readouts.spans import Span


class Draft(NamedTuple):
    """Where an item begins, and its matter.

    Attributes
    ----------
    end
        Where it ends, if before the next begins.
    """

    start: int
    matter: Matter
    end: int | None = None


def unstated(span: Span, subject: str) -> Matter:
    """Make a matter that no verb states."""
    return Matter(start=span.start, end=span.end, acts=("unstated",), verb=None, subject=subject)
