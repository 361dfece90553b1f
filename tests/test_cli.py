"""The command line: exit codes, data on stdout, and clear messages without a traceback."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample

READOUT = (
    "4月{day}日,市委常委会召开会议。会议听取了全市{matter}工作情况的汇报。"
    "会议指出,要把{matter}抓实抓细。会议还研究了其他事项。"
)
MATTERS = ["春耕备耕", "防汛抗旱", "学校建设", "道路养护", "养老服务", "垃圾分类"]


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for day, matter in enumerate(MATTERS, start=1):
        (folder / f"{day}.txt").write_text(READOUT.format(day=day, matter=matter), encoding="utf-8")
    return folder


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_help_names_every_command_and_tells_a_newcomer_where_to_start(call):
    code, out, _ = call("--help")
    assert code == 0
    assert "readout-nlp run" in out
    for command in (
        "sample",
        "parse",
        "ingest",
        "corpus",
        "run",
        "fit",
        "choose",
        "infer",
        "evaluate",
        "show",
        "cite",
        "verify",
    ):
        assert re.search(rf"^\s+{command}\s+\w", out, re.M), command


def test_parse_prints_one_record_a_page_in_the_order_given(call, pages):
    names = [pages / "3.txt", pages / "1.txt"]
    code, out, _ = call("parse", *names)
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [record["origin"] for record in records] == [str(name) for name in names]


def test_a_bad_page_is_quarantined_named_and_does_not_stop_the_rest(call, pages):
    (pages / "0.txt").write_text("招聘启事:本店诚聘店员两名,待遇面议。", encoding="utf-8")
    code, out, err = call("parse", pages)
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [bool(record["quarantine"]) for record in records] == [True] + [False] * len(MATTERS)
    assert "0.txt" in err
    assert "not a readout" in err


def test_a_line_that_is_not_json_is_named_with_its_number(call, tmp_path):
    path = write_rows(tmp_path / "rows.jsonl", [{"text": READOUT.format(day=1, matter="防汛")}])
    path.write_text(path.read_text(encoding="utf-8") + "{half a row\n", encoding="utf-8")
    code, out, err = call("parse", path)
    assert code == 1
    assert len(out.splitlines()) == 2
    assert re.search(r"rows\.jsonl#2.*JSON", err)


def test_an_empty_folder_is_a_wrong_call(call, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    code, out, err = call("run", folder, "--out", tmp_path / "out")
    assert code == 2
    assert out == ""
    assert str(folder) in err
    assert not (tmp_path / "out" / "report.html").exists()


def test_a_path_that_does_not_exist_is_a_wrong_call(call, tmp_path):
    code, _, err = call("parse", tmp_path / "nowhere")
    assert code == 2
    assert "nowhere" in err


def test_a_corpus_of_one_document_says_what_it_needs(call, tmp_path, pages):
    code, _, err = call("run", pages / "1.txt", "--out", tmp_path / "out")
    assert code == 2
    assert "found 1 readouts" in err
    assert "at least 2" in err


def test_more_topics_than_documents_says_how_many_there_are(call, tmp_path, pages):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("n_topics = 500\nmin_df = 1\n", encoding="utf-8")
    code, _, err = call("run", pages, "--out", tmp_path / "out", "--recipe", recipe)
    assert code == 2
    assert "500" in err


def test_a_misspelt_recipe_key_is_a_wrong_call_before_anything_is_read(call, tmp_path, pages):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("n_topic = 5\n", encoding="utf-8")
    code, _, err = call("run", pages, "--out", tmp_path / "out", "--recipe", recipe)
    assert code == 2
    assert "did you mean 'n_topics'" in err
    assert not (tmp_path / "out").exists()


def test_an_unreadable_gz_is_quarantined_with_its_reason(call, pages):
    whole = gzip.compress(READOUT.format(day=9, matter="防汛").encode() * 50)
    (pages / "9.txt.gz").write_bytes(whole[: len(whole) // 2])
    code, out, err = call("parse", pages)
    assert code == 1
    assert "9.txt.gz" in err
    assert len(out.splitlines()) == len(MATTERS) + 1


def test_ingest_and_corpus_count_alike_and_a_second_ingest_changes_nothing(call, tmp_path, pages):
    store = tmp_path / "store"
    _, first, _ = call("ingest", pages, "--corpus", store)
    _, again, _ = call("ingest", pages, "--corpus", store)
    _, told, _ = call("corpus", store, "--json")
    assert json.loads(first) == json.loads(again) == json.loads(told)
    assert json.loads(told)["readouts"] == len(MATTERS)


def test_an_unknown_model_folder_is_a_wrong_call(call, tmp_path):
    code, _, err = call("show", tmp_path)
    assert code == 2
    assert str(tmp_path) in err


def test_evaluate_counts_what_is_right_and_what_is_wrong(call, tmp_path, pages):
    rows = [
        {"path": f"{day}.txt", "kind": "readout", "meeting_type": "市委常委会" if day < 5 else "县委常委会"}
        for day in range(1, len(MATTERS) + 1)
    ]
    truth = write_rows(tmp_path / "truth.jsonl", rows)
    code, out, _ = call("evaluate", truth, pages, "--json")
    assert code == 0
    field = json.loads(out)["fields"]["meeting_type"]
    assert (field["right"], field["wrong"]) == (4, 2)


def test_a_correction_changes_what_is_stored_and_its_faults_are_named(call, tmp_path, pages):
    _, parsed, _ = call("parse", pages / "1.txt")
    page = json.loads(parsed)["sha256"]
    table = tmp_path / "corrections.csv"
    table.write_text(
        f"sha256,field,value,coder,reason\n{page},source,某某日报,AB,named on the scan\n", encoding="utf-8"
    )
    _, plain, _ = call("ingest", pages, "--corpus", tmp_path / "plain")
    code, mended, _ = call("ingest", pages, "--corpus", tmp_path / "mended", "--corrections", table)
    assert code == 0
    assert json.loads(mended)["fingerprint"] != json.loads(plain)["fingerprint"]
    table.write_text(f"sha256,field,value,coder,reason\n{page},sauce,x,AB,typo\n", encoding="utf-8")
    code, _, err = call("ingest", pages, "--corpus", tmp_path / "mended", "--corrections", table)
    assert code == 2
    assert "sauce" in err


@pytest.fixture(scope="module")
def sample_pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "sample"
    write_sample(folder, settings=SampleSettings(cities=3, years=2, per_cell=2))
    return folder / "pages"


@pytest.mark.parametrize(("method", "engine"), [("cvb0", "cvb0"), ("nmf", "scikit-learn")])
def test_a_fitted_model_infers_its_own_pages_and_new_ones(
    call, tmp_path, sample_pages, pages, method, engine
):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("n_seeds = 2\n", encoding="utf-8")
    model = tmp_path / "model"
    code, out, _ = call(
        "fit", sample_pages, "--topics", 4, "--out", model, "--method", method, "--recipe", recipe
    )
    assert (code, out.strip()) == (0, str(model))
    manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"]["params"]["engine"] == engine
    assert manifest["stability"]["mean"] is not None
    assert call("verify", model)[0] == 0

    code, out, _ = call("infer", model, pages)
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert {line["id"] for line in lines}
    for line in lines:
        assert sum(line["doc_topics"]) == pytest.approx(1)
        assert len(line["doc_topics"]) == len(line["topic_ids"]) == 4
        assert isinstance(line["novel"], bool)
        assert line["oov_share"] is None or 0 <= line["oov_share"] <= 1


def test_a_page_infers_alike_alone_and_in_company_and_a_bad_one_is_named(call, tmp_path, sample_pages, pages):
    model = tmp_path / "model"
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("n_seeds = 1\npasses = 1\n", encoding="utf-8")
    call("fit", sample_pages, "--topics", 3, "--out", model, "--recipe", recipe)
    (pages / "0.txt").write_text("招聘启事:本店诚聘店员两名,待遇面议。", encoding="utf-8")
    code, together, err = call("infer", model, pages, sample_pages)
    assert code == 1
    assert "0.txt" in err
    _, alone, _ = call("infer", model, pages / "3.txt")
    assert alone
    assert set(alone.splitlines()) <= set(together.splitlines())


def test_an_unknown_method_is_a_wrong_call(call, tmp_path, pages):
    code, _, err = call("fit", pages, "--out", tmp_path / "model", "--method", "bertopic")
    assert code == 2
    assert "bertopic" in err


def test_choose_prints_a_table_or_json_with_a_range_and_reasons(call, sample_pages):
    asked = ("choose", sample_pages, "--topics", "2,4,6", "--seeds", 2)
    code, out, _ = call(*asked, "--json")
    found = json.loads(out)
    assert code == 0
    assert [row["n_topics"] for row in found["table"]] == [2, 4, 6]
    assert found["range"][0] <= found["range"][1]
    assert found["reasons"]
    code, out, _ = call(*asked)
    assert code == 0
    assert "perplexity" in out
    assert f"- {found['reasons'][0]}" in out
    code, _, err = call("choose", sample_pages, "--topics", "2,many")
    assert code == 2
    assert "2,many" in err
