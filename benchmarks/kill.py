"""Commands killed (SIGKILL, with all their processes) at random moments, and what is found afterwards.

Run: ``python benchmarks/kill.py [COMMAND...] [--kills 50] [--jobs 2] [--seed 0]``. Every other kill comes
when a command writes: at a random one of the changes it makes on disk; the others at a random moment of the
time that it takes when left alone. Commands begin in processes whose libraries are loaded, so that no kill is
spent on the loading.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from kill_differs import differences
from kill_tasks import TASKS, Task, command, crashed, said, snapshot

FIRST, LAST = 0.05, 0.98  # of the time the command takes when left alone
POLL = 0.0005  # seconds between two looks at what is written
TRIES = 20  # a command that ended before its moment came is started again, with another moment
ASKED = 50
HEADER = """\
moments: parts of the seconds that the command takes alone
half: kills that left something half-written
opened: what is there opens, or is cleanly absent; lost: kills that lost what was there before
left: kills after which the same command, run again, leaves a file that it does not leave alone
equal: second runs that end with the files of a run without a kill, byte for byte (but for its seconds)
asked: all opened and equal, none lost or left, of at least 50
command  seconds  kills   moments      half  opened  lost  left  equal   asked"""
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["readout_nlp.analysis.run", "readout_nlp.saved.labels", "readout_nlp.cli"])
# Whoever starts a process also looks after all that have ended: of two threads that look at once, one takes
# the exit code off a pipe and the other finds nothing there, which counts as exit code 255.
LOOKING = threading.Lock()


@dataclass
class Trial:
    """What one killed command left, and what the same command made of it afterwards."""

    at: float = 0.0
    opened: bool = False
    lost: bool = False
    left: tuple[str, ...] = ()
    second: int = -1
    leftovers: tuple[str, ...] = ()
    ended: bool = False
    differs: tuple[str, ...] = ()
    said: str = ""

    @property
    def equal(self) -> bool:
        """Tell whether the second run came to a good end with the files of a run without a kill."""
        return self.ended and not self.differs

    @property
    def faults(self) -> tuple[str, ...]:
        """Say all that is wrong, in words: none where nothing is."""
        end = () if self.ended else (f"the second run ended with exit code {self.second}",)
        kept = () if self.opened and not self.lost else (f"opened: {self.opened}, lost: {self.lost}",)
        more = tuple(f"{name}: left over" for name in self.leftovers)
        wrong = (*kept, *end, *self.differs, *more)
        return (*wrong, f"said: {self.said}") if wrong else ()


@dataclass
class Alone:
    """The command left alone: its seconds, the changes it makes on disk, its result."""

    seconds: float
    changes: int
    result: Mapping[str, bytes]
    names: frozenset[str]
    outcomes: list[Trial] = field(default_factory=list)


def start(task: Task, folder: Path) -> BaseProcess:
    """Start the command in a group of its own, so that its workers can be killed with it."""
    process = PROCESSES.Process(target=command, args=(task.code, task.arguments, str(folder)))
    with LOOKING:
        process.start()
    return process


def goes_on(process: BaseProcess, *, seconds: float | None = 0.0) -> bool:
    """Wait so long at most (None: for ever) for the command to end; tell whether it is still at work."""
    wait([process.sentinel], seconds)
    with LOOKING:
        return process.is_alive()


def exit_code(process: BaseProcess) -> int:
    """Wait for the command to end, and give its exit code."""
    goes_on(process, seconds=None)
    with LOOKING:
        code = process.exitcode
    assert code is not None
    return code


def kill(process: BaseProcess) -> None:
    """Kill the command and all that it started, and wait until the last is gone."""
    assert process.pid
    with contextlib.suppress(ProcessLookupError):  # it may not have made its group yet
        os.killpg(process.pid, signal.SIGKILL)
    with LOOKING:
        process.kill()
    exit_code(process)
    with contextlib.suppress(ProcessLookupError):
        while True:  # with what it started after it had made its group at the last moment
            os.killpg(process.pid, signal.SIGKILL)
            time.sleep(POLL)


def left_alone(task: Task, scratch: Path) -> Alone:
    """Run the command undisturbed: for its time and result, then once more to count its changes."""
    for name in ("warm", "alone"):  # the first compiles what numba keeps
        folder = scratch / name
        task.prepare(folder)
        begun = time.perf_counter()
        code = exit_code(start(task, folder))
        seconds = time.perf_counter() - begun
        if code not in task.done or crashed(folder):
            raise SystemExit(f"{task.name} alone: exit code {code}: {said(folder)}")
    counted = scratch / "counted"
    task.prepare(counted)
    process = start(task, counted)
    changes = await_changes(process, counted, up_to=None)
    return Alone(seconds, changes, task.result(folder), frozenset(snapshot(folder)))


def await_changes(process: BaseProcess, folder: Path, *, up_to: int | None) -> int:
    """Watch until the names on disk have changed so many times, or the command has ended."""
    seen, changes = names(folder), 0
    while goes_on(process) and (up_to is None or changes < up_to):
        now = names(folder)
        changes += now != seen
        seen = now
        time.sleep(POLL)
    return changes


def names(folder: Path) -> frozenset[tuple[str, int]]:
    """Every file and folder with its inode: a file put in another's place is a change too."""
    found = []
    for top, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = f"{top}/{name}"
            with contextlib.suppress(OSError):  # renamed meanwhile: a change that the next look sees
                found.append((path, os.lstat(path).st_ino))
    return frozenset(found)


def killed(task: Task, alone: Alone, folder: Path, *, rng: random.Random, writing: bool) -> float:
    """Start the command and kill it while it is at work; give the moment, in parts of its time alone."""
    for attempt in range(TRIES):
        task.prepare(folder / str(attempt))
        begun = time.perf_counter()
        process = start(task, folder / str(attempt))
        if writing:
            await_changes(process, folder / str(attempt), up_to=rng.randint(1, max(1, alone.changes)))
        else:
            moment = alone.seconds * rng.uniform(FIRST, LAST)
            goes_on(process, seconds=moment)
        if goes_on(process):
            kill(process)
            (folder / str(attempt)).rename(folder / "killed")
            return (time.perf_counter() - begun) / alone.seconds
    raise SystemExit(f"{task.name}: never caught at work")


def try_once(task: Task, alone: Alone, folder: Path, *, number: int, seed: int) -> Trial:
    """Kill, look, run again, look again."""
    rng = random.Random(f"{seed} {task.name} {number}")
    trial = Trial(at=killed(task, alone, folder, rng=rng, writing=bool(number % 2)))
    place = folder / "killed"
    trial.left = tuple(name for name in snapshot(place) if "/.writing-" in f"/{name}")
    faults = task.look(place)
    trial.opened, trial.lost = not faults.closed, bool(faults.lost)
    trial.second = exit_code(start(task, place))
    trial.leftovers = tuple(sorted(set(snapshot(place)) - alone.names))
    trial.ended = trial.second in task.done_again and not crashed(place)
    trial.differs = differences(task.result(place), alone.result)
    trial.said = "; ".join((*faults.closed, *faults.lost, said(place)))
    return trial


def measure(task: Task, *, kills: int, jobs: int, seed: int, minutes: float = math.inf) -> Alone:
    """Kill one command many times, as long as there is time to begin once more."""
    end = time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory(prefix="kill-") as scratch:
        alone = left_alone(task, Path(scratch))
        with ThreadPoolExecutor(jobs) as pool:

            def one(number: int) -> Trial | None:
                if time.monotonic() > end:
                    return None
                return try_once(task, alone, Path(scratch) / f"t{number}", number=number, seed=seed)

            alone.outcomes = [trial for trial in pool.map(one, range(kills)) if trial]
    return alone


def row(task: Task, alone: Alone) -> str:
    """Give one line of the table."""
    trials = alone.outcomes
    at, n = [trial.at for trial in trials] or [math.nan], len(trials)
    opened, equal = sum(t.opened for t in trials), sum(t.equal for t in trials)
    lost, leftovers = sum(t.lost for t in trials), sum(bool(t.leftovers) for t in trials)
    good = opened == equal == n and not lost and not leftovers
    return (
        f"{task.name:8} {alone.seconds:7.1f} {n:6}   {min(at):4.2f} .. {max(at):4.2f} "
        f"{sum(bool(t.left) for t in trials):5} {opened:7} {lost:5} {leftovers:5} {equal:6}   "
        f"{'YES' if good and n >= ASKED else 'yes, of fewer' if good else 'NO'}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs="*", choices=[[], *TASKS], default=[])
    parser.add_argument("--kills", type=int, default=ASKED)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=math.inf, help="for each command, at most")
    asked = parser.parse_args(arguments)
    print(f"kill -9 at {asked.kills} moments of each command, half while it writes; seed {asked.seed}")
    print(HEADER)
    bad = False
    for name in asked.commands or TASKS:
        alone = measure(
            TASKS[name], kills=asked.kills, jobs=asked.jobs, seed=asked.seed, minutes=asked.minutes
        )
        print(row(TASKS[name], alone), flush=True)
        for number, trial in enumerate(alone.outcomes):
            if trial.faults:
                bad = True
                print(f"  kill {number} at {trial.at:.2f}:", *trial.faults, sep="\n    ", flush=True)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
