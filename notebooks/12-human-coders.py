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
# # 12. Validating with human coders
#
# **Question.** Do people see in the topics what the labels say, is the parser right about what a meeting did, and how far
# do a few hundred coded items mend shares that are counted by machine?
#
# Takes less than a minute. The corpus is a part of the **synthetic** sample, unless `PAGES` names pages of your own.
# **The coders here are simulated**: each knows the answer with a skill that we set, and guesses otherwise.

# %%
# %matplotlib inline
# %config InlineBackend.figure_format = "retina"
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import Markdown, display

import readout_nlp as rn

PAGES = os.environ.get("READOUT_PAGES")  # or "my_pages/": a folder of pages, or a table of texts
SMALL = os.environ.get("READOUT_PROFILE") == "ci"  # a smaller sample, for tests
SAMPLE = ["--cities=4", "--years=3", "--per-cell=3"] if SMALL else ["--cities=6", "--years=5"]
SKILLS = {"coder-1": 0.95, "coder-2": 0.8}  # planted; real coders have no such line
SCRATCH = Path(tempfile.mkdtemp())


def command(*words):  # as in a terminal: readout-nlp WORDS
    line = [sys.executable, "-m", "readout_nlp", *map(str, words)]
    return subprocess.run(line, capture_output=True, check=True)  # noqa: S603


def show(axes):
    figure = (axes[0] if isinstance(axes, list) else axes).figure
    display(figure, metadata={"image/png": {"alt": figure.get_label()}})
    display(Markdown(f"*Figure. {figure.get_label()}*"))


if not PAGES:
    command("sample", SCRATCH / "sample", *SAMPLE)
folder = Path(PAGES or SCRATCH / "sample" / "pages")
corpus = rn.read_corpus(folder)
shown = {"language": "en", "synthetic": corpus.synthetic}

# %% [markdown]
# ## Sheets
#
# A saved model and its pages make sheets: which word does not belong, which topic does not fit, which label fits best, what
# did the meeting do, is this passage one item. Each coder gets an offline page and a table; the key has the answers, and its
# hash is sealed before anybody codes.

# %%
tokens = rn.tokenize(corpus)
counts = rn.count_terms(tokens)
topics = rn.consensus(counts, n_topics=6 if SMALL else 12, n_fits=4 if SMALL else 20)
table = rn.topic_table(topics, counts, stability=rn.consensus_stability(topics))
model = rn.save_model(topics, SCRATCH / "model", corpus=corpus, tokens=tokens, tables={"topics": table})
sheets = SCRATCH / "sheets"
command(
    "sheets", model, folder, "--out", sheets, "--per-topic", 2 if SMALL else 5, "--items", 20 if SMALL else 80
)
key = json.loads((sheets / "key.json").read_text(encoding="utf-8"))["tasks"]

# %%
sheet = pd.read_csv(sheets / "coder-1" / "sheet.csv", dtype=str, keep_default_na=False)
words = [name for name, task in key.items() if task["kind"] == "word_intrusion"]
sheet = sheet[sheet["task"].isin(words)][[f"option_{n}" for n in range(1, 7)]]
sheet.head(3).style.hide(axis="index").set_uuid("sheet")


# %% [markdown]
# ## Simulated coders
#
# They fill in the same tables as people would. What follows would be the same with people, but for the names.


# %%
def answers(tasks, skill, chance):  # knows the answer with this skill, else guesses
    known = [key[task]["answer"] if chance.random() < skill else None for task in tasks]
    guesses = [int(chance.integers(len(key[task]["options"]))) for task in tasks]
    return [str(1 + (guess if one is None else one)) for one, guess in zip(known, guesses, strict=True)]


for number, (coder, skill) in enumerate(SKILLS.items()):
    path = sheets / coder / "sheet.csv"
    coded = pd.read_csv(path, dtype=str, keep_default_na=False)
    coded["answer"] = answers(coded["task"], skill, np.random.default_rng(number))
    coded.to_csv(path, index=False, encoding="utf-8-sig")

# %% [markdown]
# ## Scores

# %%
command("score", sheets, "--model", model)
scores = pd.read_csv(sheets / "scored" / "scores.csv")
right = scores[scores["task"] != "topic_intrusion_log_odds"]
title = "share right, 95 % interval"
show(rn.figures.plot_intervals(right, label="task", value="score", zero=None, title=title, **shown))

# %%
columns = ["task", "n", "score", "low", "high", "chance", "alpha", "alpha_low", "alpha_high"]
right[columns].style.hide(axis="index").format(precision=2).set_uuid("scores")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
by = right.set_index("task").loc["word_intrusion"]
beyond = right[right["low"] > right["chance"]]
planted = " and ".join(f"{skill:.0%}" for skill in SKILLS.values())
Markdown(f"""
**What it shows.** {len(beyond)} of {len(right)} tasks are solved better than by chance with
their whole interval. Words that do not belong are found in {by["score"]:.0%} of cases (95 %
interval {by["low"]:.0%} to {by["high"]:.0%}; guessing: {by["chance"]:.0%}), and the coders
agree with Krippendorff's alpha {by["alpha"]:.2f}. Planted were coders who know the answer in
{planted} of cases and guess otherwise. The result now stands on the card of the model.

**What else it could be.** These are **simulated** coders: the figures say that the scores
find a planted skill, and nothing about the topics. With people, an easy task and a good topic
look the same; chance and the spread over topics tell more than the mean.

**What it does not show.** That two coders stand for all readers: the intervals are over
tasks, for these coders.
""")

# %% [markdown]
# ## Shares that are mended by coding
#
# Suppose a classifier errs, and errs more in later years: here one is made that takes hearing a report (听取) for deliberating
# (审议), at planted rates. A share counted on it is wrong, however many items there are. Items drawn with known
# probabilities and coded by hand correct it (design-based supervised learning).

# %%
items = corpus.documents("item").select("doc_id", "act", "year").drop_nulls().to_pandas().set_index("doc_id")
first, last = items["year"].min(), items["year"].max()
rate = 0.1 + 0.5 * (items["year"] - first) / max(1, last - first)
luck = np.random.default_rng(0).random(len(items))
machine = items["act"].mask((items["act"] == "hear") & (rate > luck), "deliberate")
dated = rn.select_readouts(corpus, corpus.readouts.drop_nulls("year")["readout_id"])
drawn = rn.draw_for_coding(dated, min(300, len(items) // 2), "year", random_state=0)
codes = drawn.assign(coded=drawn["item_id"].map(items["act"]))  # a simulated coder who is always right
mended = rn.dsl_shares(codes, machine, dated, by="year")

# %%
true = items.groupby("year")["act"].value_counts(normalize=True).rename("truth").reset_index()
heard = mended[mended["category"] == "hear"].merge(true[true["act"] == "hear"], on="year")
title = "share of items heard (听取)"
axes = rn.figures.plot_intervals(heard, label="year", value="share", zero=None, title=title, **shown)
rows = range(len(heard))[::-1]
axes.plot(heard["uncorrected"], rows, "x", color="#d55e00", label="counted by the machine")
axes.plot(heard["truth"], rows, "|", color="black", markersize=12, label="truth")
axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False, fontsize=7)
show(axes)

# %%
columns = ["year", "truth", "uncorrected", "share", "low", "high", "n_items", "n_coded", "flag"]
heard[columns].style.hide(axis="index").format(precision=3).set_uuid("mended")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
held = ((heard["low"] <= heard["truth"]) & (heard["truth"] <= heard["high"])).sum()
plain = ((heard["uncorrected_low"] <= heard["truth"]) & (heard["truth"] <= heard["uncorrected_high"])).sum()
off = (heard["uncorrected"] - heard["truth"]).iloc[-1]
Markdown(f"""
**What it shows.** In {heard["year"].iloc[-1]} the machine is off by {100 * off:+.0f} points.
With {len(codes)} coded items the corrected interval holds the truth in {held} of {len(heard)}
years, the machine's own in {plain}. The price is width:
{100 * (heard["high"] - heard["low"]).mean():.0f} points on average.

**What else it could be.** Here the truth is known because the error was planted. With people,
"truth" is what coders agree on, and the correction is as good as they are.

**What it does not show.** Anything for items that were coded because they looked interesting:
only a drawn sample mends.
""")

# %% [markdown]
# **On your own corpus.** Send each coder their folder and nothing else; keep `key.json` away from them. Draw first, code then,
# and report both shares side by side.
