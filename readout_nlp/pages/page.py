"""The records of this stage: a page as found, and the text worth reading that came out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, repeat
from typing import Literal, NamedTuple

from readout_nlp.pages.faults import RowFault

Media = Literal["html", "text"]
Script = Literal["simplified", "traditional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a table row states about its page: taken as given, and looked for only where it is not stated."""

    id: str | None = None
    title: str | None = None
    place: str | None = None
    date: str | None = None
    source: str | None = None
    url: str | None = None
    retrieved: str | None = None  # when the page was fetched: ISO date or time


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file, web page or table row as found. Never edited.

    Attributes
    ----------
    origin
        Path or URL; for a row of a table the path, ``#`` and the row's number from 1.
    data
        The bytes as found (UTF-8 for the text of a table row).
    sha256
        Hex SHA-256 of `data`.
    media
        What the container says it is; None lets extraction look.
    given
        What a table row states; None for a bare file.
    faults
        What is wrong with the row, though the page can be read.
    """

    origin: str
    data: bytes
    sha256: str
    media: Media | None = None
    given: Given | None = None
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Something that could not become a page or a readout, with the reason: nothing is lost silently."""

    origin: str
    reason: str
    sha256: str | None = None
    fault: RowFault | None = None  # the same in its parts


def reject(fault: RowFault) -> Rejected:
    """Make of a fault that leaves nothing to read the record that says so."""
    return Rejected(origin=fault.origin, reason=fault.reason, fault=fault)


def reject_file(origin: str, found: str, *, expected: str, action: str) -> Rejected:
    """Make the record of a file of which nothing can be read."""
    return reject(
        RowFault(
            file=origin, row=None, field="file", found=found, expected=expected, action=action, kept=False
        )
    )


class Repair(NamedTuple):  # a page can need a thousand: three times as fast to make as a frozen dataclass
    """One correction of text: ``before == text[start:end]`` was replaced by ``after``.

    `start` and `end` count characters of the text as it was when this kind of repair began.
    """

    kind: str
    start: int
    end: int
    before: str
    after: str


_new_repair = partial(tuple.__new__, Repair)  # of a row of its fields: four times as fast


class Step(NamedTuple):
    """All repairs of one kind: the text before them, the text behind them, and where they were made.

    The repairs themselves, of which a page may need a thousand, are made when they are asked for.

    Attributes
    ----------
    kind, before, after
        What was repaired, the text as it was, and as the repairs left it.
    starts, ends
        Where in `before` each stretch that was replaced begins and ends.
    new
        What each was replaced by; None where it is what stands at the same place in `after`.
    """

    kind: str
    before: str
    after: str
    starts: Sequence[int]
    ends: Sequence[int]
    new: Sequence[str] | None = None

    @property
    def made(self) -> tuple[Repair, ...]:
        """The repairs, in order."""
        return self.first(len(self.starts))

    def first(self, count: int) -> tuple[Repair, ...]:
        """Give the first repairs."""
        starts, ends = self.starts[:count], self.ends[:count]
        old = _cut(self.before, starts, ends)
        new = _cut(self.after, starts, ends) if self.new is None else self.new[:count]
        return tuple(map(_new_repair, zip(repeat(self.kind), starts, ends, old, new, strict=False)))


def _cut(text: str, starts: Sequence[int], ends: Sequence[int]) -> Iterator[str]:
    """Cut out hundreds of stretches, several times as fast as one by one."""
    return map(text.__getitem__, map(slice, starts, ends))


def step_of(before: str, made: Sequence[Repair], after: str) -> Step:
    """Put repairs of one kind together.

    Examples
    --------
    >>> step_of("钱\u00a0某", [Repair("nbsp", 1, 2, "\u00a0", " ")], "钱 某").kind
    'nbsp'
    """
    kinds, starts, ends, _, new = zip(*made, strict=True)
    return Step(kinds[0], before, after, starts, ends, new)


def log_of(steps: Iterable[Step]) -> tuple[Repair, ...]:
    """Give the repairs of all kinds, in the order made."""
    return tuple(chain.from_iterable(step.made for step in steps))


class RepairExample(NamedTuple):
    """One repair in its surroundings: ``before`` holds ``changed_from``, ``after`` holds ``changed_to``."""

    kind: str
    before: str
    after: str
    changed_from: str
    changed_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMeta:
    """What the page says about itself outside its main text, read before anything is cleaned away."""

    title: str | None = None
    published: str | None = None
    source: str | None = None
    column: str | None = None
    site_code: str | None = None
    police_code: str | None = None
    host: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """The text worth reading: repaired, simplified, page furniture gone, one paragraph a line.

    Attributes
    ----------
    text
        Paragraphs joined by newlines; punctuation width as printed.
    meta
        Title, publication date, source, division codes and host line as printed (repaired and simplified).
    furniture
        The lines left out, as ``(rule, line)`` pairs: the name of the rule that took it, and the line.
    steps
        Every correction, in the order made, kind by kind.
    script
        The script the page was printed in.
    encoding
        The codec that decoded the bytes.
    undecodable
        Bytes that no codec could read, replaced by U+FFFD.
    """

    text: str
    meta: PageMeta
    furniture: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    script: Script = "simplified"
    encoding: str = "utf-8"
    undecodable: int = 0
    notes: tuple[str, ...] = field(default=())
    examples: tuple[RepairExample, ...] = ()  # one repair of each kind in its line

    @property
    def repairs(self) -> tuple[Repair, ...]:
        """Every correction, in the order made."""
        return log_of(self.steps)
