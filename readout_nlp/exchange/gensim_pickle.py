"""A finished gensim LDA, whose files are pickles: read on request, with known hashes, and as data alone."""

from __future__ import annotations

import io
import pickle  # the one place: see `_Data`
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.durable import sha256_bytes
from readout_nlp.errors import CheckError, InputError, RecipeError
from readout_nlp.saved.models import save_model
from readout_nlp.saved.verify import read_sums
from readout_nlp.topics.check import check_topic_fit
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.naming import topic_names
from readout_nlp.topics.quality import top_terms

MOST_BYTES = 4 * 2**30  # of one file
SHA256 = re.compile(r"[0-9a-f]{64}")
LDA = {"gensim.models.ldamodel.LdaModel", "gensim.models.ldamulticore.LdaMulticore"}
APART = "__numpys"  # gensim's list of the arrays that lie in files of their own
TOLD = ("passes", "iterations", "decay", "offset")
# what a model's pickles may call, beside classes that become records
HARMLESS: Mapping[str, tuple[str, ...]] = {
    "numpy": ("ndarray", "dtype"),
    "numpy._core.multiarray": ("_reconstruct", "scalar"),
    "numpy._core.numeric": ("_frombuffer",),
    "collections": ("defaultdict", "OrderedDict"),
    "builtins": ("set", "frozenset", "int", "float", "object"),
}
IMITATED: Mapping[tuple[str, str], Callable[..., Any]] = {  # of old pickles: what these do for them, no more
    ("copyreg", "_reconstructor"): lambda kind, *_: kind(),
    ("_codecs", "encode"): lambda text, *_: text.encode("latin1"),
}
NOW = {  # names of older versions
    "numpy.core.multiarray": "numpy._core.multiarray",
    "numpy.core.numeric": "numpy._core.numeric",
    "__builtin__": "builtins",
    "copy_reg": "copyreg",
}
BROKEN = (  # what reading a damaged file may raise
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    ImportError,
    IndexError,
    KeyError,
    MemoryError,
    OverflowError,
    TypeError,
    UnicodeDecodeError,
    ValueError,
)
RECORDS = re.compile(r"gensim\.[\w.]+|numpy\.random\.[\w.]+|numpy\.(float|int|uint)\d+")


def read_gensim_pickle(
    path: str | Path, *, trust_pickle: bool, sha256: Mapping[str, str] | str | Path
) -> TopicFit:
    """Read an LDA that gensim's ``save`` wrote.

    A pickle is a program. Three locks stand before it: `trust_pickle` must be said, the SHA-256 of every file
    must be known beforehand and agree with the bytes that are then read, and the reader calls nothing but
    what makes arrays, lists and mappings: gensim's own classes become plain records, and a file that asks for
    any other function is refused.

    Parameters
    ----------
    path
        The file that was passed to ``model.save``; gensim puts ``.state``, ``.id2word`` and large arrays
        (``.npy``) beside it.
    trust_pickle
        True: the reader knows who made the files, and that these are they.
    sha256
        Hashes by file name, or the path of a list as `sha256sum` writes it.

    Returns
    -------
    TopicFit
        Of method ``lda``; topics ``t01`` ... in gensim's order, its topic 0 first. ``topic_terms`` are
        ``get_topics()``, computed in float64. gensim keeps no documents: ``doc_topics`` has no rows. No
        document will count as novel for its surprise. ``params["converted_from"]`` holds class and hashes.

    Raises
    ------
    RecipeError
        `trust_pickle` is not true, or a hash is not given; nothing was opened.
    CheckError
        A file is not the one that the hash is of; nothing was unpickled.
    InputError
        The files ask for what no LDA needs, or hold no LDA with its words.

    Examples
    --------
    >>> read_gensim_pickle("lda.model", trust_pickle=False, sha256={})
    Traceback (most recent call last):
    readout_nlp.errors.RecipeError: found a gensim model, whose files are programs; expected \
trust_pickle=True (--trust-pickle), and the SHA-256 of each file; do so only if you know who made them
    """
    if trust_pickle is not True:
        raise RecipeError(
            "a gensim model, whose files are programs",
            "trust_pickle=True (--trust-pickle), and the SHA-256 of each file",
            "do so only if you know who made them",
        )
    path = Path(path)
    hashes = {name: known for name, known in _hashes(sha256).items() if _of_model(name, path.name)}
    _check_listed([path.name, f"{path.name}.state"], hashes)
    files = {name: _read(path.parent / name, known) for name, known in sorted(hashes.items())}
    model, state = (_record(files, name) for name in (path.name, f"{path.name}.state"))
    if model.kind not in LDA:
        raise InputError(
            f"a {model.kind} in {path}", "an LdaModel of gensim", "export its matrices and import them"
        )
    return _as_fit(model, state, words=_words(model, files, path.name), hashes=hashes)


def convert_gensim(
    path: str | Path, out: str | Path, *, trust_pickle: bool, sha256: Mapping[str, str] | str | Path
) -> Path:
    """Turn an LDA that gensim's ``save`` wrote into a saved model, which is no program.

    Parameters
    ----------
    path, trust_pickle, sha256
        As in `read_gensim_pickle`, and with its errors.
    out
        A new folder.

    Returns
    -------
    Path
        The folder. Its card says that the model has no documents, and no corpus to check it against.

    Examples
    --------
    >>> import tempfile
    >>> convert_gensim("lda.model", tempfile.mkdtemp(), trust_pickle=True, sha256={})
    Traceback (most recent call last):
    readout_nlp.errors.RecipeError: found no SHA-256 of lda.model, lda.model.state; expected one for every \
file of the model, published by whoever made it; add them to the list of hashes
    """
    fit = read_gensim_pickle(path, trust_pickle=trust_pickle, sha256=sha256)
    words = [" ".join(terms) for terms in top_terms(fit)]
    return save_model(fit, out, tables={"topics": pd.DataFrame({"topic": fit.topic_ids, "top_terms": words})})


class _Record:
    """What a pickle says of an object of gensim's: its class by name, and its attributes. No code of it."""

    kind = ""

    def __init__(self, *given: object, **named: object) -> None:
        del given, named
        self.held: dict[str, Any] = {}

    def __setstate__(self, state: object) -> None:
        self.held = dict(state) if isinstance(state, dict) else {}

    def get(self, name: str) -> Any:
        return self.held.get(name)


class _Data(pickle.Unpickler):
    """Unpickle data: whatever a file asks for by name is looked up in a short list, and refused otherwise."""

    def find_class(self, module: str, name: str) -> Any:
        module = NOW.get(module, module)
        if name in HARMLESS.get(module, ()):
            return super().find_class(module, name)
        if (module, name) in IMITATED:
            return IMITATED[module, name]
        if RECORDS.fullmatch(f"{module}.{name}"):
            return type(name, (_Record,), {"kind": f"{module}.{name}"})
        raise InputError(
            f"a file that asks for {module}.{name}",
            "a model of gensim, which needs only its own classes and arrays",
            "do not open this file with any other program",
        )


def _hashes(sha256: Mapping[str, str] | str | Path) -> dict[str, str]:
    listed, findings = (dict(sha256), []) if isinstance(sha256, Mapping) else read_sums(sha256)
    faults = [f"{found.file}: {found.fault}" for found in findings]
    faults += [
        f"{name}: {known!r} is no SHA-256" for name, known in listed.items() if not SHA256.fullmatch(known)
    ]
    if faults:
        raise RecipeError(
            "; ".join(faults), "a SHA-256 and a file name a line", "write it with sha256sum FILES"
        )
    return listed


def _of_model(name: str, model: str) -> bool:
    return "/" not in name and (name == model or name.startswith(f"{model}."))


def _check_listed(names: Iterable[str], hashes: Mapping[str, object]) -> None:
    missing = [name for name in names if name not in hashes]
    if missing:
        raise RecipeError(
            f"no SHA-256 of {', '.join(missing)}",
            "one for every file of the model, published by whoever made it",
            "add them to the list of hashes",
        )


def _read(path: Path, known: str) -> bytes:
    """Read a file once; what is unpickled later are these bytes, and not what lies there by then."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as fault:
        raise InputError(
            f"{path} that cannot be read ({fault.strerror})", "a file of the model", "check the path"
        ) from fault
    if len(data) > MOST_BYTES:
        raise InputError(f"more than {MOST_BYTES} bytes in {path}", "a smaller model", "export its matrices")
    if sha256_bytes(data) != known:
        raise CheckError(
            f"SHA-256 {sha256_bytes(data)} of {path.name}",
            known,
            "get the file again from where it was published",
        )
    return data


def _record(files: Mapping[str, bytes], name: str) -> _Record:
    """Unpickle a file and put the arrays that lie beside it in their places."""
    record = _unpickled(files[name], name)
    if not isinstance(record, _Record):
        raise InputError(f"a {type(record).__name__} in {name}", "an LdaModel of gensim", "check the path")
    apart = [attribute for attribute in record.get(APART) or [] if attribute != "expElogbeta"]
    _check_listed([f"{name}.{attribute}.npy" for attribute in apart], files)
    for attribute in apart:
        record.held[attribute] = _array(files[f"{name}.{attribute}.npy"], f"{name}.{attribute}.npy")
    return record


def _unpickled(data: bytes, name: str) -> Any:
    try:
        return _Data(io.BytesIO(data), encoding="latin1").load()
    except BROKEN as fault:
        raise _unreadable(name, fault) from fault


def _array(data: bytes, name: str) -> Array:
    try:
        return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
    except BROKEN as fault:
        raise _unreadable(name, fault) from fault


def _unreadable(name: str, fault: Exception) -> InputError:
    return InputError(
        f"{name} that cannot be read ({type(fault).__name__}: {fault})",
        "what gensim's save writes, uncompressed",
        "save the model again with gensim, or export its matrices and import them",
    )


def _words(model: _Record, files: Mapping[str, bytes], name: str) -> tuple[str, ...]:
    """Give the words by column: from the dictionary within the model, or from the file beside it."""
    words = model.get("id2word")
    if words is None:
        _check_listed([f"{name}.id2word"], files)
        words = _unpickled(files[f"{name}.id2word"], f"{name}.id2word")
    if isinstance(words, _Record):
        words = {column: word for word, column in (words.get("token2id") or {}).items()}
    columns = range(len(words)) if isinstance(words, dict) else range(0)
    if not columns or any(not isinstance(words.get(column), str) for column in columns):
        raise InputError(
            f"a model without a word for each column in {name}",
            "an LDA trained with id2word",
            "give the model its dictionary in gensim (model.id2word = dictionary) and save it again",
        )
    return tuple(words[column] for column in columns)


def _as_fit(model: _Record, state: _Record, *, words: tuple[str, ...], hashes: Mapping[str, str]) -> TopicFit:
    sstats, eta = (_numbers(state, key) for key in ("sstats", "eta"))
    alpha = _numbers(model, "alpha")
    n_topics, n_terms = sstats.shape if sstats.ndim == 2 else (0, 0)
    if not n_topics or n_terms != len(words) or alpha.shape != (n_topics,) or eta.shape[-1:] != (n_terms,):
        raise InputError(
            f"sstats of shape {sstats.shape}, eta {eta.shape}, alpha {alpha.shape} and {len(words)} words",
            "(topics, words), (words,), (topics,) and as many words",
            "save the model again with gensim",
        )
    weight = eta + sstats
    told = {name: value for name in TOLD if isinstance(value := model.get(name), int | float)}
    fit = TopicFit(
        topic_terms=weight / weight.sum(axis=1, keepdims=True),
        doc_topics=np.empty((0, n_topics)),
        vocabulary=words,
        doc_ids=(),
        topic_ids=topic_names(n_topics),
        method="lda",
        params={
            "engine": "gensim",
            "n_topics": n_topics,
            **told,
            "converted_from": {"class": model.kind, "sha256": dict(hashes)},
        },
        state={"sstats": sstats, "eta": eta, "alpha": alpha, "novelty_limit": np.array([np.inf])},
    )
    check_topic_fit(fit)
    return fit


def _numbers(record: _Record, name: str) -> Array:
    try:
        return np.ascontiguousarray(record.get(name), dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise InputError(f"no numbers in {name}", "an array", "save the model again with gensim") from fault
