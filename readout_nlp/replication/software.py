"""The program itself, as a wheel: what made a result can be installed where no index has that version."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import readout_nlp
from readout_nlp.durable import sha256_bytes
from readout_nlp.replication.archive import zip_bytes
from readout_nlp.versions import PACKAGE

WHEELS = "software"
MODULE = "readout_nlp"
METADATA = ("METADATA", "WHEEL", "entry_points.txt")


@cache
def wheel() -> tuple[str, bytes]:
    """Give the installed package as a wheel: its file name, and bytes that depend on its code alone.

    Examples
    --------
    >>> wheel()[0].endswith("-py3-none-any.whl")
    True
    """
    about = distribution(PACKAGE)
    info = f"{MODULE}-{about.version}.dist-info"
    files = {f"{MODULE}/{name}": data for name, data in code_files().items()}
    for name in METADATA:
        text = about.read_text(name)
        if text is not None:
            files[f"{info}/{name}"] = text.encode()
    licence = about.read_text("licenses/LICENSE")
    if licence is not None:
        files[f"{info}/licenses/LICENSE"] = licence.encode()
    files[f"{info}/RECORD"] = _record(files, f"{info}/RECORD").encode()
    return f"{MODULE}-{about.version}-py3-none-any.whl", zip_bytes(files)


@cache
def code_files() -> dict[str, bytes]:
    """Give every file of the installed package by its path inside it, without what Python compiled.

    Read once, so that the wheel and the hash of the code are of the same files.
    """
    root = Path(readout_nlp.__file__).parent
    paths = (path for path in sorted(root.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


@cache
def code_fingerprint() -> str:
    """SHA-256 over the names and hashes of the package's files: equal exactly where the code is.

    Examples
    --------
    >>> len(code_fingerprint())
    64
    """
    lines = (f"{sha256_bytes(data)}  {name}" for name, data in sorted(code_files().items()))
    return sha256_bytes("\n".join(lines).encode())


def _record(files: Mapping[str, bytes], own: str) -> str:
    lines = [f"{name},sha256={_urlsafe(data)},{len(data)}" for name, data in sorted(files.items())]
    return "\n".join([*lines, f"{own},,", ""])


def _urlsafe(data: bytes) -> str:
    digest = hashlib.sha256(data).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
