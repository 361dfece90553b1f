"""A replication package as others get it: whole, of a version that can be read, and at one with itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readout_nlp.analysis.recipe import Recipe, read_recipe
from readout_nlp.errors import CheckError, InputError, StoreError
from readout_nlp.replication.environment import Versions, pinned
from readout_nlp.replication.layout import (
    CORPUS,
    CORRECTIONS,
    ENVIRONMENT,
    MANIFEST,
    RECIPE,
    REFERENCE,
    REQUIREMENTS,
    read_package_manifest,
)
from readout_nlp.replication.pagelist import PAGES, Listed, read_page_list
from readout_nlp.replication.settings import differences
from readout_nlp.saved.verify import SUMS, verify_hashes

TEXTS = ("sample", "hashes", "included")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that was found whole.

    Attributes
    ----------
    folder
        Where it is.
    manifest
        What it says of itself.
    recipe
        The settings to run again with.
    listed
        Every page behind the run; empty for the built-in sample.
    pins
        The version of each distribution then.
    environment
        Python, system, processor and code then.
    n_files
        How many files its seal covers.
    """

    folder: Path
    manifest: Mapping[str, Any]
    recipe: Recipe
    listed: tuple[Listed, ...]
    pins: Versions
    environment: Mapping[str, Any]
    n_files: int

    @property
    def texts(self) -> str:
        """Where the texts are: ``included``, ``hashes`` (with whoever reproduces) or ``sample``."""
        return str(self.manifest["texts"])

    @property
    def corrections(self) -> Path | None:
        """The table of corrections, if there is one."""
        path = self.folder / CORRECTIONS
        return path if path.exists() else None

    def store(self, role: str) -> Path:
        """Give the corpus store of a role, where the texts are included."""
        return self.folder / (CORPUS if role == "corpus" else REFERENCE)


def open_package(folder: Path) -> Package:
    """Check a package and read what running it again needs.

    Raises
    ------
    StoreError
        It is no package, a newer version wrote it, or a part of it cannot be read.
    CheckError
        A file is changed, missing or was added since it was sealed; or its parts contradict each other.
    """
    manifest = read_package_manifest(folder)
    verdict = verify_hashes(folder)
    if not verdict.ok:
        raise CheckError(
            f"in {verdict}",
            f"every file as {SUMS} lists it, and no other file",
            "get the package again from where it was published",
        )
    try:
        recipe = read_recipe(folder / RECIPE)
        environment = json.loads((folder / ENVIRONMENT).read_text(encoding="utf-8"))
        pins = pinned((folder / REQUIREMENTS).read_text(encoding="utf-8"))
        listed = () if manifest["texts"] == "sample" else tuple(read_page_list(folder / PAGES))
        _check_shape(manifest, environment, listed)
        _check_recipe(recipe, manifest["run"]["recipe"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InputError) as fault:
        raise StoreError(
            f"{folder} without what a package holds ({fault})", "a whole replication package", "get it again"
        ) from fault
    return Package(
        folder=folder,
        manifest=manifest,
        recipe=recipe,
        listed=listed,
        pins=pins,
        environment=environment,
        n_files=verdict.n_files,
    )


def _check_shape(manifest: Mapping[str, Any], environment: Any, listed: Sequence[Listed]) -> None:
    """Find out here, not in the middle of the work, that something is not there."""
    if manifest["texts"] not in TEXTS or not isinstance(environment["code"], dict):
        raise ValueError(f"texts {manifest['texts']!r}")
    fingerprints = [manifest["run"]["corpus"]["fingerprint"]]
    if listed:
        fingerprints.append(manifest["corpus_fingerprint"])
    if any(one.role == "reference" for one in listed):
        fingerprints.append(manifest["reference"]["fingerprint"])
    if not all(isinstance(fingerprint, str) for fingerprint in fingerprints):
        raise ValueError("no fingerprint of the corpus")


def _check_recipe(recipe: Recipe, then: Mapping[str, Any]) -> None:
    here = recipe.model_dump(mode="json")
    # a setting that this version adds stood at its default then
    changed = differences({name: here.get(name) for name in then}, then)
    if changed:
        raise CheckError(
            f"{RECIPE} with other settings than the run in {MANIFEST}: {'; '.join(changed)}",
            "the settings that the results were made with",
            "get the package again, or ask its authors which is right",
        )
