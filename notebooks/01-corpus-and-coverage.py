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
# # 1. What was read: the corpus and its coverage
#
# **Question.** Which readouts (会议通报) do we hold, of which places and years, and where are the holes? Every later
# comparison is only as good as this table.
#
# Takes less than a minute. The corpus is the built-in **synthetic** sample, raw pages of a fictional province, unless
# `PAGES` names pages of your own.

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
readouts, cells = corpus.readouts, rn.coverage(corpus)

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
**{readouts.height} readouts** with {corpus.items.height} items on their agendas, from
{readouts["place"].n_unique()} places. {corpus.merged} more pages report a meeting that another page
reports better, and stand behind it; {corpus.quarantine.height} pages were set aside.
The data are {"**synthetic**" if corpus.synthetic else "not synthetic"}.
To cite the corpus, cite its fingerprint: `{corpus.fingerprint[:16]}…`
""")

# %% [markdown]
# ## From one raw page to a record
#
# `parse_page` takes the bytes of a page and gives a record in which every value has a reason, and what cannot be known
# is null. The page below, written for this notebook, has no year anywhere: day and month stay as evidence, and no year
# is invented.

# %%
page = "5月6日,市委常委会召开会议。市委书记主持会议。\n会议听取了全市防汛准备工作情况的汇报。会议指出,要备足物资。"
readout = rn.parse_page(page.encode("utf-8"), origin="a page typed in this notebook")
print("date:", readout.meeting_date)
print("items:", [(item.act, item.subject) for item in readout.items])

# %% [markdown]
# ## Places and years
#
# One cell is one place and year. A hatched cell is a **gap**: no readout was found, which is not the same as no meeting.

# %%
largest = cells.groupby("place", sort=False)["n_readouts"].sum().nlargest(15).index
show(rn.figures.plot_coverage(cells[cells["place"].isin(largest)], **shown))

# %%
by_level = cells.groupby("level", sort=False).agg(
    places=("place", "nunique"), cells=("gap", "size"), gaps=("gap", "sum"), readouts=("n_readouts", "sum")
)
by_level.assign(gap_share=(by_level["gaps"] / by_level["cells"]).astype(float).round(2))

# %% tags=["hide-input"] jupyter={"source_hidden": true}
years = cells["year"].nunique()
always = int((cells[~cells["gap"]].groupby("place")["year"].nunique() == years).sum())
Markdown(f"""
**What it shows.** {int(cells["gap"].sum())} of {len(cells)} cells ({cells["gap"].mean():.0%}) are gaps.
{always} of {cells["place"].nunique()} places have a readout in every one of the {years} years; only
within these is a change between years surely not a change of who is in the record. These are counts
of all that was read, not a sample of it, so there is no interval to give.

**What else it could be.** A gap has three possible causes: no meeting, a meeting without a published
readout, or a page that was not collected. Nothing in the corpus tells them apart; the site of the
place may.

**What it does not show.** Whether the readouts that we hold are typical of those that we do not.
""")

# %% [markdown]
# ## Dates: where each year comes from
#
# `stated`: the text prints the year. `publication`: day and month are printed, and the date of the page gives the year.
# `inferred`: other dated clues leave one year. A readout without a certain year stays out of every table by year.

# %%
readouts["year_basis"].fill_null("unknown").value_counts(sort=True).to_pandas().set_index("year_basis")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
undated = int(readouts["year"].is_null().sum())
Markdown(f"""
{undated} of {readouts.height} readouts ({undated / readouts.height:.1%}) have no certain year and are
in no cell above. How much could they change? Notebook 5 gives the bounds.
""")

# %% [markdown]
# ## What was set aside, and why
#
# Nothing disappears: each page that is not in the corpus is listed with its reason.

# %%
reasons = corpus.quarantine["reason"].value_counts(sort=True).head(8).to_pandas()
reasons.style.hide(axis="index").set_uuid("reasons")

# %% [markdown]
# **On your own corpus.** Set `PAGES` in the first cell and run all. Look first at the quarantine: a reason that recurs is
# often one site whose pages are built differently. `readout-nlp check my_pages/` tells the same for tables, row by row.
