"""The decorator of the compiled loops: kept on disk where that is possible, compiled anew where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from llvmlite import binding  # type: ignore[import-untyped]
from numba import config, njit

Loop = TypeVar("Loop", bound=Callable[..., Any])

# Sums may be vectorised, and a product and a sum be one step; NaN and infinity keep their sense.
REORDER = {"reassoc", "contract", "nsz", "arcp"}
VECTORS = ("avx2", "avx512f", "fma", "neon", "sve")


def compiled(loop: Loop) -> Loop:
    """Compile a loop on its first call, to run without the interpreter's lock.

    numba keeps the machine code beside the module or in the user's cache folder, and refuses to define the
    function at all where it may write to neither (a read-only image, a home that is not there): the loop is
    then compiled in every process.
    """
    return _compiled(loop, fastmath=False)


def compiled_sums(loop: Loop) -> Loop:
    """Compile as `compiled` does, with leave to add the terms of a sum in another order: several at once."""
    return _compiled(loop, fastmath=REORDER)


def compiled_products(loop: Loop) -> Loop:
    """Compile as `compiled` does, with leave to fuse a product and a sum, not to reorder sums."""
    return _compiled(loop, fastmath={"contract"})


def compiled_for() -> str:
    """Name the processor that loops are compiled for, with the instructions that round sums their own way.

    Examples
    --------
    >>> isinstance(compiled_for(), str)
    True
    """
    asked = vars(config)  # of environment variables
    name = asked["CPU_NAME"] or binding.get_host_cpu_name()
    features = asked["CPU_FEATURES"]
    if features is None:
        features = "" if asked["CPU_NAME"] else binding.get_host_cpu_features().flatten()
    return " ".join([name, *(vector for vector in VECTORS if f"+{vector}" in features.split(","))])


def _compiled(loop: Loop, **options: Any) -> Loop:
    options |= {"nogil": True, "error_model": "numpy"}  # a test for 0 before a division would stop vectors
    try:
        return cast(Loop, njit(cache=True, **options)(loop))
    except RuntimeError:  # "no locator available"
        return cast(Loop, njit(**options)(loop))
