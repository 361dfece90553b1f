"""What the pages of documentation hold: their blocks of code, each with its language and its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GENERATED = {"docs/tutorials", "docs/reference"}  # made at build; `reference/index.md` is not
FENCE = re.compile(
    r"^(?P<mark><!-- not run: (?P<reason>[^>]+?) -->\n)?```(?P<language>[^\n`]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
SHELL = {"sh", "bash", "console"}
CODE = SHELL | {"python", "pycon", "toml", "json", "r"}
PLAIN = {"text", "bibtex", "csv"}  # what a program prints or a file holds


@dataclass(frozen=True)
class Block:
    """A block of code of a page; `reason` says why it is not run, None where it is."""

    page: str
    line: int
    language: str
    text: str
    reason: str | None = None


def pages() -> list[str]:
    """Name every page that people write, from the root of the checkout."""
    written = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    names = (path.relative_to(ROOT).as_posix() for path in written)
    return sorted(
        name
        for name in names
        if name != "CHANGELOG.md"
        and (str(Path(name).parent) not in GENERATED or name == "docs/reference/index.md")
    )


def blocks(page: str) -> list[Block]:
    """Give the blocks of a page in order, directives of the site left out."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("text")),
            found["language"],
            found["text"],
            found["reason"],
        )
        for found in FENCE.finditer(text)
        if not found["language"].startswith("{")
    ]


def commands(block: Block) -> list[str]:
    """Give the command lines of a block, those that go on in the next line as one."""
    lines = block.text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
