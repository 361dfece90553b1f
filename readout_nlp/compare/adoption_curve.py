"""How far a wording had spread by each day after the centre's first use, with a band."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.compare.adoption_draws import Drawn, DrawnCurve, draw_curve, drawn_before, enough
from readout_nlp.compare.lag_gaps import days_by_place, known_lags, seen_adoptions
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError

COLUMNS = ("term", "lag_days", "share", "low", "high", "n_places")
_NEEDED = ("term", "place", "lag_low", "lag_high", "n_after", "n_with_after", "first_earliest")


def adoption_curve(
    adopted: pd.DataFrame,
    corpus: Corpus | None = None,
    *,
    level: float = 0.95,
    n_resamples: int = 200,
    random_state: int = 0,
    drawn: Drawn | None = None,
) -> pd.DataFrame:
    """Give the share of places that had adopted each term by so many days after the centre's first use.

    The curve of which `lag_to_centre` gives the middle: Turnbull's estimate of the time of adoption, which
    is known to lie between two readouts only; with the corpus, silence of places that have adopted is allowed
    for in the same way. `adoption_curves` compares methods that do not allow for it.

    Parameters
    ----------
    adopted
        As `tifa_adoption` gives it.
    corpus
        The corpus that the table was made of. Without it, the first readout with the term is taken to be the
        first since the adoption, and the curve rises too late where adopters are sometimes silent.
    level
        Of the band.
    n_resamples, random_state
        Of the band: places are drawn anew, with replacement.
    drawn
        As `draw_curves` gives them of the same table and draws, where the lag is asked for too; None: they
        are drawn here.

    Returns
    -------
    pandas.DataFrame
        Rows of a term in the order of time: ``term``, ``lag_days`` (negative: before the centre), ``share``
        (0 to 1, of all places; never falls), ``low`` and ``high`` (pointwise), ``n_places``. Between two rows
        the share rises evenly; before the first row it is not known how. Terms that fewer than five places
        are seen to adopt have no rows.

        ``attrs``: the settings, ``left_out`` (``few_events``: the terms without rows; ``rows``: without a
        reference or exposure), ``silence_allowed_for``, ``method``, ``estimand``.

    Raises
    ------
    InputError
        If the table is not one of `tifa_adoption`, or not of this corpus, or `drawn` not of this table.
    RecipeError
        If a setting cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.adoption import tifa_adoption
    >>> corpus = rn.sample_corpus(cities=3, years=3, per_cell=4)
    >>> curve = adoption_curve(tifa_adoption(corpus, ["五源共治"]), corpus, n_resamples=9)
    >>> list(curve.columns)
    ['term', 'lag_days', 'share', 'low', 'high', 'n_places']
    """
    _check(adopted, level, n_resamples)
    days = days_by_place(adopted, corpus)
    known = adopted[known_lags(adopted)]
    draws = {"n_resamples": n_resamples, "random_state": random_state}

    def one(term: Any, own: pd.DataFrame) -> DrawnCurve:
        return drawn_before(drawn, term, own, **draws) or draw_curve(seen_adoptions(own, days), **draws)

    parts = [_curve(str(term), one(term, own), level=level, n_places=len(own)) for term, own in enough(known)]
    curves = pd.concat(parts, ignore_index=True) if parts else _typed(pd.DataFrame(columns=list(COLUMNS)))
    told = set(curves["term"])
    curves.attrs = {
        "level": level,
        "n_resamples": n_resamples,
        "random_state": random_state,
        "method": "Turnbull's estimate; band from resampled places",
        "estimand": "share of all places that had adopted by so many days after the centre's first use",
        "silence_allowed_for": corpus is not None,
        "left_out": {
            "few_events": [str(term) for term in dict.fromkeys(adopted["term"]) if term not in told],
            "rows": len(adopted) - len(known),
        },
    }
    return curves


def _check(adopted: pd.DataFrame, level: float, n_resamples: int) -> None:
    missing = [name for name in _NEEDED if name not in adopted.columns]
    if missing:
        raise InputError(f"a table without {', '.join(missing)}", "a table of adoption", "use tifa_adoption")
    faults = [] if 0 < level < 1 else [f"level={level!r}"]
    faults += [] if n_resamples >= 1 else [f"n_resamples={n_resamples!r}"]
    if faults:
        raise RecipeError(
            "; ".join(faults), "a level between 0 and 1 and at least one resample", "change them"
        )


def _curve(term: str, found: DrawnCurve, *, level: float, n_places: int) -> pd.DataFrame:
    reached = np.sort(np.cumsum(found.masses, axis=1)[:, :-1], axis=0)
    tail, last = (1 - level) / 2, len(found.masses) - 1
    table = pd.DataFrame(
        {
            "term": term,
            "lag_days": found.curve.edges,
            "share": np.cumsum(found.curve.mass)[:-1],
            "low": reached[int(np.floor(tail * last))],
            "high": reached[int(np.ceil((1 - tail) * last))],
            "n_places": n_places,
        }
    )
    ends = ["share", "low", "high"]
    table[ends] = table[ends].clip(0.0, 1.0)
    return _typed(table)


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    kinds = dict.fromkeys(("lag_days", "share", "low", "high"), "float64")
    return table.astype({"term": object, "n_places": "int64", **kinds})
