"""Texts in the page: always escaped, and every sentence of the interface in both languages at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from readout_nlp.present.strings import Notice, say

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Both:
    """One text in both languages; the page shows the one that is chosen."""

    zh: str
    en: str

    def __html__(self) -> str:
        """Both languages as escaped spans; the style sheet hides one of them."""
        if self.zh == self.en:
            return str(escape(self.zh))
        template = Markup('<span class="t" lang="zh-CN">{}</span><span class="t" lang="en">{}</span>')
        return str(template.format(self.zh, self.en))

    def of(self, language: str) -> str:
        """Give the text in one language."""
        return self.zh if language == "zh" else self.en


def both(key: str, **values: Any) -> Both:
    """Give an interface string in both languages; a value that is itself `Both` speaks each language.

    Examples
    --------
    >>> both("act.hear").en
    'hear report'
    """
    return Both(*(say(key, language, **_in(values, language)) for language in LANGUAGES))


def _in(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {name: value.of(language) if isinstance(value, Both) else value for name, value in values.items()}


def told(describe: Any, *data: Any) -> Both:
    """Alt text in both languages."""
    return Both(*(describe(*data, language) for language in LANGUAGES))


def named(name: Any, value: str) -> Both:
    """Name of an act, a level or a repair in both languages."""
    return Both(*(name(value, language) for language in LANGUAGES))


def noticed(sentence: str) -> Both | str:
    """Give a sentence of the analysis in both languages; one that was only written down stays as it is.

    Examples
    --------
    >>> noticed("as written"), noticed(Notice("warning.unstable", n=1, of=4)).en
    ('as written', '1 of 4 topics are unstable')
    """
    return told(sentence.of) if isinstance(sentence, Notice) else sentence


def attribute(name: str, key: str, language: str) -> Markup:
    """Write an HTML attribute in the chosen language, with both beside it for the page's switch."""
    text = both(key)
    template = Markup('{}="{}" data-i="{}" data-zh="{}" data-en="{}"')
    return template.format(name, text.of(language), name, text.zh, text.en)


def highlight(text: str, words: Sequence[str]) -> Markup:
    """Escape `text` and mark each of `words` in it.

    Examples
    --------
    >>> highlight("<b>水质</b>", ["水质"])
    Markup('&lt;b&gt;<mark>水质</mark>&lt;/b&gt;')
    """
    wanted = sorted((word for word in words if word), key=len, reverse=True)
    if not wanted:
        return escape(text)
    parts = re.split("(" + "|".join(re.escape(word) for word in wanted) + ")", text)
    marked = Markup("<mark>{}</mark>")
    return Markup("").join(marked.format(part) if i % 2 else escape(part) for i, part in enumerate(parts))
