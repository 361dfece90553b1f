"""Commands that carry a saved model on: refit, merge."""

from __future__ import annotations

import typer

app = typer.Typer()
