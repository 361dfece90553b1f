"""A replication package: complete, sealed, run again by others, and found out where it is not what it was."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import stat
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from docs_blocks import ROOT
from typer.testing import CliRunner

import readout_nlp as rn
from readout_nlp.analysis import run as running
from readout_nlp.analysis.recipe import read_recipe
from readout_nlp.analysis.run import run_analysis
from readout_nlp.commands.replication import app
from readout_nlp.durable import sha256_file, write_text
from readout_nlp.errors import CheckError, InputError, StoreError
from readout_nlp.replication import finished as finishing
from readout_nlp.replication import reproduce as reproducing
from readout_nlp.replication.archive import zip_folder
from readout_nlp.replication.codebook import codebook, definitions, undescribed
from readout_nlp.replication.package import Choices, reseal, write_package
from readout_nlp.replication.pagelist import read_page_list
from readout_nlp.replication.reproduce import reproduce
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample
from readout_nlp.saved.tables import write_tables
from readout_nlp.saved.verify import seal, verify_hashes

sys.path.insert(0, str(ROOT / "docs" / "_ext"))
import reference

pytestmark = pytest.mark.once

RECIPE = rn.Recipe(n_topics=4, passes=2, n_seeds=2, resamples=100, scrutiny=("trends",))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder, settings=SampleSettings(cities=3, years=2, per_cell=2))
    return folder / "pages"


@pytest.fixture(scope="module")
def run(pages, tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "out"
    run_analysis([pages], out, recipe=RECIPE)
    return out


@pytest.fixture(scope="module")
def package(run, tmp_path_factory):
    return write_package(run, tmp_path_factory.mktemp("package") / "pack").folder


@pytest.fixture(scope="module")
def with_texts(run, tmp_path_factory):
    choices = Choices(texts=True)
    return write_package(run, tmp_path_factory.mktemp("package") / "pack", choices=choices).folder


@pytest.fixture(scope="module")
def reproduced(package, pages, tmp_path_factory):
    """A reproduction that nothing stands in for: pages found by hash, everything computed again."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for number, path in enumerate(sorted(pages.rglob("*.html"), reverse=True)):
        shutil.copy(path, elsewhere / f"{number}.html")
    shutil.copytree(pages, elsewhere / "text", ignore=shutil.ignore_patterns("*.html"))
    out = tmp_path_factory.mktemp("again") / "out"
    return out, reproduce(package, out, pages=[elsewhere])


@pytest.fixture
def undrawn(monkeypatch):
    """Leave figures and report out of a run: the tables are what counts, and drawing takes longest."""

    def draw(analysis, folder, **settings):
        write_text(folder / "acts.svg", "<svg/>")
        return iter(())

    monkeypatch.setattr(running, "begin_figures", draw)
    monkeypatch.setattr(running, "write_report", lambda _, path, **__: write_text(path, "<html>"))


@pytest.fixture
def quick(reproduced, monkeypatch):
    """Take the second run from `reproduced`, for tests of what surrounds it."""
    out, _ = reproduced

    def again(paths, target, **settings):
        shutil.copytree(out / "run", target)

    monkeypatch.setattr(reproducing, "run_analysis", again)


def copied(folder, tmp_path):
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def beyond(outcome):
    return [finding for finding in outcome.findings if finding.level == "beyond"]


# what a package holds


def test_a_package_holds_what_it_promises_and_is_sealed(package):
    assert {path.name for path in package.iterdir()} == {
        *("README.md", "CODEBOOK.md", "codebook.csv", "recipe.toml", "requirements.txt", "environment.json"),
        *("manifest.json", "ro-crate-metadata.json", "SHA256SUMS", "pages.csv", "report.html"),
        *("tables", "figures", "model", "software"),
    }
    assert verify_hashes(package).ok


def test_no_text_is_in_a_package_of_hashes_but_what_it_says(package, pages):
    quoted = {(e.table, e.column) for e in codebook(package / "tables") if e.passages}
    assert ("representatives", "text") in quoted
    items = [text for text in rn.read_corpus(pages).items["text"] if len(text) > 30]
    for path in (package / "tables").glob("*.parquet"):
        table = pd.read_parquet(path)
        for column in table.columns:
            if (path.stem, column) not in quoted:
                held = "\n".join(map(str, table[column]))
                assert not any(text in held for text in items), f"{path.stem}.{column}"


def test_the_recipe_is_complete_and_reads_back_as_it_was(run, package):
    then = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["recipe"]
    assert read_recipe(package / "recipe.toml").model_dump(mode="json") == then


def test_a_package_is_made_to_the_same_bytes(run, package, tmp_path):
    again = write_package(run, tmp_path / "pack").folder
    for path in sorted(package.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (again / path.relative_to(package)).read_bytes(), path.name
    zips = [zip_folder(folder, tmp_path / f"{n}.zip") for n, folder in enumerate((package, again))]
    assert zips[0].read_bytes() == zips[1].read_bytes()


def test_every_page_is_listed_with_its_hash(package, pages):
    listed = read_page_list(package / "pages.csv")
    files = {path for path in pages.rglob("*") if path.is_file()}
    assert {Path(one.origin) for one in listed} == files
    assert any(one.reason for one in listed)
    assert any(one.readout_id for one in listed)


def test_no_path_of_the_author_stands_outside_the_list_of_origins(package, run):
    for name in ("README.md", "manifest.json", "environment.json", "ro-crate-metadata.json"):
        assert str(run.parent) not in (package / name).read_text(encoding="utf-8")


def test_the_crate_names_every_file_once(package):
    graph = json.loads((package / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    files = [entity["name"] for entity in graph if entity["@type"] == "File"]
    there = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file()}
    assert sorted(files) == sorted(there - {"ro-crate-metadata.json"})
    root = next(entity for entity in graph if entity["@id"] == "./")
    assert {part["@id"] for part in root["hasPart"]} <= {entity["@id"] for entity in graph}


def test_the_readme_marks_what_only_the_author_knows(package):
    text = (package / "README.md").read_text(encoding="utf-8")
    assert "**Synthetic.**" in text
    for blank in ("Where the pages were obtained", "to be stated", "ethics board"):
        assert blank in text
    for table in (package / "tables").glob("*.csv"):
        assert f"`{table.stem}`" in text


def test_what_an_author_writes_cannot_change_the_readme(run, tmp_path):
    title = "A | B <script>alert(1)</script>\n# not a heading"
    choices = Choices(citation={"title": title, "authors": ["Doe, Jane", "[x](http://x)"]})
    text = (write_package(run, tmp_path / "p", choices=choices).folder / "README.md").read_text("utf-8")
    assert "<script>" not in text
    assert "\n# not a heading" not in text
    assert "[x](http" not in text


def test_notebooks_go_in_untouched(run, tmp_path):
    folder = tmp_path / "mine"
    (folder / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / ".ipynb_checkpoints" / "old.ipynb").write_text("{}", encoding="utf-8")
    (folder / "one.ipynb").write_text('{"cells": []}', encoding="utf-8")
    made = write_package(run, tmp_path / "p", choices=Choices(notebooks=(folder,))).folder
    assert [path.name for path in (made / "notebooks").iterdir()] == ["one.ipynb"]
    assert (made / "notebooks" / "one.ipynb").read_text(encoding="utf-8") == '{"cells": []}'
    assert "notebooks/one.ipynb" in (made / "README.md").read_text(encoding="utf-8")


# the codebook


def test_no_column_of_any_table_is_without_a_meaning(tmp_path):
    corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    recipe = rn.Recipe(n_topics=3, passes=1, n_seeds=1, resamples=100)
    for other in ({}, {"model": "nmf", "scrutiny": ()}):
        write_tables(rn.analyse(corpus, recipe.model_copy(update=other)).tables, tmp_path)
    from readout_nlp.compare.adoption import tifa_adoption
    from readout_nlp.compare.lag import lag_to_centre

    adopted = tifa_adoption(corpus, rn.known_tifa(corpus).head(3))
    write_tables({"tifa_adoption": adopted, "tifa_lags": lag_to_centre(adopted, corpus)}, tmp_path)
    entries = codebook(tmp_path)
    assert undescribed(entries) == []
    assert len({entry.table for entry in entries}) > 30
    square = {"similarity_places", "similarity_years"}
    page = columns_on_the_page()
    missing = [
        f"{entry.table}.{entry.column}"
        for entry in entries
        if entry.column not in page.get(entry.table, set()) | page["In every table"]
        and not (entry.table in square and "each other" in page[entry.table])
    ]
    assert missing == []  # the page of tables in the documentation


def columns_on_the_page():
    """Give the columns that each section of the page of tables describes, in words and with a unit."""
    sections = re.split(r"^## ", reference.table_page(), flags=re.MULTILINE)[1:]
    row = re.compile(r"^\| `?([^`|]+?)`? \| [^|]{4,} \| [^| ][^|]* \| [^|]*\|$", re.MULTILINE)
    return {part.split("\n")[0]: set(row.findall(part)) - {"column"} for part in sections}


def test_a_number_that_has_bounds_or_a_direction_says_so_on_the_page():
    known = definitions()
    told = {("", name): about for name, about in known["columns"].items()}
    told |= {
        (table, name): of for table, one in known["tables"].items() for name, of in one["columns"].items()
    }
    measured = {
        "share",
        "probability",
        "similarity",
        "log-odds",
        "bits",
        "score",
        "distance",
        "slope",
        "days",
    }
    silent = [key for key, about in told.items() if about["unit"] in measured and not about["range"]]
    assert silent == []


def test_every_table_and_figure_that_the_report_knows_is_described():
    from readout_nlp.present.tables import COLUMNS, SQUARE
    from readout_nlp.replication.codebook import defined, definitions

    for table, columns in COLUMNS.items():
        for column in columns:
            assert defined(table, column), f"{table}.{column}"
    assert set(SQUARE) <= set(definitions()["tables"])
    source = (Path(rn.__file__).parent / "present" / "drawings.py").read_text(encoding="utf-8")
    drawn = set(re.findall(r'Drawing\(\s*"([a-z-]+)"', source))
    assert len(drawn) > 10
    assert drawn <= set(definitions()["figures"])


def test_what_the_codebook_counts_is_what_the_tables_hold(package):
    text = (package / "codebook.csv").read_text(encoding="utf-8-sig")
    for row in csv.DictReader(text.splitlines()):
        column = pd.read_parquet(package / "tables" / f"{row['table']}.parquet")[row["column"]]
        assert (int(row["n_rows"]), int(row["n_missing"])) == (len(column), int(column.isna().sum()))


# run again


def test_a_package_reproduces_bit_for_bit_from_pages_that_lie_elsewhere(package, reproduced):
    out, outcome = reproduced
    assert outcome.verdict == "reproduced bit for bit", str(outcome)
    tables = [finding for finding in outcome.findings if finding.part == "table"]
    assert len(tables) == len(list((package / "tables").glob("*.csv")))
    report = next(finding for finding in outcome.findings if finding.part == "report")
    assert report.what == "the same but for seconds"
    with (out / "reproduction.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == len(outcome.findings)
    assert json.loads(json.dumps(outcome.to_dict()))["ok"] is True


def test_a_package_with_texts_reproduces_by_itself(with_texts, tmp_path, undrawn):
    outcome = reproduce(with_texts, tmp_path / "out")
    assert {finding.part for finding in beyond(outcome)} == {"figure"}  # of which one was drawn here
    assert all(finding.level == "bitwise" for finding in outcome.findings if finding.part == "table")


def test_a_changed_number_is_named_though_every_hash_is_right(package, pages, tmp_path, quick):
    tampered = copied(package, tmp_path)
    path = tampered / "tables" / "shares_year.parquet"
    table = pd.read_parquet(path)
    table.loc[2, "share"] += 0.125
    write_tables({"shares_year": table}, tampered / "tables")
    seal(tampered)
    outcome = reproduce(tampered, tmp_path / "out", pages=[pages])
    assert outcome.verdict == "not reproduced"
    (found,) = beyond(outcome)
    assert (found.part, found.name, found.column, found.row) == ("table", "shares_year", "share", 3)
    assert found.difference == pytest.approx(0.125)


def test_a_number_changed_in_the_csv_alone_is_named(package, pages, tmp_path, quick):
    tampered = copied(package, tmp_path)
    path = tampered / "tables" / "coverage.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    rows[1][rows[0].index("n_items")] = "999"
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    seal(tampered)
    (found,) = beyond(reproduce(tampered, tmp_path / "out", pages=[pages]))
    assert (found.name, found.column, found.row, found.then) == ("coverage", "n_items", 1, "999.0")


def test_a_change_in_the_last_digits_is_within_the_tolerance(package, pages, tmp_path, quick):
    near = copied(package, tmp_path)
    table = pd.read_parquet(near / "tables" / "shares_year.parquet")
    table["share"] *= 1 + 1e-12
    write_tables({"shares_year": table}, near / "tables")
    seal(near)
    outcome = reproduce(near, tmp_path / "out", pages=[pages])
    assert outcome.verdict == "reproduced within 1e-06"
    assert outcome.ok


def test_another_seed_is_found(package, pages, tmp_path, undrawn):
    other = copied(package, tmp_path)
    recipe = (other / "recipe.toml").read_text(encoding="utf-8")
    (other / "recipe.toml").write_text(
        recipe.replace("random_state = 0", "random_state = 1"), encoding="utf-8"
    )
    seal(other)
    with pytest.raises(CheckError, match="random_state: 1 and 0"):
        reproduce(other, tmp_path / "out", pages=[pages])
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    manifest["run"]["recipe"]["random_state"] = 1
    (other / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    seal(other)
    outcome = reproduce(other, tmp_path / "out2", pages=[pages])
    named = {finding.name for finding in beyond(outcome)}
    assert {"model", "topics", "shares_year"} <= named
    assert "coverage" not in named
    assert "cosines" in next(f.what for f in outcome.findings if f.part == "model")


def test_missing_and_changed_pages_are_named_and_nothing_is_computed(package, pages, tmp_path):
    mine = tmp_path / "mine"
    shutil.copytree(pages, mine)
    first, second, *_ = sorted(mine.rglob("*.html"))
    first.unlink()
    second.write_bytes(second.read_bytes() + b"<!-- -->")
    outcome = reproduce(package, tmp_path / "out", pages=[mine])
    found = {finding.what: finding for finding in beyond(outcome)}
    assert set(found) == {"missing", "changed"}
    assert found["missing"].name.endswith(str(first.relative_to(mine)))
    assert found["changed"].name.endswith(str(second.relative_to(mine)))
    assert str(second) in found["changed"].now
    assert not (tmp_path / "out" / "run").exists()


def test_a_text_changed_in_the_store_is_named_though_every_hash_is_right(with_texts, tmp_path, quick):
    tampered = copied(with_texts, tmp_path)
    part = next((tampered / "corpus" / "parts").iterdir())
    readouts = pl.read_parquet(part / "readouts.parquet")
    body = readouts["body"].str.replace("会议", "大会")
    readouts.with_columns(body).write_parquet(part / "readouts.parquet")
    path = tampered / "corpus" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    digest = sha256_file(part / "readouts.parquet")
    manifest["parts"][0]["sha256"]["readouts"] = digest
    path.write_text(json.dumps(manifest), encoding="utf-8")
    seal(tampered)
    named = {finding.name for finding in beyond(reproduce(tampered, tmp_path / "out"))}
    assert readouts["origin"][0] in named


def test_a_reproduction_cut_short_goes_on(package, pages, reproduced, tmp_path, monkeypatch):
    done, _ = reproduced

    def stop(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reproducing, "run_analysis", stop)
        with pytest.raises(KeyboardInterrupt):
            reproduce(package, tmp_path / "out", pages=[pages])
    monkeypatch.setattr(reproducing, "find_pages", stop)  # the corpus is there already
    monkeypatch.setattr(reproducing, "run_analysis", lambda _, out, **__: shutil.copytree(done / "run", out))
    assert reproduce(package, tmp_path / "out", pages=[pages]).ok


# hostile and unlucky


def test_one_flipped_byte_is_refused(package, pages, tmp_path):
    broken = copied(package, tmp_path)
    path = broken / "tables" / "topics.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(CheckError, match=r"tables/topics\.parquet is changed"):
        reproduce(broken, tmp_path / "out", pages=[pages])


def test_a_newer_package_is_refused_with_both_versions(package, tmp_path):
    newer = copied(package, tmp_path)
    manifest = json.loads((newer / "manifest.json").read_text(encoding="utf-8"))
    (newer / "manifest.json").write_text(json.dumps(manifest | {"schema_version": 9}), encoding="utf-8")
    seal(newer)
    with pytest.raises(StoreError, match=r"version 9.*at most version 1.*update readout_nlp"):
        reproduce(newer, tmp_path / "out")


@pytest.mark.parametrize(
    "change",
    [
        {"texts": "elsewhere"},
        {"run": {}},
        {"run": {"recipe": {"unknown": 1}, "corpus": {"fingerprint": "0"}}},
        {"corpus_fingerprint": None},
    ],
)
def test_a_manifest_without_what_it_should_hold_is_refused(package, tmp_path, change):
    broken = copied(package, tmp_path)
    manifest = json.loads((broken / "manifest.json").read_text(encoding="utf-8"))
    (broken / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")
    seal(broken)
    with pytest.raises((StoreError, CheckError)):
        reproduce(broken, tmp_path / "out", pages=[tmp_path])
    assert not (tmp_path / "out").exists()


def test_a_package_that_cannot_be_written_to_reproduces(package, pages, tmp_path, quick):
    locked = copied(package, tmp_path)
    for path in (locked, *locked.rglob("*")):
        path.chmod(stat.S_IRUSR | (stat.S_IXUSR if path.is_dir() else 0))
    before = {path: path.stat().st_mtime_ns for path in locked.rglob("*")}
    try:
        assert reproduce(locked, tmp_path / "out", pages=[pages]).ok
        assert {path: path.stat().st_mtime_ns for path in locked.rglob("*")} == before
    finally:
        for path in (locked, *locked.rglob("*")):
            path.chmod(stat.S_IRWXU)


def test_an_archive_reproduces(package, pages, tmp_path, quick):
    archive = zip_folder(package, tmp_path / "deposit.zip")
    assert reproduce(archive, tmp_path / "out", pages=[pages]).ok


def test_links_in_a_run_are_refused(run, tmp_path):
    linked = copied(run, tmp_path)
    (linked / "tables" / "secret.csv").symlink_to("/etc/hostname")
    with pytest.raises(StoreError, match=r"symbolic link at .*secret\.csv"):
        write_package(linked, tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_only_a_finished_run_is_packaged(run, tmp_path, monkeypatch):
    with pytest.raises(StoreError):
        write_package(tmp_path, tmp_path / "p")
    unfinished = copied(run, tmp_path)
    (unfinished / "started.json").write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="unfinished"):
        write_package(unfinished, tmp_path / "p")
    with pytest.raises(StoreError, match="inside the run"):
        write_package(run, run / "package")
    monkeypatch.setattr(finishing, "library_versions", lambda: {"numpy": "0.1"})
    with pytest.raises(StoreError, match=r"numpy .* and 0\.1"):
        write_package(run, tmp_path / "p")


def test_a_corpus_that_changed_since_the_run_is_refused(run, pages, tmp_path):
    changed = copied(run, tmp_path)
    (tmp_path / "new.txt").write_text(
        "4月2日,市委常委会召开会议。会议听取了全市春耕备耕工作情况的汇报。", encoding="utf-8"
    )
    rn.ingest(tmp_path / "new.txt", changed / "corpus")
    with pytest.raises(StoreError, match="another corpus"):
        write_package(changed, tmp_path / "p")


def test_a_package_without_texts_asks_for_pages(package, tmp_path):
    with pytest.raises(InputError, match="--pages"):
        reproduce(package, tmp_path / "out")


def test_other_files_and_other_packages_are_left_alone(package, with_texts, pages, tmp_path, quick):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("x", encoding="utf-8")
    with pytest.raises(StoreError, match=r"a\.txt"):
        reproduce(package, tmp_path / "mine", pages=[pages])
    reproduce(package, tmp_path / "out", pages=[pages])
    with pytest.raises(StoreError, match="another package"):
        reproduce(with_texts, tmp_path / "out")


def test_a_filled_in_readme_is_sealed_again_and_nothing_else_is(package, tmp_path):
    mine = copied(package, tmp_path)
    with (mine / "README.md").open("a", encoding="utf-8") as stream:
        stream.write("\nObtained from the city's site.\n")
    assert not verify_hashes(mine).ok
    assert verify_hashes(reseal(mine)).ok
    (mine / "extra.txt").write_text("x", encoding="utf-8")
    with pytest.raises(CheckError, match=r"extra\.txt"):
        reseal(mine)


# the command line


def test_the_commands_say_what_they_did(run, pages, tmp_path, quick, monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # other processes would take longer than the work
    runner = CliRunner()
    said = runner.invoke(app, ["package", str(run), "--out", str(tmp_path / "p"), "--author", "Doe, Jane"])
    assert said.exit_code == 0, said.output
    assert said.stdout.splitlines()[-1] == str(tmp_path / "p")
    out = str(tmp_path / "out")
    said = runner.invoke(app, ["reproduce", str(tmp_path / "p"), "--pages", str(pages), "--out", out])
    assert said.exit_code == 0, said.output
    assert "Verdict: reproduced bit for bit" in said.stdout
    assert said.stdout.splitlines()[-1].endswith("reproduction.csv")
    (tmp_path / "empty").mkdir()
    shutil.copy(next(pages.rglob("*.html")), tmp_path / "empty")
    said = runner.invoke(
        app,
        ["reproduce", str(tmp_path / "p"), "--pages", str(tmp_path / "empty"), "--out", out + "2", "--json"],
    )
    assert said.exit_code == 3
    assert json.loads(said.stdout)["verdict"] == "not reproduced"


def test_the_built_in_sample_needs_no_pages(tmp_path, monkeypatch, undrawn):
    small = rn.sample_corpus(cities=3, years=2, per_cell=2)
    monkeypatch.setattr(running, "sample_corpus", lambda **_: small)
    run_analysis([], tmp_path / "run", recipe=RECIPE)
    made = write_package(tmp_path / "run", tmp_path / "p").folder
    assert not (made / "pages.csv").exists()
    assert "built-in sample" in (made / "README.md").read_text(encoding="utf-8")
    assert reproduce(made, tmp_path / "out").verdict == "reproduced bit for bit"


def test_texts_from_above_are_found_again_too(pages, tmp_path, undrawn):
    above = tmp_path / "centre.jsonl"
    text = "会议指出，要坚持稳中求进工作总基调，扎实做好六稳工作，全面落实六保任务。"
    above.write_text(json.dumps({"text": text, "date": "2011-12-01"}, ensure_ascii=False), encoding="utf-8")
    recipe = RECIPE.model_copy(update={"scrutiny": ("echo",)})
    run_analysis([pages], tmp_path / "run", recipe=recipe, reference=[above])
    made = write_package(tmp_path / "run", tmp_path / "p").folder
    assert {one.role for one in read_page_list(made / "pages.csv")} == {"corpus", "reference"}
    outcome = reproduce(made, tmp_path / "out", pages=[pages, above])
    assert outcome.verdict == "reproduced bit for bit", str(outcome)
    lost = reproduce(made, tmp_path / "out2", pages=[pages])
    assert [finding.what for finding in beyond(lost)] == ["missing"]
