"""What the sizes of places let one expect: places dealt anew to the readouts of each year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
COLUMNS = ("source_place", "target_place", "expected", "p", "q")


@dataclass(frozen=True, eq=False, kw_only=True)
class Links:
    """Links between readouts in numbers.

    Attributes
    ----------
    source, target
        Places of the readouts in the order of `place`; -1 where the source is of the reference.
    place, year
        Of every readout, linked or not; places as codes, an unknown year as one of its own.
    names
        Of the places.
    """

    source: Ints
    target: Ints
    place: Ints
    year: Ints
    names: list[str]

    def count(self, place: Ints) -> tuple[Ints, Ints]:
        """Count links between places, had readouts these: cells that hold any, in order, and their counts.

        A cell is ``source * n_places + target``; the reference is the last source. None is within a place.
        """
        n = len(self.names)
        source, target = np.where(self.source < 0, n, place[self.source]), place[self.target]
        cells, counts = np.unique((source * n + target)[source != target], return_counts=True)
        return cells, counts


def expected_links(
    rows: pd.DataFrame, units: pd.DataFrame, *, n_permutations: int, random_state: int
) -> pd.DataFrame:
    """Give the number of links between places that dealing the places among each year's readouts gives.

    Dealt anew, some links fall within one place; the others are scaled to as many as were observed between
    places.

    Parameters
    ----------
    rows
        One row a link: ``source_unit`` (null: the reference), ``target_unit``, ``source_place``,
        ``target_place``; none within a place.
    units
        One row a readout: ``unit``, ``place``, ``year`` (NaN where unknown).
    n_permutations, random_state

    Returns
    -------
    pandas.DataFrame
        ``source_place``, ``target_place``, ``expected``, ``p`` (one-sided, (1 + b) / (1 + m) where b of m
        dealings reach the observed number: Phipson and Smyth 2010), ``q`` (Benjamini and Hochberg 1995, over
        all ordered pairs of places that can be tested); pairs that dealing cannot change are left out.

    Examples
    --------
    >>> places = ["东岭", "东岭", "西河", "西河"]
    >>> units = pd.DataFrame({"unit": list("abcd"), "place": places, "year": 2020.0})
    >>> rows = pd.DataFrame({"source_unit": ["a"], "target_unit": ["c"], "source_place": ["东岭"],
    ...                      "target_place": ["西河"]})
    >>> found = expected_links(rows, units, n_permutations=99, random_state=0)
    >>> bool(0.2 < found["expected"][0] < 0.8)
    True
    """
    if rows.empty or n_permutations == 0:
        return pd.DataFrame(columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[2:], float))
    links, reference = _links(rows, units), rows.loc[rows["source_unit"].isna(), "source_place"]
    mean, reached, moved = _dealt(links, n_permutations, random_state)
    cells = np.flatnonzero(moved)
    p = (1 + reached[cells]) / (1 + n_permutations)
    source, target = np.divmod(cells, len(links.names))
    names = [*links.names, reference.iloc[0] if len(reference) else None]
    return pd.DataFrame(
        {
            "source_place": [names[one] for one in source],
            "target_place": [names[one] for one in target],
            "expected": mean[cells],
            "p": p,
            "q": _adjusted(p) if len(p) else p,
        }
    )


def _adjusted(p: Floats) -> Floats:
    """Step up from the largest (Benjamini and Hochberg): loading SciPy's own takes half a second."""
    order = np.argsort(p)
    stepped = p[order] * (len(p) / np.arange(1, len(p) + 1))
    q = np.empty_like(p)
    q[order] = np.minimum.accumulate(stepped[::-1])[::-1]
    return np.clip(q, 0.0, 1.0)


def _links(rows: pd.DataFrame, units: pd.DataFrame) -> Links:
    at = pd.Index(units["unit"])
    place, names = pd.factorize(units["place"], sort=True)
    year = units["year"].fillna(-1).astype(np.int64).to_numpy()
    source = at.get_indexer(pd.Index(rows["source_unit"]))
    return Links(
        source=np.where(rows["source_unit"].isna(), -1, source).astype(np.int64),
        target=at.get_indexer(pd.Index(rows["target_unit"])).astype(np.int64),
        place=place.astype(np.int64),
        year=np.asarray(year, dtype=np.int64),
        names=list(names),
    )


def _dealt(
    links: Links, n_permutations: int, random_state: int
) -> tuple[Floats, Ints, npt.NDArray[np.bool_]]:
    """Give of every cell the mean count, how often it was as large as observed, and whether it ever differed.

    Of all cells few hold a link in any one dealing: what there is to do grows with the links, not with the
    square of the places. A cell without an observed link is reached by every dealing.
    """
    rng = np.random.default_rng(random_state)
    n, by_year = len(links.names), np.argsort(links.year, kind="stable")
    held, observed = links.count(links.place)
    among = int(observed[held < n * n].sum())
    total, moved = np.zeros((n + 1) * n), np.zeros((n + 1) * n, dtype=np.bool_)
    before, reached = np.zeros(len(total), dtype=np.int64), np.full(len(total), n_permutations)
    before[held], reached[held] = observed, 0
    for _ in range(n_permutations):
        place = np.empty_like(links.place)
        place[by_year] = links.place[np.lexsort((rng.random(len(place)), links.year))]
        cells, counts = links.count(place)
        scaled, own = counts.astype(np.float64), cells < n * n
        scaled[own] *= among / max(int(counts[own].sum()), 1)
        total[cells] += scaled
        moved[cells[counts != before[cells]]] = True
        moved[np.setdiff1d(held, cells, assume_unique=True)] = True
        seen = before[cells] > 0
        reached[cells[seen & (scaled >= before[cells] - 1e-9)]] += 1
    return total / n_permutations, reached, moved
