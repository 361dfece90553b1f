"""The places that echo most and least, with passages to read."""

from __future__ import annotations

from typing import Any

import pandas as pd

from readout_nlp.compare.echo_shares import echo_shares
from readout_nlp.compare.pooling import MIN_ITEMS
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError

ECHO = ("echo_up", "echo_peer")
COLUMNS = {
    "side": "object",
    "rank": "int64",
    "place": "object",
    "share": "float64",
    "low": "float64",
    "high": "float64",
    "n_items": "int64",
    "n_readouts": "int64",
    "class": "object",
    "item_id": "object",
    "start": "Int64",
    "end": "Int64",
    "text": "object",
    "source_id": "object",
    "source_start": "Int64",
    "source_end": "Int64",
    "source_place": "object",
    "lag_days": "float64",
}


def echo_extremes(
    spans: pd.DataFrame,
    corpus: Corpus,
    *,
    of: str = "echo_up",
    places: int = 3,
    passages: int = 3,
    min_items: int = MIN_ITEMS,
    intervals: int = 500,
    random_state: int = 0,
) -> pd.DataFrame:
    """Name the places with the most and the least echo, each with its longest passages to read.

    For the places with the most, passages that they echo; for those with the least, the longest stretches
    that match nothing, which is where to look for what is their own.

    Parameters
    ----------
    spans, corpus
        As in `echo_shares`.
    of
        ``echo_up`` or ``echo_peer``.
    places, passages
        How many places on each side, and how many passages for each.
    min_items
        Places with fewer items are too thin to rank; they are counted in ``attrs``.
    intervals, random_state
        As in `echo_shares`.

    Returns
    -------
    pandas.DataFrame
        One row a passage: ``side`` (``most`` or ``least``), ``rank`` (1 is the extreme), ``place``,
        ``share``, ``low``, ``high``, ``n_items``, ``n_readouts`` of the place, then the passage: ``class``,
        ``item_id``, ``start``, ``end``, ``text``, ``source_id``, ``source_start``, ``source_end``,
        ``source_place``, ``lag_days``. A place without such a passage has one row without. With fewer than
        twice as many places as asked no place is on both sides, and the first half goes to ``most``.

        ``attrs``: ``of``, ``left_out`` (``thin`` places), ``estimand``, ``unmatched_means``.

    Raises
    ------
    RecipeError
        If a setting cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.passages.echo import echo
    >>> corpus = rn.sample_corpus(cities=2, years=1, per_cell=4)
    >>> ends = echo_extremes(echo(corpus), corpus, places=1, passages=1, intervals=0)
    >>> set(ends["side"]) <= {"most", "least"}
    True
    """
    _check(of, places=places, passages=passages)
    table = echo_shares(
        spans, corpus, by="place", min_items=min_items, intervals=intervals, random_state=random_state
    )
    rows = table[table["class"] == of]
    ranked = rows[~rows["thin"]].sort_values(["share", "place"], ascending=[False, True])
    half = min(places, (len(ranked) + 1) // 2)
    sides = {"most": ranked.head(half), "least": ranked.iloc[half:].iloc[::-1].head(places)}
    texts = dict(zip(corpus.items["item_id"], corpus.items["text"], strict=True))
    place_of = dict(corpus.documents("item").select("doc_id", "place").iter_rows())
    own = spans.assign(place=spans["item_id"].map(place_of), size=spans["end"] - spans["start"])
    records = [
        {"side": side, "rank": rank, **_about(row), **passage}
        for side, chosen in sides.items()
        for rank, row in enumerate(chosen.to_dict("records"), start=1)
        for passage in _passages(own, texts, row["place"], of if side == "most" else "unmatched", passages)
    ]
    found = pd.DataFrame(records, columns=list(COLUMNS)).astype(COLUMNS)
    found.attrs = {
        "of": of,
        "estimand": table.attrs["estimand"],
        "unmatched_means": table.attrs["unmatched_means"],
        "left_out": {"thin": int(rows["thin"].sum())},
        "min_items": min_items,
    }
    return found


def _check(of: str, **numbers: int) -> None:
    faults = [] if of in ECHO else [f"of={of!r}"]
    faults += [f"{name}={n!r}" for name, n in numbers.items() if isinstance(n, bool) or n < 1]
    if faults:
        raise RecipeError("; ".join(faults), f"{' or '.join(ECHO)}, and numbers of 1 or more", "change them")


def _about(row: dict[Any, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("place", "share", "low", "high", "n_items", "n_readouts")}


def _passages(
    spans: pd.DataFrame, texts: dict[str, str], place: str, label: str, most: int
) -> list[dict[str, Any]]:
    held = spans[(spans["place"] == place) & (spans["class"] == label)]
    held = held.sort_values(["size", "item_id", "start"], ascending=[False, True, True]).head(most)
    if held.empty:
        return [{"class": label}]
    names = [name for name in list(COLUMNS)[8:] if name != "text"]
    return [
        {**{name: row[name] for name in names}, "text": texts[row["item_id"]][row["start"] : row["end"]]}
        for row in held.to_dict("records")
    ]
