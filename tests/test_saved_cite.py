"""Citations keep to the rules of their formats whatever the names; nothing is printed that was not given."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_saved_models import make_corpus, make_fit

from readout_nlp.errors import RecipeError
from readout_nlp.saved.cite import KNOWN_LICENSES, SOFTWARE_AUTHORS, citation, cite
from readout_nlp.saved.credits import authors_of, checked_credits
from readout_nlp.saved.models import save_model

ROOT = Path(__file__).resolve().parents[1]
yaml = pytest.importorskip("yaml")

# what https://citation-file-format.github.io/1.2.0/schema allows, for the keys that we write
TEXT = {
    "title",
    "message",
    "abstract",
    "version",
    "name",
    "family-names",
    "given-names",
    "value",
    "description",
}
DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")
LINK = re.compile(r"(https|http|ftp|sftp)://.+")
NEEDED = {
    "cff": {"cff-version", "message", "title", "authors"},
    "reference": {"type", "title", "authors"},
    "identifier": {"type", "value"},
}
ALLOWED = {
    "cff": NEEDED["cff"]
    | {"type", "abstract", "version", "license", "license-url", "doi", "url", "keywords", "identifiers"}
    | {"references", "preferred-citation"},
    "reference": NEEDED["reference"] | {"version", "license", "license-url", "doi", "url", "year"},
    "identifier": NEEDED["identifier"] | {"description"},
}
TYPES = {"cff": {"software", "dataset"}, "reference": {"software", "data"}, "identifier": {"other"}}


def faults_of(record, kind="cff"):
    """Hold a record against the rules; an empty list: it is valid."""
    faults = [f"no {key}" for key in NEEDED[kind] - set(record)]
    faults += [f"unknown {key}" for key in set(record) - ALLOWED[kind]]
    faults += (
        [f"type {record['type']}"] if record.get("type", "software") not in TYPES[kind] | {"software"} else []
    )
    faults += [f"{key} {record[key]!r}" for key in TEXT & set(record) if not _is_text(record[key])]
    faults += ["doi"] if "doi" in record and not DOI.fullmatch(record["doi"]) else []
    faults += [key for key in ("url", "license-url") if key in record and not LINK.fullmatch(record[key])]
    faults += ["license"] if "license" in record and record["license"] not in KNOWN_LICENSES else []
    faults += ["year"] if "year" in record and type(record["year"]) is not int else []
    faults += [f"author {a}" for a in record.get("authors", []) if not _is_author(a)]
    faults += ["no author"] if record.get("authors") == [] else []
    for each in record.get("identifiers", []):
        faults += faults_of(each, "identifier")
    preferred = [record["preferred-citation"]] if "preferred-citation" in record else []
    for each in [*record.get("references", []), *preferred]:
        faults += faults_of(each, "reference")
    return faults


def _is_text(value):
    return isinstance(value, str) and bool(value)


def _is_author(author):
    person, entity = {"family-names", "given-names", "orcid"}, {"name", "orcid"}
    return all(map(_is_text, author.values())) and (set(author) <= person or "name" in set(author) <= entity)


def test_the_rules_would_find_a_fault():
    good = {"cff-version": "1.2.0", "message": "m", "title": "t", "authors": [{"name": "a"}]}
    assert faults_of(good) == []
    for wrong in ({"year": 2026}, {"doi": "x"}, {"authors": []}, {"license": "mine"}, {"title": 3}):
        assert faults_of(good | wrong)
    assert faults_of(good | {"references": [{"type": "data", "title": "t", "authors": [{}], "year": "2026"}]})


def test_the_package_can_be_cited_and_says_what_its_metadata_say():
    record = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert faults_of(record) == []
    assert (record["cff-version"], record["type"], record["title"]) == ("1.2.0", "software", "readout_nlp")
    for key in ("version", "license", "keywords"):
        assert record[key] == project[key]
    assert record["abstract"] == project["description"]
    assert record["authors"] == project["authors"] == [{"name": SOFTWARE_AUTHORS}]


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: any(c.isalnum() for c in text)
)
people = st.one_of(
    names, st.fixed_dictionaries({"name": names}), st.fixed_dictionaries({"family": names, "given": names})
)


def manifest(given_credits, *, corpus=True):
    return {
        "citation": checked_credits(given_credits),
        "model": {"method": "lda", "n_topics": 3, "fingerprint": "ab" * 32},
        "corpus": {"fingerprint": "cd" * 32, "synthetic": True} if corpus else None,
        "package": {"name": "readout-nlp", "version": "0.1.0"},
    }


@settings(max_examples=150)
@given(title=names, authors=st.lists(people, max_size=25), year=st.integers(1000, 9999), corpus=st.booleans())
def test_any_names_give_valid_cff_balanced_bibtex_and_one_line_of_apa(title, authors, year, corpus):
    made = manifest({"title": title, "authors": authors, "year": year}, corpus=corpus)
    record = yaml.safe_load(citation(made, "cff"))
    assert faults_of(record) == []
    assert record["title"] == made["citation"]["title"]
    assert len(record["authors"]) == max(len(authors), 1)
    assert record["preferred-citation"]["year"] == year
    bare = re.sub(r"\\[{}]", "", citation(made, "bibtex"))
    assert bare.count("{") == bare.count("}")
    assert not re.search(r"(?<!\\)[%#&$_]", re.sub(r"@misc\{\w+,", "", bare).replace("10.5072", ""))
    apa = citation(made, "apa")
    assert len(apa.splitlines()) == 1
    assert f"({year})." in apa


@pytest.mark.parametrize(
    ("author", "bibtex", "apa", "cff"),
    [
        ("Doe, Jane Ann", "Doe, Jane Ann", "Doe, J. A.", {"family-names": "Doe", "given-names": "Jane Ann"}),
        ("Doe, Jean-Luc", "Doe, Jean-Luc", "Doe, J.-L.", {"family-names": "Doe", "given-names": "Jean-Luc"}),
        ("甲, 乙丙", "{甲乙丙}", "甲乙丙.", {"family-names": "甲", "given-names": "乙丙"}),
        ("甲\N{FULLWIDTH COMMA}乙", "{甲乙}", "甲乙.", {"family-names": "甲", "given-names": "乙"}),
        ("甲乙丙", "{甲乙丙}", "甲乙丙.", {"name": "甲乙丙"}),
        ("Office of Arts and Letters", "{Office of Arts and Letters}", "Office of Arts and Letters.", None),
        ({"name": "Example, Inc."}, "{Example, Inc.}", "Example, Inc.", {"name": "Example, Inc."}),
        ({"family": "and", "given": "B"}, "{and}, B", "and, B.", {"family-names": "and", "given-names": "B"}),
        ("R&D_Office #1", r"{R\&D\_Office \#1}", "R&D_Office #1.", {"name": "R&D_Office #1"}),
    ],
)
def test_people_and_institutions_are_written_as_each_format_wants(author, bibtex, apa, cff):
    made = manifest({"title": "t", "authors": [author]})
    assert f"author = {{{bibtex}}}," in citation(made, "bibtex")
    assert citation(made, "apa").startswith(f"{apa} (n.d.). t [")
    assert yaml.safe_load(citation(made, "cff"))["authors"] == [cff or {"name": author}]


@pytest.mark.parametrize(("n", "start"), [(2, "A, & B."), (3, "A, B, & C."), (21, "A, B, C, D, E")])
def test_lists_of_authors_end_as_apa_has_it(n, start):
    letters = [chr(ord("A") + i) for i in range(n)]
    apa = citation(manifest({"title": "t", "authors": letters}), "apa")
    assert apa.startswith(start)
    assert ("S, . . . U. (n.d.)" in apa) == (n > 20)


def test_a_work_without_an_author_begins_with_its_title():
    assert citation(manifest({"title": "Agenda"}), "apa").startswith(
        "Agenda [Topic model; readout_nlp 0.1.0]. (n.d.). Corpus"
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"auther": "x"}, "unknown key 'auther'"),
        ({"authors": "one name"}, "not a list"),
        ({"authors": ["", " \n"]}, "author ''.*author ' "),
        ({"authors": [{"name": "a", "family": "b"}]}, "author"),
        ({"authors": [{"family": "b", "orcid": "https://example.org/0000"}]}, "author"),
        ({"year": "in press"}, "year 'in press'"),
        ({"year": True}, "year 'True'"),
        ({"doi": "see below"}, "doi 'see below'"),
        ({"url": "javascript:alert(1)"}, "url 'javascript"),
        ({"url": "https://example.org/}\n@misc{x,"}, "url"),
        ({"title": "\u202e\x1b"}, "title"),
        ({"license": 4}, "license '4'"),
    ],
)
def test_what_could_not_be_printed_is_refused_and_named(wrong, message):
    with pytest.raises(RecipeError, match=message):
        checked_credits(wrong)


def test_an_old_manifest_with_what_is_now_refused_prints_what_it_can():
    made = manifest({"title": "t"})
    made["citation"] = {
        "title": "t",
        "year": "in press",
        "doi": "none",
        "url": "javascript:x",
        "authors": ["A"],
    }
    record = yaml.safe_load(citation(made, "cff"))
    assert faults_of(record) == []
    assert not {"doi", "url", "preferred-citation"} & set(record)
    assert "javascript" not in citation(made, "bibtex") + citation(made, "apa")
    assert "(in press)" in citation(made, "apa")


def test_a_title_cannot_end_the_block_it_is_printed_in_or_steer_a_terminal(tmp_path):
    evil = "../../x\n```\n## Heading\x1b[2J </title><script>\u202e},\n  year = {1"
    folder = save_model(make_fit(), tmp_path / "m", corpus=make_corpus(), citation={"title": evil})
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "\n## Heading" not in card
    assert len(re.findall(r"^```", card, re.M)) == 2
    for style in ("bibtex", "apa", "cff"):
        text = cite(folder, format=style)
        assert not {"\x1b", "\u202e"} & set(text)
        assert "\n## " not in text
    assert not re.search(r"^  year", cite(folder), re.M)


def test_authors_are_read_from_a_manifest_of_either_kind():
    assert [(a.name, a.family) for a in authors_of({"citation": {"authors": ["A, B", {"name": "C"}]}})] == [
        ("", "A"),
        ("C", ""),
    ]
    assert authors_of({"citation": None}) == []
