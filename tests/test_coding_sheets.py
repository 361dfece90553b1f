"""Sheets and their scores: nothing leaks, nothing runs, dirty answers are read, planted skill comes back."""

from __future__ import annotations

import json
import re
import shutil
from itertools import pairwise

import pandas as pd
import pytest
from coding_example import fill, make_example, read_sheet, write_sheet
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.coding.coded import UNSURE, read_coded, read_option
from readout_nlp.coding.judged import coded_items
from readout_nlp.coding.key import dealt, read_key
from readout_nlp.coding.page import render_page
from readout_nlp.coding.score import score_sheets, write_to_card
from readout_nlp.coding.sheets import draw_tasks, write_sheets
from readout_nlp.coding.tasks import Task
from readout_nlp.errors import CheckError, InputError, RecipeError, StoreError
from readout_nlp.saved.card import read_card
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import save_model
from readout_nlp.saved.verify import verify_hashes

CODERS = ("甲", "乙", "C-3")
ALL = ("word_intrusion", "word_set_intrusion", "topic_intrusion", "label_match", "act_check", "item_check")
HOSTILE = "</div><script>document.title='owned'</script>\" onclick=x '"
WORD = Task(kind="word_intrusion", stratum="t01", options=("水", "电", "学"), answer=2)
ACT = Task(kind="act_check", stratum="hear", options=("relay", "hear"), answer=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    corpus, fit, _ = make_example()
    return save_model(fit, tmp_path_factory.mktemp("model") / "model", corpus=corpus)


@pytest.fixture(scope="module")
def blank(tmp_path_factory, model):
    corpus, fit, labels = make_example()
    tasks = draw_tasks(fit, corpus, kinds=ALL, labels=labels, n_items=30)
    about = {"model": read_manifest(model)["model"]["fingerprint"], "synthetic": True, "unstable": ["t02"]}
    return write_sheets(tasks, tmp_path_factory.mktemp("sheets") / "sheets", coders=CODERS, about=about)


@pytest.fixture
def folder(blank, tmp_path):
    return shutil.copytree(blank, tmp_path / "sheets")


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_same_call_gives_the_same_bytes_in_another_folder(tmp_path):
    tasks = [WORD, ACT]
    one, two = (write_sheets(tasks, tmp_path / name, coders=CODERS) for name in ("one", "two"))
    assert tree(one) == tree(two)
    assert tree(one) != tree(write_sheets(tasks[::-1], tmp_path / "three", coders=CODERS))


def test_a_folder_that_is_there_is_left_alone(folder):
    before = tree(folder)
    with pytest.raises(StoreError, match="there already"):
        write_sheets([WORD], folder)
    assert tree(folder) == before


@pytest.mark.parametrize(
    "coders", [("A",), ("A", "A"), ("A", "../../x"), ("A", "=1+1"), ("A", "b c"), ("A", "")]
)
def test_coders_need_pseudonyms_of_their_own(tmp_path, coders):
    with pytest.raises(RecipeError, match=r"coder|twice"):
        write_sheets([WORD], tmp_path / "sheets", coders=coders)
    assert not (tmp_path / "sheets").exists()


def test_sheets_show_neither_answers_nor_ids_and_the_key_no_text(blank):
    key = json.loads((blank / "key.json").read_text(encoding="utf-8"))["tasks"]
    texts = {}
    for number in (1, 2, 3):
        page = (blank / f"coder-{number}" / "sheet.html").read_text(encoding="utf-8")
        for name, task in key.items():
            about = task["about"]
            for secret in (about.get("doc_id"), about.get("item_id"), about.get("readout_id")):
                assert not secret or secret not in page
            assert name in page
        rows = read_sheet(blank / f"coder-{number}" / "sheet.csv")
        assert {row["answer"] for row in rows} == {""}
        texts |= {row["task"]: row["text"] for row in rows if len(row["text"]) > 30}
    sealed = (blank / "key.json").read_text(encoding="utf-8")
    assert texts
    assert not any(text in sealed for text in texts.values())


def test_every_coder_has_an_order_of_their_own_within_kinds(blank):
    orders = [[row["task"] for row in read_sheet(blank / f"coder-{n}" / "sheet.csv")] for n in (1, 2, 3)]
    assert len({tuple(order) for order in orders}) == 3
    assert len({frozenset(order) for order in orders}) == 1
    for order in orders:
        kinds = [name[0] for name in order]
        assert sum(a != b for a, b in pairwise(kinds)) == len(set(kinds)) - 1


@given(
    n=st.integers(1, 60),
    n_coders=st.integers(2, 6),
    shared=st.floats(0, 1, allow_nan=False),
)
def test_every_task_has_two_coders_and_work_is_even(n, n_coders, shared):
    coders = [f"c{number}" for number in range(n_coders)]
    who = dealt([f"t{number}" for number in range(n)], coders, shared=shared)
    assert all(len(set(own)) == len(own) >= 2 for own in who.values())
    by_all = sum(len(own) == n_coders for own in who.values())
    assert by_all >= shared * n - 1e-6
    loads = [sum(coder in own for own in who.values()) for coder in coders]
    assert max(loads) - min(loads) <= 4 if shared in (0, 1) else True


def test_hostile_texts_are_inert(tmp_path):
    task = Task(
        kind="label_match", stratum="t01", options=(HOSTILE, "=1+1"), answer=0, text=HOSTILE, before=HOSTILE
    )
    page = render_page({"l0001": task}, coder="A", seal="0")
    assert page.count("<script>") == 1
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert "http:" not in page
    assert "https:" not in page
    folder = write_sheets([task], tmp_path / "sheets", coders=("A", "B"))
    for cell in (folder / "coder-1" / "sheet.csv").read_text(encoding="utf-8-sig").split(","):
        assert not re.match(r'"?[=+\-@]', cell)


def test_a_synthetic_corpus_is_named_so_on_every_page(blank):
    assert "The texts are synthetic" in (blank / "coder-1" / "sheet.html").read_text(encoding="utf-8")
    assert "The texts are synthetic" not in render_page({"w0001": WORD}, coder="A", seal="0")


def test_perfect_coders_are_right_throughout(folder):
    fill(folder, 1.0)
    found = score_sheets(folder)
    scores = found.scores.set_index("task")
    assert scores["score"].drop("topic_intrusion_log_odds").to_numpy() == pytest.approx(1)
    assert scores.loc["topic_intrusion_log_odds", "score"] == 0
    assert (scores["alpha"] == 1).all()
    assert (scores["topics_covered"].dropna() == 7).all()
    assert (scores["coders"] == 3).all()
    assert not found.faults
    assert not found.notes
    assert set(found.topics.loc[found.topics["unstable"], "topic"]) == {"t02"}


def test_guessing_coders_score_chance_and_do_not_agree(folder):
    rounds = []
    for draw in range(5):
        fill(folder, 0.0, draw=draw)
        rounds.append(score_sheets(folder).scores)
    scores = pd.concat(rounds)
    within = scores["chance"].between(scores["low"], scores["high"])
    told = scores["flag"].str.contains("not above chance")
    assert within.mean() >= 0.8  # 95 % intervals, 20 of them
    assert (told == (scores["low"] <= scores["chance"])).all()
    assert (scores["alpha_low"] <= 0.05).mean() >= 0.8


def test_skill_that_was_planted_comes_back(folder):
    fill(folder, 0.6)
    scores = score_sheets(folder).scores.set_index("task")
    for name, options in (
        ("word_intrusion", 6),
        ("word_set_intrusion", 4),
        ("topic_intrusion", 4),
        ("label_match", 4),
    ):
        truth = 0.6 + 0.4 / options
        assert scores.loc[name, "low"] < truth < scores.loc[name, "high"]


def test_dirty_answers_are_read_and_faults_named_by_row(folder):
    fill(folder, 1.0)
    path = folder / "coder-1" / "sheet.csv"
    rows = read_sheet(path)
    for row, written in zip(rows, ["", " ２ ", "99", "foo", "0", "1.0", "?"], strict=False):
        row["answer"] = written
    rows[7]["task"], rows[8]["coder"] = "w9999", "nobody"
    write_sheet(path, rows)
    found = score_sheets(folder)
    said = [str(fault) for fault in found.faults]
    assert len(said) == 4
    assert "coder-1/sheet.csv, row 4, answer: found '99'" in said[0]
    assert "row 5, answer: found 'foo'" in said[1]
    assert "row 9, task: found 'w9999'" in said[2]
    assert "row 10, coder: found 'nobody'" in said[3]
    assert found.scores["n_unsure"].sum() == 2
    assert any("1 answers were left empty" in note for note in found.notes)


def test_two_answers_of_a_coder_to_a_task_clash_and_the_same_twice_counts_once(folder):
    fill(folder, 1.0)
    whole = score_sheets(folder)
    again = folder / "coded"
    again.mkdir()
    rows = read_sheet(folder / "coder-1" / "sheet.csv")
    write_sheet(again / "a.csv", rows)
    assert score_sheets(folder).scores.equals(whole.scores)
    rows[0]["answer"] = "1" if rows[0]["answer"] != "1" else "2"
    write_sheet(again / "a.csv", rows)
    found = score_sheets(folder)
    assert {fault.row for fault in found.faults} == {2}
    assert len(found.faults) == 2
    assert found.scores["n_answers"].sum() < whole.scores["n_answers"].sum()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_spreadsheets_save_is_read(folder, encoding, delimiter):
    lines = ["task,coder,answer,note", "w0001,甲,2,很难", "w0002,甲,1,"]
    (folder / "x.csv").write_text("\r\n".join(lines).replace(",", delimiter), encoding=encoding)
    assert len(read_coded([folder / "x.csv"], read_key(folder)).answers) == 2


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00task", b'task,coder,answer\n"' + b"x" * 2_000_000]
)
def test_what_is_no_sheet_is_refused(folder, data):
    (folder / "x.csv").write_bytes(data)
    with pytest.raises(InputError):
        score_sheets(folder, [folder / "x.csv"])


@given(st.text(max_size=20))
def test_any_cell_is_an_option_or_none(text):
    for task in (WORD, ACT):
        found = read_option(text, task)
        assert found in (None, UNSURE, *range(len(task.options)))


def test_a_key_that_was_changed_is_found_out(folder):
    fill(folder, 1.0)
    path = folder / "key.json"
    path.write_bytes(path.read_bytes().replace(b'"answer": 1', b'"answer": 0', 1))
    with pytest.raises(CheckError, match="sealed"):
        score_sheets(folder)


@pytest.mark.parametrize("version", [2, "1", None])
def test_sheets_of_a_newer_version_are_refused(folder, version):
    path = folder / "manifest.json"
    path.write_text(
        path.read_text().replace('"schema_version": 1', f'"schema_version": {json.dumps(version)}')
    )
    with pytest.raises(StoreError, match="update readout_nlp"):
        read_key(folder)


def test_the_result_goes_into_the_card_of_that_model_alone(folder, model, tmp_path):
    assert "Not human-validated" in read_card(model)
    fill(folder, 0.9)
    found = score_sheets(folder)
    copy = shutil.copytree(model, tmp_path / "model")
    write_to_card(copy, found)
    card = read_card(copy)
    assert "Human-validated" in card
    assert "word intrusion" in card
    assert verify_hashes(copy).ok
    rows = read_manifest(copy)["validation"]["tasks"]
    assert [row["task"] for row in rows] == list(found.scores["task"])
    assert not any(name in card for name in CODERS)
    corpus, fit, _ = make_example()
    other = save_model(fit, tmp_path / "other", corpus=corpus, recipe={"x": 1})
    object.__setattr__(found, "about", {"about": {"model": "0"}})
    with pytest.raises(CheckError, match="made for"):
        write_to_card(other, found)


def test_items_and_acts_alone_validate_no_model(tmp_path):
    folder = write_sheets(
        draw_tasks(make_example()[1], make_example()[0], kinds=["act_check"], n_items=12), tmp_path / "s"
    )
    fill(folder, 1.0)
    with pytest.raises(RecipeError, match="alone"):
        score_sheets(folder).validation()


def test_codes_of_acts_come_with_their_chances(folder):
    fill(folder, 1.0)
    key = read_key(folder)
    found = coded_items(read_coded(sorted(folder.glob("coder-*/*.csv")), key), key)
    corpus = make_example()[0]
    acts = dict(corpus.items.select("item_id", "act").iter_rows())
    assert (found["coded"] == found["item_id"].map(acts)).all()
    assert (1 / found["inclusion"]).sum() == pytest.approx(corpus.items.height)
    assert (found["agreed"] == 1).all()


def test_items_that_were_not_coded_are_made_up_for_within_their_stratum(folder):
    fill(folder, 1.0)
    for path in folder.glob("coder-*/sheet.csv"):
        rows = read_sheet(path)
        own = sorted(row["task"] for row in rows if row["task"].startswith("a"))
        for row in rows:
            row["answer"] = "" if row["task"] in own[:5] else row["answer"]
        write_sheet(path, rows)
    key = read_key(folder)
    found = coded_items(read_coded(sorted(folder.glob("coder-*/*.csv")), key), key)
    kept = {task.about["sampled_by"] for task in key.tasks.values() if task.kind == "act_check"}
    coded = set(found["stratum"])
    expected = sum(
        1 / task.about["inclusion"]
        for task in key.tasks.values()
        if task.kind == "act_check" and task.about["sampled_by"] in coded
    )
    assert coded <= kept
    assert (1 / found["inclusion"]).sum() == pytest.approx(expected)
