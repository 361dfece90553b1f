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
# # 3. Topics, and whether to believe them
#
# Two models read the same counts: LDA, which the field knows, and NMF on TF-IDF, which is deterministic. The LDA is
# the consensus of several fits from different seeds. A topic that is not found again from other seeds, or on other
# documents, is no finding; it is marked everywhere.
#
# The corpus is the built-in **synthetic** sample; put the path of your own pages in `MY_PAGES`.

# %%
# %matplotlib inline
import os

import readout_nlp as rn

MY_PAGES = None  # for example "my_pages/"
SMALL = os.environ.get("READOUT_PROFILE") == "ci"

corpus = rn.read_corpus([MY_PAGES]) if MY_PAGES else rn.sample_corpus(years=3 if SMALL else 8)
counts = rn.count_terms(rn.tokenize(corpus, unit="item"), min_df=3, max_df=0.5)

# %% [markdown]
# ## How many topics
#
# No number is the right one. Each is fitted from several seeds and measured by how well it foretells items of readouts
# that it has not seen, by how well its words keep company, and by how far the seeds agree. What is recommended is a
# range, with its reasons; two numbers within it are worth reading.

# %%
readout_of = dict(zip(corpus.items["item_id"], corpus.items["readout_id"], strict=True))
meetings = [readout_of[item] for item in counts.doc_ids]  # items of one meeting foretell each other
numbers = [4, 8] if SMALL else [10, 20, 25, 30, 40, 50]
choice = rn.choose_topics(counts, n_topics=numbers, n_seeds=2 if SMALL else 5, groups=meetings)
print(*choice.reasons, sep="\n")
choice.table

# %%
recipe = rn.Recipe(n_topics=choice.range[0], n_seeds=4 if SMALL else 10)
analysis = rn.analyse(corpus, recipe)

# %% [markdown]
# ## The topics
#
# Words are shown twice: by probability in the topic, and by FREX, which prefers words that are also exclusive to
# it. The label is made of FREX words; it is a handle, not an interpretation.

# %%
topics = analysis.tables["topics"]
topics[["topic", "label", "top_terms", "size", "npmi", "exclusivity", "stability", "unstable"]]

# %% [markdown]
# ## Stability
#
# The fits fall at random into two halves, each half makes a consensus of its own, and the overlap (Jaccard) of the ten
# most probable words of a topic's two counterparts is its stability: the mean of several such splits. Below 0.5 a topic
# is marked unstable.

# %%
rn.figures.plot_stability(topics, language="en", synthetic=corpus.synthetic).figure

# %%
print(f"{int(topics['unstable'].sum())} of {len(topics)} LDA topics are unstable")
analysis.tables["models"]

# %% [markdown]
# ## Reading before naming
#
# The items in which a topic is strongest. Read them before giving a topic a name.

# %%
analysis.tables["representatives"][["topic", "rank", "share", "place", "date", "act", "subject"]].head(10)

# %% [markdown]
# ## Clusters
#
# A clustering puts each item into one group. Where its groups and the topics agree, two different methods see
# the same thing.

# %%
analysis.tables["clusters"]
