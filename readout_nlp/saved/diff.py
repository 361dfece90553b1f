"""Two saved models beside each other: which topic is which, and what changed in what made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from readout_nlp.saved.changes import Changes, Overlap, changes, overlap
from readout_nlp.saved.cite import title
from readout_nlp.saved.diff_text import diff_lines
from readout_nlp.saved.labels import read_labels
from readout_nlp.saved.manifest import read_manifest
from readout_nlp.saved.models import load_model
from readout_nlp.saved.tables import plain
from readout_nlp.topics.align import MIN_COSINE, MIN_JACCARD
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.quality import topic_sizes
from readout_nlp.topics.stability import UNMATCHED, TopicMatch, match_topics

MADE_OF = ("recipe", "seed", "lexicon", "tokens", "package", "python", "libraries", "processor")
EVIDENCE = "consensus"  # of a consensus, a record of the fits behind it: no setting
TOPIC_COLUMNS = (
    *("topic", "other", "cosine", "jaccard", "alike", "share", "other_share", "label", "other_label"),
    *("same_id_cosine", "id_agrees"),
)


@dataclass(frozen=True, eq=False, kw_only=True)
class ModelDiff:
    """What differs between two saved models, the `one` and the `other`.

    Attributes
    ----------
    one, other : dict
        ``title``, ``fingerprint`` (of the numbers), ``method``, ``n_topics``, ``validation``.
    identical : bool
        True if topics, vocabulary and shares are the same, bit for bit.
    related : bool
        True if one is a refit of the other, or both of a third: then equal ids are meant to name one topic.
    topics : pandas.DataFrame
        One row a topic of the one, then the topics of the other without a partner. ``topic``, ``other``:
        ids of a pair (Hungarian method over the union of the vocabularies), missing without a partner;
        ``cosine``, ``jaccard`` (of the ten first words): 0 to 1; ``alike``: both reach what a refit asks of
        the same topic; ``share``, ``other_share``: mean share over each model's own documents, 0 to 1;
        ``label``, ``other_label``: as they are now, by people or automatic; ``same_id_cosine``: likeness to
        the topic of the other with the same id, None if it has no such id; ``id_agrees``: whether the
        partner is the topic with that id, None likewise.
    settings, corpus : Changes
        What made the models, and what they were made of; of places, their readouts and items.
    vocabulary, documents : Overlap
        Terms, most frequent first, and document ids.
    shares : dict
        Over the documents of both and the topics with a partner: ``n_documents``, ``mean_change`` and
        ``max_change`` (absolute, 0 to 1), ``same_largest`` (share of documents whose largest topic is the
        same pair); None where no document is in both.
    """

    one: dict[str, Any]
    other: dict[str, Any]
    identical: bool
    related: bool
    topics: pd.DataFrame
    settings: Changes
    corpus: Changes
    vocabulary: Overlap
    documents: Overlap
    shares: dict[str, float] | None

    def __str__(self) -> str:
        return self.as_text()

    def as_text(self, width: int | None = None) -> str:
        """Say it for a person, in lines of at most `width` columns; None: in full."""
        return "\n".join(diff_lines(self, width=width))

    def to_dict(self) -> dict[str, Any]:
        """Give plain JSON values, the table of topics as a list of rows."""
        rows = self.topics.astype(object).to_dict(orient="records")
        return {
            "one": self.one,
            "other": self.other,
            "identical": self.identical,
            "related": self.related,
            "topics": [{str(key): plain(value) for key, value in row.items()} for row in rows],
            "settings": self.settings.to_dict(),
            "corpus": self.corpus.to_dict(),
            "vocabulary": self.vocabulary.to_dict(),
            "documents": self.documents.to_dict(),
            "shares": self.shares,
        }


class _Side(NamedTuple):
    fit: TopicFit
    manifest: Mapping[str, Any]
    labels: Mapping[str, str]


def diff_models(one: str | Path, other: str | Path) -> ModelDiff:
    """Compare two saved models: topics matched, what changed in settings, corpus, vocabulary and shares.

    Parameters
    ----------
    one, other
        Folders of saved models, of any methods; vocabularies and documents may differ.

    Raises
    ------
    CheckError
        A file of one was changed after sealing.
    StoreError
        A folder is not a saved model.

    Examples
    --------
    >>> import tempfile
    >>> from readout_nlp.saved.models import save_model
    >>> fit = TopicFit(topic_terms=np.eye(2), doc_topics=np.eye(2), vocabulary=("教育", "防汛"),
    ...                doc_ids=("a-1", "a-2"), topic_ids=("t01", "t02"), method="nmf", params={})
    >>> folder = Path(tempfile.mkdtemp())
    >>> found = diff_models(save_model(fit, folder / "a"), save_model(fit, folder / "b"))
    >>> found.identical, found.topics[["topic", "other", "cosine"]].to_dict("records")[1]
    (True, {'topic': 't02', 'other': 't02', 'cosine': 1.0})
    """
    left, right = _side(one), _side(other)
    match = match_topics(left.fit, right.fit)
    return ModelDiff(
        one=_about(left.manifest),
        other=_about(right.manifest),
        identical=left.manifest["model"]["fingerprint"] == right.manifest["model"]["fingerprint"],
        related=bool(_line(left.manifest) & _line(right.manifest)),
        topics=_topics(left, right, match),
        settings=changes(_settings(left.manifest), _settings(right.manifest)),
        corpus=changes(_corpus(left.manifest), _corpus(right.manifest)),
        vocabulary=overlap(_by_weight(left.fit), _by_weight(right.fit)),
        documents=overlap(left.fit.doc_ids, right.fit.doc_ids),
        shares=_shares(left.fit, right.fit, match),
    )


def _side(folder: str | Path) -> _Side:
    fit, labels = load_model(folder), read_labels(folder)
    return _Side(fit, read_manifest(folder), dict(zip(labels["topic"], labels["label"], strict=True)))


def _about(manifest: Mapping[str, Any]) -> dict[str, Any]:
    model = manifest["model"]
    return {
        "title": title(manifest),
        "fingerprint": model["fingerprint"],
        "method": model["method"],
        "n_topics": model["n_topics"],
        "validation": manifest["validation"]["state"],
    }


def _line(manifest: Mapping[str, Any]) -> set[str]:
    """Fingerprints of a model and of those it continues, whose ids it keeps."""
    earlier = {entry.get("model") for entry in manifest["topic_history"]}
    return {manifest["model"]["fingerprint"], *filter(None, earlier)}


def _topics(one: _Side, other: _Side, match: TopicMatch) -> pd.DataFrame:
    sizes = dict(zip(other.fit.topic_ids, topic_sizes(other.fit), strict=True))
    same_id = _same_id_cosines(one.fit, other.fit)
    rows = []
    for row, size in enumerate(topic_sizes(one.fit)):
        topic, pair = one.fit.topic_ids[row], _pair(row, match, other.fit.topic_ids)
        partner = pair["other"]
        mine = {"topic": topic, "share": float(size), "label": one.labels[topic]}
        theirs = {
            "other_share": None if partner is None else float(sizes[partner]),
            "other_label": "" if partner is None else other.labels[partner],
        }
        ids = {
            "same_id_cosine": same_id.get(topic),
            "id_agrees": partner == topic if topic in sizes else None,
        }
        rows.append(mine | pair | theirs | ids)
    taken = {row["other"] for row in rows}
    rows += [_unpaired(name, sizes[name], other.labels[name]) for name in sizes if name not in taken]
    return pd.DataFrame(rows, columns=list(TOPIC_COLUMNS)).astype({"id_agrees": object, "alike": bool})


def _pair(row: int, match: TopicMatch, ids: tuple[str, ...]) -> dict[str, Any]:
    column = int(match.permutation[row])
    if column == UNMATCHED:
        return {"other": None, "cosine": None, "jaccard": None, "alike": False}
    cosine, jaccard = float(match.cosines[row]), float(match.jaccards[row])
    alike = cosine >= MIN_COSINE and jaccard >= MIN_JACCARD
    return {"other": ids[column], "cosine": cosine, "jaccard": jaccard, "alike": alike}


def _unpaired(topic: str, size: float, label: str) -> dict[str, Any]:
    empty = dict.fromkeys(TOPIC_COLUMNS)
    return empty | {
        "other": topic,
        "other_share": float(size),
        "label": "",
        "other_label": label,
        "alike": False,
    }


def _same_id_cosines(one: TopicFit, other: TopicFit) -> dict[str, float]:
    """Likeness of topics with equal ids; a word that one model lacks weighs nothing there."""
    columns = {word: place for place, word in enumerate(other.vocabulary)}
    shared = [(place, columns[word]) for place, word in enumerate(one.vocabulary) if word in columns]
    mine, theirs = (
        (np.array(side, dtype=np.intp) for side in zip(*shared, strict=True)) if shared else ([], [])
    )
    found = {}
    for row, topic in enumerate(one.topic_ids):
        if topic in other.topic_ids:
            left, right = one.topic_terms[row], other.topic_terms[other.topic_ids.index(topic)]
            product = float(left[mine] @ right[theirs]) if shared else 0.0
            found[topic] = min(product / float(np.linalg.norm(left) * np.linalg.norm(right)), 1.0)
    return found


def _settings(manifest: Mapping[str, Any]) -> dict[str, Any]:
    model = manifest["model"]
    params = {name: value for name, value in model["params"].items() if name != EVIDENCE}
    made = {name: manifest.get(name) for name in MADE_OF}
    return {"method": model["method"], "n_topics": model["n_topics"], "params": params, **made}


def _corpus(manifest: Mapping[str, Any]) -> dict[str, Any]:
    if manifest["corpus"] is None:
        return {}
    places = {}
    for place in manifest["coverage"] or []:
        readouts, items = (sum(cell[part] for cell in place["years"].values()) for part in (0, 1))
        places[f"place {place['place']} ({place['place_code']})"] = f"{readouts} readouts, {items} items"
    return {**manifest["corpus"], **places}


def _by_weight(fit: TopicFit) -> list[str]:
    weights = topic_sizes(fit) @ fit.topic_terms
    return [fit.vocabulary[place] for place in np.argsort(-weights, kind="stable")]


def _shares(one: TopicFit, other: TopicFit, match: TopicMatch) -> dict[str, float] | None:
    rows = {name: row for row, name in enumerate(other.doc_ids)}
    both = [(row, rows[name]) for row, name in enumerate(one.doc_ids) if name in rows]
    if not both:
        return None
    mine, theirs = (list(side) for side in zip(*both, strict=True))
    paired = np.flatnonzero(match.permutation != UNMATCHED)
    before, after = one.doc_topics[mine], other.doc_topics[theirs]
    change = np.abs(before[:, paired] - after[:, match.permutation[paired]])
    same = match.permutation[before.argmax(axis=1)] == after.argmax(axis=1)
    return {
        "n_documents": len(both),
        "mean_change": float(change.mean()),
        "max_change": float(change.max()),
        "same_largest": float(same.mean()),
    }
