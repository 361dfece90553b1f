"""The comparisons on real texts: whom national news attends to, two years of work reports, five pages.

    python benchmarks/real_comparisons.py NEWS.jsonl.gz REPORTS.jsonl.gz SEEDS [--only news reports seeds]

``news``: how often national broadcast news names each province-level unit, by year, and what it speaks of
then. ``reports``: how much of each province's newer work report stands in its own older one, in those of
others, or is formula. ``seeds``: five real readouts side by side: what can be said, and what is flagged.

Numbers, names and single words are printed, no sentence.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from scipy.stats import spearmanr
from topics_data import machine, say

import readout_nlp as rn
from readout_nlp.workers import parallel_map

PARTS = ("news", "reports", "seeds")
BROADCAST = "national broadcast"
RESAMPLES = 200


def main() -> None:
    """Read the arguments and print one part after the other."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in PARTS:
        arguments.add_argument(name, type=Path)
    arguments.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    given = arguments.parse_args()
    print(machine())
    for name in given.only:
        print()
        for line in {"news": news, "reports": reports, "seeds": seeds}[name](getattr(given, name)):
            print(line, flush=True)


def news(path: Path) -> Iterator[str]:
    """Attention of national broadcast news to province-level units."""
    say(f"reading {path.name}")
    with parallel_map() as spread:
        corpus = rn.read_corpus(path, merge=False, map=spread)
    own_place = pl.lit(BROADCAST)
    corpus = replace(corpus, readouts=corpus.readouts.with_columns(place=own_place))
    say("looking for places")
    mentions = rn.place_mentions(corpus, unit="document")
    named = mentions[mentions["n_own"] + mentions["n_within"] > mentions["n_seat"]]
    yield f"attention of {path.name}: {mentions.attrs['n_documents']:,} items"
    yield f"  {mentions.attrs['n_documents'] - named['doc_id'].nunique():,} name no province-level unit"
    yield from _attention(named, corpus)
    yield from _beside_titles(path, named)
    yield from _spoken_of(named, corpus)


def _attention(named: pd.DataFrame, corpus: rn.Corpus) -> Iterator[str]:
    about: dict[str, Any] = {
        "by": ("place", "year"),
        "unit": "document",
        "intervals": RESAMPLES,
        "block": "month",
    }
    shares = rn.mention_shares(named, corpus, **about)
    wide = shares.pivot_table(index="named", columns="year", values="share").sort_values(
        int(shares["year"].max()), ascending=False
    )
    last = shares[shares["year"] == shares["year"].max()].set_index("named")
    years = " ".join(f"{year:>6}" for year in wide.columns)
    yield f"  percent of items that name each by year; 95 % interval of the last (months drawn anew): {years}"
    for name, row in wide.iterrows():
        by_year = " ".join(f"{100 * value:6.2f}" for value in row)
        yield f"    {by_year}  [{100 * last.low[name]:.2f}, {100 * last.high[name]:.2f}]  {name}"


def _beside_titles(path: Path, named: pd.DataFrame) -> Iterator[str]:
    """Compare the order of units with that of the corpus' own, weaker marks (names in title or opening)."""
    marks: Counter[str] = Counter()
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in rows:
            marks.update(set(json.loads(row).get("provinces") or ()))
    ours = named.groupby("place").size()
    pairs = np.array([(count, marks[str(name)]) for name, count in ours.items() if str(name) in marks])
    if len(pairs) > 2:
        rho = spearmanr(pairs[:, 0], pairs[:, 1]).statistic
        yield f"  rank correlation with the marks in the corpus, {len(pairs)} units: {rho:.2f}"


def _spoken_of(named: pd.DataFrame, corpus: rn.Corpus) -> Iterator[str]:
    """Words that set apart what is said of a unit: every item once for each unit that it names."""
    say("words")
    about = named[["doc_id", "place"]].rename(columns={"place": "unit"})
    rows = corpus.readouts.join(pl.from_pandas(about), left_on="readout_id", right_on="doc_id")
    twin = pl.format("{}@{}", "readout_id", "unit")
    each = rows.with_columns(place="unit", readout_id=twin).drop("unit")
    spoken = rn.Corpus(each, corpus.items.clear(), corpus.quarantine.clear())
    tokens = rn.tokenize(spoken, unit="document")
    key = rn.keyness(rn.count_terms(tokens, min_df=20), spoken, by="place", n_terms=5, draws=RESAMPLES)
    yield "  words that set apart the items that name a unit (log-odds; cautious z):"
    for name, rows_of in key.groupby("label", sort=False):
        yield f"    {name}  {' '.join(rows_of['term'])}"


def reports(path: Path) -> Iterator[str]:
    """How much of a newer work report stands in older ones."""
    say(f"reading {path.name}")
    corpus = _dated(rn.read_corpus(path), path)
    years = sorted(corpus.readouts["year"].drop_nulls().unique().to_list())
    both = corpus.readouts.group_by("place").agg(n=pl.col("year").n_unique()).filter(pl.col("n") == 2).height
    yield f"{path.name}: {corpus.readouts.height} reports, {both} places in both {years[0]} and {years[-1]}"
    for formula in (False, True):
        shares = rn.echo_shares(rn.echo(corpus, formula=formula), corpus, by=("place", "year"), intervals=0)
        newest = shares[(shares["year"] == years[-1]) & ~shares["gap"].astype(bool)]
        wide = newest.pivot_table(index="place", columns="class", values="share").reindex(columns=_CLASSES)
        how = "formula discounted" if formula else "formula not discounted"
        yield f"  characters of the reports of {years[-1]} by origin, percent, {how}:"
        yield "    " + "  ".join(["place", *_CLASSES])
        for name, row in wide.sort_values("self_reuse", ascending=False).iterrows():
            yield f"    {name}  " + "  ".join(f"{100 * value:.1f}" for value in row)
    counts = rn.count_terms(rn.tokenize(corpus, unit="document"), min_df=2, max_df=1.0)
    key = rn.keyness(counts, corpus, by="year", n_terms=10, draws=RESAMPLES)
    for year, rows in key.groupby("label", sort=False):
        yield f"  words of {year}: {' '.join(rows['term'])}"
    pairs = rn.similarity_before_after(counts, corpus, resamples=100)
    mean = pairs[["before", "after"]].mean()
    yield f"  mean similarity of wording: {mean['before']:.3f}, without formula {mean['after']:.3f}"


def _dated(corpus: rn.Corpus, path: Path) -> rn.Corpus:
    """Give readouts without a date the year that the table states beside them: some day of it."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        stated = [json.loads(line)["year"] for line in lines]
    of_row = pl.DataFrame({"row": range(1, len(stated) + 1), "stated": stated})
    first, last = pl.date(pl.col("stated"), 1, 1), pl.date(pl.col("stated"), 12, 31)
    unknown = pl.col("year").is_null()
    number = pl.col("origin").str.extract(r"#(\d+)$").cast(pl.Int64)
    readouts = (
        corpus.readouts.with_columns(row=number)
        .join(of_row, on="row", how="left", maintain_order="left")
        .with_columns(
            meeting_earliest=pl.when(unknown).then(first).otherwise("meeting_earliest"),
            meeting_latest=pl.when(unknown).then(last).otherwise("meeting_latest"),
            year=pl.when(unknown).then(pl.col("stated").cast(pl.Int32)).otherwise("year"),
        )
    )
    return replace(corpus, readouts=readouts.select(corpus.readouts.columns))


_CLASSES = ["formula", "echo_up", "self_reuse", "echo_peer", "undirected", "unmatched"]


def seeds(path: Path) -> Iterator[str]:
    """Five readouts: too few for most comparisons, which has to show."""
    corpus = rn.read_corpus(path)
    yield f"{corpus.readouts.height} readouts, {corpus.items.height} items"
    table = corpus.readouts.sort("readout_id")
    for row in table.iter_rows(named=True):
        items = corpus.items.filter(pl.col("readout_id") == row["readout_id"])
        acts = " ".join(f"{act} {count}" for act, count in items["act"].value_counts(sort=True).iter_rows())
        yield f"  {row['place']} {row['meeting_date']} {row['presider']}: {acts}"
    acts = rn.act_shares(corpus, by="place", intervals=RESAMPLES)
    alone = acts.drop_duplicates("place")
    yield (
        f"  cells without an interval: {int(alone['low'].isna().sum())} of {len(alone)} places; flags: "
        + ", ".join(sorted({flag for flag in alone["flag"] if flag}))
    )
    known = rn.known_tifa(corpus)
    found = rn.match_tifa(corpus, known["term"].tolist())
    first = dict(known.itertuples(index=False))
    starts = pd.to_datetime(found["term"].map(first))
    early = found[pd.to_datetime(found["date"]) < starts]
    where = found["readout_id"].nunique()
    yield f"  official terms: {found['term'].nunique()} in {where} readouts"
    yield f"  printed before their first known day: {', '.join(sorted(set(early['term']))) or 'none'}"
    passages = rn.corpus_passages(corpus)
    yield f"  passages of 12 characters and more that two readouts share: {len(passages)}"
    counts = rn.count_terms(rn.tokenize(corpus), min_df=1, max_df=1.0)
    pairs = rn.pairs(rn.word_profiles(counts, corpus, by="place"), between="place", resamples=RESAMPLES)
    judged = int(pairs["p"].notna().sum())
    yield f"  pairs of places: {len(pairs)}; judged beside chance: {judged}; flags: " + ", ".join(
        sorted(set(pairs["flag"]))
    )


if __name__ == "__main__":
    main()
