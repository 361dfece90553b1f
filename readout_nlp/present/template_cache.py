"""Templates compiled once and kept beside them, as Python keeps modules; else compiled at every start."""

from __future__ import annotations

import marshal
import sys
from contextlib import suppress
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from readout_nlp.durable import write_bytes
from readout_nlp.errors import StoreError


class KeptBytecode(BytecodeCache):
    """Bytecode of templates in files of a folder, each with a hash of the template it was made from.

    jinja2's own cache unpickles what it finds; this one reads what Python reads of a compiled module.

    Parameters
    ----------
    folder
        Made once something is kept; where nobody may write to it, templates are compiled at every start.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into `bucket`, if that of the same source was kept."""
        with suppress(OSError, EOFError, ValueError, TypeError):
            made_from, _, code = self._file(bucket).read_bytes().partition(b"\n")
            if made_from.decode("ascii") == bucket.checksum:
                bucket.code = marshal.loads(code)  # noqa: S302  # as of a compiled module

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of `bucket`."""
        with suppress(StoreError):
            write_bytes(self._file(bucket), f"{bucket.checksum}\n".encode() + marshal.dumps(bucket.code))

    def _file(self, bucket: Bucket) -> Path:
        made_by = f"{sys.implementation.cache_tag}-jinja2-{jinja2.__version__}"
        return self._folder / f"{bucket.key}.{made_by}"
