"""A corpus of places and years with planted shares, for the tests of comparisons."""

from datetime import date

import numpy as np
import polars as pl

from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.topics.infer import Inference

LEVEL = {"东岭市": "prefecture", "西河市": "prefecture", "东岭市南坪区": "county"}


def readout(number, place, year, **about):
    row = dict.fromkeys(READOUT_SCHEMA)
    row |= {"readout_id": f"r{number:03d}", "kind": "readout", "place": place, "place_name": place}
    row |= {"level": LEVEL.get(place), "province": "北川省", "year": year, "body": "", "script": "simplified"}
    row |= {"prefecture": place[:3] if place else None}
    row |= {"quarter": None if year is None else 1 + number % 4, "origin": "", "sha256": ""}
    row |= {"published": None if year is None else date(year, 1, 1), "repairs": [], **about}
    return row


def build(rows, n_items=2, acts=("hear", "decide")):
    """Make a corpus of `rows`, each readout with `n_items` items."""
    items = [
        {
            "item_id": f"{row['readout_id']}-{position}",
            "readout_id": row["readout_id"],
            "position": position,
            "act": acts[(position - 1) % len(acts)],
            "acts": [],
            "subject": "",
            "text": "",
            "start": 0,
            "end": 0,
        }
        for row in rows
        for position in range(1, n_items + 1)
    ]
    return Corpus(
        pl.DataFrame(rows, schema=READOUT_SCHEMA),
        pl.DataFrame([{**dict.fromkeys(ITEM_SCHEMA), **item} for item in items], schema=ITEM_SCHEMA),
        pl.DataFrame(schema=QUARANTINE_SCHEMA),
    )


def infer(corpus, shares, *, unit="item", without=()):
    """Give every document the shares that `shares(row of its readout)` says."""
    documents = corpus.documents(unit)
    rows = np.array([shares(row) for row in documents.iter_rows(named=True)], dtype=float)
    rows = rows.reshape(len(documents), rows.shape[1] if rows.ndim == 2 else 2)
    n_topics = rows.shape[1]
    return Inference(
        doc_topics=rows,
        doc_ids=tuple(documents["doc_id"]),
        topic_ids=tuple(f"t{number:02d}" for number in range(1, n_topics + 1)),
        oov_share=np.zeros(len(rows)),
        novel=np.zeros(len(rows), dtype=bool),
        without_evidence=tuple(without),
    )
