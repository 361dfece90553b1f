"""readout_nlp: official Chinese meeting readouts as evidence, from raw pages to a report."""

from __future__ import annotations
