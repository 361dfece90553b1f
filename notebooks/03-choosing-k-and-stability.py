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
# # 3. How many topics, and which of them to believe
#
# **Question.** A topic model takes the number of topics from us and its seed from chance. Which number is defensible, and
# which topics would be there again had the seed been another?
#
# Takes about a minute. The corpus is the built-in **synthetic** sample, unless `PAGES` names pages of your own.

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

# %% [markdown]
# ## How many
#
# Each number is fitted from several seeds and measured by how well it foretells readouts it has not seen (perplexity:
# lower is better), by how well a topic's words keep company (NPMI), and by how far the seeds agree (stability). The range
# is found in this order; coherence never decides alone, for topics of stock phrases cohere too.

# %%
readout_of = dict(zip(corpus.items["item_id"], corpus.items["readout_id"], strict=True))
meetings = [readout_of[item] for item in counts.doc_ids]  # items of one meeting foretell each other
numbers = [4, 8] if len(meetings) < 1000 else [10, 15, 20, 30, 40, 50, 60]
choice = rn.choose_topics(counts, n_topics=numbers, n_seeds=2 if SMALL else 4, groups=meetings)
table = choice.table
columns = ["n_topics", "n_fits", "perplexity", "npmi", "exclusivity", "stability", "smallest"]
table[columns].style.hide(axis="index").format(precision=3).set_uuid("choice")

# %%
show(rn.figures.plot_choice(choice, width="two", **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
reasons = "\n".join(f"- {reason}" for reason in choice.reasons)
Markdown(f"""
**What it shows.**
{choice.range[0] if len(set(choice.range)) == 1 else f"{choice.range[0]} to {choice.range[1]}"}
topics, because:

{reasons}

Steadiest of all that were tried, whatever it foretells:
{table.loc[table["stability"].idxmax(), "n_topics"]}.

**What else it could be.** More topics almost always foretell better on a corpus that repeats
itself, and readouts do. A number that wins at the edge of what was tried has not won yet.

**What it does not show.** The number of issues on the agenda. The number of topics is a
magnification, not a count.
""")

# %% [markdown]
# ## One seed is one draw
#
# Two fits of the same counts that differ in nothing but the seed, and their topics matched one to one.

# %%
k = int(table.loc[table["stability"].idxmax(), "n_topics"])  # we go on with the steadiest
one, two = (rn.fit_lda(counts, n_topics=k, random_state=seed) for seed in (0, 1))
again = rn.match_topics(one, two).jaccards
print("overlap of first ten words, topic by topic:", *again.round(2))

# %% [markdown]
# ## The consensus, and its stability
#
# So the package fits many seeds, matches and averages them. The fits then fall at random into two halves, each half makes
# a consensus of its own, and the overlap of a topic's two counterparts is its stability. No fit stands on both sides.

# %%
topics = rn.consensus(counts, n_topics=k, n_fits=4 if SMALL else 20)
described = rn.topic_table(topics, counts, stability=rn.consensus_stability(topics))
show(rn.figures.plot_stability(described, **shown))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
weak = described[described["unstable"].astype(bool)]
Markdown(f"""
**What it shows.** Between two seeds {(again < 0.5).sum()} of {k} topics lose more than half
of their first words. Of the consensus {len(weak)} of {k} stay below 0.5, and are marked in
every table and figure
{"(" + ", ".join(weak["topic"].head(12)) + (", …" if len(weak) > 12 else "") + ")" if len(weak) else ""};
they hold {weak["size"].sum():.0%} of the items. The measure errs on the low side: each half
has half of the fits.

**What else it could be.** Two issues that share their words can trade places between fits:
each is real, the border between them is not. Merging both in the interpretation is then
better than dropping them.

**What it does not show.** That a stable topic means anything. Stable formula is still
formula: read it (notebook 4), and have it read (notebook 12).
""")

# %% [markdown]
# **On your own corpus.** Try numbers on both sides until the best one is not at the edge, then read the topics of two
# numbers within the range before choosing. `readout-nlp choose CORPUS` prints the same table.
