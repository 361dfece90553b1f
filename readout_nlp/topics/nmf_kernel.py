"""The inner loop of NMF's coordinate descent: as scikit-learn's, many rows side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled

WIDE = 128  # rows side by side: each by itself, so that no result depends on it


@compiled
def descend(weights: Any, gram: Any, target: Any, slopes: Any) -> Any:
    """Move all weights once down the slope of the squared error, a topic after the other, never below 0.

    Every row moves for itself, in the order of scikit-learn's loop, and so to the same bits; its slopes are
    added up afterwards in the order of that loop too.

    Parameters
    ----------
    weights : ndarray of shape (n_rows, n_topics)
        Moved in place.
    gram : ndarray of shape (n_topics, n_topics)
        Products of the other side's topics.
    target : ndarray of shape (n_rows, n_topics)
        Products of the data and the other side.
    slopes : ndarray of shape (n_topics, n_rows or more)
        Room for what is added up.

    Returns
    -------
    float
        Sum of the slopes that weights could move along; 0 where the error cannot be less.
    """
    n_rows, n_topics = weights.shape
    held = np.zeros((n_topics, WIDE), weights.dtype)
    slope = np.zeros(WIDE, weights.dtype)
    for start in range(0, n_rows, WIDE):
        size = min(WIDE, n_rows - start)
        for row in range(size):
            for topic in range(n_topics):
                held[topic, row] = weights[start + row, topic]
        for topic in range(n_topics):
            for row in range(size):
                slope[row] = -target[start + row, topic]
            for other in range(n_topics):
                product = gram[topic, other]
                for row in range(WIDE):
                    slope[row] += product * held[other, row]
            steep = gram[topic, topic]
            for row in range(size):
                weight, down = held[topic, row], slope[row]
                slopes[topic, start + row] = max(-down, 0) if weight == 0 else abs(down)
                if steep != 0:
                    held[topic, row] = max(weight - down / steep, 0)
        for row in range(size):
            for topic in range(n_topics):
                weights[start + row, topic] = held[topic, row]
    total = slopes[0, 0] * 0
    for topic in range(n_topics):
        for row in range(n_rows):
            total += slopes[topic, row]
    return total
