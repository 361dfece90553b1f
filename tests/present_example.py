"""A small analysis with planted numbers, for the tests of figures and report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from evidence_example import evidence_tables

from readout_nlp.corpus.corpus import ITEM_SCHEMA, QUARANTINE_SCHEMA, READOUT_SCHEMA, Corpus
from readout_nlp.topics.fit import TopicFit

PLACES = ("甲河市", "乙山市", "丙湖市", "丁原市", "戊江市")
YEARS = (2018, 2019, 2020, 2021, 2022)
WORDS = ("产业", "项目", "创新", "生态", "河长", "水质", "安全", "隐患", "防汛", "党建", "支部", "干部")
LABELS = ("产业·项目·创新", "生态·河长·水质", "安全·隐患·防汛", "党建·支部·干部")
TOPICS = ("t01", "t02", "t03", "t04")
ACTS = ("relay", "hear", "deliberate", "deploy")
GAP = ("丙湖市", 2020)
THIN = ("丁原市", 2018)
# where each place's agenda lies; 甲河市 and 乙山市 are planted alike, 戊江市 unlike all
WEIGHTS = {
    "甲河市": (0.6, 0.2, 0.1, 0.1),
    "乙山市": (0.58, 0.22, 0.1, 0.1),
    "丙湖市": (0.3, 0.5, 0.1, 0.1),
    "丁原市": (0.2, 0.3, 0.4, 0.1),
    "戊江市": (0.05, 0.05, 0.1, 0.8),
}


@dataclass(frozen=True)
class Example:
    """What an analysis holds, made by hand."""

    corpus: Corpus
    topics: TopicFit
    models: dict[str, TopicFit]
    tables: dict[str, pd.DataFrame]
    clusters: TopicFit | None = None
    recipe: dict[str, Any] = field(default_factory=lambda: {"n_topics": 4, "seeds": [0, 1], "unit": "item"})
    warnings: tuple[str, ...] = ("2 readouts have no certain year",)
    provenance: dict[str, Any] = field(
        default_factory=lambda: {
            "versions": {"readout_nlp": "0.1.0", "numpy": "2.0"},
            "fingerprints": {"corpus": "ab" * 32},
            "seeds": [0, 1],
            "seconds": {"pages": 1.5, "topics": 4.25},
        }
    )


def count(place: str, year: int) -> int:
    """Items of a cell."""
    if (place, year) == GAP:
        return 0
    return 2 if (place, year) == THIN else 10 + PLACES.index(place) + (year - 2018)


def share(place: str, year: int, topic: int) -> float:
    """Planted share: 甲河市's way, moving a little each year."""
    weights = np.array(WEIGHTS[place])
    drift = np.array([-0.01, 0.01, 0.005, -0.005]) * (year - 2018)
    return float((weights + drift)[topic])


def make_example(*, title: str = "", text: str = "", place: str = "", synthetic: bool = True) -> Example:
    """Give the example; `title`, `text` and `place` put hostile strings where a page could."""
    names = {name: name for name in PLACES}
    if place:
        names["甲河市"] = place
    corpus = _corpus(names, title=title, synthetic=synthetic)
    fit = _fit(corpus)
    return Example(corpus=corpus, topics=fit, models={"lda": fit}, tables=_tables(corpus, names, text=text))


def empty_example() -> Example:
    """Give an analysis of documents without place, of one year only."""
    full = make_example()
    readouts = full.corpus.readouts.with_columns(
        place=pl.lit(None, pl.String), place_code=pl.lit(None, pl.String), year=pl.lit(2020, pl.Int32)
    )
    corpus = Corpus(readouts=readouts, items=full.corpus.items, quarantine=full.corpus.quarantine)
    keep = ("topics", "representatives")
    tables = {name: full.tables[name] if name in keep else pd.DataFrame() for name in full.tables}
    year = full.tables["shares_year"]
    tables["shares_year"] = year[year["year"] == 2020].reset_index(drop=True)
    return Example(corpus=corpus, topics=full.topics, models=full.models, tables=tables)


def _corpus(names: dict[str, str], *, title: str, synthetic: bool) -> Corpus:
    readouts, items = [], []
    for place in PLACES:
        for year in YEARS:
            for number in range(2 if count(place, year) else 0):
                key = f"r{PLACES.index(place)}{year}{number}"
                readouts.append(_readout(key, names[place], PLACES.index(place), year, title, synthetic))
                for position in range(1, 4):
                    items.append(_item(key, position))
    return Corpus(
        readouts=pl.DataFrame(readouts, schema=READOUT_SCHEMA),
        items=pl.DataFrame(items, schema=ITEM_SCHEMA),
        quarantine=pl.DataFrame([], schema=QUARANTINE_SCHEMA),
    )


def _readout(key: str, place: str, number: int, year: int, title: str, synthetic: bool) -> dict[str, Any]:
    return {
        **dict.fromkeys(READOUT_SCHEMA),
        "readout_id": key,
        "kind": "readout",
        "title": title or f"{place}常委会召开会议（{year}年）",
        "place": place,
        "place_code": f"99{number:02d}00" if synthetic else f"32{number:02d}00",
        "place_name": place,
        "level": "prefecture",
        "meeting_date": dt.date(year, 3, 1 + number),
        "year": year,
        "year_from": "meeting",
        "meeting_type": "市委常委会",
        "script": "simplified",
        "body": "",
        "origin": f"pages/{key}.html",
        "sha256": "0" * 64,
    }


def _item(key: str, position: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(ITEM_SCHEMA),
        "item_id": f"{key}-{position}",
        "readout_id": key,
        "position": position,
        "act": ACTS[position % 4],
        "acts": [ACTS[position % 4]],
        "subject": "产业项目",
        "text": "会议听取产业项目情况汇报。",
        "start": 0,
        "end": 13,
    }


def _fit(corpus: Corpus) -> TopicFit:
    doc_ids = tuple(corpus.items["item_id"])
    rng = np.random.default_rng(0)
    terms = np.full((4, 12), 0.02)
    for topic in range(4):
        terms[topic, topic * 3 : topic * 3 + 3] = (0.5, 0.3, 0.2)
    terms /= terms.sum(axis=1, keepdims=True)
    return TopicFit(
        topic_terms=terms,
        doc_topics=rng.dirichlet(np.ones(4), size=len(doc_ids)),
        vocabulary=WORDS,
        doc_ids=doc_ids,
        topic_ids=TOPICS,
        method="lda",
        params={"random_state": 0},
    )


def _tables(corpus: Corpus, names: dict[str, str], *, text: str) -> dict[str, pd.DataFrame]:
    cells = [(place, year) for place in PLACES for year in YEARS]
    full = pd.DataFrame([_share_row(p, y, k) for p, y in cells for k in range(4)])
    full["place"] = full["place"].map(names)
    tables = {
        "coverage": _coverage(cells, names),
        "repairs": pd.DataFrame(
            {"kind": ["pinyin_gloss", "script"], "n_readouts": [4, 9], "n_repairs": [30, 400]}
        ),
        "quarantine": pd.DataFrame(
            {"origin": ["pages/x.html"], "reason": ["no main text found"], "sha256": ["c" * 64]}
        ),
        "removed_terms": pd.DataFrame(
            {"tier": ["general", "general", "genre"], "term": ["的", "和", "会议"], "count": [900, 700, 450]}
        ),
        "topics": _topics(),
        "topics_nmf": _topics(),
        "representatives": _representatives(corpus, names, text),
        "shares_place_year": full,
        "shares_year": _pool(full, ["year"]),
        "shares_place": _pool(full, ["place"]),
        "acts_year": _acts(),
        "trajectories": _trajectories(names),
        "clusters": pd.DataFrame(
            {"cluster": ["c01", "c02"], "size": [80, 64], "top_terms": ["产业 项目", "党建 支部"]}
        ),
        "models": pd.DataFrame(
            {
                "model": ["lda", "nmf"],
                "n_topics": [4, 4],
                "npmi": [0.1, 0.21],
                "exclusivity": [0.8, 0.9],
                "stability": [0.55, np.nan],
                "seconds": [4.0, 0.5],
            }
        ),
    }
    return tables | _similarities(names) | topic_page_tables() | evidence_tables(names, text=text)


def topic_page_tables() -> dict[str, pd.DataFrame]:
    """Tables of the page of topics; 项目 is everywhere, each topic's own words are rarer."""
    words = [
        (topic, k, word) for k, topic in enumerate(TOPICS) for word in (*WORDS[3 * k : 3 * k + 3], "项目")
    ]
    rows = pd.DataFrame(words, columns=["topic", "at", "term"]).drop_duplicates(["topic", "term"])
    common = rows["term"] == "项目"
    order = rows.groupby("topic").cumcount()
    return {
        "relevant_terms": rows.drop(columns="at").assign(
            log_probability=np.where(common, -0.5, -1.0 - order / 4),
            log_lift=np.where(common, 0.1, 2.0 + order / 2),
            n=np.where(common, 400.0, 60.0),
            n_topic=np.where(common, 100.0, 55.0),
        ),
        "acts_topic": pd.DataFrame(
            [
                {"topic": t, "act": a, "share": s, **_interval(s), "n_items": 60.4 - k, "thin": k == 2}
                for k, t in enumerate(TOPICS)
                for a, s in zip(ACTS, (0.4, 0.3, 0.2, 0.1), strict=True)
            ]
        ).assign(gap=False),
        "topic_neighbours": pd.DataFrame(
            [
                {"topic": t, "rank": rank, "neighbour": o, "distance": 0.2 + 0.1 * rank}
                for t in TOPICS
                for rank, o in enumerate((o for o in TOPICS if o != t), start=1)
            ]
        ),
        "topic_matches": pd.DataFrame(
            [
                {"topic": t, "model": "nmf", "match": t, "cosine": 0.9 - k / 5, "jaccard": 0.6, "same": k < 2}
                for k, t in enumerate(TOPICS)
            ]
        ),
    }


def _share_row(place: str, year: int, topic: int) -> dict[str, Any]:
    items = count(place, year)
    return {
        "place": place,
        "year": year,
        "topic": TOPICS[topic],
        "share": share(place, year, topic) if items else np.nan,
        **_interval(share(place, year, topic) if items else np.nan),
        "n_items": items,
        "n_readouts": 2 if items else 0,
        "thin": items < 5,
        "gap": items == 0,
    }


def _interval(value: float) -> dict[str, float]:
    return {"low": max(0.0, value - 0.04), "high": min(1.0, value + 0.04)}


def _coverage(cells: list[tuple[str, int]], names: dict[str, str]) -> pd.DataFrame:
    rows = [
        {
            "place": names[p],
            "place_code": f"99{PLACES.index(p):02d}00",
            "level": "prefecture",
            "year": y,
            "n_readouts": 2 if count(p, y) else 0,
            "n_items": count(p, y),
            "gap": count(p, y) == 0,
        }
        for p, y in cells
    ]
    return pd.DataFrame(rows)


def _topics() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "topic": TOPICS,
            "label": LABELS,
            "top_terms": ["产业 项目 创新", "生态 河长 水质", "安全 隐患 防汛", "党建 支部 干部"],
            "frex_terms": ["创新 产业 项目", "水质 生态 河长", "防汛 安全 隐患", "支部 党建 干部"],
            "size": [0.35, 0.25, 0.16, 0.24],
            "npmi": [0.21, 0.18, 0.05, 0.12],
            "exclusivity": [0.9, 0.8, 0.7, 0.85],
            "stability": [0.82, 0.71, 0.31, np.nan],
            "unstable": [False, False, True, None],
        }
    )


def _representatives(corpus: Corpus, names: dict[str, str], text: str) -> pd.DataFrame:
    rows = [
        {
            "topic": topic,
            "rank": rank,
            "doc_id": f"d{topic}{rank}",
            "readout_id": corpus.readouts["readout_id"][rank],
            "share": 0.9 - rank / 10,
            "place": names["甲河市"],
            "date": "2019-03-01",
            "act": "hear",
            "subject": "重点产业项目建设情况",
            "text": text or "会议听取重点产业项目建设情况汇报，强调抓好项目落地和水质改善。",
        }
        for topic in TOPICS
        for rank in (1, 2)
    ]
    return pd.DataFrame(rows)


def _pool(full: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    full = full.assign(mass=full["share"].fillna(0) * full["n_items"])
    out = full.groupby([*by, "topic"], sort=False)[["mass", "n_items", "n_readouts"]].sum().reset_index()
    out["share"] = out["mass"] / out["n_items"]
    ends = {"low": out["share"] - 0.02, "high": out["share"] + 0.02}
    return out.drop(columns="mass").assign(thin=False, gap=False, **ends)


def _acts() -> pd.DataFrame:
    rows = [
        {"year": y, "act": a, "share": s, **_interval(s), "n_items": 50, "n_readouts": 10}
        | {"thin": False, "gap": False}
        for y in YEARS
        for a, s in zip(ACTS, (0.4, 0.3, 0.2, 0.1), strict=True)
    ]
    return pd.DataFrame(rows)


def _trajectories(names: dict[str, str]) -> pd.DataFrame:
    rows = [
        {
            "place": names[p],
            "year": y,
            "previous_year": y - 1 if y > 2018 else None,
            "from_previous": 0.1 if y > 2018 else np.nan,
            "from_others": 0.7 if p == "戊江市" else 0.2,
            "n_items": count(p, y),
            "thin": count(p, y) < 5,
        }
        for p in PLACES
        for y in YEARS
        if count(p, y)
    ]
    return pd.DataFrame(rows)


def _similarities(names: dict[str, str]) -> dict[str, pd.DataFrame]:
    weights = np.array([WEIGHTS[p] for p in PLACES])
    alike = 1 - np.abs(weights[:, None] - weights[None]).sum(axis=2) / 2
    labels = [names[p] for p in PLACES]
    years = 1 - np.abs(np.subtract.outer(YEARS, YEARS)) / 20
    return {
        "similarity_places": pd.DataFrame(alike, index=labels, columns=labels),
        "similarity_years": pd.DataFrame(years, index=YEARS, columns=YEARS),
    }
