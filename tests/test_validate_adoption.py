"""A short run of the simulated diffusions, with wide bounds; in full: `benchmarks/validate/adoption.py`."""

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "validate" / "adoption.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("validate_adoption", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def table(script):
    return script.run(20, 12, 1, beside=100)


@pytest.mark.parametrize("prints", [1.0, 0.5])
def test_the_planted_median_comes_back_in_its_interval(script, table, prints):
    own = table[(table["prints"] == prints) & (table["estimate"] == "silence allowed for")]
    bias, _, coverage, _ = script.judged(own)
    assert abs(bias) <= 0.3
    assert coverage >= 0.7


def test_the_figures_are_laid_out_and_judged(script, table):
    assert sum("asked" in line for line in script.verdicts(table)) == 4
    assert len(list(script.lines(table))) == 2 * (4 + 2 + 2)  # beside it, of the first run alone
