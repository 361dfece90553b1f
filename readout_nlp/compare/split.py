"""Split-sample mode: discover on one part of the readouts, estimate on the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.errors import RecipeError


@dataclass(frozen=True, kw_only=True)
class CorpusSplit:
    """Two parts of a corpus; ``discover, estimate = split_corpus(corpus)`` unpacks it.

    Attributes
    ----------
    discover
        To look at freely: to choose the number of topics, terms, questions.
    estimate
        To estimate on, once, what was chosen.
    record
        Plain JSON values for a manifest: ``share``, ``random_state``, ``fingerprint`` of the whole,
        ``discover`` and ``estimate``, each with ``fingerprint``, ``readouts`` and ``items``; ``groups``
        (readouts that had to stay together count as one) and ``strata``.
    """

    discover: Corpus
    estimate: Corpus
    record: Mapping[str, Any]

    def __iter__(self) -> Iterator[Corpus]:
        return iter((self.discover, self.estimate))


def split_corpus(corpus: Corpus, *, share: float = 0.5, random_state: int = 0) -> CorpusSplit:
    """Split a corpus in two by chance, alike in places and years, with no meeting on both sides.

    Whole readouts are dealt. Those of one place and one day stay together, and so do those with the same
    text: versions of one report, or reprints that were not merged. Every place and year is split as evenly
    as such groups allow. A readout falls on the same side whatever the order of the corpus.

    Parameters
    ----------
    corpus
    share
        About this part of the readouts goes to `discover`; above 0 and below 1.
    random_state

    Returns
    -------
    CorpusSplit
        Unpacks to ``discover, estimate``; ``record`` says how it came about. A corpus of one group has one
        empty part.

    Raises
    ------
    RecipeError
        If `share` is out of range.

    References
    ----------
    Egami, Fong, Grimmer, Roberts and Stewart (2022), How to make causal inferences using texts, Science
    Advances 8(42): effects estimated on the texts that the categories were found in are biased.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=8)
    >>> discover, estimate = split_corpus(corpus, random_state=1)
    >>> discover.readouts.height + estimate.readouts.height == corpus.readouts.height
    True
    """
    if isinstance(share, bool) or not 0 < share < 1:
        raise RecipeError(f"share={share!r}", "a part above 0 and below 1", "take 0.5")
    readouts = _keyed(corpus)
    groups = _groups(readouts)
    rng = np.random.default_rng(random_state)
    strata = [groups[key] for key in sorted(groups, key=_sortable)]
    chosen = _deal(strata, share=share, rng=rng)
    parts = [
        select_readouts(corpus, [name for name in readouts["readout_id"] if (name in chosen) == side])
        for side in (True, False)
    ]
    record = {
        "share": float(share),
        "random_state": int(random_state),
        "fingerprint": corpus.fingerprint,
        "discover": _about(parts[0]),
        "estimate": _about(parts[1]),
        "groups": sum(len(stratum) for stratum in strata),
        "strata": len(strata),
    }
    return CorpusSplit(discover=parts[0], estimate=parts[1], record=record)


def _keyed(corpus: Corpus) -> pl.DataFrame:
    """Give every readout, in the order of ids, its meeting (null if place or day is unknown) and its text."""
    day = pl.coalesce("meeting_date", "published")
    return corpus.readouts.select(
        "readout_id",
        "place",
        "year",
        meeting=pl.when(pl.col("place").is_not_null() & day.is_not_null()).then(
            pl.format("{} {}", "place", day)
        ),
        text=pl.when(pl.col("body").str.len_chars() > 0).then(pl.col("body")),
    ).sort("readout_id")


def _groups(readouts: pl.DataFrame) -> dict[tuple[Any, Any], list[list[str]]]:
    """Gather readouts that share a meeting or a text, directly or by way of others, by place and year.

    A group stands in the stratum of its first readout.
    """
    n = len(readouts)
    links = [readouts[key].rank("dense").to_numpy() for key in ("meeting", "text")]
    edges = [csr_matrix((n, n))]
    for link in links:
        known = np.flatnonzero(np.isfinite(np.asarray(link, dtype=np.float64)))
        codes = np.asarray(link, dtype=np.float64)[known].astype(np.int64)
        _, first, at = np.unique(codes, return_index=True, return_inverse=True)
        edges.append(csr_matrix((np.ones(len(known)), (known, known[first][at.ravel()])), shape=(n, n)))
    _, component = connected_components(sum(edges[1:], edges[0]), directed=False)
    names, places, years = (readouts[key].to_list() for key in ("readout_id", "place", "year"))
    members: dict[int, list[int]] = {}
    for row, group in enumerate(component.tolist()):
        members.setdefault(group, []).append(row)
    strata: dict[tuple[Any, Any], list[list[str]]] = {}
    for rows in members.values():
        strata.setdefault((places[rows[0]], years[rows[0]]), []).append([names[row] for row in rows])
    return strata


def _deal(strata: list[list[list[str]]], *, share: float, rng: np.random.Generator) -> set[str]:
    """Take groups at random until a stratum has its part; what is too much or too little is carried on.

    The strata come in random order, so that what is carried favours none.
    """
    chosen: set[str] = set()
    owed = 0.0
    for at in rng.permutation(len(strata)):
        stratum = strata[at]
        owed += share * sum(len(group) for group in stratum)
        for index in rng.permutation(len(stratum)):
            size = len(stratum[index])
            if owed >= size / 2 + (rng.random() - 0.5) * TIE:
                chosen.update(stratum[index])
                owed -= size
    return chosen


def _about(part: Corpus) -> dict[str, Any]:
    return {
        "fingerprint": part.fingerprint,
        "readouts": part.readouts.height,
        "items": part.items.height,
    }


def _sortable(key: tuple[Any, Any]) -> tuple[str, int]:
    place, year = key
    return ("" if place is None else place, -1 if year is None else year)


TIE = 1e-6  # at exactly half a group chance decides
