"""Corpus -> events: which pages came, changed, vanished and came back, and when."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.store import open_store


def events(corpus: Corpus | str | Path) -> pd.DataFrame:
    """List what happened to the pages of a corpus store, in order.

    A page that vanished or was edited is an event, never an error: its readout stays in the corpus.

    Parameters
    ----------
    corpus
        A corpus store, or a corpus that was opened from one; a corpus made in memory has no events.

    Returns
    -------
    pandas.DataFrame
        ``event``: ``added``; ``edited`` (same origin, other bytes); ``vanished`` (an earlier ingest of the
        path found it, this one did not); ``returned``. ``origin``, ``sha256`` (when vanished: the last one
        seen), ``retrieved`` (as the row states it), ``batch`` (the number of the ingest, from 1).

    Raises
    ------
    StoreError
        As in `open_store`.

    Examples
    --------
    >>> import tempfile
    >>> from readout_nlp.corpus.store import ingest
    >>> folder = Path(tempfile.mkdtemp())
    >>> page = folder / "page.txt"
    >>> _ = page.write_text("4月2日,市委常委会召开会议。会议研究了防汛。", encoding="utf-8")
    >>> _ = ingest(page, folder / "store")
    >>> page.unlink()
    >>> ingest(page, folder / "store").readouts.height
    1
    >>> events(folder / "store")[["event", "batch"]].values.tolist()
    [['added', 1], ['vanished', 2]]
    """
    opened = corpus if isinstance(corpus, Corpus) else open_store(corpus)
    return opened.events.to_pandas()
