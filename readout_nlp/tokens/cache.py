"""A token cache on disk: what was cut once is not cut again, and a damaged entry counts as none."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import numpy as np
from safetensors.numpy import load, save

from readout_nlp.durable import write_bytes
from readout_nlp.errors import StoreError
from readout_nlp.tokens.coding import Coded, Texts
from readout_nlp.tokens.lexicon import Lexicon

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 1  # raised with every change of the rule that cuts, or old entries would be believed
_DIGEST_BYTES = 32


def cached(
    texts: Texts,
    *,
    folder: Path | None,
    engine: str,
    lexicon: Lexicon,
    make: Callable[[Texts], Coded],
) -> Coded:
    """Read the coded tokens of texts from a folder, or make them and keep them there.

    Parameters
    ----------
    texts
    folder
        Made where it does not exist; None: keep nothing.
    engine, lexicon
        What the texts are cut with; part of the key, beside the texts and the versions of engine and package.
    make
        Cuts and codes the texts.

    Raises
    ------
    StoreError
        The folder cannot be written to.
    """
    if folder is None:
        return make(texts)
    key = cache_key(texts, engine=engine, lexicon=lexicon)
    entry = folder / f"{key}.tokens"
    kept = _read(entry, key) if entry.is_file() else None
    if kept is not None:
        return kept
    coded = make(texts)
    try:
        write_bytes(entry, _sealed(_packed(coded), key))
    except OSError as fault:
        raise StoreError(
            f"a token cache at {folder} that cannot be written ({fault.strerror})",
            "a folder of your own with free space",
            "choose another folder, or leave the cache out",
        ) from fault
    return coded


def cache_key(texts: Texts, *, engine: str, lexicon: Lexicon) -> str:
    """SHA-256 over all that decides the cut: texts in order, lexicon, engine, versions.

    Examples
    --------
    >>> key = cache_key(["水", "电"], engine="rjieba", lexicon=Lexicon.of([]))
    >>> key == cache_key(["水电", ""], engine="rjieba", lexicon=Lexicon.of([]))
    False
    """
    made_by = [SCHEMA_VERSION, version("readout-nlp"), engine, version(engine), lexicon.fingerprint]
    digest = hashlib.sha256(repr(made_by).encode())
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def _packed(coded: Coded) -> bytes:
    terms = [term.encode("utf-8", "surrogatepass") for term in coded.terms]
    arrays: dict[str, np.ndarray] = {
        "codes": coded.codes,
        "offsets": coded.offsets,
        "terms": np.frombuffer(b"".join(terms), dtype=np.uint8),
        "ends": np.cumsum([len(term) for term in terms], dtype=np.int64),
    }
    return bytes(save(arrays))


def _unpacked(data: bytes) -> Coded:
    arrays = load(data)
    joined = arrays["terms"].tobytes()
    edges = pairwise([0, *arrays["ends"].tolist()])
    terms = [joined[start:end].decode("utf-8", "surrogatepass") for start, end in edges]
    return Coded(terms, arrays["codes"], arrays["offsets"])


def _sealed(data: bytes, key: str) -> bytes:
    return _seal(data, key) + data


def _seal(data: bytes, key: str) -> bytes:
    return hashlib.sha256(key.encode() + data).digest()


def _read(entry: Path, key: str) -> Coded | None:
    try:
        whole = entry.read_bytes()
    except OSError as fault:
        logger.warning("token cache entry %s cannot be read (%s): the texts are cut again", entry, fault)
        return None
    data = whole[_DIGEST_BYTES:]
    if whole[:_DIGEST_BYTES] != _seal(data, key):
        logger.warning("token cache entry %s is damaged: the texts are cut again", entry)
        return None
    return _unpacked(data)
