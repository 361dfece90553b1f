"""Texts that others have cut: the cut stays as given, and everything after it works as with our own."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import readout_nlp as rn
from readout_nlp.cli import app
from readout_nlp.errors import InputError
from readout_nlp.tokens.presegmented import cut_given, joined, read_tokens

WATER, SCHOOL = ["推进", "水利", "建设", "的", "河长"], ["办好", "学校", "教育", "的", "教师"]
CUTS = [WATER, SCHOOL, WATER + SCHOOL, SCHOOL * 2, WATER * 3, [*WATER, "5G", "base"]]
PLACES = ["苏州市", "南京市"]


def rows(cut: str | None = " ") -> list[dict[str, object]]:
    return [
        {
            "id": f"d{number}",
            "place": PLACES[number % 2],
            "date": f"{2018 + number // 4}-03-05",
            "tokens": words if cut is None else cut.join(words),
        }
        for number, words in enumerate(CUTS)
    ]


def write(path: Path, records: list[dict[str, object]]) -> Path:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            out = csv.DictWriter(stream, list(records[0]))
            out.writeheader()
            out.writerows(records)
    elif path.suffix == ".parquet":
        pl.DataFrame(records).write_parquet(path)
    else:
        path.write_text("\n".join(json.dumps(one) for one in records), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "cut"), [("a.csv", " "), ("a.jsonl", " "), ("a.jsonl", None), ("a.parquet", None)]
)
def test_the_cut_is_kept_in_every_format(tmp_path: Path, name: str, cut: str | None) -> None:
    found = read_tokens(write(tmp_path / name, rows(cut)))
    assert {one: found.tokens[one] for one in found.tokens.doc_ids} == {
        f"d{n}": words for n, words in enumerate(CUTS)
    }
    assert found.tokens.doc_ids == tuple(found.corpus.readouts["readout_id"])
    assert found.corpus.readouts["kind"].unique().to_list() == ["document"]
    assert sorted(found.corpus.readouts["place"].unique()) == sorted(PLACES)
    assert found.tokens.unit == "document"
    assert found.tokens.steps[0]["step"] == "given"


@pytest.mark.parametrize(
    ("separator", "tags", "form"),
    [("/", None, "{}/"), (" ", "_", "{}_n "), (" ", "/", "{}/vn\t"), ("|", None, "{}|"), (" ", None, "{}\n")],
)
def test_other_separators_and_tags(tmp_path: Path, separator: str, tags: str | None, form: str) -> None:
    records = [{"id": f"d{n}", "tokens": "".join(map(form.format, words))} for n, words in enumerate(CUTS)]
    found = read_tokens(write(tmp_path / "a.jsonl", records), separator=separator, tags=tags)
    assert found.tokens["d2"] == CUTS[2]


def test_the_same_words_are_the_same_tokens_however_they_are_written(tmp_path: Path) -> None:
    prints = {
        read_tokens(write(tmp_path / name, rows(cut)), separator=cut or " ").tokens.fingerprint
        for name, cut in (("a.csv", " "), ("b.csv", "/"), ("c.parquet", None))
    }
    assert len(prints) == 1


def test_stop_words_are_taken_out_only_if_asked_and_punctuation_always(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"id": "a", "tokens": ["推进", "的", "，", "水利", "4.5%"]}])
    assert read_tokens(path).tokens["a"] == ["推进", "的", "水利", "4.5%"]
    asked = read_tokens(path, tiers=(1,), drop=("number",)).tokens
    assert "的" not in asked["a"]
    assert "4.5%" not in asked["a"]
    assert set(asked.removed["term"]) >= {"的", "，", "4.5%"}


def test_models_shares_and_a_saved_model_work_on_a_given_cut(tmp_path: Path) -> None:
    found = read_tokens(write(tmp_path / "a.parquet", rows(None)), tiers=(1,))
    counts = rn.count_terms(found.tokens, min_df=1, max_df=1.0)
    topics = rn.fit_lda(counts, n_topics=2, passes=5, random_state=0)
    shares = rn.topic_shares(topics, found.corpus, by=("place", "year"))
    assert set(shares["place"]) == set(PLACES)
    assert set(shares["year"]) == {2018, 2019}
    assert topics.doc_topics.shape == (len(CUTS), 2)
    rn.save_model(topics, tmp_path / "model", corpus=found.corpus, tokens=found.tokens)
    assert rn.load_model(tmp_path / "model").doc_ids == topics.doc_ids
    found = rn.infer_topics(topics, counts)
    assert (found.doc_topics == topics.doc_topics).all()
    (tmp_path / "new.jsonl").write_text(json.dumps({"text": "推进水利建设"}), encoding="utf-8")
    shown = CliRunner().invoke(app, ["infer", str(tmp_path / "model"), str(tmp_path / "new.jsonl")])
    assert isinstance(shown.exception, InputError), "our own cut would not be the model's"


def test_texts_one_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(" ".join(WATER), encoding="gb18030")
    found = read_tokens(tmp_path)
    assert list(found.tokens) == [WATER]
    assert found.corpus.readouts["body"].to_list() == ["".join(WATER)]


def test_a_column_by_another_name_and_a_text_beside_the_words(tmp_path: Path) -> None:
    records: list[dict[str, object]] = [
        {"id": "a", "text": "not these", "分词": "推进 水利"},
        {"id": "b", "text": "nor these", "分词": ""},
    ]
    found = read_tokens(write(tmp_path / "a.csv", records), columns={"tokens": "分词"})
    assert list(found.tokens) == [["推进", "水利"]]
    assert found.corpus.quarantine.height == 1


def test_what_is_not_cut_so_is_refused_with_what_to_say(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.jsonl", [{"tokens": "市委常委会召开会议听取全市水利工作情况汇报"}])
    with pytest.raises(InputError, match="separator="):
        read_tokens(whole)
    tagged = write(tmp_path / "b.jsonl", [{"tokens": "推进_v 水利_n"}])
    with pytest.raises(InputError, match="tags='_'"):
        read_tokens(tagged)


def test_a_row_without_words_is_set_aside_and_copies_too(tmp_path: Path) -> None:
    records = [
        {"id": "a", "tokens": ["水"]},
        {"id": "b", "tokens": []},
        {"id": "a", "tokens": ["电"]},
        {"id": "c", "tokens": [1, None]},
    ]
    found = read_tokens(write(tmp_path / "a.jsonl", records))  # type: ignore[arg-type]
    assert list(found.tokens) == [["水"]]
    assert found.corpus.quarantine.height == 3


WORDS = st.lists(st.text("水利教育河长AZ09·", min_size=1, max_size=4), min_size=1, max_size=8)


@given(WORDS)
def test_what_is_joined_by_a_separator_is_cut_again(words: list[str]) -> None:
    assert cut_given("/".join(words), separator="/") == words
    assert cut_given(" ".join(f"{word}_n" for word in words), tags="_") == words
    assert joined(words).replace(" ", "") == "".join(words)
