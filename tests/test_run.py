"""One analysis in one directory: complete, resumed where it stopped, never mixed with another."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import readout_nlp as rn
from readout_nlp.analysis import run as running
from readout_nlp.analysis.run import run_analysis
from readout_nlp.analysis.run_manifest import SCHEMA_VERSION, as_call, check_free, read_run_manifest
from readout_nlp.errors import StoreError
from readout_nlp.replication.codebook import definitions
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample

CASES = Path(__file__).parent / "cases"
RECIPE = rn.Recipe(n_topics=4, passes=2, n_seeds=2)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder, settings=SampleSettings(cities=3, years=2, per_cell=2))
    return folder


@pytest.fixture(scope="module")
def finished(pages, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "out"
    return run_analysis([pages], out, recipe=RECIPE)


def tables(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "tables").glob("*.csv"))}


def test_a_run_leaves_all_it_promises_and_nothing_of_its_own_work(finished):
    out = finished.report.parent
    assert {path.name for path in out.iterdir()} - {".lock"} == {
        "corpus",
        "figures",
        "manifest.json",
        "model",
        "report.html",
        "tables",
    }
    suffixes = {path.suffix for path in (out / "figures").iterdir()}
    assert suffixes == {".png", ".svg"}
    stems = {path.stem for path in (out / "tables").glob("*.csv")}
    assert stems == {path.stem for path in (out / "tables").glob("*.parquet")}
    assert {"coverage", "topics", "shares_place_year", "similarity_places", "removed_terms"} <= stems


def test_every_figure_has_its_table_beside_it(finished):
    out = finished.report.parent
    figures = {path.stem for path in (out / "figures").iterdir()}
    assert len(figures) > 8
    for name in figures:
        table = definitions()["figures"][name]["table"]
        if table != "the model":  # words of topics are drawn from what `model/` holds
            assert len(pd.read_csv(out / "tables" / f"{table}.csv")), f"{name} without rows of {table}"


def test_every_result_of_the_sample_says_that_it_is_synthetic(finished):
    out = finished.report.parent
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["synthetic"] is True
    assert any("synthetic" in warning for warning in finished.warnings)
    assert "synthetic" in (out / "model" / "README.md").read_text(encoding="utf-8")
    assert "合成" in finished.report.read_text(encoding="utf-8")


def test_the_saved_model_is_the_one_the_tables_show(finished):
    out = finished.report.parent
    fit = rn.load_model(out / "model")
    assert list(pd.read_csv(out / "tables" / "topics.csv")["topic"]) == list(fit.topic_ids)


@pytest.mark.once
@pytest.mark.parametrize("broken", ["begin_figures", "write_report", "save_main_model"])
def test_a_run_cut_short_goes_on_and_ends_as_if_nothing_had_happened(
    pages, finished, tmp_path, monkeypatch, broken
):
    out = tmp_path / "out"

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(running, broken, stop)
        with pytest.raises(KeyboardInterrupt):
            run_analysis([pages], out, recipe=RECIPE)
    assert not (out / "manifest.json").exists()

    def never(*args, **kwargs):
        raise AssertionError("a finished fit was made again")

    with monkeypatch.context() as patch:
        patch.setattr("readout_nlp.analysis.fits.consensus", never)
        again = run_analysis([pages], out, recipe=RECIPE)
    want, got = tables(finished.report.parent), tables(again.report.parent)
    want.pop("models.csv"), got.pop("models.csv")  # it holds seconds
    assert got == want


def test_a_finished_run_is_not_written_over(pages, finished):
    with pytest.raises(StoreError, match="a finished run"):
        run_analysis([pages], finished.report.parent, recipe=RECIPE)


def test_an_unfinished_run_of_other_settings_is_not_resumed(pages, tmp_path, monkeypatch):
    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "analyse", stop)
    with pytest.raises(KeyboardInterrupt):
        run_analysis([pages], tmp_path / "out", recipe=RECIPE)
    with pytest.raises(StoreError, match="an unfinished run of other pages, settings"):
        run_analysis([pages], tmp_path / "out", recipe=rn.Recipe(n_topics=5))


def test_a_directory_with_other_files_is_refused_and_left_alone(pages, tmp_path):
    mine = tmp_path / "thesis.docx"
    mine.write_text("mine")
    with pytest.raises(StoreError, match=r"1 other files in .*thesis\.docx"):
        run_analysis([pages], tmp_path, recipe=RECIPE)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def snapshot(folder):
    """Bytes by name, without what tells the time a run took."""
    timed = {".lock", "manifest.json", "report.html", "tables/models.csv", "tables/models.parquet"}
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    kept = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in kept.items() if name not in timed}


@pytest.mark.once
@pytest.mark.parametrize("moment", ["discard", "write_text"])
def test_a_run_killed_while_it_ends_is_gone_on_with(pages, finished, tmp_path, monkeypatch, moment):
    out, real = tmp_path / "out", getattr(running, moment)

    def stop(path, *rest):
        if path.name in {"fits", "manifest.json"}:
            raise KeyboardInterrupt
        real(path, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(running, moment, stop)
        with pytest.raises(KeyboardInterrupt):
            run_analysis([pages], out, recipe=RECIPE)
    assert (out / "manifest.json").exists() == (moment == "discard")
    (out / "tables" / ".writing-left").mkdir()
    run_analysis([pages], out, recipe=RECIPE)
    assert {path.name for path in out.iterdir()} == {path.name for path in finished.report.parent.iterdir()}
    assert snapshot(out) == snapshot(finished.report.parent)


def test_a_folder_of_the_run_that_is_a_link_elsewhere_is_refused_and_nothing_written_there(pages, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "analyse", stop_at_once)
        with pytest.raises(KeyboardInterrupt):
            run_analysis([pages], out, recipe=RECIPE)
    (out / "model").symlink_to(elsewhere)
    with pytest.raises(StoreError, match=r"symbolic links .*model"):
        run_analysis([pages], out, recipe=RECIPE)
    assert list(elsewhere.iterdir()) == []


def stop_at_once(*args, **kwargs):
    raise KeyboardInterrupt


def test_the_manifest_of_a_run_names_its_kind_and_is_read_back(finished):
    found = read_run_manifest(finished.report.parent)
    assert (found["artefact"], found["schema_version"]) == ("readout_nlp run", SCHEMA_VERSION)


def test_a_run_of_version_1_is_read_and_one_of_it_that_was_cut_short_is_known(tmp_path):
    old = CASES / "run_v1"
    found = read_run_manifest(old)
    assert found["schema_version"] == SCHEMA_VERSION
    assert found["pages"] == ["pages"]
    (tmp_path / "started.json").write_bytes((old / "started.json").read_bytes())
    settings = json.loads((old / "started.json").read_text(encoding="utf-8"))
    call = as_call([Path("pages")], rn.Recipe(**settings["recipe"]))
    check_free(tmp_path, call | {"libraries": settings["libraries"]})
    with pytest.raises(StoreError, match="other pages, settings or versions"):
        check_free(tmp_path, call | {"pages": ["other"]})


def test_a_newer_run_is_refused_whether_finished_or_cut_short(tmp_path):
    newer = {"schema_version": SCHEMA_VERSION + 1}
    (tmp_path / "manifest.json").write_text(json.dumps({"artefact": "readout_nlp run"} | newer))
    with pytest.raises(StoreError, match=r"update readout_nlp"):
        read_run_manifest(tmp_path)
    (tmp_path / "started.json").write_text(json.dumps(newer))
    with pytest.raises(StoreError, match=r"update readout_nlp"):
        check_free(tmp_path, {})


@pytest.mark.parametrize(
    "written", ["{half", "[]", '{"artefact": "readout_nlp corpus", "schema_version": 1}']
)
def test_what_is_no_manifest_of_a_run_is_one_line(tmp_path, written):
    (tmp_path / "manifest.json").write_text(written)
    with pytest.raises(StoreError, match=r"manifest\.json"):
        read_run_manifest(tmp_path)
    with pytest.raises(StoreError, match=r"no manifest\.json"):
        read_run_manifest(tmp_path / "nowhere")
