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
# # 2. What cleaning did
#
# **Question.** Between the page as found and the words that a topic model sees, text is repaired and words are taken out.
# What exactly, how much, and does it change what we would find?
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

# %% [markdown]
# ## From page to text
#
# A page written for this notebook: traditional characters, reading aids after some of them, a menu above and a footer
# below. The footer is read for its division code (网站标识码) before it is dropped.

# %%
page = """<html><body><nav>首页 新闻 政务公开</nav><h1>砚溪市委常委会召开会议</h1>
<p>2016年3月4日,砚溪市委常委會(huì)召開會(huì)議(yì)。會(huì)議(yì)學(xué)習(xí)貫徹(chè)有關精神。</p>
<p>會(huì)議(yì)聽取了全市春耕備耕工作情況的匯報。會議強調,要備足種子和化肥。</p>
<footer>网站标识码:9901000001</footer></body></html>"""
readout = rn.parse_page(page.encode("utf-8"), origin="a page typed in this notebook")
print(f"{len(page)} characters before, {len(readout.body)} after:")
print(readout.body)
print("repairs:", {repair.kind: repair.count for repair in readout.repairs}, "| place:", readout.place.code)

# %% [markdown]
# ## Repairs in the corpus
#
# Each repair has a name and is logged with its span, so that it can be undone. Nothing else in the text is touched.

# %%
logged = (
    corpus.readouts.select("place", "repairs").explode("repairs").drop_nulls().unnest("repairs").to_pandas()
)
logged.groupby("kind").agg(readouts=("count", "size"), repairs=("count", "sum"), places=("place", "nunique"))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
touched = int((corpus.readouts["repairs"].list.len() > 0).sum())
Markdown(f"""
**What it shows.** {touched} of {corpus.readouts.height} readouts ({touched / corpus.readouts.height:.0%}) needed a
repair. Unrepaired, a word with a reading aid inside it, or in the other script, is a different word to any model: pages
of one site would then resemble each other by their typography. Repairs that cluster in few places are the ones
that would have passed for a difference between places.
""")

# %% [markdown]
# ## From text to words
#
# Tier 1 holds function words, tier 2 the formulae of the genre (会议, 指出, 强调), tier 3 verbs that stand in every
# sentence (加强, 推进). Names of places and presiders go too: they would otherwise become topics of their own.

# %%
tokens = rn.tokenize(corpus, unit="item")
removed = tokens.removed.to_pandas().sort_values("count", ascending=False)
by_tier = removed.groupby("tier").agg(
    terms=("term", "size"), tokens=("count", "sum"), examples=("term", lambda terms: " ".join(terms.head(6)))
)
by_tier

# %% tags=["hide-input"] jupyter={"source_hidden": true}
cut, out = tokens.steps[0]["n_tokens"], int(by_tier["tokens"].sum())
kept = rn.count_terms(tokens)
Markdown(f"""
Of {cut:,} tokens {out:,} ({out / cut:.0%}) are taken out, each counted above; what is left is counted where it stands in
at least three items and in at most half of them: {len(kept.vocabulary):,} terms in {len(kept.doc_ids):,} items.
""")

# %% [markdown]
# ## Does it change what we would find?
#
# Choices that no theory decides should not decide the result. The same study is done again with one setting changed at a
# time, and with other seeds beside, for a topic model moves with its seed as well. Agreement with the recipe's own
# results is at most 1.

# %%
recipe = rn.Recipe(n_seeds=2 if SMALL else 5, n_topics=6 if SMALL else None)
varied = {"stop_tiers": [(1, 2), (1,)], "segmenter": ["jieba"], "random_state": [1] if SMALL else [1, 2]}
tried = rn.sensitivity(corpus, recipe, vary=varied).results
tried.drop(columns="fault").round(2).style.hide(axis="index").format(precision=2).set_uuid("tried")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
choices = tried[tried["setting"] != "random_state"]
moving = [f"{row.setting} = {row.value} ({row.moved})" for row in choices.itertuples() if row.moved]
seeds = tried.loc[tried["setting"] == "random_state", "topics"]
Markdown(f"""
**What it shows.** Another seed alone leaves topics alike to {seeds.min():.2f} or more. Of {len(choices)} other choices of
cleaning, {len(moving)} moved a result by more than that{": " + "; ".join(moving) if moving else ""}.

**What else it could be.** Taking out fewer words leaves more words a document, and more words alone make a fit
steadier; a choice that moves the topics may do so by size, not by meaning.

**What it does not show.** Which choice is right. It shows which findings depend on it, and these need a word of
defence in the paper.
""")

# %% [markdown]
# **On your own corpus.** Read the list of words taken out (`tokens.removed`) once, whole: a word that carries your
# question does not belong there, and `rn.tokenize(corpus, tiers=(1, 2))` keeps a tier.
