"""Pages under `zh/` say in their markup that they are Chinese: screen readers and hyphenation go by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def name_language(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Set the language of one page."""
    context["language"] = "zh-CN" if pagename.startswith("zh/") else app.config.language


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask before every page is written."""
    app.connect("html-page-context", name_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
