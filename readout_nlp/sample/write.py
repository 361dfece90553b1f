"""A sample on disk: raw pages, the truth about each, and what was planted in all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from readout_nlp.durable import write_text
from readout_nlp.errors import StoreError
from readout_nlp.sample.generate import SampleFile, SampleSettings, generate_sample
from readout_nlp.sample.material import data_text
from readout_nlp.sample.planted import planted_truth
from readout_nlp.sample.settings import check_settings
from readout_nlp.sample.world import NOTICE


def write_sample(
    folder: str | Path,
    *,
    settings: SampleSettings | None = None,
    progress: Callable[..., Iterable[Any]] | None = None,
) -> None:
    """Write a sample to a new or empty folder.

    Parameters
    ----------
    folder : path
        Receives ``pages/<code>/*``, ``truth.jsonl``, ``truth-planted.json`` and ``README.md``.
    settings : SampleSettings
        Seed and size.
    progress : callable, optional
        Wraps an iterable to show a bar: ``progress(pages, description=...)``.

    Raises
    ------
    StoreError
        If the folder holds anything.
    RecipeError
        If the size cannot be filled.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_sample(folder, settings=SampleSettings(cities=1, years=1, per_cell=1))
    >>> sorted(path.name for path in folder.iterdir())
    ['README.md', 'pages', 'truth-planted.json', 'truth.jsonl']
    """
    chosen = settings or SampleSettings()
    root = Path(folder)
    check_settings(chosen)
    _check_empty(root)
    files: Iterable[SampleFile] = generate_sample(chosen)
    truths = [
        _write_page(root, file) for file in (progress(files, description="sample") if progress else files)
    ]
    planted = planted_truth(chosen, truths=truths)
    lines = (json.dumps(truth, ensure_ascii=False) for truth in truths)
    write_text(root / "truth-planted.json", json.dumps(planted, ensure_ascii=False, indent=1) + "\n")
    write_text(root / "README.md", _card(chosen))
    write_text(
        root / "truth.jsonl", "\n".join(lines) + "\n"
    )  # last: its presence says that the sample is whole


def _check_empty(root: Path) -> None:
    if root.exists() and not root.is_dir():
        raise StoreError(f"the file {root}", "a folder", "name a new folder")
    if root.is_dir() and any(root.iterdir()):
        raise StoreError(
            f"{root} with something in it", "a new or empty folder", "name another or empty this one"
        )


def _write_page(root: Path, file: SampleFile) -> dict[str, Any]:
    path = root / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.data)
    return file.truth


def _card(settings: SampleSettings) -> str:
    return data_text("card.md").format(
        notice=NOTICE,
        seed=settings.seed,
        cities=settings.cities,
        years=settings.years,
        per_cell=settings.per_cell,
    )
