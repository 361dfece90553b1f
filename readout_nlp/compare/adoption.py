"""When each place first printed each tifa: who was at risk since when, and between which days it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.compare.exposure import readout_days
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.passages.tifa_match import match_tifa
from readout_nlp.passages.variants import Wording, read_terms
from readout_nlp.reference.terms import fictional_tifa, official_terms

COLUMNS = (
    "term",
    "place",
    "at_risk_from",
    "last_without",
    "first_observed",
    "censored",
    "level",
    "n_readouts",
    "n_readouts_at_risk",
    "n_before",
    "n_after",
    "n_with_after",
    "first_earliest",
    "first_quoted",
    "reference_first",
    "reference_basis",
    "lag_low",
    "lag_high",
    "flags",
)
RECORD_START = 2012  # the record behind the official terms begins in mid-2012: such a date says "or earlier"

Days = npt.NDArray[np.float64]  # days since 1970-01-01; infinite where there is none
_EPOCH = date(1970, 1, 1)


def tifa_adoption(
    corpus: Corpus,
    terms: Sequence[str] | pd.DataFrame,
    *,
    from_reference: bool = False,
    nested: bool = False,
    merge_variants: bool = False,
) -> pd.DataFrame:
    """Give when each place first printed each term, with the readouts that could have shown it.

    A place is at risk of being seen to adopt from its first readout on. It adopted between its last readout
    without the term and its first with it (interval censoring), after its last readout if none has the term
    (right censoring), or at some unknown time before its first readout if that one has it already. That
    holds if a place that has adopted prints the term in its next readout; `lag_to_centre` allows for places
    that do not.

    Parameters
    ----------
    corpus : Corpus
    terms
        Wordings; or a table with ``term`` and perhaps ``reference_date`` (the centre's first use) and
        ``variant_of``. Without dates, those of the built-in list of official terms are used, except dates
        in 2012, when the record behind that list begins.
    from_reference
        Count a place at risk from the centre's first use on, where that is later than its first readout.
    nested
        Count a term also where it stands inside a longer one of the list.
    merge_variants
        Take variants and their head together, as the user's table says.

    Returns
    -------
    pandas.DataFrame
        One row a term and place:

        ``term``, ``place``, ``at_risk_from``, ``last_without`` (the last day by which the term was certainly
        not yet seen), ``first_observed`` (the first by which it certainly was; null if never), ``censored``
        (never seen with a date);
        ``level``; in readouts: ``n_readouts`` (of the place, dated), ``n_readouts_at_risk`` (from the risk's
        begin to the first use), ``n_before`` (of these, certainly before it), ``n_after`` (after it) and
        ``n_with_after`` (of these, with the term); ``first_earliest`` (the first day that the first use may
        have been on), ``first_quoted``, ``reference_first`` and ``reference_basis`` (``given``, ``official``,
        ``fictional``); ``lag_low`` and ``lag_high``: days from the centre's first use to the adoption, which
        lies after the one and not after the other; negative where the place came first, infinite where
        nothing bounds it, NaN without a reference; ``flags``, joined by semicolons:

        - ``no_exposure``: no dated readout (or none from `at_risk_from` on);
        - ``entered_late``: the first readout is after the centre's first use, or without one after another
          place's;
        - ``in_first_readout``: its first readout has the term already;
        - ``before_reference``: seen before the centre's first use;
        - ``imprecise``: the first use is known to an interval of days only;
        - ``undated_use``: an undated readout has the term;
        - ``reference_unknown``: no date of the centre, or one at the begin of the record.

        ``attrs``: ``left_out`` (readouts without place or date), ``basis`` of the days, ``contained``,
        ``never_found``, the settings and the estimand.

    Raises
    ------
    RecipeError
        If the terms cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.adoption import tifa_adoption
    >>> table = tifa_adoption(rn.sample_corpus(cities=1, years=2, per_cell=6), ["五源共治"])
    >>> list(table.columns[:6])
    ['term', 'place', 'at_risk_from', 'last_without', 'first_observed', 'censored']
    """
    words = read_terms(terms)
    days = readout_days(corpus)
    found = match_tifa(corpus, terms, nested=nested)
    uses = _uses(found, merged=merge_variants)
    heads = _heads(words, corpus.synthetic) if merge_variants else references(words, corpus.synthetic)
    places = sorted(corpus.readouts["place"].drop_nulls().unique())
    levels = dict(corpus.readouts.select("place", "level").drop_nulls("place").sort("place").iter_rows())
    used = _dated_uses(uses, days, heads["term"])
    reference = as_days(heads["reference_first"], missing=np.nan)
    bounds = bounds_by_place(days)
    nothing = (np.empty(0), np.empty(0))
    uses_of = dict(tuple(used.groupby("place")))
    blocks = [
        _of_place(
            place,
            bounds.get(place, nothing),
            uses_of.get(place, used.iloc[:0]),
            reference=reference,
            from_reference=from_reference,
        )
        for place in places
    ]
    table = _finish(blocks, heads, levels=levels, undated=_undated(uses, corpus, days))
    table.attrs = {
        **days.attrs,
        **{name: found.attrs[name] for name in ("contained", "never_found", "nested")},
        "from_reference": from_reference,
        "merge_variants": merge_variants,
        "method": "interval between the last readout without the term and the first with it",
        "estimand": "the day from which a place's readouts print the term, days after the centre's first use",
    }
    return table


def _uses(found: pd.DataFrame, *, merged: bool) -> pd.DataFrame:
    """One row a term and readout that has it."""
    named = found.assign(term=found["head"]) if merged else found
    return named.groupby(["term", "readout_id"], sort=True).agg(quoted=("quoted", "any")).reset_index()


def references(words: Sequence[Wording], synthetic: bool) -> pd.DataFrame:
    """Give the centre's first use of each wording: ``term``, ``reference_first``, ``reference_basis``.

    The user's date comes first, then that of the built-in list of official terms, and in a synthetic corpus
    that of the fictional ones; null where there is none.

    Examples
    --------
    >>> references(read_terms(["两个确立", "查无此词"]), False)["reference_basis"].tolist()
    ['official', None]
    """
    known = _known_dates(synthetic)
    rows = [(word.term, *_reference(word.term, word.reference, known)) for word in words]
    return _reference_table(rows)


def _heads(words: Sequence[Wording], synthetic: bool) -> pd.DataFrame:
    """One row a head, dated by the earliest of its wordings."""
    given: dict[str, list[date]] = {}
    for word in words:
        given.setdefault(word.head, []).extend([word.reference] if word.reference else [])
    known = _known_dates(synthetic)
    rows = [(head, *_reference(head, min(dates, default=None), known)) for head, dates in given.items()]
    return _reference_table(rows)


def _known_dates(synthetic: bool) -> dict[str, tuple[date, str]]:
    official = {entry.term: (entry.first_verbatim, "official") for entry in official_terms()}
    known = {term: about for term, about in official.items() if about[0].year > RECORD_START}
    if synthetic:
        known |= {entry.term: (entry.first_verbatim, "fictional") for entry in fictional_tifa()}
    return known


def _reference(
    term: str, given: date | None, known: dict[str, tuple[date, str]]
) -> tuple[date | None, str | None]:
    if given is not None:
        return given, "given"
    return known.get(term, (None, None))


def _reference_table(rows: list[tuple[str, date | None, str | None]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["term", "reference_first", "reference_basis"])
    return table.astype({"reference_first": "datetime64[s]", "reference_basis": object})


def _undated(uses: pd.DataFrame, corpus: Corpus, days: pd.DataFrame) -> set[tuple[str, str]]:
    dated = set(days["readout_id"])
    place = dict(corpus.readouts.select("readout_id", "place").drop_nulls("place").iter_rows())
    return {
        (term, place[readout])
        for term, readout in uses[["term", "readout_id"]].itertuples(index=False, name=None)
        if readout not in dated and readout in place
    }


def _dated_uses(uses: pd.DataFrame, days: pd.DataFrame, terms: pd.Series) -> pd.DataFrame:
    """Give the dated readouts with each term: `term` as its number, `low` and `high` as numbers of days."""
    number = {term: at for at, term in enumerate(terms)}
    bounds = days[["readout_id", "place"]].assign(low=as_days(days["earliest"]), high=as_days(days["latest"]))
    return uses.assign(term=uses["term"].map(number)).merge(bounds, on="readout_id")


def _of_place(
    place: str, own: tuple[Days, Days], used: pd.DataFrame, *, reference: Days, from_reference: bool
) -> dict[str, npt.NDArray[Any]]:
    """Give the columns of one place, one value a term, times as numbers of days."""
    n_terms = len(reference)
    earliest, latest = own
    term, low, high = (used[name].to_numpy() for name in ("term", "low", "high"))
    quoted = used["quoted"].to_numpy(dtype=bool)
    first, possible = _least(term, high, n_terms), _least(term, low, n_terms)
    begin = np.full(n_terms, earliest.min(initial=np.inf))
    if from_reference:
        begin = np.fmax(begin, np.where(np.isfinite(begin), reference, np.nan))
    silent_upto = np.searchsorted(latest, possible)  # readouts certainly before the first use
    upto = np.searchsorted(latest, first, side="right")
    before_risk = np.searchsorted(latest, begin)
    last = np.concatenate([[-np.inf], np.maximum.accumulate(earliest)])
    later = term[low > first[term]]
    return {
        "term_number": np.arange(n_terms),
        "place": np.full(n_terms, place, dtype=object),
        "at_risk_from": begin,
        "last_without": last[silent_upto],
        "first_observed": first,
        "n_readouts": np.full(n_terms, len(latest)),
        "n_readouts_at_risk": np.maximum(upto - before_risk, 0),
        "n_before": np.maximum(silent_upto - before_risk, 0),
        "n_after": len(latest) - np.searchsorted(np.sort(earliest), first, side="right"),
        "n_with_after": np.bincount(later, minlength=n_terms),
        "first_earliest": possible,
        "first_quoted": _least(term[quoted], high[quoted], n_terms),
    }


def _least(term: npt.NDArray[np.int64], days: Days, n_terms: int) -> Days:
    least = np.full(n_terms, np.inf)
    np.minimum.at(least, term, days)
    return least


def _finish(
    blocks: list[dict[str, npt.NDArray[Any]]],
    heads: pd.DataFrame,
    *,
    levels: dict[str, str],
    undated: set[tuple[str, str]],
) -> pd.DataFrame:
    if not blocks:
        return _typed(pd.DataFrame(columns=list(COLUMNS)))
    table = pd.DataFrame({name: np.concatenate([one[name] for one in blocks]) for name in blocks[0]})
    table = table.sort_values(["term_number", "place"], ignore_index=True)
    table = table.join(heads, on="term_number")
    table["level"] = table["place"].map(levels)
    pairs = zip(table["term"], table["place"], strict=True)
    table["undated_use"] = [pair in undated for pair in pairs]
    table["censored"] = ~np.isfinite(table["first_observed"])
    reference = as_days(table["reference_first"], missing=np.nan)
    exposed = np.where(table["n_readouts"] > 0, 0.0, np.nan)
    table["lag_low"] = table["last_without"] - reference + exposed
    table["lag_high"] = table["first_observed"] - reference + exposed
    table["flags"] = _flags(table, reference)
    return _typed(table[list(COLUMNS)].copy())


def _flags(table: pd.DataFrame, reference: Days) -> list[str]:
    others = table.groupby("term")["first_observed"].transform("min").to_numpy()
    origin = np.where(np.isfinite(reference), reference, others)
    begin, first, last = (
        table[name].to_numpy() for name in ("at_risk_from", "first_observed", "last_without")
    )
    exposed = (table["n_readouts"] > 0).to_numpy()
    marks = {
        "no_exposure": ~exposed | (table["n_readouts_at_risk"] == 0).to_numpy(),
        "entered_late": exposed & (begin > origin),
        "in_first_readout": np.isfinite(first) & ~np.isfinite(last),
        "before_reference": np.isfinite(first) & (first < reference),
        "imprecise": np.isfinite(first) & (table["first_earliest"].to_numpy() < first),
        "undated_use": table["undated_use"].to_numpy(),
        "reference_unknown": ~np.isfinite(reference),
    }
    names = np.array(list(marks))
    return ["; ".join(names[row]) for row in np.column_stack(list(marks.values())).astype(bool)]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    for name in ("at_risk_from", "last_without", "first_observed", "first_earliest", "first_quoted"):
        table[name] = as_dates(np.asarray(table[name], dtype=np.float64))
    counts = [name for name in COLUMNS if name.startswith("n_")]
    kinds = dict.fromkeys(counts, "int64") | {"censored": bool, "lag_low": float, "lag_high": float}
    return table.astype({**kinds, "reference_first": "datetime64[s]"})


def bounds_by_place(days: pd.DataFrame) -> dict[str, tuple[Days, Days]]:
    """Give the earliest and the latest days of each place's readouts, in the order of `readout_days`."""
    places = days["place"].to_numpy()
    cuts = np.flatnonzero(places[1:] != places[:-1]) + 1  # they come by place
    earliest, latest = (np.split(as_days(days[name]), cuts) for name in ("earliest", "latest"))
    names = [str(places[at]) for at in [0, *cuts.tolist()]] if len(places) else []
    return dict(zip(names, zip(earliest, latest, strict=True), strict=False))


def as_days(dates: pd.Series, *, missing: float = np.inf) -> Days:
    """Count days since 1970-01-01; `missing` where there is no date.

    Examples
    --------
    >>> as_days(pd.Series(pd.to_datetime(["1970-01-03", None]))).tolist()
    [2.0, inf]
    """
    values = dates.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(values), missing, values.astype(np.int64).astype(np.float64))


def as_dates(days: Days) -> npt.NDArray[np.datetime64]:
    """Turn counted days into dates, null where they are not finite."""
    known = np.isfinite(days)
    dates = np.where(known, days, 0).astype(np.int64).astype("datetime64[D]").astype("datetime64[s]")
    dates[~known] = np.datetime64("NaT")
    return dates
