"""The crate is a graph that holds together and tells the truth about the files; no name writes into it."""

import json

import pytest
from test_saved_models import contents, make_corpus, make_fit, tables

from readout_nlp import durable
from readout_nlp.saved.labels import edit_label
from readout_nlp.saved.models import save_model
from readout_nlp.saved.verify import verify_hashes

GIVEN = {
    "title": "Agenda of invented cities",
    "authors": [
        "甲, 乙",
        "Office of Examples",
        {"family": "Doe", "orcid": "https://orcid.org/0000-0002-1825-0097"},
    ],
    "year": 2026,
    "doi": "10.5072/example",
    "url": "https://example.org/model",
    "license": "CC-BY-4.0",
}
EVIL = '../../x"</script><script>alert(1)</script>\n\u2028\x1b[31m\u202e{}'


def save(tmp_path, **arguments):
    arguments = {"corpus": make_corpus(), "tables": tables(), "citation": GIVEN} | arguments
    return save_model(make_fit(), tmp_path / "m", **arguments)


def graph_of(folder):
    crate = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert crate["@context"] == "https://w3id.org/ro/crate/1.2/context"
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(entities) == len(crate["@graph"])  # the specification: no id twice
    return entities


def references(value):
    if isinstance(value, list):
        return [found for each in value for found in references(each)]
    if isinstance(value, dict):
        return [value["@id"]] if set(value) == {"@id"} else references(list(value.values()))
    return []


def test_the_descriptor_names_the_root_and_the_specification(tmp_path):
    entities = graph_of(save(tmp_path))
    descriptor = entities["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    root = entities[descriptor["about"]["@id"]]
    assert (root["@id"], root["@type"]) == ("./", "Dataset")
    assert all(root[key] for key in ("name", "description", "datePublished", "license"))


@pytest.mark.parametrize("arguments", [{}, {"corpus": None}, {"citation": None}, {"tables": None}])
def test_every_entity_that_is_referred_to_is_described_and_every_described_one_referred_to(
    tmp_path, arguments
):
    entities = graph_of(save(tmp_path, **arguments))
    named = references(list(entities.values()))
    outside = {"https://w3id.org/ro/crate/1.2"}
    assert set(named) - outside <= set(entities)
    assert set(entities) - set(named) == {"ro-crate-metadata.json"}
    assert all("@type" in entity for entity in entities.values())


def test_files_have_their_size_and_hash_and_no_hash_holds_itself(tmp_path):
    folder = save(tmp_path)
    entities = graph_of(folder)
    files = {name: entity for name, entity in entities.items() if entity["@type"] == "File"}
    assert set(files) | {"ro-crate-metadata.json"} == set(contents(folder))
    assert references(entities["./"]["hasPart"]) == list(files)
    for name, entity in files.items():
        data = contents(folder)[name]
        assert entity["contentSize"] == str(len(data))
        assert entity.get("sha256") == (None if name == "SHA256SUMS" else durable.sha256_bytes(data))
        assert "/" in entity["encodingFormat"]
    assert "ro-crate-metadata.json" in (folder / "SHA256SUMS").read_text(encoding="utf-8")


def test_the_crate_says_what_made_the_model_of_what(tmp_path):
    folder = save(tmp_path)
    entities = graph_of(folder)
    (action,) = (e for e in entities.values() if e["@type"] == "CreateAction")
    software = entities[action["instrument"]["@id"]]
    assert (software["@type"], software["name"], software["version"]) == (
        "SoftwareApplication",
        "readout-nlp",
        "0.1.0",
    )
    assert any(name.startswith("numpy ") for name in software["softwareRequirements"])
    assert set(references(action["result"])) == {"model.safetensors", "vocabulary.json", "doc_topics.parquet"}
    corpus = entities[action["object"]["@id"]]
    assert make_corpus().fingerprint in corpus["identifier"]
    assert entities["./"]["isBasedOn"] == action["object"]
    assert "绝不写出的正文" not in (folder / "ro-crate-metadata.json").read_text(encoding="utf-8")


def test_a_synthetic_corpus_is_called_so_where_a_catalogue_shows_it_and_a_real_one_is_not(tmp_path):
    assert graph_of(save(tmp_path / "a"))["./"]["description"].startswith("Synthetic")
    real = save(tmp_path / "b", corpus=make_corpus(code="110000"))
    assert "ynthetic" not in (real / "ro-crate-metadata.json").read_text(encoding="utf-8")


def test_what_was_given_for_citation_is_there_and_authors_are_of_the_kind_that_was_given(tmp_path):
    entities = graph_of(save(tmp_path))
    root = entities["./"]
    people = [entities[name] for name in references(root["author"])]
    assert [p["name"] for p in people] == ["甲, 乙", "Office of Examples", "Doe"]
    assert people[0]["@type"] == "Person"
    assert people[2]["@id"] == "https://orcid.org/0000-0002-1825-0097"
    assert entities[root["license"]["@id"]]["name"] == "CC-BY-4.0"
    assert "https://doi.org/10.5072/example" in references(root["identifier"])
    assert (root["url"], root["datePublished"]) == (GIVEN["url"], "2026")


def test_nothing_unknown_is_invented(tmp_path):
    root = graph_of(save(tmp_path, citation=None))["./"]
    assert not {"datePublished", "author", "url"} & set(root)
    assert root["license"].startswith("No licence was given")


def test_no_name_from_outside_becomes_an_id_a_path_or_a_control_character(tmp_path):
    hostile = tables()
    hostile["coverage"]["place"] = EVIL
    hostile["topics"]["label"] = EVIL
    folder = save(tmp_path, tables=hostile, citation={"title": EVIL, "authors": [EVIL], "license": EVIL})
    text = (folder / "ro-crate-metadata.json").read_text(encoding="utf-8")
    assert not {"\x1b", "\u2028", "\u202e"} & set(text)
    assert "\\u001b" not in text
    entities = graph_of(folder)
    files = {name for name, entity in entities.items() if entity["@type"] == "File"}
    assert not any(".." in name for name in entities)
    assert files | {"ro-crate-metadata.json"} == set(contents(folder))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m"]


def test_an_edit_of_a_label_is_followed(tmp_path):
    folder = save(tmp_path)
    edit_label(folder, "t01", label="生态环境", coder="A")
    labels = graph_of(folder)["labels.csv"]
    assert labels["sha256"] == durable.sha256_file(folder / "labels.csv")
    assert verify_hashes(folder).ok
