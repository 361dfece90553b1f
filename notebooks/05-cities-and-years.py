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
# # 5. Cities and years, with their uncertainty
#
# **Question.** Which matters gain and lose room on the published agenda, in which cities, and how sure may we be? Shares
# are of what was *published*; that they measure attention is an inference of the reader.
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
labels = rn.figures.labels_of(table)
resamples = 100 if SMALL else 500

# %% [markdown]
# ## Years
#
# Three readings of the same trend: all that was read; the places that are there in every year (panel); each place counted
# once. Where they part, it is the record that changed and not only the agenda. Shown are the topics that moved most, of those that
# are steady over seeds (notebook 3).

# %%
change = rn.composition(topics, corpus, between="ends", intervals=resamples)
total = change[change["part"] == "total"].set_index("topic")["change"].astype(float)
steady = table.loc[~table["unstable"].astype(bool), "topic"].to_list() or labels  # all, where none is steady
moved = total[list(steady)].abs().sort_values(ascending=False).index
trends = rn.year_trends(topics, corpus, intervals=resamples)
show(rn.figures.plot_year_trends(trends[trends["topic"].isin(moved[:6])], labels=labels, **shown))

# %% [markdown]
# The change from the first year to the last, taken apart exactly: within places; by the weight of places (mix); by places
# that came into the record (entry) or left it (exit).

# %%
parts = change[change["topic"].isin(moved[:4])].assign(label=change["topic"].map(labels))
parts = parts[["label", "part", "change", "low", "high", "n_places"]].set_index(["label", "part"])
(parts.astype(float) * [100, 100, 100, 1]).rename(columns={"change": "change, points"}).style.format(
    precision=1
).set_uuid("parts")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
head = change[(change["topic"] == moved[0]) & change["part"].isin(["total", "within"])].set_index("part")
whole, within = head.loc["total"], head.loc["within"]
clear = sum(change.loc[change["part"] == "within", ["low", "high"]].astype(float).prod(axis=1) > 0)
Markdown(f"""
**What it shows.** From {whole["year_from"]} to {whole["year_to"]} {moved[0]}
({labels[moved[0]]}) moved most: by {100 * whole["change"]:+.1f} points of the agenda (95 %
interval {100 * whole["low"]:+.1f} to {100 * whole["high"]:+.1f}), of which
{100 * within["change"]:+.1f} within places ({100 * within["low"]:+.1f} to
{100 * within["high"]:+.1f}). {len(moved)} of {topics.n_topics} topics are steady enough to be
looked at this way. In all, {clear} of {topics.n_topics} topics changed within places by more
than their interval.

**What else it could be.** Intervals are for each topic alone: among {topics.n_topics}, one in
twenty would pass by chance. And a share is of a whole: when one topic grows, others must
shrink, though nobody cared less about them.

**What it does not show.** Why. Notebook 8 asks whether a change follows an event.
""")

# %% [markdown]
# ## The readouts without a year
#
# They are in no year above. If all of them fell into the year where they matter most, how far could a share move?

# %%
bounds = rn.year_bounds(topics, corpus)
span = (bounds["high_bound"] - bounds["low_bound"]).astype(float)
widest = bounds.loc[[span.idxmax()]].iloc[0]
print(f"items left out of the years: {trends.attrs['left_out']}")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
{int(bounds["n_undated_readouts"].max())} readouts lack a certain year. The bounds are widest
for {widest["topic"]} in {widest["year"]}: {widest["share"]:.1%}, but anywhere from
{widest["low_bound"]:.1%} to {widest["high_bound"]:.1%} is possible; on average the bounds are
{100 * span.mean():.1f} points apart. These are bounds, not intervals: no chance is in them.
""")

# %% [markdown]
# ## Cities
#
# The topic that moved most, place by place over all years. Districts are places of their own and never counted into their
# city; hollow points are thin (fewer than five items).

# %%
by_place = rn.topic_shares(topics, corpus, by="place", intervals=resamples)
known = by_place[(by_place["topic"] == moved[0]) & (by_place["n_readouts"] >= 5)]
largest = known.nlargest(15, "n_items").sort_values("share", ascending=False)
show(
    rn.figures.plot_intervals(
        largest, label="place", value="share", zero=None, title="share of the agenda", **shown
    )
)

# %%
cells = rn.topic_shares(topics, corpus, by=("place", "year"), intervals=resamples)
cells.drop_duplicates(["place", "year"])["flag"].replace("", "none").value_counts().to_frame("cells")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
wide, narrow = ((rows["high"] - rows["low"]).astype(float).median() for rows in (cells, by_place))
Markdown(f"""
**What it shows.** A place over all years can be told from another where their intervals part.
A single place and year mostly cannot: the median interval of a cell is {100 * wide:.0f}
points wide, that of a place {100 * narrow:.0f}. The flags say why: meetings of one quarter
are not independent, and a cell with one readout has no interval at all.

**What else it could be.** A place that publishes only its important meetings has another mix
of topics than one that publishes all, with the same attention behind it.
""")

# %% [markdown]
# ## Years, levels and acts at once
#
# Topic shares regressed on year, level and what the meeting did, with errors that hold for few places (CR2 by place) and
# false discoveries controlled over all topics (q).

# %%
covariates = rn.covariates_of(corpus)
formula = "year + act" + (" + level" if covariates["level"].nunique() > 1 else "")
effects = rn.topic_effects(topics, covariates, formula=formula, cluster="place", lengths=counts)
show(rn.figures.plot_effects(effects, term="year", labels=labels, **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
passed = effects[effects["q"] < 0.05]
by_year = effects[effects["term"] == "year"]
Markdown(f"""
**What it shows.** {(by_year["q"] < 0.05).sum()} of {len(by_year)} topics have a yearly slope
that survives the control of false discoveries (q below 0.05), and
{(passed["term"] != "year").sum()} further coefficients of act or level do.

**What else it could be.** A slope over years is also a slope over whatever else came with the
years: other secretaries, other web editors, other pages kept by the site.

**What it does not show.** Effects on what the meetings discussed: the model sees *fitted*
shares of *published* items, and short items are drawn towards the average, so these slopes
are rather too small.
""")

# %% [markdown]
# **On your own corpus.** Look at the panel's line first: if only few places are there in every year, no trend of all places
# is safe. With a table of your own (tenures, budgets), `rn.join_place_years` and `rn.join_tenures` add covariates.
