"""All of it in one call: a frozen Recipe and a Corpus in, an Analysis out."""

from __future__ import annotations

from readout_nlp.analysis.analyse import Analysis, analyse
from readout_nlp.analysis.recipe import Recipe

__all__ = ["Analysis", "Recipe", "analyse"]
