"""What decides the last digits of sums: the kind of processor, and the code that libraries choose for it."""

from __future__ import annotations

import platform
from functools import cache
from typing import Any

from numpy.lib.introspect import opt_func_info
from threadpoolctl import threadpool_info

from readout_nlp.compiled import compiled_for


@cache
def processor() -> dict[str, Any]:
    """Tell the kind of processor: two equal answers, with equal versions of libraries, mean equal bits.

    It names no machine: every computer with this kind of processor gives the same answer.

    Returns
    -------
    dict
        ``machine``: the instruction set. ``compiled_for``: the processor, and those of its vector
        instructions, that our loops are compiled for. ``numpy``: the instructions that NumPy's mathematics
        runs with. ``blas``: the kernels of linear algebra.

    Examples
    --------
    >>> sorted(processor())
    ['blas', 'compiled_for', 'machine', 'numpy']
    """
    import scipy.linalg  # noqa: F401  # brings its own library of linear algebra, which is then listed too

    libraries = (found for found in threadpool_info() if found["user_api"] == "blas")
    return {
        "machine": platform.machine(),
        "compiled_for": compiled_for(),
        "numpy": sorted(
            {kind["current"] for kinds in opt_func_info("^(exp|log)$").values() for kind in kinds.values()}
        ),
        "blas": sorted({f"{found['internal_api']} {found.get('architecture', '')}" for found in libraries}),
    }
