"""Archives: what is packed comes back, and what would land elsewhere or swell without end is refused."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readout_nlp.errors import InputError, StoreError
from readout_nlp.replication import archive as archiving
from readout_nlp.replication.archive import unpack, zip_bytes, zip_folder

names = st.lists(
    st.text(alphabet="ab城会议-_. ", min_size=1, max_size=6).filter(lambda name: name.strip(". ") == name),
    min_size=1,
    max_size=3,
).map("/".join)
trees = st.dictionaries(names, st.binary(max_size=50), min_size=1, max_size=5).filter(
    lambda tree: not any(f"{other}/" == name[: len(other) + 1] for name in tree for other in tree)
)


def content(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@settings(max_examples=40)
@given(tree=trees)
def test_what_is_packed_comes_back(tree, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tree")
    (folder / "a.zip").write_bytes(zip_bytes({f"top/{name}": data for name, data in tree.items()}))
    (folder / "b.zip").write_bytes(zip_bytes({f"top/{n}": tree[n] for n in sorted(tree, reverse=True)}))
    assert (folder / "a.zip").read_bytes() == (folder / "b.zip").read_bytes()
    assert content(unpack(folder / "a.zip", folder / "out")) == tree


def test_a_folder_is_packed_under_its_name_without_times(tmp_path):
    folder = tmp_path / "pack"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "x.txt").write_text("1", encoding="utf-8")
    with zipfile.ZipFile(zip_folder(folder, tmp_path / "p.zip")) as packed:
        (info,) = packed.infolist()
    assert (info.filename, info.date_time) == ("pack/sub/x.txt", (1980, 1, 1, 0, 0, 0))
    with pytest.raises(StoreError, match="a file at"):
        zip_folder(folder, tmp_path / "p.zip")


def made(tmp_path, *members):
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for info, data in members:
            packed.writestr(info, data)
    return path


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/etc/x", "..\\x", "C:\\x", "c:x", "a\nb", "a/\x1b[31m"],
)
def test_a_name_that_leads_elsewhere_is_refused(name, tmp_path):
    with pytest.raises(InputError, match=r"leads elsewhere|control character"):
        unpack(made(tmp_path, ("ok.txt", "1"), (name, "2")), tmp_path / "out")
    assert {path.name for path in tmp_path.iterdir()} == {"bad.zip"}


def test_links_and_devices_are_refused(tmp_path):
    for mode in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR):
        info = zipfile.ZipInfo("link")
        info.create_system = 3
        info.external_attr = (mode | 0o777) << 16
        with pytest.raises(InputError, match="a link or a device"):
            unpack(made(tmp_path, (info, "/etc/passwd")), tmp_path / "out")


def test_a_name_twice_is_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = made(tmp_path, ("a.txt", "1"), ("a.txt", "2"))
    with pytest.raises(InputError, match="twice"):
        unpack(path, tmp_path / "out")


def test_a_bomb_is_stopped_whatever_it_says_of_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(archiving, "LEAST_BOUND", 10_000)
    path = tmp_path / "bomb.zip"
    path.write_bytes(zip_bytes({"zeros": bytes(5_000_000)}))
    with pytest.raises(InputError, match="swells"):
        unpack(path, tmp_path / "out")
    assert {each.name for each in tmp_path.iterdir()} == {"bomb.zip"}


def test_too_many_members_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archiving, "MOST_MEMBERS", 3)
    path = tmp_path / "many.zip"
    path.write_bytes(zip_bytes({str(n): b"" for n in range(4)}))
    with pytest.raises(InputError, match="4 members"):
        unpack(path, tmp_path / "out")


def test_what_is_no_archive_or_a_broken_one_is_named(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"not a zip")
    with pytest.raises(InputError, match="cannot be unpacked"):
        unpack(path, tmp_path / "out")
    data = bytearray(zip_bytes({"a.txt": b"1234567890" * 50}))
    data[40] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(InputError, match="cannot be unpacked"):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_encrypted_member_is_refused(tmp_path):
    data = bytearray(zip_bytes({"a.txt": b"1"}))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    path = tmp_path / "a.zip"
    path.write_bytes(io.BytesIO(data).getvalue())
    with pytest.raises(InputError, match="encrypted"):
        unpack(path, tmp_path / "out")
