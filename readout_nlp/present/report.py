"""The report: one HTML file that needs nothing else, asks nothing of a network, runs only its own script."""

from __future__ import annotations

import base64
import hashlib
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from readout_nlp import durable
from readout_nlp.errors import RecipeError
from readout_nlp.present.fonts import font_data_url
from readout_nlp.present.left_out import left_out
from readout_nlp.present.payload import payload, script_json, shipped
from readout_nlp.present.reading import reading_of
from readout_nlp.present.sections.comparisons import comparison_section
from readout_nlp.present.sections.echo import echo_section
from readout_nlp.present.sections.formulations import formulation_section
from readout_nlp.present.sections.likeness import place_section
from readout_nlp.present.sections.method import method_section
from readout_nlp.present.sections.overview import cautions, findings, headline, strip
from readout_nlp.present.sections.read import read_section
from readout_nlp.present.sections.readouts import readout_section
from readout_nlp.present.sections.topics import topic_section
from readout_nlp.present.sections.years import time_section
from readout_nlp.present.strings import Language, strings
from readout_nlp.present.tables import AnalysisLike
from readout_nlp.present.text import LANGUAGES, attribute, both, highlight
from readout_nlp.present.withheld import without_texts

SECTIONS = ("overview", "read", "topics", "places", "formulations", "echo", "readouts", "method")
# one scope, in this order: those that draw a page stand before the router, which shows the first one
SCRIPTS = (
    *(
        "inflate",
        "core",
        "csv",
        "tables",
        "shares",
        "topics",
        "places",
        "formulations",
        "echo",
        "read",
        "reading",
    ),
    *("language", "router"),
)
STYLES = ("base", "shell", "topics", "places", "formulations", "echo", "read", "reading", "media", "print")
_HEADINGS = (
    *("page.", "read.", "topics.", "time.", "places.", "evidence.", "method.", "term.", "tier.", "table."),
    *("formulations.", "echo."),
)
# what follows from the rest of the page, such as the glyphs that it needs, is put in once that is written
_GAPS = {name: f"<!--{name}-->" for name in ("policy", "css", "first_script", "script")}
_SCRIPT_WORDS = (
    *(
        "page.title",
        "table.range",
        "table.none",
        "table.sort",
        "table.untitled",
        "page.copied",
        "column.",
        "level.",
        "act.",
    ),
    *("read.places_found", "read.places_none", "formulations.", "echo."),
    *(f"{section}.title" for section in SECTIONS),
)


def write_report(
    analysis: AnalysisLike, path: Path | str, *, language: Language = "zh", texts: bool = True
) -> Path:
    """Write the report of an analysis as one self-contained HTML file.

    Parameters
    ----------
    analysis
        As made by `readout_nlp.analyse`.
    path
        The file to write; an older one is replaced whole.
    language
        In which the page opens, ``zh`` or ``en``; the reader can switch.
    texts
        False leaves every text of a readout, an item or a passage out of the page, for a corpus that cannot
        be shared; titles, dates, words and numbers stay.

    Returns
    -------
    pathlib.Path
        The file. Same analysis, same bytes.

    Raises
    ------
    RecipeError
        If the language is not one of the two.
    InputError
        If a table of the analysis lacks a column.

    Examples
    --------
    >>> import tempfile
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    >>> analysis = rn.analyse(corpus, rn.Recipe(n_topics=3, passes=1, n_seeds=1))
    >>> rn.write_report(analysis, Path(tempfile.mkdtemp()) / "report.html").name
    'report.html'
    """
    if language not in LANGUAGES:
        raise RecipeError(f"language {language!r}", "'zh' or 'en'", "choose one of the two")
    path = Path(path)
    durable.write_text(path, render(analysis, language, texts=texts))
    return path


def render(analysis: AnalysisLike, language: Language, *, texts: bool = True) -> str:
    """Give the page as text."""
    analysis = analysis if texts else without_texts(analysis)
    reading = reading_of(analysis)
    tables = payload(analysis)
    about = {"synthetic": analysis.corpus.synthetic, "words": _script_words()}
    data = script_json(about | {"tables": shipped(tables)})
    context = _context(analysis, language) | {"has": list(tables), "data": Markup(data), "texts": texts}  # noqa: S704  # script_json
    context["readouts"] = readout_section(analysis, reading, texts=texts)
    context["readouts_data"] = Markup(script_json(context["readouts"]["data"]))  # noqa: S704  # script_json
    gaps = {name: Markup(gap) for name, gap in _GAPS.items()}  # noqa: S704  # no text of the corpus
    page = _environment().get_template("report.html.j2").render(**context, **gaps)
    css = (
        _font_faces(page + reading.characters + script_json(tables), _heading_texts(context)) + style_sheet()
    )
    first, script = resource("scripts/first.js"), page_script()
    policy = str(escape(content_policy(scripts=(first, script), css=css)))
    return _filled(page, {"policy": policy, "css": css, "first_script": first, "script": script})


def _filled(page: str, parts: Mapping[str, str]) -> str:
    """Put our own files into their gaps: the script's is the last, the others stand before all text."""
    page, _, end = page.rpartition(_GAPS["script"])
    done = []
    for name in ("policy", "css", "first_script"):
        before, _, page = page.partition(_GAPS[name])
        done += [before, parts[name]]
    return "".join([*done, page, parts["script"], end])


def content_policy(*, scripts: Iterable[str], css: str) -> str:
    """Content-Security-Policy that allows these scripts, this style sheet, the inlined fonts, nothing else.

    Examples
    --------
    >>> "unsafe" in content_policy(scripts=["1"], css="")
    False
    """
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(f"'{digest(script)}'" for script in scripts),
        "style-src": f"'{digest(css)}'",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def digest(text: str) -> str:
    """Hash of an inline element as Content-Security-Policy writes it.

    Examples
    --------
    >>> digest("")[:14]
    'sha256-47DEQpj'
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _context(analysis: AnalysisLike, language: Language) -> dict[str, Any]:
    method = method_section(analysis)
    return {
        "language": language,
        "title": both("page.title"),
        "sections": SECTIONS,
        "synthetic": analysis.corpus.synthetic,
        "head": headline(analysis),
        "findings": findings(analysis),
        "cautions": cautions(analysis),
        "strip": strip(analysis),
        "left_out": left_out(analysis.recipe),
        "read": read_section(analysis),
        "topics": topic_section(analysis),
        "years": time_section(analysis),
        "likeness": place_section(analysis),
        "comparisons": comparison_section(analysis),
        "formulations": formulation_section(analysis),
        "echo": echo_section(analysis),
        "method": method,
        "t": both,
        "highlight": highlight,
        "label_attr": lambda key: attribute("aria-label", key, language),
        "placeholder_attr": lambda key: attribute("placeholder", key, language),
    }


def _script_words() -> dict[str, dict[str, str]]:
    return {key: dict(value) for key, value in strings().items() if key.startswith(_SCRIPT_WORDS)}


def _font_faces(page: str, headings: Iterable[str]) -> str:
    """Embed the glyphs that the page needs, so that it reads the same on a machine without Chinese fonts."""
    sans = _face("Report Sans", font_data_url([page]))
    return sans + _face("Report Serif", font_data_url(headings, "serif"))


def _heading_texts(context: Mapping[str, Any]) -> Iterator[str]:
    """Whatever the style sheet sets in the serif face."""
    for key, words in strings().items():
        if key.startswith(_HEADINGS) or key.endswith(".title"):
            yield from words.values()
    for card in context["topics"]["cards"]:
        yield card.label
        yield from (one.subject for one in card.samples)
    yield from (str(place) for place in context["years"]["places"])
    yield string.printable + "–−·、，。（）：「」“”"


def _face(name: str, url: str) -> str:
    return f'@font-face{{font-family:"{name}";src:url({url}) format("woff");font-display:block}}\n'


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("readout_nlp.present", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_script() -> str:
    """Give the page's own script: its files in order, in one scope that nothing outside can reach."""
    parts = "\n".join(resource(f"scripts/{name}.js") for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def style_sheet() -> str:
    """Give the page's own style sheet without its fonts."""
    return "\n".join(resource(f"styles/{name}.css") for name in STYLES)


def resource(name: str) -> str:
    """Text of a file beside the templates."""
    return (files("readout_nlp.present") / "templates" / name).read_text(encoding="utf-8")
