"""What the tests of the coding kit share: a small corpus with a model, and simulated coders."""

from __future__ import annotations

import csv
import json
import random
from functools import cache

import numpy as np

import readout_nlp as rn
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.quality import top_terms

KINDS_OF_TOPICS = ("word_intrusion", "word_set_intrusion", "topic_intrusion", "label_match")
PER_TOPIC = 8


@cache
def make_example():
    corpus = rn.sample_corpus(cities=3, years=3, per_cell=4)
    fit = rn.fit_lda(rn.count_terms(rn.tokenize(corpus), min_df=2), n_topics=7, random_state=0)
    labels = dict(zip(fit.topic_ids, map(" ".join, top_terms(fit, n=3, by="frex")), strict=True))
    return corpus, fit, labels


def make_fit(n_topics=6, n_words=25):
    """Plant topics that have nothing in common, the first of them much the largest."""
    words = tuple(
        f"{chr(ord('a') + topic)}{'x' * (n % 3)}{n}" for topic in range(n_topics) for n in range(n_words)
    )
    law = 1 / np.arange(1, n_words + 1)
    sizes = 1 / np.arange(1, n_topics + 1) ** 2
    return TopicFit(
        topic_terms=np.kron(np.eye(n_topics), law / law.sum()),
        doc_topics=np.tile(sizes / sizes.sum(), (3, 1)),
        vocabulary=words,
        doc_ids=("a", "b", "c"),
        topic_ids=tuple(f"t{n:02d}" for n in range(1, n_topics + 1)),
        method="lda",
        params={},
    )


def read_sheet(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def write_sheet(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def fill(folder, skill, *, draw=0):
    """Let simulated coders fill in the sheets where they lie: who does not know the answer guesses."""
    tasks = json.loads((folder / "key.json").read_text(encoding="utf-8"))["tasks"]
    for number, path in enumerate(sorted(folder.glob("coder-*/sheet.csv"))):
        chance = random.Random(number + 1000 * draw)
        rows = read_sheet(path)
        for row in rows:
            task = tasks[row["task"]]
            knows = chance.random() < skill
            row["answer"] = str(1 + (task["answer"] if knows else chance.randrange(len(task["options"]))))
        write_sheet(path, rows)
