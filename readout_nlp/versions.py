"""What is installed here that can change a number."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

PACKAGE = "readout-nlp"
LIBRARIES = ("numpy", "scipy", "scikit-learn", "gensim", "numba", "jieba", "rjieba", "opencc", "polars")


def library_versions() -> dict[str, str | None]:
    """Give the installed version of each library that can change a number; None where it is not installed.

    Examples
    --------
    >>> list(library_versions())[:3]
    ['numpy', 'scipy', 'scikit-learn']
    """
    return {name: installed(name) for name in LIBRARIES}


def installed(name: str) -> str | None:
    """Give the installed version of a distribution; None where there is none.

    Examples
    --------
    >>> installed("no-such-distribution") is None
    True
    """
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def python_version() -> str:
    """Give the version of Python, as far as it can change a number.

    Examples
    --------
    >>> python_version().startswith("3.")
    True
    """
    return f"{sys.version_info.major}.{sys.version_info.minor}"
