"""Dumps of the web -> records: WARC, WET, JSON Lines and Parquet, each a record at a time, never whole."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from readout_nlp.errors import InputError
from readout_nlp.harvest.records import Record
from readout_nlp.harvest.rows import json_records, parquet_records
from readout_nlp.harvest.unpacking import unpacked
from readout_nlp.harvest.warc import warc_records
from readout_nlp.pages.columns import asked_columns
from readout_nlp.pages.page import Rejected, reject_file
from readout_nlp.pages.streams import UNREADABLE

PACKED = (".gz", ".zst")
FORMS = (".warc", ".wet", ".jsonl", ".parquet")


def dump_paths(paths: list[Path]) -> list[Path]:
    """Give the dumps in what a user points at, in order; folders are read through, sorted.

    Raises
    ------
    InputError
        A path does not exist, or there is no dump in what was given.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"no file or folder {str(path)!r}", "dumps of web pages", "check the path")
        found += sorted(one for one in path.rglob("*") if form_of(one)) if path.is_dir() else [path]
    unknown = [path for path in found if not form_of(path)]
    if unknown or not found:
        raise InputError(
            f"no dump: {unknown[0].name!r}" if unknown else "no dump in what was given",
            f"files that end in {', '.join(FORMS)}, also with {' or '.join(PACKED)}",
            "name the dumps, or the folder that they lie in",
        )
    return found


def form_of(path: Path) -> str | None:
    """Give the format that a file's name tells; None for no dump.

    Examples
    --------
    >>> form_of(Path("a.warc.wet.gz")), form_of(Path("b.JSONL.zst")), form_of(Path("c.html"))
    ('.wet', '.jsonl', None)
    """
    name = path.name.lower()
    for ending in PACKED:
        name = name.removesuffix(ending)
    return next((form for form in FORMS if name.endswith(form)), None)


def read_dump(path: Path, *, columns: Mapping[str, str] | None = None) -> Iterator[Record | Rejected]:
    """Read the records of one dump, one held at a time.

    What cannot be read is a Rejected with the reason: a line, a row, or what is left of a damaged file.

    Parameters
    ----------
    path
        A dump; its name tells the format.
    columns
        As in `read_pages`, for JSON Lines and Parquet.
    """
    asked = asked_columns(columns)
    form = form_of(path)
    try:
        if form == ".parquet":
            yield from parquet_records(path, asked)
        elif form == ".jsonl":
            with unpacked(path) as stream, io.BufferedReader(stream) as lines:
                yield from json_records(lines, path.name, asked)
        else:
            with unpacked(path) as stream:
                yield from warc_records(stream, path.name)
    except UNREADABLE as fault:
        found = str(getattr(fault, "strerror", None) or fault) or type(fault).__name__
        yield reject_file(
            path.name,
            f"{found}; what stood before was read",
            expected="a whole dump",
            action="fetch it again",
        )
