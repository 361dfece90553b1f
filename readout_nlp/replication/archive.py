"""A folder <-> a zip archive: the same files give the same bytes, and nothing lands outside the target."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from zlib import error as ZlibError  # noqa: N812  # an exception, named as one

from readout_nlp.durable import aside, aside_folder
from readout_nlp.errors import InputError, StoreError

FIXED_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that the format has
FILE_MODE = 0o644
MOST_MEMBERS = 100_000
MOST_BYTES = 20 * 2**30  # of all members together, unpacked
MOST_RATIO = 200  # unpacked to packed, beyond the first LEAST_BOUND bytes
LEAST_BOUND = 100 * 2**20
PIECE = 1 << 20
DRIVE = re.compile(r"[A-Za-z]:")


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Pack files by name; sorted, with one fixed date, so that the same files give the same bytes.

    Examples
    --------
    >>> zip_bytes({"b": b"2", "a": b"1"}) == zip_bytes({"a": b"1", "b": b"2"})
    True
    """
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(_member(name), files[name])
    return sink.getvalue()


def zip_folder(folder: Path, target: Path) -> Path:
    """Pack a folder, under its own name, to `target`; whole or not at all.

    Raises
    ------
    StoreError
        There is something at `target` already.
    """
    if target.exists():
        raise StoreError(f"a file at {target}", "a new name", "remove it, or choose another --out")
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with aside(target) as side, zipfile.ZipFile(side, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            info = _member(f"{folder.name}/{name}")
            with (folder / name).open("rb") as source, archive.open(info, "w", force_zip64=True) as sink:
                for piece in iter(lambda source=source: source.read(PIECE), b""):  # type: ignore[misc]
                    sink.write(piece)
    return target


def unpack(archive: Path, target: Path) -> Path:
    """Unpack an archive to `target`, a folder that is not there yet; whole or not at all.

    Members are read one by one and counted while they are read: what an archive says of its own sizes is
    not believed. A single folder around everything is taken off.

    Raises
    ------
    InputError
        It is no zip archive, or damaged; it holds a name that leads elsewhere, a link, a name twice or an
        encrypted member; or it unpacks to more than the limits.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.zip").write_bytes(zip_bytes({"top/x.txt": b"1"}))
    >>> [path.name for path in unpack(folder / "a.zip", folder / "out").iterdir()]
    ['x.txt']
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            members = _checked(packed.infolist(), archive)
            bound = min(MOST_BYTES, max(LEAST_BOUND, MOST_RATIO * archive.stat().st_size))
            with aside_folder(target) as side:
                _write(packed, members, side=side, bound=bound)
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, OSError) as fault:
        raise InputError(
            f"{archive} that cannot be unpacked ({fault})", "a whole zip archive", "get it again"
        ) from fault
    return target


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, FIXED_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, whatever it was written on
    info.external_attr = (stat.S_IFREG | FILE_MODE) << 16
    return info


def _checked(infos: list[zipfile.ZipInfo], archive: Path) -> dict[str, zipfile.ZipInfo]:
    """Give the files by the path each will have; refuse the archive if one of them is suspect."""
    if len(infos) > MOST_MEMBERS:
        raise _refused(archive, f"{len(infos)} members", f"at most {MOST_MEMBERS}")
    files: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        fault = _fault(info)
        if fault is None and info.filename in files:
            fault = "twice"
        if fault:
            raise _refused(archive, f"member {info.filename[:200]!r}: {fault}", "plain files, each once")
        if not info.is_dir():
            files[info.filename] = info
    top = _common_top(list(files))
    return {name.removeprefix(top): info for name, info in files.items()}


def _fault(info: zipfile.ZipInfo) -> str | None:
    name, mode = info.filename, info.external_attr >> 16
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or DRIVE.match(name):
        return "a name that leads elsewhere"
    if any(ord(character) < 32 for character in name):
        return "a control character in its name"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "a link or a device"
    if info.flag_bits & 0x1:
        return "encrypted"
    return None


def _common_top(names: list[str]) -> str:
    tops = {name.split("/", 1)[0] if "/" in name else "" for name in names}
    only = tops.pop() if len(tops) == 1 else ""
    return f"{only}/" if only else ""


def _write(
    packed: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], *, side: Path, bound: int
) -> None:
    left, root = bound, side.resolve()
    for name, info in members.items():
        path = side / name
        if not path.resolve().is_relative_to(root):
            raise _refused(Path(packed.filename or ""), f"member {name!r}", "a name inside the archive")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as sink:
            for piece in _pieces(packed, info):
                left -= len(piece)
                if left < 0:
                    raise _refused(
                        Path(packed.filename or ""), "an archive that swells without end", f"{bound} bytes"
                    )
                sink.write(piece)


def _pieces(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with packed.open(info) as source:
        while piece := source.read(PIECE):
            yield piece


def _refused(archive: Path, found: str, expected: str) -> InputError:
    return InputError(f"{found} in {archive.name}", expected, "unpack it by hand if you trust it")
