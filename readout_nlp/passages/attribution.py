"""Passages that an earlier text held already: what may have come to both from a third source."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

HALF = 0.5
Marks = npt.NDArray[np.bool_]


def explained(passages: pd.DataFrame, source_days: np.ndarray, *, share: float = HALF) -> Marks:
    """Mark the passages that their target shares with a still earlier text.

    Parameters
    ----------
    passages
        Directed passages: ``target_id``, ``target_start``, ``target_end``.
    source_days
        The last day each source may be from and the first, shape (n_passages, 2), in days since 1970; minus
        infinity for an undated reference text.
    share
        Of a passage's characters, how many must stand in earlier texts.

    Returns
    -------
    ndarray of bool
        True where at least `share` of the passage is in texts that are earlier than its source.

    Examples
    --------
    >>> both = pd.DataFrame({"target_id": ["t", "t"], "target_start": [0, 2], "target_end": [20, 18]})
    >>> explained(both, np.array([[5.0, 5.0], [9.0, 9.0]])).tolist()
    [False, True]
    """
    starts, ends, size = _places(passages)
    last, first = source_days[:, 0], source_days[:, 1]
    oldest = np.full(size, np.inf)
    for row in np.argsort(-last, kind="stable"):  # the earliest source is written last
        oldest[starts[row] : ends[row]] = last[row]
    held = [
        float((oldest[start:end] < day).sum()) for start, end, day in zip(starts, ends, first, strict=True)
    ]
    return np.asarray(np.array(held) >= share * np.maximum(ends - starts, 1), dtype=np.bool_)


def contested(passages: pd.DataFrame, *, share: float = HALF) -> Marks:
    """Mark the passages of which another one of the table covers at least `share` of the target.

    Examples
    --------
    >>> both = pd.DataFrame({"target_id": ["t", "t"], "target_start": [0, 15], "target_end": [20, 30]})
    >>> contested(both).tolist()
    [False, False]
    """
    starts, ends, size = _places(passages)
    steps = np.zeros(size + 1, dtype=np.int64)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    shared = np.concatenate([[0], np.cumsum(np.cumsum(steps)[:-1] > 1)])
    covered = shared[ends] - shared[starts]
    return np.asarray(covered >= share * np.maximum(ends - starts, 1), dtype=np.bool_)


def _places(passages: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, int]:
    """Lay all targets one after the other."""
    code, names = pd.factorize(passages["target_id"], sort=True)
    ends = passages["target_end"].to_numpy(np.int64)
    longest = np.zeros(len(names), dtype=np.int64)
    np.maximum.at(longest, code, ends)
    base = np.concatenate([[0], np.cumsum(longest)])
    return base[code] + passages["target_start"].to_numpy(np.int64), base[code] + ends, int(base[-1])
