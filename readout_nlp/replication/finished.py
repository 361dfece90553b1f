"""A finished run, looked at from outside: what its manifest says, and the corpus store that it read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readout_nlp.analysis.run import REPORT
from readout_nlp.analysis.run_manifest import ARTEFACT, STARTED, read_run_manifest
from readout_nlp.corpus.manifest import is_store
from readout_nlp.corpus.read import read_corpus
from readout_nlp.errors import StoreError
from readout_nlp.versions import PACKAGE, library_versions

EXPECTED = {"recipe", "pages", "libraries", "corpus", "package"}
RESULTS = ("tables", "figures", "model")
SAMPLE = "the built-in sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished run.

    Attributes
    ----------
    folder
        Where it is.
    manifest
        What it says of itself.
    store
        The corpus store that it read; None for the built-in sample, which is made anew.
    """

    folder: Path
    manifest: Mapping[str, Any]
    store: Path | None


def read_run(folder: Path, *, corpus: Path | None = None, corrections: Path | None = None) -> Run:
    """Read the manifest of a finished run and find its corpus.

    Parameters
    ----------
    folder
        The directory that ``readout-nlp run`` wrote.
    corpus
        The store that it read, where it is no more at the path that the run was given.
    corrections
        The table of corrections that the run was given together with a store.

    Raises
    ------
    StoreError
        It is no finished run, a newer version wrote it, parts are missing, the versions installed here are
        others than those of the run, or its corpus is not there or has changed since.
    """
    if (folder / STARTED).exists():
        raise StoreError(
            f"an unfinished run in {folder}", "a finished one", "end it with the same `readout-nlp run`"
        )
    manifest = read_run_manifest(folder)
    if not set(manifest) >= EXPECTED:
        raise StoreError(f"another kind of manifest in {folder}", f"one of a {ARTEFACT}", "check the path")
    missing = [name for name in RESULTS if not (folder / name).is_dir()]
    missing += [] if (folder / REPORT).is_file() else [REPORT]
    if missing:
        raise StoreError(
            f"{folder} without {', '.join(missing)}", "a whole finished run", "run the analysis again"
        )
    _check_versions(manifest)
    return Run(folder=folder, manifest=manifest, store=_store(folder, manifest, corpus, corrections))


def _check_versions(manifest: Mapping[str, Any]) -> None:
    """Refuse to write down as the run's environment one that it was not made in."""
    then, now = dict(manifest["libraries"]), library_versions()
    # a library that only one of the two knows of says nothing about the other
    changed = [
        f"{name} {then[name]} and {now[name]}" for name in then if name in now and then[name] != now[name]
    ]
    if changed:
        raise StoreError(
            f"other versions than those of the run: {', '.join(changed)} (then and now)",
            f"the environment that made the run, with {PACKAGE} {manifest['package']['version']}",
            "package the run there, or run it again here",
        )


def _store(
    folder: Path, manifest: Mapping[str, Any], given: Path | None, corrections: Path | None
) -> Path | None:
    if manifest["pages"] == SAMPLE:
        return None
    own = folder / "corpus"
    store = given or (own if is_store(own) else Path(manifest["pages"][0]))
    if not is_store(store):
        raise StoreError(
            f"no corpus store at {store}", "the store that the run read", "tell where it is with --corpus"
        )
    _check_corpus(store, manifest, corrections)
    return store


def _check_corpus(store: Path, manifest: Mapping[str, Any], corrections: Path | None) -> None:
    then = manifest["corpus"]["fingerprint"]
    if manifest["recipe"].get("split") is not None:
        return  # the manifest tells of the half that estimates; the store holds both
    if read_corpus(store, corrections=corrections).fingerprint != then:
        raise StoreError(
            f"another corpus in {store} than the run read (fingerprint {then[:12]})",
            "the corpus as it was",
            "give --corrections if the run was given a table of them; else run again on what it holds now",
        )
