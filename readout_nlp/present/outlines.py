"""Outlines of a cut font as a page needs them: nothing but the drawing, without hints and subroutines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from readout_nlp.compiled import compiled

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

# Operators of a Type 2 charstring (Adobe Technical Note 5177), and the bytes that begin a number of several.
HSTEM, VSTEM, HSTEMHM, VSTEMHM, HINTMASK, CNTRMASK = 1, 3, 18, 23, 19, 20
CALLSUBR, CALLGSUBR, RETURN, ENDCHAR, ESCAPE = 10, 29, 11, 14, 12
SHORT, TWO_BYTES, NEGATIVE, FIXED = 28, 247, 251, 255
FIRST_NUMBER = 32
HFLEX, FLEX1 = 34, 37  # of the escaped operators, those that draw; the others calculate
DEPTH, OPERANDS = 16, 64  # a font may nest 10 subroutines and stack 48 operands

OF_HINTS = (
    *("BlueValues", "OtherBlues", "FamilyBlues", "FamilyOtherBlues", "BlueScale", "BlueShift", "BlueFuzz"),
    *("StemSnapH", "StemSnapV", "StdHW", "StdVW", "ForceBold", "LanguageGroup", "ExpansionFactor"),
)


def keep_outlines(table: Any) -> bool:
    """Take hints and subroutines out of a ``CFF`` table of fontTools; False where that cannot be done.

    fontTools does it by interpreting every outline several times, which takes many times as long as all the
    rest of cutting a font; of a font packed for the web, subroutines save next to nothing.

    Parameters
    ----------
    table
        Of a font whose glyphs are chosen already; left as it is where False is given: a font whose outlines
        calculate.
    """
    font = table.cff[0]
    glyphs = list(font.CharStrings.values())
    dictionaries = font.FDArray if hasattr(font, "FDArray") else [font]
    for one in glyphs:
        one.compile()  # the one for what the font lacks was emptied
    pieces = [one.bytecode for one in glyphs]
    at = len(pieces)
    pieces += (one.bytecode for one in font.GlobalSubrs)
    homes: dict[int, tuple[int, int]] = {}
    for one in dictionaries:
        own = [subr.bytecode for subr in getattr(one.Private, "Subrs", ())]
        homes[id(one.Private)] = len(pieces), len(own)
        pieces += own
    local = np.array([homes[id(one.private)] for one in glyphs], dtype=np.int64).reshape(-1, 2)
    drawn = inlined(pieces, local, shared=(at, len(font.GlobalSubrs)))
    if drawn is None:
        return False
    for glyph, code in zip(glyphs, drawn, strict=True):
        glyph.setBytecode(code)
    _forget(table.cff, [one.Private for one in dictionaries])
    return True


def _forget(fonts: Any, privates: Sequence[Any]) -> None:
    """Drop the subroutines, and what is said of hints for all glyphs."""
    for private in privates:
        for name in ("Subrs", *OF_HINTS):
            private.rawDict.pop(name, None)
            vars(private).pop(name, None)
    fonts.GlobalSubrs.clear()


def inlined(pieces: Sequence[bytes], local: Ints, *, shared: tuple[int, int]) -> list[bytes] | None:
    """Write what subroutines do in the place of their calls, and leave hints out.

    Parameters
    ----------
    pieces
        Type 2 charstrings: those of the glyphs first, then all subroutines.
    local : ndarray of int, shape (n_glyphs, 2)
        Where in `pieces` the subroutines of each glyph's own dictionary begin, and how many there are.
    shared
        The same of the global subroutines.

    Returns
    -------
    list of bytes
        One charstring a glyph; None where one calculates, or is broken.

    Examples
    --------
    >>> stem, call, move, end = bytes([140, 149, 1]), bytes([32, 10]), bytes([150, 22, 11]), bytes([14])
    >>> inlined([stem + call + end, move], np.array([[1, 1]]), shared=(1, 0)) == [bytes([150, 22, 14])]
    True
    """
    code = np.frombuffer(b"".join(pieces), dtype=np.uint8)
    starts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]).astype(np.int64)
    ends = np.empty(len(local), dtype=np.int64)
    size = 4 * int(starts[len(local)]) + OPERANDS
    while True:
        out = np.empty(size, dtype=np.uint8)
        found = _inline(code, starts, local, np.array(shared, dtype=np.int64), out, ends)
        if found == BROKEN:
            return None
        if found >= 0:
            whole = out.tobytes()
            return [whole[a:b] for a, b in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)]
        size *= 2


BROKEN, FULL = -1, -2


@compiled
def _inline(code: Bytes, starts: Ints, local: Ints, shared: Ints, out: Bytes, ends: Ints) -> int:
    """Write the charstring of every glyph into `out`, and where it ends; give the length or what is wrong."""
    written = 0
    for glyph in range(len(local)):
        written = _inline_one(code, starts, glyph, local[glyph], shared, out, written)
        if written < 0:
            return written
        ends[glyph] = written
    return written


@compiled
def _inline_one(
    code: Bytes, starts: Ints, glyph: int, local: Ints, shared: Ints, out: Bytes, written: int
) -> int:
    back, until = np.empty(DEPTH, np.int64), np.empty(DEPTH, np.int64)  # where each caller goes on, and ends
    at, value = np.empty(OPERANDS, np.int64), np.empty(OPERANDS, np.int64)  # operands, written already
    depth, operands, stems, begun = 0, 0, 0, False
    read, end = starts[glyph], starts[glyph + 1]
    while True:
        if read >= end:
            return BROKEN
        if written + OPERANDS > len(out):
            return FULL
        byte = code[read]
        if byte >= FIRST_NUMBER or byte == SHORT:
            length = _length(byte)
            if operands == OPERANDS or read + length > end:
                return BROKEN
            at[operands], value[operands] = written, _number(code, read)
            operands += 1
            for _ in range(length):
                out[written] = code[read]
                written, read = written + 1, read + 1
        elif byte in (CALLSUBR, CALLGSUBR):
            first, count = (local[0], local[1]) if byte == CALLSUBR else (shared[0], shared[1])
            if operands == 0 or depth == DEPTH:
                return BROKEN
            operands -= 1
            written = at[operands]
            which = value[operands] + (107 if count < 1240 else 1131 if count < 33900 else 32768)
            if not 0 <= which < count:
                return BROKEN
            back[depth], until[depth] = read + 1, end
            depth += 1
            read, end = starts[first + which], starts[first + which + 1]
        elif byte == RETURN:
            if depth == 0:
                return BROKEN
            depth -= 1
            read, end = back[depth], until[depth]
        elif byte in (HSTEM, VSTEM, HSTEMHM, VSTEMHM, HINTMASK, CNTRMASK):
            kept = 0 if begun else operands % 2  # the width stands before the first hints
            if operands > kept:
                written = at[kept]
            stems += operands // 2
            operands, begun = 0, True
            read += 1 + ((stems + 7) // 8 if byte in (HINTMASK, CNTRMASK) else 0)
        else:
            if byte == ESCAPE:
                if read + 1 >= end or not HFLEX <= code[read + 1] <= FLEX1:
                    return BROKEN
                out[written] = byte
                written, read = written + 1, read + 1
            out[written] = code[read]
            written, read = written + 1, read + 1
            operands, begun = 0, True
            if byte == ENDCHAR:
                return written


@compiled
def _length(byte: int) -> int:
    if byte == SHORT:
        return 3
    if byte < TWO_BYTES:
        return 1
    return 5 if byte == FIXED else 2


@compiled
def _number(code: Bytes, read: int) -> int:
    """Give a whole number; of one with a fraction, which no call has, 0."""
    byte = int(code[read])
    if byte == FIXED:
        return 0
    if byte == SHORT:
        both = int(code[read + 1]) * 256 + int(code[read + 2])
        return both - 65536 if both >= 32768 else both
    if byte < TWO_BYTES:
        return byte - 139
    after = int(code[read + 1])
    if byte < NEGATIVE:
        return (byte - TWO_BYTES) * 256 + after + 108
    return -(byte - NEGATIVE) * 256 - after - 108
