"""The script that a researcher would write today, with the usual libraries and their usual settings.

    python benchmarks/standard_script.py FILE.jsonl[.gz] [--figure PNG] [--topics K]

Texts cleaned by regular expressions, cut by jieba, LDA by gensim's LdaMulticore (10 passes, 2 workers),
k-means on TF-IDF by scikit-learn, cosine similarity of the years' mean topic shares, one heat map. It prints
the seconds of each stage and its own peak memory; the last line is JSON, for `run_vs_standard.py`.

It is written for comparison and shares no code with the package. It reads no places, dates or agenda items
out of pages, measures no stability and saves no model: each row must state its text and its year or date.
"""

import argparse
import gzip
import json
import re
import resource
import tempfile
import time
from pathlib import Path

import jieba
import matplotlib.pyplot as plt
import numpy as np
from gensim.corpora import Dictionary
from gensim.models import LdaMulticore
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

STOP_WORDS = {"我们", "你们", "他们", "进行", "以及", "对于", "关于", "通过", "会议"}
STOP_WORDS |= {"指出", "强调", "要求", "同志", "工作", "问题", "方面", "一个", "必须"}
NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")


def read(path):
    """Texts and years of a JSONL file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream if line.strip()]
    texts = [row.get("text") or row.get("body") or "" for row in rows]
    years = [str(row.get("year") or str(row.get("date", ""))[:4]) for row in rows]
    return texts, years


def cut(text):
    """Words of two characters and more, without stop words."""
    return [word for word in jieba.cut(text) if len(word) > 1 and word not in STOP_WORDS]


def fit_lda(documents, n_topics):
    """Give the model, and the topic shares of every document."""
    dictionary = Dictionary(documents)
    dictionary.filter_extremes(no_below=3, no_above=0.5)
    bags = [dictionary.doc2bow(document) for document in documents]
    model = LdaMulticore(bags, id2word=dictionary, num_topics=n_topics, passes=10, workers=2, random_state=0)
    shares = np.zeros((len(bags), n_topics))
    for row, bag in enumerate(bags):
        for topic, share in model.get_document_topics(bag, minimum_probability=0):
            shares[row, topic] = share
    return model, shares


def cluster(documents, n_clusters):
    """Give the cluster of every document."""
    tfidf = TfidfVectorizer(analyzer=list, min_df=3, max_df=0.5).fit_transform(documents)
    return KMeans(n_clusters, n_init=10, random_state=0).fit_predict(tfidf)


def compare_years(shares, years):
    """Cosine similarity between the years' mean topic shares."""
    names = sorted(set(years))
    means = np.array([shares[np.array(years) == name].mean(axis=0) for name in names])
    return names, cosine_similarity(means)


def draw(names, alike, path):
    """Draw a heat map."""
    figure, axes = plt.subplots(figsize=(6, 5))
    image = axes.imshow(alike, vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    figure.colorbar(image)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def timed(stages, name, do, *arguments):
    """Do it, and note how long it took."""
    start = time.time()
    result = do(*arguments)
    stages.append({"stage": name, "start": start, "end": time.time()})
    print(f"{name:<12}{stages[-1]['end'] - start:>9.2f} s")
    return result


def main():
    """All stages, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--figure", type=Path, default=Path(tempfile.gettempdir()) / "years.png")
    parser.add_argument("--topics", type=int, default=20)
    given = parser.parse_args()
    plt.switch_backend("Agg")
    stages = []
    texts, years = timed(stages, "read", read, given.path)
    texts = timed(stages, "clean", lambda: [NOT_HAN.sub(" ", text) for text in texts])
    documents = timed(stages, "tokens", lambda: [cut(text) for text in texts])
    model, shares = timed(stages, "lda", fit_lda, documents, given.topics)
    labels = timed(stages, "clusters", cluster, documents, given.topics)
    names, alike = timed(stages, "compare", compare_years, shares, years)
    timed(stages, "figure", draw, names, alike, given.figure)
    own, workers = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{len(documents)} documents, {len(model.id2word)} terms, {len(set(labels))} clusters")
    print(f"peak memory {own:.0f} MB in this process, {workers:.0f} MB in the largest worker")
    print(json.dumps({"documents": len(documents), "terms": len(model.id2word), "stages": stages}))


if __name__ == "__main__":
    main()
