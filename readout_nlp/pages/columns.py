"""Which column of a table is which field: by name, by what the user says, never by guessing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from readout_nlp.errors import InputError

TEXT_COLUMNS = ("text", "html", "body")
GIVEN_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "title": ("title",),
    "place": ("place", "city"),
    "date": ("date",),
    "source": ("source",),
    "url": ("url",),
    "retrieved": ("retrieved",),
}
FIELDS = (*TEXT_COLUMNS, *GIVEN_COLUMNS)

# Names that can mean one thing only: they are taken, and that they were is told.
_ALIASES: Mapping[str, str] = {
    "正文": "text",
    "全文": "text",
    "文本": "text",
    "full_text": "text",
    "fulltext": "text",
    "标题": "title",
    "城市": "place",
    "发布日期": "date",
    "发布时间": "date",
    "publish_date": "date",
    "published": "date",
    "pub_date": "date",
    "来源": "source",
    "链接": "url",
    "网址": "url",
    "link": "url",
}
# Names that may mean it: 内容 can be a summary, 日期 the meeting's day, 编号 a number of the row alone.
_HINTS: Mapping[str, str] = {
    "内容": "text",
    "content": "text",
    "contents": "text",
    "article": "text",
    "原文": "text",
    "文章": "text",
    "raw_html": "html",
    "题目": "title",
    "名称": "title",
    "headline": "title",
    "地区": "place",
    "地市": "place",
    "地名": "place",
    "市": "place",
    "省份": "place",
    "province": "place",
    "region": "place",
    "日期": "date",
    "时间": "date",
    "time": "date",
    "year": "date",
    "年份": "date",
    "datetime": "date",
    "媒体": "source",
    "报纸": "source",
    "newspaper": "source",
    "publisher": "source",
    "href": "url",
    "地址": "url",
    "编号": "id",
    "序号": "id",
    "doc_id": "id",
    "document_id": "id",
    "uuid": "id",
    "抓取时间": "retrieved",
    "采集时间": "retrieved",
    "crawl_time": "retrieved",
}

Asked = tuple[tuple[str, str], ...]
"""Pairs of a field and the column that the user says is it."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The columns of a table, by what they are to us.

    Attributes
    ----------
    text
        Columns that can hold the page, the first filled one of a row is it.
    given
        By field, the columns that can state it, likewise.
    aliased
        Pairs of column and field that were taken by another common name.
    ignored
        Columns that are left alone.
    hints
        Pairs of an ignored column and the field that it may be.
    """

    text: tuple[str, ...]
    given: tuple[tuple[str, tuple[str, ...]], ...]
    aliased: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    hints: tuple[tuple[str, str], ...]
    html: frozenset[str] = frozenset()

    @property
    def used(self) -> tuple[tuple[str, str], ...]:
        """Pairs of field and column, of every column that is read."""
        text = (("html" if name in self.html else "text", name) for name in self.text)
        return (*text, *((field, name) for field, names in self.given for name in names))


def asked_columns(columns: Mapping[str, str] | None) -> Asked:
    """Check what a user says of columns.

    Raises
    ------
    InputError
        A field is not one of ours.

    Examples
    --------
    >>> asked_columns({"text": "正文", "city": "地区"})
    (('text', '正文'), ('place', '地区'))
    """
    ours = {name: field for field, names in GIVEN_COLUMNS.items() for name in names} | dict.fromkeys(
        TEXT_COLUMNS, ""
    )
    wrong = [field for field in columns or {} if field not in ours]
    if wrong:
        raise InputError(
            f"{', '.join(map(repr, wrong))} among the fields of --columns",
            f"fields of {', '.join(FIELDS)}",
            "write field=column, such as text=正文",
        )
    return tuple((ours[field] or field, column) for field, column in (columns or {}).items())


def parse_columns(text: str | None) -> dict[str, str]:
    """Read what a user says of columns on the command line.

    Raises
    ------
    InputError
        A part is not ``field=column``.

    Examples
    --------
    >>> parse_columns("text=正文, date=日期")
    {'text': '正文', 'date': '日期'}
    """
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    sides = (part.partition("=") for part in parts)
    pairs = [(field.strip(), column.strip()) for field, _, column in sides]
    if not all(field and column for field, column in pairs):
        raise InputError(f"--columns {text!r}", "field=column, ...", "write for example text=正文,date=日期")
    return dict(pairs)


def recognise(columns: Iterable[object], *, asked: Asked = ()) -> Recognised:
    """Tell what each column is to us.

    What the user says comes first, then our own names, in any case and with blanks around; another common
    name is taken where it can mean one thing only, and nothing else holds that field.

    Examples
    --------
    >>> found = recognise(["ID", "标题", "内容", "n"], asked=(("text", "内容"),))
    >>> found.text, found.aliased, found.ignored
    (('内容',), (('标题', 'title'),), ('n',))
    >>> recognise(["id", "content"]).hints
    (('content', 'text'),)
    """
    return _recognise(tuple(columns), asked)


@lru_cache(maxsize=256)  # rows of JSON Lines come one by one, nearly all with the same columns
def _recognise(columns: tuple[object, ...], asked: Asked) -> Recognised:
    names = {_plain(name): name for name in reversed(columns) if isinstance(name, str)}
    told = [(field, names[_plain(column)]) for field, column in asked if _plain(column) in names]
    own = [
        (field, names[name])
        for field, ours in (*((text, (text,)) for text in TEXT_COLUMNS), *GIVEN_COLUMNS.items())
        for name in ours
        if name in names
    ]
    claimed = {column for _, column in told}
    pairs = list(dict.fromkeys([*told, *(pair for pair in own if pair[1] not in claimed)]))
    held = {_slot(field) for field, _ in pairs}
    taken = {column for _, column in pairs}
    aliased = [
        (column, _ALIASES[plain])
        for plain, column in reversed(names.items())
        if plain in _ALIASES and _ALIASES[plain] not in held and column not in taken
    ]
    pairs += [(field, column) for column, field in aliased]
    used = {column for _, column in pairs}
    ignored = tuple(name for name in columns if isinstance(name, str) and name not in used)
    held |= {field for _, field in aliased}
    hints = [(name, hint) for name in ignored if (hint := _hint(name)) and _slot(hint) not in held]
    return Recognised(
        text=tuple(column for field, column in pairs if field in TEXT_COLUMNS),
        given=tuple(
            (field, tuple(column for one, column in pairs if one == field)) for field in GIVEN_COLUMNS
        ),
        aliased=tuple(aliased),
        ignored=ignored,
        hints=tuple(hints),
        html=frozenset(column for field, column in pairs if field == "html"),
    )


def _plain(name: str) -> str:
    return name.strip(" \t\r\n\ufeff\u3000\"'").casefold()


def _slot(field: str) -> str:
    """Give the field that may be held once: any of the columns of text is the text."""
    return "text" if field in TEXT_COLUMNS else field


def _hint(name: str) -> str | None:
    plain = _plain(name)
    return _HINTS.get(plain) or _ALIASES.get(plain)
