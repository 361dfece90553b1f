"""Text -> tokens: the only door to jieba and rjieba.

Engines see runs of Han characters, each cut as if it stood alone; numbers, dates, Latin words and signs are
cut by a rule of our own (`readout_nlp.tokens.pieces`), and the terms of the lexicon are set apart. On Han
runs both engines agree, but where two cuts of unknown words have the same chance (市会会会会), so that the
fast one is the default; ``benchmarks/segment.py`` counts differences on any corpus.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

from readout_nlp.errors import CheckError, RecipeError
from readout_nlp.tokens.lexicon import Lexicon
from readout_nlp.tokens.pieces import END, HAN, blank, fold, hold, release, years_in_han
from readout_nlp.tokens.protect import (
    Span,
    TermFinder,
    found,
    longest_first,
    meant,
    stands_alone,
    term_finder,
)

DEFAULT_ENGINE = "rjieba"

_HAN_RUN = re.compile(f"[{HAN}]+")
_NOT_HAN = re.compile(f"[^{HAN}]")
_FIRST_HAN, _LAST_HAN = HAN[0], HAN[-1]


@dataclass(frozen=True, slots=True)
class Engine:
    """A segmentation engine: how it cuts runs of Han characters between signs, and which words it knows."""

    cut: Callable[[str], list[str]]
    known: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Segmenter:
    """An engine with the terms to keep whole."""

    engine: Engine
    plain: TermFinder | None
    mixed: TermFinder | None

    def __call__(self, text: str) -> list[str]:
        """Cut a text."""
        return self._cut(fold(text))

    def cut_joined(self, texts: Iterable[str]) -> list[str]:
        r"""Cut texts, each as if it stood alone, with the token `END` after each; many short ones sooner so.

        Examples
        --------
        >>> segmenter().cut_joined(["推进农业", "", "农业。"])
        ['推进', '农业', '\uffff', '\uffff', '农业', '。', '\uffff']
        """
        return self._cut("".join(f"{fold(text)}{END}" for text in texts))

    def _cut(self, folded: str) -> list[str]:
        held, pieces = hold(folded, _set_apart(self, folded))
        return release(self.engine.cut(held), pieces)


def segmenter(name: str = DEFAULT_ENGINE, *, lexicon: Lexicon | None = None) -> Segmenter:
    """Give what cuts text into tokens: called with a text, it gives a list.

    Nothing is lost: the tokens of a text, joined, are ``fold(text)``. White space and every sign of
    punctuation are tokens of their own, so that no word crosses one; selection drops them later.

    Parameters
    ----------
    name
        ``rjieba`` (fast) or ``jieba`` (the reference); both give the same tokens, ties apart.
    lexicon
        Terms to keep whole, found before the cut, longest first; None: none.

    Returns
    -------
    Segmenter

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
    plain = term_finder(term for term in terms if _HAN_RUN.fullmatch(term))
    mixed = term_finder(term for term in terms if not _HAN_RUN.fullmatch(term))
    return Segmenter(ENGINES[name](), plain, mixed)


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
    tokens = iter(cut.cut_joined(lexicon.terms))
    broken = [term for term in lexicon.terms if list(iter(partial(next, tokens), END)) != [fold(term)]]
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


def _set_apart(segmenter: Segmenter, text: str) -> list[Span]:
    mixed = segmenter.mixed
    terms = [span for span in found(mixed, text) if stands_alone(text, span)] if mixed else []
    spans = longest_first([*terms, *years_in_han(text)])
    if segmenter.plain is None:
        return spans
    return sorted([*spans, *_plain_terms(segmenter.engine, segmenter.plain, blank(text, spans))])


def _plain_terms(engine: Engine, plain: TermFinder, text: str) -> Iterator[Span]:
    spans = list(found(plain, text))
    at = 0
    while at < len(spans):
        start, end = _run_around(text, spans[at][0])
        beyond = at + 1
        while beyond < len(spans) and spans[beyond][0] < end:
            beyond += 1
        inside = [(left - start, right - start) for left, right in spans[at:beyond]]
        for left, right in meant(text[start:end], inside, cut=engine.cut, known=engine.known):
            yield start + left, start + right
        at = beyond


def _run_around(text: str, position: int) -> Span:
    start = position
    while start and _FIRST_HAN <= text[start - 1] <= _LAST_HAN:
        start -= 1
    beyond = _NOT_HAN.search(text, position)
    return start, beyond.start() if beyond else len(text)


@cache
def _rjieba() -> Any:
    # an instance of our own: words added to the module's shared one cannot reach us
    return _compiled_rjieba().Jieba()


def _compiled_rjieba() -> Any:
    """Load the compiled part of rjieba alone: its package reads a dictionary more, for a shared instance."""
    name, package = "rjieba.rjieba", find_spec("rjieba")
    part = PathFinder.find_spec(name, package.submodule_search_locations if package else None)
    if part is None or part.loader is None or name in sys.modules:
        import rjieba  # noqa: F401

        return sys.modules[name]
    sys.modules[name] = module_from_spec(part)  # where the package looks for it, if anyone loads that
    part.loader.exec_module(sys.modules[name])
    return sys.modules[name]


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
