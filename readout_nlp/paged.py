"""Large arrays and tables in files of a folder: the system drops their pages when it needs room."""

from __future__ import annotations

import io
import mmap
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from readout_nlp.disk_faults import writing_to

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SMALL = 2**20  # bytes: what is smaller stays where it is
ROWS = 5_000  # that are copied at a time

Data = bytes | memoryview
Shape = int | tuple[int, ...]


@dataclass(frozen=True)
class Paging:
    """Where large things go.

    Attributes
    ----------
    folder
        On a disk with room for them. Their files have no name: they go with the process, however it ends.
    memory
        Bytes that all processes together are to hold; what is copied into other processes follows from it.
    """

    folder: Path
    memory: int


_PAGING: ContextVar[Paging | None] = ContextVar("_PAGING", default=None)


@contextmanager
def paged_to(folder: Path, *, memory: int | None) -> Iterator[None]:
    """Have large things that are made in the block lie in files in `folder`; without `memory`, as ever.

    The numbers are the same either way; only who holds them differs. What was made in the block stays
    readable after it.

    Examples
    --------
    >>> with paged_to(Path(tempfile.mkdtemp()), memory=2**30):
    ...     is_paged(), float(zeros((1000, 1000)).sum())
    (True, 0.0)
    >>> is_paged()
    False
    """
    before = _PAGING.set(None if memory is None else Paging(folder, memory))
    try:
        yield
    finally:
        _PAGING.reset(before)


def paging() -> Paging | None:
    """Give where large things go now; None: into memory."""
    return _PAGING.get()


def is_paged() -> bool:
    """Tell whether large things go to files now."""
    return _PAGING.get() is not None


def is_small(size: int) -> bool:
    """Tell whether so many bytes stay in memory now.

    Examples
    --------
    >>> is_small(2**40)
    True
    """
    return not is_paged() or size < max(1, SMALL)  # no file of nothing can be looked into


def allowed(otherwise: int, part: float) -> int:
    """Give the smaller of `otherwise` and a part of the memory that was asked for, if any was.

    Examples
    --------
    >>> with paged_to(Path(tempfile.mkdtemp()), memory=1000):
    ...     allowed(600, 0.5), allowed(400, 0.5)
    (500, 400)
    """
    here = _PAGING.get()
    return otherwise if here is None else min(otherwise, int(part * here.memory))


def zeros(shape: Shape, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """Give an array of zeros, in a file if it is large and files are asked for.

    Examples
    --------
    >>> zeros(3).tolist()
    [0.0, 0.0, 0.0]
    """
    here, kind = _PAGING.get(), np.dtype(dtype)
    size = int(np.prod(shape)) * kind.itemsize
    if here is None or is_small(size):
        return np.zeros(shape, kind)
    return np.frombuffer(_mapped(here.folder, size), kind).reshape(shape)


def empty(shape: Shape, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[Any]:
    """Give an array to be filled, in a file if it is large and files are asked for.

    Examples
    --------
    >>> empty((2, 3)).shape
    (2, 3)
    """
    return zeros(shape, dtype) if is_paged() else np.empty(shape, dtype)


def shelved(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give the same array, from a file if it is large and files are asked for.

    Examples
    --------
    >>> shelved(np.arange(3)).tolist()
    [0, 1, 2]
    """
    if is_small(array.nbytes):
        return array
    copy = zeros(array.shape, array.dtype)
    copy[...] = array
    return copy


def taken(array: npt.NDArray[Any], rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give some rows, in their order, into a file if they are large and files are asked for.

    Examples
    --------
    >>> taken(np.array([[1], [2]]), np.array([1, 0])).tolist()
    [[2], [1]]
    """
    if is_small(len(rows) * array[:1].nbytes):
        return np.asarray(array[rows])
    found = empty((len(rows), *array.shape[1:]), array.dtype)
    for start in range(0, len(rows), ROWS):
        found[start : start + ROWS] = array[rows[start : start + ROWS]]
    return found


def gathered(parts: Iterable[npt.NDArray[Any]], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Put arrays one after the other, each let go of once it is written if files are asked for.

    Examples
    --------
    >>> gathered([np.arange(2), np.arange(1)], np.int32).tolist()
    [0, 1, 0]
    """
    with Appended(dtype) as whole:
        for part in parts:
            whole.add(part)
    return whole.found


class Appended:
    """An array that grows: what is added goes to a file at once if files are asked for.

    Examples
    --------
    >>> with Appended(np.int32) as whole:
    ...     whole.add(np.arange(2))
    >>> whole.found.tolist()
    [0, 1]
    """

    found: npt.NDArray[Any]

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._kind, self._paging, self._left = np.dtype(dtype), _PAGING.get(), ExitStack()
        self._parts = [np.empty(0, self._kind)]

    def __enter__(self) -> Appended:
        self._file = self._left.enter_context(unnamed_file(self._paging.folder)) if self._paging else None
        return self

    def add(self, part: npt.NDArray[Any]) -> None:
        """Put an array behind the others."""
        own = np.ascontiguousarray(part, self._kind)
        if self._file is None:
            self._parts.append(own)
        else:
            self._file.write(own.data)

    def __exit__(self, *fault: Any) -> None:
        with self._left:
            self.found = _array(self._file, self._kind) if self._file else np.concatenate(self._parts)
            self._parts.clear()


class Drawer:
    """Room for many arrays, in one file if it is large and files are asked for.

    Examples
    --------
    >>> Drawer(100).zeros(3, np.float32).tolist()
    [0.0, 0.0, 0.0]
    """

    def __init__(self, size: int) -> None:
        self._left = zeros(size, np.uint8) if is_paged() else None

    def zeros(self, shape: Shape, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """Give an array of zeros; one that finds no room is in memory."""
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        if self._left is None or size > len(self._left):
            return np.zeros(shape, dtype)
        own, self._left = np.split(self._left, [size])
        return own.view(dtype).reshape(shape)


def shelved_counts(counts: csr_matrix) -> csr_matrix:
    """Give the same sparse matrix, its numbers from files if they are large and files are asked for."""
    if not is_paged():
        return counts
    from scipy.sparse import csr_matrix

    parts = (shelved(part) for part in (counts.data, counts.indices, counts.indptr))
    return csr_matrix(tuple(parts), shape=counts.shape)


def gathered_counts(
    parts: Iterable[csr_matrix], n_columns: int, dtype: npt.DTypeLike = np.int32
) -> csr_matrix:
    """Put sparse matrices below each other, each let go of once it is written if files are asked for."""
    from scipy.sparse import csr_matrix

    lengths, columns = [np.zeros(1, dtype=np.int64)], Appended(np.int32)
    with columns, Appended(dtype) as numbers:
        for part in parts:
            lengths.append(np.diff(part.indptr))
            columns.add(part.indices)
            numbers.add(part.data)
    ends = np.cumsum(np.concatenate(lengths), dtype=np.int64)
    ends = ends.astype(np.int32) if ends[-1] <= np.iinfo(np.int32).max else ends
    return csr_matrix((numbers.found, columns.found, ends), shape=(len(ends) - 1, n_columns))


def read_mapped(path: Path) -> Data:
    """Give the bytes of a file, read when they are looked at if files are asked for."""
    if not is_paged() or not path.stat().st_size:
        return path.read_bytes()
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def written(write: Callable[[Any], object]) -> Data:
    """Give the bytes that `write` writes into the file it is handed: from a file if files are asked for.

    Examples
    --------
    >>> bytes(written(lambda file: file.write(b"abc")))
    b'abc'
    """
    here = _PAGING.get()
    if here is None:
        stream = io.BytesIO()
        write(stream)
        return stream.getvalue()
    with unnamed_file(here.folder) as file:
        write(file)
        file.flush()
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _array(file: BinaryIO, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    file.flush()
    if not file.tell():
        return np.empty(0, kind)
    return np.frombuffer(mmap.mmap(file.fileno(), 0), kind)


@contextmanager
def unnamed_file(folder: Path) -> Iterator[BinaryIO]:
    """Give a file without a name in `folder`, which goes once nothing refers to it.

    Raises
    ------
    StoreError
        The disk is full or read-only.
    """
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            yield file


def _mapped(folder: Path, size: int) -> mmap.mmap:
    with unnamed_file(folder) as file:
        _reserve(file.fileno(), size)
        return mmap.mmap(file.fileno(), size)


def _reserve(file: int, size: int) -> None:
    """Take the room now: a write to a mapped page that a full disk cannot hold would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
    else:
        os.truncate(file, size)
