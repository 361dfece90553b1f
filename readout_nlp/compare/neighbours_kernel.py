"""The loop that finds the nearest rows of a sparse matrix: an inverted index, and the best in order."""

from __future__ import annotations

from typing import Any

import numpy as np

from readout_nlp.compiled import compiled


@compiled
def nearest(
    span: Any,
    starts: Any,
    columns: Any,
    weights: Any,
    posts: Any,
    rows: Any,
    post_weights: Any,
    k: Any,
    found: Any,
    scores: Any,
) -> None:
    """Fill `found` and `scores` (n, k) for the rows of a span, best first; -1 and 0 where there are fewer.

    `starts`, `columns`, `weights` are the matrix by rows (CSR), `posts`, `rows`, `post_weights` the same by
    terms (CSC). Of equal scores the earlier row stands first: rows are visited in order, and a later one must
    be strictly better to pass.
    """
    n = found.shape[0]
    total = np.zeros(n)
    for row in range(span[0], span[1]):
        total[:] = 0.0
        for at in range(starts[row], starts[row + 1]):
            weight = weights[at]
            for post in range(posts[columns[at]], posts[columns[at] + 1]):
                total[rows[post]] += weight * post_weights[post]
        held = 0
        for other in range(n):
            score = total[other]
            if score <= 0.0 or other == row or (held == k and score <= scores[row, k - 1]):
                continue
            place = held if held < k else k - 1
            while place > 0 and scores[row, place - 1] < score:
                scores[row, place] = scores[row, place - 1]
                found[row, place] = found[row, place - 1]
                place -= 1
            scores[row, place] = score
            found[row, place] = other
            held = min(held + 1, k)
