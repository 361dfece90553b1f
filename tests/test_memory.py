"""What a run holds may be bounded: large things lie in files then, and no byte of what comes out changes."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix
from small_files import files_of_at_most
from typer.testing import CliRunner

import readout_nlp as rn
from readout_nlp import paged
from readout_nlp.analysis import bounded, fits
from readout_nlp.analysis import run as running
from readout_nlp.analysis.bounded import LEAST, least_memory, overrun
from readout_nlp.analysis.plan import plan_run
from readout_nlp.analysis.run import run_analysis
from readout_nlp.cli import app
from readout_nlp.errors import RecipeError, StoreError
from readout_nlp.held import held_bytes
from readout_nlp.paged_tables import joined_table, shelved_table
from readout_nlp.room import size_of
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.topics.matrix import rows_of

pytestmark = pytest.mark.once

RECIPE = rn.Recipe(n_topics=4, passes=2, n_seeds=3, resamples=100)
MUCH = 2**40
MIB = 2**20
TIMED = {".lock", "manifest.json", "report.html", "tables/models.csv", "tables/models.parquet"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder, settings=SampleSettings(cities=3, years=2, per_cell=3))
    return folder / "pages"


@pytest.fixture(scope="module")
def plain(pages, tmp_path_factory):
    out = tmp_path_factory.mktemp("plain") / "out"
    run_analysis([pages], out, recipe=RECIPE)
    return snapshot(out)


@pytest.fixture
def everything(monkeypatch):
    """Nothing is too small for a file."""
    monkeypatch.setattr(paged, "SMALL", 0)


def snapshot(folder):
    """Bytes by name, without what tells the time a run took."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name not in TIMED}


def test_a_bounded_run_leaves_the_same_bytes(pages, plain, tmp_path, everything):
    run_analysis([pages], tmp_path / "out", recipe=RECIPE, memory=MUCH)
    assert snapshot(tmp_path / "out") == plain
    told = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    assert str(MUCH) not in told, "the bound is no part of what a run is"


def test_so_does_one_whose_every_copy_is_a_few_rows(pages, plain, tmp_path, everything, monkeypatch):
    for module, name in (
        ("paged", "ROWS"),
        ("paged_tables", "ROWS"),
        ("tokens.coding", "AT_ONCE"),
        ("topics.matrix", "ROWS_AT_ONCE"),
        ("topics.lda", "AT_ONCE"),
        ("topics.nmf", "AT_ONCE"),
        ("saved.numbers", "AT_ONCE"),
        ("passages.tifa_match", "AT_ONCE"),
        ("compare.leaders", "AT_ONCE"),
    ):
        monkeypatch.setattr(f"readout_nlp.{module}.{name}", 7)
    run_analysis([pages], tmp_path / "out", recipe=RECIPE, memory=MUCH)
    assert snapshot(tmp_path / "out") == plain


@pytest.mark.parametrize("memory", [None, MUCH // 2])
def test_a_bounded_run_that_was_cut_short_goes_on_with_any_bound(
    pages, plain, tmp_path, monkeypatch, everything, memory
):
    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fits, "cluster", stop)
        with pytest.raises(KeyboardInterrupt):
            run_analysis([pages], tmp_path / "out", recipe=RECIPE, memory=MUCH)
    left = {path.name for path in (tmp_path / "out" / "fits").iterdir()}
    assert len(left) == 1, "only finished models are left, and no file of what was paged"

    def never(*args, **kwargs):
        raise AssertionError("a finished fit was made again")

    monkeypatch.setattr(fits, "consensus", never)
    run_analysis([pages], tmp_path / "out", recipe=RECIPE, memory=memory)
    assert snapshot(tmp_path / "out") == plain


def test_a_bound_that_cannot_be_kept_is_refused_before_anything_is_read(pages, tmp_path):
    with pytest.raises(RecipeError, match=r"--memory of 900 MB; expected at least about .* for 0 items"):
        run_analysis([pages], tmp_path / "out", recipe=RECIPE, memory=900_000_000)
    assert not (tmp_path / "out").exists()


def test_and_before_models_where_the_pages_are_too_many(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "LEAST", LEAST._replace(item_bytes=10**9))
    with pytest.raises(RecipeError, match=r"for \d+ items; raise it, leave it out, or give fewer pages"):
        run_analysis([pages], tmp_path / "out", recipe=RECIPE, memory=least_memory(0) + 1)
    assert not (tmp_path / "out" / "model").exists()


def test_a_plan_tells_the_bound_or_what_is_less_and_refuses_what_it_could_not_keep(pages, tmp_path):
    free, bound = plan_run([pages], tmp_path), least_memory(10**6)
    assert plan_run([pages], tmp_path, memory=bound).memory_bytes == min(free.memory_bytes, bound)
    much = plan_run([pages], tmp_path, memory=MUCH)
    assert much.memory_bytes == free.memory_bytes
    assert much.disk_bytes > free.disk_bytes, "what is in files is on the disk"
    with pytest.raises(RecipeError, match="--memory of 1 MB"):
        plan_run([pages], tmp_path, memory=10**6)


def test_more_than_was_asked_for_is_told(pages, tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "LEAST", LEAST._replace(base_bytes=0, worker_bytes=0, item_bytes=0))
    lean = RECIPE.model_copy(update={"scrutiny": (), "beside": ()})
    done = run_analysis([pages], tmp_path / "out", recipe=lean, memory=1)
    assert done.overrun is not None
    assert "more than the less than 1 MB of --memory" in done.overrun
    assert overrun(None, MUCH) is overrun(MUCH, 1) is None


@pytest.mark.parametrize("given", ["3", "GiB", "-1GiB", "0GiB", "3 apples", "1e9B", ""])
def test_a_size_that_is_none_is_refused_with_an_example(given):
    with pytest.raises(RecipeError, match="such as 3GiB or 800MB"):
        size_of(given)


@pytest.mark.parametrize(("given", "size"), [("3GiB", 3 * 2**30), ("0.5 gib", 2**29), ("800MB", 8 * 10**8)])
def test_a_size_is_read_as_it_is_written(given, size):
    assert size_of(given) == size


def test_the_command_refuses_a_size_in_one_line(pages):
    found = CliRunner().invoke(app, ["run", str(pages), "--memory", "lots"])
    assert isinstance(found.exception, RecipeError)
    assert "'lots'" in str(found.exception)


@pytest.mark.skipif(not held_bytes(os.getpid()), reason="the system does not tell what is held")
def test_what_lies_in_files_is_not_held(tmp_path):
    with paged.paged_to(tmp_path, memory=MUCH):
        before = held_bytes(os.getpid())
        numbers = paged.zeros(200 * MIB, np.uint8)
        numbers += 1
        texts = joined_table(pl.DataFrame({"text": ["会议" * 50_000] * 10}) for _ in range(100))
        in_files = held_bytes(os.getpid()) - before
    assert in_files < 60 * MIB, "200 MiB of numbers and 300 MB of texts"
    before = held_bytes(os.getpid())
    held = np.ones(200 * MIB, np.uint8)
    assert held_bytes(os.getpid()) - before > 150 * MIB, "the measure can fail"
    assert int(numbers[-1]) == int(held[-1]) == 1
    assert texts.height == 1000
    assert list(tmp_path.iterdir()) == [], "their files have no names"


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on data means this on Linux")
def test_arrays_in_files_are_made_where_the_system_refuses_more_memory(tmp_path):
    """Under a hard limit, what would be refused in memory is made in files."""
    asked = f"""
import resource, numpy as np
from pathlib import Path
from readout_nlp import paged
resource.setrlimit(resource.RLIMIT_DATA, ({1000 * MIB}, {1000 * MIB}))
try:
    np.ones({1500 * MIB}, np.uint8)
    print("not limited")
except MemoryError:
    print("limited")
with paged.paged_to(Path({str(tmp_path)!r}), memory=1):
    numbers = paged.zeros({1500 * MIB}, np.uint8)
    numbers[::4096] = 1
    print(int(numbers[::4096].sum(dtype=np.int64)))
"""
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["limited", str(1500 * MIB // 4096)]


def test_a_full_disk_is_told_before_a_page_of_it_is_written(tmp_path):
    refused = pytest.raises(StoreError, match="larger than the system")
    with files_of_at_most(MIB), paged.paged_to(tmp_path, memory=MUCH), refused:
        paged.zeros(8 * MIB, np.uint8)


@pytest.mark.parametrize("kind", [np.int32, np.float64])
def test_rows_of_counts_in_files_are_those_in_memory(tmp_path, everything, kind, monkeypatch):
    monkeypatch.setattr("readout_nlp.topics.matrix.ROWS_AT_ONCE", 3)
    chance = np.random.default_rng(0)
    counts = csr_matrix(chance.poisson(0.4, (40, 9)).astype(kind) * kind(1.5))
    rows = chance.permutation(40)[:25]
    with paged.paged_to(tmp_path, memory=MUCH):
        found = rows_of(counts, rows)
    assert found.dtype == kind
    assert (found != counts[rows]).nnz == 0


def test_a_table_comes_back_from_its_file_as_it_was(tmp_path, everything):
    corpus = rn.sample_corpus(cities=1, years=1, per_cell=2)
    with paged.paged_to(tmp_path, memory=MUCH):
        for table in (corpus.readouts, corpus.items, corpus.quarantine.clear()):
            found = shelved_table(table)
            assert found.equals(table)
            assert found.schema == table.schema


def test_a_small_bound_keeps_counts_from_other_processes(pages, tmp_path):
    counts = rn.count_terms(rn.tokenize(rn.sample_corpus(cities=1, years=1, per_cell=2)), min_df=1)

    def other(*args):
        return []

    assert fits.spread_of(other, counts) is other
    with paged.paged_to(tmp_path, memory=counts.counts.nnz * fits.BESIDE - 1):
        assert fits.spread_of(other, counts) is map
    with paged.paged_to(tmp_path, memory=counts.counts.nnz * fits.BESIDE):
        assert fits.spread_of(other, counts) is other


def test_a_run_pages_only_while_it_goes_on(pages, tmp_path, monkeypatch):
    seen = []

    def stop(*args, **kwargs):
        seen.append(paged.is_paged())
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "analyse", stop)
    with pytest.raises(KeyboardInterrupt):
        run_analysis([pages], tmp_path / "out", recipe=RECIPE, memory=MUCH)
    assert seen == [True]
    assert not paged.is_paged()
