"""Whether reuse and similarity find the broadcast report of a central meeting among all broadcast reports.

    python benchmarks/central_pairs.py NOTES READOUTS [--links]

NOTES and READOUTS are tables of texts: notes of central meetings (`source` names the kind of meeting) and
broadcast reports of central meetings (`meeting_type`). A note and a report are linked by metadata alone: the
same kind of meeting, and one day if on that day there is one of each; of what is then left, one day apart if
there is one of each within a day. Where there are several, the link is ambiguous and left out, as are notes
without a report.

For comparison, a looser link: any report of the kind within five days, the nearest ones all being right.

Every linked note then looks for its report among all reports, with no use of dates, kinds of meeting or
titles, by

- TF-IDF of character 4-grams and cosine, as one would write it today;
- reuse: the most characters shared in passages (`text_reuse`), formula discounted;
- similarity: TF-IDF of character n-grams (2 to 5, sublinear) with reuse: the mean of the cosine and of the
  share of the note's characters that are in shared passages.

`--links` prints the links with dates and titles. They were read through by eye, the titles and the openings
of both texts: see CHECKED.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from topics_data import machine, say

from readout_nlp.passages.formula import estimate_formula
from readout_nlp.passages.reuse import text_reuse

ASKED, LOOSE = 0.99, 5  # recall; days
KINDS = {  # as NOTES call a kind of meeting, and as READOUTS do
    "国务院常委会": "国务院常务会议",
    "政治局会议": "政治局会议",
    "中央全面深化改革会议": "深改委（组）会议",
    "中央经济工作会议": "中央经济工作会议",
}
CHECKED = (
    "All 279 links were read by eye (titles, and the openings of both texts): none pairs two meetings. One\n"
    "(m-435384815-1417795200) is one meeting of which the note tells one matter, an expulsion from the\n"
    "Party, and the report another, the economy: it was published in two pieces. It stays among the links."
)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Links:
    """Pairs of a note and a report by id, and what is left out; `loose` are all within five days."""

    pairs: list[tuple[str, str]]
    loose: dict[str, set[str]]
    ambiguous: list[str]
    without: list[str]


def main() -> None:
    """Print links and findings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("readouts", type=Path)
    parser.add_argument("--links", action="store_true", help="print the links with dates and titles")
    given = parser.parse_args()
    notes = [row for row in _rows(given.notes) if row["source"] in KINDS]
    reports = _rows(given.readouts)
    links = link(notes, reports)
    about = {row["id"]: row for row in (*notes, *reports)}
    if given.links:
        print_links(links, about)
    print(machine())
    print(
        f"{len(notes)} notes of {len(KINDS)} kinds of meeting, {len(reports)} broadcast reports of all kinds"
    )
    print(
        f"linked {len(links.pairs)}; ambiguous, left out {len(links.ambiguous)};"
        f" without a report within a day {len(links.without)}"
    )
    print(CHECKED)
    texts = {row["id"]: row["text"] for row in notes}, {row["id"]: row["text"] for row in reports}
    for name, scores in methods(*texts, formula=_formula(notes, reports)):
        print_recall(name, scores, links, about, ids=(list(texts[0]), list(texts[1])))


def _rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def link(notes: Sequence[Row], reports: Sequence[Row]) -> Links:
    """Link notes to reports by kind and day; within a day where no day is the same."""
    pairs, ambiguous, left, free = [], [], list(notes), list(reports)
    for gap in (0, 1):
        found = {row["id"]: _near(row, free, gap) for row in left}
        back = Counter(other["id"] for near in found.values() for other in near)
        single = {
            name: near[0]["id"] for name, near in found.items() if len(near) == 1 and back[near[0]["id"]] == 1
        }
        pairs += sorted(single.items())
        ambiguous += [name for name, near in found.items() if near and name not in single]
        left = [row for row in left if not found[row["id"]]]
        free = [row for row in free if row["id"] not in set(single.values())]
    loose = {row["id"]: _nearest(row, reports) for row in notes}
    return Links(
        pairs=pairs,
        loose={name: near for name, near in loose.items() if near},
        ambiguous=sorted(ambiguous),
        without=sorted(row["id"] for row in left),
    )


def _nearest(note: Row, reports: Sequence[Row]) -> set[str]:
    for gap in range(LOOSE + 1):
        if near := _near(note, reports, gap):
            return {row["id"] for row in near}
    return set()


def _near(note: Row, reports: Iterable[Row], gap: int) -> list[Row]:
    day = date.fromisoformat(note["date"])
    return [
        row
        for row in reports
        if row["meeting_type"] == KINDS[note["source"]]
        and abs((date.fromisoformat(row["date"]) - day).days) <= gap
    ]


def print_links(links: Links, about: Mapping[str, Row]) -> None:
    """Print dates and titles of what is linked, and of what is not."""
    for note, report in sorted(
        links.pairs, key=lambda pair: (about[pair[0]]["source"], about[pair[0]]["date"])
    ):
        one, other = about[note], about[report]
        print(f"{note}\t{report}\t{one['date']}\t{other['date']}\t{one['title'][:40]}\t{other['title'][:40]}")
    for name in (*links.ambiguous, *links.without):
        kind = "ambiguous" if name in links.ambiguous else "no report"
        print(f"{name}\t{kind}\t{about[name]['date']}\t\t{about[name]['title'][:40]}")


def _formula(notes: Sequence[Row], reports: Sequence[Row]) -> Any:
    """Estimate the wording that goes round kinds of meeting and years."""
    rows = [*notes, *reports]
    texts = {row["id"]: row["text"] for row in rows}
    kinds = {row["id"]: row.get("meeting_type") or KINDS[row["source"]] for row in rows}
    return estimate_formula(texts, kinds, {row["id"]: row["year"] for row in rows})


def methods(
    notes: Mapping[str, str], reports: Mapping[str, str], *, formula: Any
) -> Iterable[tuple[str, np.ndarray]]:
    """Give the scores of every note with every report, method by method."""
    plain = TfidfVectorizer(analyzer="char", ngram_range=(4, 4))
    yield "TF-IDF of character 4-grams (baseline)", _cosine(plain, notes, reports)
    begun = time.perf_counter()
    shared = _shared(notes, reports, formula=formula)
    say(f"reuse: {time.perf_counter() - begun:.1f} s")
    yield "reuse: most characters shared, formula discounted", shared
    sublinear = TfidfVectorizer(analyzer="char", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    lengths = np.array([max(len(text), 1) for text in notes.values()])[:, None]
    yield (
        "similarity: TF-IDF of 2- to 5-grams and reuse",
        (_cosine(sublinear, notes, reports) + np.minimum(shared / lengths, 1.0)) / 2,
    )


def _cosine(vectorizer: TfidfVectorizer, notes: Mapping[str, str], reports: Mapping[str, str]) -> np.ndarray:
    rows = vectorizer.fit_transform([*notes.values(), *reports.values()])
    return np.asarray((rows[: len(notes)] @ rows[len(notes) :].T).todense())


def _shared(notes: Mapping[str, str], reports: Mapping[str, str], *, formula: Any) -> np.ndarray:
    found = text_reuse(dict(reports), reference=dict(notes), formula=formula, max_documents=None)
    row = {name: at for at, name in enumerate(notes)}
    column = {name: at for at, name in enumerate(reports)}
    shared = np.zeros((len(notes), len(reports)))
    at = found["source_id"].map(row).to_numpy(), found["target_id"].map(column).to_numpy()
    np.add.at(shared, at, found["length_beyond_formula"].to_numpy(float))
    return shared


def print_recall(
    name: str,
    scores: np.ndarray,
    links: Links,
    about: Mapping[str, Row],
    *,
    ids: tuple[list[str], list[str]],
) -> None:
    """Print how many notes have their report first, and every miss."""
    row, column = ({name: at for at, name in enumerate(side)} for side in ids)
    misses = []
    for note, report in links.pairs:
        held = scores[row[note]]
        rank = 1 + int((held >= held[column[report]]).sum() - 1)  # ties count against us
        if rank > 1:
            misses.append((note, report, rank, ids[1][int(np.argmax(held))]))
    hits = len(links.pairs) - len(misses)
    recall = hits / len(links.pairs)
    print(f"\n{name}: recall at 1 {hits} of {len(links.pairs)} = {recall:.4f}", end="")
    print("" if "baseline" in name else f"   asked >= {ASKED}: {'yes' if recall >= ASKED else 'NO'}")
    best = {note: ids[1][at] for note, at in zip(ids[0], scores.argmax(axis=1), strict=True)}
    near = sum(best[note] in reports for note, reports in links.loose.items())
    print(f"  by the looser link {near} of {len(links.loose)}")
    for note, report, rank, first in misses:
        days = [about[one]["date"] for one in (note, report, first)]
        size = len(about[note]["text"]), len(about[report]["text"])
        print(
            f"  {note} ({days[0]}, {size[0]} characters) -> {report} ({days[1]}, {size[1]}): rank {rank},",
            end="",
        )
        print(f" first is {first} ({days[2]})")


if __name__ == "__main__":
    main()
