"""The names of a corpus: its places and people, taken out of tokens because local names are no topics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.reference.gazetteer import divisions, short_name
from readout_nlp.tokens.lexicon import fault
from readout_nlp.tokens.segment import in_dictionary

_PLACE_COLUMNS = ("place_name", "prefecture", "province")
_NAME_TAGS = ("ns", "nr")  # place and person in the dictionary's parts of speech
_PLAIN_LENGTH = 2


@dataclass(frozen=True)
class Names:
    """Names to keep whole in the cut and to take out afterwards.

    Attributes
    ----------
    places
        Full and short names.
    people
        Presiders.
    """

    places: frozenset[str]
    people: frozenset[str]


def corpus_names(corpus: Corpus) -> Names:
    """Give the names of the places and presiders of a corpus.

    Places are those of the readouts, the units above them and the units directly below them. A name of two
    characters that is an ordinary word too (和平, 高新) is left alone: it would take the word out as well.

    Examples
    --------
    >>> import polars as pl
    >>> from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA
    >>> row = {"place_name": "和平区", "prefecture": "天津市", "presider": "丁立新"}
    >>> corpus = Corpus(
    ...     pl.DataFrame([row], schema=READOUT_SCHEMA),
    ...     pl.DataFrame(schema=ITEM_SCHEMA),
    ...     pl.DataFrame(schema=QUARANTINE_SCHEMA),
    ... )
    >>> sorted(corpus_names(corpus).places), sorted(corpus_names(corpus).people)
    (['和平区', '天津', '天津市'], ['丁立新'])
    """
    full = {name for column in _PLACE_COLUMNS for name in corpus.readouts[column].unique() if name}
    codes = set(corpus.readouts["place_code"].drop_nulls())
    full |= {unit.name for unit in divisions() if unit.parent in codes}
    people = corpus.readouts["presider"].drop_nulls().unique()
    return Names(_telling(full | {short_name(name) for name in full}), _telling(people))


def _telling(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if not fault(name) and not _ordinary(name))


def _ordinary(name: str) -> bool:
    speech = in_dictionary(name) if len(name) <= _PLAIN_LENGTH else None
    return speech is not None and not speech.startswith(_NAME_TAGS)
