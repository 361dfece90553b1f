"""What is done to every number in a step of Turnbull's estimate, in one go over each row."""

from __future__ import annotations

from typing import Any

from readout_nlp.compiled import compiled


@compiled
def weigh(seen: Any, weights: Any, rows: Any, least: float) -> None:
    """Divide the weight of each unit by how likely what was seen of it is, at least `least`, in place.

    Parameters
    ----------
    seen : ndarray of shape (n_rows, n_units)
        Probabilities; what they become.
    weights : ndarray of shape (n_weightings, n_units)
    rows : ndarray of int, shape (n_rows,)
        Which weighting each row is of.
    least : float
    """
    for row in range(len(rows)):
        own = weights[rows[row]]
        for unit in range(seen.shape[1]):
            seen[row, unit] = own[unit] / max(seen[row, unit], least)


@compiled
def farthest(before: Any, after: Any, moved: Any) -> None:
    """Put into ``moved`` how far the cumulated mass of each row moves where it moves farthest."""
    for row in range(len(moved)):
        total, most = 0.0, 0.0
        for cell in range(before.shape[1]):
            total += after[row, cell] - before[row, cell]
            most = max(most, abs(total))
        moved[row] = most


@compiled
def reweigh(new: Any, mass: Any, totals: Any, rows: Any) -> None:
    """Multiply what units give to each cell by its mass, and divide by the weight of all units, in place."""
    for row in range(len(rows)):
        total = totals[rows[row]]
        for cell in range(new.shape[1]):
            new[row, cell] = new[row, cell] * mass[row, cell] / total


@compiled
def differences(points: Any, first: Any, second: Any, squares: Any) -> None:
    """Put in the first and second differences of three points in a row, and the squares of both."""
    mass, one, two = points
    for row in range(mass.shape[0]):
        for cell in range(mass.shape[1]):
            r = one[row, cell] - mass[row, cell]
            v = two[row, cell] - 2 * one[row, cell] + mass[row, cell]
            first[row, cell], second[row, cell] = r, v
            squares[0, row, cell], squares[1, row, cell] = r * r, v * v


@compiled
def leap(points: Any, first: Any, second: Any, length: Any, least: float) -> None:
    """Put into ``second`` where a leap of each row's ``length`` leads, at least a part of the third point."""
    mass, _, two = points
    for row in range(mass.shape[0]):
        twice, square = 2 * length[row], length[row] * length[row]
        for cell in range(mass.shape[1]):
            led = mass[row, cell] + twice * first[row, cell] + square * second[row, cell]
            second[row, cell] = max(led, least * two[row, cell])
