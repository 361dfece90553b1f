"""Is this folder what was sealed? Every file against SHA256SUMS, and no file beside those it lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from readout_nlp import durable
from readout_nlp.errors import CheckError, StoreError

SUMS = "SHA256SUMS"
LABELS = "labels.csv"  # the one file that people edit
# what `sha256sum` prints: the hash, a space, a space or an asterisk, the name
LINE = re.compile(r"([0-9a-f]{64}) [ *](\S.*)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as sealed: the file, and its fault.

    `fault` is ``changed``, ``missing``, ``unlisted``, ``unreadable``, ``a symbolic link`` or, for
    `SHA256SUMS` itself, ``line N is not a hash and a file name``.
    """

    file: str
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check of hashes found.

    Attributes
    ----------
    folder
        The folder's name, without where it lies.
    n_files
        Files that `SHA256SUMS` lists.
    findings
        Everything that is not as sealed, by file name; empty if the folder is whole.
    """

    folder: str
    n_files: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """True if every listed file is there unchanged, and no other."""
        return not self.findings

    def __str__(self) -> str:
        if self.ok:
            return f"{self.folder}: {self.n_files} files, each as sealed"
        return f"{self.folder}: " + "; ".join(f"{f.file} is {f.fault}" for f in self.findings)

    def require(self) -> None:
        """Do nothing if all is well.

        Raises
        ------
        CheckError
            Something is not as sealed; every finding is named.
        """
        if self.ok:
            return
        edited = Finding(LABELS, "changed") in self.findings
        raise CheckError(
            f"in {self}",
            f"every file as {SUMS} lists it, and no other file",
            "get the folder again from where it was published"
            + (f"; if you edited {LABELS} yourself, seal it with seal_labels(folder)" if edited else ""),
        )


def verify_hashes(folder: str | Path) -> Verdict:
    """Compare every file in `folder` with its hash in ``SHA256SUMS``.

    Parameters
    ----------
    folder
        A saved model, or any folder with a ``SHA256SUMS``.

    Returns
    -------
    Verdict
        ``.ok`` and the findings: changed, missing and unlisted files. Symbolic links are findings too,
        since what they point at can change after sealing.

    Raises
    ------
    StoreError
        There is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("one", encoding="utf-8")
    >>> seal(folder)
    >>> verify_hashes(folder).ok
    True
    >>> _ = (folder / "a.txt").write_text("two", encoding="utf-8")
    >>> verify_hashes(folder).findings
    (Finding(file='a.txt', fault='changed'),)
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StoreError(f"no folder at {folder}", "the folder of a saved model", "check the path")
    listed, findings = read_sums(folder / SUMS)
    for name in sorted(listed.keys() | _present(folder)):
        fault = _fault(folder / name, listed.get(name))
        if fault:
            findings.append(Finding(name, fault))
    return Verdict(folder=folder.resolve().name, n_files=len(listed), findings=tuple(findings))


def seal(folder: Path) -> None:
    """Write ``SHA256SUMS`` over every file in `folder` but itself, in the form `sha256sum -c` reads."""
    lines = (f"{durable.sha256_file(folder / name)}  {name}\n" for name in sorted(_present(folder)))
    durable.write_text(folder / SUMS, "".join(lines))


def _present(folder: Path) -> set[str]:
    files = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())
    return {name for name in files if name != SUMS}


def read_sums(path: str | Path) -> tuple[dict[str, str], list[Finding]]:
    """Read a list of hashes as `sha256sum` writes it.

    Parameters
    ----------
    path
        The list; its names are of files beside it or below.

    Returns
    -------
    listed : dict
        SHA-256 by file name.
    findings : list of Finding
        What is no such line, or names a file twice or outside; or that the list is no file of its own.
    """
    sums = Path(path)
    if sums.is_symlink() or not sums.is_file():
        return {}, [Finding(sums.name, "a symbolic link" if sums.is_symlink() else "missing")]
    listed: dict[str, str] = {}
    findings = []
    for number, line in enumerate(sums.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        match = LINE.fullmatch(line)
        if match and _inside(match[2]) and match[2] not in listed:
            listed[match[2]] = match[1]
        else:
            findings.append(Finding(sums.name, f"line {number} is not a hash and a file name"))
    return listed, findings


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and path.as_posix() == name


def _fault(path: Path, sha256: str | None) -> str | None:
    if path.is_symlink():
        return "a symbolic link"
    if sha256 is None:
        return "unlisted"
    if not path.is_file():
        return "missing"
    try:
        return None if durable.sha256_file(path) == sha256 else "changed"
    except OSError:
        return "unreadable"
