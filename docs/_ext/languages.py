"""Two languages in one site: pages under `zh/` say that they are Chinese, and the search finds both.

Sphinx searches in one language, and cuts Chinese with a script that this version of it does not ship. Here
words of Latin script are stemmed as English, and runs of Chinese are found by their pairs of characters: page
and query are cut alike.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sphinx.search.en import SearchEnglish

if TYPE_CHECKING:
    from sphinx.application import Sphinx

RUN = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")
QUERY = r"""
var splitQuery = (query) =>
  (query.match(/[\u3400-\u9fff]+|[^\s\u3400-\u9fff]+/gu) || []).flatMap((run) => {
    if (!/[\u3400-\u9fff]/.test(run)) return run.match(/[\p{Letter}\p{Number}_]+/gu) || [];
    return run.length < 2 ? [run] : [...run].slice(1).map((_, at) => run.slice(at, at + 2));
  });
"""


class SearchBoth(SearchEnglish):
    """English by stems, Chinese by pairs of characters."""

    lang = "en+zh"
    js_splitter_code = QUERY

    def split(self, input: str) -> list[str]:  # noqa: A002  # the name is Sphinx's
        """Cut a text into words and pairs of characters."""
        return [part for run in RUN.findall(input) for part in parts(run)]


def parts(run: str) -> list[str]:
    """Give a word as it is, and a run of Chinese as its pairs."""
    if len(run) < 2 or not "\u3400" <= run[0] <= "\u9fff":
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]


def name_language(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Set the language of one page."""
    context["language"] = "zh-CN" if pagename.startswith("zh/") else app.config.language


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask before every page is written."""
    app.add_search_language(SearchBoth)
    app.connect("html-page-context", name_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
