"""Errors tell what was found, what was expected and what to do, also after crossing processes."""

from __future__ import annotations

import pytest

from readout_nlp import errors
from readout_nlp.analysis.workers import parallel_map

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]


def fail(kind):
    raise kind("2 apples", "3 apples", "buy one")


@pytest.mark.parametrize("kind", [errors.RecipeError, errors.CheckError])
def test_an_error_raised_in_another_process_arrives_as_itself(kind):
    with parallel_map(workers=2) as spread, pytest.raises(kind) as caught:
        list(spread(fail, [kind, kind]))
    assert str(caught.value) == "found 2 apples; expected 3 apples; buy one"


def test_every_error_leads_to_an_exit_code_of_the_contract():
    assert {kind.exit_code for kind in KINDS} == {errors.EXIT_WRONG_CALL, errors.EXIT_CHECK_FAILED}
