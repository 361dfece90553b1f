"""Commands of human validation: sheets, score."""

from __future__ import annotations

import typer

app = typer.Typer()
