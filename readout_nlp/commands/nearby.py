"""A path that is not there: what is beside it under nearly the same name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

MOST = 3


def hint(message: str, words: Iterable[str]) -> str:
    """Give ``; did you mean ...?`` for words of a call that a message names and that are no path; or nothing.

    Examples
    --------
    >>> hint("found no file or folder 'nothing like it'", ["parse", "nothing like it"])
    ''
    """
    near = [name for word in words if _is_meant(word, message) for name in beside(Path(word))]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def beside(path: Path) -> list[str]:
    """Give paths that are there, with a name close to that of `path` at the first part that is missing.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "my_pages" / "2019").mkdir(parents=True)
    >>> [Path(one).relative_to(folder).as_posix() for one in beside(folder / "mypages" / "2019")]
    ['my_pages/2019']
    """
    missing = next((part for part in (*reversed(path.parents), path) if not part.exists()), None)
    if missing is None:
        return []
    try:
        names = [one.name for one in missing.parent.iterdir() if not one.name.startswith(".")]
    except OSError:
        return []
    lower = {name.lower(): name for name in names}
    close = get_close_matches(missing.name.lower(), lower, n=MOST)
    found = [missing.parent / lower[name] / path.relative_to(missing) for name in close]
    return [str(one) for one in found if one.exists()]


def _is_meant(word: str, message: str) -> bool:
    if not word or word.startswith("-") or word not in message:
        return False
    try:
        return not Path(word).exists()
    except OSError:
        return False
