"""Curves of adoption with their resamples: made once, read by the lag and by the band of the curve."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from readout_nlp.compare.lag_gaps import Adoptions, days_by_place, known_lags, seen_adoptions
from readout_nlp.compare.turnbull import Array, Curve, resampled_masses, turnbull
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError
from readout_nlp.threads import one_thread

MIN_EVENTS = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class DrawnCurve:
    """What was seen of the adoption of one wording, its curve, and the curves of resampled places.

    Attributes
    ----------
    seen, curve
        What was seen, and Turnbull's estimate from it.
    masses : ndarray of shape (n_resamples, n_cells)
        As `resampled_masses` gives them.
    random_state
        That they were drawn with.
    """

    seen: Adoptions
    curve: Curve
    masses: Array
    random_state: int


Drawn = Mapping[Hashable, DrawnCurve]


@one_thread()  # once: to look for the libraries again before every curve takes as long as a short one
def draw_curves(
    adopted: pd.DataFrame, corpus: Corpus | None = None, *, n_resamples: int, random_state: int
) -> dict[Hashable, DrawnCurve]:
    """Estimate the curve of every wording that five places or more are seen to adopt, and resample it.

    Parameters
    ----------
    adopted, corpus
        As `lag_to_centre` and `adoption_curve` take them.
    n_resamples, random_state
        Of the places, with replacement.

    Returns
    -------
    dict
        By term: for the ``drawn`` of both functions, which then need not draw each for itself.

    Raises
    ------
    InputError
        If the table is not of this corpus.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.adoption import tifa_adoption
    >>> corpus = rn.sample_corpus(cities=1, years=2, per_cell=6)
    >>> draw_curves(tifa_adoption(corpus, ["五源共治"]), corpus, n_resamples=9, random_state=0)
    {}
    """
    days = days_by_place(adopted, corpus)
    known = adopted[known_lags(adopted)]
    return {
        term: draw_curve(seen_adoptions(own, days), n_resamples=n_resamples, random_state=random_state)
        for term, own in enough(known)
    }


def enough(known: pd.DataFrame) -> Iterator[tuple[Hashable, pd.DataFrame]]:
    """Give the rows of each term that at least five places are seen to adopt.

    Examples
    --------
    >>> list(enough(pd.DataFrame({"term": ["甲"] * 4, "lag_high": [1.0] * 4})))
    []
    """
    for term, own in known.groupby("term", sort=False):
        if np.isfinite(own["lag_high"]).sum() >= MIN_EVENTS:
            yield term, own


def draw_curve(seen: Adoptions, *, n_resamples: int, random_state: int) -> DrawnCurve:
    """Estimate one curve and resample it.

    Examples
    --------
    >>> from readout_nlp.compare.turnbull import exact_frame, plain_gaps
    >>> gaps = plain_gaps(range(9), range(1, 10))
    >>> seen = Adoptions(gaps=gaps, frame=exact_frame(gaps), rate=None)
    >>> draw_curve(seen, n_resamples=5, random_state=0).masses.shape
    (5, 11)
    """
    curve = turnbull(seen.frame)
    masses = resampled_masses(seen.frame, curve, n_resamples=n_resamples, random_state=random_state)
    return DrawnCurve(seen=seen, curve=curve, masses=masses, random_state=random_state)


def drawn_before(
    drawn: Drawn | None, term: Hashable, own: pd.DataFrame, *, n_resamples: int, random_state: int
) -> DrawnCurve | None:
    """Give what was drawn of a term; None if nothing was.

    Raises
    ------
    InputError
        If it was drawn of another table or with other settings.

    Examples
    --------
    >>> drawn_before(None, "甲", pd.DataFrame(), n_resamples=9, random_state=0) is None
    True
    """
    if drawn is None or term not in drawn:
        return None
    one = drawn[term]
    found = (one.seen.gaps.n_units, len(one.masses), one.random_state)
    expected = (len(own), n_resamples, random_state)
    if found != expected:
        raise InputError(
            f"curves drawn with (places, n_resamples, random_state) = {found} for {term}",
            f"{expected}",
            "draw them of this table with the same settings, or leave `drawn` out",
        )
    return one
