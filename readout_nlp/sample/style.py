"""How a page is printed: its site, script, marks and encoding."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from readout_nlp.sample.schedule import PagePlan

SITES = {"trs": 24, "table": 18, "press": 18, "modern": 14, "clip": 14, "bare": 12}
UNDATED_SITES = {"bare": 55, "clip": 15, "table": 15, "press": 15}
TEXT_SITES = ("clip", "bare")
_GLOSSED, _TRADITIONAL = 0.04, 0.12
# codec, what the page declares (None: nothing), weight
_HTML_CODECS = (
    ("utf-8", "utf-8", 60),
    ("gb18030", "gb18030", 10),
    ("gb18030", "gb2312", 18),
    ("gb18030", None, 12),
)
_TEXT_CODECS = (("utf-8", None, 70), ("utf-8-sig", None, 10), ("gb18030", None, 20))


@dataclass(frozen=True, slots=True)
class Style:
    """How a page is printed.

    Attributes
    ----------
    site
        One of `SITES`.
    traditional, glossed
        Traditional script; and with the pinyin of changed characters in brackets behind them.
    full_width
        Whether its marks are full-width.
    codec, declared
        The codec of the bytes, and what the page claims (None: nothing; ``gb2312`` is wrong).
    """

    site: str
    traditional: bool
    glossed: bool
    full_width: bool
    codec: str
    declared: str | None
    undated: bool

    @property
    def dateline(self) -> bool:
        """Whether the site prints a publication date."""
        return self.site != "bare" and not self.undated

    @property
    def suffix(self) -> str:
        """The file's suffix."""
        return "txt" if self.site in TEXT_SITES else "html"


def choose_style(plan: PagePlan) -> Style:
    """Choose how a page is printed; glossed pages are plain text, as a copy from a reader's screen is."""
    rng = plan.stream("style")
    chance = rng.random()
    weights = UNDATED_SITES if plan.undated else SITES
    if chance < _GLOSSED:
        weights = {name: weight for name, weight in weights.items() if name in TEXT_SITES}
    site = rng.choices(list(weights), weights=list(weights.values()))[0]
    codecs = _TEXT_CODECS if site in TEXT_SITES else _HTML_CODECS
    codec, declared, _ = rng.choices(codecs, weights=[weight for _, _, weight in codecs])[0]
    return Style(
        site=site,
        traditional=chance < _TRADITIONAL,
        glossed=chance < _GLOSSED,
        full_width=rng.random() < 0.75,
        codec=codec,
        declared=declared,
        undated=plan.undated,
    )


def page_path(plan: PagePlan, style: Style, *, published: date | None) -> str:
    """Name a page's file: the day of publication and a number; a digest where no year may be known."""
    if plan.undated:
        digest = hashlib.sha256(f"{plan.seed}/{plan.key}".encode()).hexdigest()
        return f"pages/{plan.place.code}/n{digest[:10]}.{style.suffix}"
    day = published or plan.day
    return f"pages/{plan.place.code}/{day.isoformat()}-{plan.number}.{style.suffix}"
