"""The rows of a data table: the one place that knows where the tables lie and how they are written."""

from __future__ import annotations

import csv
from importlib.resources import files


def table_rows(name: str) -> list[dict[str, str]]:
    """Give the rows of ``data/<name>`` by column, in the order of the file.

    Examples
    --------
    >>> table_rows("acts.csv")[0].keys() >= {"verb", "act"}
    True
    """
    path = files("readout_nlp.reference") / "data" / name
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
