"""Tables of what comparisons rest on, made by hand, for the tests of the report."""

import datetime as dt

import numpy as np
import pandas as pd

ECHO = {
    "formula": 0.2,
    "echo_up": 0.3,
    "self_reuse": 0.1,
    "echo_peer": 0.1,
    "undirected": 0.0,
    "unmatched": 0.3,
}
ENDS = ("source_start", "source_end")
CHANGE = {"total": 0.05, "within": 0.03, "mix": 0.01, "entry": 0.01, "exit": 0.0}


def evidence_tables(names, *, text=""):
    """Give every table of the section; `names` stand for the five places, `text` for a passage."""
    one, two, three, four, five = names.values()
    return {
        "year_trends": _trends(),
        "composition": _composition(),
        "pairs_places": _pairs([(one, two, 0.2), (one, five, -0.3), (three, four, 0.0)]),
        "place_map": _map([one, two, three, four, five]),
        "place_tree": _tree([one, two, three, four, five]),
        "drift": _drift(one, four),
        "keyness_places": _keys(one),
        "keyness_years": _keys("2019"),
        "formula_terms": pd.DataFrame(
            {"term": ["要求", "推进"], "n_documents": 90, "rate": 0.9, "n_places": 5, "n_years": 5}
        ),
        "similarity_masked": _masked(one, two),
        "leaders": _leaders(one, five),
        "tifa_adoption": _adoption(one, two),
        "tifa_lags": _lags(),
        "tifa_curves": _curves(),
        "tifa_lines": _lines(one, text),
        "tifa_candidates": _candidates(),
        "echo_places": _echo("place", one, two),
        "echo_years": _echo("year", 2018, 2019, 2021),
        "echo_passages": _passages(one, text or "要把隐患清单交到人、落到点。"),
        "echo_spans": _spans(one),
        "aligned_passages": _aligned(one, two, text or "要把隐患清单交到人、落到点。"),
        "reuse_network": _network(one, two),
    }


def _spans(place):
    """Three classes in an item of the second place, of which one names its source."""
    source = [
        (None, None, None, None, np.nan),
        ("r020180-1", place, 2, 6, 366.0),
        (None, None, None, None, np.nan),
    ]
    spans = [(0, 4, "formula"), (4, 8, "echo_peer"), (8, 10, "undirected")]
    rows = [("r120190-1", *span, *about) for span, about in zip(spans, source, strict=True)]
    table = pd.DataFrame(
        rows,
        columns=["item_id", "start", "end", "class", "source_id", "source_place", *ENDS, "lag_days"],
    )
    return table.astype(dict.fromkeys(ENDS, "Int64"))


def _trends():
    ways = ("all", "panel", "place_weighted")
    rows = [
        {"topic": topic, "year": year}
        | {f"share_{way}": 0.2 + 0.01 * number for number, way in enumerate(ways)}
        | {f"{end}_{way}": 0.2 + shift for way in ways for end, shift in (("low", -0.05), ("high", 0.05))}
        for topic in ("t01", "t02")
        for year in range(2018, 2023)
    ]
    return pd.DataFrame(rows).assign(n_items=50, n_places=5, thin=False, flag="")


def _composition():
    rows = [
        {"topic": "t01", "year_from": 2018, "year_to": 2022, "part": part, "change": change}
        | {"low": change - 0.02, "high": change + 0.02, "n_places": 5, "flag": ""}
        for part, change in CHANGE.items()
    ]
    return pd.DataFrame(rows)


def _pairs(rows):
    table = pd.DataFrame(rows, columns=["one", "other", "excess"])
    q = {
        "q_more": np.where(table["excess"] > 0, 0.01, 1.0),
        "q_less": np.where(table["excess"] < 0, 0.01, 1.0),
    }
    counts = {"n_one": 10, "n_other": 9, "thin": False, "flag": ""}
    return table.assign(
        similarity=0.6 + table["excess"], low=0.3, high=0.9, expected=0.6, p=0.01, **q, **counts
    )


def _map(places):
    spread = {"sd_x": 0.02, "sd_y": 0.04, "corr": 0.5, "n_readouts": 20}
    at = pd.DataFrame(
        {"place": places, "x": np.linspace(-0.3, 0.3, len(places)), "y": [0.1, 0.12, 0, 0.2, -0.3]}
    )
    return at.assign(thin=[False, False, False, True, False], **spread)


def _tree(places):
    """Grow a ladder: the first two places join first, and firmly, then each next one."""
    rows = [
        {"members": " ".join(places[: size + 1]), "size": size + 1, "height": size / 10}
        | {"support": np.nan if size + 1 == len(places) else 1.0 - size / 5, "thin": size == 3}
        for size in range(1, len(places))
    ]
    return pd.DataFrame(rows).assign(branch=[f"b{n:02d}" for n in range(1, len(places))], n_readouts=20)


def _drift(sure, other):
    rows = [
        {"place": place, "year": year, "previous_year": year - 1, "distance": distance}
        | {"low": distance - 0.1, "high": distance + 0.1, "expected": 0.2, "q": q, "thin": place == other}
        for place, distance, q in ((sure, 0.6, 0.01), (other, 0.3, 0.4))
        for year in (2019, 2020, 2021)
    ]
    return pd.DataFrame(rows).assign(excess=0.1, n=[4, 4, 4, 9, 9, 9])


def _keys(unit):
    return pd.DataFrame(
        {
            "label": unit,
            "term": ["河长", "水质"],
            "n": [12, 9],
            "n_rest": 3,
            "log_odds": [2.0, 1.0],
            "low": [1.0, -0.2],
            "high": 3.0,
            "z_cautious": [4.0, 1.0],
            "thin": False,
        }
    )


def _masked(one, two):
    row = {
        "one": one,
        "other": two,
        "before": 0.8,
        "after": 0.5,
        "difference": -0.3,
        "low": -0.4,
        "high": -0.2,
    }
    return pd.DataFrame([row | {"n": 40, "thin": False}])


def _leaders(first, last):
    rows = [(first, 0.2, "leads"), (last, -0.2, "follows")]
    table = pd.DataFrame(rows, columns=["place", "excess", "role"])
    interval = {"low": table["excess"] - 0.1, "high": table["excess"] + 0.1}
    return table.assign(
        n=20, n_blocks=12, resonance=0.1, expected=0.0, p=0.01, q=0.02, thin=False, **interval
    )


def _adoption(one, two):
    first = {
        "term": "三清四畅",
        "at_risk_from": dt.datetime(2018, 1, 1),
        "reference_first": dt.datetime(2018, 2, 1),
    }
    lag = {"lag_low": 10.0, "lag_high": 40.0, "n_readouts_at_risk": 9, "flags": ""}
    rows = [
        first | lag | {"place": one, "first_observed": dt.datetime(2018, 3, 1), "censored": False},
        first | lag | {"place": two, "first_observed": pd.NaT, "censored": True},
    ]
    return pd.DataFrame(rows).assign(last_without=dt.datetime(2018, 2, 20))


def _lags():
    row = {"term": "三清四畅", "median": 30.0, "low": 10.0, "high": 50.0, "n_places": 5, "n_events": 4}
    return pd.DataFrame([row | {"n_censored": 1, "print_rate": 0.4, "thin": False, "flags": ""}])


def _curves():
    share = np.array([0.0, 0.2, 0.5, 0.7, 0.8])
    table = pd.DataFrame({"lag_days": [-10.0, 0.0, 30.0, 90.0, 300.0], "share": share})
    band = {"low": np.maximum(share - 0.2, 0), "high": np.minimum(share + 0.2, 1)}
    return table.assign(term="三清四畅", n_places=5, **band)


def _lines(place, text):
    about = {
        "term": "三清四畅",
        "rank": 1,
        "place": place,
        "date": dt.datetime(2018, 3, 1),
        "readout": "r020180",
    }
    words = {"left": text or "会议强调要抓好“", "right": "”，把事情办到群众身边。"}
    return pd.DataFrame([about | words | {"n_uses": 7, "n_readouts": 5}])


def _candidates():
    row = {"term": "七巧联动", "kind": "abbreviation", "n": 12, "n_readouts": 9, "n_places": 3, "n_quoted": 7}
    days = {"first": dt.datetime(2019, 3, 1), "last": dt.datetime(2022, 5, 4)}
    return pd.DataFrame([row | days | {"growth": 1.5, "score": 0.8}])


def _echo(by, *values):
    rows = [
        {by: value, "class": name, "share": share, "low": share / 2, "high": min(1.0, share * 2)}
        for value in values
        for name, share in ECHO.items()
    ]
    return pd.DataFrame(rows).assign(characters=100, n_items=20, thin=False, gap=False)


def _passages(place, text):
    row = {"side": "most", "rank": 1, "place": place, "share": 0.3, "item_id": "r000-01", "text": text}
    return pd.DataFrame([row | {"source_id": "c1", "source_place": None, "lag_days": 12.0}])


def _network(one, two):
    row = {"source_place": one, "target_place": two, "directed": True, "n_passages": 30, "n_readouts": 12}
    row |= {"characters": 900, "first": dt.datetime(2018, 1, 5), "last": dt.datetime(2022, 1, 5)}
    return pd.DataFrame(
        [row | {"median_lag_days": 44.0, "expected": 10.0, "excess": 20.0, "q": 0.01, "thin": False}]
    )


def _aligned(one, two, text):
    """Two passages: a copy with one edit, and one of which the dates do not tell who was first."""
    around = {f"{side}_{part}": "议" for side in ("target", "source") for part in ("before", "after")}
    ends = {f"{side}_{end}": at for side in ("target", "source") for end, at in (("start", 1), ("end", 15))}
    row = {
        **{"class": "echo_peer", "sampled": "longest", "directed": True, "lag_days": 366.0},
        **{"target_id": "r120190-1", "target_readout": "r120190", "target_place": two},
        **{"target_date": "2019-03-02", "target_text": text},
        **{"source_id": "r020180-1", "source_readout": "r020180", "source_place": one},
        **{"source_date": "2018-03-01", "source_text": text.replace("清单", "台账")},
        **{"source_kind": "text", "characters": 14, "length": 12, "similarity": 0.86},
        **{**around, **ends},
    }
    unclear = {"class": "undirected", "sampled": "random", "directed": False, "lag_days": np.nan}
    return pd.DataFrame([row, row | unclear | {"source_date": None}])
