"""An export on disk: a folder, whole or not at all, that says what it is and can be checked."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from readout_nlp import durable
from readout_nlp.errors import StoreError
from readout_nlp.exchange.material import Material
from readout_nlp.saved.manifest import to_json
from readout_nlp.saved.tables import csv_bytes, guard, plain
from readout_nlp.saved.verify import seal
from readout_nlp.versions import library_versions

ARTEFACT = "readout_nlp export"
SCHEMA_VERSION = 1
ABOUT = "export.json"
README = "README.txt"
SYNTHETIC = "The corpus is SYNTHETIC: fictional places and people, made for tests and examples.\n"
MISSING = "NA"


def write_export(
    folder: str | Path, written: Mapping[str, bytes], *, to: str, material: Material, readme: str
) -> Path:
    """Write `written` into a new folder with a note on what it is, and seal it.

    The same material gives the same bytes. ``sha256sum -c SHA256SUMS`` checks the folder.

    Raises
    ------
    StoreError
        `folder` is there already and not empty.
    """
    folder = Path(folder)
    if folder.is_file() or (folder.exists() and any(folder.iterdir())):
        raise StoreError(f"{folder} with files in it", "a new folder", "choose another --out")
    about = {
        "artefact": ARTEFACT,
        "schema_version": SCHEMA_VERSION,
        "to": to,
        **material.about,
        "libraries": library_versions(),
        "files": sorted(written),
    }
    told = readme + (f"\n{SYNTHETIC}" if material.about["synthetic"] else "")
    with durable.aside_folder(folder) as side:
        for name, data in {**written, README: told.encode(), ABOUT: to_json(about).encode()}.items():
            durable.write_bytes(side / name, data)
        seal(side)
    return folder


def template(name: str) -> str:
    """Give a text that goes into exports as it is.

    Examples
    --------
    >>> template("README_r.txt").splitlines()[0]
    'An export of readout_nlp for R.'
    """
    return (files("readout_nlp.exchange") / "templates" / name).read_text(encoding="utf-8")


def lines_bytes(names: Sequence[str]) -> bytes:
    """Give one name a line, UTF-8."""
    return "".join(f"{name}\n" for name in names).encode()


def texts_bytes(material: Material) -> dict[str, bytes]:
    """Give the file of texts, if they were asked for."""
    if material.texts is None:
        return {}
    return {"texts.csv": csv_bytes(material.variables[["doc_id"]].assign(text=list(material.texts)))}


def r_csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Give `frame` as R's ``read.csv`` takes it: UTF-8 without a byte-order mark, NA for what is missing.

    Text that a spreadsheet would run as a formula gets a leading apostrophe.

    Examples
    --------
    >>> r_csv_bytes(pd.DataFrame({"place": ["甲市", None], "n": [1, 2]})).decode()
    'place,n\n甲市,1\nNA,2\n'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([guard(str(name)) for name in frame.columns])
    columns = [[_cell(value) for value in frame.iloc[:, n].tolist()] for n in range(frame.shape[1])]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    value = plain(value)
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return guard(value) if isinstance(value, str) else str(value)
