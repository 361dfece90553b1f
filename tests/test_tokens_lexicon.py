"""Lexicon files: what is harmless, what is refused, and that all faults are told at once."""

from __future__ import annotations

import pytest

from readout_nlp.errors import InputError
from readout_nlp.reference.stopwords import stop_words
from readout_nlp.reference.terms import fictional_tifa, official_terms, undated_terms
from readout_nlp.tokens.lexicon import Lexicon, fault, project_lexicon, read_lexicon
from readout_nlp.tokens.segment import check_kept_whole, segmenter


def written(tmp_path, data):
    path = tmp_path / "own.txt"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    "data",
    [
        "五级书记\n吴8条\n",
        "\ufeff五级书记\n吴8条\n",
        "五级书记\r\n吴8条\r\n",
        "五级书记 20000 n\n吴8条 n\n",
        "五级书记\t20000\n\n# a note\n吴8条",
        "吴8条\n五级书记\n吴8条\n",
    ],
    ids=["plain", "bom", "crlf", "frequency and tag", "tab, blank line, note", "repeated"],
)
def test_the_same_terms_however_written(tmp_path, data):
    lexicon = read_lexicon(written(tmp_path, data))
    assert lexicon.terms == ("五级书记", "吴8条")
    check_kept_whole(segmenter(lexicon=lexicon), lexicon)


def test_all_faults_are_told_at_once_with_their_lines(tmp_path):
    path = written(tmp_path, "会议，强调\n五级书记\n水\n双招双引 many x y\n")
    with pytest.raises(InputError) as error:
        read_lexicon(path)
    assert all(f"line {number}" in str(error.value) for number in (1, 3, 4))
    assert "line 2" not in str(error.value)


@pytest.mark.parametrize(
    "data", [b"", b"# nothing\n", "五级书记\n".encode("gb18030"), "五级书记".encode("utf-16")]
)
def test_empty_and_foreign_encodings_are_refused(tmp_path, data):
    with pytest.raises(InputError):
        read_lexicon(written(tmp_path, data))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="check the path"):
        read_lexicon(tmp_path / "none.txt")


@pytest.mark.parametrize("term", ["", "水", "会 议", "会，议", "“四风”", "+·", "一\n二"])
def test_faulty_entries(term):
    assert fault(term)
    with pytest.raises(InputError):
        Lexicon.of([term])


def test_fingerprint_depends_on_the_terms_alone():
    one, other = Lexicon.of(["甲乙", "丙丁"]), Lexicon.of(["丙丁", "甲乙", "丙丁"])
    assert one.fingerprint == other.fingerprint != one.extended(["戊己"]).fingerprint


def test_project_lexicon_holds_its_sources_and_no_stop_word():
    terms = set(project_lexicon().terms)
    assert {entry.term for entry in (*official_terms(), *fictional_tifa())} | set(undated_terms()) == terms
    assert not terms & set(stop_words())


def test_dated_terms_are_dated_in_order():
    terms = official_terms()
    assert len({entry.term for entry in terms}) == len(terms)
    assert all(entry.first_quoted and entry.first_verbatim <= entry.first_quoted for entry in terms)
    assert not {entry.term for entry in terms} & {entry.term for entry in fictional_tifa()}
