"""Build the shipped models of real corpora from rows of texts that are not shipped.

    python tools/build_real_models.py central NOTES BROADCAST_READOUTS [--out FOLDER]
    python tools/build_real_models.py provinces BROADCAST_NEWS [--out FOLDER]

NOTES and the others are JSON Lines (also .gz) with id, date, title, source and text, as `rows_from_origin.py`
makes them from the public origins. BROADCAST_READOUTS are the items of BROADCAST_NEWS whose title names a
meeting of a central body. Every text is compared with the SHA-256 in the `pages.csv` of the model that stands
in the folder (if one does): what is missing, added or changed is named, and the exit code is 3 but with
`--anew`.

A model holds numbers, single words, document ids and dates; no text. With `--texts FILE` the rows that were
read are kept, so that `readout-nlp verify MODEL --corpus FILE --refit` can hold the model against them.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import polars as pl

import readout_nlp as rn
from readout_nlp.analysis.fits import count_corpus, lda_fits, stability_of
from readout_nlp.present import figures as draw
from readout_nlp.saved.tables import csv_bytes
from readout_nlp.topics.quality import topic_table

ROOT = Path(__file__).resolve().parents[1]
FIRST, LAST = 2012, 2019
WORK_REPORTS = "历年政府工作报告"
NOTES_FROM = "github.com/sdx0112/Chinese-Topic-Modelling at e95b955"
NEWS_FROM = "github.com/china-data/xwlb at 710ba22"
AUTHORS = ["The readout_nlp developers"]
CHANGED = 3
COMPROMISE = (
    "30 topics are a compromise: with more, held-out perplexity is lower and more of them are unstable."
)
DOCUMENT_COLUMNS = (
    "doc_id",
    "readout_id",
    "act",
    "place",
    "place_code",
    "published",
    "meeting_date",
    "year",
)

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one model is made of.

    Attributes
    ----------
    recipe
        The settings; the `random_state` among them.
    by
        What its table of shares is by.
    block
        In what stretches of time readouts are resampled for intervals; of a single place short ones, since
        four quarters a year would tell nothing.
    title
        As it is cited.
    notes
        What a reader must know besides what every card says.
    """

    recipe: rn.Recipe
    by: tuple[str, ...]
    block: Literal["month", "quarter"]
    title: str
    notes: tuple[str, ...]


CENTRAL = Plan(
    recipe=rn.Recipe(n_topics=30, n_seeds=20),
    by=("year",),
    block="month",
    title="Topics of central meeting readouts, 2012-2019",
    notes=(
        f"Notes of central meetings are from {NOTES_FROM} (no licence stated), broadcast reports from "
        f"{NEWS_FROM} (code MIT; the texts are the broadcaster's). Work reports are left out.",
        "Pages on one meeting are one readout: the most complete one is kept. `pages.csv` names all of them, "
        "with their source and the SHA-256 of their text; meetings of one source alone are there too.",
        "The two sources cover different bodies in different years, so a change between years may be one of "
        "coverage: the notes are few before 2013, and the broadcast begins in July 2012.",
        "Some notes end at 10,000 characters in the origin.",
        COMPROMISE,
    ),
)
PROVINCES = Plan(
    recipe=rn.Recipe(n_topics=30, n_seeds=20, unit="document", min_df=10),
    by=("place", "year"),
    block="quarter",
    title="Topics of national broadcast news that name one province, 2012-2019",
    notes=(
        f"Items of the national evening news from {NEWS_FROM} (code MIT; the texts are the broadcaster's) "
        "whose title or opening names exactly one province-level unit. These are news about provinces by a "
        "central broadcaster, not readouts of provinces.",
        "The province was found by its name alone, without reading: a weak mark. Beijing is named in "
        "datelines of news about the centre, so its numbers are inflated.",
        "The record begins in July 2012.",
        COMPROMISE,
    ),
)


def main() -> None:
    """Build one model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--anew", action="store_true", help="build although texts have changed")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--texts", type=Path, help="write the texts that are read, for verify --corpus")
    parser.add_argument("model", choices=sorted(MODELS))
    parser.add_argument("rows", nargs="+", type=Path)
    given = parser.parse_args()
    name, plan, choose = MODELS[given.model]
    folder = given.out or ROOT / "models" / name
    rows = choose(*map(read_rows, given.rows))
    faults = differences(rows, folder / "pages.csv")
    print("\n".join(faults) or f"{len(rows)} texts", file=sys.stderr)
    if faults and not given.anew:
        sys.exit(CHANGED)
    with tempfile.TemporaryDirectory() as scratch:
        texts = given.texts or Path(scratch) / "texts.jsonl"
        write_texts(rows, texts)
        print(build(rows, texts, folder=folder, plan=plan))


def central_rows(notes: list[Row], reports: list[Row]) -> list[Row]:
    """Give the notes of the years without work reports, and the reports."""
    kept = [row for row in notes if row["source"] != WORK_REPORTS]
    return [row for row in [*kept, *reports] if FIRST <= int(row["date"][:4]) <= LAST]


def province_rows(news: list[Row]) -> list[Row]:
    """Give the items that name one province, placed there."""
    return [{**row, "city": row["provinces"][0]} for row in news if len(row["provinces"]) == 1]


def write_texts(rows: list[Row], path: Path) -> None:
    """Write the rows as a table that the package reads."""
    keys = ("id", "city", "date", "title", "source", "text")
    lines = (json.dumps({key: row.get(key) for key in keys}, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def build(rows: list[Row], texts: Path, *, folder: Path, plan: Plan) -> Path:
    """Fit the consensus and save it with its tables and figures."""
    corpus = rn.read_corpus(texts)
    tokens, counts = count_corpus(corpus, plan.recipe)
    fits = lda_fits(counts, plan.recipe, map=map)
    table = topic_table(fits[0], counts, stability=stability_of(fits))
    shares = rn.topic_shares(fits[0], corpus, by=plan.by, block=plan.block, intervals=500)
    return rn.save_model(
        fits[0],
        folder,
        corpus=corpus,
        tokens=tokens,
        tables={"topics": table},
        recipe=plan.recipe.model_dump(mode="json"),
        citation={"title": plan.title, "authors": AUTHORS, "year": 2026, "license": "BSD-3-Clause"},
        notes=plan.notes,
        attachments=attachments(corpus, rows, table, shares=shares, plan=plan),
        overwrite=True,
    )


def attachments(
    corpus: rn.Corpus, rows: list[Row], topics: pd.DataFrame, *, shares: pd.DataFrame, plan: Plan
) -> dict[str, bytes]:
    """Give pages with hashes, the variables of the documents, shares with intervals, and figures."""
    told = corpus.documents(plan.recipe.unit).select(DOCUMENT_COLUMNS)
    documents = told.join(sources_of(corpus, rows), on="readout_id", how="left", maintain_order="left")
    found = {
        "pages.csv": pages_csv(corpus, rows),
        "documents.csv": csv_bytes(documents.to_pandas()),
        f"shares_{'_'.join(plan.by)}.csv": csv_bytes(shares),
    }
    return found | figures(shares, topics)


def figures(shares: pd.DataFrame, topics: pd.DataFrame) -> dict[str, bytes]:
    """Draw the shares of every topic by year (of every place, where there are several), and stability."""
    names = dict(zip(topics["topic"], topics["label"], strict=True))
    drawn = {
        "shares": draw.plot_shares_over_time(shares, panels="topic", titles=names)[0].figure,
        "stability": draw.plot_stability(topics).figure,
    }
    return {f"figures/{name}.png": png(figure) for name, figure in drawn.items()}


def png(figure: Any) -> bytes:
    """Give a figure as the bytes of a PNG file without the time or the library's name."""
    sink = io.BytesIO()
    figure.savefig(sink, format="png", dpi=110, metadata={"Software": None})
    return sink.getvalue()


def pages_csv(corpus: rn.Corpus, rows: list[Row]) -> bytes:
    """List every page by id: its source, the SHA-256 of its text, and the readout it is part of."""
    homes = {page: readout for readout, page in merged_pages(corpus)}
    kept = sorted(rows, key=lambda row: str(row["id"]))
    columns = {
        "page_id": [str(row["id"]) for row in kept],
        "date": [row["date"] for row in kept],
        "source": [row["source"] for row in kept],
        "sha256": [sha256(row) for row in kept],
        "readout_id": [homes.get(str(row["id"])) for row in kept],
    }
    return csv_bytes(pd.DataFrame(columns))


def sources_of(corpus: rn.Corpus, rows: list[Row]) -> pl.DataFrame:
    """Say for every readout which sources have a page on it, and how many pages there are."""
    source = {str(row["id"]): row["source"] for row in rows}
    pages = pl.DataFrame(merged_pages(corpus), schema=["readout_id", "page"], orient="row")
    named = pages.with_columns(pl.col("page").replace_strict(source).alias("source"))
    return named.group_by("readout_id").agg(
        pl.col("source").unique().sort().str.join(" + ").alias("sources"), pl.len().alias("n_pages")
    )


def merged_pages(corpus: rn.Corpus) -> list[tuple[str, str]]:
    """Give each readout with the id that every page of it had alone."""
    origins = corpus.readouts.select("readout_id", "origins").explode("origins")
    return origins.select("readout_id", pl.col("origins").struct.field("readout_id").alias("page")).rows()


def differences(rows: list[Row], kept: Path) -> list[str]:
    """Name the texts that are not those of the model that stands there."""
    if not kept.is_file():
        return []
    with kept.open(encoding="utf-8-sig", newline="") as stream:
        before = {row["page_id"]: row["sha256"] for row in csv.DictReader(stream)}
    now = {str(row["id"]): sha256(row) for row in rows}
    faults = [f"missing: {name}" for name in before.keys() - now.keys()]
    faults += [f"added: {name}" for name in now.keys() - before.keys()]
    faults += [f"changed: {name}" for name in before.keys() & now.keys() if before[name] != now[name]]
    return sorted(faults)


def sha256(row: Row) -> str:
    """Hash the text of a row."""
    return hashlib.sha256(str(row["text"]).encode()).hexdigest()


def read_rows(path: Path) -> list[Row]:
    """Read JSON Lines, plain or gzipped."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()]


MODELS: Mapping[str, tuple[str, Plan, Callable[..., list[Row]]]] = {
    "central": ("central-readouts-2012-2019", CENTRAL, central_rows),
    "provinces": ("broadcast-provinces-2012-2019", PROVINCES, province_rows),
}

if __name__ == "__main__":
    main()
