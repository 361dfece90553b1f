"""The list of pages behind a run: where each was found and its hash, in place of texts that are others'."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain
from pathlib import Path
from typing import Literal

import pandas as pd

from readout_nlp.corpus.manifest import read_manifest
from readout_nlp.corpus.parts import read_columns
from readout_nlp.durable import sha256_bytes
from readout_nlp.errors import StoreError
from readout_nlp.saved.tables import csv_bytes, unguard

PAGES = "pages.csv"
Role = Literal["corpus", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page as a corpus store holds it.

    Attributes
    ----------
    role
        ``corpus``, or ``reference``: the texts that echo was looked for in.
    part
        The number of the import that brought it, from 0; a later version of a page stands for an earlier.
    origin, sha256
        Where it was found, and the hash of its bytes (of a row of a table: of its text, as UTF-8).
    readout_id
        What it was read as; empty for a page that was set aside.
    text_sha256
        The hash of the text that was read from it: repaired, without page furniture.
    reason
        Why it was set aside; empty for a readout.
    """

    role: Role
    part: int
    origin: str
    sha256: str
    readout_id: str
    text_sha256: str
    reason: str


def list_pages(store: Path, role: Role) -> list[Listed]:
    """List every page of a corpus store, in the order of its parts; those set aside too.

    Raises
    ------
    StoreError
        There is no store, or a newer version wrote it.
    """
    manifest = read_manifest(store)
    listed = []
    for number, part in enumerate(manifest["parts"]):
        one = {"parts": [part]}
        columns = ["origin", "sha256", "readout_id", "body"]
        rows = read_columns(store, one, table="readouts", columns=columns)
        read = ((origin, sha256, readout, text_hash(body), "") for origin, sha256, readout, body in rows)
        columns = ["origin", "sha256", "reason"]
        rows = read_columns(store, one, table="quarantine", columns=columns)
        aside = ((origin, sha256, "", "", reason) for origin, sha256, reason in rows)
        listed += [
            Listed(
                role=role,
                part=number,
                origin=origin,
                sha256=sha256,
                readout_id=readout,
                text_sha256=text,
                reason=reason,
            )
            for origin, sha256, readout, text, reason in chain(read, aside)
        ]
    return listed


def text_hash(text: str) -> str:
    """Give the SHA-256 of a text as UTF-8; half a character, which UTF-8 cannot hold, is kept apart."""
    return sha256_bytes(text.encode("utf-8", errors="surrogatepass"))


def pages_csv(listed: Sequence[Listed]) -> bytes:
    """Give the list as the bytes of a CSV file."""
    columns = [field.name for field in fields(Listed)]
    return csv_bytes(pd.DataFrame([asdict(one) for one in listed], columns=columns))


def read_page_list(path: Path) -> list[Listed]:
    """Read a list of pages as `pages_csv` wrote it.

    Raises
    ------
    StoreError
        It is not such a list.
    """
    try:
        # decoded by hand: reading as text would turn a bare CR within a cell into a line feed
        rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        return [_listed({key: unguard(value) for key, value in row.items()}) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error, TypeError, ValueError, KeyError, AttributeError) as fault:
        raise StoreError(
            f"{path} that is no list of pages ({fault})", "the list that a package holds", "get it again"
        ) from fault


def of_role(listed: Iterable[Listed], role: Role) -> list[Listed]:
    """Give the pages of one role, in their order."""
    return [one for one in listed if one.role == role]


def _listed(row: dict[str, str]) -> Listed:
    role: Role = "reference" if row["role"] == "reference" else "corpus"
    return Listed(
        role=role,
        part=int(row["part"]),
        origin=row["origin"],
        sha256=row["sha256"],
        readout_id=row["readout_id"],
        text_sha256=row["text_sha256"],
        reason=row["reason"],
    )
