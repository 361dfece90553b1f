"""Word intrusion and word set intrusion: whether the words of a topic belong together for a reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from readout_nlp.coding.balance import (
    N_CANDIDATES,
    answer_positions,
    choose_balanced,
    cue_hits,
    put_at,
)
from readout_nlp.coding.tasks import Kind, Task, check_count
from readout_nlp.errors import RecipeError
from readout_nlp.topics.coherence import first_terms
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.quality import topic_sizes

N_WORDS = 5  # of the topic, beside the intruder (Chang et al. 2009)
FIRST = 10  # the words that a topic is known by
N_SETS, SET_WORDS, SET_FIRST = 4, 4, 20  # Ying, Montgomery and Stewart (2022): R4WSI
SET_MARK = "、"
Draw = Callable[[int], "Offer"]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What the drawing needs to know of the words.

    Attributes
    ----------
    words : tuple of str
    first : list of ndarray of int
        The most probable words of each topic.
    frequency, length : ndarray of shape (n_terms,)
        What a coder could see without knowing the topic.
    """

    words: tuple[str, ...]
    first: list[Indices]
    frequency: Array
    length: Array


@dataclass(frozen=True, eq=False)
class Offer:
    """The words of a topic for one task, and the intruders it might have with what gives them away."""

    own: tuple[str, ...]
    intruders: list[tuple[str, str]]
    hits: Array


def word_intrusion(
    fit: TopicFit, *, per_topic: int = 3, n_words: int = N_WORDS, random_state: int = 0
) -> list[Task]:
    """Ask which of six words does not belong (word intrusion: Chang et al. 2009).

    A task shows words of one topic, drawn from its ten most probable, and an intruder: a word of low
    probability in the topic (at or below its median) that is among the ten of another topic. Every topic
    gets as many tasks, unstable ones too.

    Parameters
    ----------
    fit : TopicFit
    per_topic
        Tasks of each topic.
    n_words
        Words of the topic, beside the intruder.
    random_state
        Seed.

    Returns
    -------
    list of Task
        In the order of topics. ``about`` holds ``intruder_topic`` and ``low`` (False where no word of low
        probability was to be had, and the least probable stands in).

    Raises
    ------
    RecipeError
        The model has one topic, or too few words.

    Examples
    --------
    >>> terms = np.array([[.3, .3, .2, .1, .1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, .3, .3, .2, .1, .1]])
    >>> fit = TopicFit(topic_terms=terms, doc_topics=np.eye(2), vocabulary=tuple("水电路桥堤学校师生课"),
    ...                doc_ids=("a", "b"), topic_ids=("t01", "t02"), method="lda", params={})
    >>> task = word_intrusion(fit, per_topic=1)[0]
    >>> set(task.options) - {task.options[task.answer]} == set("水电路桥堤")
    True
    """
    _check(fit, per_topic, n_words)
    known = _vocabulary(fit, FIRST)
    chance = np.random.default_rng([random_state, 1])

    def draw(topic: int) -> Offer:
        own = np.sort(chance.choice(known.first[topic], size=_at_most(n_words, known, topic), replace=False))
        shown = chance.permutation(own)
        found = _candidates(fit, known, topic)[: 10 * N_CANDIDATES]
        found = [found[number] for number in chance.permutation(len(found))[:N_CANDIDATES]]
        values = [[known.frequency[word], known.length[word]] for word in own]
        hits = [cue_hits([known.frequency[word], known.length[word]], values) for word, _ in found]
        words = [(known.words[word], fit.topic_ids[other]) for word, other in found]
        return Offer(tuple(known.words[word] for word in shown), words, np.array(hits))

    return _tasks(fit, "word_intrusion", draw, per_topic=per_topic, chance=chance)


def word_set_intrusion(fit: TopicFit, *, per_topic: int = 3, random_state: int = 0) -> list[Task]:
    """Ask which of four sets of words does not belong (R4WSI: Ying, Montgomery and Stewart 2022).

    Three sets of four words are drawn, by probability, from the twenty most probable words of one topic, and
    one from those of another. The paper found sets easier to judge than single words.

    Parameters
    ----------
    fit : TopicFit
    per_topic, random_state
        As in `word_intrusion`.

    Returns
    -------
    list of Task
        As `word_intrusion` gives it.

    Examples
    --------
    >>> terms = np.kron(np.eye(2), np.full((1, 16), 1 / 16))
    >>> fit = TopicFit(topic_terms=terms, doc_topics=np.eye(2), doc_ids=("a", "b"), topic_ids=("t01", "t02"),
    ...                vocabulary=tuple(f"{c}{n}" for c in "水学" for n in range(16)), method="lda",
    ...                params={})
    >>> task = word_set_intrusion(fit, per_topic=1)[0]
    >>> [option[0] for number, option in enumerate(task.options) if number != task.answer]
    ['水', '水', '水']
    """
    _check(fit, per_topic, (N_SETS - 1) * SET_WORDS)
    known = _vocabulary(fit, SET_FIRST)
    chance = np.random.default_rng([random_state, 2])

    def draw(topic: int) -> Offer:
        own = _by_weight(fit.topic_terms[topic], known.first[topic], (N_SETS - 1) * SET_WORDS, chance)
        sets = [own[number :: N_SETS - 1] for number in range(N_SETS - 1)]
        values = [_of_set(known, one) for one in sets]
        intruders, hits = [], []
        for _ in range(N_CANDIDATES):
            other = int(chance.choice([k for k in range(fit.n_topics) if k != topic]))
            apart = np.setdiff1d(known.first[other], known.first[topic])
            if len(apart) >= SET_WORDS:
                drawn = _by_weight(fit.topic_terms[other], apart, SET_WORDS, chance)
                intruders.append((_joined(known, drawn), fit.topic_ids[other]))
                hits.append(cue_hits(_of_set(known, drawn), values))
        return Offer(tuple(_joined(known, one) for one in sets), intruders, np.array(hits))

    return _tasks(fit, "word_set_intrusion", draw, per_topic=per_topic, chance=chance)


def _tasks(
    fit: TopicFit, kind: Kind, draw: Draw, *, per_topic: int, chance: np.random.Generator
) -> list[Task]:
    topics = np.repeat(np.arange(fit.n_topics), per_topic)
    offers = [draw(int(topic)) for topic in topics]
    lacking = sorted(
        {fit.topic_ids[t] for t, offer in zip(topics, offers, strict=True) if not offer.intruders}
    )
    if lacking:
        raise RecipeError(
            f"no intruder for {', '.join(lacking)}: other topics have no words of their own",
            "topics with different words",
            "fit a model with fewer topics, or ask other questions",
        )
    # those judged first have the most freedom: in random order none of the topics is favoured
    order = chance.permutation(len(offers))
    chosen = dict(
        zip(
            order.tolist(),
            choose_balanced([offers[n].hits for n in order], chance=1 / (1 + len(offers[0].own))),
            strict=True,
        )
    )
    positions = answer_positions(len(offers), 1 + len(offers[0].own), chance=chance)
    tasks = []
    for number, (topic, offer) in enumerate(zip(topics, offers, strict=True)):
        word, other = offer.intruders[chosen[number]]
        position = min(int(positions[number]), len(offer.own))
        about: dict[str, Any] = {"intruder_topic": other}
        if kind == "word_intrusion":
            about["low"] = bool(_is_low(fit, int(topic))[fit.vocabulary.index(word)])
        tasks.append(
            Task(
                kind=kind,
                stratum=fit.topic_ids[topic],
                options=put_at(offer.own, word, position),
                answer=position,
                about=about,
            )
        )
    return tasks


def _candidates(fit: TopicFit, known: Vocabulary, topic: int) -> list[tuple[int, int]]:
    """Words that stand for another topic and are improbable in this one, each with that topic."""
    own, low = set(known.first[topic].tolist()), _is_low(fit, topic)
    others = [
        (int(word), other)
        for other in range(fit.n_topics)
        if other != topic
        for word in known.first[other]
        if word not in own
    ]
    found = [(word, other) for word, other in others if low[word]]
    return found or sorted(others, key=lambda pair: fit.topic_terms[topic, pair[0]])[:N_WORDS]


def _is_low(fit: TopicFit, topic: int) -> np.ndarray:
    row = fit.topic_terms[topic]
    return np.asarray(row <= np.median(row))


def _vocabulary(fit: TopicFit, first: int) -> Vocabulary:
    return Vocabulary(
        words=tuple(fit.vocabulary),
        first=[np.asarray(first_terms(row, first), dtype=np.intp) for row in fit.topic_terms],
        frequency=np.asarray(topic_sizes(fit) @ fit.topic_terms),
        length=np.array([len(word) for word in fit.vocabulary], dtype=np.float64),
    )


def _at_most(n_words: int, known: Vocabulary, topic: int) -> int:
    if len(known.first[topic]) < n_words:
        raise RecipeError(
            f"a topic with {len(known.first[topic])} words", f"{n_words} or more in each", "lower n_words"
        )
    return n_words


def _by_weight(row: Array, words: Indices, n: int, chance: np.random.Generator) -> Indices:
    n = min(n, len(words))
    weights = row[words] + 1e-12
    drawn = chance.choice(words, size=n, replace=False, p=weights / weights.sum())
    return np.asarray(drawn, dtype=np.intp)


def _of_set(known: Vocabulary, words: Sequence[int] | Indices) -> list[float]:
    at = np.asarray(words, dtype=np.intp)
    return [float(known.frequency[at].sum()), float(known.length[at].sum())]


def _joined(known: Vocabulary, words: Indices) -> str:
    return SET_MARK.join(known.words[word] for word in words)


def _check(fit: TopicFit, per_topic: int, n_words: int) -> None:
    check_count("per_topic", per_topic)
    check_count("n_words", n_words, least=2)
    if fit.n_topics < 2 or len(fit.vocabulary) <= n_words:
        raise RecipeError(
            f"{fit.n_topics} topics and {len(fit.vocabulary)} words",
            f"2 topics or more, and more than {n_words} words",
            "ask for other tasks",
        )
