"""The commands `sheets` and `score` from end to end: what they print, where, and how they exit."""

from __future__ import annotations

import json

import pytest
from coding_example import fill, read_sheet, write_sheet
from typer.testing import CliRunner

import readout_nlp as rn
from readout_nlp.cli import app
from readout_nlp.errors import CheckError, StoreError
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.saved.card import read_card
from readout_nlp.saved.models import save_model


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    write_sample(folder / "pages", settings=SampleSettings(cities=2, years=2, per_cell=3))
    corpus = rn.read_corpus(folder / "pages")
    fit = rn.fit_lda(rn.count_terms(rn.tokenize(corpus), min_df=2), n_topics=5, random_state=0)
    save_model(fit, folder / "model", corpus=corpus)
    return folder


def call(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=True)


def test_sheets_are_made_filled_in_and_scored_into_the_card(home, tmp_path):
    out = tmp_path / "sheets"
    made = call("sheets", home / "model", home / "pages", "--out", out, "--per-topic", 2, "--items", 10)
    assert made.exit_code == 0
    assert made.stdout.strip().splitlines()[-1] == str(out)
    # no label in labels.csv yet: there is nothing to match
    assert "no label_match" in made.stderr
    assert json.loads((out / "manifest.json").read_text())["tasks"]["word_intrusion"] == 10
    fill(out, 1.0)
    scored = call("score", out, "--model", home / "model")
    assert scored.exit_code == 0
    assert "word_intrusion" in scored.stdout
    assert "Human-validated" in read_card(home / "model")
    assert (out / "scored" / "topics.csv").is_file()


def test_faults_are_named_and_the_rest_is_scored(home, tmp_path):
    out = tmp_path / "sheets"
    names = ("--coder", "沈", "--coder", "B")
    call("sheets", home / "model", home / "pages", "--out", out, "--tasks", "word_intrusion", *names)
    fill(out, 1.0)
    path = out / "coder-2" / "sheet.csv"
    rows = read_sheet(path)
    assert {row["coder"] for row in rows} == {"B"}
    rows[0]["answer"] = "seven"
    write_sheet(path, rows)
    scored = call("score", out, "--json")
    assert scored.exit_code == 1
    assert "left out: coder-2/sheet.csv, row 2, answer: found 'seven'" in scored.stderr
    assert json.loads(scored.stdout)["scores"][0]["score"] == pytest.approx(1)


def test_the_same_call_gives_the_same_sheets(home, tmp_path):
    for name in ("one", "two"):
        call("sheets", home / "model", home / "pages", "--out", tmp_path / name, "--items", 5, "--seed", 3)
    one, two = (
        {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        for name in ("one", "two")
    )
    assert one
    assert one == two


def test_what_is_wrong_is_said(home, tmp_path):
    out = tmp_path / "sheets"
    call("sheets", home / "model", home / "pages", "--out", out, "--tasks", "word_intrusion")
    again = call("sheets", home / "model", home / "pages", "--out", out)
    assert isinstance(again.exception, StoreError)
    (out / "key.json").write_bytes((out / "key.json").read_bytes() + b" ")
    assert isinstance(call("score", out).exception, CheckError)
    assert isinstance(call("score", tmp_path).exception, StoreError)
