"""Chinese fonts found at run time in an installed package, so that no machine draws boxes."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

from readout_nlp.errors import InputError

Face = Literal["sans", "serif"]

FILES: dict[Face, str] = {"sans": "NotoSansSC-Regular.otf", "serif": "NotoSerifSC-Regular.otf"}
FONT_PACKAGE = "pylopdf_fonts_zh_cn"
_NAMES = [0, 1, 2, 13, 14]  # the licence (13, 14) travels with the glyphs
_FEATURES = [int.from_bytes(b"kern")]
_INVISIBLE = frozenset("\n\r\t\u200b\ufeff")


@cache
def font_path(face: Face = "sans") -> Path:
    """Path of the packaged OFL font.

    Examples
    --------
    >>> font_path("sans").name
    'NotoSansSC-Regular.otf'
    """
    with as_file(files(FONT_PACKAGE) / FILES[face]) as path:
        return Path(path)


@cache
def font_family(face: Face = "sans") -> str:
    """Register the font with matplotlib, once a process, and give the family name to draw with.

    Examples
    --------
    >>> font_family("sans")
    'Noto Sans SC'
    """
    from matplotlib import font_manager

    path = font_path(face)
    font_manager.fontManager.addfont(path)
    return str(font_manager.FontProperties(fname=path).get_name())


@cache
def _code_points(face: Face) -> frozenset[int]:
    return frozenset(_whole(face).unicodes)


def _whole(face: Face) -> Any:
    """Give the packaged font as HarfBuzz reads it, in a hundredth of the time that fontTools takes."""
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_path(face))))


def missing_glyphs(texts: Iterable[str], face: Face = "sans") -> str:
    """Characters of `texts` that the font cannot draw, each once, in code point order.

    Examples
    --------
    >>> missing_glyphs(["会议通报 readout"])
    ''
    """
    wanted = frozenset("".join(texts)) - _INVISIBLE
    return "".join(sorted(char for char in wanted if ord(char) not in _code_points(face)))


def check_glyphs(texts: Iterable[str], face: Face = "sans") -> None:
    """Refuse texts that would be drawn as boxes.

    Raises
    ------
    InputError
        If a character has no glyph in the font; the message names each.

    Examples
    --------
    >>> check_glyphs(["高质量发展"])
    """
    missing = missing_glyphs(texts, face)
    if missing:
        names = ", ".join(f"{char!r} (U+{ord(char):04X})" for char in missing)
        raise InputError(
            f"characters without a glyph: {names}",
            f"characters that {FILES[face]} can draw",
            "replace them in the label, or draw with a font that has them",
        )


def subset_font(texts: Iterable[str], face: Face = "sans") -> bytes:
    """WOFF file with the glyphs of `texts` only: same texts, same bytes.

    Characters the font does not have are left out; the reader's own fonts show them.

    Examples
    --------
    >>> subset_font(["会议"])[:4]
    b'wOFF'
    """
    return _subset("".join(sorted(frozenset("".join(texts)))), face)


@lru_cache(maxsize=8)
def _subset(characters: str, face: Face) -> bytes:
    """Cut with HarfBuzz; kept all the same."""
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    # without subroutines the file is larger, but packs better
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE
    for kept, values in (
        (wanted.unicode_set, map(ord, characters)),
        (wanted.name_id_set, _NAMES),
        (wanted.layout_feature_tag_set, _FEATURES),
    ):
        kept.clear()
        kept.update(values)
    return _as_woff(uharfbuzz.subset(_whole(face), wanted).blob.data)


def _as_woff(font: bytes) -> bytes:
    """Pack the tables of a font for a style sheet."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    out = io.BytesIO()
    with TTFont(io.BytesIO(font), recalcTimestamp=False) as packed:
        packed.flavor = "woff"
        packed.save(out)
    return out.getvalue()


def font_data_url(texts: Iterable[str], face: Face = "sans") -> str:
    """`subset_font` as a ``data:`` address for a style sheet."""
    return "data:font/woff;base64," + base64.b64encode(subset_font(texts, face)).decode("ascii")
