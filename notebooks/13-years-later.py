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
# # 13. Years later
#
# **Question.** A model was saved and cited; since then there are new pages. What becomes of the old numbers, which topics go
# on, and is a change more than chance?
#
# Takes about a minute. The corpus is a part of the built-in **synthetic** sample, unless `PAGES` names pages of your own.

# %%
# %matplotlib inline
# %config InlineBackend.figure_format = "retina"
import os
import tempfile
from pathlib import Path

import pandas as pd
import polars as pl
from IPython.display import Markdown, display

import readout_nlp as rn

PAGES = os.environ.get("READOUT_PAGES")  # or "my_pages/": a folder of pages, or a table of texts
SMALL = os.environ.get("READOUT_PROFILE") == "ci"  # a smaller sample, for tests
SAMPLE = {"cities": 4, "years": 3, "per_cell": 3} if SMALL else {"cities": 6, "years": 6, "per_cell": 5}


def show(axes):
    figure = (axes[0] if isinstance(axes, list) else axes).figure
    display(figure, metadata={"image/png": {"alt": figure.get_label()}})
    display(Markdown(f"*Figure. {figure.get_label()}*"))


corpus = rn.read_corpus(PAGES) if PAGES else rn.sample_corpus(**SAMPLE)
shown = {"language": "en", "synthetic": corpus.synthetic}

SCRATCH = Path(tempfile.mkdtemp())
middle = int(corpus.readouts["year"].quantile(0.6, "lower"))
middle = min(middle, int(corpus.readouts["year"].max()) - 1)
old = rn.select_readouts(corpus, corpus.readouts.filter(pl.col("year") <= middle)["readout_id"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
{old.readouts.height} readouts up to {middle} are what the model was made of; by now there are
{corpus.readouts.height}.
""")

# %% [markdown]
# ## The model that was published
#
# The consensus of several fits, saved with its recipe, so that anybody can verify and repeat it.

# %%
recipe = rn.Recipe(n_topics=5 if SMALL else 10, n_seeds=2 if SMALL else 10)
tokens = rn.tokenize(old)
counts = rn.count_terms(tokens, min_df=recipe.min_df, max_df=recipe.max_df)
topics = rn.consensus(counts, n_topics=recipe.n_topics, n_fits=recipe.n_seeds)
table = rn.topic_table(topics, counts, stability=rn.consensus_stability(topics))
saved = rn.save_model(
    topics,
    SCRATCH / "model",
    corpus=old,
    tokens=tokens,
    tables={"topics": table},
    recipe=recipe.model_dump(mode="json"),
    citation={"title": "Topics of a notebook", "authors": ["Doe, Jane"], "year": 2026},
)
print(rn.cite(saved, format="apa"))

# %% [markdown]
# ## Does it hold?
#
# The files against their hashes, and the shares against the texts: cut, counted and inferred anew.

# %%
verdicts = str(rn.verify_model(saved, corpus=old))
print(*[line for line in verdicts.splitlines() if not line.startswith(" ")], sep="\n")

# %% [markdown]
# ## New readouts under the old model
#
# Shares that were published stay, bit for bit; new readouts are measured by the same topics. How much of the new texts the
# old model has no words for is the first sign of drift.

# %%
found = rn.infer_saved(saved, corpus)
where = {name: row for row, name in enumerate(found.doc_ids)}
rows = [where[name] for name in topics.doc_ids]
year_of = corpus.documents("item").select("doc_id", "year").to_pandas().set_index("doc_id")["year"]
unknown = (
    pd.Series(found.oov_share, index=list(found.doc_ids)).groupby(year_of).mean().dropna()
)  # NaN: known before
unknown.index = unknown.index.astype(int)
unknown.rename("words unknown to the model").to_frame().rename_axis("year").round(3)

# %%
shares = rn.topic_shares(found, corpus, by="year", intervals=100 if SMALL else 500)
largest = table["topic"].head(6)
labels = rn.figures.labels_of(table)
show(
    rn.figures.plot_shares_over_time(
        shares[shares["topic"].isin(largest)], panels="topic", labels=labels, **shown
    )
)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
**What it shows.** The published shares are
{"the same, bit for bit" if (found.doc_topics[rows] == topics.doc_topics).all() else "**not** the same"}.
Of the words of the new items {unknown.mean():.1%} are unknown to the model, by year as above.

**What else it could be.** A share that falls after {middle} may be one that the old topics no
longer catch. That is what the next section looks at.
""")

# %% [markdown]
# ## The model on the grown corpus
#
# Topics that go on keep their ids. `verdict` says what became of each, and `beyond_chance` whether refits within the old
# documents alone change as much.

# %%
later = rn.refit(saved, corpus, baseline=2 if SMALL else 10)
show(rn.figures.plot_topic_drift(later.drift, labels=labels, **shown))

# %%
print(rn.describe_drift(later.drift))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fates = later.drift["verdict"].value_counts().to_dict()
beyond = later.drift["beyond_chance"].fillna(False).astype(bool)
Markdown(f"""
**What it shows.** {"; ".join(f"{name}: {number}" for name, number in fates.items())}.
{beyond.sum()} topics changed by more than refits without any news do.

**What else it could be.** A topic that "vanished" may have been unstable from the start: look
at its stability before its fate. With few refits the range of chance is known only roughly.

**What it does not show.** That a matter left the agenda; its words may have changed.
""")

# %%
again = rn.save_refit(later, SCRATCH / "model-2")
difference = rn.diff_models(saved, again)
print(str(difference).split("settings:")[0])

# %% [markdown]
# ## To other programs
#
# Counts, document variables and the model for R; no text goes unless it is asked for.

# %%
sent = rn.export_r(later.counts, corpus, SCRATCH / "for-r", topics=later.fit)
print(*sorted(path.name for path in sent.iterdir()), sep="  ")

# %% [markdown]
# **On your own corpus.** Publish the first model before the new pages come. A refit is a new model with a citation of its own;
# say in the paper which of the two a number is from.
