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

    def count(self, place: Ints) -> Ints:
        """Count links from place to place, the reference in the last row, had readouts these places."""
        n = len(self.names)
        source = np.where(self.source < 0, n, place[self.source])
        flat = np.bincount(source * n + place[self.target], minlength=(n + 1) * n)
        counts = flat.reshape(n + 1, n)
        counts[np.arange(n), np.arange(n)] = 0
        return counts


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
    observed = links.count(links.place)
    mean, reached, moved = _dealt(links, observed, n_permutations, random_state)
    p = (1 + reached) / (1 + n_permutations)
    q = np.full(p.shape, np.nan)
    tested = moved.copy()
    if tested.any():
        q[tested] = _adjusted(p[tested])
    source, target = np.nonzero(tested)
    names = [*links.names, reference.iloc[0] if len(reference) else None]
    return pd.DataFrame(
        {
            "source_place": [names[one] for one in source],
            "target_place": [names[one] for one in target],
            "expected": mean[tested],
            "p": p[tested],
            "q": q[tested],
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
    links: Links, observed: Ints, n_permutations: int, random_state: int
) -> tuple[Floats, Ints, npt.NDArray[np.bool_]]:
    """Give the mean count, how often it was at least the observed one, and whether it ever was another."""
    rng = np.random.default_rng(random_state)
    n, by_year = len(links.names), np.argsort(links.year, kind="stable")
    among = int(observed[:n].sum())
    total, reached = np.zeros(observed.shape), np.zeros(observed.shape, dtype=np.int64)
    moved = np.zeros(observed.shape, dtype=np.bool_)
    for _ in range(n_permutations):
        place = np.empty_like(links.place)
        place[by_year] = links.place[np.lexsort((rng.random(len(place)), links.year))]
        counts = links.count(place)
        moved |= counts != observed
        scaled = counts.astype(np.float64)
        left = int(counts[:n].sum())
        scaled[:n] *= among / left if left else 0.0
        total += scaled
        reached += scaled >= observed - 1e-9
    return total / n_permutations, reached, moved
