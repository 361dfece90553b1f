"""UTF-8 that was read as GB18030 or Latin-1 before it was saved, and entities left in plain text.

A program that takes UTF-8 for GB18030 sees 浣犲ソ where 你好 was written: three bytes a character, read
two by two. One that takes it for Windows-1252 sees a letter and two signs for each character. Where no byte
was lost on the way, the way back is exact; where one was, nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from html.entities import name2codepoint

from readout_nlp.pages.decode import plausibility
from readout_nlp.pages.page import Repair
from readout_nlp.reference.characters import character_ranks

READABLE = 0.9
"""Share of common characters that text read again must reach to be believed."""
FOREIGN = 0.7
"""Share of common Han characters above which text as found is left alone."""
PROOF = 0.5
"""The same for a stretch that is to prove that a text is mojibake."""
PROOF_LENGTH = 2
"""So many common Han characters in one stretch prove it; shorter stretches are believed beside such a one."""

# what Windows-1252 prints for 80 to 9F, each back to its byte; the five that it lacks stand for themselves
_AS_BYTES = {
    ord(shown): byte for byte in range(0x80, 0xA0) if (shown := bytes([byte]).decode("cp1252", "ignore"))
}
# the no-break space A0 has often become a plain one, but inside a character no plain one can be
_LATIN = re.compile(
    "(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef](?:[\x80-\xbf][\x80-\xbf ]| [\x80-\xbf])"
    "|[\xf0-\xf4][\x80-\xbf]{3})+"
)
# the first bytes of Han characters and Chinese punctuation; pinyin has such letters, but no sign behind them
_LATIN_LEADS = "\xe2-\xe9\xef"
_LATIN_SIGNS = f"\x80-\xbf{''.join(map(chr, _AS_BYTES))}"
_LATIN_TELLTALE = re.compile(f"[{_LATIN_LEADS}][{_LATIN_SIGNS}]")
_LEADS = (*range(0xE2, 0xEA), 0xEF)
_WIDE = re.compile("[^\x00-\x7f]+")
_ENTITY = re.compile(r"&(?:amp;){0,3}((?:[A-Za-z]{2,8}[0-9]{0,2}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});)")
_BLANK_CONTROL = re.compile("[\t\n\r]")
# controls, line separators, surrogates, private use, the replacement character and what is no character
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\uf8ff\ufdd0-\ufdef\ufffd-\uffff\U000f0000-\U0010ffff]"
)
_BEGIN = range(0xC2, 0xF5)  # bytes that begin a character of several
_EUROS = (b"\xa2\xe3", b"\x80")


def undo_mojibake(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Read again what was UTF-8 and was read as Windows-1252 or GB18030 (kind ``mojibake``).

    A stretch is mended only if its bytes are UTF-8 without a rest, the result is common Chinese and the
    stretch as found is not. One or two odd characters, such as names have, are left alone unless a longer
    stretch of the same text proves the fault. Takes time linear in the length of `text`.

    Examples
    --------
    >>> undo_mojibake("浣犲ソ!")[0], undo_mojibake("ä½ å¥½!")[0]
    ('你好!', '你好!')
    >>> undo_mojibake("浣溪沙, Café Zoë")[1]
    ()
    """
    for telltale, stretches in ((_LATIN_TELLTALE, _read_as_latin), (_telltale(), _read_as_gb18030)):
        # most texts are settled here: reading again takes longer than all other repairs
        found = list(stretches(text)) if telltale.search(text) else []
        if any(_proves(one) for one in found):
            return _mended(text, found)
    return text, ()


def replace_entities(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Print the character that an HTML entity left in the text stands for (kind ``entity``).

    Only names of HTML 4 and numbers of printable characters, closed by a semicolon; also where the ampersand
    was escaped once more.

    Examples
    --------
    >>> replace_entities("&ldquo;三严三实&#8221;&amp;middot;AT&T;")[0]
    '“三严三实”·AT&T;'
    """
    if "&" not in text:
        return text, ()
    return _mended(text, [one for found in _ENTITY.finditer(text) if (one := _entity(found))])


@cache
def telltales() -> str:
    """Characters of which every text that is mended here holds one, as the inside of a ``[...]``.

    Examples
    --------
    >>> [char in telltales() for char in "犲会"]
    [True, False]
    """
    return f"{_LATIN_LEADS}{_misread()}"


@cache
def proof_of(others: str) -> re.Pattern[str]:
    r"""Match what stands in each text that is mended here, or one of `others`, the inside of a ``[...]``.

    Of letters as those of ``ä½\xa0`` only one with a sign behind it: pinyin and French have them too.

    Examples
    --------
    >>> [proof_of("&").search(text) is not None for text in ("huì", "Café", "ä½\xa0", "犲", "&lt;")]
    [False, False, True, True, True]
    """
    return re.compile(f"[{telltales()}{others}](?:(?<![{_LATIN_LEADS}])|(?=[{_LATIN_SIGNS}]))")


@cache
def _telltale() -> re.Pattern[str]:
    """Match what stands in text taken for GB18030 and in hardly any other, so that a page is settled fast."""
    return re.compile(f"[{_misread()}]")


@cache
def _misread() -> str:
    ranks = character_ranks()
    # a first byte stands in front of a later one, or behind one of the character before it
    pairs = {
        pair for lead in _LEADS for later in range(0x81, 0xC0) for pair in ((lead, later), (later, lead))
    }
    shown = {bytes(pair).decode("gb18030") for pair in pairs}
    return "".join(sorted(char for char in shown - ranks.keys() if "\u4e00" <= char <= "\u9fff"))


@cache
def _misread_begin() -> frozenset[str]:
    """Characters of GB18030 whose two bytes can begin one of UTF-8: every misread stretch begins with one."""
    pairs = (bytes((lead, later)) for lead in _BEGIN for later in range(0x80, 0xC0))
    return frozenset("".join(pair.decode("gb18030", errors="ignore") for pair in pairs))


def _read_as_latin(text: str) -> Iterator[Repair]:
    for found in _LATIN.finditer(text.translate(_AS_BYTES)):
        data = found.group().replace(" ", "\xa0").encode("latin-1")
        yield from _reread(text, found.span(), data)


def _read_as_gb18030(text: str) -> Iterator[Repair]:
    begin = _misread_begin()
    for found in _WIDE.finditer(text):
        if text[found.start()] not in begin:  # as nearly all: nothing to read again
            continue
        try:
            pieces = [piece.encode("gb18030") for piece in found.group().split("€")]
        except UnicodeEncodeError:  # half of a surrogate pair
            continue
        # browsers show the euro sign for the lone byte 80 as well, which is no lead byte
        made = [
            one for sign in _EUROS[: len(pieces)] for one in _reread(text, found.span(), sign.join(pieces))
        ]
        yield from made[:1]


def _reread(text: str, span: tuple[int, int], data: bytes) -> Iterator[Repair]:
    """Give the repair of a stretch if its bytes are UTF-8 and read better so."""
    try:
        after = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    before = text[slice(*span)]
    if not _UNPRINTABLE.search(after) and plausibility(after) >= READABLE and _common(before) <= FOREIGN:
        yield Repair(kind="mojibake", start=span[0], end=span[1], before=before, after=after)


def _proves(one: Repair) -> bool:
    many = sum(map(character_ranks().__contains__, one.after)) >= PROOF_LENGTH
    return many and _common(one.before) <= PROOF


def _common(text: str) -> float:
    """Share of common Han characters, in [0, 1]."""
    return sum(map(character_ranks().__contains__, text)) / len(text)


def _entity(found: re.Match[str]) -> Repair | None:
    name = found[1]
    if not (name.startswith("#") or name[:-1] in name2codepoint or name == "apos;"):
        return None
    # a line end would part what stands on one line
    char = _BLANK_CONTROL.sub(" ", unescape(f"&{name}"))
    if len(char) != 1 or _UNPRINTABLE.match(char):
        return None
    return Repair(kind="entity", start=found.start(), end=found.end(), before=found.group(), after=char)


def _mended(text: str, repairs: list[Repair]) -> tuple[str, tuple[Repair, ...]]:
    pieces, last = [], 0
    for one in repairs:
        pieces += [text[last : one.start], one.after]
        last = one.end
    return ("".join([*pieces, text[last:]]) if repairs else text), tuple(repairs)
