"""How to start a refit, and how often it calls moved what has not: the sample, and any corpora given.

    python benchmarks/refit.py [CORPUS ...] [--topics 14] [--seeds 3]

First, for each corpus: a model of its earlier years is carried on to all years (a tenth of the readouts held
out), started from the topics before, fitted anew as a consensus and fitted anew once. Printed: how many of
the earlier topics are found again (cosine and Jaccard as `align_topics` asks), and the perplexity of the
held-out documents, of all and of the later years. Second: readouts are dealt to old and new at random, so
that nothing has drifted; printed is how many topics the table calls moved, gone and new all the same.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl

from readout_nlp.analysis.fits import MODELS, count_corpus, lda_fits, stability_of
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.refit import refit
from readout_nlp.analysis.refit_start import fit_from, starting_topics
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.read import read_corpus, sample_corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.saved.models import save_model
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.align import align_topics
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.perplexity import held_out_perplexity, hold_out
from readout_nlp.topics.quality import topic_table

EARLY = 0.6  # part of the years that the model before has seen
SHARES = (0.6, 0.85)
ROW = "{:<34} {:>4} {:>18} {:>9} {:>12} {:>12}"
DRIFT_ROW = "{:<34} {:>4} {:>9} {:>8} {:>8} {:>8} {:>8}"


def rows(counts: TermMatrix, wanted: Iterable[bool]) -> TermMatrix:
    """Give the documents that are wanted."""
    kept = np.flatnonzero(list(wanted))
    return TermMatrix(counts.counts[kept], counts.vocabulary, [counts.doc_ids[row] for row in kept])


def early_years(corpus: Corpus) -> set[int]:
    """Give the earlier years, about `EARLY` of the readouts."""
    years = corpus.readouts["year"].drop_nulls().sort()
    last = int(years[int(EARLY * len(years))])
    return {year for year in years.unique() if year <= last and year < years.max()}


def starts(earlier: TopicFit, counts: TermMatrix, recipe: Recipe) -> dict[str, TopicFit]:
    """Fit the grown corpus from each start."""
    k = earlier.n_topics
    return {
        "earlier topics": fit_from(
            starting_topics(earlier, counts, n_topics=k, recipe=recipe), counts, recipe
        ),
        "anew, consensus": lda_fits(counts, recipe, map=map)[0],
        "anew, one fit": fit_lda(counts, n_topics=k, random_state=recipe.random_state),
    }


def compare_starts(name: str, corpus: Corpus, recipe: Recipe) -> None:
    """Print how many earlier topics each start finds again, and how well it foretells."""
    _, counts = count_corpus(corpus, recipe)
    about = corpus.documents().select("doc_id", "readout_id", "year")
    year, readout = (
        dict(zip(about["doc_id"], about[column], strict=True)) for column in ("year", "readout_id")
    )
    kept, held = hold_out(
        counts, groups=[readout[doc] for doc in counts.doc_ids], random_state=recipe.random_state
    )
    early = early_years(corpus)
    old = rows(kept, [year[doc] in early for doc in kept.doc_ids])
    late = rows(held, [year[doc] not in early for doc in held.doc_ids])
    earlier = lda_fits(old, recipe, map=map)[0]
    for start, fit in starts(earlier, kept, recipe).items():
        _, alignment = align_topics(fit, earlier)
        found = f"{len(alignment.matched)} of {earlier.n_topics}"
        figures = (f"{held_out_perplexity(fit, part):.1f}" for part in (held, late))
        print(ROW.format(name, recipe.random_state, start, found, *figures))


def false_alarms(name: str, corpus: Corpus, recipe: Recipe, *, share: float) -> None:
    """Print what the table of drift says where old and new documents were dealt at random."""
    ids = corpus.readouts["readout_id"].to_numpy()
    dealt = np.random.default_rng(recipe.random_state).random(len(ids)) < share
    old = select_readouts(corpus, ids[dealt].tolist())
    tokens, counts = count_corpus(old, recipe)
    fits = MODELS["lda"](counts, recipe, map=map)
    with tempfile.TemporaryDirectory() as folder:
        model = save_model(
            fits[0],
            Path(folder) / "model",
            corpus=old,
            tokens=tokens,
            tables={"topics": topic_table(fits[0], counts, stability=stability_of(fits))},
            recipe=recipe.model_dump(mode="json"),
        )
        said = Counter(refit(model, corpus).drift["verdict"])
    figures = (said[verdict] for verdict in ("stable", "moved", "gone", "new"))
    print(DRIFT_ROW.format(name, recipe.random_state, share, *figures))


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="*", type=Path)
    parser.add_argument("--topics", type=int, default=14)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    corpora = {"sample (synthetic)": sample_corpus(cities=8)}
    for path in asked.corpora:
        corpus = read_corpus(path)
        dated = corpus.readouts.filter(pl.col("year").is_not_null())["readout_id"]
        corpora[path.name.split(".")[0]] = select_readouts(corpus, dated)
    recipes = [Recipe(n_topics=asked.topics, random_state=seed) for seed in range(asked.seeds)]
    print(
        "python benchmarks/refit.py",
        *(path.name for path in asked.corpora),
        *sys.argv[1 + len(asked.corpora) :],
    )
    print(ROW.format("corpus", "seed", "start", "found", "perplexity", "later years"))
    for name, corpus in corpora.items():
        for recipe in recipes:
            compare_starts(name, corpus, recipe)
    print()
    print(DRIFT_ROW.format("nothing has drifted", "seed", "old part", "stable", "moved", "gone", "new"))
    for name, corpus in corpora.items():
        for share in SHARES:
            for recipe in recipes:
                false_alarms(name, corpus, recipe, share=share)


if __name__ == "__main__":
    main()
