"""Check that every link leads somewhere: of Markdown pages, of notebooks, and of the built site.

Usage: python tools/check_links.py [SITE]     (default: out/docs, where it was built)

Relative links must lead to a file, and an anchor to a heading of it. Links to other sites are checked for
their form alone, since this program uses no network; `--list` prints them. Exit code 1 if a link is broken.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("docs", "notebooks", "models", "tests/golden", "benchmarks")
FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
CARD = re.compile(r"^:link: (\S+)$|^```\{(?:image|include)\} (\S+)$", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[^\s]*)?")


class Page(HTMLParser):
    """The links and the anchors of one page of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag links to, loads, and is called."""
        given = dict(attrs)
        self.anchors.update(name for key in ("id", "name") if (name := given.get(key)))
        if tag == "a" and (link := given.get("href")):
            self.links.append(link)
        elif address := given.get("src") or (given.get("href") if tag == "link" else None):
            self.loaded.append(address)


def markdown(path: Path) -> str:
    """Give a page as Markdown, a notebook by its cells of text."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def slug(heading: str) -> str:
    """Give the anchor of a heading, as code hosts make it."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)|[`*]", r"\1", heading).strip().lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", words))


@cache
def anchors(path: Path) -> frozenset[str]:
    """Name what can be linked to within a page."""
    if path.suffix == ".html":
        return frozenset(Page(path.read_text(encoding="utf-8")).anchors)
    return frozenset(slug(heading) for heading in HEADING.findall(FENCED.sub("", markdown(path))))


def links(path: Path) -> list[str]:
    """Give the links of a page of Markdown or of a notebook, code left out."""
    text = markdown(path)
    cards = [one or other for one, other in CARD.findall(text)]
    prose = INLINE.sub("", FENCED.sub("", text))
    return [*LINK.findall(prose), *(card if Path(card).suffix else f"{card}.md" for card in cards)]


def fault(path: Path, link: str) -> str | None:
    """Say what is wrong with a link of `path`, None if it leads somewhere."""
    parts = urlsplit(link)
    if parts.scheme in {"http", "https"}:
        return None if URL.fullmatch(link) else "not the form of an address"
    if parts.scheme:
        return None if parts.scheme in {"data", "mailto"} else f"{parts.scheme}: is not followed"
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.exists():
        return "no such file"
    if parts.fragment and target.is_file() and target.suffix in {".md", ".ipynb", ".html"}:
        return None if unquote(parts.fragment) in anchors(target) else "no such heading"
    return None


def sources() -> Iterator[Path]:
    """List the pages and notebooks that people write."""
    yield from sorted(ROOT.glob("*.md"))
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            made = path.parent in {ROOT / "docs" / "tutorials"} or (
                path.parent == ROOT / "docs" / "reference" and path.name != "index.md"
            )
            if path.suffix in {".md", ".ipynb"} and not made and ".ipynb_checkpoints" not in path.parts:
                yield path


def check_sources() -> list[str]:
    """Check Markdown and notebooks."""
    found = ((path, link, fault(path, link)) for path in sources() for link in links(path))
    return [f"{path.relative_to(ROOT)}: {link}: {wrong}" for path, link, wrong in found if wrong]


def check_site(site: Path) -> list[str]:
    """Check a built site: every link leads somewhere in it, and nothing is loaded from elsewhere."""
    faults = []
    for path in sorted(
        set(site.rglob("*.html")) - set(site.glob("_static/*"))
    ):  # there: the theme's templates
        page = Page(path.read_text(encoding="utf-8"))
        told = path.relative_to(site)
        faults += [
            f"{told}: {link}: {wrong}" for link in {*page.links, *page.loaded} if (wrong := fault(path, link))
        ]
        faults += [f"{told}: loads {one}" for one in page.loaded if urlsplit(one).netloc]
    for path in sorted(site.rglob("*.css")):
        text = path.read_text(encoding="utf-8")
        faults += [f"{path.relative_to(site)}: loads {one}" for one in foreign(text)]
    return faults


def foreign(style: str) -> list[str]:
    """List what a style would load from elsewhere."""
    return re.findall(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')\s]+)", style)


def elsewhere() -> list[str]:
    """List the links to other sites."""
    return sorted({link for path in sources() for link in links(path) if urlsplit(link).netloc})


def main() -> int:
    """Check all, print what is broken."""
    words = [word for word in sys.argv[1:] if word != "--list"]
    site = Path(words[0]) if words else ROOT / "out" / "docs"
    faults = check_sources() + (check_site(site) if site.is_dir() else [])
    print("\n".join([*(elsewhere() if "--list" in sys.argv else []), *faults]))
    print(f"{len(faults)} broken; {'site checked' if site.is_dir() else f'no site in {site}'}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
