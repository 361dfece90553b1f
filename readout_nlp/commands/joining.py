"""The command that joins a user's table of places and years: join."""

from __future__ import annotations

import typer

app = typer.Typer()
