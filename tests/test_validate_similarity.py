"""A short run of the simulations, with wide bounds: the full one is `benchmarks/validate/similarity.py`."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "validate" / "similarity.py"


@pytest.fixture(scope="module")
def found():
    spec = importlib.util.spec_from_file_location("validate_similarity", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = script
    spec.loader.exec_module(script)
    return {name: float(np.nanmean(values)) for name, values in script.run(8, 10, 1).items()}


def test_places_that_differ_in_nothing_are_hardly_called(found):
    assert found["more"] <= 0.12
    assert found["less"] <= 0.12


def test_planted_pairs_are_found(found):
    assert found["twins_beyond"] >= 0.6
    assert found["copy_more"] >= 0.8
    assert found["different_less"] >= 0.8


def test_intervals_hold_the_truth_and_correction_takes_the_error_away(found):
    assert found["covered"] >= 0.85
    assert abs(found["bias_corrected"]) < abs(found["bias_plain"])


def test_equal_numbers_take_the_dependence_on_numbers_away(found):
    assert found["slope_plain"] > 0
    assert abs(found["slope_rarefied"]) < 0.3 * found["slope_plain"]
