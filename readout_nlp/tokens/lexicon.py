"""Lexicons: the terms that segmentation must keep whole, from the project's data and from users' files."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from readout_nlp.errors import InputError
from readout_nlp.reference.terms import fictional_tifa, official_terms, undated_terms

CONNECTORS = "+·-.&/%"  # may stand inside a term (5·18, 3+3+3); any other punctuation ends one
_TERM = re.compile(rf"(?:[^\W_]|[{re.escape(CONNECTORS)}])+")
_FREQUENCY = re.compile(r"[0-9]+")
_TAG = re.compile(r"[A-Za-z]+")
_SHOWN_FAULTS = 10


@dataclass(frozen=True)
class Lexicon:
    """Terms to keep whole, sorted and unique.

    Attributes
    ----------
    terms : tuple of str
        Han text, letters and digits, with the connectors ``+ · - . & / %`` between them where needed.

    Examples
    --------
    >>> lexicon = Lexicon.of(["两个维护", "5·18"])
    >>> lexicon.terms
    ('5·18', '两个维护')
    >>> lexicon.extended(["强富美高"]).terms
    ('5·18', '两个维护', '强富美高')
    """

    terms: tuple[str, ...]

    @classmethod
    def of(cls, terms: Iterable[str]) -> Lexicon:
        """Make a lexicon of any iterable of terms; faults are collected and raised once.

        Raises
        ------
        InputError
            A term is empty, a single character, or holds a space or punctuation.
        """
        unique = sorted(set(terms))
        faults = [f"{term!r} ({why})" for term in unique if (why := fault(term))]
        if faults:
            raise _faulty("the lexicon", faults)
        return cls(tuple(unique))

    def extended(self, terms: Iterable[str]) -> Lexicon:
        """Give a new lexicon with `terms` added."""
        return Lexicon.of([*self.terms, *terms])

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the sorted terms, for provenance."""
        return hashlib.sha256("\n".join(self.terms).encode()).hexdigest()

    def __len__(self) -> int:
        return len(self.terms)


def fault(term: str) -> str | None:
    """Say what is wrong with a lexicon entry, or None.

    Examples
    --------
    >>> fault("两个维护") is None
    True
    >>> fault("会议，强调")
    'holds a space or punctuation'
    """
    if len(term) < 2:
        return "shorter than two characters"
    if not _TERM.fullmatch(term):
        return "holds a space or punctuation"
    if not any(char.isalnum() for char in term):
        return "holds no word character"
    return None


@cache
def project_lexicon() -> Lexicon:
    """Give the project's own lexicon: dated and undated official terms, and the sample's fictional tifa.

    Examples
    --------
    >>> "两个维护" in project_lexicon().terms
    True
    """
    dated = (entry.term for entry in (*official_terms(), *fictional_tifa()))
    return Lexicon.of([*dated, *undated_terms()])


def read_lexicon(path: str | Path) -> Lexicon:
    r"""Read a user's lexicon: one term a line, as jieba's user dictionaries (``term [frequency] [tag]``).

    Frequencies and tags are accepted and not needed: terms are kept whole before the cut. A byte order
    mark, CRLF line ends, blank lines and lines that begin with ``#`` are harmless.

    Parameters
    ----------
    path
        A UTF-8 text file.

    Returns
    -------
    Lexicon

    Raises
    ------
    InputError
        The file is missing, is not UTF-8, is empty, or has faulty lines: all of them are named at once.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "own.txt"
    >>> _ = file.write_bytes("\ufeff五级书记 20000 n\r\n吴8条\r\n".encode())
    >>> read_lexicon(file).terms
    ('五级书记', '吴8条')
    """
    file = Path(path)
    rows = [(number, line.split()) for number, line in enumerate(_lines(file), start=1)]
    entries = [(number, parts) for number, parts in rows if parts and not parts[0].startswith("#")]
    faults = [f"line {number}: {why}" for number, parts in entries if (why := _row_fault(parts))]
    if faults:
        raise _faulty(str(file), faults)
    if not entries:
        raise InputError(f"no term in {file}", "one term a line", "add terms or leave the lexicon out")
    return Lexicon.of(unicodedata.normalize("NFC", parts[0]) for _, parts in entries)


def _lines(file: Path) -> list[str]:
    try:
        return file.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(
            f"lexicon {file} that cannot be read ({error.strerror})", "a readable text file", "check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"lexicon {file} that is not UTF-8 (byte {error.start})",
            "a UTF-8 text file",
            "save it as UTF-8 (a GB18030 file: iconv -f gb18030 -t utf-8)",
        ) from error


def _row_fault(parts: list[str]) -> str | None:
    term, *rest = parts
    if why := fault(term):
        return f"{term!r} {why}"
    if rest and _FREQUENCY.fullmatch(rest[0]):
        rest = rest[1:]
    if rest and _TAG.fullmatch(rest[0]):
        rest = rest[1:]
    return f"{' '.join(rest)!r} is neither a frequency nor a tag" if rest else None


def _faulty(where: str, faults: list[str]) -> InputError:
    more = f" and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
    return InputError(
        f"{len(faults)} faulty entries in {where}: {'; '.join(faults[:_SHOWN_FAULTS])}{more}",
        "terms of two or more characters without spaces or punctuation, optionally followed by a frequency"
        " and a tag",
        "mend or remove these entries",
    )
