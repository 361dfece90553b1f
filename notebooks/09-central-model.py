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
# # 9. A model of central readouts, 2012 to 2019, read and cited
#
# **Question.** What did the meetings of central bodies publish about, and what changed? This is **real**: a saved model of
# real readouts, without their texts. What is said here is what its tables show, and no more.
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

MODEL = Path(os.environ.get("READOUT_MODEL") or "../models/central-readouts-2012-2019")


def show(axes):
    figure = (axes[0] if isinstance(axes, list) else axes).figure
    display(figure, metadata={"image/png": {"alt": figure.get_label()}})
    display(Markdown(f"*Figure. {figure.get_label()}*"))


topics = rn.load_model(MODEL)  # refuses if one byte differs from its hash
manifest = json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))
table = pd.DataFrame(manifest["topics"])
labels = rn.figures.labels_of(table)
documents = pd.read_csv(MODEL / "documents.csv")
shares = pd.read_csv(MODEL / "shares_year.csv", keep_default_na=False, na_values=[""])
shown = {"language": "en", "synthetic": False}

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
{documents["readout_id"].nunique()} readouts with {len(documents)} items on their agendas,
{documents["year"].min()} to {documents["year"].max()}; {topics.n_topics} topics, a consensus
of several fits from different seeds. {int(table["unstable"].sum())} topics are **unstable**
(below 0.5 over independent halves of the fits) and carry no finding here. Human validation:
**{manifest["validation"]["state"]}**.
""")

# %% [markdown]
# ## What the record is made of
#
# Two kinds of source: notes of meetings of single bodies, and the evening news (新闻联播). Their mix changes with the years,
# and this is the first thing that a change of a topic may be.

# %%
sources = documents.assign(source=documents["sources"].str.split(" \\+ ")).explode("source")
sources.pivot_table(index="source", columns="year", values="readout_id", aggfunc="nunique", fill_value=0)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
notes = "\n".join(f"- {note}" for note in manifest["notes"])
Markdown(f"""
What the makers of the model say of it, from its card:

{notes}
""")

# %% [markdown]
# ## The topics
#
# The largest steady ones. Sizes are shares of all items of all years.

# %%
steady = table[~table["unstable"]]
columns = ["topic", "label", "top_terms", "size", "npmi", "stability"]
steady[columns].head(12).style.hide(axis="index").format(precision=2).set_uuid("topics")

# %% [markdown]
# ## What changed
#
# The six steady topics whose share moved most between the first and the last full year. Lines are 95 % intervals:
# readouts drawn anew in stretches of time.

# %%
full = shares.groupby("year")["n_items"].first()
first, last = full[full >= 0.7 * full.median()].index[[0, -1]]
wide = shares[shares["topic"].isin(steady["topic"])].pivot_table(
    index="topic", columns="year", values="share"
)
moved = (wide[last] - wide[first]).abs().sort_values(ascending=False).index
drawn = shares[shares["topic"].isin(moved[:6])]
show(rn.figures.plot_shares_over_time(drawn, panels="topic", labels=labels, **shown))

# %%
ends = drawn[drawn["year"].isin([first, last])].assign(label=drawn["topic"].map(labels))
cells = ends.assign(cell=[f"{r.share:.1%} ({r.low:.1%} to {r.high:.1%})" for r in ends.itertuples()])
cells.pivot_table(index="label", columns="year", values="cell", aggfunc="first")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
apart = ends.pivot_table(index="topic", columns="year", values=["low", "high"])
rose = apart[apart[("low", last)] > apart[("high", first)]].index
fell = apart[apart[("high", last)] < apart[("low", first)]].index
one = documents.set_index("doc_id").loc[list(topics.doc_ids)].reset_index()
alone = pd.DataFrame(topics.doc_topics, columns=topics.topic_ids)[one["sources"].str.contains("新闻联播")]
within = alone[moved[0]].groupby(one["year"]).mean()
same = (within[last] - within[first]) * (wide[last] - wide[first])[moved[0]] > 0
Markdown(f"""
**What it shows.** Of these six, the intervals of {first} and {last} lie apart upwards for
{", ".join(labels[t] for t in rose) or "none"}, downwards for
{", ".join(labels[t] for t in fell) or "none"}. Most moved {labels[moved[0]]}: from
{wide[first][moved[0]]:.1%} to {wide[last][moved[0]]:.1%} of the published agenda.

**What else it could be.** A change of the record. Among the readouts that the evening news
carried, the same topic goes from {within[first]:.1%} to {within[last]:.1%}:
{"the same direction, so the mix of sources is not all of it" if same else "another direction, so the mix of sources may be all of it"}.
All rows are of one place (flag `{shares["flag"].iloc[0]}`): the intervals speak of which
meetings took place, not of other centres.

**What it does not show.** What was discussed and not published; and why a topic moved.
""")

# %% [markdown]
# ## What the meetings did with each topic
#
# The acts (听取, 审议, 决定, 部署 and others), weighted by how much of each item is of the topic.

# %%
acts = one[["act"]].join(pd.DataFrame(topics.doc_topics, columns=topics.topic_ids)[moved[:8]])
sums = acts.groupby("act").sum()
by_act = (
    (sums / sums.sum()).T.rename_axis("topic").reset_index().melt("topic", var_name="act", value_name="share")
)
show(rn.figures.plot_topic_acts(by_act.assign(thin=False), labels=labels, **shown))

# %% [markdown]
# ## Citing it
#
# The citation names the hash of the corpus and of the model, so that a reader can tell whether they hold the same one.

# %%
print(rn.cite(MODEL, format="apa"))
print()
print(rn.verify_model(MODEL))

# %% [markdown]
# ## What it does not hold, and how it is rebuilt
#
# No text: numbers, single words, ids, dates and acts. The texts are at the origins named above; `pages.csv` has the SHA-256
# of each. `tools/rows_from_origin.py` makes rows of them and `tools/build_real_models.py central` the model, which names
# every text that is missing or changed. For code that expects gensim, `topics.to_gensim()` is a real `LdaModel`.

# %% [markdown]
# ## Your readouts under this model
#
# The topics measure new readouts without moving. `oov_share` says how much of a text the model has no words for.

# %%
PAGES = os.environ.get("READOUT_PAGES")  # or "my_pages/"
new = rn.read_corpus(PAGES) if PAGES else rn.sample_corpus(cities=3, years=2, per_cell=2)
found = rn.infer_saved(MODEL, new)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
{len(found.doc_ids)} items of
{"**synthetic** readouts of a fictional province" if new.synthetic else "new readouts"}:
{pd.Series(found.oov_share).mean():.0%} of their words are unknown to the model on average,
and {found.novel.mean():.0%} of the items are marked as novel, not for comparison. Meetings of
cities speak of other matters than meetings of the centre; measure them with topics of their
own, and with these only what both have.
""")

# %% [markdown]
# **On your own corpus.** Set `PAGES` above to measure your readouts by central topics, and report the share of unknown words
# beside every number.
