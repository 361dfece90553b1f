"""What a reviewer asks of the comparisons: trends three ways, chance, wording, who leads, tifa, copying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from readout_nlp.analysis.drawn import MOST_ITEMS, drawn_cities, drawn_for_echo
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.workers import Map
from readout_nlp.compare.adoption import tifa_adoption
from readout_nlp.compare.adoption_curve import adoption_curve
from readout_nlp.compare.adoption_draws import draw_curves
from readout_nlp.compare.before_after import similarity_before_after
from readout_nlp.compare.bounds import year_bounds
from readout_nlp.compare.composition import composition
from readout_nlp.compare.contents import topic_profiles
from readout_nlp.compare.drift import drift
from readout_nlp.compare.echo_extremes import echo_extremes
from readout_nlp.compare.echo_shares import echo_shares
from readout_nlp.compare.formula_mask import formula_terms
from readout_nlp.compare.keyness import keyness
from readout_nlp.compare.lag import lag_to_centre
from readout_nlp.compare.leaders import leaders
from readout_nlp.compare.maps import place_map
from readout_nlp.compare.pairs import pairs
from readout_nlp.compare.profiles import ReadoutProfiles
from readout_nlp.compare.support import place_tree
from readout_nlp.compare.trends import year_trends
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.heap import give_back
from readout_nlp.passages.aligned import aligned_passages
from readout_nlp.passages.corpus_passages import corpus_passages, formula_of
from readout_nlp.passages.dated_texts import item_texts
from readout_nlp.passages.echo import echo
from readout_nlp.passages.first_lines import first_lines
from readout_nlp.passages.known_tifa import known_tifa
from readout_nlp.passages.network import reuse_network
from readout_nlp.passages.tifa_candidates import tifa_candidates
from readout_nlp.passages.tifa_match import match_tifa
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.matrix import rows_of

Tables = dict[str, pd.DataFrame]

KEY_TERMS = 12  # words that set a unit apart, as many as a table lists for each
MOST_TIFA = 40  # those that most places print
LEAST_PLACES = 3  # that must print a tifa before its spread is a question
MOST_CANDIDATES = 60
CURVE_DIGITS = {"lag_days": 1, "share": 4, "low": 4, "high": 4}  # a line of a hundred points, to be drawn
LAG_RESAMPLES = 200
MASK_RESAMPLES = 100
SPAN = (
    *("item_id", "start", "end", "class"),
    *("source_id", "source_place", "source_start", "source_end", "lag_days"),
)
MOST_PLACES = 120  # that are compared two by two, thousands of times over: those with most items


@dataclass(frozen=True, eq=False, kw_only=True)
class Material:
    """What there is to compare.

    Attributes
    ----------
    topics, counts, corpus
        The main model, the words it was made from, and where they are from.
    recipe
        Its ``resamples``, ``metric`` and ``random_state`` count here.
    reference
        Texts from above that echo is looked for in; None: readouts of higher levels alone.
    """

    topics: TopicFit
    counts: TermMatrix
    corpus: Corpus
    recipe: Recipe
    reference: Corpus | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Texts:
    """What there is to look for wording in: of a `Material`, what has nothing to do with topics."""

    corpus: Corpus
    recipe: Recipe
    reference: Corpus | None = None


def begin_scrutiny(material: Material, *, map: Map = map) -> Callable[[], Tables]:  # noqa: A002
    """Begin the tables of every part that the recipe names, and give what waits for them.

    A table that the corpus cannot fill is empty. The pieces know nothing of each other: `map` may spread them
    over processes, and other tables be made here meanwhile.
    """
    pieces = [piece for piece in LONGEST_FIRST if PIECES[piece].part in material.recipe.scrutiny]
    give_back()  # what the models left; other processes begin beside this one
    begun = map(_piece, pieces, [PIECES[piece].sees(material) for piece in pieces])

    def waited() -> Tables:
        give_back()  # what was sent; the others are at their most
        found = dict(zip(pieces, begun, strict=True))
        give_back()  # what came
        return {name: table for piece in PIECES for name, table in found.get(piece, {}).items()}

    return waited


def texts_of(material: Material) -> Texts:
    """Give what wording is looked for in: no other process is sent topics and counts for it."""
    return Texts(corpus=material.corpus, recipe=material.recipe, reference=material.reference)


def without_texts(material: Material) -> Material:
    """Give the material with no wording in it, which is most of what would be sent to other processes."""
    bare = replace(
        material.corpus,
        readouts=material.corpus.readouts.with_columns(body=pl.lit(None, pl.String)),
        items=material.corpus.items.with_columns(text=pl.lit(None, pl.String)),
    )
    return replace(material, corpus=bare, reference=None)


def _piece(name: str, of: Any) -> Tables:
    tables = PIECES[name].make(of)
    give_back()  # the next piece in this process begins from less
    return tables


def trend_tables(of: Material) -> Tables:
    """Years three ways, change within places and by who is in the record, and what undated items could do."""
    settings: dict[str, Any] = {"min_items": of.recipe.min_items}
    resampled: dict[str, Any] = {
        "intervals": of.recipe.resamples,
        "random_state": of.recipe.random_state,
        **settings,
    }
    return {
        "year_trends": year_trends(of.topics, of.corpus, **resampled),
        "composition": composition(of.topics, of.corpus, between="ends", **resampled),
        "year_bounds": year_bounds(of.topics, of.corpus, **settings),
    }


def likeness_tables(of: Material) -> Tables:
    """Places in pairs, on a map, in a tree and from year to year, each beside what chance would show."""
    if of.corpus.readouts["place"].drop_nulls().n_unique() < 2:
        return {}
    profiles = topic_profiles(of.topics, of.corpus, min_items=of.recipe.min_items)
    largest = largest_places(profiles)
    settings: dict[str, Any] = {
        "metric": of.recipe.metric,
        "resamples": of.recipe.resamples,
        "random_state": of.recipe.random_state,
    }
    return {
        "pairs_places": pairs(largest, between="place", **settings),
        "place_map": place_map(largest, between="place", **settings),
        "place_tree": _joined(place_tree(largest, between="place", **settings), "members"),
        "drift": drift(profiles, **settings),
    }


def largest_places(profiles: ReadoutProfiles, most: int = MOST_PLACES) -> ReadoutProfiles:
    """Keep the readouts of the places with most items; all where there are no more places than `most`."""
    about = profiles.about
    kept = _with_most_items(about.select("place", n=pl.Series(profiles.n_items)), most)
    if kept is None:
        return profiles
    rows = about["place"].is_in(kept.implode()).arg_true().to_numpy()
    return replace(
        profiles, sums=profiles.sums[rows], n_items=profiles.n_items[rows], about=about[rows.tolist()]
    )


def of_largest_places(
    counts: TermMatrix, corpus: Corpus, most: int = MOST_PLACES
) -> tuple[TermMatrix, Corpus]:
    """Keep the documents of the places with most items; all where there are no more places than `most`."""
    items = corpus.items.group_by("readout_id").len("n")
    kept = _with_most_items(corpus.readouts.drop_nulls("place").join(items, on="readout_id"), most)
    if kept is None:
        return counts, corpus
    part = select_readouts(
        corpus, corpus.readouts.filter(pl.col("place").is_in(kept.implode()))["readout_id"]
    )
    known = {*part.items["item_id"], *part.readouts["readout_id"]}
    rows = np.array([row for row, name in enumerate(counts.doc_ids) if name in known], dtype=np.intp)
    ids = [counts.doc_ids[row] for row in rows]
    return TermMatrix(counts=rows_of(counts.counts, rows), vocabulary=counts.vocabulary, doc_ids=ids), part


def _with_most_items(readouts: pl.DataFrame, most: int) -> pl.Series | None:
    """Give the places with most items (``n``), ties by name; None where there are no more than `most`."""
    sizes = readouts.group_by("place").agg(pl.col("n").sum())
    if sizes.height <= most:
        return None
    return sizes.sort("n", "place", descending=[True, False])["place"].head(most)


def word_tables(of: Material) -> Tables:
    """Words that set places and years apart; the wording that is everywhere, and what masking it does."""
    settings: dict[str, Any] = {
        "n_terms": KEY_TERMS,
        "draws": of.recipe.resamples,
        "random_state": of.recipe.random_state,
    }
    key = {f"keyness_{by}s": keyness(of.counts, of.corpus, by=by, **settings) for by in ("place", "year")}
    formula = formula_terms(of.counts, of.corpus)
    counts, corpus = of_largest_places(of.counts, of.corpus)  # after what needs most memory
    return {
        **key,
        "formula_terms": formula[formula["formula"].astype(bool)].reset_index(drop=True),
        "similarity_masked": similarity_before_after(
            counts,
            corpus,
            formula=formula,
            metric=of.recipe.metric,
            resamples=MASK_RESAMPLES,
            random_state=of.recipe.random_state,
        ),
    }


def leader_tables(of: Material) -> Tables:
    """Whose changes of topic the others make later, and who makes those of others."""
    return {"leaders": leaders(of.topics, of.corpus)}


def spread_tables(of: Texts) -> Tables:
    """Official formulations that several places print: when each place was first seen to, and how late."""
    dated = _spread(of.corpus)
    if dated.empty:
        return {}
    adopted = tifa_adoption(of.corpus, dated)
    draws: dict[str, Any] = {"n_resamples": LAG_RESAMPLES, "random_state": of.recipe.random_state}
    drawn = draw_curves(adopted, of.corpus, **draws)
    return {
        "tifa_adoption": adopted,
        "tifa_lags": lag_to_centre(adopted, of.corpus, drawn=drawn, **draws),
        "tifa_curves": adoption_curve(adopted, of.corpus, drawn=drawn, **draws).round(CURVE_DIGITS),
        "tifa_lines": first_lines(of.corpus, dated["term"].tolist()),
    }


def candidate_tables(of: Texts) -> Tables:
    """Wordings that may be tifa and are in no list, of as many items as can be looked through."""
    part = drawn_cities(of.corpus, MOST_ITEMS, random_state=of.recipe.random_state).corpus
    return {"tifa_candidates": new_tifa(part)}


def new_tifa(corpus: Corpus, most: int = MOST_CANDIDATES) -> pd.DataFrame:
    """List wordings in quotation marks, or that abbreviate by numbers, which no list of known tifa holds."""
    found = tifa_candidates(corpus, kinds=("abbreviation", "quoted"))
    known = set(known_tifa(corpus)["term"])
    return found[~found["term"].isin(known)].head(most).reset_index(drop=True)


def _spread(corpus: Corpus) -> pd.DataFrame:
    """Give the known tifa that most places print, those of most places first."""
    known = known_tifa(corpus)
    found = match_tifa(corpus, known["term"].tolist())
    places = known["term"].map(found.groupby("term")["place"].nunique()).fillna(0)
    order = places[places >= LEAST_PLACES].sort_values(ascending=False, kind="stable").index
    return known.loc[order[:MOST_TIFA]].reset_index(drop=True)


def echo_tables(of: Texts) -> Tables:
    """How much of the agenda was printed before, by whom, with passages to read."""
    most, seed = of.recipe.echo_items, of.recipe.random_state
    corpus = drawn_for_echo(of.corpus, most=most, random_state=seed).corpus
    formula = formula_of(item_texts(corpus), formula=True)
    wording: pd.DataFrame | bool = False if formula is None else formula  # found once
    give_back()  # the runs that were counted; passages are looked for beside less
    passages = corpus_passages(corpus, of.reference, formula=wording)
    give_back()
    spans = echo(corpus, of.reference, passages=passages, formula=wording)
    settings: dict[str, Any] = {"intervals": of.recipe.resamples, "random_state": seed}
    least: dict[str, Any] = {"min_items": of.recipe.min_items, **settings}
    source = "echo_peer" if of.reference is None else "echo_up"
    return {
        "echo_places": echo_shares(spans, corpus, by="place", **least),
        "echo_years": echo_shares(spans, corpus, by="year", **least),
        "echo_passages": echo_extremes(spans, corpus, of=source, **least),
        "echo_spans": matched_spans(spans),
        "aligned_passages": aligned_passages(
            spans, passages, corpus, reference=of.reference, random_state=seed
        ),
        "reuse_network": reuse_network(passages, corpus, reference=of.reference, random_state=seed),
    }


def matched_spans(spans: pd.DataFrame) -> pd.DataFrame:
    """Give the spans of items that are of some class, with where they stood before; not the unmatched.

    Parameters
    ----------
    spans
        As `echo` gives them.

    Returns
    -------
    pandas.DataFrame
        One row a span, in the order of the items: ``item_id``, ``start``, ``end`` (half-open, in the item's
        text), ``class``, ``source_id``, ``source_place``, ``source_start``, ``source_end``, ``lag_days``.
    """
    found = spans.loc[spans["class"] != "unmatched", list(SPAN)]
    found.attrs = {}
    return found.reset_index(drop=True)


def _joined(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Write lists of names as one text: a table of a run is also a CSV file."""
    return table.assign(**{column: [" ".join(map(str, names)) for names in table[column]]})


class Piece(NamedTuple):
    """What makes some of the tables of a part of the recipe, and of what."""

    part: str
    make: Callable[[Any], Tables]
    sees: Callable[[Material], Any]


PIECES: Mapping[str, Piece] = {  # in the order of their tables
    "spread": Piece("tifa", spread_tables, texts_of),
    "candidates": Piece("tifa", candidate_tables, texts_of),
    "echo": Piece("echo", echo_tables, texts_of),
    "likeness": Piece("likeness", likeness_tables, without_texts),
    "words": Piece("words", word_tables, without_texts),
    "trends": Piece("trends", trend_tables, without_texts),
    "leaders": Piece("leaders", leader_tables, without_texts),
}
LONGEST_FIRST = ("spread", "echo", "words", "likeness", "candidates", "trends", "leaders")
