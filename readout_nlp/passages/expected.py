"""How many passages a search would find, told from a few of its texts: all may be too many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from readout_nlp.passages.folding import fold_texts

LENGTH = 12  # characters of a run that two texts share
COMMON = 0.02  # share of the texts above which a run is formula, and no passage
RUNS = 5  # neighbouring runs that lie in one passage, about
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


def passages_per_pair(texts: Sequence[str]) -> float:
    """Estimate how many passages two of these texts share on average.

    Counts the runs of `LENGTH` characters that pairs share, those left out that stand in more than `COMMON`
    of the texts. An estimate of the right size and no more: for deciding how much can be searched.

    Parameters
    ----------
    texts
        Some texts, drawn by lot.

    Returns
    -------
    float
        At least 0; 0 for fewer than two texts.

    Examples
    --------
    >>> passages_per_pair(["沿江的灯会要办好也要办得久"] * 2 + [f"第{n}件事" for n in range(98)]) > 0
    True
    >>> passages_per_pair(["沿江的灯会"])
    0.0
    """
    n_texts = len(texts)
    folded = fold_texts(texts)
    if n_texts < 2 or len(folded.codes) < LENGTH:
        return 0.0
    count = len(folded.codes) - LENGTH + 1
    runs = np.zeros(count, np.uint64)
    for at in range(LENGTH):
        runs = runs * _SPREAD + folded.codes[at : at + count].astype(np.uint64) + np.uint64(1)
    text = folded.text_of[:count]
    within = text == folded.text_of[LENGTH - 1 :]
    order = np.lexsort((text[within], runs[within]))
    runs, text = runs[within][order], text[within][order]
    new = np.ones(len(runs), dtype=bool)
    new[1:] = (runs[1:] != runs[:-1]) | (text[1:] != text[:-1])
    held = np.unique(runs[new], return_counts=True)[1].astype(float)
    held = held[held <= max(2.0, COMMON * n_texts)]
    return float((held * (held - 1)).sum() / (n_texts * (n_texts - 1)) / RUNS)
