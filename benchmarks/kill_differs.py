"""Which files of two results differ, and how: what a failed trial of `kill.py` says."""

from __future__ import annotations

import io
from collections.abc import Mapping

import polars as pl

SHOWN = 60  # characters of a value


def differences(found: Mapping[str, bytes], expected: Mapping[str, bytes]) -> tuple[str, ...]:
    r"""Name every file that is missing, more, or of other bytes, and the first row, line or byte of these.

    Examples
    --------
    >>> differences({"a.txt": b"one\ntwo", "b": b""}, {"a.txt": b"one\nsix", "c": b""})
    ("a.txt: line 2: 'two', expected 'six'", 'b: more than expected', 'c: missing')
    """
    told = []
    for name in sorted({*found, *expected}):
        if name not in found:
            told.append(f"{name}: missing")
        elif name not in expected:
            told.append(f"{name}: more than expected")
        elif found[name] != expected[name]:
            told.append(f"{name}: {_how(name, found[name], expected[name])}")
    return tuple(told)


def _how(name: str, found: bytes, expected: bytes) -> str:
    if name.endswith(".parquet"):
        try:
            return _first_row(pl.read_parquet(io.BytesIO(found)), pl.read_parquet(io.BytesIO(expected)))
        except pl.exceptions.PolarsError as fault:
            return f"not a table ({fault}), {_first_byte(found, expected)}"
    try:
        lines = found.decode().splitlines(), expected.decode().splitlines()
    except UnicodeDecodeError:
        return _first_byte(found, expected)
    for number, (one, other) in enumerate(zip(*lines, strict=False), start=1):
        if one != other:
            return f"line {number}: {_shown(one, other)}"
    return f"{len(lines[0])} lines, expected {len(lines[1])}; {_first_byte(found, expected)}"


def _first_row(found: pl.DataFrame, expected: pl.DataFrame) -> str:
    if found.schema != expected.schema:
        return f"columns {_shown(found.schema, expected.schema)}"
    for number, (one, other) in enumerate(zip(found.rows(), expected.rows(), strict=False)):
        for column, value, asked in zip(found.columns, one, other, strict=True):
            if repr(value) != repr(asked):  # so that two NaN are alike
                return f"row {number}, {column}: {_shown(value, asked)}"
    if found.height != expected.height:
        return f"{found.height} rows, expected {expected.height}"
    return "the same rows in other bytes"


def _first_byte(found: bytes, expected: bytes) -> str:
    pairs = enumerate(zip(found, expected, strict=False))
    at = next((number for number, (one, other) in pairs if one != other), min(len(found), len(expected)))
    return f"byte {at} of {len(found)}, expected {len(expected)}"


def _shown(found: object, expected: object) -> str:
    """Give both from a little before where they begin to differ."""
    one, other = repr(found), repr(expected)
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    begin = max(0, at - SHOWN // 2)
    return f"{one[begin : begin + SHOWN]}, expected {other[begin : begin + SHOWN]}"
