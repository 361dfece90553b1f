"""The press: a clean text becomes the page of a site, with everything that sites put around it."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from string import Template

from readout_nlp.sample.material import data_text
from readout_nlp.sample.schedule import PagePlan
from readout_nlp.sample.style import Style
from readout_nlp.sample.world import NOTICE, in_office

_NO_FOOTER = 0.4
_SPACES = "　　"
_FORMS = {
    "trs": "发布日期: {day} {time}",
    "table": "发布时间:{chinese}",
    "press": "{chinese} {time}:21",
    "modern": "{day} {time}",
    "clip": "时间: {day} {time} ",
}


@dataclass(frozen=True, slots=True)
class Article:
    """What an office hands to the press: title, source, day of publication, paragraphs, what follows them."""

    title: str | None
    source: str | None
    published: date | None
    paragraphs: tuple[str, ...]
    attendance: str | None = None


def print_page(article: Article, plan: PagePlan, style: Style) -> str:
    """Print an article in a site's style, with its furniture and the notice that it is synthetic."""
    rng = plan.stream("press")
    markup = style.suffix == "html"
    values = _furniture(article, plan, style)
    if markup:
        values = {key: html.escape(value, quote=True) for key, value in values.items()}
    values["charset"] = _charset(style)
    values |= _date_tags(article.published)
    values["paragraphs"] = _PARAGRAPHS[style.site](article, rng)
    return Template(data_text(f"sites/{_skeleton(article, plan, style)}")).substitute(values)


def _skeleton(article: Article, plan: PagePlan, style: Style) -> str:
    """Leave the footer out on some bare pages, as in a copied text, where the text itself names the place."""
    named = any(plan.place.short in line for line in article.paragraphs)
    brief = style.site == "bare" and named and plan.stream("skeleton").random() < _NO_FOOTER
    return f"{'brief' if brief else style.site}.{style.suffix}"


def _furniture(article: Article, plan: PagePlan, style: Style) -> dict[str, str]:
    rng = plan.stream("furniture")
    code = plan.place.code
    return {
        "title": article.title or "",
        "source": article.source or "",
        "dateline": _dateline(article.published, style.site, rng),
        "place_name": plan.place.name,
        "domain": f"www.city{code}.example",
        "site_code": f"{code}{rng.randint(1, 40):04d}",
        "police": f"{code}02{rng.randint(100, 999):06d}",
        "icp": f"{code}{rng.randint(10, 99)}",
        "editor": in_office("990000", plan.day, deputy=rng.random() < 0.5).name[0] + rng.choice("敏强静磊"),
        "notice": NOTICE,
    }


def _dateline(published: date | None, style: str, rng: Random) -> str:
    if published is None or style not in _FORMS:
        return ""
    chinese = f"{published.year}年{published.month:02d}月{published.day:02d}日"
    clock = f"{rng.randint(6, 21):02d}:{rng.randint(0, 59):02d}"
    return _FORMS[style].format(day=published.isoformat(), time=clock, chinese=chinese)


def _date_tags(published: date | None) -> dict[str, str]:
    if published is None:
        return {"pubdate_meta": "", "press_meta": ""}
    day = published.isoformat()
    pressed = f"{published.year}年{published.month:02d}月{published.day:02d}日"
    return {
        "pubdate_meta": f'<meta name="PubDate" content="{day} 08:30">',
        "press_meta": f'<meta name="pubdate" content="{pressed}" />',
    }


def _charset(style: Style) -> str:
    return (
        ""
        if style.declared is None
        else f'<meta http-equiv="Content-Type" content="text/html; charset={style.declared}">'
    )


def _trs(article: Article, rng: Random) -> str:
    lines = [*article.paragraphs, *_attending(article)]
    indent = rng.choice((_SPACES, "&nbsp;&nbsp;&nbsp;&nbsp;"))
    return "\n".join(f'<p style="text-align: justify;">{indent}{html.escape(line)}</p>' for line in lines)


def _table(article: Article, rng: Random) -> str:
    lines = [*article.paragraphs, *_attending(article)]
    gap = rng.choice(("<BR>\n", "<BR><BR>\n"))
    return gap.join(f"&nbsp;&nbsp;&nbsp;&nbsp;{html.escape(line)}" for line in lines)


def _press(article: Article, rng: Random) -> str:
    lines = [html.escape(line) for line in (*article.paragraphs, *_attending(article))]
    spans = [f'<p class="p1"><span class="s1">{_SPACES}<span>{line}</span></span></p>' for line in lines]
    if rng.random() < 0.4:
        spans.insert(1, f'<p class="photo"><span>{_reporter(rng)} 摄</span></p>')
    if rng.random() < 0.4:
        spans[-1] = spans[-1].replace("</span></span></p>", f" (记者 {_reporter(rng)})</span></span></p>")
    return "\n".join(spans)


def _modern(article: Article, rng: Random) -> str:
    lines = [html.escape(line) for line in (*article.paragraphs, *_attending(article))]
    if rng.random() < 0.3:
        lines[0] = f"<strong>{lines[0]}</strong>"
    return "\n".join(f"<p>{line}</p>" for line in lines)


def _clip(article: Article, rng: Random) -> str:
    lines = [*article.paragraphs, *_attending(article)]
    if rng.random() < 0.4:
        lines.insert(1, f"{_reporter(rng)} 摄")
    return "\n\n".join(lines)


def _bare(article: Article, _: Random) -> str:
    lines = [*article.paragraphs, *_attending(article)]
    if article.source:
        lines.append(f"(来源:{article.source})")
    return "\n".join(lines)


_PARAGRAPHS: dict[str, Callable[[Article, Random], str]] = {
    "trs": _trs,
    "table": _table,
    "press": _press,
    "modern": _modern,
    "clip": _clip,
    "bare": _bare,
}


def _attending(article: Article) -> list[str]:
    return [article.attendance] if article.attendance else []


def _reporter(rng: Random) -> str:
    return rng.choice("顾沈程秦江柯") + rng.choice(("小禾", "听雨", "一苇", "若棠"))
