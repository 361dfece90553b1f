"""All figures of an analysis, written to a folder; what the data cannot show is left out.

What there is to draw is said here by name: matplotlib is loaded by the process that draws, which is often
another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from readout_nlp.flushing import flushed_beside
from readout_nlp.present.names import in_language, labels_of
from readout_nlp.present.strings import Language
from readout_nlp.present.tables import AnalysisLike, largest_places, several, table_of, with_places

LONG = {"trajectories", "topic-terms", "shares-over-time", "year-trends", "similarity-places"}  # begun first
MOST_PLACES = 40  # beyond that a page-wide figure cannot be read; the tables hold every place


_LAGS = {"label": "term", "value": "median", "title": "figure.lag_axis"}


class Drawing(NamedTuple):
    """A figure yet to be drawn, by this process or by another."""

    name: str
    plot: str  # a function of `readout_nlp.present.figures`
    data: Any
    settings: Mapping[str, Any]


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
    return tuple(path for pair in begin_figures(analysis, folder, language=language) for path in pair)


def begin_figures(
    analysis: AnalysisLike,
    folder: Path | str,
    *,
    language: Language = "zh",
    map: Callable[..., Iterable[Any]] = map,  # noqa: A002  # the seam through which processes come from above
) -> Iterable[tuple[Path, ...]]:
    """Hand the figures to `map`; each is written by the time that its paths are asked for.

    Parameters
    ----------
    analysis, folder, language
        As in `write_figures`.
    map
        Spreads the drawing, as the built-in `map`, which draws a figure when it is asked for.

    Returns
    -------
    iterable of (Path, Path)
        PNG and SVG of each figure.
    """
    drawings = sorted(_drawings(analysis), key=lambda drawing: drawing.name not in LONG)
    write = partial(_write, folder=Path(folder), language=language, synthetic=analysis.corpus.synthetic)
    return map(write, drawings)


def _write(drawing: Drawing, *, folder: Path, language: Language, synthetic: bool) -> tuple[Path, ...]:
    from readout_nlp.present import figures
    from readout_nlp.present.figure_files import save_figure
    from readout_nlp.present.style import figure_of

    plot = getattr(figures, drawing.plot)
    drawn = plot(drawing.data, **drawing.settings, language=language, synthetic=synthetic)
    figure = figure_of(drawn[0] if isinstance(drawn, list) else drawn)
    with flushed_beside():
        return save_figure(figure, folder / drawing.name)


def _drawings(analysis: AnalysisLike) -> Iterator[Drawing]:
    yield from _of_topics(analysis)
    yield from _of_places(analysis)
    yield from _of_years(analysis)
    yield from _of_evidence(analysis)


def _of_topics(analysis: AnalysisLike) -> Iterator[Drawing]:
    topics = table_of(analysis, "topics")
    if topics.empty:
        return
    names = labels_of(topics)
    titles = {topic: _two_lines(topic, name) for topic, name in names.items()}
    yield Drawing("topic-terms", "plot_topic_terms", analysis.topics, {"labels": titles})
    yield Drawing("topic-sizes", "plot_topic_sizes", topics, {})
    if topics["stability"].notna().any():
        yield Drawing("topic-stability", "plot_stability", topics, {})
    acts = table_of(analysis, "acts_topic")
    if acts["share"].notna().any():
        yield Drawing("topic-acts", "plot_topic_acts", acts, {"labels": names})


def _two_lines(topic: str, name: str) -> dict[str, str]:
    languages: tuple[Language, ...] = ("zh", "en")
    return {language: f"{topic}\n{in_language(name, language)}" for language in languages}


def _of_places(analysis: AnalysisLike) -> Iterator[Drawing]:
    coverage = largest_places(with_places(table_of(analysis, "coverage")), MOST_PLACES)
    kept = set(coverage["place"])
    path = with_places(table_of(analysis, "trajectories"))
    path = path[path["place"].isin(kept)]
    if not path.empty:
        yield Drawing("trajectories", "plot_trajectories", path, {})
    if not coverage.empty:
        yield Drawing("coverage", "plot_coverage", coverage, {})
    alike = analysis.tables.get("similarity_places", pd.DataFrame())
    names = [name for name in alike.index if name in kept]
    if len(names) > 1:
        part = alike.loc[names, names]
        part.attrs = {}  # of all places; pandas copies them with every row it hands out
        yield Drawing("similarity-places", "plot_similarity", part, {})
        yield Drawing("dendrogram", "plot_dendrogram", part, {})


def _of_years(analysis: AnalysisLike) -> Iterator[Drawing]:
    alike = analysis.tables.get("similarity_years", pd.DataFrame())
    if len(alike) > 1:
        yield Drawing("similarity-years", "plot_similarity", alike, {"ordered": False})
    shares, topics = table_of(analysis, "shares_year"), table_of(analysis, "topics")
    if several(shares["year"]):
        settings = {"panels": "topic", "labels": labels_of(topics)}
        yield Drawing("shares-over-time", "plot_shares_over_time", shares, settings)
    acts = table_of(analysis, "acts_year")
    if several(acts["year"]):
        yield Drawing("acts", "plot_acts", acts, {})


def _of_evidence(analysis: AnalysisLike) -> Iterator[Drawing]:
    trends, topics = table_of(analysis, "year_trends"), table_of(analysis, "topics")
    if several(trends["year"]):
        yield Drawing("year-trends", "plot_year_trends", trends, {"labels": labels_of(topics)})
    echo = table_of(analysis, "echo_places")
    if not echo.empty:
        largest = echo.drop_duplicates("place").sort_values("n_items", ascending=False, kind="stable")
        kept = echo["place"].isin(set(largest["place"].head(MOST_PLACES)))
        yield Drawing("echo", "plot_echo", echo[kept], {})
    places = table_of(analysis, "place_map")
    if places["x"].notna().sum() > 2:
        yield Drawing("place-map", "plot_place_map", places, {})
    yield from _of_wording(analysis)


def _of_wording(analysis: AnalysisLike) -> Iterator[Drawing]:
    lags, curves = table_of(analysis, "tifa_lags"), table_of(analysis, "tifa_curves")
    if lags["median"].notna().any():
        yield Drawing("tifa-lags", "plot_intervals", lags, _LAGS)
    if curves["share"].notna().any():
        yield Drawing("tifa-adoption", "plot_adoption", curves, {"width": "two"})
    masked = table_of(analysis, "similarity_masked")
    if masked[["before", "after"]].notna().all(axis=1).any():
        yield Drawing("similarity-masked", "plot_masking", masked, {})
    network = table_of(analysis, "reuse_network")
    if network["directed"].fillna(value=False).astype(bool).any():
        yield Drawing("reuse-network", "plot_reuse_network", network, {})
