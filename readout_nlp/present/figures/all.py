"""All figures of an analysis, written to a folder; what the data cannot show is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from readout_nlp.present.figures.coverage import plot_coverage
from readout_nlp.present.figures.shares import plot_acts, plot_shares_over_time, plot_trajectories
from readout_nlp.present.figures.similarity import plot_dendrogram, plot_similarity
from readout_nlp.present.figures.topics import plot_stability, plot_topic_sizes, plot_topic_terms
from readout_nlp.present.strings import Language
from readout_nlp.present.style import figure_of, save_figure
from readout_nlp.present.tables import AnalysisLike, largest_places, several, table_of, with_places

MOST_PLACES = 40  # beyond that a page-wide figure cannot be read; the tables hold every place
Drawing = tuple[str, Callable[[], Figure]]


def write_figures(
    analysis: AnalysisLike, folder: Path | str, *, language: Language = "zh"
) -> tuple[Path, ...]:
    """Write every figure that the analysis has data for, as PNG and SVG.

    Parameters
    ----------
    analysis
        As made by `readout_nlp.analyse`.
    folder
        Made if it does not exist.
    language
        Of the labels, ``zh`` or ``en``.

    Returns
    -------
    tuple of Path
        The files, in the order written.
    """
    written: list[Path] = []
    for name, draw in _drawings(analysis, language):
        written += save_figure(draw(), Path(folder) / name)
    return tuple(written)


def _drawings(analysis: AnalysisLike, language: Language) -> Iterator[Drawing]:
    yield from _of_topics(analysis, language)
    yield from _of_places(analysis, language)
    yield from _of_years(analysis, language)


def _of_topics(analysis: AnalysisLike, language: Language) -> Iterator[Drawing]:
    made_up = analysis.corpus.synthetic
    topics = table_of(analysis, "topics")
    if topics.empty:
        return
    names = dict(zip(topics["topic"].astype(str), topics["label"].astype(str), strict=True))
    labels = [f"{topic}\n{names.get(topic, '')}".strip() for topic in analysis.topics.topic_ids]
    yield (
        "topic-terms",
        lambda: figure_of(
            plot_topic_terms(analysis.topics, labels=labels, language=language, synthetic=made_up)[0]
        ),
    )
    yield (
        "topic-sizes",
        lambda: figure_of(plot_topic_sizes(topics, language=language, synthetic=made_up)),
    )
    if topics["stability"].notna().any():
        yield (
            "topic-stability",
            lambda: figure_of(plot_stability(topics, language=language, synthetic=made_up)),
        )


def _of_places(analysis: AnalysisLike, language: Language) -> Iterator[Drawing]:
    made_up = analysis.corpus.synthetic
    coverage = largest_places(with_places(table_of(analysis, "coverage")), MOST_PLACES)
    if not coverage.empty:
        yield "coverage", lambda: figure_of(plot_coverage(coverage, language=language, synthetic=made_up))
    kept = set(coverage["place"])
    alike = analysis.tables.get("similarity_places", pd.DataFrame())
    names = [name for name in alike.index if name in kept]
    if len(names) > 1:
        part = alike.loc[names, names]
        yield (
            "similarity-places",
            lambda: figure_of(plot_similarity(part, language=language, synthetic=made_up)),
        )
        yield "dendrogram", lambda: figure_of(plot_dendrogram(part, language=language, synthetic=made_up))
    path = with_places(table_of(analysis, "trajectories"))
    path = path[path["place"].isin(kept)]
    if not path.empty:
        yield (
            "trajectories",
            lambda: figure_of(plot_trajectories(path, language=language, synthetic=made_up)[0]),
        )


def _of_years(analysis: AnalysisLike, language: Language) -> Iterator[Drawing]:
    made_up = analysis.corpus.synthetic
    alike = analysis.tables.get("similarity_years", pd.DataFrame())
    if len(alike) > 1:
        yield (
            "similarity-years",
            lambda: figure_of(plot_similarity(alike, ordered=False, language=language, synthetic=made_up)),
        )
    acts = table_of(analysis, "acts_year")
    if several(acts["year"]):
        yield "acts", lambda: figure_of(plot_acts(acts, language=language, synthetic=made_up)[0])
    shares, topics = table_of(analysis, "shares_year"), table_of(analysis, "topics")
    if several(shares["year"]):
        titles = dict(zip(topics["topic"].astype(str), topics["label"].astype(str), strict=True))
        yield (
            "shares-over-time",
            lambda: figure_of(
                plot_shares_over_time(
                    shares, panels="topic", titles=titles, language=language, synthetic=made_up
                )[0]
            ),
        )
