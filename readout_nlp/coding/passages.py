"""Topic intrusion and label match: whether a text's topics, and their labels, fit what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from readout_nlp.coding.balance import N_CANDIDATES, answer_positions, choose_balanced, cue_hits, put_at
from readout_nlp.coding.tasks import Kind, Task, check_count
from readout_nlp.compare.cells import measured_topics
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import RecipeError
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.quality import top_terms, topic_sizes

N_TERMS = 8  # of each topic shown (Chang et al. 2009)
N_SHOWN = 3  # topics of the document, beside the intruder; labels beside the right one
SNIPPET = 600  # characters of a text: about what a coder reads in half a minute
LEAST_SHARE = 1e-4  # a share of 0 (NMF) has no logarithm
MIXED = ("lda", "nmf", "seeded")


@dataclass(frozen=True, eq=False)
class Texts:
    """The documents that a topic can be shown by.

    Attributes
    ----------
    ids, texts : tuple of str
    shares : ndarray of shape (n_docs, n_topics)
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    shares: Array


def topic_intrusion(
    fit: TopicFit, corpus: Corpus, *, per_topic: int = 3, random_state: int = 0
) -> list[Task]:
    """Ask which of four topics does not belong to a text (topic intrusion: Chang et al. 2009).

    A task shows the beginning of a document with its three most probable topics and an intruder drawn from
    the less probable half of the others, each by its eight first words. Every topic is the first one of as
    many documents.

    Parameters
    ----------
    fit : TopicFit
        A model of mixtures: a document of a clustering has one topic only.
    corpus : Corpus
        What it was fitted on.
    per_topic
        Tasks of each topic.
    random_state
        Seed.

    Returns
    -------
    list of Task
        ``about`` holds ``doc_id``, ``topics`` and ``shares`` of the options in their order, and ``first``
        (False where the topic leads too few documents, and one stands in that holds much of it).

    Raises
    ------
    RecipeError
        The model is a clustering, or has fewer than five topics.
    InputError
        The corpus is another one.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    >>> fit = rn.fit_lda(rn.count_terms(rn.tokenize(corpus), min_df=2), n_topics=5, random_state=0)
    >>> task = topic_intrusion(fit, corpus, per_topic=1)[0]
    >>> len(task.options), task.about["shares"][task.answer] == min(task.about["shares"])
    (4, True)
    """
    check_count("per_topic", per_topic)
    _check_mixed(fit)
    known, chance = _texts(fit, corpus), np.random.default_rng([random_state, 3])
    shown = [" ".join(words) for words in top_terms(fit, n=N_TERMS)]
    values = np.column_stack([topic_sizes(fit), [len(words) for words in shown]])
    pairs = [pair for topic in range(fit.n_topics) for pair in _documents_of(known, topic, per_topic, chance)]
    drawn: list[tuple[list[int], list[int]]] = []
    for _, document in pairs:
        order = np.argsort(-known.shares[document], kind="stable")
        rest = order[N_SHOWN:]
        low = rest[-max(1, (len(rest) + 1) // 2) :]
        drawn.append((chance.permutation(order[:N_SHOWN]).tolist(), chance.permutation(low).tolist()))
    hits = [
        np.array([cue_hits(values[one], values[own]) for one in low[:N_CANDIDATES]]) for own, low in drawn
    ]
    chosen = choose_balanced(hits, chance=1 / (N_SHOWN + 1))
    positions = answer_positions(len(drawn), N_SHOWN + 1, chance=chance)
    tasks = []
    for number, (topic, document) in enumerate(pairs):
        main, far = drawn[number]
        at = int(positions[number])
        shown_topics = [*main[:at], far[chosen[number]], *main[at:]]
        shares = np.maximum(known.shares[document, shown_topics], LEAST_SHARE)
        about = {
            "topics": [fit.topic_ids[one] for one in shown_topics],
            "shares": [float(share) for share in shares],
            "first": topic == int(np.argmax(known.shares[document])),
        }
        options = tuple(shown[one] for one in shown_topics)
        tasks.append(_task("topic_intrusion", fit.topic_ids[topic], options, at, known, document, about))
    return tasks


def label_match(
    fit: TopicFit,
    labels: Mapping[str, str],
    corpus: Corpus,
    *,
    per_topic: int = 3,
    random_state: int = 0,
) -> list[Task]:
    """Ask which of four labels fits a text best (optimal label: Ying, Montgomery and Stewart 2022).

    A task shows the beginning of a document, the label of its most probable topic and three labels of other
    topics. This is the test that a label means what its topic holds.

    Parameters
    ----------
    fit : TopicFit
    labels
        One label for each topic, by its permanent id.
    corpus, per_topic, random_state
        As in `topic_intrusion`.

    Returns
    -------
    list of Task
        ``about`` holds ``doc_id``, ``topics`` of the options in their order, and ``first``.

    Raises
    ------
    RecipeError
        A topic has no label, or fewer than four labels are different.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=2, years=2, per_cell=2)
    >>> fit = rn.fit_lda(rn.count_terms(rn.tokenize(corpus), min_df=2), n_topics=5, random_state=0)
    >>> task = label_match(fit, {t: f"label {t}" for t in fit.topic_ids}, corpus, per_topic=1)[0]
    >>> task.options[task.answer] == f"label {task.stratum}"
    True
    """
    check_count("per_topic", per_topic)
    _check_labels(fit, labels)
    known, chance = _texts(fit, corpus), np.random.default_rng([random_state, 4])
    names = [labels[topic].strip() for topic in fit.topic_ids]
    values = np.column_stack([topic_sizes(fit), [len(name) for name in names]])
    pairs = [pair for topic in range(fit.n_topics) for pair in _documents_of(known, topic, per_topic, chance)]
    others = [_others(names, topic, chance) for topic, _ in pairs]
    hits = [
        np.array([cue_hits(values[topic], values[three]) for three in threes])
        for (topic, _), threes in zip(pairs, others, strict=True)
    ]
    chosen = choose_balanced(hits, chance=1 / (N_SHOWN + 1))
    positions = answer_positions(len(pairs), N_SHOWN + 1, chance=chance)
    tasks = []
    for number, (topic, document) in enumerate(pairs):
        three, at = others[number][chosen[number]], int(positions[number])
        order = [*three[:at], topic, *three[at:]]
        about = {
            "topics": [fit.topic_ids[one] for one in order],
            "first": topic == int(np.argmax(known.shares[document])),
        }
        options = put_at([names[one] for one in three], names[topic], at)
        tasks.append(_task("label_match", fit.topic_ids[topic], options, at, known, document, about))
    return tasks


def shorten(text: str, limit: int = SNIPPET) -> str:
    """Give the beginning of a text, with an ellipsis where something is left out.

    Examples
    --------
    >>> shorten("会议研究了防汛。", limit=4), shorten("防汛", limit=4)
    ('会议研究…', '防汛')
    """
    text = text.strip()
    return text if len(text) <= limit else f"{text[:limit]}…"


def _task(
    kind: Kind,
    stratum: str,
    options: tuple[str, ...],
    answer: int,
    known: Texts,
    document: int,
    about: Mapping[str, Any],
) -> Task:
    return Task(
        kind=kind,
        stratum=stratum,
        options=options,
        answer=answer,
        text=shorten(known.texts[document]),
        about={"doc_id": known.ids[document], **about},
    )


def _texts(fit: TopicFit, corpus: Corpus) -> Texts:
    documents = measured_topics(fit, corpus)
    texts = corpus.documents(documents.unit).select("doc_id", "text")
    about = documents.about.join(texts, on="doc_id", how="left", maintain_order="left")
    readable = about["evidence"] & (about["text"].str.strip_chars().str.len_chars() > 0)
    kept = np.flatnonzero(readable.fill_null(False).to_numpy())
    return Texts(
        ids=tuple(about["doc_id"][kept]),
        texts=tuple(about["text"][kept]),
        shares=documents.measured[kept],
    )


def _documents_of(known: Texts, topic: int, n: int, chance: np.random.Generator) -> list[tuple[int, int]]:
    """Draw documents that the topic leads; where these are too few, those that hold most of it."""
    leads = np.flatnonzero(known.shares.argmax(axis=1) == topic)
    drawn: Indices = chance.permutation(leads)[:n]
    if len(drawn) < n:
        by_share = np.argsort(-known.shares[:, topic], kind="stable")
        more = by_share[~np.isin(by_share, drawn)][: n - len(drawn)]
        drawn = np.concatenate([drawn, more])
    return [(topic, int(document)) for document in drawn]


def _others(names: Sequence[str], topic: int, chance: np.random.Generator) -> list[list[int]]:
    """Draw threes of other labels, none alike."""
    first = {name: number for number, name in reversed(list(enumerate(names))) if name != names[topic]}
    numbers = sorted(first.values())
    return [chance.permutation(numbers)[:N_SHOWN].tolist() for _ in range(N_CANDIDATES)]


def _check_mixed(fit: TopicFit) -> None:
    if fit.method not in MIXED or fit.n_topics < N_SHOWN + 2:
        raise RecipeError(
            f"topic intrusion for {fit.n_topics} topics of the method {fit.method!r}",
            f"a model of mixtures ({', '.join(MIXED)}) with {N_SHOWN + 2} topics or more",
            "ask for other tasks",
        )


def _check_labels(fit: TopicFit, labels: Mapping[str, str]) -> None:
    lacking = [topic for topic in fit.topic_ids if not labels.get(topic, "").strip()]
    different = {labels[topic].strip() for topic in fit.topic_ids if topic not in lacking}
    if lacking or len(different) <= N_SHOWN:
        raise RecipeError(
            f"no label for {', '.join(lacking)}" if lacking else f"{len(different)} different labels",
            f"a label for every topic, {N_SHOWN + 1} or more of them different",
            "write labels.csv of the model first",
        )
