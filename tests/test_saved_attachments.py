"""Notes and files that travel with a model: on the card, under the seal, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from readout_nlp.errors import RecipeError
from readout_nlp.saved.labels import edit_label
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.saved.verify import verify_hashes
from readout_nlp.topics.fit import TopicFit

FIT = TopicFit(
    topic_terms=np.eye(2),
    doc_topics=np.eye(2),
    vocabulary=("教育", "防汛"),
    doc_ids=("a-1", "a-2"),
    topic_ids=("t01", "t02"),
    method="nmf",
    params={},
)


@pytest.fixture
def folder(tmp_path):
    files = {"pages.csv": b"page\n", "figures/shares.png": b"\x89PNG"}
    return save_model(FIT, tmp_path / "model", notes=["Few pages <b>before</b> 2013."], attachments=files)


def test_attached_files_are_sealed_and_named(folder):
    assert verify_hashes(folder).ok
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "`figures/shares.png`" in card
    assert "figures/shares.png" in (folder / "ro-crate-metadata.json").read_text(encoding="utf-8")
    (folder / "pages.csv").write_bytes(b"pagE\n")
    assert [(f.file, f.fault) for f in verify_hashes(folder).findings] == [("pages.csv", "changed")]


def test_notes_are_limits_on_the_card_without_markup(folder):
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "- Few pages \\<b\\>before\\</b\\> 2013." in card.partition("## Limits")[2]


def test_both_stay_when_labels_are_edited(folder):
    edit_label(folder, "t02", label="防汛抗旱", coder="A", date="2026-05-31")
    assert verify_hashes(folder).ok
    assert "Few pages" in (folder / "README.md").read_text(encoding="utf-8")
    assert (folder / "figures" / "shares.png").read_bytes() == b"\x89PNG"
    assert load_model(folder).topic_ids == ("t01", "t02")


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "/x.csv", "a/b/c.csv", "Pages.csv", "model.safetensors", "SHA256SUMS", "a\nb.csv", ".x.csv"],
)
def test_a_name_that_leads_elsewhere_or_takes_anothers_place_is_refused(tmp_path, name):
    with pytest.raises(RecipeError, match="attachments named"):
        save_model(FIT, tmp_path / "model", attachments={name: b""})
    assert not (tmp_path / "model").exists()
