"""Bytes -> text: which encoding reads as Chinese, and how many bytes none could read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from readout_nlp.reference.characters import character_ranks

REPLACEMENT = "\ufffd"
PLAUSIBLE = 0.75
"""Share of common characters above which a strict decoding is taken without looking further."""

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,3}=\s{0,3}["']?([A-Za-z0-9_.:-]{2,30})""")
_DECLARED_WITHIN = 4096
_SAMPLE = 5000
# what pages call GB2312 or GBK often holds characters that only GB18030 has; so with Big5 and its extension
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs"}
_WIDE = ("utf-16-le", "utf-16-be")
# but for the last of a run, which at the end of the data can take the byte behind it along
_BEGIN_NONE = {
    "utf-8": re.compile(rb"[\x80-\xc1\xf5-\xff]+(?=[\x80-\xc1\xf5-\xff])"),
    "gb18030": re.compile(rb"[\x80\xff]+(?=[\x80\xff])"),
    "big5hkscs": re.compile(rb"[\x80-\x86\xff]+(?=[\x80-\x86\xff])"),
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text out of bytes.

    Attributes
    ----------
    text
        The text, without byte order mark; each byte that could not be read is one U+FFFD.
    encoding
        Name of the codec that read it.
    undecodable
        How many bytes could not be read.
    """

    text: str
    encoding: str
    undecodable: int


def decode(data: bytes) -> Decoded:
    r"""Read `data` as text: byte order mark, strict UTF-8, the declared charset, GB18030, Big5, UTF-16.

    A codec that raises no error is not yet the right one (nearly every Big5 text is valid GB18030), so
    apart from UTF-8 the share of common characters decides. What no codec reads is located and counted.

    Examples
    --------
    >>> decode("会议指出".encode("gb18030"))
    Decoded(text='会议指出', encoding='gb18030', undecodable=0)
    >>> decode("會議聽取了匯報".encode("big5")).encoding
    'big5hkscs'
    >>> decode("会议".encode() + b"\xff").undecodable
    1
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _with_losses(data, encoding)
    if b"\0" not in data:
        try:
            return Decoded(data.decode("utf-8"), "utf-8", 0)
        except UnicodeDecodeError:
            pass
    return _best(data)


def declared_charset(data: bytes) -> str | None:
    """Give the charset that an HTML or XML head declares, as Python names the codec; None if unknown.

    Examples
    --------
    >>> declared_charset(b'<meta http-equiv="Content-Type" content="text/html; charset=GB2312">')
    'gb18030'
    """
    found = _DECLARED.search(data[:_DECLARED_WITHIN])
    if found is None:
        return None
    try:
        name = codecs.lookup(found.group(1).decode("ascii")).name
    except LookupError:
        return None
    return _WIDER.get(name, name)


def plausibility(text: str) -> float:
    """Share of common Han characters and Chinese punctuation among the characters beyond ASCII, in [0, 1].

    Text without any such character scores 1: nothing speaks against it.

    Examples
    --------
    >>> plausibility("会议指出"), plausibility("浼氳鎸囧嚭") < 0.6
    (1.0, True)
    """
    sample = text[: 4 * _SAMPLE]
    wide = len(sample) - len(sample.encode("ascii", errors="ignore"))
    if wide > _SAMPLE:  # more than are looked at
        sample = _ASCII.sub("", sample)[:_SAMPLE]
        wide = _SAMPLE
    return (wide - sum(map(len, _unusual().findall(sample)))) / wide if wide else 1.0


_ASCII = re.compile("[\x00-\x7f]+")
_PUNCTUATION = (
    "，。、；：？！“”‘’（）《》〈〉【】—…·〔〕「」『』－　\xa0％～｜０１２３４５６７８９àèìòùáéíóúǎěǐǒǔāēīōū"
)


@cache
def _unusual() -> re.Pattern[str]:
    """Match what is neither ASCII nor common."""
    return re.compile(f"[^\x00-\x7f{''.join(character_ranks())}{_PUNCTUATION}]+")


def _best(data: bytes) -> Decoded:
    strict: list[tuple[float, Decoded]] = []
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        score = plausibility(text)
        if score >= PLAUSIBLE:
            return Decoded(text, encoding, 0)
        strict.append((score, Decoded(text, encoding, 0)))
    lossy = [_with_losses(data, encoding) for encoding in ("utf-8", "gb18030", "big5hkscs")]
    scored = strict + [(plausibility(one.text), one) for one in lossy]
    return max(scored, key=lambda pair: pair[0] - pair[1].undecodable / max(1, len(pair[1].text)))[1]


def _candidates(data: bytes) -> Iterator[str]:
    declared = declared_charset(data)
    if b"\0" in data:
        # the high byte of ASCII is zero: whichever side has more zeros is the high one
        yield from _WIDE if data[1::2].count(0) >= data[::2].count(0) else _WIDE[::-1]
    if declared and declared not in {"utf-8", "utf-16", "utf-32"}:
        yield declared
    yield from (name for name in ("gb18030", "big5hkscs") if name != declared)
    if b"\0" not in data:
        yield from _WIDE


def _with_losses(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors=_mark_each_byte())
    # a text may hold U+FFFD of its own (a loss of its author's): those bytes were readable
    own = data.count(REPLACEMENT.encode("utf-8")) if encoding.startswith("utf-8") else 0
    return Decoded(text, encoding, text.count(REPLACEMENT) - own)


@cache
def _mark_each_byte() -> str:
    """Register, once, an error handler that puts one U+FFFD for every byte; give its name."""
    name = "readout_nlp.mark_each_byte"

    def mark(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        # a run of bytes that begin no character is marked at once: a call for each takes a second a megabyte
        begin_none = _BEGIN_NONE.get(error.encoding)
        run = begin_none.match(error.object, error.end) if begin_none is not None else None
        end = run.end() if run is not None else error.end
        return REPLACEMENT * (end - error.start), end

    codecs.register_error(name, mark)
    return name
