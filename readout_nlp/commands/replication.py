"""Commands of replication: package, reproduce."""

from __future__ import annotations

import typer

app = typer.Typer()
