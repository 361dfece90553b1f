"""A finished run -> a replication package: one folder that says what was done and lets others do it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from readout_nlp import durable
from readout_nlp.analysis.run import REPORT
from readout_nlp.analysis.workers import Map
from readout_nlp.corpus.read import read_corpus
from readout_nlp.corpus.store import ingest, is_store
from readout_nlp.errors import CheckError, InputError, StoreError
from readout_nlp.replication.codebook import Entry, codebook, codebook_csv, undescribed
from readout_nlp.replication.copying import copy_file, copy_folder, copy_store
from readout_nlp.replication.crate import package_crate
from readout_nlp.replication.describe import about_file, codebook_markdown, readme
from readout_nlp.replication.environment import closure, environment, requirements
from readout_nlp.replication.finished import RESULTS, SAMPLE, Run, read_run
from readout_nlp.replication.layout import (
    ARTEFACT,
    CORPUS,
    CORRECTIONS,
    ENVIRONMENT,
    MANIFEST,
    README,
    RECIPE,
    REFERENCE,
    REQUIREMENTS,
    SCHEMA_VERSION,
    read_package_manifest,
)
from readout_nlp.replication.pagelist import PAGES, Listed, list_pages, pages_csv
from readout_nlp.replication.settings import recipe_toml
from readout_nlp.replication.software import WHEELS, wheel
from readout_nlp.sample.settings import SampleSettings
from readout_nlp.saved.credits import checked_credits
from readout_nlp.saved.manifest import to_json
from readout_nlp.saved.rocrate import CRATE, FileFacts
from readout_nlp.saved.verify import SUMS, Finding, seal, verify_hashes

TITLE = "Replication package: an analysis of official meeting readouts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the author of a package decides.

    Attributes
    ----------
    texts
        Put the texts in. By default only their hashes are, since texts are others' property and a package is
        made to be published.
    notebooks
        Folders of notebooks to put in, as they are.
    lock
        A requirements file with hashes, from which the environment was installed.
    corpus, corrections
        The store, and the table of corrections, that the run was given, where it does not hold them itself.
    citation
        ``title``, ``authors``, ``license`` and more, as `readout_nlp.saved.credits.checked_credits` takes.
    """

    texts: bool = False
    notebooks: tuple[Path, ...] = ()
    lock: Path | None = None
    corpus: Path | None = None
    corrections: Path | None = None
    citation: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A package that was made: its folder, and what its author should know before publishing it."""

    folder: Path
    notes: tuple[str, ...]


def write_package(
    run: str | Path,
    out: str | Path,
    *,
    choices: Choices | None = None,
    map: Map = map,  # noqa: A002
) -> Packed:
    """Make a replication package of a finished run, whole or not at all.

    The same run, choices and installation give the same bytes.

    Parameters
    ----------
    run
        The directory that ``readout-nlp run`` wrote.
    out
        A folder that is not there yet.
    choices
        What goes in beside the results; None: the defaults.

    Returns
    -------
    Packed

    Raises
    ------
    StoreError
        `run` is no finished run or holds links, `out` is in use, or corpus or versions have changed since.
    InputError, RecipeError
        A lock, a folder of notebooks or a citation cannot be used.
    """
    chosen, target = choices or Choices(), Path(out)
    citation = {"title": TITLE} | checked_credits(dict(chosen.citation or {}))
    finished = read_run(Path(run), corpus=chosen.corpus, corrections=chosen.corrections)
    _check_target(target, finished.folder)
    with durable.aside_folder(target) as side:
        _copy_results(finished.folder, side)
        _copy_notebooks(chosen.notebooks, side)
        listed, facts = _put_inputs(finished, chosen, side, map=map)
        facts |= _put_environment(finished, chosen, side)
        entries = _put_codebook(side)
        manifest = _manifest(finished, citation, facts)
        durable.write_text(side / README, readme(manifest, side, entries))
        _close(side, manifest)
    return Packed(folder=target, notes=tuple(_notes(listed, entries, texts=facts["texts"])))


def reseal(folder: str | Path) -> Path:
    """Seal a package again whose README its author has filled in; all else must be as it was sealed.

    Raises
    ------
    StoreError
        It is no package.
    CheckError
        Another file than the README was changed, is missing or was added: sealing would hide that.
    """
    folder = Path(folder)
    manifest = read_package_manifest(folder)
    verdict = verify_hashes(folder)
    others = [finding for finding in verdict.findings if finding != Finding(README, "changed")]
    if others:
        raise CheckError(
            f"in {replace(verdict, findings=tuple(others))}",
            f"no change outside {README}",
            "make the package again",
        )
    about = manifest["files"]
    facts = {
        name: FileFacts((folder / name).stat().st_size, durable.sha256_file(folder / name))
        for name in sorted(set(about) - {CRATE, SUMS})
    }
    durable.write_text(folder / CRATE, package_crate({**manifest, "about": about}, facts))
    seal(folder)
    return folder


def _check_target(out: Path, run: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise StoreError(f"{out} in use", "a new folder for the package", "choose another --out")
    if out.resolve().is_relative_to(run.resolve()):
        raise StoreError(f"{out} inside the run", "a folder beside it", "choose another --out")


def _copy_results(run: Path, side: Path) -> None:
    for name in RESULTS:
        copy_folder(run / name, side / name)
    copy_file(run / REPORT, side / REPORT)


def _copy_notebooks(folders: tuple[Path, ...], side: Path) -> None:
    names = [folder.resolve().name for folder in folders]
    if len(set(names)) < len(names):
        raise InputError("two folders of notebooks with one name", "one name each", "rename one")
    for folder, name in zip(folders, names, strict=True):
        copy_folder(folder, side / "notebooks" / name if len(folders) > 1 else side / "notebooks")


def _put_inputs(
    run: Run,
    chosen: Choices,
    side: Path,
    *,
    map: Map,  # noqa: A002
) -> tuple[list[Listed], dict[str, Any]]:
    """Put the texts or the list of them into the package; give the list, and what the manifest says."""
    if run.store is None:
        sample = SampleSettings()
        settings = {"seed": sample.seed, "cities": sample.cities, "years": sample.years}
        return [], {**_NO_INPUTS, "texts": "sample", "sample": settings}
    listed = list_pages(run.store, "corpus")
    facts = {**_NO_INPUTS, "texts": "included" if chosen.texts else "hashes"}
    facts["corpus_fingerprint"] = read_corpus(run.store, corrections=chosen.corrections).fingerprint
    _put_corrections(run.store, chosen, side)
    if chosen.texts:
        copy_store(run.store, side / CORPUS)
    above = [Path(path) for path in run.manifest["reference"]]
    if above:
        kept = _reference_store(above, side / REFERENCE, map=map)
        facts["reference"] = {"fingerprint": kept}
        listed += list_pages(side / REFERENCE, "reference")
        if not chosen.texts:
            durable.discard(side / REFERENCE)
    counts = {role: sum(one.role == role for one in listed) for role in ("corpus", "reference")}
    durable.write_bytes(side / PAGES, pages_csv(listed))
    return listed, facts | {"n_pages": counts}


_NO_INPUTS: Mapping[str, Any] = {
    "sample": None,
    "reference": None,
    "n_pages": None,
    "corpus_fingerprint": None,
}


def _put_corrections(store: Path, chosen: Choices, side: Path) -> None:
    kept = sorted(store.glob("corrections-*.csv"))
    source = chosen.corrections or (kept[0] if kept else None)
    if source is not None:
        copy_file(source, side / CORRECTIONS)


def _reference_store(paths: list[Path], target: Path, *, map: Map) -> str:  # noqa: A002
    """Make a store of the texts from above, as they are now, and give its fingerprint."""
    if len(paths) == 1 and is_store(paths[0]):
        copy_store(paths[0], target)
    else:
        ingest(list(paths), target, map=map)
        (target / ".lock").unlink(missing_ok=True)
    return read_corpus(target).fingerprint


def _put_environment(run: Run, chosen: Choices, side: Path) -> dict[str, Any]:
    name, data = wheel()
    versions = closure()
    line = f"./{WHEELS}/{name}"
    if chosen.lock is not None:
        line += f" \\\n    --hash=sha256:{durable.sha256_bytes(data)}"
    pins = requirements(versions, wheel=line, lock=chosen.lock)
    found = environment()
    durable.write_bytes(side / WHEELS / name, data)
    durable.write_text(side / REQUIREMENTS, pins)
    durable.write_text(side / ENVIRONMENT, to_json(found))
    durable.write_text(side / RECIPE, recipe_toml(run.manifest["recipe"]))
    return {"environment": found, "n_distributions": len(versions), "hashes": chosen.lock is not None}


def _put_codebook(side: Path) -> list[Entry]:
    entries = codebook(side / "tables")
    durable.write_bytes(side / "codebook.csv", codebook_csv(entries))
    durable.write_text(side / "CODEBOOK.md", codebook_markdown(entries))
    return entries


def _manifest(run: Run, citation: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the package is; of the run's paths only the last part, for the rest is its author's own."""
    said = dict(run.manifest)
    if said["pages"] != SAMPLE:
        said["pages"] = [Path(path).name for path in said["pages"]]
    said["reference"] = [Path(path).name for path in said["reference"]]
    return {
        "artefact": ARTEFACT,
        "schema_version": SCHEMA_VERSION,
        "citation": dict(citation),
        "synthetic": bool(said["synthetic"]),
        **facts,
        "run": said,
    }


def _close(side: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest with the list of files, the crate over them, and the seal over all."""
    names = sorted(path.relative_to(side).as_posix() for path in side.rglob("*") if path.is_file())
    about = {name: about_file(name) for name in sorted({*names, MANIFEST, CRATE, SUMS})}
    durable.write_text(side / MANIFEST, to_json({**manifest, "files": about}))
    facts = {
        name: FileFacts((side / name).stat().st_size, durable.sha256_file(side / name))
        for name in sorted({*names, MANIFEST})
    }
    durable.write_text(side / CRATE, package_crate({**manifest, "about": about}, facts))
    seal(side)


def _notes(listed: list[Listed], entries: list[Entry], *, texts: str) -> list[str]:
    absolute = sum(Path(one.origin).is_absolute() for one in listed)
    quoted = sorted({entry.table for entry in entries if entry.passages})
    said = {
        f"{absolute} of {len(listed)} pages are listed with a path of this computer; run on a relative path "
        "if it should not be published": absolute,
        "the texts are in the package: publish it only if you may pass them on": texts == "included",
        f"passages of the texts are quoted in the report and the tables {', '.join(quoted)}": texts
        == "hashes",
        f"not described by this version: {', '.join(undescribed(entries))}": undescribed(entries),
        "README.md has blanks, in bold and square brackets, that only you can fill in; seal it again "
        "after that with `readout-nlp package FOLDER --seal`": True,
    }
    return [sentence for sentence, holds in said.items() if holds]
