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
# # 2. From items to words
#
# Topic models see only counts of words, so every choice here shapes what they can find. Nothing is removed in
# silence: each removal is counted, by tier and by word.
#
# The corpus is the built-in **synthetic** sample; put the path of your own pages in `MY_PAGES`.

# %%
import os

import readout_nlp as rn

MY_PAGES = None  # for example "my_pages/"
YEARS = 3 if os.environ.get("READOUT_PROFILE") == "ci" else 8

corpus = rn.read_corpus([MY_PAGES]) if MY_PAGES else rn.sample_corpus(years=YEARS)

# %% [markdown]
# ## Cutting
#
# The unit is the **item**, one matter on the agenda: a whole readout is several unrelated matters, and its topic
# would be their average. jieba's rules cut the Chinese text; official terms are kept whole.

# %%
tokens = rn.tokenize(corpus, unit="item")
tokens.steps

# %% [markdown]
# ## What was removed
#
# Tier 1 holds function words, tier 2 the formulae of the genre (会议, 指出, 强调), tier 3 verbs that stand in
# every sentence (加强, 推进). Names of places and presiders are removed because they would otherwise become
# topics of their own. Any tier can be kept: `rn.tokenize(corpus, tiers=(1, 2))`.

# %%
removed = tokens.removed.to_pandas()
removed.groupby("tier", sort=False)["count"].sum()

# %%
removed.sort_values(["tier", "count"], ascending=[True, False]).groupby("tier").head(5).reset_index(drop=True)

# %% [markdown]
# ## Counting

# %%
counts = rn.count_terms(tokens, min_df=3, max_df=0.5)
print(f"{counts.counts.shape[0]} items x {counts.counts.shape[1]} terms, {counts.counts.nnz} cells filled")

# %% [markdown]
# How much do the choices matter? Keeping the formulae of the genre changes how many words are left to tell one
# matter from another.

# %%
for tiers in [(), (1,), (1, 2), (1, 2, 3)]:
    kept = rn.count_terms(rn.tokenize(corpus, unit="item", tiers=tiers), min_df=3, max_df=0.5)
    print(f"tiers {tiers!s:10} {int(kept.counts.sum()):8d} tokens, {len(kept.vocabulary):5d} terms")
