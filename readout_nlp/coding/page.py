"""A coder's page: one HTML file that needs no network, keeps the answers, and runs only its own script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from readout_nlp.coding.strings import resource, strings
from readout_nlp.coding.tasks import FIXED_OPTIONS, Task

COLUMNS = ("task", "coder", "answer", "note", "question", "before", "text", "after")
WORDS = ("page.saved", "page.unsaved", "page.done")  # what the script says


def csv_header(n_options: int) -> list[str]:
    """Name the columns of a sheet.

    Examples
    --------
    >>> csv_header(2)[-2:]
    ['option_1', 'option_2']
    """
    return [*COLUMNS, *(f"option_{number}" for number in range(1, n_options + 1))]


def render_page(tasks: Mapping[str, Task], *, coder: str, seal: str, synthetic: bool = False) -> str:
    """Give a coder's page as text.

    Parameters
    ----------
    tasks
        Tasks by id, in the order shown.
    coder
        Pseudonym.
    seal
        Names the set of tasks: answers kept in a browser are found by it and by the coder.
    synthetic
        Whether the texts are invented, which the page then says.

    Examples
    --------
    >>> task = Task(kind="label_match", stratum="t01", options=("水", "学"), answer=1, text="<script>")
    >>> page = render_page({"l0001": task}, coder="A", seal="0")
    >>> "&lt;script&gt;" in page, "unsafe" in page
    (True, False)
    """
    css, script = resource("sheet.css"), resource("sheet.js")
    return (
        _environment()
        .get_template("sheet.html.j2")
        .render(
            tasks=tasks,
            coder=coder,
            seal=seal,
            synthetic=synthetic,
            words=WORDS,
            t=_both,
            option=_option,
            css=Markup(css),  # noqa: S704  # our own files
            script=Markup(script),  # noqa: S704
            policy=_policy(script, css),
        )
    )


def _policy(script: str, css: str) -> str:
    """Allow this script and this style sheet, and nothing else."""
    rules = {
        "default-src": "'none'",
        "script-src": f"'{_digest(script)}'",
        "style-src": f"'{_digest(css)}'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _both(key: str) -> Markup:
    """Give a text in both languages; the style sheet shows one."""
    words = strings()[key]
    template = Markup('<span class="t" lang="zh-CN">{}</span><span class="t" lang="en">{}</span>')
    return template.format(words["zh"], words["en"])


def _option(kind: str, option: str) -> Markup | str:
    return _both(f"{kind}.{option}") if option in FIXED_OPTIONS.get(kind, ()) else option


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("readout_nlp.coding", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
