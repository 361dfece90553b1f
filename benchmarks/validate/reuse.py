"""Whether planted passages are found, word for word and edited, and whether formula passes for echo.

    python benchmarks/validate/reuse.py [--runs 1000] [--minutes M] [--places 12 30 60] [--workers 2]
        [--only simulations|sample]

With `--minutes` the simulations end when that time is over, with as many runs as there are by then.

Every run draws two corpora of dated readouts from an invented language (words of one to three characters,
Zipf-Mandelbrot frequencies), some texts of a centre beside them, and plants what is asked for: passages of 20
to 60 characters that a later text takes from the centre, from another place or from its own place's earlier
text; and eight formulaic wordings, of which every text prints three, whoever and whenever it is. In the first
corpus passages are copied word for word; in the second a tenth of their characters are edited (replaced,
inserted, left out, a third each). Then `corpus_passages` and `echo` look for them, with their own settings.

A planted passage is found if half of it is covered by passages between the right two texts, and half of its
source; a passage found is right if half of it is planted between those two texts. By characters: those of
planted passages that are covered, and those covered that are planted. Figures pool the runs; low and high are
those of the 2.5th and 97.5th percentile of runs resampled.

Then the built-in sample, in which cities copy pairs of sentences from the centre's documents and from a
neighbour. Its texts are put together from a limited store of sentences, so that passages are shared that
nobody copied: precision by planted passages alone is a floor there. For the same reason some planted passages
are of sentences that stand in more than one item in fifty, in all places and years: that is formula as it is
estimated, and discounted; so recall is given of the search without formula and with it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # what the benchmarks share lies beside

from topics_data import machine, say

import readout_nlp as rn
from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.passages.corpus_passages import corpus_passages, formula_of
from readout_nlp.passages.dated_texts import item_texts
from readout_nlp.passages.echo import echo
from readout_nlp.sample.generate import SampleSettings, generate_sample
from readout_nlp.sample.planted import planted_truth
from readout_nlp.threads import one_thread
from readout_nlp.workers import parallel_map

ASKED = {"verbatim": 0.98, "edited": 0.90, "formula": 0.05}
SHORTEST, LONGEST, EDITED = 20, 60, 0.1
N_CHARACTERS, N_WORDS, N_FORMULAS, N_PRINTED = 1500, 3000, 8, 3
N_CENTRE, N_UP, N_PEER, N_SELF = 6, 8, 8, 4
CHUNKS, CHUNK, LEAST_TEXTS = 4, 100, 40
FIRST_DAY, DAYS = date(2013, 1, 7), 5 * 365
KINDS = {"up": "echo_up", "peer": "echo_peer", "own": "self_reuse"}
ROUND = 20  # runs between two looks at the clock
MATCHED = ("echo_up", "echo_peer", "self_reuse", "undirected")


@dataclass
class Piece:
    """A stretch of a text: content, or a formula; what was planted in it lies at `planted`."""

    text: str
    formula: bool = False
    planted: tuple[int, int] | None = None


@dataclass
class Text:
    """A text of a place and day; `parts` are content and formula in turn."""

    id: str
    place: str
    day: date
    pieces: list[Piece] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(piece.text for piece in self.pieces)

    def start(self, index: int) -> int:
        """Where a piece begins."""
        return sum(len(piece.text) for piece in self.pieces[:index])


@dataclass(frozen=True)
class Planted:
    """A copy: where it stands (piece, offset, size), and where its source does."""

    kind: str
    source: Text
    source_piece: int
    source_start: int
    source_size: int
    target: Text
    target_piece: int

    def spans(self) -> tuple[int, int, int, int]:
        """Where it stands in the source and in the target, once all texts are finished."""
        begin = self.source.start(self.source_piece) + self.source_start
        first, last = self.target.pieces[self.target_piece].planted or (0, 0)
        base = self.target.start(self.target_piece)
        return begin, begin + self.source_size, base + first, base + last


class Language:
    """Words of an invented language, drawn with Zipf-Mandelbrot frequencies."""

    def __init__(self, rng: Random) -> None:
        characters = [chr(code) for code in rng.sample(range(0x4E00, 0x9FA0), N_CHARACTERS)]
        self.words = ["".join(rng.choices(characters, k=rng.choice((1, 2, 2, 2, 3)))) for _ in range(N_WORDS)]
        self.weights = np.cumsum([1 / (rank + 2.7) for rank in range(N_WORDS)]).tolist()
        self.characters = characters
        self.rng = rng

    def write(self, size: int) -> str:
        """Write at least so many characters, with a comma or full stop now and then."""
        text = ""
        while len(text) < size:
            text += "".join(self.rng.choices(self.words, cum_weights=self.weights, k=self.rng.randint(4, 9)))
            text += self.rng.choice(",,。")
        return text

    def edit(self, text: str) -> str:
        """Edit a tenth of the characters."""
        marked = set(self.rng.sample(range(len(text)), round(EDITED * len(text))))
        return "".join(self._edited(c) if at in marked else c for at, c in enumerate(text))

    def _edited(self, character: str) -> str:
        other = self.rng.choice(self.characters)
        return self.rng.choice((other, character + other, ""))


def draw(seed: int, n_places: int, *, edited: bool) -> tuple[list[Text], list[Text], list[Planted]]:
    """Draw the places' texts, the centre's, and what was planted."""
    rng = Random(f"{seed}-{n_places}")
    language = Language(rng)
    formulas = [language.write(14)[:26] for _ in range(N_FORMULAS)]
    names = [f"甲{number:02}市" for number in range(n_places)]
    n_texts = max(LEAST_TEXTS, 2 * n_places)
    days = sorted(FIRST_DAY + timedelta(days=rng.randrange(DAYS)) for _ in range(n_texts))
    texts = [Text(f"r{at:03}", names[at % n_places], day) for at, day in enumerate(days)]
    centre = [
        Text(f"c{at}", "", FIRST_DAY + timedelta(days=rng.randrange(DAYS // 2))) for at in range(N_CENTRE)
    ]
    for one in (*texts, *centre):
        _fill(one, language, formulas if one.place else [])
    planted = list(_plant(texts, centre, language, edited=edited))
    return texts, centre, planted


def _fill(one: Text, language: Language, formulas: list[str]) -> None:
    printed = language.rng.sample(formulas, N_PRINTED) if formulas else [""] * N_PRINTED
    for number in range(CHUNKS):
        one.pieces.append(Piece(language.write(CHUNK)))
        if number < N_PRINTED and printed[number]:
            one.pieces.append(Piece(printed[number], formula=True))


def _plant(texts: list[Text], centre: list[Text], language: Language, *, edited: bool) -> Iterator[Planted]:
    rng, used = language.rng, set[tuple[str, int]]()
    wanted = ["up"] * N_UP + ["peer"] * N_PEER + ["own"] * N_SELF
    for kind in wanted:
        found = _places(kind, texts, centre, used=used, rng=rng)
        if found is None:
            continue  # no such pair in a small corpus: nothing of this kind is planted
        source, target, free = found
        at, to = rng.choice(free[0]), rng.choice(free[1])
        used |= {(source.id, at), (target.id, to)}
        size = rng.randint(SHORTEST, LONGEST)
        begin = rng.randint(0, len(source.pieces[at].text) - size)
        copy = source.pieces[at].text[begin : begin + size]
        copy = language.edit(copy) if edited else copy
        piece = target.pieces[to]
        where = rng.randint(0, len(piece.text))
        piece.text = piece.text[:where] + copy + piece.text[where:]
        piece.planted = (where, where + len(copy))
        yield Planted(kind, source, at, begin, size, target, to)


def _places(
    kind: str, texts: list[Text], centre: list[Text], *, used: set[tuple[str, int]], rng: Random
) -> tuple[Text, Text, tuple[list[int], list[int]]] | None:
    """Find two texts, the first earlier, each with a stretch of content that is still free."""
    for _ in range(200):
        pair = _pair(kind, texts, centre, rng)
        free = tuple(_free(one, used) for one in pair or ())
        if pair and all(free):
            return *pair, (free[0], free[1])
    return None


def _pair(kind: str, texts: list[Text], centre: list[Text], rng: Random) -> tuple[Text, Text] | None:
    source = rng.choice(centre if kind == "up" else texts)
    own = [one for one in texts if one.place == source.place]
    target = rng.choice(own if kind == "own" else texts)
    if source.day >= target.day or (kind == "own") != (source.place == target.place):
        return None
    return source, target


def _free(one: Text, used: set[tuple[str, int]]) -> list[int]:
    """List the stretches of content that neither hold a copy nor were copied."""
    return [at for at, piece in enumerate(one.pieces) if not piece.formula and (one.id, at) not in used]


def as_corpus(texts: Sequence[Text]) -> Corpus:
    """Make each text a readout of one item."""
    readouts = [
        {
            **dict.fromkeys(READOUT_SCHEMA),
            "readout_id": one.id,
            "kind": "readout",
            "place": one.place,
            "place_name": one.place,
            "level": "prefecture",
            "meeting_date": one.day,
            "year": one.day.year,
            "body": one.text,
        }
        for one in texts
    ]
    items = [
        {
            **dict.fromkeys(ITEM_SCHEMA),
            "item_id": one.id,
            "readout_id": one.id,
            "text": one.text,
            "position": 1,
            "start": 0,
            "end": len(one.text),
        }
        for one in texts
    ]
    return Corpus(
        pl.DataFrame(readouts, schema=READOUT_SCHEMA),
        pl.DataFrame(items, schema=ITEM_SCHEMA),
        pl.DataFrame(schema=QUARANTINE_SCHEMA),
    )


Pair = tuple[str, str]


def score(found: pd.DataFrame, planted: Mapping[Pair, list[tuple[int, int, int, int]]]) -> dict[str, float]:
    """Count passages and characters: planted, planted and found, reported, reported and planted."""
    rows: dict[Pair, list[tuple[int, int, int, int]]] = {}
    ends = ["source_start", "source_end", "target_start", "target_end"]
    for pair, *span in zip(
        zip(found["source_id"], found["target_id"], strict=True), *(found[end] for end in ends), strict=True
    ):
        rows.setdefault(pair, []).append(tuple(map(int, span)))
    counts = dict.fromkeys(
        ("planted", "hit", "told", "right", "c_planted", "c_hit", "c_told", "c_right"), 0.0
    )
    for pair, spans in planted.items():
        for span in spans:
            covered = [
                _covered(span[at : at + 2], [row[at : at + 2] for row in rows.get(pair, [])]) for at in (0, 2)
            ]
            sizes = [span[1] - span[0], span[3] - span[2]]
            counts["planted"] += 1
            counts["hit"] += all(2 * held >= size for held, size in zip(covered, sizes, strict=True))
            counts["c_planted"] += sizes[1]
            counts["c_hit"] += covered[1]
    for pair, told in rows.items():
        truth = [span[2:] for span in planted.get(pair, [])]
        for row in told:
            inside, size = _covered(row[2:], truth), row[3] - row[2]
            counts["told"] += 1
            counts["right"] += 2 * inside >= size
            counts["c_told"] += size
            counts["c_right"] += inside
    return counts


def _covered(span: tuple[int, ...], by: Sequence[tuple[int, ...]]) -> int:
    marks = np.zeros(span[1] - span[0], dtype=bool)
    for start, end in by:
        marks[max(0, start - span[0]) : max(0, end - span[0])] = True
    return int(marks.sum())


def run(seed: int, *, n_places: int) -> dict[str, dict[str, float]]:
    """Draw both corpora of one run and score them."""
    with one_thread():
        return {name: _one(seed, n_places, edited=name == "edited") for name in ("verbatim", "edited")}


def _one(seed: int, n_places: int, *, edited: bool) -> dict[str, float]:
    texts, centre, planted = draw(seed, n_places, edited=edited)
    corpus = as_corpus(texts)
    reference, days = {one.id: one.text for one in centre}, {one.id: one.day for one in centre}
    wording = formula_of(item_texts(corpus), True)
    passages = corpus_passages(corpus, reference, reference_dates=days, formula=wording, n_threads=1)
    truth: dict[Pair, list[tuple[int, int, int, int]]] = {}
    for one in planted:
        truth.setdefault((one.source.id, one.target.id), []).append(one.spans())
    counts = score(passages, truth)
    spans = echo(corpus, reference, passages=passages, formula=wording)
    return counts | _classes(spans, texts, planted)


def _classes(spans: pd.DataFrame, texts: Sequence[Text], planted: Sequence[Planted]) -> dict[str, float]:
    """Count formula characters, those of them called echo, and planted characters in the right class."""
    label = _labels(spans)
    formula = matched = right = 0
    for one in texts:
        for at, piece in enumerate(one.pieces):
            if piece.formula:
                start = one.start(at)
                held = label[one.id][start : start + len(piece.text)]
                formula, matched = formula + len(held), matched + int(np.isin(held, MATCHED).sum())
    for copy in planted:
        start, end = copy.spans()[2:]
        right += int((label[copy.target.id][start:end] == KINDS[copy.kind]).sum())
    return {"formula": formula, "f_matched": matched, "c_class": right}


def _labels(spans: pd.DataFrame) -> dict[str, np.ndarray]:
    """Give every item's characters their classes."""
    spans.attrs.clear()  # pandas would copy them with every step
    items = spans["item_id"].to_numpy(object)
    first = np.flatnonzero(np.concatenate([[True], items[1:] != items[:-1]]))
    sizes = (spans["end"] - spans["start"]).to_numpy()
    labels = spans["class"].to_numpy(object)
    ends = [*first[1:].tolist(), len(items)]
    return {items[a]: np.repeat(labels[a:b], sizes[a:b]) for a, b in zip(first, ends, strict=True)}


@dataclass(frozen=True)
class Rate:
    """A figure with what is asked of it; at most, where less is better."""

    name: str
    part: str
    whole: str
    asked: float
    at_most: bool = False


RATES = {
    mode: (
        Rate("recall, passages", "hit", "planted", ASKED[mode]),
        Rate("recall, characters", "c_hit", "c_planted", ASKED[mode]),
        Rate("precision, passages", "right", "told", ASKED[mode]),
        Rate("precision, characters", "c_right", "c_told", ASKED[mode]),
        Rate("formula counted as echo", "f_matched", "formula", ASKED["formula"], at_most=True),
    )
    for mode in ("verbatim", "edited")
}


def line(rate: Rate, runs: Sequence[Mapping[str, float]], rng: np.random.Generator) -> str:
    """Give a figure over all runs, its interval by resampled runs, and whether it is what is asked."""
    part, whole = (np.array([one[name] for one in runs]) for name in (rate.part, rate.whole))
    value = part.sum() / whole.sum() if whole.sum() else float("nan")
    picks = rng.integers(len(runs), size=(500, len(runs)))
    low, high = np.percentile(part[picks].sum(axis=1) / np.maximum(whole[picks].sum(axis=1), 1), [2.5, 97.5])
    right = value <= rate.asked if rate.at_most else value >= rate.asked
    sign = "<=" if rate.at_most else ">="
    return (
        f"  {rate.name:<26} {value:.4f} ({low:.4f} to {high:.4f}) of {int(whole.sum()):>9,}"
        f"   asked {sign} {rate.asked:.2f}: {'yes' if right else 'NO'}"
    )


def simulated(places: Sequence[int], n_runs: int, *, workers: int, seconds: float) -> None:
    """Print what the runs found, for each number of places."""
    with parallel_map(workers) as spread:
        for n_places in places:
            begun, found = time.perf_counter(), list[dict[str, dict[str, float]]]()
            while len(found) < n_runs and time.perf_counter() - begun < seconds / len(places):
                seeds = range(len(found), min(n_runs, len(found) + ROUND))
                found += spread(partial(run, n_places=n_places), seeds)
            say(f"{n_places} places: {time.perf_counter() - begun:.0f} s")
            texts = max(LEAST_TEXTS, 2 * n_places)
            print(f"\n{n_places} places, {texts} texts and {N_CENTRE} of the centre, {len(found)} runs")
            for mode, rates in RATES.items():
                runs, rng = [one[mode] for one in found], np.random.default_rng(0)
                print(f" {mode}, {mean(one['planted'] for one in runs):.1f} passages a run")
                for rate in rates:
                    print(line(rate, runs, rng))
                held = sum(one["c_class"] for one in runs) / sum(one["c_planted"] for one in runs)
                print(f"  planted characters in the right class of echo: {held:.4f}", flush=True)


def sampled() -> None:
    """Print what is found of the passages planted in the built-in sample."""
    corpus = rn.sample_corpus()
    truths = [page.truth for page in generate_sample(SampleSettings())]
    planted = planted_truth(truths=truths)
    reference = {one["id"]: one["wording"] for one in planted["centre"]}
    days = {one["id"]: date.fromisoformat(one["date"]) for one in planted["centre"]}
    wording = formula_of(item_texts(corpus), True)
    plain = corpus_passages(corpus, reference, reference_dates=days, formula=False)
    passages = corpus_passages(corpus, reference, reference_dates=days, formula=wording)
    copies = located(corpus, planted, {truth["path"]: truth.get("body", "") for truth in truths})
    spans = echo(
        corpus, reference, passages=passages, formula=wording, reference_name="the centre's documents"
    )
    lost = len(planted["passages"]) - len(copies)
    print(f"\nbuilt-in sample: {corpus.readouts.height} readouts, {len(reference)} documents of the centre")
    print(f"  {len(planted['passages'])} passages planted, of which {lost} in no item of the corpus")
    print(f"  formula: {0 if wording is None else len(wording)} wordings")
    for kind in ("echo_up", "echo_peer"):
        of_kind = [copy for copy in copies if copy.kind == kind]
        print(_recalled(f"{kind}, formula not discounted", of_kind, plain, asked=ASKED["verbatim"]))
        print(_recalled(f"{kind}, formula discounted", of_kind, passages))
        print(_planted_share(kind, of_kind, spans))
    print("  characters by class: " + ", ".join(f"{k} {v:,}" for k, v in spans.attrs["characters"].items()))


@dataclass(frozen=True)
class Copy:
    """A planted passage of the sample in an item of the corpus; `sources` are ids that hold it."""

    kind: str
    item: str
    start: int
    end: int
    sources: frozenset[str]


def located(corpus: Corpus, planted: Mapping[str, Any], bodies: Mapping[str, str]) -> list[Copy]:
    """Place the planted passages in the items of the corpus; those that are in none are left out."""
    pages = {
        page["origin"]: name
        for name, origins in corpus.readouts.select("readout_id", "origins").iter_rows()
        for page in origins
    }
    items: dict[str, list[tuple[str, str]]] = {}
    for name, readout, text in corpus.items.select("item_id", "readout_id", "text").iter_rows():
        items.setdefault(readout, []).append((name, text))

    def holding(path: str, copied: str) -> list[tuple[str, int]]:
        held = items.get(pages.get(f"sample:{path}", ""), [])
        return [(name, text.index(copied)) for name, text in held if copied in text]

    copies = []
    for one in planted["passages"]:
        copied = bodies[one["target"]][one["start"] : one["end"]]
        source = (
            [one["source"]] if one["kind"] == "echo_up" else [n for n, _ in holding(one["source"], copied)]
        )
        for item, start in holding(one["target"], copied)[:1] if source else []:
            copies.append(Copy(one["kind"], item, start, start + len(copied), frozenset(source)))
    return copies


def _recalled(
    name: str, copies: Sequence[Copy], passages: pd.DataFrame, *, asked: float | None = None
) -> str:
    by_target = dict(list(passages[passages["directed"]].groupby("target_id")))
    found = []
    for copy in copies:
        rows = by_target.get(copy.item, passages.iloc[:0])
        rows = rows[rows["source_id"].isin(copy.sources)]
        ends = list(zip(rows["target_start"], rows["target_end"], strict=True))
        found.append(_covered((copy.start, copy.end), ends))
    sizes = [copy.end - copy.start for copy in copies]
    whole = sum(2 * part >= size for part, size in zip(found, sizes, strict=True))
    held = sum(found) / sum(sizes)
    told = f"  {name}: recall {whole} of {len(copies)} passages, {held:.4f} of {sum(sizes):,} characters"
    if asked is None:
        return told
    return f"{told}   asked >= {asked:.2f}: {'yes' if min(whole / len(copies), held) >= asked else 'NO'}"


def _planted_share(kind: str, copies: Sequence[Copy], spans: pd.DataFrame) -> str:
    held = spans[spans["class"] == kind]
    by_item: dict[str, list[tuple[int, int]]] = {}
    for copy in copies:
        by_item.setdefault(copy.item, []).append((copy.start, copy.end))
    inside = sum(
        _covered((start, end), by_item.get(item, []))
        for item, start, end in zip(held["item_id"], held["start"], held["end"], strict=True)
    )
    size = int((held["end"] - held["start"]).sum())
    return f"  {kind}: of {size:,} characters in this class {inside / max(size, 1):.4f} are planted (a floor)"


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--places", type=int, nargs="+", default=[12, 30, 60])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end the simulations after these")
    parser.add_argument("--only", choices=["simulations", "sample"])
    given = parser.parse_args()
    print(machine())
    if given.only != "sample":
        simulated(given.places, given.runs, workers=given.workers, seconds=60 * given.minutes)
    if given.only != "simulations":
        sampled()


if __name__ == "__main__":
    main()
