"""Labels can be edited by a person, in a spreadsheet or from Python, and nothing else can."""

import pytest
from test_saved_models import make_fit, tables

from readout_nlp.errors import CheckError, InputError, RecipeError, StoreError
from readout_nlp.saved import sealing
from readout_nlp.saved.labels import edit_label, read_labels, seal_labels, write_labels
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.verify import verify_hashes


@pytest.fixture
def folder(tmp_path):
    return save_model(make_fit(), tmp_path / "m", tables=tables())


def test_a_model_starts_with_automatic_labels_that_say_so(folder):
    labels = read_labels(folder)
    assert list(labels["topic"]) == ["t01", "t02", "t03"]
    assert list(labels["label"]) == ["甲", "乙", "丙"]
    assert set(labels["coder"]) == {"automatic"}


def test_a_model_without_a_table_of_topics_starts_with_empty_labels(tmp_path):
    labels = read_labels(save_model(make_fit(), tmp_path / "bare"))
    assert (labels.drop(columns="topic") == "").all(axis=None)


def test_an_edit_reseals_and_changes_only_what_shows_the_labels(folder):
    shown = {"labels.csv", "README.md", "ro-crate-metadata.json", "SHA256SUMS"}
    others = {p.name: p.read_bytes() for p in folder.iterdir() if p.name not in shown}
    edit_label(folder, "t02", label="生态环境", definition="=危险", coder="李", date="2026-05-31")
    assert verify_hashes(folder).ok
    assert load_model(folder).n_topics == 3
    row = read_labels(folder).set_index("topic").loc["t02"]
    assert row.to_dict() == {
        "label": "生态环境",
        "definition": "=危险",
        "examples": "",
        "coder": "李",
        "date": "2026-05-31",
    }
    assert all((folder / name).read_bytes() == data for name, data in others.items())
    assert "'=危险" in (folder / "labels.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_saved_by_a_spreadsheet_is_refused_until_sealed(folder, encoding):
    text = (
        "topic,label,definition,examples,coder,date\r\n"
        't03,防汛,,,A,2026/5/31\r\nt01,教育,"一,二",,A,\r\nt02,住房,,,A,\r\n'
    )
    (folder / "labels.csv").write_bytes(text.encode(encoding))
    with pytest.raises(CheckError, match=r"labels\.csv is changed.*seal_labels"):
        load_model(folder)
    labels = seal_labels(folder)
    assert load_model(folder).n_topics == 3
    assert list(labels["label"]) == ["教育", "住房", "防汛"]
    assert list(labels["date"]) == ["", "", "2026-05-31"]
    assert read_labels(folder).equals(labels)


def test_sealing_labels_never_hides_another_change(folder):
    (folder / "README.md").write_text("better than it is", encoding="utf-8")
    for seal_again in (seal_labels, lambda f: write_labels(f, read_labels(f))):
        with pytest.raises(CheckError, match=r"README\.md is changed"):
            seal_again(folder)
    assert not verify_hashes(folder).ok


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["topic,label"], "columns topic, label"),
        ([], "columns none"),
        (["HEADER", "t01,a,,,,"], "no row for t02; no row for t03"),
        (["HEADER", "t01,,,,,", "t02,,,,,", "t03,,,,,", "t04,,,,,"], "unknown topic 't04'"),
        (["HEADER", "t01,,,,,", "t02,,,,,", "t03,,,,,", "t03,,,,,"], "t03 twice"),
        (
            ["HEADER", "t01,,,,,20260531", "t02,,,,,yesterday", "t03,,,,,2026-02-30"],
            "'20260531'.*'yesterday'.*02-30",
        ),
        (["HEADER", "t01,a", "t02,,,,,", "t03,,,,,,"], "row 2, 4"),
    ],
)
def test_a_wrong_table_of_labels_is_refused_with_every_fault(folder, lines, message):
    text = "\n".join(lines).replace("HEADER", "topic,label,definition,examples,coder,date")
    (folder / "labels.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        seal_labels(folder)


def test_an_unknown_topic_or_column_is_refused(folder):
    before = (folder / "labels.csv").read_bytes()
    with pytest.raises(RecipeError, match="topic 't9'"):
        edit_label(folder, "t9", label="x")
    with pytest.raises(RecipeError, match="colour"):
        edit_label(folder, "t01", colour="red")
    assert (folder / "labels.csv").read_bytes() == before


def test_a_model_behind_a_link_is_edited_where_it_lies_and_the_link_stays(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    edit_label(link, "t01", label="生态", coder="A")
    assert link.is_symlink()
    assert read_labels(folder).equals(read_labels(link))
    assert read_labels(folder)["label"][0] == "生态"


def test_a_file_that_is_a_link_is_never_sealed_in(folder, tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_bytes((folder / "vocabulary.json").read_bytes())
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.json").symlink_to(outside)
    with pytest.raises(CheckError, match=r"vocabulary\.json is a symbolic link"):
        edit_label(folder, "t01", label="x")


def test_labels_that_are_a_link_elsewhere_are_refused_and_what_it_points_at_is_left_alone(folder, tmp_path):
    outside = tmp_path / "outside.csv"
    (folder / "labels.csv").rename(outside)
    (folder / "labels.csv").symlink_to(outside)
    before = outside.read_bytes()
    with pytest.raises(StoreError, match=r"labels\.csv that is a link"):
        edit_label(folder, "t01", label="x")
    assert outside.read_bytes() == before


def test_an_edit_is_not_written_over_one_that_another_process_made_meanwhile(folder, monkeypatch):
    real = sealing.render_card

    def slow(manifest, labels):
        monkeypatch.setattr(sealing, "render_card", real)
        edit_label(folder, "t02", label="first", coder="A")
        return real(manifest, labels)

    monkeypatch.setattr(sealing, "render_card", slow)
    with pytest.raises(StoreError, match="another process"):
        edit_label(folder, "t01", label="second", coder="B")
    assert list(read_labels(folder)["label"]) == ["甲", "first", "丙"]
    assert verify_hashes(folder).ok
    edit_label(folder, "t01", label="second", coder="B")
    assert list(read_labels(folder)["label"]) == ["second", "first", "丙"]
