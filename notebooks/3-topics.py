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
# Two models read the same counts: LDA, which the field knows, and NMF on TF-IDF, which is deterministic. A topic
# that is not found again from another start, or on other documents, is no finding; it is marked everywhere.
#
# The corpus is the built-in **synthetic** sample; put the path of your own pages in `MY_PAGES`.

# %%
# %matplotlib inline
import os

import readout_nlp as rn

MY_PAGES = None  # for example "my_pages/"
SMALL = os.environ.get("READOUT_PROFILE") == "ci"

corpus = rn.read_corpus([MY_PAGES]) if MY_PAGES else rn.sample_corpus(years=3 if SMALL else 8)
recipe = rn.Recipe(n_topics=8 if SMALL else 20, passes=3 if SMALL else 20, n_seeds=2 if SMALL else 3)
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
# The mean overlap (Jaccard) of a topic's ten most probable words with its best match in models fitted from other
# seeds. Below 0.5 a topic is marked unstable.

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
