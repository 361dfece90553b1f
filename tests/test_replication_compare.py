"""Comparing two runs: what is equal is equal, a planted difference is found where it was planted."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import readout_nlp as rn
from readout_nlp.durable import sha256_bytes
from readout_nlp.errors import InputError
from readout_nlp.replication.compare_runs import compare_models
from readout_nlp.replication.compare_tables import compare_columns, compare_tables
from readout_nlp.replication.environment import closure, differences, environment, pinned, requirements
from readout_nlp.replication.findings import TOLERANCE, Finding, Reproduction
from readout_nlp.replication.gather import find_pages, restore_store
from readout_nlp.replication.pagelist import Listed, list_pages, pages_csv, read_page_list
from readout_nlp.replication.settings import differences as other_settings
from readout_nlp.replication.settings import recipe_toml
from readout_nlp.replication.software import wheel
from readout_nlp.saved.models import save_model
from readout_nlp.saved.tables import write_tables
from readout_nlp.topics.fit import TopicFit

cells = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True), st.text(max_size=3), st.none(), st.booleans()
)
tables = st.integers(1, 4).flatmap(
    lambda n: st.dictionaries(
        st.sampled_from(["a", "b", "c"]), st.lists(cells, min_size=n, max_size=n), min_size=1
    )
)


@settings(max_examples=60)
@given(table=tables)
def test_a_table_is_equal_to_itself(table):
    assert (
        compare_columns("t", table, {name: list(values) for name, values in table.items()}).level == "bitwise"
    )


@settings(max_examples=60)
@given(table=tables, data=st.data())
def test_a_planted_difference_is_found_where_it_is(table, data):
    column = data.draw(st.sampled_from(sorted(table)))
    row = data.draw(st.integers(0, len(table[column]) - 1))
    assume(table[column][row] != "planted")
    other = {name: list(values) for name, values in table.items()}
    other[column][row] = "planted"
    found = compare_columns("t", table, other)
    assert (found.level, found.column, found.row) == ("beyond", column, row + 1)


@pytest.mark.parametrize(
    ("then", "now", "level"),
    [
        (1.0, 1.0 + TOLERANCE / 2, "within"),
        (1.0, 1.0 + 3 * TOLERANCE, "beyond"),
        (1e9, 1e9 + 1, "within"),  # a thousandth of a millionth of it
        (0.0, -0.0, "bitwise"),
        (float("nan"), float("nan"), "bitwise"),
        (float("nan"), 0.0, "beyond"),
        (float("inf"), float("inf"), "bitwise"),
        (float("inf"), 1.0, "beyond"),
        (True, 1, "bitwise"),
        (None, 0, "beyond"),
        ("1", 1, "beyond"),
    ],
)
def test_the_tolerance_is_what_it_says(then, now, level):
    assert compare_columns("t", {"x": [then]}, {"x": [now]}).level == level


def test_other_columns_other_rows_and_lost_tables_are_named(tmp_path):
    less, more = {"a": [1]}, {"a": [1], "b": [2]}
    assert (compare_columns("t", more, less).level, compare_columns("t", less, more).level) == (
        "beyond",
        "told",
    )
    assert "b" in compare_columns("t", less, more).what
    assert (compare_columns("t", {"a": [1]}, {"a": [1, 2]}).then) == "1"
    for side, names in (("then", ("x", "y")), ("now", ("y", "z"))):
        write_tables({name: pd.DataFrame({"v": [1]}) for name in names}, tmp_path / side)
    found = {one.name: one for one in compare_tables(tmp_path / "then", tmp_path / "now")}
    assert {name: one.level for name, one in found.items()} == {"x": "beyond", "y": "bitwise", "z": "told"}
    assert "not made again" in found["x"].what


def test_seconds_are_never_compared():
    one, other = {"model": ["lda"], "seconds": [1.0]}, {"model": ["lda"], "seconds": [9.0]}
    assert compare_columns("models", one, other).level == "bitwise"
    assert compare_columns("not ours", one, other).level == "beyond"


# models


def model(tmp_path, name, terms):
    fit = TopicFit(
        topic_terms=np.asarray(terms, float),
        doc_topics=np.array([[0.75, 0.25]]),
        vocabulary=("教育", "防汛", "改革"),
        doc_ids=("a-1",),
        topic_ids=("t01", "t02"),
        method="nmf",
        params={},
    )
    return save_model(fit, tmp_path / name)


def test_models_are_compared_by_bytes_then_numbers_then_matched_topics(tmp_path):
    terms = np.array([[0.5, 0.25, 0.25], [0.0, 0.5, 0.5]])
    one = model(tmp_path, "one", terms)
    assert compare_models(one, model(tmp_path, "same", terms)).level == "bitwise"
    near = compare_models(one, model(tmp_path, "near", np.add(terms, [[1e-9, -1e-9, 0.0], [0.0, 0.0, 0.0]])))
    assert (near.level, near.difference) == ("within", pytest.approx(1e-9))
    far = compare_models(one, model(tmp_path, "far", [[0.25, 0.5, 0.25], [0.0, 0.5, 0.5]]))
    assert far.level == "beyond"
    assert (far.then, far.now) == ("t01", "t01")
    (one / "model.safetensors").write_bytes(b"")
    assert "model.safetensors is changed" in compare_models(one, one.with_name("same")).what


# verdicts


def test_the_worst_finding_decides_and_what_is_told_does_not():
    same = Finding(part="table", name="topics", level="bitwise")
    told = Finding(part="environment", name="numpy", level="told", then="1", now="2")
    for extra, verdict in (
        ((), "reproduced bit for bit"),
        ((replace(same, level="within"),), "reproduced within 1e-06"),
        ((replace(same, level="within"), replace(same, level="beyond")), "not reproduced"),
    ):
        outcome = Reproduction(package="p", n_files=1, findings=(same, told, *extra))
        assert outcome.verdict == verdict
        assert str(outcome).endswith(f"Verdict: {verdict}")


def test_names_of_others_cannot_command_the_terminal():
    found = Finding(part="page", name="a\x1b[31m\n.html", level="beyond", what="missing")
    assert "\x1b" not in str(Reproduction(package="p", n_files=1, findings=(found,)))


# environment


def test_the_environment_is_closed_under_what_it_needs():
    versions = closure()
    assert {"numpy", "numba", "llvmlite", "markupsafe"} <= set(versions)
    assert not {"pytest", "hypothesis", "readout-nlp"} & set(versions)
    assert pinned(requirements(versions, wheel="./software/x.whl")) == versions


def test_nothing_differs_here_and_a_planted_version_is_named():
    now = environment()
    versions = closure()
    assert differences(now, versions) == []
    other = differences({**now, "python": "CPython 3.0"}, {**versions, "numpy": "0.1", "no-such": "1"})
    assert [what for what, _, _ in other] == ["python", "numpy", "no-such"]
    assert other[2][2] == "not installed"


def test_hashes_of_a_lock_are_taken_and_another_version_is_refused(tmp_path):
    lock = tmp_path / "a.lock"
    digest = "0" * 64
    lock.write_text(f"Foo_Bar==1.0 ; python_version > '3' \\\n    --hash=sha256:{digest}\n", encoding="utf-8")
    text = requirements({"foo-bar": "1.0"}, wheel="./w", lock=lock)
    assert f"foo-bar==1.0 \\\n    --hash=sha256:{digest}" in text
    with pytest.raises(InputError, match=r"foo-bar==1\.1"):
        requirements({"foo-bar": "1.1"}, wheel="./w", lock=lock)


def test_the_wheel_holds_the_code_and_is_the_same_each_time():
    import io
    import zipfile

    name, data = wheel()
    assert wheel() == (name, data)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
    assert "readout_nlp/cli.py" in names
    assert "readout_nlp/replication/codebook.json" in names
    assert not [each for each in names if "__pycache__" in each or each.endswith(".pyc")]
    assert {each.rpartition("/")[2] for each in names if ".dist-info/" in each} >= {
        "METADATA",
        "WHEEL",
        "RECORD",
    }


# settings and pages


@settings(max_examples=30)
@given(
    n_topics=st.one_of(st.none(), st.integers(2, 500)),
    max_df=st.floats(0.01, 1.0),
    split=st.one_of(st.none(), st.floats(0.01, 0.99)),
    tiers=st.lists(st.sampled_from([1, 2, 3]), unique=True).map(tuple),
)
def test_every_recipe_reads_back_from_its_file(n_topics, max_df, split, tiers, tmp_path_factory):
    from readout_nlp.analysis.recipe import read_recipe

    recipe = rn.Recipe(n_topics=n_topics, max_df=max_df, split=split, stop_tiers=tiers)
    path = tmp_path_factory.mktemp("recipe") / "recipe.toml"
    path.write_text(recipe_toml(recipe.model_dump(mode="json")), encoding="utf-8")
    assert read_recipe(path) == recipe
    assert other_settings(recipe.model_dump(), {**recipe.model_dump(), "unit": "document"}) == [
        "unit: 'item' and 'document'"
    ]


@settings(max_examples=40)
@given(
    origin=st.text(alphabet="=+-@'/#a会\t\r\n, \"", max_size=8),
    reason=st.text(st.characters(codec="utf-8"), max_size=8),
)
def test_a_list_of_pages_reads_back_whatever_its_names(origin, reason, tmp_path_factory):
    one = Listed(
        role="corpus", part=3, origin=origin, sha256="0", readout_id="", text_sha256="", reason=reason
    )
    path = tmp_path_factory.mktemp("list") / "pages.csv"
    path.write_bytes(pages_csv([one]))
    assert read_page_list(path) == [one]


def test_of_two_copies_of_a_page_the_one_with_the_like_path_is_taken(tmp_path):
    text = "4月2日,市委常委会召开会议。会议研究了防汛。"
    for place in ("north", "south"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "1.html").write_text(f"<p>{text}</p>", encoding="utf-8")
    sha256 = sha256_bytes(f"<p>{text}</p>".encode())
    wanted = [
        Listed(
            role="corpus",
            part=0,
            origin=f"elsewhere/{place}/1.html",
            sha256=sha256,
            readout_id="x",
            text_sha256="",
            reason="",
        )
        for place in ("south", "north")
    ]
    found, lost = find_pages(wanted, [tmp_path])
    assert not lost
    assert [page.origin for page in found] == ["elsewhere/south/1.html", "elsewhere/north/1.html"]


def rows(path, date):
    """Write two rows of a table, one that a spreadsheet would run and one that is empty."""
    kept = {"text": "会议研究了防汛工作，部署了汛期值守。", "date": date, "place": "=1+1"}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(kept) + "\n" + json.dumps({"text": ""}) + "\n", encoding="utf-8")
    return path


def test_rows_of_a_table_come_back_as_the_store_that_they_were(tmp_path):
    then = rn.ingest(rows(tmp_path / "then" / "a.jsonl", "2019-05-01"), tmp_path / "store")
    listed = list_pages(tmp_path / "store", "corpus")
    assert [bool(one.readout_id) for one in listed] == [True, False]
    pages, lost = find_pages(listed, [rows(tmp_path / "now" / "b.jsonl", "2019-05-01")])
    assert not lost
    assert restore_store(listed, pages, tmp_path / "again") == []
    now = rn.read_corpus(tmp_path / "again")
    assert now.fingerprint == then.fingerprint
    assert now.readouts.equals(then.readouts)
    assert now.quarantine.equals(then.quarantine)


def test_a_row_whose_text_is_the_same_and_whose_date_is_not_is_named(tmp_path):
    rn.ingest(rows(tmp_path / "then" / "a.jsonl", "2019-05-01"), tmp_path / "store")
    listed = list_pages(tmp_path / "store", "corpus")
    pages, lost = find_pages(listed, [rows(tmp_path / "then" / "a.jsonl", "2019-05-02")])
    assert not lost
    ((was, read),) = restore_store(listed, pages, tmp_path / "again")
    assert was.origin.endswith("a.jsonl#1")
    assert was.text_sha256 == read.text_sha256
    assert was.readout_id != read.readout_id
