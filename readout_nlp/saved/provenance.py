"""What made a result: versions, fingerprints, recipe and seed; never the time, the host or a path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.saved.processor import processor
from readout_nlp.versions import PACKAGE, installed, library_versions, python_version

if TYPE_CHECKING:
    from readout_nlp.tokens.tokenize import Tokens

SCHEMA_VERSION = 1


def provenance(
    *,
    corpus: Corpus | None = None,
    tokens: Tokens | None = None,
    recipe: Mapping[str, Any] | None = None,
    seed: int | None = None,
) -> dict[str, Any]:
    """Gather what a rebuild needs, as plain JSON values.

    The same inputs on the same machine give the same mapping: it holds no time, host or path, so that a
    result which carries it can be rebuilt byte for byte.

    Parameters
    ----------
    corpus
        What was analysed; its fingerprint and counts are kept, no text.
    tokens
        What the texts were cut into; the fingerprint of the lexicon that cut them is kept.
    recipe
        The settings of the analysis, plain JSON values.
    seed
        The seed that everything random started from; None: the recipe's ``random_state``.

    Examples
    --------
    >>> made = provenance(seed=3)
    >>> made["seed"], made["corpus"], sorted(made["package"])
    (3, None, ['name', 'version'])
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "package": {"name": PACKAGE, "version": installed(PACKAGE)},
        "python": python_version(),
        "libraries": library_versions(),
        "processor": processor(),
        "corpus": None if corpus is None else corpus_facts(corpus),
        "lexicon": None if tokens is None else {"fingerprint": tokens.lexicon_fingerprint},
        "recipe": None if recipe is None else dict(recipe),
        "seed": (recipe or {}).get("random_state") if seed is None else seed,
    }


def corpus_facts(corpus: Corpus) -> dict[str, Any]:
    """Give the fingerprint and the counts by which a reader recognises a corpus.

    Returns
    -------
    dict
        ``fingerprint``, ``n_readouts``, ``n_items``, ``n_quarantined``, ``n_places``, ``first_year`` and
        ``last_year`` (None where no year is certain), ``n_without_year``, ``synthetic``.
    """
    years = corpus.readouts["year"].drop_nulls().to_list()
    return {
        "fingerprint": corpus.fingerprint,
        "n_readouts": corpus.readouts.height,
        "n_items": corpus.items.height,
        "n_quarantined": corpus.quarantine.height,
        "n_places": corpus.readouts["place"].drop_nulls().n_unique(),
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
        "n_without_year": corpus.readouts["year"].null_count(),
        "synthetic": corpus.synthetic,
    }
