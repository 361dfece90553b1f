"""Analysis -> the few figures that a person wants to see first."""

from __future__ import annotations

from typing import Any

from readout_nlp.analysis.analyse import Analysis


def summary_of(found: Analysis) -> dict[str, Any]:
    """Give readouts, items, places, years, topics and what was set aside, as plain JSON values.

    Returns
    -------
    dict
        ``synthetic``, ``fingerprint`` (of the corpus), ``readouts``, ``items``, ``places``, ``first_year``,
        ``last_year`` (None where no year is certain), ``topics``, ``unstable_topics`` (None where stability
        was not measured), ``set_aside`` (pages), ``warnings``.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    >>> found = summary_of(rn.analyse(corpus, rn.Recipe(n_topics=5, passes=2, n_seeds=2, scrutiny=())))
    >>> found["topics"], found["synthetic"], found["readouts"] == corpus.readouts.height
    (5, True, True)
    """
    corpus, unstable = found.corpus, found.tables["topics"]["unstable"]
    years = corpus.readouts["year"].drop_nulls()
    return {
        "synthetic": corpus.synthetic,
        "fingerprint": corpus.fingerprint,
        "readouts": corpus.readouts.height,
        "items": corpus.items.height,
        "places": corpus.readouts["place"].drop_nulls().n_unique(),
        "first_year": years.min(),
        "last_year": years.max(),
        "topics": found.topics.n_topics,
        "unstable_topics": None if unstable.isna().all() else int(unstable.fillna(False).astype(bool).sum()),
        "set_aside": corpus.quarantine.height,
        "warnings": len(found.warnings),
    }
