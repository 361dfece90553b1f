"""Figures for papers: one function a figure, Axes in and out, Chinese or English labels, alt text attached.

Every function takes a table of the analysis and draws on `ax` if given, else on a new figure of its own that
no global state knows of. ``labels`` gives rows and panels the reader's names, ``width`` is ``"one"`` or
``"two"`` columns or inches. ``save_figure(ax.figure, "name")`` writes PNG and SVG, and PDF if asked for.
"""

from readout_nlp.present.drawings import write_figures
from readout_nlp.present.figure_files import save_figure
from readout_nlp.present.figures.acts import plot_topic_acts
from readout_nlp.present.figures.adoption import plot_adoption
from readout_nlp.present.figures.coverage import plot_coverage
from readout_nlp.present.figures.drift import plot_drift
from readout_nlp.present.figures.effects import (
    plot_effects,
    plot_event_steps,
    plot_event_study,
    plot_masking,
)
from readout_nlp.present.figures.evidence import (
    plot_echo,
    plot_intervals,
    plot_place_map,
    plot_year_trends,
)
from readout_nlp.present.figures.keywords import plot_keyness, plot_relevance
from readout_nlp.present.figures.models import plot_choice, plot_topic_drift
from readout_nlp.present.figures.network import plot_reuse_network
from readout_nlp.present.figures.shares import plot_acts, plot_shares_over_time, plot_trajectories
from readout_nlp.present.figures.similarity import plot_dendrogram, plot_similarity
from readout_nlp.present.figures.topics import plot_stability, plot_topic_sizes, plot_topic_terms
from readout_nlp.present.names import labels_of

__all__ = [
    "labels_of",
    "plot_acts",
    "plot_adoption",
    "plot_choice",
    "plot_coverage",
    "plot_dendrogram",
    "plot_drift",
    "plot_echo",
    "plot_effects",
    "plot_event_steps",
    "plot_event_study",
    "plot_intervals",
    "plot_keyness",
    "plot_masking",
    "plot_place_map",
    "plot_relevance",
    "plot_reuse_network",
    "plot_shares_over_time",
    "plot_similarity",
    "plot_stability",
    "plot_topic_acts",
    "plot_topic_drift",
    "plot_topic_sizes",
    "plot_topic_terms",
    "plot_trajectories",
    "plot_year_trends",
    "save_figure",
    "write_figures",
]
