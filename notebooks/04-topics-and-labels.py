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
# # 4. Topics and their labels
#
# **Question.** What is a topic about, does another method see it too, and what do we call it without saying more than the
# words do?
#
# Takes less than a minute. The corpus is the built-in **synthetic** sample, unless `PAGES` names pages of your own.

# %%
# %matplotlib inline
# %config InlineBackend.figure_format = "retina"
import os

from IPython.display import Markdown, display

import readout_nlp as rn

PAGES = os.environ.get("READOUT_PAGES")  # or "my_pages/": a folder of pages, or a table of texts
SMALL = os.environ.get("READOUT_PROFILE") == "ci"  # a smaller sample, for tests
SAMPLE = {"cities": 4, "years": 3, "per_cell": 3} if SMALL else {}


def show(axes):
    figure = (axes[0] if isinstance(axes, list) else axes).figure
    display(figure, metadata={"image/png": {"alt": figure.get_label()}})
    display(Markdown(f"*Figure. {figure.get_label()}*"))


corpus = rn.read_corpus(PAGES) if PAGES else rn.sample_corpus(**SAMPLE)
shown = {"language": "en", "synthetic": corpus.synthetic}
counts = rn.count_terms(rn.tokenize(corpus, unit="item"))
topics = rn.consensus(counts, n_topics=6 if SMALL else 20, n_fits=4 if SMALL else 20)
table = rn.topic_table(topics, counts, stability=rn.consensus_stability(topics))

# %% [markdown]
# ## The words
#
# A label is made of FREX words, frequent in the topic *and* rare elsewhere: a handle, not an interpretation. Topics come in
# the order of their size.

# %%
show(rn.figures.plot_topic_terms(topics, labels=list(table["label"]), n_terms=6, **shown))

# %%
columns = ["topic", "label", "top_terms", "size", "npmi", "exclusivity", "stability", "unstable"]
table[columns].head(10).style.hide(axis="index").format(precision=2).set_uuid("topics")

# %% [markdown]
# ## Reading before naming
#
# The item in which each topic is strongest: what the meeting did, and with what.

# %%
items = corpus.items.select("item_id", "act", "subject").to_pandas().set_index("item_id")
strongest = [topics.doc_ids[row] for row in topics.doc_topics.argmax(axis=0)]
read = items.loc[strongest].assign(topic=topics.topic_ids, label=table["label"].to_numpy())
read[["topic", "label", "act", "subject"]].head(10).style.hide(axis="index").set_uuid("read")

# %% [markdown]
# ## Does another method see them?
#
# NMF on TF-IDF has no seed and other mathematics. Its topics are matched to those of the LDA one to one; what both find is
# not an artefact of either.

# %%
other = rn.fit_nmf(counts, n_topics=topics.n_topics)
match = rn.match_topics(topics, other)
labels = rn.topic_table(other, counts)["label"]
seen = table[["topic", "label", "stability"]].assign(
    nmf=labels.iloc[match.permutation].to_numpy(), overlap=match.jaccards.round(2)
)
seen.sort_values("overlap", ascending=False).head(6).style.hide(axis="index").format(precision=2).set_uuid(
    "seen"
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
twice = seen[seen["overlap"] >= 0.3]
both = twice[twice["stability"] >= 0.5]
lost = seen.sort_values("overlap").iloc[0]
Markdown(f"""
**What it shows.** {len(twice)} of {topics.n_topics} topics of the LDA share a good part of their words with a topic of the
NMF (overlap 0.3 or more); {len(both)} of these are also steady over seeds, and a finding is safest on them. Least alike is
{lost["topic"]} ({lost["label"]}, overlap {lost["overlap"]:.2f}).

**What else it could be.** Two methods that read the same counts share their faults: a phrase that travels through many
readouts makes a topic in both.

**What it does not show.** That people would see the same issue. Notebook 12 asks them.
""")

# %% [markdown]
# ## Giving names
#
# Names belong to a saved model, with who gave them and when. `edit_label` writes them in Chinese or in any language, seals
# the folder again, and later tables and figures carry them.

# %%
import tempfile
from pathlib import Path

saved = rn.save_model(topics, Path(tempfile.mkdtemp()) / "model", corpus=corpus, tables={"topics": table})
first = table["topic"].iloc[0]
renamed = rn.edit_label(
    saved,
    first,
    label=f"{table['label'].iloc[0].split('·')[0]} (a name for now)",
    definition="to be written",
    coder="AB",
)
renamed[renamed["topic"].isin([first, table["topic"].iloc[1]])].style.hide(axis="index").set_uuid("names")

# %% [markdown]
# **On your own corpus.** Read ten items of a topic before you name it, and write the definition down beside the name: the
# definition, not the name, is what coders can check.
