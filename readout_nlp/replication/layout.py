"""The names of the files of a package, and its manifest read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from readout_nlp.errors import StoreError
from readout_nlp.schema import Migration, readable

ARTEFACT = "readout_nlp replication package"
SCHEMA_VERSION = 1
MANIFEST = "manifest.json"
README = "README.md"
RECIPE = "recipe.toml"
REQUIREMENTS = "requirements.txt"
ENVIRONMENT = "environment.json"
CORRECTIONS = "corrections.csv"
CORPUS = "corpus"
REFERENCE = "reference"

_MIGRATIONS: dict[int, Migration] = {}


def read_package_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a replication package.

    Raises
    ------
    StoreError
        There is none, or a newer version wrote it.
    """
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise StoreError(
            f"no readable {MANIFEST} in {folder}", "the folder of a replication package", "check the path"
        ) from fault
    return readable(found, artefact=ARTEFACT, version=SCHEMA_VERSION, migrations=_MIGRATIONS, path=path)
