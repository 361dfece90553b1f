"""Small tables made by hand for every figure, and a list of all figures drawn from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from present_example import LABELS, TOPICS

from readout_nlp.present import figures
from readout_nlp.topics.choice import MEASURES, TopicChoice

NAMES = dict(zip(TOPICS, (f"{label} | Topic {at}" for at, label in enumerate(LABELS)), strict=True))


def curves(n_terms=3):
    days = np.arange(-400, 1600, 100)
    parts = [
        pd.DataFrame({"term": term, "lag_days": days, "share": share, "low": share * 0.7, "n_places": 20})
        for at, term in enumerate(
            ["三清四畅", "六链同振", "两稳一通", "四个先手", "一图四单", "九渠入海", "百步一问"][:n_terms]
        )
        for share in [np.clip((days + 400 - 60 * at) / 2200, 0, 1)]
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(high=np.minimum(1.0, table["share"] * 1.2 + 0.02))


def keywords(unit="甲河市"):
    terms = ("河长", "水质", "断面", "岸线", "排污口", "清淤", "湿地", "护林", "污水", "管网")
    odds = np.linspace(2.4, 0.6, len(terms))
    return pd.DataFrame(
        {
            "label": unit,
            "term": terms,
            "n": [4, 5, 5, 9, 9, 14, 30, 31, 60, 110],
            "log_odds": odds,
            "q": np.linspace(0.001, 0.2, len(terms)),
            "thin": [True, *[False] * (len(terms) - 1)],
        }
    )


def effects():
    estimate = np.array([0.05, -0.03, 0.01, 0.0])
    rows = {"topic": TOPICS, "term": "year", "estimate": estimate}
    return pd.DataFrame(
        {**rows, "low": estimate - 0.02, "high": estimate + 0.02, "q": [0.001, 0.01, 0.4, 1.0]}
    )


def event():
    effect = np.array([0.12, 0.02, -0.01, -0.08])
    table = pd.DataFrame({"topic": TOPICS, "effect": effect, "low": effect - 0.05, "high": effect + 0.05})
    ends = {"placebo_low": -0.06, "placebo_high": 0.06, "q": [0.01, 0.9, 0.9, 0.04], "thin": False}
    table = table.assign(**ends)
    table.attrs["date"] = "2020-03-01"
    return table


def steps():
    first = pd.Timestamp("2020-03-01")
    rows = [
        {"topic": topic, "step": step, "start": first + pd.Timedelta(days=30 * step)}
        | {
            "end": first + pd.Timedelta(days=30 * (step + 1)),
            "share": 0.2 + 0.1 * (step >= 0) * (topic == "t01"),
        }
        for topic in TOPICS
        for step in range(-4, 4)
    ]
    table = pd.DataFrame(rows)
    thin = table["step"] == -4
    return table.assign(low=table["share"] - 0.05, high=table["share"] + 0.05, n_readouts=9, thin=thin)


def masked():
    after = np.linspace(0.3, 0.7, 6)
    names = [("甲河市", other) for other in ("乙山市", "丙湖市", "丁原市", "戊江市", "己川县", "庚岭区")]
    table = pd.DataFrame(names, columns=["one", "other"])
    return table.assign(before=after + np.linspace(0.02, 0.2, 6), after=after, thin=False)


def network():
    rows = [
        ("甲河市", "乙山市", 9),
        ("乙山市", "丙湖市", 5),
        ("甲河市", "丁原市", 3),
        ("丁原市", "甲河市", 2),
    ]
    table = pd.DataFrame(rows, columns=["source_place", "target_place", "n_passages"])
    more = {"directed": True, "excess": table["n_passages"] - 1.0, "q": [0.01, 0.04, 0.5, 0.5]}
    return table.assign(**more, thin=[False, False, False, True])


def topic_acts():
    acts = {"relay": 0.3, "hear": 0.25, "analyse": 0.05, "deliberate": 0.1, "decide": 0.05}
    acts |= {"approve": 0.1, "deploy": 0.05, "residual": 0.07, "unstated": 0.03}
    rows = [{"topic": topic, "act": act, "share": share} for topic in TOPICS for act, share in acts.items()]
    table = pd.DataFrame(rows)
    return table.assign(low=0.0, high=1.0, n_items=20, thin=table["topic"] == "t03")


def choice():
    table = pd.DataFrame(
        {"n_topics": [5, 10, 20], "n_fits": 3, "stopped": False, "recommended": [False, True, False]}
    )
    for at, name in enumerate(MEASURES):
        mean = np.array([0.2, 0.5, 0.4]) * (900 if name == "perplexity" else 1) + 0.01 * at
        table[name], table[f"{name}_low"], table[f"{name}_high"] = mean, 0.9 * mean, 1.1 * mean
    return TopicChoice(table=table, fits=pd.DataFrame(), range=(10, 10), reasons=())


def topic_drift():
    return pd.DataFrame(
        {
            "topic": [*TOPICS, "t05"],
            "verdict": ["stable", "moved", "moved", "gone", "new"],
            "beyond_chance": pd.array([pd.NA, True, False, True, True], dtype="boolean"),
            "cosine": [0.98, 0.6, 0.7, 0.4, np.nan],
            "baseline_lowest": [0.95, 0.9, 0.6, 0.8, np.nan],
        }
    )


def place_drift():
    rows = [
        {
            "place": place,
            "year": year,
            "distance": 0.2 + 0.1 * (place == "乙山市") * (year == 2021),
            "expected": 0.2,
        }
        for place in ("甲河市", "乙山市")
        for year in (2019, 2020, 2021, 2022)
    ]
    table = pd.DataFrame(rows)
    return table.assign(
        low=table["distance"] - 0.05, high=table["distance"] + 0.05, thin=table["year"] == 2022
    )


def jobs(example, **how):
    """Every figure by name, as a call yet to be made."""
    tables = example.tables
    one = tables["shares_place_year"].query("topic == 't01'")
    return {
        "coverage": lambda: figures.plot_coverage(tables["coverage"], **how),
        "terms": lambda: figures.plot_topic_terms(example.topics, labels=NAMES, **how),
        "sizes": lambda: figures.plot_topic_sizes(tables["topics"], **how),
        "stability": lambda: figures.plot_stability(tables["topics"], **how),
        "shares": lambda: figures.plot_shares_over_time(one, panels="place", **how),
        "acts": lambda: figures.plot_acts(tables["acts_year"], **how),
        "similarity": lambda: figures.plot_similarity(tables["similarity_places"], **how),
        "dendrogram": lambda: figures.plot_dendrogram(tables["similarity_places"], **how),
        "trajectories": lambda: figures.plot_trajectories(tables["trajectories"], **how),
        "trends": lambda: figures.plot_year_trends(tables["year_trends"], labels=NAMES, **how),
        "echo": lambda: figures.plot_echo(tables["echo_places"], **how),
        "map": lambda: figures.plot_place_map(tables["place_map"], **how),
        "lags": lambda: figures.plot_intervals(
            tables["tifa_lags"], label="term", value="median", title="figure.lag_axis", **how
        ),
        "adoption": lambda: figures.plot_adoption(curves(), **how),
        "keyness": lambda: figures.plot_keyness(keywords(), **how),
        "relevance": lambda: figures.plot_relevance(example.topics, "t02", labels=NAMES, **how),
        "effects": lambda: figures.plot_effects(effects(), labels=NAMES, **how),
        "event": lambda: figures.plot_event_study(event(), labels=NAMES, **how),
        "steps": lambda: figures.plot_event_steps(steps(), labels=NAMES, **how),
        "masking": lambda: figures.plot_masking(masked(), **how),
        "network": lambda: figures.plot_reuse_network(network(), **how),
        "topic-acts": lambda: figures.plot_topic_acts(topic_acts(), labels=NAMES, **how),
        "choice": lambda: figures.plot_choice(choice(), **how),
        "topic-drift": lambda: figures.plot_topic_drift(topic_drift(), labels=NAMES, **how),
        "drift": lambda: figures.plot_drift(place_drift(), **how),
    }


def first(drawn):
    """Give the one Axes, or the first of several."""
    return drawn[0] if isinstance(drawn, list) else drawn
