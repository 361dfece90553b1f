"""The number of topics for a corpus: its items counted, its readouts never on both sides of the split."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from pathlib import Path

from readout_nlp.analysis.fits import count_corpus
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.corpus.read import read_corpus
from readout_nlp.errors import RecipeError
from readout_nlp.topics.choice import TopicChoice
from readout_nlp.topics.choose import choose_topics
from readout_nlp.topics.consensus import OWN_THREADS
from readout_nlp.workers import is_far


def choose_for(
    paths: Sequence[Path],
    *,
    recipe: Recipe,
    n_topics: Sequence[int] | None = None,
    n_seeds: int = 5,
    map: Map = builtins.map,  # noqa: A002
    progress: Progress | None = None,
) -> TopicChoice:
    """Compare numbers of topics on a corpus, counted as `recipe` says.

    Parameters
    ----------
    paths
        A corpus store, or pages.
    recipe
        Its settings of the text, its engine, partitions and seed are used.
    n_topics, n_seeds
        As in `choose_topics`.
    map, progress
        For reading, cutting and fitting.
    """
    corpus = read_corpus(list(paths), map=map, progress=progress)
    counts = count_corpus(corpus, recipe, map=map, progress=progress)[1]
    readouts = dict(corpus.documents(recipe.unit).select("doc_id", "readout_id").iter_rows())
    return choose_topics(
        counts,
        n_topics=n_topics,
        n_seeds=n_seeds,
        groups=[readouts[name] for name in counts.doc_ids],
        random_state=recipe.random_state,
        map=None if recipe.engine in OWN_THREADS and not is_far(map) else map,
        map_partitions=map,
        progress=progress,
        method=recipe.engine,
        partitions=recipe.partitions,
        **({} if recipe.passes is None else {"passes": recipe.passes}),
    )


def tried(text: str | None) -> list[int] | None:
    """Read numbers of topics from a command line.

    Examples
    --------
    >>> tried("10,20, 30")
    [10, 20, 30]
    """
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise RecipeError(f"--topics {text}", "numbers of at least 1, as 10,20,30", "correct the list")
    return [int(part) for part in parts]
