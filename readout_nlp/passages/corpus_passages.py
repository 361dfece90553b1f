"""Passages that items of a corpus share with each other and with a reference corpus, earlier text first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.passages.dated_texts import item_texts, reference_texts
from readout_nlp.passages.direction import orient
from readout_nlp.passages.formula import estimate_formula
from readout_nlp.passages.reuse import text_reuse
from readout_nlp.readouts.readout import LEVELS
from readout_nlp.reference.terms import fictional_tifa, official_terms

MIN_LENGTH = 12
RELATIONS = ("up", "own", "peer", "unknown")
RANKS = {level: rank for rank, level in enumerate(LEVELS) if level != "other"}  # which is above, which below
FREQUENT = ((4, 0.10), (6, 0.02))  # characters of a wording, and the share of items it must stand in
PLACES, YEARS = 0.2, 0.5  # of all places and years; where a place has few texts, not every one can print it
LONG = 1200  # characters: an item is shorter, a whole report longer
SEPARATOR = "\x1f"  # between the id of a text and the number of its paragraph: in no id
_ABOUT = ("readout_id", "place", "level", "year")


def corpus_passages(
    corpus: Corpus,
    reference: Corpus | Mapping[str, str] | None = None,
    *,
    reference_dates: Mapping[str, date] | None = None,
    formula: pd.DataFrame | bool = True,
    min_length: int = MIN_LENGTH,
    **settings: Any,
) -> pd.DataFrame:
    """Find what the items of a corpus share, with each other and with a reference, the earlier text first.

    Items of one readout are one publication: what they share among themselves is no reuse and is counted.

    Parameters
    ----------
    corpus : Corpus
    reference
        Texts from above, such as the centre's: a corpus, whose readouts are taken whole, or texts by id.
    reference_dates
        Days of reference texts by id; without any, the texts are taken to be older than the corpus. Texts
        missing from it have no known day.
    formula
        The wording of the genre: a table as `estimate_formula` gives it, True to estimate it from this
        corpus, False for none.
    min_length
        The fewest matched characters of a passage, and the fewest of them outside formula.
    **settings
        To `text_reuse`.

    Returns
    -------
    pandas.DataFrame
        One row a passage: the columns of `text_reuse`, then ``kind`` (``reference`` or ``text``),
        ``directed``, ``lag_days`` (see `orient`), ``relation`` (``up``: the source is of the reference or of
        a higher level; ``own``: of the same place; ``peer``: of another place of the same or a lower level;
        ``unknown``: a place is not known), ``source_place``, ``target_place``, ``source_readout``,
        ``target_readout``, ``target_year``.

        ``attrs``: ``left_out`` (passages ``within_readout``, and those of which the reference text is
        ``later``), ``n_formula`` (wordings), ``n_reference`` (texts), ``n_items``, ``undated_items``.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=1, years=1, per_cell=2)
    >>> shared = corpus_passages(corpus, {"a": "x"}, formula=False)
    >>> set(shared["relation"]) <= set(RELATIONS)
    True
    """
    texts = item_texts(corpus)
    wording = formula_of(texts, formula)
    options = {"min_length": min_length, "min_beyond": min_length, "formula": wording, **settings}
    shared = text_reuse(corpus, unit="item", **options)
    own = _described(orient(shared, texts), texts, texts)
    parts, n_reference = [own], 0
    if reference is not None:
        above = reference_texts(reference, reference_dates)
        n_reference = len(above)
        found = text_reuse(_texts(texts), reference=_texts(above), **options)
        parts.append(_described(orient(found, texts, above), above, texts))
    return _joined(parts, texts, n_formula=0 if wording is None else len(wording), n_reference=n_reference)


def _texts(frame: pd.DataFrame) -> dict[str, str]:
    return dict(zip(frame.index, frame["text"], strict=True))


def formula_of(texts: pd.DataFrame, formula: pd.DataFrame | bool) -> pd.DataFrame | None:
    """Give the table of formula to use: the given one, one estimated from `item_texts`, or none.

    Estimated, a wording is formula if it stands in items of at least a fifth of the places and half of the
    years; and in 2 % of all items where it has 6 characters or more, in 10 % where it has 4 or 5: short runs
    are also made of common words. Official terms are kept apart. Of a long text every paragraph counts for
    itself: a whole report holds every common phrase, and nearly all of it would pass for formula.
    """
    if isinstance(formula, pd.DataFrame):
        return formula
    if not formula:
        return None
    known = texts.dropna(subset=["place", "year"])
    strings = {key: part for key, text in _texts(known).items() for key, part in _paragraphs(key, text)}
    of_text = {key: key.split(SEPARATOR)[0] for key in strings}
    places = {key: known["place"][name] for key, name in of_text.items()}
    years = {key: int(known["year"][name]) for key, name in of_text.items()}
    parts = []
    for length, share in FREQUENT:
        least = max(1, ceil(share * len(strings)))
        found = estimate_formula(
            strings,
            places,
            years,
            min_length=length,
            min_documents=least,
            place_share=PLACES,
            year_share=YEARS,
            tifa=[one.term for one in (*official_terms(), *fictional_tifa())],
        )
        parts.append(found)
    return pd.concat([part for part in parts if len(part)] or parts[:1]).drop_duplicates(ignore_index=True)


def _paragraphs(key: str, text: str) -> list[tuple[str, str]]:
    """Cut a long text at its line ends."""
    if len(text) <= LONG:
        return [(key, text)]
    lines = [line for line in text.split("\n") if line.strip()]
    return [(f"{key}{SEPARATOR}{number}", line) for number, line in enumerate(lines)]


def _described(table: pd.DataFrame, sources: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Add where both texts are from, and what the source is to the target."""
    table = table.copy()
    about = {
        side: {name: frame[name].reindex(table[f"{side}_id"]).to_numpy(dtype=object) for name in _ABOUT}
        for side, frame in (("source", sources), ("target", targets))
    }
    reference = (table["kind"] == "reference").to_numpy()
    table["relation"] = _relation(about["source"], about["target"], reference)
    for side in ("source", "target"):
        table[f"{side}_place"] = about[side]["place"]
        table[f"{side}_readout"] = about[side]["readout_id"]
    table["target_year"] = about["target"]["year"]
    return table


def _relation(
    source: dict[str, np.ndarray], target: dict[str, np.ndarray], reference: np.ndarray
) -> np.ndarray:
    unknown = pd.isna(source["place"]) | pd.isna(target["place"])
    ranks = [pd.Series(side["level"], dtype=object).map(RANKS).to_numpy(float) for side in (source, target)]
    choices = [reference, unknown, source["place"] == target["place"], ranks[0] < ranks[1]]
    return np.select(choices, ["up", "unknown", "own", "up"], default="peer").astype(object)


def _joined(
    parts: list[pd.DataFrame], texts: pd.DataFrame, *, n_formula: int, n_reference: int
) -> pd.DataFrame:
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    # a readout that is in the reference, too, is no source of itself
    within = (
        table["source_readout"].notna() & (table["source_readout"] == table["target_readout"])
    ).to_numpy(bool)
    later = table["later"].to_numpy(bool) & ~within
    kept = table[~within & ~later].drop(columns="later")
    order = ["target_id", "target_start", "target_end", "kind", "source_id", "source_start"]
    kept = kept.sort_values(order, ignore_index=True)
    kept.attrs = {
        "method": "passages shared by items, the earlier text first",
        "left_out": {"within_readout": int(within.sum()), "later": int(later.sum())},
        "n_formula": n_formula,
        "n_reference": n_reference,
        "n_items": len(texts),
        "undated_items": int(texts[["earliest", "latest"]].isna().all(axis=1).sum()),
    }
    return kept
