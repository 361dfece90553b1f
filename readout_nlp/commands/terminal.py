"""What stands between a command and the terminal: its width, whether a person watches, JSON for programs."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

import typer

from readout_nlp.text_tables import columns_of, fold


def is_live(stream: TextIO) -> bool:
    """Tell whether a person watches `stream` on a terminal that can rewrite a line."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def say(text: str, *, err: bool = False) -> None:
    """Print lines, broken between words where the terminal is too narrow for them."""
    width = columns_of(sys.stderr if err else sys.stdout)
    for line in text.splitlines() or [""]:
        for part in fold(line, width):
            typer.echo(part, err=err)


def note(lines: Iterable[object], *, label: str = "note") -> None:
    """Print what a reader must know on stderr, a line each."""
    for line in lines:
        say(f"{label}: {line}", err=True)


def say_json(value: Any) -> None:
    """Print one JSON document on a line of its own: UTF-8, no NaN, paths as text."""
    typer.echo(json_text(value))


def json_text(value: Any) -> str:
    """Give a value as JSON on one line; what is no number, or missing, is null.

    Examples
    --------
    >>> json_text({"place": "砚溪市", "share": float("nan"), "folder": Path("out")})
    '{"place": "砚溪市", "share": null, "folder": "out"}'
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def command_line(*words: object) -> str:
    """Write a call as it can be typed in the shell of this system.

    Examples
    --------
    >>> command_line("readout-nlp", "run", "pages").split()
    ['readout-nlp', 'run', 'pages']
    """
    text = [str(word) for word in words]
    return subprocess.list2cmdline(text) if os.name == "nt" else shlex.join(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    from readout_nlp.saved.tables import plain

    return _plain(plain(value))
