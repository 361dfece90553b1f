"""One analysis in one directory: complete, resumed where it stopped, never mixed with another."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import readout_nlp as rn
from readout_nlp.analysis import run as running
from readout_nlp.analysis.run import run_analysis
from readout_nlp.errors import StoreError
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample

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
