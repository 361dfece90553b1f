"""Room on the disk: how much is free, the refusal to begin what it cannot hold, and how sizes are said."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from readout_nlp.errors import RecipeError, StoreError

_UNITS = {
    **{"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9},
    **{"KIB": 2**10, "MIB": 2**20, "GIB": 2**30},
}
_SIZE = re.compile(rf"(\d+(?:\.\d+)?) *({'|'.join(_UNITS)})", re.IGNORECASE)
# how much prose and what is around it grow when they are unpacked
_GROWS = {".gz": 4.0, ".zst": 4.5, ".zip": 4.0, ".parquet": 2.5, ".xlsx": 4.0, ".xlsm": 4.0, ".ods": 4.0}


def free_at(folder: Path) -> int:
    """Give the bytes that are free on the disk where `folder` is, or would be.

    Examples
    --------
    >>> free_at(Path("a/folder/that/is/not/there/yet")) > 0
    True
    """
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    return shutil.disk_usage(there).free


def require_room(folder: Path, needed: float) -> None:
    """Refuse to begin what the disk cannot hold.

    Parameters
    ----------
    folder
        Where it would be written; it need not be there yet.
    needed
        Bytes that are expected to be written, rather too many than too few.

    Raises
    ------
    StoreError
        Less is free than `needed`.

    Examples
    --------
    >>> require_room(Path("out"), 0)
    """
    if needed <= 0:
        return
    free = free_at(folder)
    if free < needed:
        raise StoreError(
            f"{size_text(free)} free for {folder}",
            f"about {size_text(needed)}",
            "make room, or choose a folder on another disk",
        )


def unpacked_bytes(name: str, packed: int) -> float:
    """Give about how many bytes a file of `packed` bytes has unpacked, as its name tells.

    Examples
    --------
    >>> unpacked_bytes("a.jsonl.gz", 100), unpacked_bytes("a.html", 100)
    (400.0, 100.0)
    """
    return packed * _GROWS.get(Path(name.lower()).suffix, 1.0)


def size_text(size: float) -> str:
    """Say a number of bytes to a person.

    Examples
    --------
    >>> size_text(2_140_000_000), size_text(3_500_000), size_text(20_000)
    ('2.1 GB', '4 MB', 'less than 1 MB')
    """
    if size >= 1e9:
        return f"{size / 1e9:,.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e6 else "less than 1 MB"


def size_of(text: str) -> int:
    """Read a number of bytes as a person writes it: a number and B, KB, MB, GB, KiB, MiB or GiB.

    Raises
    ------
    RecipeError
        It is none, or is not above 0.

    Examples
    --------
    >>> size_of("1.5GiB"), size_of("800 MB")
    (1610612736, 800000000)
    """
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1]) * _UNITS[found[2].upper()]) if found else 0
    if size < 1:
        raise RecipeError(
            f"a size {text!r}", "a number above 0 with its unit, such as 3GiB or 800MB", "write it so"
        )
    return size


def time_text(seconds: float) -> str:
    """Say a span of time to a person, no finer than an estimate is.

    Examples
    --------
    >>> time_text(12.4), time_text(150), time_text(9000)
    ('12 seconds', '2 minutes', '2.5 hours')
    """
    if seconds < 100:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 6000 else f"{seconds / 3600:,.1f} hours"
