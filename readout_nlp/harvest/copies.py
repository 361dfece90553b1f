"""Copies of one readout: mirrors, reprints and corrupted spam collapse to the cleanest; each is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from readout_nlp.corpus.resemblance import MIN_SHINGLES, Shingles, resemblance, shingles

SAME = 0.8
"""Jaccard of the runs of four characters from which two pages are copies of one text."""
PERMUTATIONS = 128
BANDS = 32  # of four rows each: pairs from about .42 on are looked at, so that few copies are missed
SEED = 20120101
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})日")

COLUMNS = {
    "row": pl.UInt32(),
    "origin": pl.String(),
    "sha256": pl.String(),
    "kept": pl.String(),
    "jaccard": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides which of several copies is kept, and whether two pages can be copies at all."""

    row: int
    readout_id: str
    origin: str
    sha256: str
    place: str | None
    day: date | None
    printed: tuple[int, int] | None  # month and day, where the year is not known either
    rank: tuple[object, ...]


def find_copies(pages: pl.DataFrame, bodies: Sequence[str]) -> pl.DataFrame:
    """Say which pages are copies of which.

    Two pages are copies if their texts are the same, or share most of their runs of four characters, and
    neither their places nor their days contradict each other. Of copies the one with the fewest repairs is
    kept, then one that tells place and day, from a government's own site, with more text.
    Each copy was compared with the page that is kept for it: no chain of small differences joins two texts.

    Parameters
    ----------
    pages
        One row a page: ``readout_id``, ``origin``, ``sha256``, ``place_code``, ``meeting_date``,
        ``date_evidence``, ``n_repairs``.
    bodies
        Their texts.

    Returns
    -------
    polars.DataFrame
        One row a copy: ``row`` (its place in `pages`), ``origin``, ``sha256``, ``kept`` (origin of the page
        that stands for it), ``jaccard``.

    Examples
    --------
    >>> matters = "春耕备耕 防汛抗旱 水库移民 城乡供水 道路养护 校园安全 旧区改造 河长制 粮食储备 电网改造"
    >>> text = "".join(f"会议听取了{matter}工作情况的汇报。" for matter in matters.split())
    >>> row = {"place_code": None, "meeting_date": None, "date_evidence": []}
    >>> one = {"readout_id": "a", "origin": "http://a", "sha256": "1", "n_repairs": 0, **row}
    >>> two = {"readout_id": "b", "origin": "http://b", "sha256": "2", "n_repairs": 9, **row}
    >>> schema = {"place_code": pl.String, "meeting_date": pl.Date, "date_evidence": pl.List(pl.String)}
    >>> found = find_copies(pl.DataFrame([two, one], schema_overrides=schema), [text + "完", text])
    >>> found.select("origin", "kept").rows()
    [('http://b', 'http://a')]
    """
    if not bodies:
        return pl.DataFrame(schema=COLUMNS)
    ranked = sorted(_candidates(pages, bodies), key=lambda one: one.rank)
    alike = _alike(bodies)
    sets: dict[int, Shingles] = {}
    kept: dict[int, Candidate] = {}
    rows = []
    for page in ranked:
        best = _kept_for(page, [kept[at] for at in alike[page.row] if at in kept], bodies, sets)
        if best is None:
            kept[page.row] = page
        else:
            rows.append((page.row, page.origin, page.sha256, best[0].origin, best[1]))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row").sort("row")


def _candidates(pages: pl.DataFrame, bodies: Sequence[str]) -> Iterator[Candidate]:
    for at, row in enumerate(pages.iter_rows(named=True)):
        place, day = row["place_code"], row["meeting_date"]
        official = ".gov.cn" in row["origin"]
        rank = (
            row["n_repairs"],
            place is None,
            day is None,
            not official,
            -len(bodies[at]),
            row["origin"],
            row["sha256"],
        )
        printed = (day.month, day.day) if day else _printed(row["date_evidence"])
        name = row["readout_id"]
        yield Candidate(at, name, row["origin"], row["sha256"], place, day, printed, rank)


def _printed(evidence: Iterable[str]) -> tuple[int, int] | None:
    """Give the month and day that a page prints for its meeting."""
    found = next((found for one in evidence if (found := _MONTH_DAY.search(one))), None)
    return (int(found[1]), int(found[2])) if found else None


def _kept_for(
    page: Candidate, others: Iterable[Candidate], bodies: Sequence[str], sets: dict[int, Shingles]
) -> tuple[Candidate, float] | None:
    """Give the kept page that this one is a copy of, the most alike of several."""
    found = [
        (likeness, other)
        for other in others
        if not _contradict(page, other) and (likeness := _likeness(page, other, bodies, sets)) >= SAME
    ]
    if not found:
        return None
    likeness, best = max(found, key=lambda one: (one[0], one[1].origin))
    return best, likeness


def _contradict(one: Candidate, other: Candidate) -> bool:
    """Say whether two pages tell of different places or days: two meetings may well use the same words."""
    pairs = ((one.place, other.place), (one.day, other.day), (one.printed, other.printed))
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _likeness(one: Candidate, other: Candidate, bodies: Sequence[str], sets: dict[int, Shingles]) -> float:
    if one.readout_id == other.readout_id:
        return 1.0
    a, b = (_shingles(page.row, bodies, sets) for page in (one, other))
    return resemblance(a, b)[0] if min(a.size, b.size) >= MIN_SHINGLES else 0.0


def _shingles(row: int, bodies: Sequence[str], sets: dict[int, Shingles]) -> Shingles:
    if row not in sets:
        sets[row] = shingles(bodies[row])
    return sets[row]


def _alike(bodies: Sequence[str]) -> Mapping[int, list[int]]:
    """Give for each text the others that locality-sensitive hashing puts beside it."""
    from rensa import RMinHash, RMinHashLSH

    near = RMinHashLSH(threshold=SAME, num_perm=PERMUTATIONS, num_bands=BANDS)
    hashes = []
    for row, body in enumerate(bodies):
        one = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
        one.update([value.tobytes().hex() for value in shingles(body)])
        near.insert(row, one)
        hashes.append(one)
    return {row: [at for at in sorted(near.query(one)) if at != row] for row, one in enumerate(hashes)}
