"""Any bytes in, a record out, in bounded time: mutations of the golden pages, judged by what must hold.

    python benchmarks/fuzz.py [--runs N] [--seed S] [--seconds T]

Where atheris can be imported it leads the search by coverage; else bytes are mutated at random from a fixed
seed, so that a fault can be met again. Prints what was done; a fault is saved as `fuzz-<sha256>.bin` and ends
the run with status 1.
"""

import argparse
import hashlib
import random
import sys
import time
from pathlib import Path

from readout_nlp.readouts.parse import parse_page

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import golden_pages

SLOWEST = 2.0  # seconds for a page of some kilobytes, on a busy machine
LARGEST = 200_000
TOKENS = [
    *(
        token.encode()
        for token in ("会议", "，", "。", "(", "《", "会议指出，", "(huì)", "?shù)", "\u200b", "　")
    ),
    *(b"<p>", b"</div>", b"<br>", b"&nbsp;", b"<!--", b"\x00", b"\xff\xfe", b"\x81", b"\n", b"charset=big5"),
]


def check(data):
    """Parse `data`; raise AssertionError where the record breaks a promise."""
    started = time.process_time()
    found = parse_page(data)
    spent = time.process_time() - started
    assert spent < SLOWEST, f"took {spent:.1f} s for {len(data)} bytes"
    assert found.quarantine is None or found.quarantine.strip(), "a quarantine without its reason"
    assert found.quarantine is not None or found.items, "neither items nor a quarantine"
    last = 0
    for item in found.items:
        assert last <= item.start < item.end <= len(found.body), "items overlap or leave the body"
        assert found.body[item.start : item.end] == item.text, "an item's text is not its span of the body"
        last = item.end
    return found


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
    print(f"fault: {fault!r}\nsaved: {path}")


def at_random(pool, args):
    """Mutate with a fixed seed; give the number of faults."""
    chance = random.Random(args.seed)
    until = time.monotonic() + args.seconds
    done = kept = 0
    slowest = 0.0
    while done < args.runs and time.monotonic() < until:
        data = mutated(chance.choice(pool), chance, pool=pool)
        started = time.process_time()
        try:
            kept += check(data).quarantine is None
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is the find
            save(data, fault)
            return 1
        slowest = max(slowest, time.process_time() - started)
        done += 1
    print(
        f"random, seed {args.seed}: {done} pages, {kept} read as readouts, slowest {slowest:.2f} s, no fault"
    )
    return 0


def by_coverage(atheris, pool, args):
    """Let atheris search; it prints what it does, and exits by itself."""
    folder = Path("fuzz-corpus")
    folder.mkdir(exist_ok=True)
    for data in pool:
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    options = [sys.argv[0], f"-runs={args.runs}", f"-max_total_time={args.seconds}", f"-seed={args.seed}"]
    atheris.instrument_all()
    atheris.Setup([*options, f"-max_len={LARGEST}", str(folder)], lambda data: check(data) and None)
    atheris.Fuzz()


def main():
    """Read the arguments, gather the golden pages, search."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000, help="pages at most")
    parser.add_argument("--seconds", type=int, default=60, help="seconds at most")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    pool = [golden_pages.page(row) for row in golden_pages.rows()]
    try:
        import atheris
    except ImportError:
        sys.exit(at_random(pool, args))
    by_coverage(atheris, pool, args)


if __name__ == "__main__":
    main()
