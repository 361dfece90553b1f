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
# # 7. Years later
#
# A model was saved and cited; since then there are new pages. What becomes of the old numbers, which topics go on, and
# is a change more than chance? The corpus is the built-in **synthetic** sample: nothing in it is about the real world.

# %%
import tempfile
from pathlib import Path

import polars as pl

import readout_nlp as rn

SCRATCH = Path(tempfile.mkdtemp())
whole = rn.sample_corpus(cities=6, years=6, per_cell=5)
LAST_OLD_YEAR = int(whole.readouts["year"].min()) + 3
old = rn.select_readouts(whole, whole.readouts.filter(pl.col("year") <= LAST_OLD_YEAR)["readout_id"])
print(old.readouts.height, "readouts then,", whole.readouts.height, "now")

# %% [markdown]
# ## The model that was published
#
# The consensus of several fits, saved with its recipe, so that anybody can verify and repeat it.

# %%
RECIPE = rn.Recipe(n_topics=10, n_seeds=4)
tokens = rn.tokenize(old)
counts = rn.count_terms(tokens, min_df=RECIPE.min_df, max_df=RECIPE.max_df)
topics = rn.consensus(counts, n_topics=RECIPE.n_topics, n_fits=RECIPE.n_seeds)
saved = rn.save_model(
    topics,
    SCRATCH / "model",
    corpus=old,
    tokens=tokens,
    recipe=RECIPE.model_dump(mode="json"),
    citation={"title": "Topics of a fictional province", "authors": ["Doe, Jane"], "year": 2026},
)
print(rn.cite(saved, format="apa"))

# %% [markdown]
# ## Does it hold?
#
# The files against their hashes, and the shares against the texts: cut, counted and inferred anew.

# %%
print(rn.verify_model(saved, corpus=old))

# %% [markdown]
# ## New readouts under the old model
#
# Shares that were published stay, bit for bit; new readouts are measured by the same topics.

# %%
found = rn.infer_saved(saved, whole)
where = {name: row for row, name in enumerate(found.doc_ids)}
rows = [where[name] for name in topics.doc_ids]
print("old shares unchanged:", bool((found.doc_topics[rows] == topics.doc_topics).all()))
rn.topic_shares(found, whole, by="year", intervals=200).head()

# %% [markdown]
# ## The model on the grown corpus
#
# Topics that go on keep their ids; `verdict` says what became of each, and `beyond_chance` whether refits within the
# old documents alone change as much.

# %%
later = rn.refit(saved, whole, baseline=4)
print(rn.describe_drift(later.drift))

# %%
again = rn.save_refit(later, SCRATCH / "model-2")
print(rn.diff_models(saved, again))

# %% [markdown]
# ## To other programs
#
# Counts, document variables and the model for R; no text goes unless it is asked for.

# %%
folder = rn.export_r(later.counts, whole, SCRATCH / "for-r", topics=later.fit)
sorted(path.name for path in folder.iterdir())
