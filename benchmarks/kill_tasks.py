"""The commands that `kill.py` kills: what they find, how to look at what is left, what the result is."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dump import make_dump

from readout_nlp.corpus.store import ingest, is_store, open_store
from readout_nlp.errors import ReadoutNLPError
from readout_nlp.sample.settings import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.verify import verify_hashes
from readout_nlp.topics.fit import TopicFit

Looked = Mapping[str, bytes]
COMMAND = "from readout_nlp.cli import main; main()"
SMALL_BATCHES = (
    "import readout_nlp.corpus.store as store; store.ingest.__kwdefaults__['batch_size'] = 3; " + COMMAND
)
SAVE = (
    "from readout_nlp.saved.models import load_model, save_model; "
    "save_model(load_model('new'), 'model', overwrite=True)"
)
LABEL = (
    "from readout_nlp.saved.labels import edit_label; "
    "edit_label('model', 't01', label='防汛', coder='AB', date='2026-05-31')"
)
RECIPE = "n_topics = 4\npasses = 2\nn_seeds = 2\nresamples = 100\nscrutiny = []\n"
TIMED = ("out/manifest.json", "out/tables/models.csv", "out/tables/models.parquet")
NUMBER = re.compile(rb"\d+(?:\.\d+)?")


@dataclass
class Faults:
    """What is wrong with what a killed command left: what does not open, what was there and is not."""

    closed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Task:
    """A command, what it finds, and how its result is looked at.

    Attributes
    ----------
    code, arguments
        Run by Python in the folder.
    set_up
        Puts into the folder what the command finds.
    check
        Says what is wrong with what is there after the kill.
    done, done_again
        Exit codes of a good end, at first and after the kill (a finished run is refused: it is finished).
    """

    name: str
    code: str
    arguments: tuple[str, ...] = ()
    set_up: Callable[[Path], None]
    check: Callable[[Path, Faults], None]
    done: tuple[int, ...] = (0, 1)
    done_again: tuple[int, ...] = (0, 1)

    def prepare(self, folder: Path) -> None:
        """Make the folder as the command finds it."""
        shutil.copytree(self._template(), folder)

    @functools.cache  # noqa: B019  # tasks live as long as the program
    def _template(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="kill-template-")) / self.name
        folder.mkdir()
        beside = folder / "beside"  # of someone else
        beside.mkdir()
        (beside / "notes.txt").write_text("mine", encoding="utf-8")
        self.set_up(folder)
        return folder

    def look(self, folder: Path) -> Faults:
        """Say what does not open or is lost."""
        faults = Faults()
        before, now = snapshot(self._template()), snapshot(folder)
        for name in before:
            if not name.startswith(("store/", "model/", "out/")) and now.get(name) != before[name]:
                faults.lost.append(name)
        try:
            self.check(folder, faults)
        except (ReadoutNLPError, OSError, ValueError) as fault:
            faults.closed.append(str(fault))
        return faults

    def result(self, folder: Path) -> Looked:
        """Give every file's bytes; of a run, those that do not tell how long it took."""
        found = {name: data for name, data in snapshot(folder).items() if name not in TIMED}
        report = found.pop("out/report.html", None)
        # its figures are those of the tables; here its words and its seconds' places
        return found | ({"report": NUMBER.sub(b"#", report)} if report else {})


def command(code: str, arguments: tuple[str, ...], folder: str) -> None:
    """Be the command: in a group of processes and a folder of its own, what it says in a file beside."""
    os.setsid()
    os.chdir(folder)
    out = os.open(os.devnull, os.O_WRONLY)
    err = os.open(_said(Path(folder)), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(err, 2)
    sys.argv = ["readout-nlp", *arguments]
    exec(code, {})


def said(folder: Path) -> str:
    """Give the end of what the command said in this folder."""
    return _said(folder).read_text(encoding="utf-8", errors="replace").strip()[-200:]


def crashed(folder: Path) -> bool:
    """Tell whether the command ended by an unforeseen error, whose exit code is that of a quarantine."""
    return b"Traceback" in _said(folder).read_bytes()


def _said(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.said")


def snapshot(folder: Path) -> dict[str, bytes]:
    """Bytes of every file by name (of a folder: none), without locks, which stay."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
        if path.name != ".lock"
    }


def _pages(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        write_sample(Path(scratch), settings=SampleSettings(cities=3, years=2, per_cell=2))
        shutil.copytree(Path(scratch) / "pages", folder / "pages")
    (folder / "recipe.toml").write_text(RECIPE, encoding="utf-8")


@functools.cache
def _fit(changed: float = 0.0) -> TopicFit:
    import numpy as np

    terms = np.full((2, 400), (1 - changed) / 400)
    terms[0, 0] += changed
    terms[1, 1] += changed
    shares = np.tile([[0.75, 0.25]], (300, 1))
    return TopicFit(
        topic_terms=terms,
        doc_topics=shares,
        vocabulary=tuple(f"w{number}" for number in range(400)),
        doc_ids=tuple(f"d{number:03d}-01" for number in range(300)),
        topic_ids=("t01", "t02"),
        method="lda",
        params={"random_state": 0},
    )


def _store(folder: Path) -> None:
    """Make a store that holds the pages of the first place, one of which has been edited since."""
    _pages(folder)
    here = Path.cwd()
    os.chdir(folder)
    try:
        first = sorted(Path("pages").iterdir())[:2]
        ingest(first, "store", batch_size=3)
        page = next(path for path in sorted(first[0].iterdir()))
        page.write_bytes(page.read_bytes().replace("会议".encode(), "会议".encode() + b"\n", 1))
    finally:
        os.chdir(here)


def _models(folder: Path) -> None:
    save_model(_fit(), folder / "model")
    save_model(_fit(0.25), folder / "new")


def _check_store(folder: Path, faults: Faults, *, name: str = "store") -> None:
    place = folder / name
    if not place.exists() or not (is_store(place) or (place / "manifest.json").exists()):
        if (TASKS["ingest"]._template() / name).exists() and name == "store":
            faults.lost.append("the store")
        return  # cleanly absent: a first batch without its manifest
    corpus = open_store(place)
    if name == "store":
        before = open_store(TASKS["ingest"]._template() / "store", merge=False)
        now = open_store(place, merge=False)
        known = set(now.readouts["readout_id"]) | set(now.quarantine["sha256"])
        missing = (set(before.readouts["readout_id"]) | set(before.quarantine["sha256"])) - known
        faults.lost.extend(sorted(map(str, missing)))
    del corpus


def _check_run(folder: Path, faults: Faults) -> None:
    out = folder / "out"
    names = {path.name for path in out.iterdir()} if out.exists() else set()
    names = {name for name in names if name != ".lock" and not name.startswith(".writing-")}
    if names and not names & {"started.json", "manifest.json"}:
        faults.closed.append(f"not known for a run: {sorted(names)}")
    for name in names & {"started.json", "manifest.json"}:
        json.loads((out / name).read_text(encoding="utf-8"))
    _check_store(folder, faults, name="out/corpus")
    models = [out / "model", *(out.glob("fits/*/*/*"))]
    for model in models:
        if model.exists() and not any(part.startswith(".writing-") for part in model.parts):
            load_model(model)
    if "manifest.json" in names and not (out / "report.html").exists():
        faults.closed.append("a manifest without a report")


def _check_fit(folder: Path, faults: Faults) -> None:
    del faults
    if (folder / "model").exists():
        load_model(folder / "model")


def _dumps(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        make_dump(Path(scratch), pages=4000, shards=5)
        shutil.copytree(Path(scratch) / "dumps", folder / "dumps")


def _check_harvest(folder: Path, faults: Faults) -> None:
    """Ask every shard that is there to be whole, and the store to open if there is one."""
    out = folder / "out"
    for shard in out.glob("shards/[0-9]*"):
        marker = json.loads((shard / "shard.json").read_text(encoding="utf-8"))
        parts = len(list(shard.glob("readouts-*.parquet")))
        if parts != marker["parts"]:
            faults.closed.append(f"{shard.name} with {parts} of {marker['parts']} parts")
    if (out / "corpus").exists():
        open_store(out / "corpus")


def _check_model(folder: Path, faults: Faults) -> None:
    """Ask for the old model or the new one, whole, with its old labels or the new ones."""
    if not (folder / "model").exists():
        faults.lost.append("the model")
        return
    verify_hashes(folder / "model").require()
    terms = load_model(folder / "model").topic_terms
    if not any((terms == _fit(changed).topic_terms).all() for changed in (0.0, 0.25)):
        faults.lost.append("the numbers of the model")


TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        Task(
            name="ingest",
            code=SMALL_BATCHES,
            arguments=("ingest", "pages", "--corpus", "store"),
            set_up=_store,
            check=_check_store,
        ),
        Task(
            name="harvest",
            code=COMMAND,
            arguments=("harvest", "dumps", "--out", "out", "--workers", "2"),
            set_up=_dumps,
            check=_check_harvest,
        ),
        Task(
            name="run",
            code=COMMAND,
            arguments=("run", "pages", "--out", "out", "--recipe", "recipe.toml"),
            set_up=_pages,
            check=_check_run,
            done_again=(0, 1, 2),
        ),
        Task(
            name="fit",
            code=COMMAND,
            arguments=("fit", "pages", "--out", "model", "--recipe", "recipe.toml"),
            set_up=_pages,
            check=_check_fit,
            done_again=(0, 1, 2),
        ),
        Task(name="save", code=SAVE, set_up=_models, check=_check_model),
        Task(name="labels", code=LABEL, set_up=_models, check=_check_model),
    )
}
