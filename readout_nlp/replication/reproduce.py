"""A replication package run again: checked, gathered, computed, compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from readout_nlp import durable
from readout_nlp.analysis.run import run_analysis
from readout_nlp.analysis.run_manifest import MANIFEST, STARTED, read_run_manifest
from readout_nlp.analysis.workers import Map, Progress
from readout_nlp.corpus.manifest import is_store
from readout_nlp.corpus.read import read_corpus
from readout_nlp.errors import InputError, StoreError
from readout_nlp.pages.page import Page, Rejected
from readout_nlp.replication.archive import unpack
from readout_nlp.replication.compare_runs import compare_runs
from readout_nlp.replication.environment import differences
from readout_nlp.replication.findings import Finding, Reproduction, findings_csv
from readout_nlp.replication.gather import Lost, find_pages, misread, restore_store, torn_items
from readout_nlp.replication.opened import Package, open_package
from readout_nlp.replication.pagelist import Listed, Role, of_role
from readout_nlp.saved.verify import SUMS

FOUND = "reproduction.csv"
OF = "package.sha256"  # which package a folder reproduces, so that a run cut short goes on and no other does
UNPACKED = "package"
ROLES: tuple[Role, ...] = ("corpus", "reference")


def reproduce(
    package: str | Path,
    out: str | Path,
    *,
    pages: Sequence[Path] = (),
    map: Map = map,  # noqa: A002
    progress: Progress | None = None,
) -> Reproduction:
    """Run a replication package again and compare everything with what is in it.

    Parameters
    ----------
    package
        The folder of a package, or its zip archive. It is only read.
    out
        A new folder, or one in which reproducing this package was cut short. Receives the second run
        (``run/``) and ``reproduction.csv``.
    pages
        Where the pages are, if the package holds but their hashes: files and folders, in any order.
    map, progress
        As in `readout_nlp.analysis.run.run_analysis`.

    Returns
    -------
    Reproduction
        ``.ok``, ``.verdict`` and every finding. If a page is missing or changed, nothing is computed.

    Raises
    ------
    CheckError
        The package is not as it was sealed, or contradicts itself.
    StoreError
        It is no package, a newer version wrote it, or `out` holds something else.
    InputError
        The package needs pages and none are given; or an archive is not safe to unpack.
    """
    target = Path(out)
    _check_target(target)
    opened = open_package(_folder_of(Path(package), target))
    _claim(target, opened)
    told = [
        Finding(part="environment", name=name, level="told", what="differs", then=then, now=now)
        for name, then, now in differences(opened.environment, opened.pins)
    ]
    stores, found = _inputs(opened, target, pages=pages, map=map, progress=progress)
    if all(is_store(store) for store in stores.values()):
        found += _run_and_compare(opened, stores, target / "run", map=map, progress=progress)
    outcome = Reproduction(
        package=opened.folder.resolve().name, n_files=opened.n_files, findings=(*told, *found)
    )
    durable.write_bytes(target / FOUND, findings_csv(outcome.findings))
    return outcome


def _folder_of(package: Path, out: Path) -> Path:
    if package.is_dir():
        return package
    if not package.is_file():
        raise InputError(f"no package at {package}", "the folder or the zip archive of one", "check the path")
    target = out / UNPACKED / package.stem
    return target if target.is_dir() else unpack(package, target)


def _check_target(out: Path) -> None:
    """Refuse a folder that holds anything but a reproduction; of which package is asked later."""
    names = sorted(path.name for path in out.iterdir() if path.name != UNPACKED) if out.is_dir() else []
    if out.is_file() or (names and OF not in names):
        raise StoreError(
            f"{out} holding {', '.join(names[:3]) or 'a file'}",
            "a new folder, or one in which this package is being reproduced",
            "choose another --out",
        )


def _claim(out: Path, package: Package) -> None:
    """Take a folder that is new or reproduces this very package."""
    if out.resolve().is_relative_to(package.folder.resolve()):
        raise StoreError(f"{out} inside the package", "a folder beside it", "choose another --out")
    mark, own = out / OF, durable.sha256_file(package.folder / SUMS)
    if not mark.exists():
        durable.write_text(mark, f"{own}\n")
    elif mark.read_text(encoding="utf-8").strip() != own:
        raise StoreError(f"{out} of another package", "a new folder", "choose another --out")


def _inputs(
    package: Package,
    out: Path,
    *,
    pages: Sequence[Path],
    map: Map,  # noqa: A002
    progress: Progress | None,
) -> tuple[dict[Role, Path], list[Finding]]:
    """Give the corpus stores to run on, by role, and what was found about their pages."""
    if package.texts == "sample":
        return {}, []
    roles = [role for role in ROLES if of_role(package.listed, role)]
    if package.texts == "included":
        stores = {role: package.store(role) for role in roles}
        checked = [_check_store(role, store, package) for role, store in stores.items()]
        return stores, [finding for found in checked for finding in found]
    if not pages:
        raise InputError(
            "a package with the hashes of its pages and not their texts",
            "the pages themselves",
            "obtain them (README.md says where) and give --pages FOLDER",
        )
    stores = {role: out / f"{role}-store" for role in roles}
    found: list[Finding] = []
    for role, store in stores.items():
        found += _gather(package, role, store, pages=pages, map=map, progress=progress)
    return stores, found


def _gather(
    package: Package,
    role: Role,
    store: Path,
    *,
    pages: Sequence[Path],
    map: Map,  # noqa: A002
    progress: Progress | None,
) -> list[Finding]:
    wanted = of_role(package.listed, role)
    name = f"{len(wanted)} pages of the {role}"
    if is_store(store):  # of a reproduction that was cut short later
        return [Finding(part="page", name=name, level="bitwise")]
    given, lost = find_pages(wanted, pages, progress=progress)
    if lost:
        return [_of_lost(one) for one in lost]
    whole = cast("list[Page | Rejected]", given)
    otherwise = restore_store(wanted, whole, store, map=map)
    found = [_of_misread(*pair, what="the same bytes are read as another text") for pair in otherwise]
    return found or [Finding(part="page", name=name, level="bitwise")]


def _of_misread(then: Listed, now: Listed, *, what: str) -> Finding:
    texts = [
        f"readout {one.readout_id}, text {one.text_sha256[:12]}" if one.readout_id else f"none: {one.reason}"
        for one in (then, now)
    ]
    return Finding(part="page", name=then.origin, level="beyond", what=what, then=texts[0], now=texts[1])


def _of_lost(lost: Lost) -> Finding:
    return Finding(
        part="page",
        name=lost.page.origin,
        level="beyond",
        what="changed" if lost.found_at else "missing",
        then=f"SHA-256 {lost.page.sha256[:12]}",
        now=f"SHA-256 {lost.found_sha256[:12]} at {lost.found_at}" if lost.found_at else "nowhere",
    )


def _check_store(role: Role, store: Path, package: Package) -> list[Finding]:
    """Hold the texts in a package to the list of pages: each text, each item, and the whole."""
    corrections = package.corrections if role == "corpus" else None
    manifest = package.manifest
    then = manifest["corpus_fingerprint"] if role == "corpus" else manifest["reference"]["fingerprint"]
    now = read_corpus(store, corrections=corrections).fingerprint
    otherwise = misread(of_role(package.listed, role), store)
    found = [_of_misread(*pair, what="another text than is listed") for pair in otherwise]
    found += [
        Finding(part="page", name=item, level="beyond", what="an item that is not in its page's text")
        for item in torn_items(store)
    ]
    if now != then:
        name = f"the {role} as a whole"
        found.append(
            Finding(part="page", name=name, level="beyond", what="other texts", then=then[:12], now=now[:12])
        )
    return found or [Finding(part="page", name=f"texts of the {role}", level="bitwise")]


def _run_and_compare(
    package: Package,
    stores: dict[Role, Path],
    run: Path,
    *,
    map: Map,  # noqa: A002
    progress: Progress | None,
) -> list[Finding]:
    if not (run / MANIFEST).exists() or (run / STARTED).exists():
        run_analysis(
            [stores["corpus"]] if "corpus" in stores else [],
            run,
            recipe=package.recipe,
            corrections=package.corrections,
            reference=[stores["reference"]] if "reference" in stores else [],
            map=map,
            progress=progress,
        )
    manifests = (package.manifest["run"], read_run_manifest(run))
    return compare_runs(package.folder, run, manifests=manifests)
