"""Page furniture as data: the rules for lines, labels, the containers of main texts, and the meta tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from readout_nlp.reference.tables import table_rows

_GROUP_NAME = re.compile(r"\(\?P<\w+>")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule about a line of a page.

    Attributes
    ----------
    name
        What a line it takes is called in the record.
    how
        ``line``, ``part``, ``mark``, ``lead`` or ``block`` (see ``data/furniture.source.md``).
    where
        The regions it holds in: ``head``, ``body``, ``tail``.
    pattern
        The compiled expression, for a stripped line in simplified script and half-width punctuation.
    holds
        Words of which every line that it takes has one; none: the pattern says no at once.
    """

    name: str
    how: str
    where: frozenset[str]
    pattern: re.Pattern[str]
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether any of many rules may take a line: those slow to say no are tried where a word of theirs is."""

    quick: re.Pattern[str]
    words: re.Pattern[str]
    slow: re.Pattern[str]

    def opens(self, line: str) -> bool:
        """Say whether one of the rules may take a line."""
        if self.quick.match(line) is not None:
            return True
        return self.words.search(line) is not None and self.slow.match(line) is not None


@cache
def furniture_rules(how: str) -> tuple[Rule, ...]:
    """Give the rules of one kind in the order of ``data/furniture.csv``.

    Examples
    --------
    >>> any(rule.pattern.fullmatch("相关附件:") for rule in furniture_rules("line"))
    True
    """
    return tuple(
        Rule(
            row["rule"],
            row["how"],
            _regions(row["where"]),
            re.compile(row["pattern"]),
            tuple(filter(None, row["holds"].split("|"))),
        )
        for row in table_rows("furniture.csv")
        if row["how"] == how
    )


@cache
def furniture_gate(region: str) -> Gate:
    """Give a gate for each line that a ``line`` rule of a region takes or a ``part`` rule begins.

    It matches others too: it only saves trying dozens of rules on a line that none can take.

    Examples
    --------
    >>> [furniture_gate("tail").opens(line) for line in ("相关附件:", "会议指出")]
    [True, False]
    """
    part = _any_of(rule for rule in furniture_rules("part") if region in rule.where)
    rules = [rule for rule in furniture_rules("line") if region in rule.where]
    return _gate(rules, rf"[^\w一-鿿]*?(?:{part})")


@cache
def block_gate() -> Gate:
    """Give a gate for every line that opens a closing block, and no other.

    Examples
    --------
    >>> [block_gate().opens(line) for line in ("相关阅读", "会议指出")]
    [True, False]
    """
    return _gate(furniture_rules("block"))


def _gate(rules: Sequence[Rule], others: str = "(?!)") -> Gate:
    """Make a gate for what the rules take as a whole, and for what `others` begins."""
    quick, slow = (_any_of(rule for rule in rules if bool(rule.holds) is held) for held in (False, True))
    words = "|".join(re.escape(word) for rule in rules for word in rule.holds) or "(?!)"
    return Gate(re.compile(rf"(?:{quick})\Z|{others}"), re.compile(words), re.compile(rf"(?:{slow})\Z"))


def _any_of(rules: Iterable[Rule]) -> str:
    patterns = (_GROUP_NAME.sub("(?:", rule.pattern.pattern) for rule in rules)
    return "|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)"  # no rule, no match


@cache
def main_text_selectors() -> tuple[str, ...]:
    """Give the CSS selectors of known main-text containers.

    Examples
    --------
    >>> main_text_selectors()[0]
    'div.TRS_Editor'
    """
    return tuple(row["selector"] for row in table_rows("furniture_containers.csv"))


@cache
def meta_tag_fields() -> Mapping[str, tuple[str, ...]]:
    """Give for each field the meta tags (lower case) that state it, the best first.

    Examples
    --------
    >>> meta_tag_fields()["site_code"]
    ('siteidcode',)
    """
    fields: dict[str, tuple[str, ...]] = {}
    for row in table_rows("furniture_tags.csv"):
        fields[row["field"]] = (*fields.get(row["field"], ()), row["tag"])
    return fields


@cache
def label_fields() -> Mapping[str, str]:
    """Give the labels of meta lines, each with what its value is.

    Examples
    --------
    >>> label_fields()["刊发日期"], label_fields()["稿源"]
    ('published', 'source')
    """
    return {row["label"]: row["field"] for row in table_rows("furniture_labels.csv")}


def _regions(where: str) -> frozenset[str]:
    return frozenset({"head", "body", "tail"} if where == "any" else where.split("|"))
