"""What a run would take is told of the right size, nothing is written, and a full disk is told in time."""

from __future__ import annotations

import gzip
import json
from types import SimpleNamespace

import pandas as pd
import pytest
from typer.testing import CliRunner

from readout_nlp.analysis import run as running
from readout_nlp.analysis.plan import MEASURED, plan_ingest, plan_run
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.analysis.run import run_analysis
from readout_nlp.cli import app
from readout_nlp.corpus.plan import estimate_corpus, require_store_room
from readout_nlp.corpus.store import ingest, open_store
from readout_nlp.errors import InputError, StoreError
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample

pytestmark = pytest.mark.once

TEXT = "{day}日,市委常委会召开会议。会议听取了全市春耕备耕工作情况的汇报。会议研究了防汛。"
SMALL = Recipe(n_topics=3, n_seeds=2, resamples=100, scrutiny=("trends",))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, settings=SampleSettings(cities=3, years=3, per_cell=12))
    return folder / "pages"


@pytest.fixture(scope="module")
def ran(sample, tmp_path_factory):
    out = tmp_path_factory.mktemp("ran") / "out"
    run_analysis([sample], out, recipe=SMALL)
    return out


def size_of(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def rows(count, *, start=0):
    return [
        {"title": f"会议{n}", "text": f"{n % 12 + 1}月" + TEXT.format(day=n % 28 + 1)}
        for n in range(start, count)
    ]


def full_after(monkeypatch, free):
    """Let the disk have `free` bytes; give the folders that were asked for."""
    asked = []

    def usage(path):
        asked.append(path)
        return SimpleNamespace(free=free)

    monkeypatch.setattr("shutil.disk_usage", usage)
    return asked


def within(told, true, *, factor=3):
    return true / factor <= told <= true * factor


def test_a_run_takes_what_was_told(sample, ran, tmp_path):
    plan = plan_run([sample], tmp_path / "out", recipe=SMALL)
    corpus = open_store(ran / "corpus")
    assert plan.corpus.pages == sum(path.is_file() for path in sample.rglob("*"))
    assert within(plan.corpus.readouts, corpus.readouts.height)
    assert within(plan.corpus.items, corpus.items.height)
    assert within(plan.corpus.characters, corpus.readouts["body"].str.len_chars().sum())
    assert tuple(stage.name for stage in plan.stages) == running.STAGES
    assert within(plan.stages[0].disk_bytes, size_of(ran / "corpus"))


@pytest.mark.slow
def test_a_whole_run_takes_the_disk_that_was_told(tmp_path):
    write_sample(tmp_path / "sample", settings=SampleSettings(per_cell=4))
    out = tmp_path / "out"
    plan = plan_run([tmp_path / "sample" / "pages"], out)
    run_analysis([tmp_path / "sample" / "pages"], out, recipe=Recipe(resamples=100))
    written = {stage.name: stage.disk_bytes for stage in plan.stages}
    assert within(written["write"], size_of(out / "tables") + size_of(out / "model"))
    assert within(written["report"], (out / "report.html").stat().st_size)
    assert within(written["figures"], size_of(out / "figures"))
    assert within(plan.disk_bytes, size_of(out))


def test_a_small_folder_is_counted_exactly(tmp_path):
    for n, row in enumerate(rows(5)):
        (tmp_path / f"{n}.txt").write_text(row["text"], encoding="utf-8")
    told = estimate_corpus([tmp_path])
    corpus = ingest(tmp_path, tmp_path.parent / "store")
    assert (told.files, told.pages, told.looked_at) == (5, 5, 5)
    assert told.readouts == corpus.readouts.height + corpus.merged
    assert told.items == 2 * told.readouts


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "csv", "gb18030.csv", "parquet", "json"])
def test_rows_beyond_those_read_are_counted_by_bytes(tmp_path, monkeypatch, form):
    for name in ("MOST_READ", "AT_LEAST"):
        monkeypatch.setattr(f"readout_nlp.pages.first_pages.{name}", 100_000)
    table, path = pd.DataFrame(rows(3000)), tmp_path / f"a.{form}"
    if form == "parquet":
        table.to_parquet(path)
    elif form == "json":
        path.write_text(json.dumps(rows(3000), ensure_ascii=False), encoding="utf-8")
    elif "csv" in form:
        table.to_csv(path, index=False, encoding="gb18030" if "gb" in form else "utf-8")
    else:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(3000))
        path.write_bytes(gzip.compress(text.encode()) if form.endswith("gz") else text.encode())
    told = estimate_corpus([tmp_path])
    assert told.looked_at == 300
    exact = form in {"parquet", "json"}
    assert told.pages == 3000 if exact else within(told.pages, 3000, factor=1.1)


def test_what_stands_before_a_damage_is_looked_at(tmp_path):
    text = "".join(json.dumps(row) + "\n" for row in rows(2000)).encode()
    packed = gzip.compress(text)
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    (tmp_path / "none.jsonl.gz").write_bytes(b"no gzip at all")
    told = estimate_corpus([tmp_path])
    assert 500 < told.pages < 1500
    assert told.looked_at == 300


def test_tables_that_are_not_looked_at_count_by_their_bytes(tmp_path):
    for n in range(50):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(20 * n + 20, start=20 * n))
        (tmp_path / f"{n:02d}.jsonl").write_text(text, encoding="utf-8")
    told = estimate_corpus([tmp_path])
    assert told.files == 50
    assert within(told.pages, 1000, factor=1.1)


def test_nothing_is_written_and_nothing_logged(sample, tmp_path, caplog):
    plan_run([sample], tmp_path / "a" / "out")
    plan_ingest([sample], tmp_path / "b")
    assert not list(tmp_path.iterdir())
    assert not caplog.records


def test_what_the_store_has_is_not_counted_again(sample, ran, tmp_path):
    told = plan_ingest([sample], ran / "corpus").corpus
    assert (told.files, told.pages, told.store_bytes) == (0, 0, 0)
    (tmp_path / "new.txt").write_text(rows(1)[0]["text"], encoding="utf-8")
    assert plan_ingest([sample, tmp_path], ran / "corpus").corpus.pages == 1


def test_a_run_cut_short_has_read_its_pages(sample, ran, tmp_path):
    again, anew = plan_run([sample], ran, recipe=SMALL), plan_run([sample], tmp_path / "out", recipe=SMALL)
    assert again.stages[0].disk_bytes == 0
    assert again.stages[0].seconds < anew.stages[0].seconds
    assert within(again.corpus.items, anew.corpus.items, factor=1.5)
    assert within(again.disk_bytes, anew.disk_bytes, factor=1.5)


def test_a_store_tells_itself(ran, tmp_path):
    plan, corpus = plan_run([ran / "corpus"], tmp_path / "out"), open_store(ran / "corpus")
    assert plan.corpus.pages == corpus.readouts.height + corpus.merged
    assert plan.stages[0].disk_bytes == 0


def test_the_built_in_sample_has_a_plan(tmp_path):
    plan = plan_run([], tmp_path / "out")
    assert plan.corpus.pages > plan.corpus.readouts > plan.corpus.looked_at
    assert plan.lines()[0].startswith("the built-in sample")


def test_more_processes_take_less_time_and_more_memory(sample, tmp_path):
    one, four = (plan_run([sample], tmp_path, workers=n) for n in (1, 4))
    spent = [{stage.name: stage.seconds for stage in plan.stages} for plan in (one, four)]
    for name in ("tokens", "lda", "tables"):
        assert spent[0][name] > spent[1][name]
    assert four.memory_bytes == one.memory_bytes + 4 * MEASURED.worker_bytes
    assert one.disk_bytes == four.disk_bytes


def test_pages_that_are_not_there_are_told(tmp_path):
    with pytest.raises(InputError, match="no file or folder"):
        estimate_corpus([tmp_path / "none"])
    with pytest.raises(InputError, match="no page"):
        estimate_corpus([tmp_path])


def test_the_command_says_it_and_does_nothing(sample, tmp_path):
    said = CliRunner().invoke(app, ["run", str(sample), "--out", str(tmp_path / "out"), "--dry-run"])
    assert said.exit_code == 0
    assert "figures" in said.stdout
    assert "of disk" in said.stdout
    said = CliRunner().invoke(
        app, ["ingest", str(sample), "--corpus", str(tmp_path / "store"), "--dry-run", "--json"]
    )
    told = json.loads(said.stdout)
    assert [stage["name"] for stage in told["stages"]] == ["corpus"]
    assert told["pages"] == sum(path.is_file() for path in sample.rglob("*"))
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_before_pages_are_read(sample, tmp_path, monkeypatch):
    asked = full_after(monkeypatch, 1000)
    with pytest.raises(StoreError, match=r"less than 1 MB free for .*corpus; expected about"):
        run_analysis([sample], tmp_path / "out", recipe=SMALL)
    assert asked
    assert not (tmp_path / "out" / "corpus" / "parts").exists()
    said = CliRunner().invoke(app, ["ingest", str(sample), "--corpus", str(tmp_path / "store")])
    assert isinstance(said.exception, StoreError)
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("stage", "next_one"), [("require_fits_room", "analyse"), ("require_results_room", "begin_figures")]
)
def test_a_disk_that_fills_up_is_told_before_the_stage(sample, tmp_path, monkeypatch, stage, next_one):
    ask = getattr(running, stage)

    def filled(*given):
        full_after(monkeypatch, 1000)
        ask(*given)

    def begun(*given, **settings):
        pytest.fail("the stage was begun")

    monkeypatch.setattr(running, stage, filled)
    monkeypatch.setattr(running, next_one, begun)
    with pytest.raises(StoreError, match="free for"):
        run_analysis([sample], tmp_path / "out", recipe=single())
    assert not (tmp_path / "out" / "tables").exists()
    assert (tmp_path / "out" / "corpus").exists()


def single():
    """The small recipe with a single fit: what follows is not looked at."""
    return SMALL.model_copy(update={"n_seeds": 1})


def test_what_is_in_the_store_asks_for_no_room(sample, ran, monkeypatch):
    asked = full_after(monkeypatch, 0)
    require_store_room([sample], ran / "corpus")
    assert not asked
