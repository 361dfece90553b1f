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
# # 6. Which cities are alike, with and without formula
#
# **Question.** Readouts resemble each other because the genre does. How much likeness between places is left when the
# formulae (套话) are masked, and is any of it more than chance?
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
counts = rn.count_terms(
    rn.tokenize(corpus, unit="item", tiers=(1,))
)  # the words of the genre stay in for now
resamples = 100 if SMALL else 500

# %% [markdown]
# ## What is formula?
#
# Not a list but a measure: words in many items, evenly over places *and* years. Official terms (提法) are never taken for
# formula, however frequent. What is masked is shown.

# %%
formula = rn.formula_terms(counts, corpus)
masked = formula.loc[formula["formula"].astype(bool), "term"]
print(f"{len(masked)} of {len(counts.vocabulary)} terms:", " ".join(masked.head(30)))

# %%
both = rn.similarity_before_after(counts, corpus, formula=formula, resamples=resamples)
solid = both[~both["thin"].astype(bool)]
show(rn.figures.plot_masking(solid, most=12, **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
before, after = solid["before"].astype(float), solid["after"].astype(float)
sure = int((solid["high"].astype(float) < 0).sum())
order = before.rank().corr(after.rank())
Markdown(f"""
**What it shows.** The formula is {both.attrs["masked_share"]:.0%} of all words. Without it,
two places are alike to {after.mean():.2f} on average instead of {before.mean():.2f}; for
{sure} of {len(solid)} pairs the fall is more than its interval. The order of the pairs
{"hardly changes" if order > 0.9 else "changes"} (rank correlation {order:.2f}).
{both.attrs["flag"]}

**What else it could be.** With few places or years, a matter that all of them really attend
to looks like formula.

**What it does not show.** That the rest is policy. What is left includes words copied from
above (notebook 7).
""")

# %% [markdown]
# ## More alike than chance?
#
# From here on likeness is that of topics. Readouts of a year are dealt to places by chance, again and again: only what
# lies beyond that (`excess`) is likeness, or distance.

# %%
words = rn.count_terms(rn.tokenize(corpus, unit="item"))
topics = rn.consensus(words, n_topics=6 if SMALL else 20, n_fits=4 if SMALL else 20)
profiles = rn.topic_profiles(topics, corpus)
pairs = rn.pairs(profiles, between="place", resamples=resamples)
pairs = pairs[~pairs["thin"].astype(bool)].sort_values("excess").reset_index(drop=True)
columns = ["one", "other", "similarity", "low", "high", "expected", "excess", "q_more", "q_less"]
pairs[columns].iloc[sorted({*range(3), *range(len(pairs))[-3:]})].style.hide(axis="index").format(
    precision=3
).set_uuid("pairs")

# %%
show(rn.figures.plot_place_map(rn.place_map(profiles, between="place", resamples=resamples), **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
more, less = int((pairs["q_more"] < 0.05).sum()), int((pairs["q_less"] < 0.05).sum())
far = pairs.iloc[0]
Markdown(f"""
**What it shows.** Of {len(pairs)} pairs, {more} are more alike than chance would have it and
{less} less (false discoveries controlled at 5 %). Furthest below chance: {far["one"]} and
{far["other"]}, alike to {far["similarity"]:.2f} where {far["expected"]:.2f} is expected.

**What else it could be.** Any two places are alike to {pairs["expected"].mean():.2f} by
chance alone: most of a similarity is the common agenda of the year. Places with few readouts
look less alike than they are; `expected` has the same few, so that `excess` is fair to them.

**What it does not show.** That like agendas have a like cause, or that one place learnt from
the other.
""")

# %% [markdown]
# ## Which words set a place apart?
#
# Log-odds with an informative prior, for the place that stands furthest from the others by chance-corrected likeness.

# %%
apart = pairs.melt("excess", ["one", "other"]).groupby("value")["excess"].mean().idxmin()
key = rn.keyness(words, corpus, by="place", n_terms=12, draws=resamples)
show(rn.figures.plot_keyness(key, unit=apart, **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
own = key[key["label"] == apart]
Markdown(f"""
**{apart}.** {int((own["q"] < 0.05).sum())} of its {len(own)} words with the highest log-odds
pass the control of false discoveries over all places and
words{"" if (own["q"] < 0.05).any() else ": read them as a hint where to look, not as a finding"}.
""")

# %% [markdown]
# **On your own corpus.** Report `excess` with its q, not the similarity itself, and name the words that were masked. If your
# places are of several levels, compare within a level first.
