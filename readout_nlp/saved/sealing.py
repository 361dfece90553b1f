"""The parts of a saved model that follow from others, the card and the crate, are sealed with these."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readout_nlp import durable
from readout_nlp.errors import CheckError, StoreError
from readout_nlp.paged import Data
from readout_nlp.saved.card import CARD, render_card
from readout_nlp.saved.manifest import MANIFEST, to_json
from readout_nlp.saved.rocrate import CRATE, FileFacts, render_crate
from readout_nlp.saved.swap import replacing
from readout_nlp.saved.tables import csv_bytes
from readout_nlp.saved.verify import LABELS, SUMS, Finding, seal, verify_hashes

if TYPE_CHECKING:
    import pandas as pd


def described(manifest: Mapping[str, Any], labels: pd.DataFrame) -> dict[str, bytes]:
    """Give the files that are made of the manifest and the labels: both, and the card, by name."""
    return {
        MANIFEST: to_json(manifest).encode(),
        CARD: render_card(manifest, labels).encode(),
        LABELS: csv_bytes(labels),
    }


def fill(side: Path, manifest: Mapping[str, Any], files: Mapping[str, Data]) -> None:
    """Write `files` into `side` beside what is there, then the crate over all, then the seal."""
    for name, data in files.items():
        durable.write_bytes(side / name, data)
    facts = {
        name: FileFacts((side / name).stat().st_size, durable.sha256_file(side / name))
        for name in _names(side)
    }
    durable.write_text(side / CRATE, render_crate(manifest, facts))
    seal(side)


def reseal(folder: Path, manifest: Mapping[str, Any], labels: pd.DataFrame) -> None:
    """Put another manifest or other labels into a saved model, with the card, the crate and the seal of them.

    The numbers stay as they are. The folder is replaced whole, for a card beside other labels than it shows
    would be refused by every check: what an earlier version wrote is from then on of this version.

    Raises
    ------
    StoreError
        Another process changed the folder meanwhile.
    """
    folder = folder.resolve()  # the folder itself, not a link to it, changes places with its successor
    before = (folder / SUMS).read_bytes()
    written = described(manifest, labels)
    with replacing(folder, overwrite=True) as side:
        for name in set(_names(folder)) - {*written, CRATE, SUMS}:
            (side / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, side / name)
        fill(side, manifest, written)
        if (folder / SUMS).read_bytes() != before:
            raise StoreError(f"{folder} changed by another process", "one writer at a time", "try again")


def check_others(folder: Path) -> None:
    """Do nothing if all but the labels is as sealed.

    Raises
    ------
    CheckError
        Another file was changed, is missing, or was added: sealing again would hide that.
    """
    verdict = verify_hashes(folder)
    edited = {Finding(LABELS, "changed"), Finding(LABELS, "missing")}  # but not a link to another file
    if set(verdict.findings) - edited:
        raise CheckError(
            f"in {verdict}",
            f"no change outside {LABELS}",
            "get the folder again: sealing now would hide this",
        )


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
