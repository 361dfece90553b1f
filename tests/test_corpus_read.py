"""Reading: order kept by parse, map and progress are seams, and the sample is a corpus like any other."""

from __future__ import annotations

import pytest

from readout_nlp.corpus.parsing import batches
from readout_nlp.corpus.read import parse_paths, read_corpus, sample_corpus
from readout_nlp.errors import InputError
from readout_nlp.readouts import parse


@pytest.fixture
def pages(tmp_path):
    for number in range(5):
        text = f"2018年{number + 1}月2日,云溪市委常委会召开会议。\n会议听取了第{number}号桥情况的汇报。\n"
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_parse_gives_every_page_once_in_the_order_given(pages):
    paths = [pages / f"{number}.txt" for number in (3, 1, 4, 1)]
    origins = [readout.origin.rsplit("/", 1)[-1] for readout in parse_paths(paths)]
    assert origins == ["3.txt", "1.txt", "4.txt", "1.txt"]


def test_any_map_that_keeps_the_order_gives_the_same_corpus(pages):
    def eager(function, values):
        return [function(value) for value in list(values)]

    one, other = read_corpus(pages), read_corpus(str(pages), map=eager)
    assert one.readouts.equals(other.readouts)
    assert one.items.equals(other.items)


def test_progress_sees_every_page(pages):
    seen = []

    def watch(steps, *, description, total=None):
        for step in steps:
            seen.append(step.origin)
            yield step

    read_corpus(pages, progress=watch)
    assert len(seen) == 5


def test_a_missing_path_is_an_input_error(pages):
    with pytest.raises(InputError):
        read_corpus(pages / "none")


def test_batches_lose_nothing():
    assert [value for batch in batches(range(10), 3) for value in batch] == list(range(10))
    assert list(batches([], 3)) == []


def test_the_sample_is_synthetic_repeatable_and_says_where_it_is_from():
    one, other = (sample_corpus(cities=2, years=2, per_cell=2) for _ in range(2))
    assert one.synthetic
    assert (
        one.fingerprint
        == other.fingerprint
        != sample_corpus(seed=1, cities=2, years=2, per_cell=2).fingerprint
    )
    assert one.readouts["origin"].str.starts_with("sample:pages/").all()
    assert one.items.height > one.readouts.height


def test_a_page_that_the_program_fails_on_is_set_aside_and_the_others_are_read(tmp_path, monkeypatch):
    text = "4月2日,市委常委会召开会议。会议听取了全市春耕备耕工作情况的汇报。"
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(text.replace("春耕备耕", f"{name[0]}号渡口"), encoding="utf-8")
    whole = parse.parse_page

    def fails_on_b(page):
        if page.origin.endswith("b.txt"):
            raise ValueError("a planted fault")
        return whole(page)

    monkeypatch.setattr(parse, "parse_page", fails_on_b)
    corpus = read_corpus(tmp_path)
    assert corpus.readouts.height == 2
    (reason,) = corpus.quarantine["reason"]
    assert "fault of the program: ValueError: a planted fault" in reason
    monkeypatch.setattr(parse, "parse_page", lambda page: (tmp_path / page.sha256).read_text("utf-8"))
    with pytest.raises(FileNotFoundError):  # of the machine, not of the page
        read_corpus(tmp_path)
