"""The verdict names every file that is not as sealed, and nothing else."""

import shutil
import subprocess

import pytest

from readout_nlp.errors import CheckError, StoreError
from readout_nlp.saved.verify import Finding, seal, verify_hashes


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_bytes(b"a")
    (tmp_path / "sub" / "b.txt").write_bytes(b"b")
    seal(tmp_path)
    return tmp_path


def test_a_sealed_folder_is_whole(folder):
    verdict = verify_hashes(folder)
    assert verdict.ok
    assert verdict.n_files == 2
    verdict.require()


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs coreutils")
def test_sha256sum_reads_the_seal(folder):
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)


def test_every_fault_is_named_at_once(folder):
    (folder / "a.txt").write_bytes(b"A")
    (folder / "sub" / "b.txt").unlink()
    (folder / "c.txt").write_bytes(b"c")
    (folder / "link").symlink_to("/etc")
    verdict = verify_hashes(folder)
    assert verdict.findings == (
        Finding("a.txt", "changed"),
        Finding("c.txt", "unlisted"),
        Finding("link", "a symbolic link"),
        Finding("sub/b.txt", "missing"),
    )
    with pytest.raises(CheckError) as raised:
        verdict.require()
    assert raised.value.exit_code == 3
    assert "seal_labels" not in str(raised.value)
    assert all(finding.file in str(raised.value) for finding in verdict.findings)


def test_a_link_to_a_file_of_the_same_bytes_is_still_a_finding(folder):
    (folder / "a.txt").rename(folder.parent / "real.txt")
    (folder / "a.txt").symlink_to(folder.parent / "real.txt")
    assert verify_hashes(folder).findings == (Finding("a.txt", "a symbolic link"),)


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        f"{'0' * 64}  ../outside.txt",
        f"{'0' * 64}  /etc/passwd",
        f"{'0' * 64}  sub/../a.txt",
        f"{'0' * 63}  short.txt",
        "",
    ],
)
def test_a_line_that_is_not_a_hash_and_a_name_inside_is_a_finding(folder, line):
    sums = folder / "SHA256SUMS"
    sums.write_text(f"{line}\n{sums.read_text()}", encoding="utf-8")
    assert verify_hashes(folder).findings == (Finding("SHA256SUMS", "line 1 is not a hash and a file name"),)


def test_a_name_listed_twice_is_a_finding(folder):
    sums = folder / "SHA256SUMS"
    sums.write_text(sums.read_text() * 2, encoding="utf-8")
    assert [finding.file for finding in verify_hashes(folder).findings] == ["SHA256SUMS"] * 2


def test_without_a_seal_nothing_is_verified(folder):
    (folder / "SHA256SUMS").unlink()
    assert Finding("SHA256SUMS", "missing") in verify_hashes(folder).findings


def test_no_folder_is_a_wrong_call_not_a_failed_check(tmp_path):
    with pytest.raises(StoreError, match="no folder"):
        verify_hashes(tmp_path / "nowhere")
