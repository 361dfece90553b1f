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
# # 6. Comparisons under scrutiny
#
# Notebook 4 shows shares and similarities. A reviewer asks what they rest on: how sure, by chance, by formula, by
# copying, by who is in the record. This notebook answers one by one; `docs/comparing.md` derives each method.
#
# The corpus is the built-in **synthetic** sample; put the path of your own pages in `MY_PAGES`, and of texts from
# above (the centre's) in `MY_REFERENCE`.

# %%
# %matplotlib inline
import os

import readout_nlp as rn

MY_PAGES, MY_REFERENCE = None, None  # for example "my_pages/", "central/"
SMALL = os.environ.get("READOUT_PROFILE") == "ci"
YEARS = 3 if SMALL else 8

corpus = rn.read_corpus([MY_PAGES]) if MY_PAGES else rn.sample_corpus(cities=4 if SMALL else 12, years=YEARS)
reference = rn.read_corpus([MY_REFERENCE]) if MY_REFERENCE else rn.sample_reference(years=YEARS)
counts = rn.count_terms(rn.tokenize(corpus))
topics = rn.fit_lda(counts, n_topics=8 if SMALL else 20, random_state=0)
labels = dict(rn.topic_table(topics, counts)[["topic", "label"]].itertuples(index=False))
resamples = 100 if SMALL else 500
shown = {"language": "en", "synthetic": corpus.synthetic}

# %% [markdown]
# ## How sure is a share?
#
# Readouts are drawn anew in stretches of time within a place: items of one meeting are not independent. A cell
# with one readout has no interval, and says so.

# %%
shares = rn.topic_shares(topics, corpus, by=("place", "year"), intervals=resamples)
print("estimand:", shares.attrs["estimand"])
print("left out:", shares.attrs["left_out"])
print("flags:", shares["flag"].value_counts().to_dict())
sure = shares[~shares["thin"]].dropna(subset="low").sort_values("share", ascending=False)
sure[["place", "year", "topic", "share", "low", "high", "n_items", "n_readouts"]].head(6)

# %% [markdown]
# ## Did attention move, or did the record change?
#
# The year trend three ways, and the change from the first year to the last taken apart: within places, by their
# weight, by places that came and went. The parts add up.

# %%
trends = rn.year_trends(topics, corpus, intervals=resamples)
axes = rn.figures.plot_year_trends(trends, titles=labels, **shown)
axes[0].figure

# %%
change = rn.composition(topics, corpus, between="ends", intervals=resamples)
change.pivot_table(index="topic", columns="part", values="change").round(3).sort_values("total").iloc[
    [0, 1, -2, -1]
]

# %% [markdown]
# Items without a certain year are in no year. How much could they change?

# %%
bounds = rn.year_bounds(topics, corpus)
bounds.assign(width=bounds["high_bound"] - bounds["low_bound"]).nlargest(4, "width")[
    ["topic", "year", "share", "low_bound", "high_bound", "n_undated_items"]
]

# %% [markdown]
# ## Effects
#
# Topic shares on year, level and act, with errors that hold for few places, and false discoveries controlled
# across topics. The effects are on *fitted* topics.

# %%
covariates = rn.covariates_of(corpus)
effects = rn.topic_effects(topics, covariates, formula="year + level + act", cluster="place", lengths=counts)
print(effects.attrs["estimand"])
effects.sort_values("q").head(6)[
    ["topic", "term", "estimate", "low", "high", "p", "q", "n_clusters", "method"]
]

# %% [markdown]
# ## More alike than chance?
#
# Readouts of a year are dealt to places by chance: only what lies beyond that is likeness (or distance).

# %%
profiles = rn.topic_profiles(topics, corpus)
pairs = rn.pairs(profiles, between="place", resamples=resamples)
columns = ["one", "other", "similarity", "low", "high", "expected", "excess", "q_more", "q_less", "thin"]
pairs.sort_values("excess")[columns].iloc[[0, 1, -2, -1]]

# %%
rn.figures.plot_place_map(rn.place_map(profiles, between="place", resamples=resamples), **shown).figure

# %% [markdown]
# How much of the likeness of words is formula? What is masked is shown.

# %%
formula = rn.formula_terms(counts, corpus)
print("masked:", " ".join(formula.loc[formula["formula"], "term"].head(20)))
masked = rn.similarity_before_after(counts, corpus, formula=formula, resamples=100)
masked[["before", "after", "difference"]].mean().round(3)

# %% [markdown]
# ## Which words set a city apart?

# %%
key = rn.keyness(counts, corpus, by="place", n_terms=5, draws=resamples)
key[~key["thin"]].groupby("label", sort=False)["term"].agg(" ".join).head(8)

# %% [markdown]
# ## Who copies whom?
#
# Passages of twelve characters and more, found on characters before any cut into words. What matches nothing is
# `unmatched` in this corpus and this reference: not yet 'local'.

# %%
passages = rn.corpus_passages(corpus, reference)
spans = rn.echo(corpus, reference, passages=passages)
echo = rn.echo_shares(spans, corpus, by="place", intervals=resamples)
largest = echo.drop_duplicates("place").nlargest(15, "n_items")["place"]
rn.figures.plot_echo(echo[echo["place"].isin(largest)], **shown).figure

# %%
network = rn.reuse_network(passages, corpus, reference=reference)
print(network.attrs["estimand"])
network[network["directed"]].sort_values("excess", ascending=False).head(5)[
    ["source_place", "target_place", "n_passages", "expected", "excess", "q", "median_lag_days"]
]

# %% [markdown]
# ## Who leads, who follows?

# %%
leads = rn.leaders(topics, corpus)
rn.figures.plot_intervals(
    leads[~leads["thin"]], label="place", value="excess", title="figure.leader_axis", **shown
).figure

# %% [markdown]
# ## How did tifa spread?
#
# First sightings are upper bounds; the last readout without the term is a lower one; places that never print it
# are censored.

# %%
dated = rn.known_tifa(corpus)
adopted = rn.tifa_adoption(corpus, dated)
lags = rn.lag_to_centre(adopted, corpus, n_resamples=100)
lags[["term", "median", "low", "high", "n_places", "n_events", "n_censored", "flags"]]

# %% [markdown]
# Silence: a term that peers print, expected of a place's readouts and absent from them.

# %%
quiet = rn.silence(corpus, dated)
quiet.sort_values("p").head(5)[["label", "place", "n", "observed", "expected", "p", "q", "verdict", "thin"]]

# %% [markdown]
# ## Does attention follow an event?
#
# The same comparison on every placebo date far from the event says how often chance alone shows as much.

# %%
event = dated["reference_date"].sort_values().iloc[len(dated) // 2 if not SMALL else 0]
study = rn.event_study(topics, corpus, event, window_days=120)
study.sort_values("p_placebo").head(4)[
    ["topic", "before", "after", "effect", "low", "high", "p_placebo", "q"]
]

# %% [markdown]
# ## Discover on one half, estimate on the other
#
# Effects estimated on the texts that topics were found in flatter themselves. `Recipe(split=0.5)` does the same
# for a whole run and records it in the manifest.

# %%
halves = rn.split_corpus(corpus, random_state=0)
discover, estimate = (rn.tokenize(half) for half in halves)
found = rn.fit_lda(rn.count_terms(discover), n_topics=topics.n_topics, random_state=0)
held = rn.infer_topics(found, rn.count_terms(estimate, min_df=1, max_df=1.0))
print(halves.record["discover"], halves.record["estimate"], sep="\n")
rn.topic_shares(held, halves.estimate, by="year", intervals=resamples).head(4)
