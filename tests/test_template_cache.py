"""Compiled templates are kept: read back, made anew after a change or damage, missed where they cannot be."""

import jinja2
import pytest

from readout_nlp.present.template_cache import KeptBytecode


@pytest.fixture
def said(tmp_path):
    """Render the template of a source through a cache in a folder."""

    def render(source, folder=tmp_path / "kept"):
        templates = jinja2.DictLoader({"a": source})
        environment = jinja2.Environment(
            loader=templates, bytecode_cache=KeptBytecode(folder), autoescape=True
        )
        return environment.get_template("a").render(word="<水>")

    return render


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_template_is_compiled_once(said, tmp_path, monkeypatch):
    first = said("{{ word }}")
    assert first == "&lt;水&gt;"
    compiled = []
    monkeypatch.setattr(jinja2.Environment, "_compile", lambda *_: compiled.append(1))
    assert said("{{ word }}") == first
    assert not compiled
    assert len(files(tmp_path / "kept")) == 1


def test_of_another_source_it_is_compiled_anew_in_the_same_file(said, tmp_path):
    said("{{ word }}")
    before = files(tmp_path / "kept")
    assert said("{{ word }}!") == "&lt;水&gt;!"
    after = files(tmp_path / "kept")
    assert before.keys() == after.keys()
    assert before != after


@pytest.mark.parametrize(
    "damage", [lambda data: data[:60], lambda data: data[:0], lambda data: data[:41] + b"?"]
)
def test_what_is_damaged_is_compiled_anew(said, tmp_path, damage):
    said("{{ word }}")
    (path,) = (tmp_path / "kept").iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert said("{{ word }}") == "&lt;水&gt;"
    assert path.read_bytes() == whole


def test_where_nothing_can_be_kept_it_is_compiled_all_the_same(said, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    assert said("{{ word }}", tmp_path / "file" / "kept") == "&lt;水&gt;"
