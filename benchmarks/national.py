"""A synthetic national corpus: up to 300 fictional cities with districts, 12 years, a thousand readouts each.

Usage: python benchmarks/national.py FOLDER [--cities N] [--per-cell N] [--workers N]

Every city is a JSON Lines file, as plain text under FOLDER/text and as web pages under FOLDER/html. The
cities beyond the 16 of the sample are drawn from another seed, with a syllable before every place name, and
state their place in a column. All of it is made up.
"""

from __future__ import annotations

import argparse
import json
import re
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from itertools import groupby
from pathlib import Path

from readout_nlp.pages.decode import decode
from readout_nlp.sample.generate import SampleFile, SampleSettings, generate_sample
from readout_nlp.sample.world import FIRST_YEAR, LAST_YEAR, all_cities, counties

SYLLABLES = " 东西南北上下前后左右新古金玉清安和永"  # the first world keeps its names
YEARS = LAST_YEAR - FIRST_YEAR + 1
PER_CELL = 93  # readouts of a city and year, on average before gaps: 300 cities make 300,000
MATTERS = (2, 3)  # and a line on others: a million items


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cities", type=int, default=300)
    parser.add_argument("--per-cell", type=int, default=PER_CELL)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    for form in ("text", "html"):
        (given.folder / form).mkdir(parents=True, exist_ok=True)
    worlds = range(-(-given.cities // len(all_cities())))
    write = partial(write_world, folder=given.folder, cities=given.cities, per_cell=given.per_cell)
    with ProcessPoolExecutor(given.workers) as pool:
        print(f"{sum(pool.map(write, worlds)):,} readouts of {given.cities} cities")


def write_world(world: int, *, folder: Path, cities: int, per_cell: int) -> int:
    """Write the cities of one world, as many of them as are asked for; give the number of readouts."""
    before = world * len(all_cities())
    here = min(len(all_cities()), cities - before)
    settings = SampleSettings(seed=world, cities=here, years=YEARS, per_cell=per_cell, matters=MATTERS)
    readouts = (file for file in generate_sample(settings) if file.truth["kind"] == "readout")
    written = 0
    for number, (_, files) in enumerate(groupby(readouts, key=lambda file: file.path.split("/")[1][:4])):
        rows = [rows_of(file, world) for file in files]
        for at, form in enumerate(("text", "html")):
            text = "".join(json.dumps(row[at], ensure_ascii=False) + "\n" for row in rows)
            (folder / form / f"city-{before + number:03d}.jsonl").write_text(text, encoding="utf-8")
        written += len(rows)
    return written


def rows_of(file: SampleFile, world: int) -> tuple[dict[str, str], dict[str, str]]:
    """Give a readout as a row of plain text and as one of HTML."""
    truth, moved = file.truth, partial(renamed, world=world)
    about = {"url": f"https://world{world}.example/{file.path}"}
    if world:
        about["place"] = moved(truth["place"]["name"])
    plain = {
        "title": moved(truth["title"] or ""),
        "date": truth["published"] or "",
        "text": moved(truth["body"]),
    }
    form = "html" if file.path.endswith(".html") else "text"
    return about | plain, about | {form: moved(decode(file.data).text)}


def renamed(text: str, world: int) -> str:
    """Put the syllable of a world before every place name."""
    return names().sub(lambda found: SYLLABLES[world] + found[0], text) if world else text


@cache
def names() -> re.Pattern[str]:
    """Match the names of all fictional places, without their units."""
    places = [place for city in all_cities() for place in (city, *counties(city.code))]
    return re.compile("|".join(sorted({place.short for place in places} | {all_cities()[0].province[:-1]})))


if __name__ == "__main__":
    main()
