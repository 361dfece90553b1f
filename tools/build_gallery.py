"""Draw the gallery of the documentation from the built-in sample: every figure, in Chinese and in English.

    python tools/build_gallery.py [FOLDER]     (default: docs/figures/gallery)

Writes NAME.zh.svg and NAME.en.svg at the width of one column (two where a figure needs them) and prints their
sizes. The sample is synthetic; every picture says so.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

import readout_nlp as rn

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "figures" / "gallery"
EVENT = "2015-01-01"
NAMES = {"year": {"zh": "每过一年", "en": "Each year"}}
Draw = Callable[..., Any]


def drawn(found: rn.Analysis) -> Iterator[tuple[str, str, Draw]]:
    """Name, width and drawing of every figure."""
    plot, tables = rn.figures, found.tables
    labels = plot.labels_of(tables["topics"]) | NAMES
    one = tables["shares_place_year"].query("topic == 't01'")
    named: dict[str, Any] = {"labels": labels}
    yield "coverage", "one", lambda **how: plot.plot_coverage(tables["coverage"], **how)
    yield "topic-terms", "two", lambda **how: plot.plot_topic_terms(found.topics, **named, n_terms=6, **how)
    yield "relevance", "one", lambda **how: plot.plot_relevance(found.topics, "t01", **named, **how)
    yield "topic-sizes", "one", lambda **how: plot.plot_topic_sizes(tables["topics"], **how)
    yield "topic-stability", "one", lambda **how: plot.plot_stability(tables["topics"], **how)
    yield "topic-acts", "one", lambda **how: plot.plot_topic_acts(tables["acts_topic"], **named, **how)
    yield "shares-of-places", "two", lambda **how: plot.plot_shares_over_time(one, **how)
    yield "year-trends", "two", lambda **how: plot.plot_year_trends(tables["year_trends"], **named, **how)
    yield "acts", "two", lambda **how: plot.plot_acts(tables["acts_year"], **how)
    yield "similarity", "one", lambda **how: plot.plot_similarity(tables["similarity_places"], **how)
    yield "dendrogram", "one", lambda **how: plot.plot_dendrogram(tables["similarity_places"], **how)
    yield "place-map", "one", lambda **how: plot.plot_place_map(tables["place_map"], **how)
    yield "masking", "one", lambda **how: plot.plot_masking(tables["similarity_masked"], most=12, **how)
    yield "trajectories", "two", lambda **how: plot.plot_trajectories(tables["trajectories"], **how)
    yield "drift", "two", lambda **how: plot.plot_drift(tables["drift"], **how)
    first = tables["keyness_years"]["label"].iloc[0]
    yield "keyness", "one", lambda **how: plot.plot_keyness(tables["keyness_years"], unit=first, **how)
    lags = {"label": "term", "value": "median", "title": "figure.lag_axis"}
    yield "tifa-lags", "one", lambda **how: plot.plot_intervals(tables["tifa_lags"], **lags, **how)
    spread = list(pd.unique(tables["tifa_curves"]["term"]))[:3]
    yield "adoption", "one", lambda **how: plot.plot_adoption(tables["tifa_curves"], terms=spread, **how)
    yield "echo", "one", lambda **how: plot.plot_echo(tables["echo_places"], **how)
    yield "reuse-network", "one", lambda **how: plot.plot_reuse_network(tables["reuse_network"], **how)


def computed(found: rn.Analysis) -> Iterator[tuple[str, str, Draw]]:
    """Give the same of what is asked for apart: effects, an event, models beside models."""
    plot, topics, corpus = rn.figures, found.topics, found.corpus
    named: dict[str, Any] = {"labels": plot.labels_of(found.tables["topics"]) | NAMES}
    effects = rn.topic_effects(topics, rn.covariates_of(corpus), "place + year")
    yield "effects", "one", lambda **how: plot.plot_effects(effects, term="year", **named, **how)
    event = rn.event_study(topics, corpus, EVENT, window_days=180)
    yield "event", "one", lambda **how: plot.plot_event_study(event, **named, **how)
    steps = rn.leads_and_lags(topics, corpus, EVENT, step_days=90, n_steps=4)
    yield "event-steps", "two", lambda **how: plot.plot_event_steps(steps, **named, **how)
    counts = rn.count_terms(found.tokens)
    choice = rn.choose_topics(counts, n_topics=(4, 8, 12, 16), n_seeds=3)
    yield "choice", "two", lambda **how: plot.plot_choice(choice, **how)
    before = rn.fit_nmf(counts, n_topics=8)
    after, _ = rn.align_topics(before, rn.fit_nmf(counts, n_topics=10))
    drift = rn.topic_drift(before, after)
    yield "topic-drift", "one", lambda **how: plot.plot_topic_drift(drift, **how)


def build(folder: Path) -> None:
    """Analyse the sample and draw all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    recipe = rn.Recipe(n_topics=8)
    found = rn.analyse(rn.sample_corpus(cities=4, years=6, per_cell=8), recipe)
    for name, width, draw in [*drawn(found), *computed(found)]:
        for language in ("zh", "en"):
            made = draw(language=language, width=width, synthetic=True)
            figure = (made[0] if isinstance(made, list) else made).figure
            for path in rn.figures.save_figure(figure, folder / f"{name}.{language}", formats=("svg",)):
                print(f"{path.name:28} {path.stat().st_size / 1000:6.1f} kB  {figure.get_label()}")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
