"""Corpus -> Tokens: cut every text, take out what names no matter, and remember both."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from readout_nlp.corpus.corpus import Corpus, Unit
from readout_nlp.errors import InputError
from readout_nlp.paged import gathered
from readout_nlp.reference.stopwords import TIERS, stop_words_fingerprint
from readout_nlp.tokens.cache import cached
from readout_nlp.tokens.coding import Coded, Map, Progress, code, cut_and_code, spans_of
from readout_nlp.tokens.lexicon import Lexicon, project_lexicon, read_lexicon
from readout_nlp.tokens.names import corpus_names
from readout_nlp.tokens.segment import DEFAULT_ENGINE, check_kept_whole
from readout_nlp.tokens.segment import segmenter as make_segmenter
from readout_nlp.tokens.select import DROPS, Drop, headings

REMOVED_SCHEMA: dict[str, pl.DataType] = {"tier": pl.String(), "term": pl.String(), "count": pl.Int64()}


@dataclass(frozen=True, eq=False, kw_only=True)
class Tokens:
    """The tokens of every document, in order, in a compact coding.

    Attributes
    ----------
    doc_ids : tuple of str, length n_docs
    terms : tuple of str, length n_distinct
        Distinct terms, sorted.
    codes : ndarray of int32, shape (n_tokens,)
        Position in `terms` of every token, one document after the other.
    offsets : ndarray of int64, shape (n_docs + 1,)
        Document d holds ``codes[offsets[d]:offsets[d + 1]]``.
    unit : str
        ``item`` or ``document``.
    steps : tuple of dict
        What was done, in order; plain JSON values.
    removed : polars.DataFrame
        ``tier``, ``term``, ``count`` of what was taken out.
    fingerprints : mapping of str to str
        SHA-256 of the corpus, the lexicon and the stop words.
    """

    doc_ids: tuple[str, ...]
    terms: tuple[str, ...]
    codes: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]
    unit: Unit
    steps: tuple[dict[str, Any], ...] = ()
    removed: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REMOVED_SCHEMA))
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.doc_ids)

    def __iter__(self) -> Iterator[list[str]]:
        """Give every document's tokens as a list."""
        return (self._document(index) for index in range(len(self)))

    def __getitem__(self, doc_id: str) -> list[str]:
        return self._document(self._position[doc_id])

    def _document(self, index: int) -> list[str]:
        return [self.terms[code] for code in self.codes[self.offsets[index] : self.offsets[index + 1]]]

    @cached_property
    def _position(self) -> dict[str, int]:
        return {doc_id: index for index, doc_id in enumerate(self.doc_ids)}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over documents and tokens."""
        digest = hashlib.sha256("\n".join([self.unit, *self.doc_ids, "", *self.terms]).encode())
        digest.update(np.ascontiguousarray(self.codes, dtype="<i4").data)
        digest.update(np.ascontiguousarray(self.offsets, dtype="<i8").data)
        return digest.hexdigest()

    @property
    def lexicon_fingerprint(self) -> str | None:
        """SHA-256 of the lexicon used; None where no lexicon was used."""
        return self.fingerprints.get("lexicon")


def tokenize(
    corpus: Corpus,
    *,
    unit: Unit = "item",
    segmenter: str = DEFAULT_ENGINE,
    tiers: Collection[int] = TIERS,
    drop: Collection[Drop] = DROPS,
    lexicon: Lexicon | str | Path | None = None,
    cache: str | Path | None = None,
    map: Map = map,  # noqa: A002  # the seam through which processes come from above
    progress: Progress | None = None,
) -> Tokens:
    """Cut the texts of a corpus into tokens and take out what names no matter.

    Parameters
    ----------
    corpus
        At least one text.
    unit
        ``item`` or ``document``.
    segmenter
        ``rjieba`` (fast) or ``jieba`` (the reference; same tokens, ties apart).
    tiers
        Tiers of stop words to take out: 1 function words, 2 formulae of the meeting, 3 verbs and nouns that
        stand beside any matter.
    drop
        What else to take out: ``place`` and ``person`` (names of the corpus' own places and presiders, which
        else become topics), ``number``, ``single`` (tokens of one character).
    lexicon
        A user's lexicon file, added to the project's; or a `Lexicon`, used as it is; None: the project's.
    cache
        A folder that keeps what was cut, by texts, lexicon and engine: asked again, with other `tiers` or
        `drop` too, the same texts are not cut again. A damaged entry is made anew.
    map
        Spreads the cut over processes, to the same result, where the corpus is large enough for that to pay
        (`readout_nlp.tokens.coding.SPREAD_FROM`): ``concurrent.futures.ProcessPoolExecutor(2).map``.
    progress
        Wraps an iterable to show a bar: ``progress(texts, description=..., total=...)``.

    Returns
    -------
    Tokens
        One document for each unit, in the order of the corpus; documents left without tokens stay, empty.

    Raises
    ------
    InputError
        The corpus holds no text, or the lexicon file is faulty.
    RecipeError
        Segmenter, tier or heading does not exist.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> tokens = rn.tokenize(rn.sample_corpus(cities=2, years=2, per_cell=1))
    >>> sorted(set(tokens.removed["tier"]) & {"1", "2", "3"})
    ['1', '2', '3']
    """
    texts = corpus.texts(unit)
    if texts.is_empty():
        raise InputError(f"a corpus without a single {unit}", "at least one text", "read more pages")
    names = corpus_names(corpus)
    chosen = _lexicon(lexicon)
    whole = chosen.extended(names.places | names.people)
    check_kept_whole(make_segmenter(segmenter, lexicon=whole), whole)
    coded = cached(
        texts["text"],
        folder=Path(cache) if cache else None,
        engine=segmenter,
        lexicon=whole,
        make=partial(cut_and_code, engine=segmenter, lexicon=whole, map=map, progress=progress),
    )
    found = headings(coded.terms, tiers=tiers, drop=drop, names=names, protected=set(chosen.terms))
    steps = (
        {
            "step": "segment",
            "engine": segmenter,
            "unit": unit,
            "n_lexicon": len(chosen),
            "n_tokens": len(coded.codes),
        },
        {"step": "take out", "tiers": sorted(tiers), "drop": sorted(drop)},
    )
    kept, kept_offsets, kept_terms = _keep(coded, [heading is None for heading in found])
    return Tokens(
        doc_ids=tuple(texts["doc_id"]),
        terms=kept_terms,
        codes=kept,
        offsets=kept_offsets,
        unit=unit,
        steps=steps,
        removed=_removed(coded, found),
        fingerprints={
            "corpus": corpus.fingerprint,
            "lexicon": chosen.fingerprint,
            "stop_words": stop_words_fingerprint(),
        },
    )


def tokens_from_lists(
    doc_ids: Sequence[str], lists: Iterable[Iterable[str]], *, unit: Unit = "item"
) -> Tokens:
    """Make `Tokens` of texts that were cut elsewhere.

    Parameters
    ----------
    doc_ids : sequence of str, length n_docs
        Unique.
    lists : iterable of iterables of str, length n_docs
    unit
        What a document is.

    Raises
    ------
    InputError
        Ids repeat, or there are more or fewer lists than ids.

    Examples
    --------
    >>> tokens = tokens_from_lists(["a", "b"], [["水", "电", "水"], []])
    >>> list(tokens), tokens["a"]
    ([['水', '电', '水'], []], ['水', '电', '水'])
    """
    ids = tuple(doc_ids)
    if len(set(ids)) != len(ids):
        raise InputError(f"{len(ids) - len(set(ids))} repeated document ids", "unique ids", "rename them")
    coded = code(lists)
    if len(coded[2]) != len(ids) + 1:
        raise InputError(
            f"{len(coded[2]) - 1} lists of tokens for {len(ids)} ids", "one list an id", "align the two"
        )
    codes, offsets, terms = _keep(coded, [True] * len(coded[0]))
    steps = ({"step": "given", "n_tokens": len(codes)},)
    return Tokens(doc_ids=ids, terms=terms, codes=codes, offsets=offsets, unit=unit, steps=steps)


def _lexicon(lexicon: Lexicon | str | Path | None) -> Lexicon:
    if isinstance(lexicon, Lexicon):
        return lexicon
    return project_lexicon() if lexicon is None else project_lexicon().extended(read_lexicon(lexicon).terms)


def _keep(
    coded: Coded, keep: Sequence[bool]
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], tuple[str, ...]]:
    terms, codes, offsets = coded
    kept = sorted(index for index, stays in enumerate(keep) if stays)
    order = sorted(kept, key=terms.__getitem__)
    new_code = np.full(len(terms), -1, dtype=np.int32)
    new_code[order] = np.arange(len(order), dtype=np.int32)
    held = np.zeros(len(offsets) - 1, dtype=np.int64)

    def staying() -> Iterator[npt.NDArray[np.int32]]:
        for first, last in spans_of(offsets):
            recoded = new_code[codes[offsets[first] : offsets[last]]]
            stays = recoded >= 0
            begins, full = offsets[first:last] - offsets[first], np.diff(offsets[first : last + 1]) > 0
            if full.any():
                held[first:last][full] = np.add.reduceat(stays, begins[full], dtype=np.int64)
            yield recoded[stays]

    left = gathered(staying(), np.int32)
    before = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(held)])
    return left, before, tuple(terms[index] for index in order)


def _removed(coded: Coded, found: Sequence[str | None]) -> pl.DataFrame:
    counts = np.zeros(len(coded.terms), dtype=np.int64)
    for first, last in spans_of(coded.offsets):
        own = coded.codes[coded.offsets[first] : coded.offsets[last]]
        counts += np.bincount(own, minlength=len(counts))
    rows = [
        (tier, term, int(count))
        for term, tier, count in zip(coded.terms, found, counts, strict=True)
        if tier is not None
    ]
    table = pl.DataFrame(rows, schema=REMOVED_SCHEMA, orient="row")
    return table.sort("tier", "count", "term", descending=[False, True, False])
