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
# # 4. Cities and years
#
# Which matters fill the published agenda of a city, how does that change, and which cities are alike? Shares are
# of the *published* agenda; that they measure attention is an inference the reader has to make.
#
# The corpus is the built-in **synthetic** sample; put the path of your own pages in `MY_PAGES`.

# %%
# %matplotlib inline
import os

import readout_nlp as rn

MY_PAGES = None  # for example "my_pages/"
SMALL = os.environ.get("READOUT_PROFILE") == "ci"

corpus = rn.read_corpus([MY_PAGES]) if MY_PAGES else rn.sample_corpus(years=3 if SMALL else 8)
counts = rn.count_terms(rn.tokenize(corpus))
topics = rn.fit_nmf(counts, n_topics=8 if SMALL else 20)
labels = dict(rn.topic_table(topics, counts)[["topic", "label"]].itertuples(index=False))

# %% [markdown]
# ## Shares by year
#
# Items without a certain year are left out and counted. A year without items is a gap, never a zero.

# %%
by_year = rn.topic_shares(topics, corpus, by="year")
print("left out:", by_year.attrs["left_out"])
axes = rn.figures.plot_shares_over_time(
    by_year, panels="topic", titles=labels, language="en", synthetic=corpus.synthetic
)
axes[0].figure

# %% [markdown]
# ## Shares by city and year
#
# Districts are places of their own and are never counted into their city. A cell with fewer than five items is
# marked thin.

# %%
shares = rn.topic_shares(topics, corpus, by=("place", "year"))
cells = shares.drop_duplicates(["place", "year"])
print(f"{len(cells)} cells, {int(cells['thin'].sum())} thin, {int(cells['gap'].sum())} gaps")
shares.sort_values("share", ascending=False).head(8)

# %% [markdown]
# ## Which places are alike?
#
# 1 means the same shares, 0 nothing in common. The order of the rows comes from clustering the matrix. The
# wording that all readouts share raises every similarity, so read differences, not levels.

# %%
cities = corpus.readouts.filter(corpus.readouts["level"] == "prefecture")["place"].unique()
of_cities = shares[shares["place"].isin(list(cities))] if MY_PAGES is None else shares
alike = rn.similarity(of_cities, metric="jensen_shannon")
rn.figures.plot_similarity(alike, language="en", synthetic=corpus.synthetic).figure

# %% [markdown]
# ## Which years are alike?

# %%
rn.figures.plot_similarity(
    rn.similarity(by_year), ordered=False, language="en", synthetic=corpus.synthetic
).figure

# %% [markdown]
# ## Paths of cities
#
# How far each city moved from its own previous year, and how far it stood from the other places in the same
# year. Thin cells move far by chance alone.

# %%
paths = rn.trajectories(of_cities)
rn.figures.plot_trajectories(paths, language="en", synthetic=corpus.synthetic)[0].figure
