"""Commands to and from other programs: export, import."""

from __future__ import annotations

import typer

app = typer.Typer()
