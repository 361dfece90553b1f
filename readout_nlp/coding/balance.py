"""No leak: options are drawn and ordered so that no strategy without reading beats chance.

An intruder that is always the rarest word, the shortest, or the first can be found without understanding
anything, and a high score then validates nothing. So among random candidates the one is taken that keeps
the score of such strategies over all tasks nearest to chance, and every position holds the answer equally
often.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from readout_nlp.topics.fit import Array

N_CANDIDATES = 60


def cue_hits(answer: npt.ArrayLike, others: npt.ArrayLike) -> Array:
    """Say how often a strategy finds the answer by each of several values: the least, then the greatest.

    Parameters
    ----------
    answer
        The values of the answer, such as its frequency and its length.
    others
        Those of the other options.

    Returns
    -------
    ndarray of shape (2 * n_values,)
        From 0 to 1 (ties are broken at random), least and greatest of each value in turn.

    Examples
    --------
    >>> cue_hits([2.0], [[2.0], [5.0]]).tolist()
    [0.5, 0.0]
    """
    own, rest = np.asarray(answer, dtype=np.float64), np.asarray(others, dtype=np.float64)
    ties = 1.0 / (1.0 + (rest == own).sum(axis=0))
    least = np.where((rest < own).any(axis=0), 0.0, ties)
    greatest = np.where((rest > own).any(axis=0), 0.0, ties)
    return np.stack([least, greatest], axis=1).ravel()


def choose_balanced(hits: Sequence[Array], *, chance: float) -> list[int]:
    """Choose one candidate a task so that no cue gives the answers away.

    Parameters
    ----------
    hits : sequence of ndarray of shape (n_candidates, n_cues)
        One array a task, from `cue_hits`; candidates in random order.
    chance
        What a cue should score in the mean over tasks.

    Returns
    -------
    list of int
        The candidate of each task: the first of those that bring the sums nearest to what chance gives.

    Examples
    --------
    >>> choose_balanced([np.array([[1.0], [0.0]])] * 4, chance=0.25)
    [1, 0, 1, 1]
    """
    total = np.zeros(hits[0].shape[1]) if hits else np.zeros(0)
    chosen = []
    for number, candidates in enumerate(hits, start=1):
        away = ((total + candidates - number * chance) ** 2).sum(axis=1)
        best = int(np.argmin(away))
        total = total + candidates[best]
        chosen.append(best)
    return chosen


def answer_positions(n_tasks: int, n_options: int, *, chance: np.random.Generator) -> npt.NDArray[np.intp]:
    """Give each task the position of its answer: every position equally often, in random order.

    Examples
    --------
    >>> np.bincount(answer_positions(6, 3, chance=np.random.default_rng(0))).tolist()
    [2, 2, 2]
    """
    whole = np.arange(n_tasks) % n_options
    return np.asarray(chance.permutation(whole), dtype=np.intp)


def put_at(others: Sequence[str], answer: str, position: int) -> tuple[str, ...]:
    """Put the answer among the other options.

    Examples
    --------
    >>> put_at(("水", "电"), "路", 1)
    ('水', '路', '电')
    """
    return (*others[:position], answer, *others[position:])
