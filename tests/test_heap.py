"""Freed memory goes back to the system; cycles are searched for seldom, and as before once work ends."""

import gc
import platform
import subprocess
import sys

import pytest

from readout_nlp.corpus.parsing import parse_pages
from readout_nlp.heap import without_collections
from readout_nlp.pages.page import Page

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


def _fail_within():
    with without_collections():
        with without_collections():
            pass
        assert not gc.isenabled()
        raise ValueError("within")


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_is_looked_for_as_before_once_work_ends_or_fails(enabled):
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with pytest.raises(ValueError, match="within"):
            _fail_within()
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_between_the_pages_that_parsing_gives_garbage_is_looked_for():
    pages = (Page(origin=str(number), data=b"", sha256="") for number in range(100))
    states = [gc.isenabled() for _ in parse_pages(pages)]
    assert states == [True] * 100


def made_in_a_block():
    made = []
    with without_collections():
        made += [[] for _ in range(2 * gc.get_threshold()[0])]
    return made


def test_what_was_made_within_a_block_is_not_searched_at_its_end():
    made = made_in_a_block()
    assert any(old is made[0] for old in gc.get_objects(generation=2))


def test_what_was_frozen_stays_frozen_behind_a_block():
    gc.freeze()
    try:
        made_in_a_block()
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()


SEARCHES = """
import gc
from readout_nlp.heap import search_seldom

def searches():
    before = sum(one["collections"] for one in gc.get_stats())
    kept = [[] for _ in range(40_000)]
    return sum(one["collections"] for one in gc.get_stats()) - before

often = searches()
search_seldom()
print(often, searches())
"""


def test_cycles_are_searched_for_less_often():
    told = subprocess.run([sys.executable, "-c", SEARCHES], capture_output=True, text=True, check=True)
    often, seldom = map(int, told.stdout.split())
    assert often > 10
    assert seldom <= 1


ENDS = """
import gc, sys
from readout_nlp.heap import leave_cycles_at_exit

class Told:
    def __del__(self):
        print("searched")

if sys.argv[1:]:
    leave_cycles_at_exit()
gc.disable()
one = Told()
one.self = one
del one
"""


@pytest.mark.parametrize(("asked", "told"), [([], "searched\n"), (["once"], "")])
def test_a_process_ends_without_a_last_search(asked, told):
    ended = subprocess.run([sys.executable, "-c", ENDS, *asked], capture_output=True, text=True, check=True)
    assert ended.stdout == told
