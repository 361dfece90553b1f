"""What a grid over numbers of topics has shown: a table, bands over the seeds, and a range with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.text_tables import fold, text_table

MEASURES = ("perplexity", "npmi", "exclusivity", "stability", "smallest")
NEAR_PERPLEXITY = 0.05  # of the best mean
NEAR_STABILITY = 0.05
NEAR_NPMI = 0.03
THIN = 0.25  # of an even share of the tokens: a topic below it is thin


@dataclass(frozen=True, eq=False, kw_only=True)
class TopicChoice:
    """Numbers of topics compared.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a number of topics: ``n_topics``, ``n_fits``, ``stopped`` (clearly worse after two fits, so
        without the others), ``recommended``; means over the seeds of ``perplexity`` (held out; lower is
        better), ``npmi`` (-1 to 1), ``exclusivity`` (0 to 1), ``stability`` (mean top-10 Jaccard between
        single fits, 0 to 1; a consensus of fits is steadier) and ``smallest`` (share of the tokens that the
        smallest topic holds); for each the lowest and highest as ``<measure>_low`` and ``<measure>_high``.
    fits : pandas.DataFrame
        One row a fit: ``n_topics``, ``seed``, ``passes`` and its measures.
    range : tuple of int
        The smallest and the largest number that is recommended.
    reasons : tuple of str
        Why, in words.
    """

    table: pd.DataFrame
    fits: pd.DataFrame
    range: tuple[int, int]
    reasons: tuple[str, ...]

    @property
    def bands(self) -> pd.DataFrame:
        """The table in long form, ready to draw: ``measure``, ``n_topics``, ``mean``, ``low``, ``high``."""
        parts = [
            pd.DataFrame(
                {
                    "measure": name,
                    "n_topics": self.table["n_topics"],
                    "mean": self.table[name],
                    "low": self.table[f"{name}_low"],
                    "high": self.table[f"{name}_high"],
                }
            )
            for name in MEASURES
        ]
        return pd.concat(parts, ignore_index=True)

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain JSON values."""
        return {
            "range": list(self.range),
            "reasons": list(self.reasons),
            "table": _records(self.table),
            "fits": _records(self.fits),
        }

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self, width: int | None = None) -> str:
        """Say it for a person, in lines of at most `width` columns; None: in full."""
        coarse = ["perplexity", "perplexity_low", "perplexity_high"]
        digits = dict.fromkeys(["n_topics", "n_fits"], "{}") | dict.fromkeys(coarse, "{:.1f}")
        digits |= dict.fromkeys(MEASURES[1:], "{:.3f}")
        notes = np.select([self.table["recommended"], self.table["stopped"]], ["recommended", "stopped"], "")
        rows = [
            (*(form.format(row[name]) for name, form in digits.items()), str(note))
            for row, note in zip(_records(self.table), notes, strict=True)
        ]
        heads = (*(name.removeprefix("perplexity_") for name in digits), "note")
        low, high = self.range
        said = [f"recommended: {_span(low, high)} topics", *map("- {}".format, self.reasons)]
        spare = ("n_fits", "low", "high")
        table = text_table(heads, rows, right=">" * len(digits), width=width, spare=spare)
        return "\n".join([*table, "", *(part for line in said for part in fold(line, width))])


def table_of(fits: pd.DataFrame, between: Mapping[int, np.ndarray], stopped: set[int]) -> pd.DataFrame:
    """Put the fits of each number of topics into one row.

    Parameters
    ----------
    fits
        One row a fit.
    between
        For each number of topics the stability of every two fits.
    stopped
        Numbers that did not get all seeds.
    """
    rows = []
    for number in sorted(between):
        some = fits[fits["n_topics"] == number]
        values = {name: some[name].to_numpy() for name in MEASURES if name != "stability"}
        values["stability"] = between[number]
        row: dict[str, Any] = {"n_topics": number, "n_fits": len(some), "stopped": number in stopped}
        for name in MEASURES:
            ends = values[name].mean(), values[name].min(), values[name].max()
            row |= dict(zip((name, f"{name}_low", f"{name}_high"), map(float, ends), strict=True))
        rows.append(row)
    return pd.DataFrame(rows)


def recommend(table: pd.DataFrame) -> tuple[list[int], tuple[str, ...]]:
    """Choose the numbers of topics that no measure speaks clearly against, and say why.

    First those that foretell about as well as the best; of these the steadiest; of these the most coherent.
    Coherence never decides alone, for topics of stock phrases cohere too.

    Parameters
    ----------
    table
        As `table_of` gives it.

    Returns
    -------
    numbers : list of int
        Ascending, at least one.
    reasons : tuple of str
    """
    going = table[~table["stopped"]]
    best = going["perplexity"].min()
    foretelling = going[going["perplexity"] <= best * (1 + NEAR_PERPLEXITY)]
    steady = foretelling[foretelling["stability"] >= foretelling["stability"].max() - NEAR_STABILITY]
    chosen = steady[steady["npmi"] >= steady["npmi"].max() - NEAR_NPMI]
    lowest = int(going["n_topics"].to_numpy()[going["perplexity"].to_numpy().argmin()])
    reasons = [
        f"perplexity is lowest with {lowest} topics ({best:.1f}); within {NEAR_PERPLEXITY:.0%} of it: "
        f"{_listed(foretelling)}",
        f"of these, single fits from different seeds agree best with {_listed(steady)} "
        f"(mean top-10 Jaccard up to {foretelling['stability'].max():.2f})",
        f"of these, topics cohere best with {_listed(chosen)} (NPMI up to {steady['npmi'].max():.2f})",
        *_cautions(table, chosen),
    ]
    return [int(number) for number in chosen["n_topics"]], tuple(reasons)


def _cautions(table: pd.DataFrame, chosen: pd.DataFrame) -> list[str]:
    stopped = table[table["stopped"]]
    thin = chosen[chosen["smallest"] * chosen["n_topics"] < THIN]
    said = {
        f"stopped after two fits, clearly worse at foretelling: {_listed(stopped)}": len(stopped),
        f"the smallest topic is thin with {_listed(thin)}": len(thin),
        "the largest number tried is among them: try larger ones too": _edge(table, chosen, -1),
        "the smallest number tried is among them: try smaller ones too": _edge(table, chosen, 0),
        "fewer than half of the first words of a topic return with another seed: fit a consensus, and let no "
        "finding rest on an unstable topic": chosen["stability"].max() < 0.5,
        "numbers in between are as good; read the topics of two of them before choosing": len(chosen) > 1,
    }
    return [sentence for sentence, holds in said.items() if holds]


def _edge(table: pd.DataFrame, chosen: pd.DataFrame, end: int) -> bool:
    return len(table) > 1 and bool(table["n_topics"].iloc[end] == chosen["n_topics"].iloc[end])


def _listed(rows: pd.DataFrame) -> str:
    return ", ".join(str(number) for number in rows["n_topics"]) or "none"


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = {str(name): table[name].tolist() for name in table}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
