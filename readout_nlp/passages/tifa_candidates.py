"""Candidates for tifa: what is quoted, what abbreviates by numbers, what holds together and spreads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.passages.ngrams import Grams, recurring
from readout_nlp.passages.tifa_match import CLOSING, OPENING, occurrences
from readout_nlp.passages.variants import read_terms
from readout_nlp.readouts.spans import fold

COLUMNS = (
    "term",
    "kind",
    "n",
    "n_readouts",
    "n_places",
    "n_quoted",
    "first",
    "last",
    "cohesion",
    "left_entropy",
    "right_entropy",
    "growth",
    "score",
)
KINDS = ("abbreviation", "quoted", "ngram")
MIN_N, MIN_PLACES, MIN_COHESION, MIN_ENTROPY = 5, 2, 3.0, 1.0
LENGTHS = range(3, 9)
_QUOTED = re.compile(r"[“「『\"]([^“”「」『』\",;:。!?、()《》<>\s]{2,12})[”」』\"]")
_BETWEEN_MARKS = re.compile(
    f"(?<=[{OPENING}])[^{OPENING}{CLOSING}\n]{{{LENGTHS.start},{LENGTHS.stop - 1}}}(?=[{CLOSING}])"
)
_NUMBER = "一二两三四五六七八九十百千万双"
# a number and what is counted or said of it, no time, money or person: 四个意识, 三严三实, 一图四单
_COUNTED = "年月日时分秒季次名亿元米吨第到至多余几点章条款届楼号些系般"
_ABBREVIATION = re.compile(f"[{_NUMBER}][^{_NUMBER}{_COUNTED}]")
_SCORED = ("cohesion", "entropy", "growth", "n_places", "quoted_share")


def tifa_candidates(
    corpus: Corpus,
    *,
    min_n: int = MIN_N,
    min_places: int = MIN_PLACES,
    min_cohesion: float = MIN_COHESION,
    min_entropy: float = MIN_ENTROPY,
    kinds: Iterable[str] = KINDS,
    most: int = 2000,
) -> pd.DataFrame:
    """List wordings that may be tifa, for a reader to go through.

    Parameters
    ----------
    corpus : Corpus
    min_n, min_places
        Occurrences, and places that print it.
    min_cohesion
        Bits: a run of characters must be more frequent than its parts would be by chance, at its weakest
        cut. Not asked of what is quoted.
    min_entropy
        Bits, on either side: its neighbours must vary, else it is part of something longer.
    kinds
        ``abbreviation``: begins with a number that counts no time, money or persons (四个意识, 一图四单);
        ``quoted``: stands in quotation marks in half of its occurrences or more; ``ngram``: any other run of
        three to eight Chinese characters.
    most
        So many at most, by their score.

    Returns
    -------
    pandas.DataFrame
        Best first: ``term``, ``kind``, ``n``, ``n_readouts``, ``n_places``, ``n_quoted`` (occurrences),
        ``first`` and ``last`` (meeting days that are certain), ``cohesion``, ``left_entropy``,
        ``right_entropy`` (bits; NaN for wordings with other than three to eight Chinese characters),
        ``growth`` (log2 of the share of readouts with it in the later half of the dated readouts over that in
        the earlier half, each with half a readout added), ``score`` (0 to 1: the mean rank among the
        candidates by cohesion, lower entropy, growth, places and share quoted). ``attrs``: the settings and
        ``left_out`` (readouts without a day, of which growth knows nothing; candidates beyond `most`).

    Raises
    ------
    RecipeError
        If a setting cannot be used.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> found = tifa_candidates(rn.sample_corpus(cities=1, years=2, per_cell=8), kinds=["abbreviation"])
    >>> set(found["kind"]) <= {"abbreviation"}
    True
    """
    wanted = set(kinds)
    _check(wanted, min_n=min_n, min_places=min_places, most=most)
    bodies = [fold(body or "") for body in corpus.readouts["body"].to_list()]
    runs = _runs(recurring(bodies, min_count=min_n, lengths=LENGTHS), min_entropy)
    quoted = Counter(hit for body in bodies for hit in _QUOTED.findall(body))
    firm = [term for term, about in runs.items() if about[0] >= min_cohesion]
    if "ngram" not in wanted:
        firm = _no_plain_ngrams(firm, bodies)
    listed = sorted({*firm, *(term for term, n in quoted.items() if n >= 2)})
    table = _measured(corpus, listed, runs) if listed else pd.DataFrame(columns=list(COLUMNS))
    table = table[(table["n"] >= min_n) & (table["n_places"] >= min_places) & table["kind"].isin(wanted)]
    table = _scored(table.reset_index(drop=True))
    result = table[list(COLUMNS)].head(most).reset_index(drop=True)
    result.attrs = {
        "min_n": min_n,
        "min_places": min_places,
        "min_cohesion": min_cohesion,
        "min_entropy": min_entropy,
        "kinds": [kind for kind in KINDS if kind in wanted],
        "left_out": {
            "date": corpus.readouts["meeting_date"].null_count(),
            "candidates": max(len(table) - most, 0),
        },
        "method": "runs of characters by cohesion and boundary entropy, and quoted wordings",
    }
    return result


def _check(kinds: set[str], *, min_n: int, min_places: int, most: int) -> None:
    faults = [f"kinds with {name!r}" for name in sorted(kinds - set(KINDS))]
    faults += [] if kinds else ["no kind"]
    faults += [] if min_n >= 2 else [f"min_n={min_n!r}"]
    faults += [] if min_places >= 1 else [f"min_places={min_places!r}"]
    faults += [] if most >= 1 else [f"most={most!r}"]
    if faults:
        raise RecipeError(
            "; ".join(faults),
            f"kinds of {', '.join(KINDS)}, min_n of 2 or more, min_places and most of 1 or more",
            "change them",
        )


def _no_plain_ngrams(terms: list[str], bodies: list[str]) -> list[str]:
    """Leave out what can only be an ``ngram``: no need to look for all its occurrences."""
    between = {hit for body in bodies for hit in _BETWEEN_MARKS.findall(body)}
    return [term for term in terms if term in between or _kind(term, 0.0) != "ngram"]


def _runs(found: list[Grams], min_entropy: float) -> dict[str, tuple[float, float, float]]:
    """Give cohesion and entropies of the runs whose neighbours vary on both sides."""
    return dict(pair for grams in found for pair in _free(grams, min_entropy))


def _free(grams: Grams, min_entropy: float) -> Iterator[tuple[str, tuple[float, float, float]]]:
    free = (grams.left_entropy >= min_entropy) & (grams.right_entropy >= min_entropy)
    values = np.column_stack([grams.cohesion, grams.left_entropy, grams.right_entropy])
    for row in np.flatnonzero(free).tolist():
        cohesion, left, right = values[row].tolist()
        yield grams.terms[row], (cohesion, left, right)


def _measured(corpus: Corpus, terms: list[str], runs: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    hits, _ = occurrences(corpus, read_terms(terms), nested=True)
    by_term = hits.groupby("term")
    table = by_term.agg(
        n=("start", "size"),
        n_readouts=("readout_id", "nunique"),
        n_places=("place", "nunique"),
        n_quoted=("quoted", "sum"),
        first=("date", "min"),
        last=("date", "max"),
    ).reset_index()
    unknown = (float("nan"),) * 3
    about = np.array([runs.get(term, unknown) for term in table["term"]]).reshape(len(table), 3)
    table["cohesion"], table["left_entropy"], table["right_entropy"] = about.T
    table["quoted_share"] = table["n_quoted"] / table["n"]
    table["growth"] = table["term"].map(_growth(corpus, hits))
    table["kind"] = [
        _kind(term, share)
        for term, share in table[["term", "quoted_share"]].itertuples(index=False, name=None)
    ]
    return table


def _kind(term: str, quoted_share: float) -> str:
    if _ABBREVIATION.match(term) and len(term) >= LENGTHS.start:
        return "abbreviation"
    return "quoted" if quoted_share >= 0.5 else "ngram"


def _growth(corpus: Corpus, hits: pd.DataFrame) -> pd.Series:
    """Compare the later half of the dated readouts with the earlier."""
    dated = corpus.readouts["meeting_date"].drop_nulls().sort()
    terms = sorted(set(hits["term"]))
    if not len(dated):
        return pd.Series(np.nan, index=terms)
    middle = pd.Timestamp(dated[len(dated) // 2])
    n_early = int((dated < middle.date()).sum())
    uses = hits.dropna(subset="date").drop_duplicates(["term", "readout_id"])
    late = uses["date"] >= middle
    with_late = uses[late].groupby("term").size().reindex(terms, fill_value=0)
    with_early = uses[~late].groupby("term").size().reindex(terms, fill_value=0)
    late_share = (with_late + 0.5) / (len(dated) - n_early + 1)
    return pd.Series(np.log2(late_share / ((with_early + 0.5) / (n_early + 1))))


def _scored(table: pd.DataFrame) -> pd.DataFrame:
    whole = table.assign(entropy=table[["left_entropy", "right_entropy"]].min(axis=1))
    for name in _SCORED:
        whole[name] = whole[name].astype(float) if name in whole.columns else np.nan
    ranks = whole[list(_SCORED)].rank(pct=True, na_option="keep")
    whole["score"] = ranks.mean(axis=1)  # over what is known of each
    whole["n_places"] = whole["n_places"].astype("int64")
    return whole.sort_values(["score", "term"], ascending=[False, True])
