"""Fixed points of a slow iteration over distributions, many at once: EM steps, extrapolated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from readout_nlp.compare.turnbull_kernel import differences, farthest, leap

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

_LONGEST = 1e9  # of a leap, in steps
_LEAST = 0.1  # a leap leaves a cell at least this share of what two steps leave it: an EM step never fills 0
_FURTHER = 2.0  # a leap from which the next step goes this much further than before it is taken back


def fixed_points(step: Callable[[Array, Rows], Array], start: Array, *, cycles: int, change: float) -> Array:
    """Iterate rows of masses until a step changes nothing, each row on its own.

    EM converges slowly where little is known, and steps that are small by then look like an end. Of three
    points in a row the limit is guessed and the next step taken from there (SQUAREM, scheme S3: Varadhan and
    Roland 2008); a guess that leads away is taken back. Rows that have come to rest are left alone.

    Parameters
    ----------
    step
        Gives the next masses of some rows; the second argument says which rows of `start` they are.
    start : ndarray of shape (n_rows, n_cells)
        Masses; rows sum to 1.
    cycles
        At most so many times three steps.
    change
        A row is at rest when no cumulated mass moves as far as this in a step, 0 to 1.

    Returns
    -------
    ndarray of shape (n_rows, n_cells)
        Rows sum to 1.

    Examples
    --------
    >>> slow = lambda mass, rows: 0.999 * mass + 0.001 * np.array([[0.25, 0.75]])
    >>> fixed_points(slow, np.array([[0.5, 0.5]]), cycles=5, change=1e-6).round(6).tolist()
    [[0.25, 0.75]]
    """
    mass = start.copy()
    left = np.arange(len(start))
    for _ in range(cycles):
        mass[left], far = _cycle(step, mass[left], left)
        left = left[far >= change]
        if not len(left):
            break
    return mass


def _cycle(step: Callable[[Array, Rows], Array], mass: Array, rows: Rows) -> tuple[Array, Array]:
    """Take two steps, leap, and take a third; give where that leads, and how far the second step went."""
    one = step(mass, rows)
    two = step(one, rows)
    far = _moved(one, two)
    guess = _leap(mass, one, two)
    new = step(guess, rows)
    good = _moved(guess, new) <= _FURTHER * far
    return np.where(good[:, None], new, two), far


def _leap(mass: Array, one: Array, two: Array) -> Array:
    """Guess where the steps lead: r and v of the paper are the first difference and the second."""
    first, second, squares = np.empty_like(mass), np.empty_like(mass), np.empty((2, *mass.shape))
    differences((mass, one, two), first, second, squares)
    length = np.sqrt(squares[0].sum(axis=1) / np.maximum(squares[1].sum(axis=1), 1e-300))
    leap((mass, one, two), first, second, np.clip(length, 1.0, _LONGEST), _LEAST)
    second /= second.sum(axis=1, keepdims=True)
    return second


def _moved(before: Array, after: Array) -> Array:
    moved = np.empty(len(before))
    farthest(before, after, moved)
    return moved
