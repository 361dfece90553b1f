"""Was a model made under what runs here? Only then can a repetition be asked to give the same bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readout_nlp.saved.processor import processor
from readout_nlp.versions import library_versions, python_version

SAME, ANOTHER, UNKNOWN = "the same", "another", "not in the manifest"


def held_against(said: object, found: object) -> str:
    """Compare what a manifest says with what is found now.

    Examples
    --------
    >>> held_against("a1", "a1"), held_against("a1", "b2"), held_against(None, "b2")
    ('the same', 'another', 'not in the manifest')
    """
    if said is None:
        return UNKNOWN
    return SAME if said == found else ANOTHER


def same_bits_expected(manifest: Mapping[str, Any]) -> bool:
    """Tell whether a model was made with the versions of libraries and the kind of processor at hand.

    Examples
    --------
    >>> from readout_nlp.saved.provenance import provenance
    >>> same_bits_expected(provenance()), same_bits_expected({})
    (True, False)
    """
    return manifest.get("libraries") == library_versions() and manifest.get("processor") == processor()


def conditions(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Say for Python, libraries and processor whether they are those that made the model.

    Returns
    -------
    dict
        ``python``, ``libraries`` and ``processor``: ``the same``, ``not in the manifest``, or what differs.

    Examples
    --------
    >>> from readout_nlp.saved.provenance import provenance
    >>> conditions(provenance() | {"python": "3.2"})["libraries"]
    'the same'
    """
    python = python_version()
    return {
        "python": _difference({"python": manifest.get("python")}, {"python": python}),
        "libraries": _difference(manifest.get("libraries") or {}, library_versions()),
        "processor": _difference(manifest.get("processor") or {}, processor()),
    }


def _difference(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if not any(then.values()):
        return UNKNOWN
    changed = [
        f"{key} {then.get(key) or 'not stated'} then, {now[key]} now"
        for key in now
        if then.get(key) != now[key]
    ]
    return "; ".join(changed) or SAME
