"""Figures for papers: one function a figure, Axes in and out, Chinese or English labels, alt text attached.

Every function takes a table of the analysis and draws on `ax` if given, else on a new figure of its own that
no global state knows of. ``save_figure(ax.figure, "name")`` writes PNG and SVG.
"""

from readout_nlp.present.drawings import write_figures
from readout_nlp.present.figure_files import save_figure
from readout_nlp.present.figures.coverage import plot_coverage
from readout_nlp.present.figures.evidence import (
    plot_echo,
    plot_intervals,
    plot_place_map,
    plot_year_trends,
)
from readout_nlp.present.figures.shares import plot_acts, plot_shares_over_time, plot_trajectories
from readout_nlp.present.figures.similarity import plot_dendrogram, plot_similarity
from readout_nlp.present.figures.topics import plot_stability, plot_topic_sizes, plot_topic_terms

__all__ = [
    "plot_acts",
    "plot_coverage",
    "plot_dendrogram",
    "plot_echo",
    "plot_intervals",
    "plot_place_map",
    "plot_shares_over_time",
    "plot_similarity",
    "plot_stability",
    "plot_topic_sizes",
    "plot_topic_terms",
    "plot_trajectories",
    "plot_year_trends",
    "save_figure",
    "write_figures",
]
