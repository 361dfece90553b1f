"""Dumps in, a corpus store out: shards, copies, store; each step is done once, whatever kills it between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readout_nlp.durable import check_writable, sweep
from readout_nlp.errors import StoreError
from readout_nlp.harvest.dumps import dump_paths
from readout_nlp.harvest.gather import CORPUS, REPORT, gather
from readout_nlp.harvest.pool import Outcome, over_processes
from readout_nlp.harvest.shard import ShardTask, fingerprint, finished, harvest_shard
from readout_nlp.pages.columns import asked_columns
from readout_nlp.text_tables import text_table
from readout_nlp.writer_lock import locked

SHARDS = "shards"
SAMPLES = 5

Spread = Callable[..., Iterator[Outcome[ShardTask]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What came of a harvest.

    Attributes
    ----------
    corpus
        The folder of the corpus store.
    counts
        ``dumps``, ``records``, ``bytes``, ``parsed``, ``found`` (readouts), ``copies``, ``kept``.
    reasons
        How many records were left out for which reason.
    failed
        Dumps that could not be harvested, each with the reason; a later call tries them again.
    """

    corpus: Path
    counts: Mapping[str, int]
    reasons: Mapping[str, int]
    failed: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON values."""
        return {
            "corpus": str(self.corpus),
            "counts": dict(self.counts),
            "reasons": dict(self.reasons),
            "failed": dict(self.failed),
        }

    def lines(self, width: int | None = None) -> list[str]:
        """Give the counts, and why records were left out, as lines of text no wider than `width`."""
        out = sorted(self.reasons.items(), key=lambda one: (-one[1], one[0]))
        rows = [(name, f"{number:,}") for name, number in (*self.counts.items(), *out)]
        told = text_table(("harvest", "number"), rows[: len(self.counts)], right="<>", width=width)
        left = text_table(("left out", "records"), rows[len(self.counts) :], right="<>", width=width)
        return [*told, "", *left] if out else told


def harvest_dumps(
    paths: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    workers: int = 1,
    columns: Mapping[str, str] | None = None,
    samples: int = SAMPLES,
    spread: Spread | None = None,
    progress: Callable[..., Any] | None = None,
) -> Harvest:
    r"""Find the readouts in dumps of the web and make a corpus store of them.

    It may be stopped at any moment: dumps that are done stay done, and the next call with the same dumps does
    the rest. The store and every other file are the same bytes whatever the number of workers, and in
    whatever order the dumps end.

    Parameters
    ----------
    paths
        WARC, WET, JSON Lines (each also ``.gz``, ``.zst``) and Parquet files, or folders of them.
    out
        A new folder, or one whose harvest was cut short. It holds ``corpus`` (the store), ``copies.parquet``
        (pages that were copies of a kept one), ``rejects.csv`` (a few pages of each reason, to check recall
        by eye), ``harvest.json`` (the counts) and ``shards``.
    workers
        Processes at a time.
    columns
        Which column of a table is which field, as in `read_corpus`.
    samples
        Rejects of each reason to keep, of each dump and of all.
    spread
        Does the shards elsewhere, as `over_processes` does here.
    progress
        Told of dumps as they end.

    Raises
    ------
    InputError
        A path does not exist, or is no dump.
    StoreError
        `out` holds the harvest of other dumps, or cannot be written to.

    Examples
    --------
    >>> import json, tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> texts = ["4月2日,县委常委会召开会议。会议听取了春耕备耕工作情况的汇报。", "本周有雨。"]
    >>> lines = [json.dumps({"url": f"http://{n}", "text": text}) for n, text in enumerate(texts)]
    >>> _ = (folder / "dump.jsonl").write_text("\n".join(lines), encoding="utf-8")
    >>> here = lambda work, tasks, workers: ((task, work(task)) for task in tasks)
    >>> done = harvest_dumps(folder / "dump.jsonl", folder / "out", spread=here)
    >>> done.counts["records"], done.counts["kept"]
    (2, 1)
    """
    given = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    dumps, folder = dump_paths(given), Path(out)
    check_writable(folder / REPORT)
    with locked(folder):
        sweep(folder)
        sweep(folder / SHARDS)
        tasks = _tasks(dumps, folder, columns=columns, samples=samples)
        _check_same(tasks)
        outcomes = (spread or over_processes)(harvest_shard, tasks, workers=workers)
        if progress:
            outcomes = progress(outcomes, description="dumps", total=len(tasks))
        failed = {task.path.name: _said(one) for task, one in outcomes if isinstance(one, BaseException)}
        report = gather(folder, [task.folder for task in tasks], failed, samples=samples)
        return Harvest(corpus=folder / CORPUS, **report)


def left_to_do(
    paths: Sequence[Path],
    out: Path,
    *,
    columns: Mapping[str, str] | None = None,
    samples: int = SAMPLES,
) -> tuple[list[Path], dict[str, int]]:
    """Say which dumps a harvest into `out` has yet to read; nothing is written.

    Parameters
    ----------
    paths, out, columns, samples
        As in `harvest_dumps`.

    Returns
    -------
    (list of Path, dict)
        These dumps; of the others ``done``, how many, and ``found``, the readouts in them.
    """
    left, done, found = list[Path](), 0, 0
    for task in _tasks(dump_paths(list(paths)), out, columns=columns, samples=samples):
        marker = finished(task.folder)
        if marker is None or marker["input"] != fingerprint(task):
            left.append(task.path)
        else:
            done, found = done + 1, found + int(marker["counts"].get("kept", 0))
    return left, {"done": done, "found": found}


def _tasks(
    dumps: list[Path], folder: Path, *, columns: Mapping[str, str] | None, samples: int
) -> list[ShardTask]:
    asked_columns(columns)
    pairs = tuple(sorted((columns or {}).items()))
    return [
        ShardTask(path=path, folder=folder / SHARDS / f"{number:06d}", columns=pairs, samples=samples)
        for number, path in enumerate(dumps)
    ]


def _check_same(tasks: list[ShardTask]) -> None:
    """Refuse a folder whose shards are of other dumps: their numbers would mean something else."""
    for task in tasks:
        done = finished(task.folder)
        if done is not None and done["input"]["name"] != task.path.name:
            raise StoreError(
                f"{task.folder} of the dump {done['input']['name']}",
                f"a new folder, or one begun with the same dumps in the same order ({task.path.name})",
                "harvest other dumps into another folder; `readout-nlp merge` joins the stores",
            )


def _said(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {fault}".strip(": ")
