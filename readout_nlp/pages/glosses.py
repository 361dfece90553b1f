"""Pinyin glosses that a conversion left behind characters: 會(huì)議."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import accumulate, compress, islice
from pathlib import Path

from readout_nlp.pages.page import Repair, Step
from readout_nlp.pages.script import to_simplified

GLOSSED_PAGE = 5
"""So many toned glosses make a page a glossed one; only there are glosses without tone marks believed."""
GLOSSED_BARE = 8
"""So many glosses, none toned, do too, if they are of several characters and the same ones come again.

Of several characters and nothing else in such brackets, as few as the toned ones will do."""

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê"
_PRINTED_FORMS = str.maketrans("ɡɑ", "ga")  # as schoolbooks print them
SPELT = f"[a-z{_TONED}ɡɑ\u0300\u0301\u0304\u0308\u030c]{{1,8}}[1-5]?"
_HAN = re.compile("[㐀-䶿一-鿿\U00020000-\U0003ffff]")
_READING = rf"{SPELT}(?:/{SPELT})?[ \u00a0]?[)）]"  # 會(huì )議: a blank may end it
_GLOSS = re.compile(rf"([(（]{_READING})")
# of a pattern that begins with one character the places are found much faster
_GLOSSES = [(mark, re.compile(re.escape(mark) + _READING)) for mark in "(（"]
_AROUND = "()（） \u00a0"
_NUMBERED_TONE = re.compile("[1-4][)）]")
_NEEDLES = "àèìòùáéíóúǎěǐǒǔāēīōū"
_FEWEST_CHARACTERS = 3
_LOOKED_AT = 400
_BEGINNING = 400  # characters, in which a glossed page shows itself
_BARE = re.compile(rf"({_HAN.pattern})[ ]?[(（]([a-z]{{1,6}})[ \u00a0]?[)）]")
_LETTERS = re.compile("[(（][a-z]{1,6}[ \u00a0]?[)）]")
_TONE_MARKS = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}


def remove_glosses(text: str, *, glossed_page: bool | None = None) -> tuple[str, tuple[Repair, ...]]:
    """Take out pinyin glosses that are a reading of the character before them (kind ``pinyin_gloss``).

    `glossed_page` says whether glosses without a tone mark may be believed; None looks at `text` itself.

    Examples
    --------
    >>> remove_glosses("會(huì)議")[0], remove_glosses("方案(e)")[0], remove_glosses("二(er)期")[0]
    ('會議', '方案(e)', '二(er)期')
    """
    step = without_glosses(text, glossed_page=glossed_page)
    return (text, ()) if step is None else (step.after, step.made)


def without_glosses(text: str, *, glossed_page: bool | None = None) -> Step | None:
    """Do as `remove_glosses`; None where nothing is taken out.

    Examples
    --------
    >>> without_glosses("會(huì)議").after, without_glosses("方案(e)")
    ('會議', None)
    """
    if not has_gloss(text):
        return None
    pieces = _pieces(text)
    tones = _tones(pieces)
    if glossed_page is None:
        glossed_page = tones.count(True) >= GLOSSED_PAGE or _is_glossed_bare(text)
    believed = [tone or (glossed_page and tone is not None) for tone in tones]
    if not any(believed):
        return None
    ends = list(accumulate(map(len, pieces)))
    starts, ends = list(compress(ends[::2], believed)), list(compress(ends[1::2], believed))
    pieces[1::2] = ["" if out else gloss for out, gloss in zip(believed, pieces[1::2], strict=True)]
    return Step("pinyin_gloss", text, "".join(pieces), starts, ends, [""] * len(starts))


def is_glossed(text: str) -> bool:
    """Say whether `text` is full of pinyin glosses.

    Examples
    --------
    >>> is_glossed("會(huì)議(yì)學(xué)習(xí)貫徹(chè)"), is_glossed("重(chóng)庆")
    (True, False)
    """
    if not has_gloss(text):  # as most pages, and settled at once
        return False
    # a page without a toned letter is settled much faster than by looking for glosses
    if any(letter in text for letter in _NEEDLES) or _NUMBERED_TONE.search(text):
        toned = (_tones(_pieces(part)).count(True) for part in (text[:_BEGINNING], text))
        if any(count >= GLOSSED_PAGE for count in toned):
            return True
    return _is_glossed_bare(text)


def _is_glossed_bare(text: str) -> bool:
    """Say whether a few common characters are followed by their reading without tone, again and again."""
    if not _LETTERS.search(text):  # found much faster than what it begins with, a character
        return False
    pairs = Counter(found.groups() for found in islice(_BARE.finditer(text), _LOOKED_AT))
    if sum(pairs.values()) < GLOSSED_PAGE:
        return False
    read = {pair: count for pair, count in pairs.items() if _glosses(*pair) is not None}
    if len(read) == len(pairs) >= GLOSSED_PAGE and all(len(letters) > 1 for _, letters in pairs):
        return True  # nothing else stands in brackets on this page
    often = [pair for pair, count in read.items() if count > 1]
    return (
        sum(read.values()) >= GLOSSED_BARE
        and len({char for char, _ in read}) >= _FEWEST_CHARACTERS
        and len(often) > 1
        and 2 * sum(read.values()) > sum(pairs.values())
    )


def has_gloss(text: str) -> bool:
    """Say whether something in `text` is spelt like a gloss.

    Examples
    --------
    >>> has_gloss("會(huì)議"), has_gloss("会议(扩大)")
    (True, False)
    """
    return any(mark in text and pattern.search(text) is not None for mark, pattern in _GLOSSES)


def _pieces(text: str) -> list[str]:
    """Cut out what is spelt like a gloss, with a space before its brackets: every second piece is one."""
    pieces = _GLOSS.split(text)  # a page may have a thousand
    if " (" in text or " （" in text:
        for n, piece in enumerate(pieces[:-1:2]):
            if piece.endswith(" "):
                pieces[2 * n : 2 * n + 2] = piece[:-1], f" {pieces[2 * n + 1]}"
    return pieces


def _tones(pieces: list[str]) -> list[bool | None]:
    """Say of each gloss what `_glosses` says of it and the character before it."""
    return list(map(_glosses, [piece[-1:] for piece in pieces[:-1:2]], pieces[1::2]))


@lru_cache(maxsize=8192)
def _glosses(char: str, gloss: str) -> bool | None:
    """Say whether `gloss` reads `char` exactly, or nearly (False); None for no reading, or no Han `char`."""
    if not _HAN.match(char):
        return None
    gloss = gloss.strip(_AROUND)
    exact = is_reading(char, gloss)
    return exact if exact or _is_nearly(char, gloss) else None


def is_reading(char: str, gloss: str) -> bool:
    """Whether `gloss` (one reading, or two with a slash) has a tone mark and reads `char`."""
    return all(
        one[-1:].isdigit() and one.rstrip("5") in _readings(char) for one in map(_numbered, gloss.split("/"))
    )


def _is_nearly(char: str, gloss: str) -> bool:
    """Whether it reads `char` but for the tone, which may be missing or another: tones change in words."""
    bare = {reading.rstrip("1234") for reading in _readings(char)}
    return all(one.rstrip("12345") in bare for one in map(_numbered, gloss.split("/")))


@lru_cache(maxsize=8192)
def _readings(char: str) -> frozenset[str]:
    # the readings of 績 are incomplete, those of 绩 are not
    return frozenset(
        _numbered(reading)
        for form in {char, to_simplified(char)}
        for reading in _printed_readings().get(ord(form), form).split(",")
    )


@cache
def _printed_readings() -> dict[int, str]:
    """Load the readings of every character from the table of pypinyin, for most pages have no gloss.

    The package itself is not imported: its table of phrases, of no use here, takes 0.3 s to load and leaves
    so many lists behind that every later collection of garbage is twice as long.
    """
    package = find_spec("pypinyin")
    folder = package.submodule_search_locations if package is not None else None
    table = spec_from_file_location("pinyin_dict", Path(folder[0]) / "pinyin_dict.py") if folder else None
    if table is None or table.loader is None:
        raise ModuleNotFoundError("No module named 'pypinyin'", name="pypinyin")
    module = module_from_spec(table)
    table.loader.exec_module(module)
    readings: dict[int, str] = module.pinyin_dict
    return readings


def _numbered(reading: str) -> str:
    """Spell a reading with its tone as a final digit: huì and hui4 both give hui4."""
    tone, letters = "", []
    reading = reading.translate(_PRINTED_FORMS)
    for char in unicodedata.normalize("NFD", reading):
        if char in _TONE_MARKS:
            tone = _TONE_MARKS[char]
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)).replace("v", "ü") + tone
