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
# # 7. Echo and reuse: who speaks for itself
#
# **Question.** How much of what a city prints is formula, how much repeats the centre, other places or its own past, and
# who copies whom?
#
# Takes about a minute. The corpus is a part of the built-in **synthetic** sample, unless `PAGES` names pages of your own;
# `REFERENCE` names texts from above, such as the centre's.

# %%
# %matplotlib inline
# %config InlineBackend.figure_format = "retina"
import os

from IPython.display import Markdown, display

import readout_nlp as rn

PAGES = os.environ.get("READOUT_PAGES")  # or "my_pages/": a folder of pages, or a table of texts
SMALL = os.environ.get("READOUT_PROFILE") == "ci"  # a smaller sample, for tests
SAMPLE = {"cities": 4, "years": 3, "per_cell": 3} if SMALL else {"cities": 6, "years": 5}


def show(axes):
    figure = (axes[0] if isinstance(axes, list) else axes).figure
    display(figure, metadata={"image/png": {"alt": figure.get_label()}})
    display(Markdown(f"*Figure. {figure.get_label()}*"))


corpus = rn.read_corpus(PAGES) if PAGES else rn.sample_corpus(**SAMPLE)
shown = {"language": "en", "synthetic": corpus.synthetic}
REFERENCE = os.environ.get("READOUT_REFERENCE")  # or "central/": texts from above
own = None if PAGES else rn.sample_reference(years=SAMPLE["years"])
reference = rn.read_corpus(REFERENCE) if REFERENCE else own
resamples = 100 if SMALL else 500

# %% [markdown]
# ## Passages that stand in two texts
#
# Twelve characters and more, found on characters before any cut into words, with small edits allowed. Formula is known
# from the corpus and does not count. The earlier text is the source; where dates do not decide, a passage is undirected.

# %%
passages = rn.corpus_passages(corpus, reference)
passages.groupby(["relation", "directed"]).agg(
    passages=("length", "size"), median_length=("length", "median"), median_days=("lag_days", "median")
)

# %% [markdown]
# ## Where the wording of each place comes from
#
# Every character of every item is of one class. What matches nothing is `unmatched` in this corpus and this reference: not
# yet "local".

# %%
spans = rn.echo(corpus, reference, passages=passages)
echo = rn.echo_shares(spans, corpus, by="place", intervals=resamples)
largest = echo.drop_duplicates("place").nlargest(12, "n_items")["place"]
show(rn.figures.plot_echo(echo[echo["place"].isin(largest)], **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
texts = spans.assign(length=spans["end"] - spans["start"]).groupby("class")["length"].sum()
part = (texts / texts.sum()).reindex(
    ["formula", "echo_up", "echo_peer", "self_reuse", "unmatched"], fill_value=0
)
sized = echo[echo["place"].isin(largest) & (echo["class"] == "unmatched") & echo["low"].notna()]
ends = sized.sort_values("share").iloc[[-1, 0]] if len(sized) else sized
ranked = [
    f"{row.place} ({row.share:.0%}, 95 % interval {row.low:.0%} to {row.high:.0%})"
    for row in ends.itertuples()
]
Markdown(f"""
**What it shows.** Of all that was printed {part["formula"]:.0%} is formula,
{part["echo_up"]:.0%} echoes above, {part["echo_peer"]:.0%} an earlier text of another place,
{part["self_reuse"]:.0%} the place's own past; {part["unmatched"]:.0%} is unmatched.
{"Most of its own words has " + ", least ".join(ranked) + "." if ranked else ""}

**What else it could be.** Two places that copy a third text which is not here look as if one
had copied the other; and the longer the reference, the less is unmatched. Early years have
fewer earlier texts to match.

**What it does not show.** That unmatched wording is thought locally, or that copied wording
is not meant.
""")

# %% [markdown]
# ## Side by side
#
# The passage with the most wording beyond formula, in both places, to be read before any of the numbers is believed.

# %%
text_of = dict(zip(corpus.items["item_id"], corpus.items["text"], strict=True))
peers = passages[(passages["relation"] == "peer") & passages["directed"]].nlargest(1, "length_beyond_formula")
for row in peers.itertuples():
    print(f"{row.source_place}: {text_of[row.source_id][row.source_start : row.source_end]}")
    print(
        f"{row.target_place}, {row.lag_days:.0f} days later: {text_of[row.target_id][row.target_start : row.target_end]}"
    )

# %% [markdown]
# ## Who copies whom
#
# A place that publishes much is copied much. So readouts are dealt to places anew within their time, and an arrow counts
# by how far it exceeds what such a deal would bring.

# %%
network = rn.reuse_network(passages, corpus, reference=reference, n_permutations=99 if SMALL else 999)
show(rn.figures.plot_reuse_network(network, **shown))

# %%
links = network[network["directed"] & ~network["thin"].astype(bool)].sort_values("excess", ascending=False)
columns = ["source_place", "target_place", "n_passages", "expected", "excess", "p", "q", "median_lag_days"]
links[columns].head(5).style.hide(axis="index").format(precision=2).set_uuid("links")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
**What it shows.** {int((links["q"] < 0.05).sum())} of {len(links)} links with enough passages
stand out when false discoveries are controlled (q below 0.05),
{int((links["p"] < 0.05).sum())} if each is taken alone (p below 0.05).
{"An arrow of the figure is then a hint where to read, not a finding." if not (links["q"] < 0.05).any() else ""}

**What else it could be.** The earliest *known* holder is not the author. Publication days
decide the direction, and they say when a site was updated.

**What it does not show.** Influence. Copying needs a reader; agreement needs none.
""")

# %% [markdown]
# **On your own corpus.** Give a `REFERENCE`: without texts from above, what the centre wrote first counts as the wording of
# the place that printed it first. `spans` and `passages` have the ids and positions of every match, to be cited.
