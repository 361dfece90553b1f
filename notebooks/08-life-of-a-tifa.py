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
# # 8. The life of a tifa
#
# **Question.** A tifa (提法) is a formulation whose exact wording matters. When does it reach the places, who keeps silent,
# and does the agenda follow it?
#
# Takes about a minute. The corpus is the built-in **synthetic** sample, unless `PAGES` names pages of your own; `TERMS` are
# the tifa to follow, by default the dated ones that most places print.

# %%
# %matplotlib inline
# %config InlineBackend.figure_format = "retina"
import os

import pandas as pd
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

TERMS = None  # or {"wording": "2016-03-01"}: the day on which it was first used above; with a source in your paper
given = pd.DataFrame((TERMS or {}).items(), columns=["term", "reference_date"])
known = rn.known_tifa(corpus)  # dated from sources; in a corpus of real places, those of the centre
printed = rn.match_tifa(corpus, known).groupby("term")["place"].nunique().nlargest(20)
terms = given if TERMS else known[known["term"].isin(printed.index)]

# %% [markdown]
# ## Which wording could be a tifa?
#
# Before following known ones: candidates are short, firm in themselves, free in what stands around them, and spread over
# places. A candidate is to be looked up, never to be believed.

# %%
candidates = rn.tifa_candidates(corpus)
shown_columns = ["term", "kind", "n_readouts", "n_places", "n_quoted", "first", "score"]
first = candidates.assign(known=candidates["term"].isin(known["term"]))[[*shown_columns, "known"]].head(8)
first.style.hide(axis="index").format(precision=2).format("{:%Y-%m-%d}", subset=["first"]).set_uuid(
    "candidates"
)

# %% [markdown]
# ## How it spreads
#
# A first sighting is only an upper bound of the day of adoption, the last readout without the term a lower one, and a
# place that never prints it is censored, not late. The curve (Turnbull) is the share of places that had adopted by so many
# days after the first use above, with a band from resampled places; like the medians in the table below it allows for
# adopters that are sometimes silent.

# %%
adopted = rn.tifa_adoption(corpus, terms)
seen = adopted[adopted["first_observed"].notna()].groupby("term").size().sort_values(ascending=False)
curves = rn.adoption_curve(adopted, corpus, n_resamples=50 if SMALL else 200)
three = [term for term in seen.index if term in set(curves["term"])][:3]
show(rn.figures.plot_adoption(curves, terms=three, **shown))

# %%
lags = rn.lag_to_centre(adopted, corpus, n_resamples=100 if SMALL else 500)
columns = ["term", "median", "low", "high", "n_places", "n_events", "n_censored", "flags"]
lags.sort_values("median")[columns].head(8).style.hide(axis="index").format(precision=0).set_uuid("lags")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
fast = lags[lags["median"].abs() < float("inf")].sort_values("median").head(1)
upper = "".join("open" if row.high == float("inf") else f"{row.high:.0f}" for row in fast.itertuples())
first = "".join(
    f"""Fastest is {row.term}: half of the places had adopted it {row.median:.0f} days after the first use above (95 %
    interval {row.low:.0f} to {upper}), though only {row.n_events} of {row.n_places} were ever seen to print it."""
    for row in fast.itertuples()
)
Markdown(f"""
**What it shows.** {first or "No term has enough adopters for a median."} For
{int((lags["high"] == float("inf")).sum())} of {len(lags)} terms the upper end is open: too
few places were seen to adopt within the years that we hold.

**What else it could be.** A place that publishes seldom seems late. The lower bound, the last
readout *without* the term, allows for that; a median of first sightings would not.

**What it does not show.** Obedience. Printing a phrase is cheap; what a place did with it is
in the items.
""")

# %% [markdown]
# ## In its own words
#
# Passages to cite, each with readout, item and place in the text.

# %%
passages = rn.kwic(corpus, three[0]) if three else rn.kwic(corpus, "高质量发展")
passages[["place", "date", "left", "match", "right"]].head(5).style.hide(axis="index").format(
    "{:%Y-%m-%d}", subset=["date"], na_rep=""
).set_uuid("kwic")

# %% [markdown]
# ## Silence
#
# Not printing means something only where printing was to be expected: peers of the same level print it, and the place
# published enough for its silence to be no accident.

# %%
quiet = rn.silence(corpus, terms)
quiet["verdict"].value_counts().to_frame("places and terms")

# %%
silent = quiet[quiet["verdict"] == "silent"].sort_values("p")
columns = ["label", "place", "n", "observed", "expected", "p", "q"]
silent[columns].head(5).style.hide(axis="index").format(precision=3).set_uuid("silent")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
**What it shows.** {len(silent)} of {len(quiet)} pairs of a place and a term are silent where
printing was expected (each taken alone at 5 %); {int((silent["q"] < 0.05).sum())} after the
control of false discoveries over all pairs. Most pairs cannot be judged: the place published
too little, or its peers do not print the term either.

**What else it could be.** A place may print the term in pages that are not readouts, or in
another wording.
""")

# %% [markdown]
# ## Does the agenda follow?
#
# Topic shares in the 120 days before and after the first use of the term that most places took up, upon the range of what
# every other date far from it shows.

# %%
words = rn.count_terms(rn.tokenize(corpus, unit="item"))
topics = rn.consensus(words, n_topics=6 if SMALL else 20, n_fits=4 if SMALL else 20)
labels = rn.figures.labels_of(rn.topic_table(topics, words))
days = corpus.readouts["meeting_date"].drop_nulls()
dates = (
    pd.to_datetime(terms.set_index("term")["reference_date"]).reindex([*seen.index, *terms["term"]]).dropna()
)
within = dates[(dates > pd.Timestamp(days.min())) & (dates < pd.Timestamp(days.max()))]
event = within.iloc[0].date() if len(within) else days.median().date()
study = rn.event_study(topics, corpus, event, window_days=120)
show(rn.figures.plot_event_study(study, labels=labels, **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
moved = study.dropna(subset=["effect"])  # none, where no place has readouts on both sides of the day
best = (moved if len(moved) else study.fillna(0.0)).sort_values(["p_placebo", "topic"]).iloc[0]
reach = f"95 % interval {100 * best['low']:+.1f} to {100 * best['high']:+.1f}"
reach = reach if pd.notna(best["low"]) else "too little for an interval"
placebo = f"of other dates {best['p_placebo']:.0%} show as much, and over all topics q is {best['q']:.2f}"
placebo = placebo if pd.notna(best["p_placebo"]) else "no other date is far enough away to compare with"
Markdown(f"""
**What it shows.** Around {event} {best["topic"]} ({labels[best["topic"]]}) stands out most:
{100 * best["effect"]:+.1f} points ({reach}); {placebo}.
{"" if best["q"] < 0.05 else "That is no more than chance."}

**What else it could be.** Whatever else happened in these 120 days, the season among it:
budgets and floods keep a calendar of their own.
""")

# %% [markdown]
# **On your own corpus.** Put your terms into `TERMS`, each with the day of its first use above and, in the paper, the source
# of that day. A wrong reference date moves every lag by the same number of days.
