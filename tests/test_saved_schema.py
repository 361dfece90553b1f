"""A newer schema is refused with what to do, an older one is migrated in memory, step by step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readout_nlp.errors import StoreError
from readout_nlp.schema import readable


def read(manifest, *, version=3, migrations=None, path="x/manifest.json"):
    steps = {n: lambda old, n=n: {**old, "steps": [*old["steps"], n]} for n in range(1, version)}
    return readable(manifest, artefact="a thing", version=version, migrations=migrations or steps, path=path)


def thing(version, **more):
    return {"artefact": "a thing", "schema_version": version, "steps": [], **more}


@given(first=st.integers(1, 8), span=st.integers(0, 8))
def test_every_step_from_the_version_found_to_the_newest_is_taken_once_and_in_order(first, span):
    made = read(thing(first), version=first + span)
    assert made["steps"] == list(range(first, first + span))
    assert made["schema_version"] == first + span


def test_the_manifest_given_is_not_changed_even_by_a_migration_that_writes_into_it():
    def careless(old):
        old["steps"].append("x")
        return old

    given_one = thing(1, part={"n": 1})
    made = readable(given_one, artefact="a thing", version=2, migrations={1: careless}, path="p")
    made["part"]["n"] = 2
    assert given_one == thing(1, part={"n": 1})


@pytest.mark.parametrize("found", [4, 99])
def test_a_newer_version_is_refused_with_both_versions_and_what_to_do(found):
    with pytest.raises(
        StoreError, match=rf"version {found} of a thing in x/manifest.*most version 3.*update"
    ):
        read(thing(found))


@pytest.mark.parametrize("found", [0, -1, None, "1", True, 1.0, [1]])
def test_a_version_that_never_was_is_refused(found):
    with pytest.raises(StoreError, match="among 1, 2, 3"):
        read(thing(found))


@pytest.mark.parametrize("other", [None, [], "a thing", {}, {"schema_version": 3}, {"artefact": "b"}])
def test_another_kind_of_file_is_refused_before_its_version_is_looked_at(other):
    with pytest.raises(StoreError, match="another kind of manifest at x/manifest"):
        read(other)


def test_an_old_manifest_that_lacks_what_its_version_holds_is_refused_and_not_guessed():
    with pytest.raises(StoreError, match=r"version 1 of a thing.*without what it should hold.*steps"):
        read({"artefact": "a thing", "schema_version": 1})
