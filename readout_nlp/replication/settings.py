"""The recipe of a run as a TOML file: every setting written out, what is unset named as such."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from readout_nlp.analysis.recipe import Recipe

HEAD = "# Every setting of the analysis; what was left to the program stands resolved."


def recipe_toml(settings: Mapping[str, Any]) -> str:
    """Write the settings of a run as TOML that `readout_nlp.analysis.recipe.read_recipe` reads back.

    Parameters
    ----------
    settings
        The ``recipe`` of a run's manifest. A setting without a value stands as a comment: TOML has none.

    Examples
    --------
    >>> print(recipe_toml({"n_topics": 5, "passes": None, "stop_tiers": [1, 2], "model": "lda"}))
    # Every setting of the analysis; what was left to the program stands resolved.
    n_topics = 5
    model = "lda"
    # passes is not set: the program's own choice
    stop_tiers = [1, 2]
    <BLANKLINE>
    """
    known = [name for name in Recipe.model_fields if name in settings]
    others = sorted(set(settings) - set(known))
    return "\n".join([HEAD, *(_line(name, settings[name]) for name in (*known, *others)), ""])


def _line(name: str, value: Any) -> str:
    if value is None:
        return f"# {name} is not set: the program's own choice"
    # numbers, truth values, lists and ASCII-escaped strings are written alike in JSON and in TOML
    return f"{name} = {json.dumps(value)}"


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Name every setting that two recipes do not share, with both values.

    Examples
    --------
    >>> differences({"random_state": 0, "n_topics": 5}, {"random_state": 1, "n_topics": 5})
    ['random_state: 0 and 1']
    """
    names = [name for name in (*one, *(set(other) - set(one))) if one.get(name) != other.get(name)]
    return [f"{name}: {one.get(name)!r} and {other.get(name)!r}" for name in names]
