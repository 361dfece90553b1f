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
# # 5. A saved model, read and cited
#
# `models/sample` is a model of the built-in **synthetic** sample, saved as a folder of plain files: numbers in
# safetensors, JSON and Parquet, a card, and a hash of every file. Nothing in it is unpickled, and anybody can
# rebuild it with `make models` and compare.

# %%
import tempfile
from pathlib import Path

import readout_nlp as rn

MODEL = Path("../models/sample")
topics = rn.load_model(MODEL)  # refuses if one byte differs from its hash
print(topics.method, topics.topic_terms.shape, topics.doc_topics.shape)

# %% [markdown]
# ## The card
#
# What it was made of, how stable each topic is, and what it cannot tell.

# %%
print((MODEL / "README.md").read_text(encoding="utf-8"))

# %% [markdown]
# ## As a gensim model
#
# For code that expects gensim, the same topics are a real `LdaModel`.

# %%
gensim_model = topics.to_gensim()
gensim_model.show_topics(num_topics=3, num_words=6, formatted=False)

# %% [markdown]
# ## New readouts under an old model
#
# The saved topics measure new texts without being refitted: the old numbers do not move. `oov_share` says how much
# of a text the model has no words for.

# %%
new = rn.sample_corpus(seed=1, cities=3, years=2, per_cell=2)
counts = rn.count_terms(rn.tokenize(new), min_df=1, max_df=1.0)
measured = rn.infer_topics(topics, counts)
print(f"{len(measured.doc_ids)} items, out of vocabulary {measured.oov_share.mean():.2f} on average")

# %% [markdown]
# ## Saving one's own

# %%
own = rn.fit_nmf(counts, n_topics=4)
folder = rn.save_model(own, Path(tempfile.mkdtemp()) / "my-model", corpus=new)
again = rn.load_model(folder)
print(bool((again.topic_terms == own.topic_terms).all()), sorted(path.name for path in folder.iterdir()))
