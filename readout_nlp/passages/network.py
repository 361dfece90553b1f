"""Who copies whom: directed, dated edges between places, beside what their sizes let one expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.passages.attribution import contested, explained
from readout_nlp.passages.dated_texts import day_number, item_texts, reference_texts
from readout_nlp.passages.dealing import expected_links
from readout_nlp.passages.direction import ENDS, orient

ATTRIBUTE = ("earliest", "all")
MIN_READOUTS = 5
COLUMNS = {
    "source_place": "object",
    "target_place": "object",
    "directed": "bool",
    "n_passages": "int64",
    "n_readouts": "int64",
    "characters": "int64",
    "first": "datetime64[s]",
    "last": "datetime64[s]",
    "median_lag_days": "float64",
    "n_elsewhere": "int64",
    "n_contested": "int64",
    "expected": "float64",
    "excess": "float64",
    "p": "float64",
    "q": "float64",
    "thin": "bool",
}


@dataclass(frozen=True, eq=False, kw_only=True)
class _Texts:
    """Texts by id with place, unit (the readout) and days, and the reference's texts beside them."""

    texts: pd.DataFrame  # place, unit, earliest, latest
    sources: pd.DataFrame  # of the reference; earliest, latest


def reuse_network(
    table: pd.DataFrame,
    places: Corpus | Mapping[str, str],
    dates: Mapping[str, date] | None = None,
    *,
    readouts: Mapping[str, str] | None = None,
    reference: Corpus | Mapping[str, date] | None = None,
    reference_name: str = "reference corpus",
    attribute: str = "earliest",
    min_readouts: int = MIN_READOUTS,
    n_permutations: int = 999,
    random_state: int = 0,
) -> pd.DataFrame:
    """Gather passages into edges from the place that had the wording earlier to the one that had it later.

    A passage is attributed to the earliest text known to hold it: if B shares it with A, and both with a text
    that is older than A's, of the reference, of a third place or of B itself, it is no evidence that B copied
    A; ``n_elsewhere`` counts it as the alternative. The expected number deals the places anew to the readouts
    of each year, so that every place keeps its number of readouts: who prints much shares much.

    Parameters
    ----------
    table
        Passages as `text_reuse` gives them for texts of several places; rows of ``kind`` ``reference`` have
        their source in a reference. `corpus_passages` gives both.
    places
        The corpus whose items the texts are; or the place of every text by id, of those without any passage
        as well: the expected number needs all.
    dates
        The day of every text by id, where `places` is no corpus; a text without one gives no direction.
    readouts
        The readout of every text by id, the unit that is dealt; each text its own where left out.
    reference
        Days of the reference's texts, or the reference corpus; left out, its texts are older than all.
    reference_name
        What the reference is called in ``source_place``.
    attribute
        ``earliest``, or ``all``: every pair of texts counts, whatever is older.
    min_readouts
        Edges of a place with fewer readouts are marked thin.
    n_permutations, random_state
        How often places are dealt, and the seed.

    Returns
    -------
    pandas.DataFrame
        One row an edge, the most excess first: ``source_place``, ``target_place``, ``directed`` (False: dates
        do not tell; the places stand in alphabetical order, and nothing is expected), ``n_passages``,
        ``n_readouts`` (of the target that hold one), ``characters`` (of the target), ``first`` and ``last``
        (days of the target's readouts), ``median_lag_days``, ``n_elsewhere`` (passages of the pair, not
        counted, of which an earlier holder is known), ``n_contested`` (counted ones that another place of one
        day with the source is as likely to have given), ``expected``, ``excess`` (observed minus expected),
        ``p`` (one-sided: so many or more), ``q`` (false-discovery rate over all pairs of places), ``thin``.
        ``expected``, ``excess``, ``p``, ``q`` are NaN where dealing cannot change anything.

        ``attrs``: ``method``, ``estimand``, ``attribute``, ``left_out`` (passages within a place, without a
        place, of a later reference text), ``n_permutations``, ``random_state``, ``n_places``.

    Raises
    ------
    RecipeError
        If `attribute` or a number cannot be used.

    Examples
    --------
    >>> found = pd.DataFrame({"source_id": ["a"], "source_start": [0], "source_end": [20], "target_id": ["b"],
    ...                       "target_start": [4], "target_end": [24], "length": [20]})
    >>> days = {"a": date(2020, 1, 2), "b": date(2020, 1, 9)}
    >>> edges = reuse_network(found, {"a": "东岭", "b": "西河"}, days)
    >>> edges[["source_place", "target_place", "n_passages", "median_lag_days"]].values.tolist()
    [['东岭', '西河', 1, 7.0]]
    """
    _check(attribute, min_readouts=min_readouts, n_permutations=n_permutations)
    texts = _gathered(table, places, dates, readouts=readouts, reference=reference)
    rows, left_out = _rows(table, texts, reference_name=reference_name, attribute=attribute)
    edges = _edges(
        rows,
        _units(texts.texts),
        n_permutations=n_permutations,
        random_state=random_state,
        min_readouts=min_readouts,
        reference_name=reference_name,
    )
    edges.attrs = {
        "method": "passages by place of the earlier and of the later text",
        "estimand": "passages of a place's readouts of which the earliest known holder is of another place"
        if attribute == "earliest"
        else "pairs of texts of two places that share a passage, the earlier text's place first",
        "attribute": attribute,
        "left_out": left_out,
        "n_permutations": n_permutations,
        "random_state": random_state,
        "n_places": int(texts.texts["place"].nunique()),
    }
    return edges


def _check(attribute: str, **numbers: int) -> None:
    faults = [] if attribute in ATTRIBUTE else [f"attribute={attribute!r}"]
    faults += [
        f"{name}={value!r}"
        for name, value in numbers.items()
        if isinstance(value, bool) or not isinstance(value, int) or value < 0
    ]
    if faults:
        raise RecipeError(
            "; ".join(faults), f"one of {', '.join(ATTRIBUTE)}, and numbers of 0 or more", "change them"
        )


def _gathered(
    table: pd.DataFrame,
    places: Corpus | Mapping[str, str],
    dates: Mapping[str, date] | None,
    *,
    readouts: Mapping[str, str] | None,
    reference: Corpus | Mapping[str, date] | None,
) -> _Texts:
    if isinstance(places, Corpus):
        texts = item_texts(places).rename(columns={"readout_id": "unit"})
    else:
        ids = sorted({*places, *(dates or {}), *table["target_id"], *_own_sources(table)})
        days = [day_number((dates or {}).get(name)) for name in ids]
        units = [(readouts or {}).get(name, name) for name in ids]
        held = [places.get(name) for name in ids]
        texts = pd.DataFrame({"place": held, "unit": units, "earliest": days, "latest": days}, index=ids)
    return _Texts(texts=texts, sources=_sources(table, reference))


def _own_sources(table: pd.DataFrame) -> list[str]:
    return list(table.loc[~_of_reference(table), "source_id"])


def _of_reference(table: pd.DataFrame) -> np.ndarray:
    if "kind" not in table:
        return np.zeros(len(table), dtype=bool)
    return np.asarray((table["kind"] == "reference").to_numpy(bool))


def _sources(table: pd.DataFrame, reference: Corpus | Mapping[str, date] | None) -> pd.DataFrame:
    if isinstance(reference, Corpus):
        return reference_texts(reference)
    names = sorted(set(table.loc[_of_reference(table), "source_id"]))
    return reference_texts(dict.fromkeys(names, ""), None if reference is None else dict(reference))


def _rows(
    table: pd.DataFrame, known: _Texts, *, reference_name: str, attribute: str
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Turn the passages, name their places, and mark those of which an earlier holder is known."""
    rows = _turned(table, known, reference_name)
    rows = rows[rows["source_unit"].isna() | (rows["source_unit"] != rows["target_unit"])]
    later = rows["later"].to_numpy(bool)
    unknown = (rows["source_place"].isna() | rows["target_place"].isna()).to_numpy(bool) & ~later
    rows = rows[~later & ~unknown].reset_index(drop=True)
    rows["elsewhere"], rows["contested"] = _attributed(rows, attribute)
    inside = (rows["source_place"] == rows["target_place"]).to_numpy(bool)
    left_out = {
        "within_place": int(inside.sum()),
        "without_place": int(unknown.sum()),
        "later": int(later.sum()),
    }
    return rows[~inside].reset_index(drop=True), left_out


def _turned(table: pd.DataFrame, known: _Texts, reference_name: str) -> pd.DataFrame:
    """Turn passages of both kinds and name their places; the steps on the way, each as large, go at once."""
    above = _of_reference(table)
    table = table[list(ENDS)]
    table.attrs = {}  # pandas would copy them with every edge
    own = orient(table[~above], known.texts)
    own["reference"] = False
    own = _located(own, known.texts, known.texts, reference_name=reference_name)
    if not above.any():
        return own
    up = orient(table[above], known.texts, known.sources)
    up["reference"] = True
    up = _located(up, known.sources, known.texts, reference_name=reference_name)
    return pd.concat([own, up], ignore_index=True) if len(own) else up


def _located(
    part: pd.DataFrame, sources: pd.DataFrame, texts: pd.DataFrame, *, reference_name: str = ""
) -> pd.DataFrame:
    reference = part["reference"].to_numpy(bool)
    for side, frame in (("source", sources), ("target", texts)):
        of = part[f"{side}_id"]
        outside = side == "source" and reference.any()
        part[f"{side}_place"] = reference_name if outside else frame["place"].reindex(of).to_numpy(object)
        part[f"{side}_unit"] = None if outside else frame["unit"].reindex(of).to_numpy(object)
        part[f"{side}_earliest"] = frame["earliest"].reindex(of).to_numpy(float)
        part[f"{side}_latest"] = frame["latest"].reindex(of).to_numpy(float)
    return part


def _attributed(rows: pd.DataFrame, attribute: str) -> tuple[np.ndarray, np.ndarray]:
    elsewhere, double = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    directed = np.flatnonzero(rows["directed"].to_numpy(bool))
    if attribute == "earliest" and len(directed):
        found = rows.iloc[directed]
        elsewhere[directed] = explained(found, found[["source_latest", "source_earliest"]].to_numpy(float))
    counted = directed[~elsewhere[directed]]
    if len(counted):
        one = rows.iloc[counted].drop_duplicates(["source_place", "target_id", "target_start", "target_end"])
        double[one.index.to_numpy()] = contested(one)
    return elsewhere, double


def _edges(
    rows: pd.DataFrame,
    units: pd.DataFrame,
    *,
    n_permutations: int,
    random_state: int,
    min_readouts: int,
    reference_name: str,
) -> pd.DataFrame:
    held = rows["directed"].to_numpy(bool)
    undirected = rows[~held].copy()
    turned = (undirected["source_place"] > undirected["target_place"]).to_numpy(bool)
    pair = undirected[["source_place", "target_place"]].to_numpy(object)
    undirected[["source_place", "target_place"]] = np.where(turned[:, None], pair[:, ::-1], pair)
    directed = _counted(rows[held], directed=True)
    dealt = expected_links(
        rows[held & ~rows["elsewhere"].to_numpy(bool)],
        units,
        n_permutations=n_permutations,
        random_state=random_state,
    )
    directed = directed.merge(dealt, on=["source_place", "target_place"], how="left")
    directed["excess"] = directed["n_passages"] - directed["expected"]
    table = pd.concat(
        [part for part in (directed, _counted(undirected, directed=False)) if len(part)] or [directed]
    )
    sizes = units["place"].value_counts()
    thin = [
        min((int(sizes.get(place, 0)) for place in pair if place != reference_name), default=0) < min_readouts
        for pair in zip(table["source_place"], table["target_place"], strict=True)
    ]
    table = table.assign(thin=np.array(thin, dtype=bool)).reindex(columns=list(COLUMNS)).astype(COLUMNS)
    order = ["directed", "excess", "n_passages", "source_place", "target_place"]
    return table.sort_values(order, ascending=[False, False, False, True, True], ignore_index=True)


def _counted(rows: pd.DataFrame, *, directed: bool) -> pd.DataFrame:
    """Give one row a pair of places: what was counted, and what an earlier holder is known of."""
    names = list(COLUMNS)[:11]
    if rows.empty:
        return pd.DataFrame(columns=names)
    size = rows["target_end"].to_numpy(np.int64) - rows["target_start"].to_numpy(np.int64)
    rows = rows.assign(characters=size)
    pairs = rows.groupby(["source_place", "target_place"], sort=True)
    elsewhere = pairs["elsewhere"].sum()
    of_pair = rows[~rows["elsewhere"].to_numpy(bool)].groupby(["source_place", "target_place"], sort=True)
    days = of_pair["target_earliest"]
    found = pd.DataFrame(
        {
            "directed": directed,
            "n_passages": of_pair.size(),
            "n_readouts": of_pair["target_unit"].nunique(),
            "characters": of_pair["characters"].sum(),
            "first": days.min(),
            "last": days.max(),
            "median_lag_days": of_pair["lag_days"].median(),
            "n_elsewhere": elsewhere,
            "n_contested": of_pair["contested"].sum(),
        },
        index=elsewhere.index,
    )
    counts = [name for name in names if name.startswith("n_") or name == "characters"]
    found[counts] = found[counts].fillna(0).astype(np.int64)  # a pair with nothing of its own is in no group
    found = found.assign(first=_days(found["first"]), last=_days(found["last"]))
    return found.astype({"median_lag_days": np.float64}).reset_index()[names]


def _days(numbers: pd.Series) -> np.ndarray:
    """Turn days since 1970-01-01 into dates, unknown ones into NaT."""
    values = numbers.to_numpy(np.float64)
    known = np.isfinite(values)
    days = np.full(len(values), "NaT", dtype="datetime64[s]")
    days[known] = values[known].astype(np.int64).astype("datetime64[D]")
    return days


def _units(texts: pd.DataFrame) -> pd.DataFrame:
    """Give one row a readout with its place and year, in the order of ids."""
    year = texts["year"] if "year" in texts else _year(texts)
    units = texts.assign(year=pd.to_numeric(year, errors="coerce")).dropna(subset=["place"])
    return units.drop_duplicates("unit").sort_values("unit")[["unit", "place", "year"]]


def _year(texts: pd.DataFrame) -> pd.Series:
    first, last = (
        pd.to_datetime(texts[name], unit="D", errors="coerce").dt.year for name in ("earliest", "latest")
    )
    return first.where(first == last)
