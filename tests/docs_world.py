"""A small world that holds every folder and file which the pages of documentation speak of.

All of it is made from the synthetic sample; `build` makes it once, and each page gets a copy of its own.
"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from coding_example import fill
from dumps_example import pages as dumped_pages
from dumps_example import write_dump
from typer.testing import CliRunner
from workbooks import write_xlsx

import readout_nlp as rn
from readout_nlp.cli import app
from readout_nlp.sample.centre import centre_documents
from readout_nlp.sample.generate import SampleSettings
from readout_nlp.sample.write import write_sample

ROOT = Path(__file__).resolve().parents[1]
SIZE = {"cities": 3, "years": 3, "per_cell": 3}


def build(home: Path) -> None:
    """Fill `home`."""
    write_pages(home)
    write_dumps(home)
    write_stores(home)
    write_models(home)
    write_tables(home)
    write_cut_texts(home)
    write_foreign_models(home)


def write_pages(home: Path) -> None:
    settings = SampleSettings(**SIZE)
    for name, chosen in (
        ("my_pages", settings),
        ("new_pages", SampleSettings(seed=5, cities=2, years=1, per_cell=2)),
    ):
        write_sample(home / f"{name}.sample", settings=chosen)
        shutil.move(home / f"{name}.sample" / "pages", home / name)
    shutil.copytree(home / "new_pages", home / "my_folder")
    (home / "central_texts").mkdir()
    for number, document in enumerate(centre_documents(settings)):
        row = json.dumps({"text": document.wording, "date": str(document.day)}, ensure_ascii=False)
        (home / "central_texts" / f"{number:03d}.jsonl").write_text(f"{row}\n", encoding="utf-8")


def write_dumps(home: Path) -> None:
    (home / "dumps").mkdir()
    for name in ("a.jsonl.gz", "b.warc.gz"):
        write_dump(home / "dumps" / name, dumped_pages())


def write_stores(home: Path) -> None:
    corpus = rn.ingest([home / "my_pages"], home / "store")
    for name in ("CORPUS", "a/store"):
        shutil.copytree(home / "store", home / name)
    rn.ingest([home / "new_pages"], home / "b" / "store")
    drawn = rn.draw_for_coding(corpus, 120, "year", random_state=0)
    acts = dict(corpus.items.select("item_id", "act").iter_rows())
    drawn.assign(coded=drawn["item_id"].map(acts)).to_csv(home / "coded.csv", index=False)


def write_models(home: Path) -> None:
    (home / "models").symlink_to(ROOT / "models")
    called = CliRunner().invoke(
        app, ["fit", str(home / "store"), "--topics", "6", "--out", str(home / "model")]
    )
    assert called.exit_code == 0, called.output
    corpus, topics = rn.open_store(home / "store"), rn.load_model(home / "model")
    for name in ("MODEL", "my-model", "another-model"):
        shutil.copytree(home / "model", home / name)
    (home / "tables").mkdir()
    shares = rn.topic_shares(topics, corpus, by=("place", "year"))
    shares.to_csv(home / "tables" / "topic_shares.csv", index=False)
    rn.covariates_of(corpus).to_parquet(home / "covariates.parquet")


def write_tables(home: Path) -> None:
    corpus = rn.open_store(home / "store")
    places = corpus.readouts.select("place_code", "place").unique().drop_nulls().sort("place_code").rows()
    years = corpus.readouts["year"].drop_nulls().unique().sort().to_list()
    gdp = [[code, year, 100.0] for code, _ in places for year in years]
    write_xlsx(home / "gdp.xlsx", {"gdp": [["code", "year", "gdp"], *gdp]})
    terms = [[place, "甲一", f"{years[0]}-01-01", f"{years[-1]}-12-31"] for _, place in places]
    write_csv(home / "secretaries.csv", ["place", "leader", "start", "end"], terms)
    texts = corpus.readouts.select("body", "published").head(5).rows()
    rows = [[body, str(published)] for body, published in texts]
    write_csv(home / "table.csv", ["内容", "日期"], rows)
    write_xlsx(home / "table.xlsx", {"texts": [["text", "date"], *rows]})


def write_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(rows)


def write_cut_texts(home: Path) -> None:
    corpus = rn.open_store(home / "store")
    tokens = rn.tokenize(corpus, unit="readout")
    cut = [list(words) for words in tokens]
    frame = corpus.readouts.select("readout_id", "place", "published").to_pandas()
    frame = frame.set_index("readout_id").reindex(tokens.doc_ids)
    table = pd.DataFrame(
        {"place": frame["place"].to_numpy(), "date": frame["published"].astype(str).to_numpy()}
    )
    table.assign(tokens=[" ".join(f"{w}_n" for w in words) for words in cut]).to_csv(
        home / "tagged.csv", index=False
    )
    table.assign(tokens=[" ".join(words) for words in cut]).to_csv(home / "cut.csv", index=False)
    table.assign(tokens=cut).to_parquet(home / "cut.parquet")
    table.assign(tokens=[" ".join(words) for words in cut]).head(3).to_csv(home / "new.csv", index=False)


def write_foreign_models(home: Path) -> None:
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel

    topics = rn.load_model(home / "model")
    back = home / "back"
    back.mkdir()
    pd.DataFrame(np.log(topics.topic_terms)).to_csv(back / "logbeta.csv")
    theta = pd.DataFrame(topics.doc_topics, columns=[f"X{n + 1}" for n in range(topics.n_topics)])
    theta.insert(0, "doc_id", list(topics.doc_ids))
    theta.to_csv(back / "theta.csv", index=False)
    (back / "vocabulary.txt").write_text("".join(f"{t}\n" for t in topics.vocabulary), encoding="utf-8")
    texts = [["渡口", "大雾", "停渡"], ["茶园", "防冻", "茶农"]] * 20
    words = Dictionary(texts)
    LdaModel([words.doc2bow(text) for text in texts], id2word=words, num_topics=2, random_state=0).save(
        str(home / "lda.model")
    )


def answer_sheets(home: Path) -> None:
    """Let two simulated coders fill in the sheets, and send them back under the names on the page."""
    fill(home / "sheets", 0.9)
    for coder, name in (("coder-1", "answers-A.csv"), ("coder-2", "answers-B.csv")):
        shutil.copy(home / "sheets" / coder / "sheet.csv", home / name)
