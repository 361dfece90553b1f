"""Text -> tokens: the only door to jieba and rjieba.

Only runs of Han characters are given to an engine, one by one, after the terms of the lexicon have been set
apart; numbers, dates, Latin words and signs are cut by a rule of our own. On Han runs both engines
agree, so that the fast one is the default; ``benchmarks/segment.py`` counts differences on any corpus.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from readout_nlp.errors import CheckError, RecipeError
from readout_nlp.tokens.lexicon import Lexicon
from readout_nlp.tokens.protect import (
    Span,
    cut_through,
    found,
    longest_first,
    meant,
    stands_alone,
    term_pattern,
)

Segmenter = Callable[[str], list[str]]

DEFAULT_ENGINE = "rjieba"

_HAN = "\u4e00-\u9fd5"  # what jieba itself takes for Han; rarer characters become tokens of their own
_ANY_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇々"
_WORD = rf"[^\W_{_ANY_HAN}]"
_PIECES = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    r"|\d{1,3}(?:,\d{3}){1,6}(?!\d)(?:\.\d+)?[%‰]?"  # 12,000; bounded, so that no input is slow
    r"|\d{1,2}(?::\d{2}){1,2}(?!\d)"  # 12:53
    rf"|{_WORD}+(?:[.+·\-&/_]+{_WORD}+)*[%‰]?"  # 2021-01-16, 3+3+3, 5·18, PM2.5, COVID-19, 4.5%
    r"|\s+|.",
    re.DOTALL,
)
_ALL_HAN = re.compile(rf"[{_HAN}]+")
_ZEROS = "〇○"
_YEAR_DIGITS = "〇○零一二三四五六七八九十"
_FOLDED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-.:%/&"
_FOLD = {ord(char) + 0xFEE0: char for char in _FOLDED} | dict.fromkeys(map(ord, "・‧•⋅"), "·")


@dataclass(frozen=True, slots=True)
class Engine:
    """A segmentation engine: how it cuts a run of Han characters, and which words it knows."""

    cut: Segmenter
    known: Callable[[str], bool]


def fold(text: str) -> str:
    """Give full-width letters, digits and connectors their half-width form; the length stays.

    Examples
    --------
    >>> fold("５Ｇ＋，２０２１：")
    '5G+，2021:'
    """
    return text.translate(_FOLD)


def segmenter(name: str = DEFAULT_ENGINE, *, lexicon: Lexicon | None = None) -> Segmenter:
    """Give a function that cuts text into tokens.

    Nothing is lost: the tokens of a text, joined, are ``fold(text)``. White space and every sign of
    punctuation are tokens of their own, so that no word crosses one; selection drops them later.

    Parameters
    ----------
    name
        ``rjieba`` (fast) or ``jieba`` (the reference); both give the same tokens.
    lexicon
        Terms to keep whole, found before the cut, longest first; None: none.

    Returns
    -------
    callable of str to list of str

    Raises
    ------
    RecipeError
        The engine is unknown.

    Examples
    --------
    >>> cut = segmenter(lexicon=Lexicon.of(["两个维护", "5·18"]))
    >>> cut("做到两个维护，举办5·18活动。")
    ['做到', '两个维护', '，', '举办', '5·18', '活动', '。']
    """
    if name not in ENGINES:
        raise RecipeError(
            f"segmenter {name!r}", f"one of {', '.join(sorted(ENGINES))}", "choose one of these"
        )
    terms = [fold(term) for term in lexicon.terms] if lexicon else []
    plain = term_pattern(term for term in terms if _ALL_HAN.fullmatch(term))
    mixed = term_pattern(term for term in terms if not _ALL_HAN.fullmatch(term))
    return partial(_segment, ENGINES[name](), plain=plain, mixed=mixed)


def check_kept_whole(cut: Segmenter, lexicon: Lexicon) -> None:
    """Assert that every term of a lexicon comes out of a cut as one token.

    Raises
    ------
    CheckError
        Names the terms that are cut apart.

    Examples
    --------
    >>> lexicon = Lexicon.of(["强富美高"])
    >>> check_kept_whole(segmenter(lexicon=lexicon), lexicon)
    """
    broken = [term for term in lexicon.terms if cut(term) != [fold(term)]]
    if broken:
        raise CheckError(
            f"{len(broken)} lexicon terms cut apart ({', '.join(broken[:10])})",
            "each term as one token",
            "remove them from the lexicon, or report this with the term",
        )


def in_dictionary(word: str) -> str | None:
    """Give the part of speech that the engines' dictionary has for a word (``ns``: a place), or None.

    Examples
    --------
    >>> in_dictionary("苏州"), in_dictionary("和平"), in_dictionary("强富美高")
    ('ns', 'nz', None)
    """
    engine = _rjieba()
    if not engine.has_word(word):
        return None
    tagged: list[tuple[str, str]] = engine.tag(word, hmm=False)
    return tagged[0][1] if len(tagged) == 1 else None


def _segment(
    engine: Engine, text: str, *, plain: re.Pattern[str] | None, mixed: re.Pattern[str] | None
) -> list[str]:
    folded = fold(text)
    tokens: list[str] = []
    position = 0
    for start, end in _set_apart(folded, mixed):
        tokens += _pieces(engine, folded[position:start], plain=plain)
        tokens.append(folded[start:end])
        position = end
    tokens += _pieces(engine, folded[position:], plain=plain)
    return tokens


def _set_apart(text: str, mixed: re.Pattern[str] | None) -> list[Span]:
    terms = [span for span in found(mixed, text) if stands_alone(text, span)] if mixed else []
    return longest_first([*terms, *_years_in_han(text)])


def _years_in_han(text: str) -> Iterator[Span]:
    # 二〇二一 and 二○二一: the engines do not take the zero for Han and would cut the year apart
    position = 0
    for zero in re.finditer(f"[{_ZEROS}]", text):
        if zero.start() < position:
            continue
        start, end = zero.span()
        while start > position and text[start - 1] in _YEAR_DIGITS:
            start -= 1
        while end < len(text) and text[end] in _YEAR_DIGITS:
            end += 1
        position = end
        if end - start > 1:
            yield start, end


def _pieces(engine: Engine, text: str, *, plain: re.Pattern[str] | None) -> Iterator[str]:
    for piece in _PIECES.finditer(text):
        if piece.lastgroup == "han":
            yield from _run(engine, piece.group(), pattern=plain)
        else:
            yield piece.group()


def _run(engine: Engine, run: str, *, pattern: re.Pattern[str] | None) -> list[str]:
    words = engine.cut(run)
    spans = list(found(pattern, run)) if pattern else []
    if not spans:
        return words
    inside = cut_through(words, known=engine.known)
    tokens: list[str] = []
    position = 0
    for start, end in longest_first(span for span in spans if meant(run, span, inside=inside)):
        if position < start:
            tokens += engine.cut(run[position:start])
        tokens.append(run[start:end])
        position = end
    return tokens + (engine.cut(run[position:]) if position < len(run) else [])


@cache
def _rjieba() -> Any:
    from rjieba import Jieba

    return Jieba()  # an instance of our own: words added to the module's shared one cannot reach us


@cache
def _rjieba_engine() -> Engine:
    engine = _rjieba()
    return Engine(engine.cut, engine.has_word)


@cache
def _jieba_engine() -> Engine:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in its regexes, pkg_resources
        import jieba
    tokenizer = jieba.Tokenizer()
    # Not initialize(): that reads a marshalled cache from a folder shared by all users of the machine.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return Engine(tokenizer.lcut, lambda word: bool(tokenizer.FREQ.get(word)))


ENGINES: dict[str, Callable[[], Engine]] = {"jieba": _jieba_engine, "rjieba": _rjieba_engine}
