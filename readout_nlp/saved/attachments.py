"""Files that travel with a saved model, under names that stay inside its folder and take no other's place."""

from __future__ import annotations

import re
from collections.abc import Iterable

from readout_nlp.errors import RecipeError

# lower case alone: two names that differ in case are one file on some systems
NAME = re.compile(r"(?:[a-z0-9][a-z0-9_-]{0,63}/)?[a-z0-9][a-z0-9_-]{0,63}(?:\.[a-z0-9]{1,8})")
OWN = frozenset(
    {
        "model.safetensors",
        "vocabulary.json",
        "doc_topics.parquet",
        "manifest.json",
        "labels.csv",
        "ro-crate-metadata.json",
    }
)


def attached_names(names: Iterable[str]) -> list[str]:
    """Give the names in order.

    Raises
    ------
    RecipeError
        A name leads elsewhere, or is one of the model's own files.

    Examples
    --------
    >>> attached_names(["pages.csv", "figures/shares.png"])
    ['figures/shares.png', 'pages.csv']
    """
    wrong = sorted(name for name in names if name in OWN or not NAME.fullmatch(name))
    if wrong:
        raise RecipeError(
            f"attachments named {', '.join(map(repr, wrong))}",
            "names such as pages.csv or figures/shares.png, in lower case and not the model's own files",
            "name them otherwise",
        )
    return sorted(names)
