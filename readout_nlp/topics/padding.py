"""Topics padded to what the processor takes at a time."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

WIDTH = 8

Number = TypeVar("Number", np.float32, np.float64)


def wide(rows: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Pad the topics, the last axis, with zeros to a multiple of `WIDTH`.

    Examples
    --------
    >>> wide(np.ones((1, 3))).tolist()
    [[1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    """
    return np.pad(rows, ((0, 0), (0, -rows.shape[1] % WIDTH)))
