"""Where strings occur in texts, punctuation and white space left aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.errors import InputError
from readout_nlp.passages.folding import Folded, fold_string, fold_texts
from readout_nlp.passages.formula_kernel import head_hashes, mark_strings

HEAD = 6  # of a string, at most so many characters are looked up; the rest is compared


def formula_spans(text: str, formula: pd.DataFrame | Iterable[str]) -> list[tuple[int, int]]:
    """Find the spans of a text that are formula.

    Parameters
    ----------
    text
    formula
        As `estimate_formula` gives it, or strings.

    Returns
    -------
    list of (int, int)
        Half-open spans of the text as given, in order; they neither overlap nor touch. Marks and white space
        inside one belong to it, those at its ends do not.

    Examples
    --------
    >>> formula_spans("会议，指出：办好灯会。会议要求，", ["会议指出", "指出办好", "会议要求"])
    [(0, 8), (11, 15)]
    """
    found = mark_formula({"": text}, formula)
    return list(zip(found["start"].tolist(), found["end"].tolist(), strict=True))


def mark_formula(texts: Mapping[str, str], formula: pd.DataFrame | Iterable[str]) -> pd.DataFrame:
    """Find the spans of many texts that are formula.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``start``, ``end``, as `formula_spans` gives them, in the order of `texts`.

    Examples
    --------
    >>> mark_formula({"a": "", "b": "会议指出：办"}, ["会议指出"]).to_numpy().tolist()
    [['b', 0, 4]]
    """
    folded = fold_texts(list(texts.values()))
    mask = formula_mask(folded, formula)
    before = np.concatenate([[False], mask[:-1]])
    after = np.concatenate([mask[1:], [False]])
    first_of_text, last_of_text = np.zeros((2, len(mask) + 1), dtype=bool)
    first_of_text[folded.starts[:-1]] = True
    last_of_text[folded.starts[1:] - 1] = True  # of an empty first text: the spare place at the end
    begins = np.flatnonzero(mask & (~before | first_of_text[:-1]))
    ends = np.flatnonzero(mask & (~after | last_of_text[:-1]))
    names = np.array(list(texts), dtype=object)
    return pd.DataFrame(
        {
            "id": names[folded.text_of[begins]],
            "start": folded.places[begins].astype(np.int64),
            "end": folded.places[ends].astype(np.int64) + 1,
        }
    )


def formula_mask(folded: Folded, formula: pd.DataFrame | Iterable[str]) -> npt.NDArray[np.bool_]:
    """Say of every folded character whether it lies in one of the strings."""
    mask = np.zeros(len(folded.codes), dtype=bool)
    strings = sorted(folded_strings(formula))
    if not strings or not len(mask):
        return mask
    length = min(HEAD, min(map(len, strings)))
    own = fold_texts(strings)
    heads = head_hashes(own.codes, own.starts, length)
    order = np.argsort(heads, kind="stable")
    own = fold_texts([strings[at] for at in order])
    mark_strings(folded.codes, folded.starts, own.codes, own.starts, heads[order], length, mask)
    return mask


def folded_strings(strings: pd.DataFrame | Iterable[str]) -> set[str]:
    """Give strings, or the ``text`` column of a table of formula, as they are matched; empty ones go.

    Raises
    ------
    InputError
        If a table has no such column, or one string is given instead of several.
    """
    if isinstance(strings, pd.DataFrame) and "text" not in strings:
        raise InputError(
            f"a table with the columns {', '.join(map(str, strings.columns))}",
            "a column text",
            "pass the table that estimate_formula gives",
        )
    if isinstance(strings, str):
        raise InputError(f"one string, {strings!r}", "several", "put it into a list")
    given = strings["text"] if isinstance(strings, pd.DataFrame) else strings
    return {form for text in given if (form := fold_string(text))}
