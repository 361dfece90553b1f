"""The items that a line of truth tells: where each begins in the true body, and what it lacks for that."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from readout_nlp.evaluate.matching import Letters, letters

_ACTS = ("act", "acts")


def place_items(record: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give each item of a truth its `start`, and say what keeps the items from being scored.

    An item without `start` is looked for by its `text` in the body, behind the item before it; white space,
    punctuation and the width of signs do not count. Items that are null are not told.

    Returns
    -------
    tuple of dict and tuple of str
        The record with the starts, and one phrase a fault; empty: none.

    Examples
    --------
    >>> item = {"text": "会议审议了《办法》。", "act": "deliberate", "acts": ["deliberate"]}
    >>> placed, faults = place_items({"body": "会议听取了汇报。会议审议了《办法》。", "items": [item]})
    >>> placed["items"][0]["start"], faults
    (8, ())
    >>> place_items({"items": [item]})[1], place_items({"body": "", "items": [{"start": 0}]})[1]
    (('items without body',), ('items[1] without act and acts',))
    """
    items, body = record.get("items"), record.get("body")
    if items is None:
        return {key: value for key, value in record.items() if key != "items"}, ()
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return dict(record), ("items that are no list of objects",)
    if not isinstance(body, str):
        return dict(record), ("items without body",)
    placed = list(_placed(items, body))
    faults = tuple(found for found in placed if isinstance(found, str))
    return {**record, "items": [found for found in placed if not isinstance(found, str)]}, faults


def _placed(items: list[dict[str, Any]], body: str) -> Iterator[dict[str, Any] | str]:
    whole, floor = letters(body), 0
    for number, item in enumerate(items, start=1):
        lacking = [key for key in _ACTS if not item.get(key)]
        start = _start(item, whole, floor=floor)
        if lacking or isinstance(start, str):
            yield f"items[{number}] {'without ' + ' and '.join(lacking) if lacking else start}"
            continue
        floor = whole.before[start] + 1
        yield {**item, "start": start}


def _start(item: Mapping[str, Any], whole: Letters, *, floor: int) -> int | str:
    """Give where an item begins in the body, or say why that is not known."""
    start, text = item.get("start"), item.get("text")
    if start is not None:
        fits = isinstance(start, int) and 0 <= start < len(whole.before)
        return start if fits else "with a start outside the body"
    if not isinstance(text, str) or not (sought := letters(text).text):
        return "without start or text"
    at = whole.text.find(sought, floor)
    return bisect_left(whole.before, at + 1) - 1 if at >= 0 else "whose text is not in body, or not in order"
