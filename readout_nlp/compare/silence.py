"""Silence: a wording that is expected of a place's readouts and absent from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.stats import betabinom, false_discovery_control

from readout_nlp.compare.adoption import references
from readout_nlp.compare.exposure import readout_days
from readout_nlp.compare.rates import Rate, beta_rate, silent
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.passages.tifa_match import match_tifa
from readout_nlp.passages.variants import read_terms

COLUMNS = (
    "label",
    "place",
    "level",
    "date",
    "until",
    "n",
    "observed",
    "expected",
    "peer_rate",
    "correlation",
    "n_peers",
    "n_peer_readouts",
    "needed",
    "p",
    "q",
    "verdict",
    "thin",
)
VERDICTS = ("printed", "silent", "thin", "no_exposure", "no_peers", "no_date")
MIN_PEERS = 5
_JUDGED = (
    "expected",
    "peer_rate",
    "correlation",
    "n_peers",
    "n_peer_readouts",
    "needed",
    "p",
    "verdict",
    "thin",
)
_MOST = 100_000  # readouts looked ahead for the number that would be needed


@dataclass(frozen=True, slots=True)
class _Event:
    label: str
    day: date | None
    words: tuple[str, ...]
    window: int | None


def silence(
    corpus: Corpus,
    expected: Sequence[str] | pd.DataFrame,
    *,
    window: int | None = None,
    alpha: float = 0.05,
    min_peers: int = MIN_PEERS,
) -> pd.DataFrame:
    """Find places whose readouts lack what those of their peers print in the same window of time.

    Parameters
    ----------
    corpus : Corpus
    expected
        Terms (a list, or a table as `tifa_adoption` takes it), expected from the centre's first use on; or a
        table of the central calendar: ``date``, ``label``, ``words`` (a list, or one text with ``|`` between
        them: any of them counts) and perhaps ``window`` (days).
    window
        Days after the date that count, where the table has none; None: to the end of the corpus.
    alpha
        A place is called silent if that many places of its kind, or fewer, would lack the words by chance.
    min_peers
        Other places of the same level with a readout in the window; with fewer nothing is said.

    Returns
    -------
    pandas.DataFrame
        One row an event (or term) and place: ``label``, ``place``, ``level``, ``date``, ``until``, ``n``
        (the place's readouts in the window: its exposure), ``observed`` (of these, with the words),
        ``expected`` (by the peers' rate), ``peer_rate``, ``correlation`` (of two readouts of one peer),
        ``n_peers``, ``n_peer_readouts``, ``needed`` (readouts without the words from which on p < alpha;
        infinite if no number is enough), ``p`` (the probability of as few as observed, beta-binomial with
        the peers' spread and the error of their mean), ``q`` (Benjamini and Hochberg over all rows tested),
        ``verdict``:

        - ``printed``: has the words (however few);
        - ``silent``: none, though `n` is `needed` or more;
        - ``thin``: none, but too few readouts to tell;
        - ``no_exposure``, ``no_peers``, ``no_date``: nothing can be said;

        and ``thin`` (True unless `n` is `needed` or more). Look at ``q`` before a single place is named.
        ``attrs``: the settings, ``left_out`` readouts, the estimand.

    Raises
    ------
    RecipeError
        If the table or a setting cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> table = silence(rn.sample_corpus(cities=1, years=2, per_cell=6), ["五源共治"])
    >>> set(table["verdict"]) <= set(VERDICTS)
    True
    """
    _check(window, alpha, min_peers)
    events = _events(corpus, expected, window)
    days = readout_days(corpus)
    words = list(dict.fromkeys(word for event in events for word in event.words))
    found = match_tifa(corpus, words, nested=True)
    holding = {str(term): set(own) for term, own in found.groupby("term")["readout_id"]}
    blocks = [_event_rows(event, corpus, days, holding, alpha=alpha, min_peers=min_peers) for event in events]
    table = pd.concat(blocks, ignore_index=True)
    table["q"] = _discoveries(table["p"].to_numpy(dtype=np.float64))
    table = table[list(COLUMNS)]
    table.attrs = {
        **days.attrs,
        "window": window,
        "alpha": alpha,
        "min_peers": min_peers,
        "method": "beta-binomial, spread over peers by the analysis-of-variance estimator",
        "estimand": "the probability that a place of the same level, chosen by chance, prints as few",
    }
    return table


def _check(window: int | None, alpha: float, min_peers: int) -> None:
    faults = [f"window={window!r}"] if window is not None and window < 1 else []
    faults += [] if 0 < alpha < 1 else [f"alpha={alpha!r}"]
    faults += [] if min_peers >= 2 else [f"min_peers={min_peers!r}"]
    if faults:
        raise RecipeError(
            "; ".join(faults),
            "a window of a day or more, alpha between 0 and 1, 2 peers or more",
            "change them",
        )


def _events(corpus: Corpus, expected: Sequence[str] | pd.DataFrame, window: int | None) -> tuple[_Event, ...]:
    if isinstance(expected, pd.DataFrame) and "label" in expected.columns:
        return _calendar(expected, window)
    known = references(read_terms(expected), corpus.synthetic)
    return tuple(
        _Event(term, None if pd.isna(day) else day.date(), (term,), window)
        for term, day in zip(known["term"], known["reference_first"], strict=True)
    )


def _calendar(table: pd.DataFrame, window: int | None) -> tuple[_Event, ...]:
    missing = [name for name in ("date", "label", "words") if name not in table.columns]
    if missing or table.empty:
        raise RecipeError(
            f"a calendar without {', '.join(missing)}" if missing else "an empty calendar",
            "the columns date, label and words (and perhaps window)",
            "add them",
        )
    events = []
    for row in table.to_dict("records"):
        listed = row["words"].split("|") if isinstance(row["words"], str) else list(row["words"])
        words = tuple(word.strip() for word in listed if word.strip())
        own = row.get("window", window)
        day = pd.to_datetime(row["date"])
        if not words or (own is not None and not pd.isna(own) and own < 1):
            raise RecipeError(
                f"{row['label']} with words {row['words']!r} and window {own!r}",
                "at least one word and a window of a day or more",
                "correct the row",
            )
        events.append(
            _Event(
                str(row["label"]),
                None if pd.isna(day) else day.date(),
                words,
                None if own is None or pd.isna(own) else int(own),
            )
        )
    return tuple(events)


def _event_rows(
    event: _Event,
    corpus: Corpus,
    days: pd.DataFrame,
    holding: dict[str, set[str]],
    *,
    alpha: float,
    min_peers: int,
) -> pd.DataFrame:
    counts = _counts(event, corpus, days, holding)
    level, n, observed = (counts[name].to_numpy() for name in ("level", "n", "observed"))
    rows = []
    for number in range(len(counts)):
        peers = (level == level[number]) & (n > 0)
        peers[number] = False
        rate = beta_rate(observed[peers], n[peers], predictive=True)
        rows.append(
            _judged(event, int(n[number]), int(observed[number]), rate, alpha=alpha, min_peers=min_peers)
        )
    judged = pd.DataFrame(rows, columns=list(_JUDGED))
    return pd.concat([counts.reset_index(drop=True), judged], axis=1)


def _counts(event: _Event, corpus: Corpus, days: pd.DataFrame, holding: dict[str, set[str]]) -> pd.DataFrame:
    """Count, by place, the readouts that lie in the window with all the days they may be of."""
    places = corpus.readouts.select("place", "level").drop_nulls("place").unique("place").sort("place")
    until = None
    inside = days.iloc[:0]
    if event.day is not None:
        until = None if event.window is None else event.day + timedelta(days=event.window)
        late = pd.Timestamp.max if until is None else pd.Timestamp(until)
        inside = days[(days["earliest"] >= pd.Timestamp(event.day)) & (days["latest"] <= late)]
    held = set[str]().union(*(holding.get(word, set()) for word in event.words))
    seen = inside["readout_id"].isin(held).groupby(inside["place"]).agg(["size", "sum"])
    table = places.to_pandas()
    return table.assign(
        label=event.label,
        date=pd.Series([event.day] * len(table), dtype="datetime64[s]"),
        until=pd.Series([until] * len(table), dtype="datetime64[s]"),
        n=table["place"].map(seen["size"]).fillna(0).astype("int64"),
        observed=table["place"].map(seen["sum"]).fillna(0).astype("int64"),
    )


def _judged(
    event: _Event, n: int, observed: int, rate: Rate, *, alpha: float, min_peers: int
) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(_JUDGED, np.nan)
    row |= {"n_peers": rate.n_places, "n_peer_readouts": rate.n_readouts, "thin": True}
    if event.day is None:
        return {**row, "verdict": "no_date"}
    if rate.n_places < min_peers:
        return {**row, "verdict": "no_peers" if n else "no_exposure"}
    needed = _needed(rate, alpha)
    row |= {"peer_rate": rate.mean, "correlation": rate.correlation, "needed": needed}
    if n == 0:
        return {**row, "expected": 0.0, "verdict": "no_exposure"}
    row |= {"expected": n * rate.mean, "thin": n < needed}
    row["p"] = float(min(betabinom.cdf(observed, n, rate.a, rate.b), 1.0))
    verdict = "printed" if observed else "silent" if n >= needed else "thin"
    return {**row, "verdict": verdict}


def _needed(rate: Rate, alpha: float) -> float:
    """Give the least number of readouts of which none has the words with a probability below alpha."""
    few, many = 0, 1
    while silent(rate, many) >= alpha:
        few, many = many, 2 * many
        if many > _MOST:
            return float("inf")
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if silent(rate, middle) < alpha else (middle, many)
    return float(many)


def _discoveries(p: np.ndarray) -> np.ndarray:
    q = np.full(len(p), np.nan)
    tested = np.isfinite(p)
    if tested.any():
        q[tested] = false_discovery_control(p[tested], method="bh")
    return q
