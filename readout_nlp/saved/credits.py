"""What only a person can say of a saved model: title, authors, year, DOI, URL, licence; checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readout_nlp.errors import RecipeError

CITATION_KEYS = ("title", "authors", "year", "doi", "url", "license")
AUTHOR_KEYS = ("name", "family", "given", "orcid")
MAX_LENGTH = 500
# line feeds, escape codes of terminals, marks that turn the direction of writing, halves of characters
UNSEEN = {"Cc", "Cf", "Cs"}
# as the schema of CFF 1.2.0 has it
DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")
DOI_RESOLVER = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)", re.IGNORECASE)
# no quotation mark, bracket, brace or backslash that could end the place where it is printed
URL = re.compile(r"https?://[^\s<>\"'{}|\\^`]+")
ORCID = re.compile(r"https://orcid\.org/(?:\d{4}-){3}\d{3}[\dX]")
YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """An author: a person by family and given name, or a name that is printed whole.

    Attributes
    ----------
    name
        An institution, or a person's name that is not to be taken apart; empty for the other kind.
    family, given
        A person's names; `given` may be empty.
    orcid
        The full URL, or empty.
    """

    name: str = ""
    family: str = ""
    given: str = ""
    orcid: str = ""


def checked_credits(given: Mapping[str, Any]) -> dict[str, Any]:
    """Check what was given for citation, and give it in its usual form.

    Parameters
    ----------
    given
        ``title``; ``authors``: a list, each ``"Family, Given"``, a name without a comma (an institution, or
        a name printed whole) or a mapping with ``name``, or with ``family``, ``given`` and ``orcid``;
        ``year``; ``doi`` (with or without the resolver); ``url``; ``license`` (an SPDX identifier or a URL).

    Raises
    ------
    RecipeError
        An unknown key, or a value that a citation could not print; every fault is named.

    Examples
    --------
    >>> checked_credits({"year": "2026", "doi": "https://doi.org/10.5072/x", "authors": ["甲, 乙"]})
    {'year': 2026, 'doi': '10.5072/x', 'authors': ['甲, 乙']}
    """
    faults = [f"the unknown key {str(key)!r}" for key in given if key not in CITATION_KEYS]
    faults += _faults(given)
    if faults:
        raise RecipeError(
            f"in citation: {'; '.join(faults)}",
            f"keys among {', '.join(CITATION_KEYS)}: authors a list of names, year a number of four digits, "
            "doi such as 10.5072/x, url with http:// or https://",
            "correct these, or leave them out",
        )
    made = {key: given[key] for key in given if given[key] is not None}
    tidy: dict[str, Callable[[Any], Any]] = {"authors": _tidy_authors, "year": int, "doi": bare_doi}
    return {key: tidy.get(key, one_line)(value) for key, value in made.items()}


def authors_of(manifest: Mapping[str, Any]) -> list[Author]:
    """Give the authors that a manifest names.

    Examples
    --------
    >>> authors_of({"citation": {"authors": ["Doe, Jane", "Office of Examples"]}})[0].family
    'Doe'
    """
    return [_author(given) for given in (manifest["citation"] or {}).get("authors") or []]


def bare_doi(text: object) -> str:
    """Give a DOI without its resolver; empty if it is none.

    Examples
    --------
    >>> bare_doi("https://doi.org/10.5072/x"), bare_doi("see below")
    ('10.5072/x', '')
    """
    bare = DOI_RESOLVER.sub("", one_line(text), count=1)
    return bare if DOI.fullmatch(bare) else ""


def web_url(text: object) -> str:
    """Give a URL that may be linked to; empty if it is another thing, such as ``javascript:``.

    Examples
    --------
    >>> web_url("https://example.org/a"), web_url("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    url = str(text)
    return url if URL.fullmatch(url) else ""


def whole_year(value: object) -> int | None:
    """Give a year of four digits as a number; None if it is another thing.

    Examples
    --------
    >>> whole_year("2026"), whole_year("in press")
    (2026, None)
    """
    return int(str(value)) if YEAR.fullmatch(str(value)) else None


def one_line(text: object) -> str:
    r"""Give text as one line of visible characters: names come from pages that anyone may have written.

    Examples
    --------
    >>> one_line("甲\n\x1b[31m市\u202e")
    '甲 [31m市'
    """
    kept = (c for c in str(text) if c.isspace() or unicodedata.category(c) not in UNSEEN)
    return " ".join("".join(kept).split())


def _faults(given: Mapping[str, Any]) -> Iterator[str]:
    checks: dict[str, Callable[[Any], object]] = {
        "title": _is_text,
        "license": _is_text,
        "year": whole_year,
        "doi": bare_doi,
        "url": lambda value: len(str(value)) <= MAX_LENGTH and web_url(value),
    }
    for key, is_good in checks.items():
        if given.get(key) is not None and not is_good(given[key]):
            yield f"{key} {str(given[key])[:MAX_LENGTH]!r}"
    authors = given.get("authors")
    if authors is None:
        return
    if isinstance(authors, str) or not isinstance(authors, Sequence):
        yield f"authors {authors!r}, not a list"
        return
    yield from (f"author {author!r}" for author in authors if not _is_author(author))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(one_line(value)) <= MAX_LENGTH


def _is_author(given: object) -> bool:
    if not isinstance(given, Mapping):
        return _is_text(given)
    if set(given) - set(AUTHOR_KEYS) or not all(_is_text(part) for part in given.values()):
        return False
    whole = "name" in given and not {"family", "given"} & set(given)
    named = whole or ("name" not in given and "family" in given)
    return named and ("orcid" not in given or bool(ORCID.fullmatch(given["orcid"])))


def _tidy_authors(authors: Sequence[Any]) -> list[Any]:
    return [
        {key: one_line(a[key]) for key in AUTHOR_KEYS if key in a} if isinstance(a, Mapping) else one_line(a)
        for a in authors
    ]


def _author(given: object) -> Author:
    if isinstance(given, Mapping):
        return Author(**{key: one_line(given[key]) for key in AUTHOR_KEYS if key in given})
    family, comma, rest = one_line(given).replace("\N{FULLWIDTH COMMA}", ",").partition(",")
    if not comma or not rest.strip() or not family.strip():
        return Author(name=one_line(given))
    return Author(family=family.strip(), given=rest.strip())
