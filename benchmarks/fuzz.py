"""Any bytes in, a record out, in bounded time: mutations of the golden pages, judged by what must hold.

    python benchmarks/fuzz.py [--runs N] [--seed S] [--seconds T]

Where atheris can be imported it leads the search by coverage, from the golden pages on, with the same
mutations beside its own (its log goes to stderr, and what it found worth keeping to `fuzz-corpus/`); else
bytes are mutated at random from a fixed seed, so that a fault can be met again. Prints what was done; a fault
is saved as `fuzz-<sha256>.bin` and ends the run with status 1.
"""

import argparse
import hashlib
import os
import random
import sys
import time
import traceback
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
LARGEST = 200_000
LARGEST_WATCHED = 50_000  # smaller, so that more pages are tried
AT_ONCE = 0.5  # seconds that no page needs, on a busy machine
A_MEGABYTE = 2.0  # seconds beyond these for each megabyte
TOKENS = [
    *(
        token.encode()
        for token in ("会议", "，", "。", "(", "《", "会议指出，", "(huì)", "?shù)", "\u200b", "　")
    ),
    *(b"<p>", b"</div>", b"<br>", b"&nbsp;", b"<!--", b"\x00", b"\xff\xfe", b"\x81", b"\n", b"charset=big5"),
]


@dataclass
class Watch:
    """Parses pages, judges the records, and remembers what there was to see."""

    slower: float = 1.0  # how many times slower the code runs that is watched by a tracer
    pages: int = 0
    readouts: int = 0
    slowest: float = 0.0
    size: int = 0

    def check(self, data):
        """Parse `data`; raise AssertionError where the record breaks a promise."""
        from readout_nlp.readouts.parse import parse_page

        started = time.process_time()
        found = parse_page(data)
        spent = time.process_time() - started
        judge(found)
        allowed = self.slower * (AT_ONCE + A_MEGABYTE * len(data) / 1e6)
        assert spent < allowed, f"took {spent:.1f} s for {len(data)} bytes"
        self.pages += 1
        self.readouts += found.quarantine is None
        if spent > self.slowest:
            self.slowest, self.size = spent, len(data)

    def tell(self, how):
        """Print what was done."""
        print(f"{how}: {self.pages} pages, {self.readouts} read as readouts, no fault")
        print(f"slowest: {self.slowest:.2f} s for {self.size} bytes", flush=True)


def judge(found):
    """Raise AssertionError where a record breaks a promise."""
    assert found.quarantine is None or found.quarantine.strip(), "a quarantine without its reason"
    assert found.quarantine is not None or found.items, "neither items nor a quarantine"
    last = 0
    for item in found.items:
        assert last <= item.start < item.end <= len(found.body), "items overlap or leave the body"
        assert found.body[item.start : item.end] == item.text, "an item's text is not its span of the body"
        last = item.end


def mutated(data, chance, *, pool):
    """Change `data` a few times: tokens put in, runs cut, doubled, overwritten, crossed with another page."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(changed) + 1)
        end = min(len(changed), at + chance.choice((1, 2, 16, 256, 2048)))
        kind = chance.randrange(6)
        if kind == 0:
            changed[at:at] = chance.choice(TOKENS)
        elif kind == 1:
            del changed[at:end]
        elif kind == 2:
            changed[at:at] = changed[at:end] * chance.choice((1, 2, 50))
        elif kind == 3:
            changed[at:end] = chance.randbytes(end - at)
        elif kind == 4:
            other = chance.choice(pool)
            cut = chance.randrange(len(other) + 1)
            changed[at:] = other[cut:]
        else:
            changed[at:at] = chance.choice(TOKENS) * chance.choice((10, 1000, 20_000))
    return bytes(changed[:LARGEST])


def save(data, fault):
    """Keep the bytes that broke a promise."""
    path = Path(f"fuzz-{hashlib.sha256(data).hexdigest()[:16]}.bin")
    path.write_bytes(data)
    print(f"fault: {fault!r}\nsaved: {path}", flush=True)
    traceback.print_exception(fault)


def at_random(pool, args):
    """Mutate with a fixed seed; give the number of faults."""
    chance, watch = random.Random(args.seed), Watch()
    until = time.monotonic() + args.seconds
    while watch.pages < args.runs and time.monotonic() < until:
        data = mutated(chance.choice(pool), chance, pool=pool)
        try:
            watch.check(data)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is the find
            save(data, fault)
            return 1
    watch.tell(f"at random, seed {args.seed}")
    return 0


def by_coverage(atheris, args):
    """Let atheris search; it never returns, so the process ends in its callback."""
    with atheris.instrument_imports(include=["readout_nlp"]):
        import readout_nlp.readouts.parse  # noqa: F401 - what is imported here is what is watched
    pool, watch = pages(), Watch(slower=4.0)
    folder = Path("fuzz-corpus")
    folder.mkdir(exist_ok=True)
    for data in pool:
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    until = time.monotonic() + args.seconds

    def one(data):
        try:
            watch.check(data)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is the find
            save(data, fault)
            os._exit(1)
        if watch.pages >= args.runs or time.monotonic() > until:
            watch.tell(f"by coverage with atheris {version('atheris')}, seed {args.seed}")
            os._exit(0)

    def change(data, largest, seed):
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return atheris.Mutate(data, largest)
        return mutated(data, chance, pool=pool)[:largest]

    options = [sys.argv[0], f"-seed={args.seed + 1}", f"-max_len={LARGEST_WATCHED}", str(folder)]
    atheris.Setup(options, one, custom_mutator=change)
    atheris.Fuzz()


def pages():
    """Give the bytes of the golden pages."""
    import golden_pages

    return [golden_pages.page(row) for row in golden_pages.rows()]


def main():
    """Read the arguments, search."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000, help="pages at most")
    parser.add_argument("--seconds", type=int, default=60, help="seconds at most")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    try:
        import atheris
    except ImportError:
        sys.exit(at_random(pages(), args))
    by_coverage(atheris, args)


if __name__ == "__main__":
    main()
