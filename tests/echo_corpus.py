"""Small corpora whose texts share what we say, for the tests of echo and of who copies whom."""

from datetime import date
from random import Random

import polars as pl

from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus

ALPHABET = [chr(code) for code in range(0x4E00, 0x4E00 + 4000)]


def wording(size, seed):
    """Characters that no other seed gives in this order."""
    rng = Random(f"wording {seed}")
    return "".join(rng.choices(ALPHABET, k=size))


def corpus_of(*rows):
    """Make a corpus of rows: name, place, day, texts of the items; `level`, `interval` where they matter."""
    readouts, items = [], []
    for row in rows:
        day = row.get("day")
        first, last = row.get("interval", (day, day))
        about = {
            "readout_id": row["name"],
            "kind": "readout",
            "place": row.get("place"),
            "place_name": row.get("place"),
            "level": row.get("level", "prefecture" if row.get("place") else None),
            "meeting_date": day,
            "meeting_earliest": first,
            "meeting_latest": last,
            "published": row.get("published"),
            "year": row.get("year", day.year if day else None),
            "quarter": (day.month + 2) // 3 if day else None,
            "body": "".join(row["texts"]),
        }
        readouts.append({**dict.fromkeys(READOUT_SCHEMA), **about})
        for position, text in enumerate(row["texts"], start=1):
            item = {
                "item_id": f"{row['name']}-{position}",
                "readout_id": row["name"],
                "position": position,
                "text": text,
            }
            items.append({**dict.fromkeys(ITEM_SCHEMA), **item})
    return Corpus(
        pl.DataFrame(readouts, schema=READOUT_SCHEMA),
        pl.DataFrame(items, schema=ITEM_SCHEMA),
        pl.DataFrame(schema=QUARANTINE_SCHEMA),
    )


def on(month, day=1, year=2020):
    return date(year, month, day)
