"""The sentence material (``sample/data``): topics, phrases and notices, all written for this project."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

HALF = ",:;()?!"
FULL = "".join(chr(ord(mark) + 0xFEE0) for mark in HALF)
_TO_HALF = str.maketrans(FULL, HALF)
_TO_FULL = str.maketrans(HALF, FULL)


@dataclass(frozen=True, slots=True)
class Topic:
    """One policy topic: names of the matter, agenda subjects, slot fillers and sentence templates.

    `near` are the topics whose nouns it borrows, so that vocabularies overlap. The slots of `sentences` are
    ``{w}`` (a kind of work), ``{o}`` (an object of policy), ``{x}`` (an evil to fight), ``{p}`` (people),
    ``{g}`` (an aim), ``{d}`` (a number).
    """

    id: str
    name: str
    near: tuple[str, ...]
    heads: tuple[str, ...]
    meetings: tuple[str, ...]
    reports: tuple[str, ...]
    plans: tuple[str, ...]
    slogans: tuple[str, ...]
    works: tuple[str, ...]
    objects: tuple[str, ...]
    people: tuple[str, ...]
    goals: tuple[str, ...]
    evils: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def head(self) -> str:
        """The bare name of the matter, without 工作."""
        return self.heads[1].removesuffix("工作")


@cache
def topics() -> dict[str, Topic]:
    """Give the topics by id, in alphabetical order.

    Examples
    --------
    >>> topics()["grain"].name, len(topics()) >= 20
    ('粮食生产', True)
    """
    folder = files("readout_nlp.sample") / "data" / "topics"
    found = sorted(
        (path for path in folder.iterdir() if path.name.endswith(".json")), key=lambda path: path.name
    )
    rows = (json.loads(half_width(path.read_text(encoding="utf-8"))) for path in found)
    return {row["id"]: Topic(**{key: _frozen(value) for key, value in row.items()}) for row in rows}


@cache
def phrases() -> dict[str, tuple[str, ...]]:
    """Give the wording that topics share: openings, duties, closings, headings."""
    return {key: tuple(lines) for key, lines in _read("phrases.json").items()}


@cache
def notices() -> tuple[dict[str, str], ...]:
    """Give the pages that are no readouts: ``kind``, ``title`` and ``text`` of each."""
    return tuple(_read("notices.json"))


@cache
def data_text(name: str) -> str:
    """Give a data file as text: ``card.md``, or ``sites/<name>``, the skeleton of a site style."""
    return files("readout_nlp.sample").joinpath("data", name).read_text(encoding="utf-8")


def fill(template: str, topic: Topic, rng: Random) -> str:
    """Fill the slots of a sentence, now and then with a noun of a neighbouring topic; no filler comes twice.

    Examples
    --------
    >>> fill("保护好{o}", topics()["grain"], Random(1)).removeprefix("保护好") in topics()["grain"].objects
    True
    """
    parts = template.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        slot, rest = part.split("}", 1)
        word = _filler(slot, topic, rng)
        while word in "".join(filled):
            word = _filler(slot, topic, rng)
        filled.append(word + rest)
    return "".join(filled)


def full_width(text: str) -> str:
    """Print the marks ``,:;()?!`` full-width, as most sites do."""
    return text.translate(_TO_FULL)


def half_width(text: str) -> str:
    """Fold full-width marks to half-width: the form in which sentences are put together."""
    return text.translate(_TO_HALF)


_ROLES = {"w": "works", "o": "objects", "p": "people", "g": "goals", "x": "evils"}
_BORROWED = 0.12


def _filler(slot: str, topic: Topic, rng: Random) -> str:
    if slot == "d":
        return str(rng.randint(3, 60))
    borrows = slot in "wop" and rng.random() < _BORROWED
    owner = topics()[rng.choice(topic.near)] if borrows else topic
    words: tuple[str, ...] = getattr(owner, _ROLES[slot])
    return rng.choice(words)


def _frozen(value: object) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _read(name: str) -> Any:
    return json.loads(half_width(data_text(name)))
