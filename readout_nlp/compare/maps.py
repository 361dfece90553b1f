"""A map of cities: those with like agendas lie near each other, and each has an ellipse of uncertainty."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.compare.distance import metric_named
from readout_nlp.compare.divergence import similarities
from readout_nlp.compare.pairs import check_resamples
from readout_nlp.compare.profiles import ReadoutProfiles, checked_between
from readout_nlp.compare.resample import Units, drawn_divergences, plain_divergences, units_of
from readout_nlp.compare.time_blocks import LEVEL, Block
from readout_nlp.threads import one_thread

Array = npt.NDArray[np.float64]

ELLIPSE = float(np.sqrt(-2 * np.log(1 - LEVEL)))  # the root of the chi-square quantile of two dimensions
AT_ONCE = 50  # resamples laid out together; no result depends on it
FLAT = 1e-9  # an axis shorter than this holds nothing
ESTIMAND = "place of each unit on the plane that keeps the distances between agendas best"


@one_thread()
def place_map(
    profiles: ReadoutProfiles,
    *,
    between: str | None = None,
    metric: str = "jensen_shannon",
    resamples: int = 500,
    block: Block = "quarter",
    random_state: int = 0,
) -> pd.DataFrame:
    """Lay places (or years) out on a plane by classical scaling, with ellipses from resampled readouts.

    Parameters
    ----------
    profiles : ReadoutProfiles
    between, metric, resamples, block, random_state
        As in `readout_nlp.compare.pairs.pairs`.

    Returns
    -------
    pandas.DataFrame
        One row a unit: the column `between`, ``x``, ``y`` (in units of distance; x is the longer axis),
        ``sd_x``, ``sd_y``, ``corr`` (of the aligned resamples), ``n_readouts``, ``n_items``, ``thin``,
        ``flag`` (``one block``: no ellipse; ``no variation``: all units coincide; ``alone``: nothing to lay
        out).
        ``attrs`` as in `pairs`, and ``stress`` (Kruskal's stress-1: 0 where the plane keeps all distances),
        ``explained`` (share of the squared distances that the plane holds) and ``ellipse`` (how many standard
        deviations the 95 % ellipse is wide).

    Raises
    ------
    RecipeError
        If an argument cannot be used.

    Notes
    -----
    Classical scaling (Torgerson 1952) has one solution and no starts; Jensen-Shannon and Hellinger distances
    lie in a Euclidean space (Fuglede and Topsoe 2004), so that nothing is lost but dimensions. Each axis
    points to the unit that lies farthest out on it, so that no re-run gives the mirror image. The maps of the
    resamples are turned, mirrored, shifted and scaled onto the map (Procrustes) before their spread is taken
    (Jacoby and Armstrong 2014).

    Examples
    --------
    >>> import readout_nlp as rn
    >>> from readout_nlp.compare.contents import act_profiles
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=6)
    >>> table = place_map(act_profiles(corpus, by="prefecture"), resamples=20)
    >>> table.columns[:6].tolist()
    ['prefecture', 'x', 'y', 'sd_x', 'sd_y', 'corr']
    """
    between = checked_between(profiles, between)
    metric_named(metric)
    check_resamples(resamples)
    units = units_of(profiles, between=between, block=block)
    point = plain_divergences(units, metric)[None]
    again = drawn_divergences(units, metric, resamples, rng=np.random.default_rng(random_state))
    apart, others = (1 - similarities(rows, metric) for rows in (point, again))
    layout = oriented(planes(apart, len(units))[0])
    aligned = procrustes(planes(others, len(units)), layout)
    table = _table(units, between, layout, aligned, profiles.min_items)
    table.attrs = {
        "method": f"classical scaling of {metric} distances; {resamples} resamples by {block}, Procrustes",
        "settings": {"between": between, "metric": metric, "resamples": resamples, "block": block}
        | {"random_state": random_state},
        "what": profiles.what,
        "level": LEVEL,
        "min_items": profiles.min_items,
        "estimand": ESTIMAND,
        "left_out": dict(profiles.left_out),
        "coverage": dict(profiles.coverage),
        "ellipse": ELLIPSE,
    }
    table.attrs.update(_fit(apart[0], layout))
    return table


def planes(distances: Array, n_units: int) -> Array:
    """Lay units out on the plane of the two longest axes of classical scaling, centred.

    Parameters
    ----------
    distances : ndarray of shape (n_resamples, n_pairs)
    n_units

    Returns
    -------
    ndarray of shape (n_resamples, n_units, 2)
        A missing dimension (fewer than three units, or all on a line) is 0.

    Examples
    --------
    >>> abs(planes(np.array([[3.0, 5.0, 4.0]]), 3)[0][:, 0] @ np.ones(3)) < 1e-9
    np.True_
    """
    layout = np.zeros((len(distances), n_units, 2))
    if n_units < 2:
        return layout
    for start in range(0, len(distances), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        layout[part] = _planes(distances[part], n_units)
    return layout


def _planes(distances: Array, n_units: int) -> Array:
    square = np.zeros((len(distances), n_units, n_units))
    one, other = np.triu_indices(n_units, 1)
    square[:, one, other] = square[:, other, one] = distances**2
    centre = np.eye(n_units) - 1 / n_units
    values, vectors = np.linalg.eigh(-0.5 * centre @ square @ centre)
    kept = min(2, n_units - 1)
    longest = slice(-1, -kept - 1, -1)
    length = np.sqrt(np.maximum(values[:, None, longest], 0.0))
    layout = np.zeros((len(distances), n_units, 2))
    layout[:, :, :kept] = vectors[:, :, longest] * np.where(length > FLAT, length, 0.0)
    return layout


def oriented(layout: Array) -> Array:
    """Turn each axis so that the unit farthest out on it (the first of equals) lies on its positive side.

    Examples
    --------
    >>> oriented(np.array([[-2.0, 1.0], [1.0, 0.0], [1.0, -1.0]])).tolist()
    [[2.0, 1.0], [-1.0, 0.0], [-1.0, -1.0]]
    """
    turned = layout.copy()
    for axis in range(turned.shape[1]):
        reach = np.abs(turned[:, axis])
        if len(reach) and turned[np.argmax(reach > reach.max() - FLAT), axis] < 0:
            turned[:, axis] *= -1
    turned += 0.0  # no -0.0
    return turned


def procrustes(layouts: Array, target: Array) -> Array:
    """Turn, mirror and scale centred layouts onto a centred target, by least squares.

    Examples
    --------
    >>> target = np.array([[1.0, 0.0], [-1.0, 1.0], [0.0, -1.0]])
    >>> bool(np.allclose(procrustes(target[None, :, ::-1] * [1, -3], target)[0], target))
    False
    >>> bool(np.allclose(procrustes(target[None, :, ::-1] * [3, -3], target)[0], target))
    True
    """
    left, values, right = np.linalg.svd(layouts.transpose(0, 2, 1) @ target)
    size = (layouts**2).sum(axis=(1, 2))
    scale = np.divide(values.sum(axis=1), size, out=np.zeros_like(size), where=size > 0)
    return np.asarray(scale[:, None, None] * (layouts @ (left @ right)))


def _table(units: Units, between: str, layout: Array, aligned: Array, min_items: int) -> pd.DataFrame:
    n_units, still = len(units), not np.any(aligned)
    sure = np.where((units.n_blocks > 1) & (n_units > 1), 1.0, np.nan)
    spread = aligned.std(axis=0, ddof=1) if n_units else np.empty((0, 2))
    centred = aligned - aligned.mean(axis=0)
    both = spread.prod(axis=1) * (len(aligned) - 1)
    cross = centred.prod(axis=2).sum(axis=0)
    corr = np.divide(cross, both, out=np.full(n_units, np.nan), where=both > 0)
    at = layout if n_units > 1 else np.full((n_units, 2), np.nan)
    blank = "alone" if n_units < 2 else "no variation" if still else ""
    return pd.DataFrame(
        {
            between: units.labels,
            "x": at[:, 0],
            "y": at[:, 1],
            "sd_x": spread[:, 0] * sure,
            "sd_y": spread[:, 1] * sure,
            "corr": corr * sure,
            "n_readouts": units.n_readouts,
            "n_items": units.n_items,
            "thin": units.n_items < min_items,
            "flag": [blank or ("one block" if m < 2 else "") for m in units.n_blocks],
        }
    )


def _fit(apart: Array, layout: Array) -> dict[str, float]:
    """Kruskal's stress-1, and the share of the squared distances that the plane holds; NaN without any."""
    one, other = np.triu_indices(len(layout), 1)
    on_plane = np.linalg.norm(layout[one] - layout[other], axis=1)
    total = float((apart**2).sum())
    if total <= FLAT**2:
        return {"stress": float("nan"), "explained": float("nan")}
    stress = float(np.sqrt(((apart - on_plane) ** 2).sum() / total))
    return {"stress": stress, "explained": float((on_plane**2).sum() / total)}
