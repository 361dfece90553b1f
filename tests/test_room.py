"""What the disk cannot hold is refused before it begins, and folders are listed as they would be read."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from readout_nlp.errors import StoreError
from readout_nlp.pages.faults import place_of
from readout_nlp.pages.listing import page_files
from readout_nlp.pages.read import read_pages
from readout_nlp.pages.sources import origin_of
from readout_nlp.room import require_room


@pytest.mark.parametrize("free", [0, 1_000_000, 1_999_999])
def test_a_full_disk_is_told_before_the_work(tmp_path, monkeypatch, free):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=free))  # noqa: ARG005
    with pytest.raises(StoreError, match=r"free for .*out; expected about 2 MB; make room"):
        require_room(tmp_path / "new" / "out", 2_000_000)
    assert not (tmp_path / "new").exists()


def test_room_enough_is_no_fault(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=2_000_000))  # noqa: ARG005
    require_room(tmp_path / "new", 2_000_000)


def test_files_are_listed_as_they_are_read(tmp_path):
    for name in ("b/x.txt", "b/a.html", "a.csv", "c.jsonl.gz", "z.js", "truth.jsonl", ".git/a.txt", "d.rar"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes("text\n会议研究了防汛。\n".encode())
    (tmp_path / "b" / "again").symlink_to(tmp_path)
    listed = [origin_of(path) for path, _ in page_files([tmp_path])]
    read = {place_of(page.origin)[0] for page in read_pages([tmp_path])}
    refused = {origin_of(tmp_path / "d.rar"), origin_of(tmp_path / "b" / "again")}
    assert set(listed) == read - refused
    assert all(size == path.stat().st_size for path, size in page_files([tmp_path]))
