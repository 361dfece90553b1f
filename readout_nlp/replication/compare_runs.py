"""Two runs beside each other: corpus, model, figures and report; for the tables see `compare_tables`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from readout_nlp.analysis.run import REPORT
from readout_nlp.errors import ReadoutNLPError
from readout_nlp.replication.compare_tables import compare_tables
from readout_nlp.replication.findings import TOLERANCE, Finding
from readout_nlp.saved.models import load_model
from readout_nlp.topics.fit import TopicFit
from readout_nlp.topics.stability import match_topics

NUMBERS = ("model.safetensors", "vocabulary.json", "doc_topics.parquet")
# what a report says of time: the last column of the table of models, the bars of the stages, and the data
SECONDS = (
    re.compile(r'(?<=</td>)<td class="n">[^<]*</td>(?=</tr>(?:<tr><th scope="row">(?:LDA|NMF)|</tbody>))'),
    re.compile(r'<table class="bars">.*?</table>', re.DOTALL),
    re.compile(r'"models":\{.*?\}(?=,"[a-z_]+":\{)', re.DOTALL),
)


def compare_runs(
    then: Path, now: Path, *, manifests: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> list[Finding]:
    """Compare the results of two runs.

    Parameters
    ----------
    then
        The package.
    now
        The directory of the second run.
    manifests
        What each run says of itself.

    Returns
    -------
    list of Finding
        Corpus, tables, model; then figures and report, which the verdict does not rest on, for their bytes
        vary with fonts and their numbers are those of the tables.
    """
    return [
        _compare_corpus(*(manifest["corpus"]["fingerprint"] for manifest in manifests)),
        *compare_tables(then / "tables", now / "tables"),
        compare_models(then / "model", now / "model"),
        *_compare_figures(then / "figures", now / "figures"),
        _compare_reports(then / REPORT, now / REPORT),
    ]


def compare_models(then: Path, now: Path) -> Finding:
    """Compare two saved models: their bytes, else their numbers, else their topics, matched."""
    if all(_same(then / name, now / name) for name in NUMBERS):
        return Finding(part="model", name="model", level="bitwise")
    try:
        one, other = load_model(then), load_model(now)
    except ReadoutNLPError as fault:
        return Finding(part="model", name="model", level="beyond", what=str(fault))
    if _same_labels(one, other):
        distance = _distance(one, other)
        if distance <= TOLERANCE:
            return Finding(
                part="model",
                name="model",
                level="within",
                what="numbers that differ in their last digits",
                difference=distance,
            )
    return _matched(one, other)


def _matched(one: TopicFit, other: TopicFit) -> Finding:
    match = match_topics(one, other)
    worst = int(np.argmin(match.cosines))
    partner = int(match.permutation[worst])
    return Finding(
        part="model",
        name="model",
        level="beyond",
        what=f"{one.n_topics} topics then, {other.n_topics} now; matched, their cosines are "
        f"{match.cosines.min():.4f} to {match.cosines.max():.4f}; least alike",
        then=one.topic_ids[worst],
        now=other.topic_ids[partner] if partner >= 0 else "none",
        n_different=int((match.cosines < 1 - TOLERANCE).sum()),
    )


def _same_labels(one: TopicFit, other: TopicFit) -> bool:
    return all(
        list(getattr(one, name)) == list(getattr(other, name))
        for name in ("vocabulary", "doc_ids", "topic_ids")
    )


def _distance(one: TopicFit, other: TopicFit) -> float:
    pairs = [(one.topic_terms, other.topic_terms), (one.doc_topics, other.doc_topics)]
    return float(max(np.abs(np.asarray(a) - np.asarray(b)).max() for a, b in pairs))


def _compare_corpus(then: str, now: str) -> Finding:
    if then == now:
        return Finding(part="corpus", name="fingerprint", level="bitwise")
    return Finding(
        part="corpus", name="fingerprint", level="beyond", what="another corpus", then=then[:12], now=now[:12]
    )


def _compare_figures(then: Path, now: Path) -> list[Finding]:
    names = sorted({path.name for folder in (then, now) if folder.is_dir() for path in folder.iterdir()})
    found = []
    for name in names:
        if _same(then / name, now / name):
            found.append(Finding(part="figure", name=name, level="bitwise"))
        elif not (now / name).is_file():
            found.append(Finding(part="figure", name=name, level="beyond", what="not made again"))
        elif not (then / name).is_file():
            found.append(Finding(part="figure", name=name, level="told", what="new: not in the package"))
        else:
            what = "other bytes: drawn with other fonts or libraries, or of other numbers (see the tables)"
            found.append(Finding(part="figure", name=name, level="told", what=what))
    return found


def _compare_reports(then: Path, now: Path) -> Finding:
    if not now.is_file():
        return Finding(part="report", name=REPORT, level="beyond", what="not made again")
    if _same(then, now):
        return Finding(part="report", name=REPORT, level="bitwise")
    one, other = (_timeless(path.read_text(encoding="utf-8", errors="replace")) for path in (then, now))
    lines = sum(a != b for a, b in zip_longest(one.splitlines(), other.splitlines()))
    what = f"{lines} lines differ beyond the seconds" if lines else "the same but for seconds"
    return Finding(part="report", name=REPORT, level="told", what=what)


def _timeless(page: str) -> str:
    for pattern in SECONDS:
        page = pattern.sub("", page)
    return page


def _same(one: Path, other: Path) -> bool:
    if not (one.is_file() and other.is_file()):
        return False
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
