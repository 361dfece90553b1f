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
# # 11. Adding your own corpus
#
# **Question.** I hold a folder of pages and a spreadsheet. Are they read as I think, what must I mend, and how do my own
# variables join?
#
# Takes less than a minute. Without `PAGES` the folder is one that `readout-nlp sample` writes: raw pages of a fictional
# province, **synthetic**.

# %%
# %matplotlib inline
# %config InlineBackend.figure_format = "retina"
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

import readout_nlp as rn

PAGES = os.environ.get("READOUT_PAGES")  # or "my_pages/": a folder of pages, or a table of texts
SCRATCH = Path(tempfile.mkdtemp())
SAMPLE = ["sample", str(SCRATCH / "sample"), "--cities=4", "--years=3", "--per-cell=3"]


def show(axes):
    figure = (axes[0] if isinstance(axes, list) else axes).figure
    display(figure, metadata={"image/png": {"alt": figure.get_label()}})
    display(Markdown(f"*Figure. {figure.get_label()}*"))


if not PAGES:
    subprocess.run([sys.executable, "-m", "readout_nlp", *SAMPLE], check=True, capture_output=True)  # noqa: S603
folder = Path(PAGES or SCRATCH / "sample" / "pages")

# %% [markdown]
# ## Look before reading
#
# `check_pages` keeps nothing and names every fault: encodings, columns, rows. Encodings are found page by page.

# %%
print(str(rn.check_pages(folder)).replace(f"{SCRATCH}{os.sep}", ""))

# %% [markdown]
# ## A spreadsheet
#
# Three rows, written for this notebook, with Chinese headings, one impossible date and one empty text. Headings that can
# mean one thing only are understood; the others are named, and you say what they are.

# %%
rows = pd.DataFrame(
    {
        "标题": ["砚溪市委常委会召开会议"] * 3,
        "正文": ["6月2日,市委常委会召开会议。会议听取了防汛工作情况汇报。", "会议研究了住房保障工作。", ""],
        "城市": ["砚溪市"] * 3,
        "发布日期": ["2016-06-03", "2016-13-03", "2016-06-05"],
        "栏目": ["要闻"] * 3,
    }
)
table = SCRATCH / "table.csv"
rows.to_csv(table, index=False)
print(str(rn.check_pages(table)).replace(f"{SCRATCH}{os.sep}", ""))

# %% [markdown]
# ## A store that grows
#
# A corpus store takes pages in batches; what is there already is not read twice, and an import that was cut short is
# taken up by the same call. Ids are hashes of the content: they do not depend on when a page came.

# %%
store = SCRATCH / "corpus"
half = sorted(path for path in folder.rglob("*") if path.is_file())[::2] if folder.is_dir() else [folder]
part = rn.ingest(half, store)
corpus = rn.ingest(folder, store)
kept = set(part.readouts["readout_id"]) & set(corpus.readouts["readout_id"])

# %% tags=["hide-input"] jupyter={"source_hidden": true}
Markdown(f"""
**What it shows.** {part.readouts.height} readouts after the first batch,
{corpus.readouts.height} after all; {len(kept)} of the first {part.readouts.height} kept their
id, and {corpus.quarantine.height} pages are set aside with their reason.
{"The data are **synthetic**." if corpus.synthetic else ""}

**What it does not show.** That every page was read right: compare a few records with their
pages.
""")

# %%
cells = rn.coverage(corpus)
largest = cells.groupby("place", sort=False)["n_readouts"].sum().nlargest(12).index
shown = {"language": "en", "synthetic": corpus.synthetic}
show(rn.figures.plot_coverage(cells[cells["place"].isin(largest)], **shown))

# %% [markdown]
# ## What a person knows better
#
# Corrections are a table of their own, with coder and reason: the page is never edited, the log says what was there before,
# and the fingerprint of the corpus changes. The correction here is made up.

# %%
first = corpus.readouts.row(0, named=True)
mended = SCRATCH / "corrections.csv"
fields = {
    "sha256": first["sha256"],
    "field": "source",
    "value": "砚溪晚报",
    "coder": "AB",
    "reason": "in print",
}
pd.DataFrame([fields]).to_csv(mended, index=False)
again = rn.ingest(folder, store, corrections=mended)
print(again.corrections.select("field", "before", "value", "coder", "status").to_dicts())
print("fingerprint changed:", again.fingerprint != corpus.fingerprint)

# %% [markdown]
# ## Your own variables
#
# A table of places and years joins by name or code; renamed and merged units are followed through the gazetteer, and nothing
# is dropped in silence. The numbers here are made up, and the last row is of a place that does not exist.

# %%
own = cells[["place", "year"]].assign(budget=range(len(cells)))
own.loc[len(own)] = ["查无此市", int(cells["year"].min()), 0]
joined = rn.join_place_years(rn.act_shares(again, by=("place", "year")), own, corpus=again)
print(rn.describe_join(joined))

# %% [markdown]
# ## From the folder to a report
#
# The same as `readout-nlp run my_pages/`: everything of the other notebooks, in one call and one file to send around.

# %%
recipe = rn.Recipe(n_topics=6, n_seeds=3, resamples=100)
analysis = rn.analyse(again, recipe)
report = rn.write_report(analysis, SCRATCH / "report.html")

# %% tags=["hide-input"] jupyter={"source_hidden": true}
warned = "\n".join(f"- {warning}" for warning in analysis.warnings) or "- none"
Markdown(f"""
{len(analysis.tables)} tables and a report of {report.stat().st_size / 1e6:.1f} MB, readable
without a network. What the analysis warns of:

{warned}
""")

# %% [markdown]
# **On your own corpus.** Three commands do this without Python: `readout-nlp check my_pages/`,
# `readout-nlp ingest my_pages/ --corpus my_corpus` and `readout-nlp run my_corpus`. Texts that may not be shared stay with
# you: saved models hold numbers and single words.
