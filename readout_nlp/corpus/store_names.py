"""What a corpus may be called where several are named: data, never a part of a path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from readout_nlp.corpus.manifest import is_store
from readout_nlp.errors import RecipeError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
# what no file may be called on Windows, whatever its ending
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")


def named_stores(arguments: Sequence[str]) -> dict[str, Path]:
    """Read ``PATH`` or ``NAME=PATH``; a store without a name is called as its folder.

    Raises
    ------
    RecipeError
        A name that cannot be one, or that stands twice.

    Examples
    --------
    >>> sorted(named_stores(["south=a/corpus", "north"]))
    ['north', 'south']
    """
    found: dict[str, Path] = {}
    for argument in arguments:
        before, mark, after = argument.partition("=")
        given = mark and not is_store(argument)
        name, path = (before, Path(after)) if given else (Path(argument).resolve().name, Path(argument))
        check_name(name)
        if name in found:
            raise RecipeError(f"two stores called {name}", "a name for each", f"write NAME={path}")
        found[name] = path
    return found


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a corpus on every system.

    Raises
    ------
    RecipeError

    Examples
    --------
    >>> check_name("south-2012")
    >>> check_name("../../x")
    Traceback (most recent call last):
    readout_nlp.errors.RecipeError: found the corpus name '../../x'; expected a-z, 0-9, . _ and -, at most \
64, no .. and no name that Windows keeps for itself; choose another name (NAME=PATH)
    """
    if not _NAME.fullmatch(name) or ".." in name or _RESERVED.fullmatch(name):
        raise RecipeError(
            f"the corpus name {name[:80]!r}",
            "a-z, 0-9, . _ and -, at most 64, no .. and no name that Windows keeps for itself",
            "choose another name (NAME=PATH)",
        )
