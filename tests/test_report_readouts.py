"""The page of readouts: the list, and each readout with what was found in it."""

from __future__ import annotations

import pandas as pd

from readout_nlp.analysis.scrutiny import matched_spans
from readout_nlp.corpus.read import sample_corpus
from readout_nlp.passages.echo import CLASSES, echo
from readout_nlp.present.tables import COLUMNS


def test_spans_of_the_analysis_are_those_of_echo_without_the_unmatched():
    spans = echo(sample_corpus(cities=2, years=2, per_cell=3))
    found = matched_spans(spans)
    assert tuple(found.columns) == COLUMNS["echo_spans"]
    assert set(found["class"]) <= set(CLASSES) - {"unmatched"}
    size = (spans["end"] - spans["start"]).groupby(spans["class"]).sum()
    of_class = (found["end"] - found["start"]).groupby(found["class"]).sum()
    assert len(of_class) > 1
    pd.testing.assert_series_equal(of_class, size.drop("unmatched"))
    assert found.loc[found["class"] == "formula", "source_id"].isna().all()
    assert found.loc[found["class"] == "echo_peer", "source_id"].notna().all()
