"""A formula and a data frame -> the columns of a regression, factored once for all topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import statsmodels.formula.api as smf

from readout_nlp.compare.design_formula import columns_used
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.topics.fit import Array

Flags = npt.NDArray[np.bool_]

INTERCEPT = "Intercept"
RANK = 1e-9  # a direction of the scaled columns with less than this part of the largest is no direction
LOADING = 1e-6  # a column with more than this in a direction that is none cannot be estimated


@dataclass(frozen=True, eq=False, kw_only=True)
class Design:
    """The columns of a regression, and their factors.

    Attributes
    ----------
    names : tuple of str, length n_columns
        As statsmodels writes them.
    matrix : ndarray of shape (n_rows, n_columns)
        X in the literature; the kept rows only.
    basis : ndarray of shape (n_rows, rank)
        U: orthonormal columns that span those of X.
    back : ndarray of shape (n_columns, rank)
        The coefficients of an outcome y are ``back @ (basis.T @ y)``; ``back @ back.T`` is the inverse of
        X'X.
    estimable : ndarray of bool, shape (n_columns,)
        False for a column that others add up to: its coefficient has no one value.
    constant : tuple of str
        Columns without variation, and variables with a single value, which have no column.
    kept : ndarray of bool, shape (n_documents,)
    missing : mapping of str to int
        Rows without a value, by variable; the same row may miss several.
    reference : mapping of str to str
        The value that the other values of a categorical variable are compared with.
    """

    names: tuple[str, ...]
    matrix: Array
    basis: Array
    back: Array
    estimable: Flags
    constant: tuple[str, ...]
    kept: Flags
    missing: Mapping[str, int]
    reference: Mapping[str, str]


def make_design(
    covariates: pd.DataFrame, formula: str, *, needed: Sequence[str] = (), usable: Flags | None = None
) -> Design:
    """Turn a formula and covariates into the columns of a regression.

    Parameters
    ----------
    covariates
        One row a document.
    formula
        The right-hand side, as in statsmodels.
    needed
        Further columns that a row must have a value in.
    usable
        False for rows to leave out whatever their covariates.

    Returns
    -------
    Design
        Of no rows, and without names, where every row is left out.

    Raises
    ------
    RecipeError
        If the formula cannot be read or evaluated, or names what is no column.
    InputError
        If a covariate is infinite.

    Examples
    --------
    >>> frame = pd.DataFrame({"place": ["甲", "甲", "乙", None], "year": [2018, 2020, 2019, 2018]})
    >>> design = make_design(frame, "place + year")
    >>> design.names, design.reference, dict(design.missing)
    (('Intercept', 'place[T.甲]', 'year'), {'place': '乙'}, {'place': 1})
    """
    used = list(dict.fromkeys([*columns_used(formula, [str(name) for name in covariates]), *needed]))
    frame = pd.DataFrame({name: plain(covariates[name], name) for name in used})
    absent = frame.isna()
    kept = ~absent.any(axis=1).to_numpy()
    kept = kept if usable is None else kept & usable
    missing = {name: int(absent[name].sum()) for name in used if absent[name].any()}
    frame = pd.DataFrame({name: _settled(frame.loc[kept, name]) for name in used})
    if frame.empty:
        return _empty(kept, missing)
    names, matrix = _columns(frame, formula)
    basis, back, estimable = factor(matrix)
    return Design(
        names=names,
        matrix=matrix,
        basis=basis,
        back=back,
        estimable=estimable,
        constant=_constant(frame, [name for name in used if name not in needed], names, matrix),
        kept=kept,
        missing=missing,
        reference=_reference(frame, names),
    )


def plain(values: pd.Series, name: str) -> pd.Series:
    """Give a column as numbers with NaN, or as categories of text: what every formula library reads alike.

    Raises
    ------
    InputError
        If a number is infinite.
    RecipeError
        If it holds dates: what a date does to a share is for a year, a quarter or a spline to say.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):  # its order says what others are compared with
        return values.cat.rename_categories([str(value) for value in values.cat.categories])
    values = values.infer_objects()
    if pd.api.types.is_datetime64_any_dtype(values):
        raise RecipeError(
            f"dates in column {name!r}", "numbers or text", "use the year, or years since a day"
        )
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        codes, found = pd.factorize(values)
        labels = np.array([*map(str, found), ""], dtype=object)  # the last for code -1, unknown
        text = pd.Series(labels[codes], index=values.index, dtype=object).where(codes >= 0, None)
        return text.astype("category")
    floats: pd.Series[float] = values.astype(np.float64)
    if np.isinf(floats).any():
        raise InputError(
            f"{int(np.isinf(floats).sum())} infinite values in column {name!r}",
            "finite numbers, or none where the value is unknown",
            "mend the column",
        )
    return floats


def _settled(values: pd.Series) -> pd.Series:
    """Drop unused categories, and write whole numbers as such: statsmodels names ``C(year)[T.2015]``."""
    values = values.reset_index(drop=True)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.remove_unused_categories()
    if (values == np.floor(values)).all():
        return values.astype(np.int64)
    return values


def _columns(frame: pd.DataFrame, formula: str) -> tuple[tuple[str, ...], Array]:
    """Let statsmodels evaluate the formula; whatever a formula library raises is a fault of the formula."""
    outcome = "outcome"
    while outcome in frame:
        outcome += "_"
    try:
        model = smf.ols(f"{outcome} ~ {formula}", data=frame.assign(**{outcome: 0.0}), missing="raise")
    except Exception as error:  # patsy, formulaic and numpy each have their own errors
        raise RecipeError(
            f"formula={formula!r}, which cannot be evaluated ({str(error).splitlines()[0]})",
            "a formula that statsmodels reads, with finite values for every row",
            "mend it: C(x) for categories, bs(x, df=4) or cr(x, df=4) for splines, a:b for interactions",
        ) from error
    matrix = np.asarray(model.exog, dtype=np.float64)
    if not np.isfinite(matrix).all():
        raise RecipeError(
            f"formula={formula!r}, which gives values that are not finite",
            "a transformation that every row has a value under",
            "leave out such rows first",
        )
    return tuple(model.exog_names), matrix


def factor(matrix: Array) -> tuple[Array, Array, Flags]:
    """Factor the columns of a regression: X = U S V' after scaling each column to length 1.

    Returns
    -------
    basis, back, estimable
        As in `Design`. A coefficient is estimable if its unit vector lies in the row space of X, whatever the
        order of the columns; those of the others are set by the shortest solution and mean nothing.

    Examples
    --------
    >>> twice = np.array([[1.0, 0.0, 0.0], [1.0, 1.0, 2.0], [1.0, 2.0, 4.0]])
    >>> factor(twice)[2].tolist()
    [True, False, False]
    """
    lengths = np.linalg.norm(matrix, axis=0)
    lengths = np.where(lengths > 0, lengths, 1.0)
    # QR first: the singular values of the small triangle are those of the tall columns, and much sooner had
    left, triangle = np.linalg.qr(matrix / lengths)
    turn, sizes, right = np.linalg.svd(triangle, full_matrices=len(triangle) < len(lengths))
    rank = int((sizes > RANK * sizes.max(initial=0.0)).sum())
    estimable = (np.abs(right[rank:]) < LOADING).all(axis=0)
    back = right[:rank].T / sizes[:rank] / lengths[:, None]
    return left @ turn[:, :rank], np.ascontiguousarray(back), estimable


def _constant(
    frame: pd.DataFrame, used: Sequence[str], names: Sequence[str], matrix: Array
) -> tuple[str, ...]:
    still = np.ptp(matrix, axis=0) == 0
    columns = [name for name, one in zip(names, still, strict=True) if one and name != INTERCEPT]
    single = [name for name in used if len(frame[name].unique()) == 1]
    return tuple(columns + [name for name in single if name not in columns])


def _reference(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, str]:
    """Find the value of each categorical variable that has no column of its own."""
    found = {}
    for variable in map(str, frame):
        values = {str(value) for value in frame[variable].unique()}
        for factor_name in (variable, f"C({variable})"):
            own = {name[len(factor_name) + 3 : -1] for name in names if name.startswith(f"{factor_name}[T.")}
            own = {value for value in own if "]" not in value}
            if len(values) == len(own) + 1 and len(left := values - own) == 1:
                found[variable] = left.pop()
    return found


def _empty(kept: Flags, missing: Mapping[str, int]) -> Design:
    nothing = np.empty((0, 0))
    return Design(
        names=(),
        matrix=nothing,
        basis=nothing,
        back=nothing,
        estimable=np.empty(0, dtype=np.bool_),
        constant=(),
        kept=kept,
        missing=missing,
        reference={},
    )
