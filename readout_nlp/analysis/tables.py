"""The tables of an analysis, by name: what the report shows and what stands in `tables/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import polars as pl

from readout_nlp.analysis.fits import Fits, spread_of
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.scrutiny import Material, begin_scrutiny
from readout_nlp.analysis.workers import Map
from readout_nlp.compare.shares import act_shares, topic_shares
from readout_nlp.compare.similarity import similarity
from readout_nlp.compare.topic_acts import topic_acts
from readout_nlp.compare.topic_pairs import matched_topics, nearest_topics
from readout_nlp.compare.trajectories import trajectories
from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.corpus.coverage import coverage
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.tokens.tokenize import Tokens
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.quality import representatives, top_terms, topic_sizes, topic_table
from readout_nlp.topics.relevance import relevant_terms

Tables = dict[str, pd.DataFrame]


def all_tables(
    corpus: Corpus,
    tokens: Tokens,
    counts: TermMatrix,
    *,
    main: TopicFit,
    of_models: Mapping[str, pd.DataFrame],
    recipe: Recipe,
    reference: Corpus | None = None,
    map: Map = map,  # noqa: A002
) -> Mapping[str, pd.DataFrame]:
    """Make every table of an analysis; one that cannot be made (no place, one year) is empty.

    What `topic_tables` told of every model comes with them: the rest asks for the main model alone. Tables of
    what the recipe leaves out are not there, and not that of the clusters, which are not there yet.
    """
    compared = Material(topics=main, counts=counts, corpus=corpus, recipe=recipe, reference=reference)
    scrutiny = begin_scrutiny(compared, map=spread_of(map, counts))  # other processes are at it meanwhile
    return {
        "coverage": coverage(corpus),
        "readouts": readout_table(corpus),
        "places_read": place_table(corpus),
        "repairs": repair_table(corpus),
        "repair_examples": example_table(corpus),
        "quarantine": corpus.quarantine.select("origin", "reason", "sha256").to_pandas(),
        "removed_terms": tokens.removed.to_pandas(),
        **of_models,
        "representatives": representative_table(main, corpus),
        **comparison_tables(main, corpus, recipe=recipe),
        **scrutiny(),
    }


def readout_table(corpus: Corpus) -> pd.DataFrame:
    """One row a readout, without its text."""
    lists = [name for name, kind in corpus.readouts.schema.items() if isinstance(kind, pl.List)]
    counted = corpus.items.group_by("readout_id").len("n_items")
    slim = corpus.readouts.drop("body", "attendance", *lists)
    joined = slim.join(counted, on="readout_id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("n_items").fill_null(0)).to_pandas()


def place_table(corpus: Corpus) -> pd.DataFrame:
    """Give the places that readouts are from, with what lies above each, in the order of their codes."""
    about = ("place_code", "level", "prefecture", "province")
    items = corpus.items.group_by("readout_id").len("n_items")
    placed = corpus.readouts.drop_nulls("place").join(items, on="readout_id", how="left")
    counted = placed.group_by("place").agg(
        *(pl.col(name).drop_nulls().mode().sort().first() for name in about),
        n_readouts=pl.len(),
        n_items=pl.col("n_items").fill_null(0).sum(),
        first_year=pl.col("year").min(),
        last_year=pl.col("year").max(),
    )
    return counted.sort("place_code", "place", nulls_last=True).to_pandas()


def repair_table(corpus: Corpus) -> pd.DataFrame:
    """How many readouts needed each kind of repair, and how many repairs were made."""
    made = corpus.readouts.select("readout_id", "repairs").explode("repairs").drop_nulls("repairs")
    counted = (
        made.unnest("repairs")
        .group_by("kind")
        .agg(pl.len().alias("n_readouts"), pl.col("count").sum().alias("n_repairs"))
        .sort("kind")
    )
    return counted.to_pandas()


def example_table(corpus: Corpus) -> pd.DataFrame:
    """Give a few repairs of each kind in their lines, of pages that are in the corpus."""
    pages = pl.concat(
        [corpus.readouts["sha256"], corpus.readouts["origins"].explode().drop_nulls().struct.field("sha256")]
    )
    found = corpus.repair_examples.filter(pl.col("sha256").is_in(pages.unique().implode()))
    return found.drop("sha256").to_pandas()


def topic_tables(counts: TermMatrix, *, fits: Fits, recipe: Recipe) -> Tables:
    """Give the topics of the main model, those of the other one, and a line on each model."""
    of_model = {
        name: topic_table(fit, counts, stability=fits.stability[name]) for name, fit in fits.models.items()
    }
    tables = {"topics": of_model[recipe.model]}
    tables |= {f"topics_{name}": table for name, table in of_model.items() if name != recipe.model}
    main = fits.models[recipe.model]
    others = {name: fit for name, fit in fits.models.items() if name != recipe.model}
    return tables | {
        "models": model_table(of_model, fits),
        "relevant_terms": relevant_terms(main, counts),
        "topic_neighbours": nearest_topics(main),
        **({"topic_matches": matched_topics(main, others)} if others else {}),
    }


def model_table(of_model: Mapping[str, pd.DataFrame], fits: Fits) -> pd.DataFrame:
    """One row a model: the means of its topics' coherence, exclusivity and stability."""
    rows = [
        {
            "model": name,
            "n_topics": len(table),
            **table[["npmi", "exclusivity", "stability"]].mean().to_dict(),
        }
        for name, table in of_model.items()
    ]
    return pd.DataFrame(rows).assign(seconds=[fits.seconds[name] for name in of_model])


def representative_table(fit: TopicFit, corpus: Corpus) -> pd.DataFrame:
    """Give the items with the largest share of each topic, with their text."""
    of_items = bool(fit.doc_ids) and bool((corpus.items["item_id"] == fit.doc_ids[0]).any())
    unit: Unit = "item" if of_items else "document"
    found = representatives(fit)
    documents = _documents(corpus, unit, found["doc_id"].to_list())
    if unit == "item":
        documents = documents.join(corpus.items.select(doc_id="item_id", subject="subject"), on="doc_id")
    else:
        documents = documents.with_columns(subject=pl.col("title"))
    about = documents.select(
        "doc_id",
        "readout_id",
        "place",
        pl.coalesce("meeting_date", "published").alias("date"),
        "act",
        "subject",
        "text",
    )
    return found.merge(about.to_pandas(), on="doc_id", how="left", sort=False)


def _documents(corpus: Corpus, unit: Unit, ids: Sequence[str]) -> pl.DataFrame:
    """Give some documents: the texts of a national corpus are not copied for the few that are shown."""
    wanted = pl.Series(ids, dtype=pl.String).implode()
    items = corpus.items.filter(pl.col("item_id").is_in(wanted))
    shown = wanted if unit == "document" else items["readout_id"].implode()
    readouts = corpus.readouts.filter(pl.col("readout_id").is_in(shown))
    return replace(corpus, readouts=readouts, items=items).documents(unit)


def cluster_table(clusters: TopicFit) -> pd.DataFrame:
    """Give the size and the words of each cluster."""
    words = top_terms(clusters, n=10)
    return pd.DataFrame(
        {
            "cluster": list(clusters.topic_ids),
            "size": topic_sizes(clusters),
            "top_terms": [" ".join(row) for row in words],
        }
    )


def with_clusters(tables: Mapping[str, pd.DataFrame], clusters: TopicFit) -> Tables:
    """Give the tables with that of the clusters in its place, behind those of the topics."""
    position = [*tables].index("representatives") + 1
    listed = [*tables.items()]
    return dict([*listed[:position], ("clusters", cluster_table(clusters)), *listed[position:]])


def comparison_tables(fit: TopicFit, corpus: Corpus, *, recipe: Recipe) -> Tables:
    """Give shares, similarities and trajectories; each is empty where the corpus has no such dimension."""
    settings: dict[str, Any] = {
        "min_items": recipe.min_items,
        "intervals": recipe.resamples,
        "random_state": recipe.random_state,
    }
    shares = {
        "shares_place_year": topic_shares(fit, corpus, by=("place", "year"), **settings),
        "shares_place": topic_shares(fit, corpus, by="place", **settings),
        "shares_year": topic_shares(fit, corpus, by="year", **settings),
        "acts_year": act_shares(corpus, by="year", **settings),
        "acts_topic": topic_acts(fit, corpus, **settings),
    }
    alike = {
        "similarity_places": _similarity(shares["shares_place"], recipe.metric),
        "similarity_years": _similarity(shares["shares_year"], recipe.metric),
    }
    both = shares["shares_place_year"]
    paths = trajectories(both, metric=recipe.metric) if len(both) else pd.DataFrame()
    return {**shares, **alike, "trajectories": paths}


def _similarity(shares: pd.DataFrame, metric: str) -> pd.DataFrame:
    return similarity(shares, metric=metric) if len(shares) else pd.DataFrame()
