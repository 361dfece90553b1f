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
# # 1. What was read
#
# Before any model: which readouts do we hold, from which places and years, what had to be repaired, and what
# was set aside? A comparison is only as good as this table.
#
# The corpus here is the built-in **synthetic** sample: raw web pages of a fictional province with fictional
# people, so that everything can be re-run. To read your own pages, put their path in `MY_PAGES`.

# %%
# %matplotlib inline
import os

import readout_nlp as rn

MY_PAGES = None  # for example "my_pages/"
YEARS = 3 if os.environ.get("READOUT_PROFILE") == "ci" else 8

corpus = rn.read_corpus([MY_PAGES]) if MY_PAGES else rn.sample_corpus(years=YEARS)
print(f"{len(corpus.readouts)} readouts, {len(corpus.items)} items, {len(corpus.quarantine)} pages set aside")
print(f"fingerprint {corpus.fingerprint[:16]}, synthetic: {corpus.synthetic}")

# %% [markdown]
# ## From one raw page to a record
#
# `parse_page` takes the bytes of a page and gives a record in which every value has a reason. What cannot be
# known is null. Here the page has no year anywhere, so the meeting date keeps its day and month only in the
# evidence, and no year is invented.

# %%
page = "5月6日,市委常委会召开会议。市委书记主持会议。\n会议听取了全市防汛准备工作情况的汇报。会议指出,要备足物资。"
readout = rn.parse_page(page.encode("utf-8"), origin="a page typed in this notebook")
print(readout.meeting_date)
print([(item.act, item.subject) for item in readout.items])

# %% [markdown]
# ## Coverage
#
# One cell is one place and year. Hatched cells are **gaps**: no readout was found, which is not the same as no
# meeting. Thin cells hold few readouts, and later tables mark them.

# %%
cells = rn.coverage(corpus)
print(f"{int(cells['gap'].sum())} of {len(cells)} cells are gaps")
cells.head()

# %%
prefectures = cells[cells["level"] == "prefecture"] if MY_PAGES is None else cells
rn.figures.plot_coverage(prefectures, language="en", synthetic=corpus.synthetic).figure

# %% [markdown]
# ## Dates: where each year comes from
#
# A readout whose year is not certain stays out of every table by year. It is counted here.

# %%
corpus.readouts["year_basis"].value_counts(sort=True)

# %% [markdown]
# ## What was set aside, and why

# %%
corpus.quarantine.select("reason").to_series().value_counts(sort=True)
