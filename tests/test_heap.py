"""Freed memory goes back to the system, where the C library would keep it."""

import platform
import subprocess
import sys

import pytest

FREED = """
from readout_nlp.heap import give_back

def resident():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

before = resident()
pieces = [bytes(500) for _ in range(200_000)]
kept = pieces[::1000]  # they keep the pages between them in the process
del pieces
freed = resident()
give_back()
print(before, freed, resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is asked for what it keeps")
def test_what_small_pieces_took_is_given_back():
    told = subprocess.run([sys.executable, "-c", FREED], capture_output=True, text=True, check=True)
    before, freed, after = map(int, told.stdout.split())
    assert freed - before > 50_000  # kB: the library does keep it
    assert after - before < (freed - before) / 4
