"""The validation by planted passages in small: draws are what they say, and what is planted is found."""

from __future__ import annotations

import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pandas as pd
import pytest

HOME = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def validate():
    sys.path.insert(0, str(HOME))
    spec = spec_from_file_location("validate_reuse", HOME / "validate" / "reuse.py")
    module = module_from_spec(spec)
    sys.modules["validate_reuse"] = module
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(HOME))


def test_planted_passages_stand_where_the_truth_says(validate):
    texts, centre, planted = validate.draw(1, 12, edited=False)
    assert Counter(one.kind for one in planted) == {"up": 8, "peer": 8, "own": 4}
    for one in planted:
        first, last, start, end = one.spans()
        assert one.source.text[first:last] == one.target.text[start:end]
        assert 20 <= end - start <= 60
        assert one.source.day < one.target.day
        assert (one.kind == "own") == (one.source.place == one.target.place)
    assert len(texts) == 40
    assert len(centre) == 6


def test_planted_passages_are_found_and_formula_is_no_echo(validate):
    found = [validate.run(seed, n_places=12) for seed in range(2)]
    for mode, least in (("verbatim", 0.9), ("edited", 0.8)):
        total = Counter()
        for one in found:
            total.update(one[mode])
        assert total["hit"] / total["planted"] >= least
        assert total["right"] / total["told"] >= least
        assert total["c_hit"] / total["c_planted"] >= least
        assert total["f_matched"] / total["formula"] <= 0.05


def test_the_score_counts_what_is_missed_and_what_is_wrong(validate):
    planted = {("a", "b"): [(0, 20, 10, 30)]}
    rows = [("a", 0, 20, "b", 10, 30), ("a", 50, 70, "b", 60, 80), ("b", 0, 20, "a", 10, 30)]
    names = ["source_id", "source_start", "source_end", "target_id", "target_start", "target_end"]
    counts = validate.score(pd.DataFrame(rows, columns=names), planted)
    assert (counts["planted"], counts["hit"], counts["told"], counts["right"]) == (1, 1, 3, 1)
    assert (counts["c_planted"], counts["c_hit"], counts["c_told"], counts["c_right"]) == (20, 20, 60, 20)
    nothing = validate.score(pd.DataFrame(columns=names), planted)
    assert (nothing["hit"], nothing["told"]) == (0, 0)


def test_a_figure_says_whether_it_is_what_is_asked(validate):
    runs = [{"hit": 9.0, "planted": 10.0}] * 3
    rate = validate.Rate("recall", "hit", "planted", 0.95)
    rng = validate.np.random.default_rng(0)
    assert validate.line(rate, runs, rng).endswith("asked >= 0.95: NO")
    below = validate.Rate("formula", "hit", "planted", 0.95, at_most=True)
    assert validate.line(below, runs, rng).endswith("asked <= 0.95: yes")
