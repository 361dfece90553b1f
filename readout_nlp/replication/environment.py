"""What a run was computed with: the version of every installed distribution it needs, and the processor."""

from __future__ import annotations

import ast
import platform
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from readout_nlp.errors import InputError
from readout_nlp.replication.software import WHEELS, code_files, code_fingerprint
from readout_nlp.saved.processor import processor
from readout_nlp.versions import PACKAGE

PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\#]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

Versions = dict[str, str]


@cache
def closure(name: str = PACKAGE) -> Versions:
    """Give the version of every installed distribution that `name` needs, directly or through others.

    What our own code imports counts as well: the metadata of a checkout may be older than its code.

    Returns
    -------
    dict
        By normalised name, sorted; `name` itself is not in it. Optional parts (extras) are followed only
        where a requirement asks for them; what is required but not installed is left out.

    Examples
    --------
    >>> {"numpy", "polars"} <= set(closure())
    True
    """
    waiting: list[tuple[str, frozenset[str]]] = [(canonicalize_name(name), frozenset())]
    waiting += [(imported, frozenset()) for imported in sorted(imported_distributions())]
    seen = set(waiting)
    while waiting:
        for needed in _needs(*waiting.pop()):
            key = (str(canonicalize_name(needed.name)), frozenset(needed.extras))
            if key not in seen:
                seen.add(key)
                waiting.append(key)
    versions = {each: _version(each) for each in sorted({each for each, _ in seen})}
    own = canonicalize_name(name)
    return {each: version for each, version in versions.items() if version is not None and each != own}


@cache
def imported_distributions() -> frozenset[str]:
    """Give the installed distributions that our code imports, by normalised name.

    Examples
    --------
    >>> "numba" in imported_distributions()
    True
    """
    modules = {
        name.split(".", 1)[0]
        for path, data in code_files().items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(data))
        for name in _imported(node)
    }
    provided = packages_distributions()
    return frozenset(str(canonicalize_name(name)) for each in modules for name in provided.get(each, ()))


def requirements(versions: Mapping[str, str], *, wheel: str, lock: Path | None = None) -> str:
    """Write a `requirements.txt` that pins every version, and the wheel of this package beside it.

    Parameters
    ----------
    versions
        As `closure` gives them.
    wheel
        The line of the wheel: its path in the package, and its hash where the others have theirs.
    lock
        A requirements file with hashes; its hashes are taken over.

    Raises
    ------
    InputError
        `lock` cannot be read, or pins another version than the one installed: it is not what was run.
    """
    hashes = {} if lock is None else locked_hashes(lock, versions)
    pins = (
        " \\\n    ".join([f"{name}=={version}", *hashes.get(name, ())]) for name, version in versions.items()
    )
    return "\n".join(["# Exact versions of all that the run needed.", *pins, wheel, ""])


def locked_hashes(lock: Path, versions: Mapping[str, str]) -> dict[str, list[str]]:
    """Take from a lock file the hashes of `versions`; see `requirements`."""
    try:
        text = lock.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            f"no readable lock at {lock}", "a requirements file with hashes", "check the path"
        ) from fault
    blocks = {
        (str(canonicalize_name(pin["name"])), pin["version"]): sorted(HASH.findall(block))
        for block in re.split(r"\n(?=[A-Za-z0-9])", text)
        if (pin := PIN.match(block))
    }
    found = {name: blocks.get((name, version), []) for name, version in versions.items()}
    missing = [f"{name}=={versions[name]}" for name, hashes in found.items() if not hashes]
    if missing:
        raise InputError(
            f"no hash of {', '.join(missing)} in {lock.name}",
            "the lock file that the installed versions came from",
            "give that file, or none",
        )
    return found


def environment() -> dict[str, Any]:
    """Tell what this process runs on: Python, system, processor, and the code of this package.

    Nothing in it names a machine or a person.

    Examples
    --------
    >>> sorted(environment())
    ['code', 'processor', 'python', 'system']
    """
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.system(),
        "processor": processor(),
        "code": {"distribution": PACKAGE, "version": _version(PACKAGE), "sha256": code_fingerprint()},
    }


def pinned(text: str) -> Versions:
    """Read the pins of a requirements file, by normalised name.

    Examples
    --------
    >>> pinned("numpy==2.4.6 --hash=sha256:ab" + chr(10) + "./software/x.whl" + chr(10) + "Jinja2==3.1.6")
    {'numpy': '2.4.6', 'jinja2': '3.1.6'}
    """
    pins = (PIN.match(line) for line in text.splitlines() if not line.startswith(f"./{WHEELS}"))
    return {canonicalize_name(pin["name"]): pin["version"] for pin in pins if pin}


def differences(then: Mapping[str, Any], pins: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Name what is other here than it was: (what, then, now).

    Parameters
    ----------
    then
        As `environment` gave it.
    pins
        The versions then, by name.
    """
    now = environment()
    found = [
        (what, _said(then.get(what)), _said(now[what]))
        for what in ("python", "system", "processor")
        if then.get(what) != now[what]
    ]
    code = then.get("code") or {}
    if code.get("sha256") != now["code"]["sha256"]:
        found.append((f"code of {PACKAGE}", _code(code), _code(now["code"])))
    versions = ((name, version, _version(name) or "not installed") for name, version in pins.items())
    return found + [(name, old, new) for name, old, new in versions if old != new]


def _code(code: Mapping[str, Any]) -> str:
    return f"{code.get('version')} (SHA-256 {str(code.get('sha256'))[:12]})"


def _said(value: Any) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    parts = (f"{k} {' '.join(map(str, v)) if isinstance(v, list) else v}" for k, v in sorted(value.items()))
    return ", ".join(parts)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def _needs(name: str, extras: Iterable[str]) -> list[Requirement]:
    try:
        lines = distribution(name).requires or []
    except PackageNotFoundError:
        return []
    asked = [{"extra": ""}, *({"extra": extra} for extra in extras)]
    needs = (need for line in lines if (need := _requirement(line)) is not None)
    return [need for need in needs if need.marker is None or any(map(need.marker.evaluate, asked))]


def _requirement(line: str) -> Requirement | None:
    try:
        return Requirement(line)
    except InvalidRequirement:  # an old distribution with metadata of its own kind
        return None


def _version(name: str) -> str | None:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        return None
