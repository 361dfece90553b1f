# ---
# jupyter:
#   jupytext:
#     formats: py:percent,ipynb
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10. The provinces in national news, 2012 to 2019
#
# **Question.** When the national evening news (新闻联播) names a province, what is it about, and which provinces are shown
# alike? This is **real**: a saved model, without texts, of news *about* provinces, not of readouts *by* them.
#
# Takes a few seconds.

# %%
# %matplotlib inline
# %config InlineBackend.figure_format = "retina"
import json
import os
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import readout_nlp as rn

MODEL = Path(os.environ.get("READOUT_MODEL") or "../models/broadcast-provinces-2012-2019")


def show(axes):
    figure = (axes[0] if isinstance(axes, list) else axes).figure
    display(figure, metadata={"image/png": {"alt": figure.get_label()}})
    display(Markdown(f"*Figure. {figure.get_label()}*"))


topics = rn.load_model(MODEL)
manifest = json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))
table = pd.DataFrame(manifest["topics"])
labels = rn.figures.labels_of(table)
documents = pd.read_csv(MODEL / "documents.csv")
shares = pd.read_csv(MODEL / "shares_place_year.csv", keep_default_na=False, na_values=[""])
shown = {"language": "en", "synthetic": False}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
notes = "\n".join(f"- {note}" for note in manifest["notes"])
Markdown(f"""
{len(documents)} items that name exactly one of {documents["place"].nunique()} province-level
units, {documents["year"].min()} to {documents["year"].max()}; {topics.n_topics} topics,
{int(table["unstable"].sum())} of them **unstable**. Human validation:
**{manifest["validation"]["state"]}**. From the card:

{notes}
""")

# %% [markdown]
# ## How often
#
# The first thing that differs is how often a province is named at all.

# %%
named = documents["place"].value_counts()
ends = pd.concat([named.head(5), named.tail(5)]).rename_axis("place").reset_index(name="items")
ends.style.hide(axis="index").set_uuid("named")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
{named.index[0]} has {named.iloc[0] / len(documents):.0%} of all items,
{named.iloc[0] / named.iloc[1]:.1f} times as many as {named.index[1]}. Do not read that as
attention: the capital stands in the datelines of news about the centre. It is left out of the
comparisons below.
""")

# %% [markdown]
# ## What the news speaks of, where
#
# For each steady topic, its share in the news about each province, the mean over years with a 95 % interval from the spread
# of the years. Shown is the topic that is most unevenly spread: its three highest provinces lie furthest above the middle one, by
# the lower ends of their intervals.

# %%
from scipy.stats import t as student

steady = table.loc[~table["unstable"], "topic"]
solid = shares[~shares["thin"] & (shares["place"] != named.index[0]) & shares["topic"].isin(steady)]
spread = solid.groupby(["topic", "place"])["share"].agg(["mean", "sem", "count"]).reset_index()
reach = student.ppf(0.975, spread["count"].clip(lower=2) - 1) * spread["sem"]
spread = spread.assign(low=(spread["mean"] - reach).clip(lower=0), high=spread["mean"] + reach)
uneven = spread.groupby("topic")["low"].agg(lambda low: low.nlargest(3).mean())
uneven = uneven - spread.groupby("topic")["mean"].median()
topic = uneven.idxmax()
one = spread[spread["topic"] == topic].sort_values("mean", ascending=False)
title = f"Share of: {labels[topic]}"
show(rn.figures.plot_intervals(one, label="place", value="mean", zero=None, title=title, **shown))

# %%
top = spread.sort_values("mean", ascending=False).groupby("topic").head(3)
top = top.assign(label=top["topic"].map(labels)).groupby("topic")
lists = top.agg(label=("label", "first"), most=("place", " ".join), highest=("mean", "max"))
order = uneven.sort_values(ascending=False).index[:10]
lists.loc[order].style.format(precision=2).set_uuid("lists")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
middle = one["mean"].median()
above = one[one["low"] > middle]
Markdown(f"""
**What it shows.** {labels[topic]} makes up {one["mean"].iloc[0]:.0%} (95 % interval
{one["low"].iloc[0]:.0%} to {one["high"].iloc[0]:.0%}) of the news about
{one["place"].iloc[0]}, against {middle:.0%} in the middle province; {len(above)} provinces
lie above that middle with their whole interval. The table has the three provinces in which
each of the ten most uneven topics is strongest.

**What else it could be.** The province was found by its name alone. A topic may follow a name
because the name stands in its set phrases. And one long story in one year moves a province
that is seldom named: look at the years below.

**What it does not show.** What happened in a province, or what its own meetings discussed.
""")

# %% [markdown]
# ## Through the years
#
# The same topic in the four provinces that have most of it, and in the two that are named most. Hollow years rest on few
# stretches of time: their interval would fill the panel and is not drawn.

# %%
most = list(one["place"].head(4))
few = [*most, *[place for place in named.index[1:8] if place not in most][:2]]
drawn = shares[(shares["topic"] == topic) & shares["place"].isin(few)]
drawn = drawn.assign(thin=drawn["flag"].notna(), low=drawn["low"].mask(drawn["flag"].notna()))
show(rn.figures.plot_shares_over_time(drawn, panels="place", **shown))

# %% [markdown]
# ## Who is shown alike
#
# Similarity of the topic shares (1: the same), placed so that provinces that resemble each other stand side by side.

# %%
comparable = shares[shares["place"] != named.index[0]]
alike = rn.similarity(comparable, metric="jensen_shannon")
show(rn.figures.plot_similarity(alike, width="two", **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
pairs = alike.rename_axis("one").reset_index().melt("one", var_name="other", value_name="similarity")
pairs = pairs[pairs["one"] < pairs["other"]].sort_values("similarity")
near, far = pairs.iloc[-1], pairs.iloc[0]
mean = alike.mean().sort_values()
Markdown(f"""
**What it shows.** Most alike are {near["one"]} and {near["other"]}
({near["similarity"]:.2f}), least {far["one"]} and {far["other"]} ({far["similarity"]:.2f}).
The news about {mean.index[0]} is least like that about the others.

**What else it could be.** Fewer items make a province look less like any other by chance
alone: the correlation of a province's mean likeness with the number of its items is
{mean.corr(named.reindex(mean.index), method="spearman"):.2f} (rank). Without the texts,
chance cannot be dealt anew (notebook 6 does it); read the order, not the level.
""")

# %% [markdown]
# ## Citing and rebuilding
#
# The model holds no text. `tools/rows_from_origin.py` and `tools/build_real_models.py provinces` rebuild it from the origin
# on the card, and name every item that is missing or changed.

# %%
print(rn.cite(MODEL, format="apa"))

# %% [markdown]
# **On your own corpus.** `MODEL` may be any saved model with `documents.csv` and shares by place and year beside it. With the
# texts at hand, `rn.place_mentions` says which places they name, and notebook 5 gives the intervals that this page lacks.
