"""What the reading view carries inside the page: texts, items, topics and earlier sources, packed small."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.present.packing import deflated
from readout_nlp.present.tables import AnalysisLike, table_of
from readout_nlp.topics.fit import TopicFit

TEXT_BUDGET = 1_450_000  # bytes of the page
LONGEST = 400_000  # characters of one text; a longer one is read where it lies
MOST_TOPICS = 3  # of one item
LEAST_SHARE = 0.05
CLASSES = ("formula", "echo_up", "self_reuse", "echo_peer", "undirected")
FORMULA = 0
LEARN_FROM = 1_000  # readouts, packed first where more may fit, to tell how many do
_RAW_TO_PACKED = 9  # no text shrinks to less than this part of itself: how many are worth a first try
_SENTENCE = re.compile(r"[^。\n]*[。\n]|[^。\n]+\Z")
_FACTS = (
    *("place_basis", "place_evidence", "prefecture", "province", "published", "meeting_date"),
    *("meeting_earliest", "meeting_latest", "year_basis", "date_evidence", "presider", "presider_role"),
    *("source", "script", "repairs", "attendance", "origin", "origins"),
)

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """Readouts as the page carries them.

    Attributes
    ----------
    packed
        Base64 of raw DEFLATE of UTF-8 JSON; empty where there is nothing to carry.
    carried, of
        How many readouts are in it, and how many the corpus has.
    characters
        Every character that it can show, for the fonts of the page.
    """

    packed: str
    carried: int
    of: int
    characters: str


def reading_of(analysis: AnalysisLike, *, budget: int = TEXT_BUDGET) -> Reading:
    """Pack the readouts of an analysis, as many as fit.

    Where not all fit, those that the report itself quotes come first, then the others in the order of a hash
    of their ids: a draw that favours no place and no year.

    Parameters
    ----------
    analysis
        As made by `readout_nlp.analyse`.
    budget
        Bytes of the page that texts may take.

    Returns
    -------
    Reading
        The same for the same analysis, byte for byte.
    """
    corpus = analysis.corpus
    order = _order(analysis)
    wanted = _second_guess(analysis, order[: _first_guess(corpus, order, budget)], budget)
    records = _Records(analysis, order[:wanted])
    while True:
        text = records.json(order[:wanted])
        packed = deflated(text)
        if len(packed) <= budget or wanted == 0:
            break
        wanted = min(wanted - 1, int(wanted * budget / len(packed) * 0.97))
    return Reading(
        packed=packed if wanted else "",
        carried=wanted,
        of=corpus.readouts.height,
        characters="".join(sorted(set(text))),
    )


def _order(analysis: AnalysisLike) -> list[str]:
    """Ids of readouts that could be carried, the most wanted first."""
    readouts = analysis.corpus.readouts
    short = readouts.filter(pl.col("body").fill_null("").str.len_chars() <= LONGEST)["readout_id"].to_list()
    quoted = set(table_of(analysis, "representatives")["readout_id"].dropna().astype(str))
    return sorted(short, key=lambda one: (one not in quoted, hashlib.sha256(one.encode()).hexdigest()))


def _first_guess(corpus: Corpus, order: Sequence[str], budget: int) -> int:
    """How many of the first readouts could fit at best: packing tens of thousands in vain takes long."""
    sizes = dict(
        corpus.readouts.select("readout_id", pl.col("body").fill_null("").str.len_bytes()).iter_rows()
    )
    total = np.cumsum([sizes[name] for name in order])
    return int(np.searchsorted(total, budget * _RAW_TO_PACKED, side="right"))


def _second_guess(analysis: AnalysisLike, ids: Sequence[str], budget: int) -> int:
    """How many of these fit if the others pack as well as the first; more texts pack a little better."""
    if len(ids) <= LEARN_FROM:
        return len(ids)
    first = ids[:LEARN_FROM]
    size = len(deflated(_Records(analysis, first).json(first)))
    return min(len(ids), LEARN_FROM * budget // size)


class _Records:
    """Looks up what belongs to a readout; made once, for those of an analysis that may be carried."""

    def __init__(self, analysis: AnalysisLike, ids: Sequence[str]) -> None:
        corpus = analysis.corpus
        carried = corpus.readouts.filter(pl.col("readout_id").is_in(ids))
        self._readouts = {row["readout_id"]: row for row in carried.iter_rows(named=True)}
        self._days = dict(corpus.readouts.select("readout_id", "meeting_date").iter_rows())
        self._items: dict[str, list[Record]] = defaultdict(list)
        items = corpus.items.filter(pl.col("readout_id").is_in(ids))
        for row in items.iter_rows(named=True):
            self._items[row["readout_id"]].append(row)
        self._home = dict(corpus.items.select("item_id", "readout_id").iter_rows())
        spans = table_of(analysis, "echo_spans")
        self._spans = spans_by_item(spans[spans["item_id"].isin(set(items["item_id"]))])
        self._topics = topics_by_document(analysis.topics, {*ids, *items["item_id"]})
        self._names = list(analysis.topics.topic_ids)

    def json(self, ids: Sequence[str]) -> str:
        """JSON of these readouts, equal sentences once."""
        readouts = [self._record(name) for name in sorted(ids)]
        sentences = _numbered(part for one in readouts for part in one["body"])
        homes = _numbered(source[0] for one in readouts for source in one["sources"])
        for one in readouts:
            one["body"] = [sentences[part] for part in one["body"]]
            one["sources"] = [[homes[home], *rest] for home, *rest in one["sources"]]
        whole = {
            "topics": self._names,
            "sentences": list(sentences),
            "homes": list(homes),
            "readouts": readouts,
        }
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=str, allow_nan=False)

    def _record(self, name: str) -> Record:
        row, items = self._readouts[name], self._items[name]
        facts = {key: row[key] for key in _FACTS if row[key] not in (None, "", [])}
        facts["repairs"] = [[one["kind"], one["count"]] for one in row["repairs"] or ()]
        facts["origins"] = [[one["origin"], one["relation"]] for one in (row["origins"] or ())[1:]]
        spans, sources = self._echo(items)
        return {
            "id": name,
            **facts,
            "body": _SENTENCE.findall(row["body"] or ""),
            "items": [self._item(one) for one in items],
            "spans": spans,
            "sources": sources,
            "topics": self._topics.get(name, []),
        }

    def _item(self, row: Record) -> list[Any]:
        """Start, end, acts, where the subject stands in the text (else the subject itself), topics."""
        text, subject = row["text"] or "", row["subject"] or ""
        at = text.find(subject) if subject else -1
        return [
            row["start"],
            row["end"],
            list(row["acts"] or [row["act"]]),
            [at, len(subject)] if at >= 0 else subject,
            self._topics.get(row["item_id"], []),
        ]

    def _echo(self, items: Sequence[Record]) -> tuple[list[Any], list[tuple[Any, ...]]]:
        """Give the spans of a readout as columns, and its sources by number.

        The columns: how many an item has, gaps, lengths, classes by digit, sources: 0 is the next that was
        not yet named, another number how many names back it stands, -1 none. Formula has none.
        """
        numbers: dict[tuple[Any, ...], int] = {}
        counts, gaps, lengths, labels, sources = [], [], [], "", []
        for row in items:
            spans, last = self._spans.get(row["item_id"], ()), 0
            counts.append(len(spans))
            for start, end, label, source in spans:
                gaps.append(start - last)
                lengths.append(end - start)
                labels += str(label)
                last = end
                if source is None:
                    sources += [] if label == FORMULA else [-1]
                else:
                    next_one = len(numbers)
                    sources.append(next_one - numbers.setdefault(self._source(row, *source), next_one))
        return [counts, gaps, lengths, labels, sources], list(numbers)

    def _source(self, row: Record, source: str, lag: int | None) -> tuple[Any, ...]:
        """Name a readout of the corpus or a text of the reference, with the days from it to the item.

        The days are left out where the two days of meeting tell them.
        """
        home = self._home.get(source, source)
        late, early = (self._days.get(name) for name in (row["readout_id"], home))
        told = late is not None and early is not None and (late - early).days == lag
        return (home,) if lag is None or told else (home, lag)


def _numbered(values: Iterable[str]) -> dict[str, int]:
    return {value: at for at, value in enumerate(sorted(set(values)))}


def spans_by_item(
    spans: pd.DataFrame,
) -> Mapping[str, list[tuple[int, int, int, tuple[str, int | None] | None]]]:
    """Give the spans of each item: start, end, number of the class, and source (id, days before).

    Where one goes on in the next they are one.
    """
    found: dict[str, list[Any]] = defaultdict(list)
    names = ("item_id", "start", "end", "class", "source_id", "lag_days")
    for item, start, end, label, source, lag in zip(*(spans[one].to_list() for one in names), strict=True):
        days = None if lag is None or lag != lag else int(lag)
        where = (source, days) if isinstance(source, str) else None
        about = (CLASSES.index(label), where)
        rows = found[str(item)]
        if rows and rows[-1][1] == start and rows[-1][2:] == about:
            rows[-1] = (rows[-1][0], int(end), *about)
        else:
            rows.append((int(start), int(end), *about))
    return found


def topics_by_document(fit: TopicFit, wanted: Collection[str]) -> Mapping[str, list[int]]:
    """Give the largest topics of each document wanted: position and per cent, one after the other."""
    return {
        name: list(_largest(row))
        for name, row in zip(fit.doc_ids, np.asarray(fit.doc_topics), strict=True)
        if name in wanted
    }


def _largest(row: np.ndarray) -> Iterator[int]:
    for at in np.argsort(-row, kind="stable")[:MOST_TOPICS]:
        if row[at] >= LEAST_SHARE:
            yield int(at)
            yield round(100 * float(row[at]))
