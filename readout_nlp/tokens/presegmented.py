"""Texts that others have cut into words -> a corpus and its tokens, the cut kept as it was given."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from readout_nlp.corpus.build import build_corpus
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.row_schema import note_faults
from readout_nlp.errors import InputError
from readout_nlp.pages.columns import recognise
from readout_nlp.pages.decode import decode
from readout_nlp.pages.page import Given, Page, Rejected
from readout_nlp.pages.read import read_pages
from readout_nlp.readouts.dates import parse_published
from readout_nlp.readouts.parse import ID_LENGTH, parse_rejected
from readout_nlp.readouts.places import given_place
from readout_nlp.readouts.readout import Item, Readout
from readout_nlp.reference.stopwords import stop_words_fingerprint
from readout_nlp.tokens.names import Names, corpus_names
from readout_nlp.tokens.select import Drop, headings
from readout_nlp.tokens.tokenize import REMOVED_SCHEMA, Tokens, tokens_from_lists

COLUMN = "tokens"
_LISTED = "\u2028"  # stands before every token of a list, so that a token may hold the separator
_TAG = re.compile(r"[^\s_/]+[_/][A-Za-z]{1,5}")
_LONGEST_MEAN = 8.0
_LATIN = re.compile(r"[0-9A-Za-z]")
Cut = Callable[[str], list[str]]


@dataclass(frozen=True, kw_only=True)
class Presegmented:
    """A corpus whose texts came cut into words.

    Attributes
    ----------
    corpus
        One readout of kind ``document`` for every text; its body is the words put together again.
    tokens
        The words, one document a readout, in the order of the corpus.
    """

    corpus: Corpus
    tokens: Tokens


def read_tokens(
    paths: str | Path | Sequence[str | Path],
    *,
    separator: str = " ",
    tags: str | None = None,
    columns: Mapping[str, str] | None = None,
    tiers: Collection[int] = (),
    drop: Collection[Drop] = (),
) -> Presegmented:
    r"""Read texts that are cut into words already.

    Parameters
    ----------
    paths
        Tables with a column ``tokens`` (a list, or words with `separator` between them), else ``text``; or
        texts, one a file. The other columns are as in `read_corpus`.
    separator
        What stands between words; a blank: any white space. Lists need none.
    tags
        What stands between a word and its part of speech (``_`` for 会议_n), which is taken off; None: words
        have none.
    columns
        Which column of a table is which field, ``tokens`` too.
    tiers, drop
        What to take out, as in `tokenize`; by default punctuation alone.

    Returns
    -------
    Presegmented
        ``corpus`` and ``tokens``; texts without a word are in the corpus' quarantine.

    Raises
    ------
    InputError
        Nothing can be read; or what was read is not cut so: words are too long on the whole, or carry tags
        that `tags` does not speak of.
    RecipeError
        A tier or a heading does not exist.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "cut.csv"
    >>> _ = file.write_text("id,place,date,tokens\na,苏州市,2018-03-05,推进 乡村 振兴\n", encoding="utf-8")
    >>> found = read_tokens(file)
    >>> found.corpus.readouts["body"].to_list(), list(found.tokens)
    (['推进乡村振兴'], [['推进', '乡村', '振兴']])
    """
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    asked = dict(columns or {})
    column = asked.pop(COLUMN, None) or asked.get("text", COLUMN)
    cut = partial(cut_given, separator=separator, tags=tags)
    cuts: dict[tuple[str, str], list[str]] = {}
    pages = read_pages(listed, columns=asked | {"text": column}, prepare=partial(_prepared, column=column))
    corpus = build_corpus(_documents(note_faults(pages), cut, cuts), merge=False)
    ids = corpus.readouts["readout_id"].to_list()
    lists = [cuts[key] for key in zip(ids, corpus.readouts["sha256"], strict=True)]
    _require_cut(lists, separator=separator, tags=tags)
    tokens = _selected(corpus, ids, lists, tiers=tiers, drop=drop)
    given = {"step": "given", "separator": separator, "tags": tags, "n_tokens": sum(map(len, lists))}
    return Presegmented(corpus=corpus, tokens=replace(tokens, steps=(given, *tokens.steps)))


def cut_given(text: str, *, separator: str = " ", tags: str | None = None) -> list[str]:
    """Give the words of a text that has a mark between them.

    Examples
    --------
    >>> cut_given("推进_v 乡村_n", tags="_"), cut_given("推进/乡村/", separator="/")
    (['推进', '乡村'], ['推进', '乡村'])
    """
    if text.startswith(_LISTED):
        words = text.split(_LISTED)
    else:
        words = text.split() if separator.isspace() else text.split(separator)
    if tags is not None:
        words = [
            before if mark and before else whole
            for whole in words
            for before, mark in [_untagged(whole, tags)]
        ]
    return [word for part in words if (word := part.strip())]


def joined(words: Sequence[str]) -> str:
    """Put words together as Chinese is written: a blank between two of Latin letters or digits alone.

    Examples
    --------
    >>> joined(["建设", "5G", "base", "站"])
    '建设5G base站'
    """
    text: list[str] = []
    for word in words:
        if text and _LATIN.fullmatch(text[-1][-1]) and _LATIN.fullmatch(word[0]):
            text.append(" ")
        text.append(word)
    return "".join(text)


def _untagged(word: str, tags: str) -> tuple[str, str]:
    before, mark, _ = word.rpartition(tags)
    return before, mark


def _prepared(row: Mapping[str, Any], *, column: str) -> Mapping[str, Any]:
    """Make the column of words the only text of the row, where it has one."""
    if column not in row:
        return row
    cell = row[column]
    if isinstance(cell, list):
        words = [word for word in cell if isinstance(word, str) and word.strip()]
        cell = "".join(f"{_LISTED}{word}" for word in words)
    others = {name: value for name, value in row.items() if not recognise((name,)).text}
    return {**others, column: cell}


def _documents(
    pages: Iterator[Page | Rejected], cut: Cut, cuts: dict[tuple[str, str], list[str]]
) -> Iterator[Readout]:
    for page in pages:
        if isinstance(page, Rejected):
            yield parse_rejected(page)
            continue
        words = cut(decode(page.data).text)
        if not words:
            reason = "found a text without a word; expected words; leave it out"
            yield parse_rejected(Rejected(origin=page.origin, reason=reason, sha256=page.sha256))
            continue
        readout = _document(page, joined(words))
        cuts.setdefault((readout.id, readout.sha256), words)
        yield readout


def _document(page: Page, body: str) -> Readout:
    given = page.given or Given()
    published = parse_published(given.date)
    year = published.year if published else None
    identity = given.id or _identity(given.place, given.date, body)
    item = Item(
        id=f"{identity}-01",
        act="unstated",
        acts=("unstated",),
        verb=None,
        subject=given.title or body[:40],
        text=body,
        start=0,
        end=len(body),
    )
    return Readout(
        id=identity,
        origin=page.origin,
        sha256=page.sha256,
        kind="document",
        title=given.title,
        place=given_place(given.place, year=year) if given.place else None,
        published=published,
        meeting_date=None,
        meeting_type=None,
        presider=None,
        source=given.source,
        script="simplified",
        repairs=(),
        body=body,
        attendance=None,
        items=(item,),
    )


def _identity(*parts: str | None) -> str:
    return hashlib.sha256("\n".join(part or "" for part in parts).encode()).hexdigest()[:ID_LENGTH]


def _require_cut(lists: Sequence[Sequence[str]], *, separator: str, tags: str | None) -> None:
    """Refuse what is not cut as the call says: it would be counted without a word of complaint."""
    words = [word for words in lists for word in words]
    if not words:
        raise InputError("no text with a word", "texts cut into words", "look at them: `readout-nlp check`")
    mean = sum(map(len, words)) / len(words)
    if mean > _LONGEST_MEAN:
        raise InputError(
            f"words of {mean:.0f} characters on average, with {separator!r} between them",
            "texts that are cut into words",
            "say what stands between words (separator=), or give whole texts to read_corpus and tokenize",
        )
    tagged = sum(bool(_TAG.fullmatch(word)) for word in words)
    if tags is None and tagged > len(words) / 2:
        mark = "_" if any("_" in word for word in words) else "/"
        raise InputError(
            f"tags behind {tagged} of {len(words)} words, such as {next(filter(_TAG.fullmatch, words))!r}",
            "words alone, or to be told of tags",
            f"say tags={mark!r}",
        )


def _selected(
    corpus: Corpus, ids: list[str], lists: list[list[str]], *, tiers: Collection[int], drop: Collection[Drop]
) -> Tokens:
    terms = sorted({word for words in lists for word in words})
    names = corpus_names(corpus) if {"place", "person"} & set(drop) else Names(frozenset(), frozenset())
    found = headings(terms, tiers=tiers, drop=drop, names=names)
    heading = {term: tier for term, tier in zip(terms, found, strict=True) if tier is not None}
    kept = [[word for word in words if word not in heading] for words in lists]
    counts = Counter(word for words in lists for word in words if word in heading)
    removed = pl.DataFrame(
        [(heading[term], term, count) for term, count in counts.items()], schema=REMOVED_SCHEMA, orient="row"
    )
    tokens = tokens_from_lists(ids, kept, unit="document")
    fingerprints = {"corpus": corpus.fingerprint, "stop_words": stop_words_fingerprint()}
    return replace(
        tokens,
        steps=({"step": "take out", "tiers": sorted(tiers), "drop": sorted(drop)},),
        removed=removed.sort("tier", "count", "term", descending=[False, True, False]),
        fingerprints=fingerprints,
    )
