"""The tutorials are the notebooks: each executed `notebooks/*.ipynb` is copied to `docs/tutorials/`.

A link of a page to `../notebooks/NAME.ipynb`, which a code host follows, leads to that copy.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LINK = re.compile(r"\]\((?P<up>(?:\.\./)+)notebooks/(?P<name>[\w-]+)\.ipynb\)")


def write_if_changed(path: Path, text: str) -> None:
    """Write `text`, unless it stands there already: what did not change is not built again."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def copy_notebooks(app: Sphinx) -> None:
    """Bring the notebooks in, and take out copies of those that are gone."""
    target = Path(app.srcdir) / "tutorials"
    sources = sorted((Path(app.srcdir).parent / "notebooks").glob("*.ipynb"))
    for source in sources:
        write_if_changed(target / source.name, source.read_text(encoding="utf-8"))
    for old in target.glob("*.ipynb"):
        if old.name not in {source.name for source in sources}:
            old.unlink()


def lead_to_copies(_app: Sphinx, docname: str, content: list[str]) -> None:
    """Rewrite links to notebooks as links to their copies."""
    depth = docname.count("/")
    content[0] = LINK.sub(lambda link: f"]({'../' * depth}tutorials/{link['name']}.ipynb)", content[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Copy before sources are listed."""
    app.connect("builder-inited", copy_notebooks)
    app.connect("source-read", lead_to_copies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
