"""The matrices of another program's topic model -> a saved model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from readout_nlp.corpus.read import read_corpus
from readout_nlp.exchange.imported import import_topics
from readout_nlp.saved.models import save_model


def import_model(
    paths: Sequence[Path],
    out: Path,
    *,
    source: str,
    log_beta: bool = False,
    program: str | None = None,
    corpus: Path | None = None,
) -> tuple[Path, tuple[str, ...]]:
    """Read a finished model as `import_topics` does and save it.

    Parameters
    ----------
    paths, source, log_beta, program
        As in `import_topics`.
    out
        A new folder for the model.
    corpus
        A corpus store (or pages) that the model is about.

    Returns
    -------
    folder : Path
    unmatched : tuple of str
        Documents of the model that the corpus does not hold; they are not in the saved one.

    Raises
    ------
    InputError, RecipeError, StoreError
        As `import_topics`, `read_corpus` and `save_model` raise them.
    """
    about = None if corpus is None else read_corpus(corpus)
    found = import_topics(list(paths), source=source, log_beta=log_beta, program=program, corpus=about)
    return save_model(found.topics, out, corpus=about), found.unmatched
