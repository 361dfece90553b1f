"""Exports read back by scipy, gensim and our own import give what went in, and the same bytes each time."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from gensim.corpora import Dictionary, MmCorpus
from gensim.matutils import corpus2csc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planted_topics import plant
from scipy.io import mmread
from scipy.sparse import csr_matrix

import readout_nlp as rn
from readout_nlp.analysis.exporting import export_corpus
from readout_nlp.errors import InputError, RecipeError, StoreError
from readout_nlp.exchange.matrix_market import matrix_market_bytes
from readout_nlp.exchange.to_csv import export_csv
from readout_nlp.exchange.to_gensim import export_gensim
from readout_nlp.exchange.to_ldavis import export_ldavis, ldavis_viewer
from readout_nlp.exchange.to_r import export_r
from readout_nlp.saved.models import save_model
from readout_nlp.saved.verify import verify_hashes
from readout_nlp.tokens.counts import TermMatrix

EXPORTS = {"r": export_r, "gensim": export_gensim, "csv": export_csv, "ldavis": export_ldavis}


@pytest.fixture(scope="module")
def material():
    corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    tokens = rn.tokenize(corpus, unit="item")
    counts = rn.count_terms(tokens, min_df=2, max_df=0.5)
    return corpus, tokens, counts, rn.fit_lda(counts, n_topics=4, passes=2, random_state=0)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("to", EXPORTS)
def test_the_same_call_gives_the_same_bytes_sealed_and_without_text(material, tmp_path, to):
    corpus, _, counts, fit = material
    one = EXPORTS[to](counts, corpus, tmp_path / "one", topics=fit)
    other = EXPORTS[to](counts, corpus, tmp_path / "other", topics=fit)
    assert files(one) == files(other)
    assert verify_hashes(one).ok
    about = json.loads((one / "export.json").read_text(encoding="utf-8"))
    assert (about["schema_version"], about["to"], about["synthetic"]) == (1, to, True)
    assert "SYNTHETIC" in (one / "README.txt").read_text(encoding="utf-8")
    everything = b"".join(files(one).values()).decode("utf-8", errors="replace")
    assert not [text for text in corpus.items["text"] if text[:12] in everything]
    with pytest.raises(StoreError, match="with files in it"):
        EXPORTS[to](counts, corpus, tmp_path / "one", topics=fit)


def test_texts_go_only_where_asked(material, tmp_path):
    corpus, _, counts, fit = material
    folder = export_r(counts, corpus, tmp_path / "r", topics=fit, with_texts=True)
    table = pd.read_csv(folder / "texts.csv", dtype=str)
    texts = dict(corpus.items.select("item_id", "text").iter_rows())
    assert table["doc_id"].tolist() == list(counts.doc_ids)
    assert table["text"].tolist() == [texts[name] for name in counts.doc_ids]


def test_r_reads_counts_vocabulary_and_variables_in_one_order(material, tmp_path):
    corpus, _, counts, fit = material
    folder = export_r(counts, corpus, tmp_path / "r", topics=fit)
    assert (mmread(folder / "counts.mtx").tocsr() != counts.counts).nnz == 0
    assert (folder / "vocabulary.txt").read_text(encoding="utf-8").splitlines() == list(counts.vocabulary)
    data = (folder / "docvars.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    variables = pd.read_csv(io.BytesIO(data), dtype={"code": str}, na_values=["NA"], keep_default_na=False)
    assert variables["doc_id"].tolist() == list(counts.doc_ids)
    known = {
        row["item_id"]: row
        for row in corpus.items.join(corpus.readouts, on="readout_id").iter_rows(named=True)
    }
    for row in variables.itertuples():
        about = known[row.doc_id]
        assert (row.act, row.place, row.code) == (about["act"], about["place"], about["place_code"])
        assert (None if pd.isna(row.year) else row.year) == about["year"]
    terms = pd.read_csv(folder / "topic_terms.csv", index_col=0, float_precision="round_trip")
    shares = pd.read_csv(folder / "doc_topics.csv", index_col=0, float_precision="round_trip")
    assert (terms.to_numpy() == fit.topic_terms).all()
    assert (shares.to_numpy() == fit.doc_topics).all()
    assert list(terms.index) == list(shares.columns) == list(fit.topic_ids)


def test_every_file_that_the_script_for_r_reads_is_there(material, tmp_path):
    corpus, _, counts, fit = material
    folder = export_r(counts, corpus, tmp_path / "r", topics=fit)
    script = (folder / "read_in_R.R").read_text(encoding="utf-8")
    named = [
        line.split('"')[1]
        for line in script.splitlines()
        if "read" in line and '"' in line and line[0] != "#"
    ]
    assert {name for name in named if "." in name} <= {path.name for path in folder.iterdir()}
    assert {"counts.mtx", "vocabulary.txt", "docvars.csv"} <= set(script.replace('"', " ").split())


def test_gensim_loads_corpus_and_dictionary(material, tmp_path):
    corpus, _, counts, fit = material
    folder = export_gensim(counts, corpus, tmp_path / "g", topics=fit)
    assert not list(folder.glob("lda.model*"))
    dictionary = Dictionary.load_from_text(str(folder / "dictionary.txt"))
    assert dictionary.token2id == {term: n for n, term in enumerate(counts.vocabulary)}
    assert dictionary.num_docs == len(counts.doc_ids)
    assert dictionary.dfs == {n: df for n, df in enumerate(np.bincount(counts.counts.indices)) if df}
    loaded = corpus2csc(MmCorpus(str(folder / "corpus.mm")), num_terms=len(dictionary)).T
    assert (loaded.tocsr() != counts.counts).nnz == 0
    assert (np.load(folder / "topic_terms.npy", allow_pickle=False) == fit.topic_terms).all()


def test_a_model_of_gensim_is_saved_only_where_asked(material, tmp_path):
    corpus, _, counts, fit = material
    folder = export_gensim(counts, corpus, tmp_path / "g", topics=fit, gensim_model=True)
    assert (folder / "lda.model").is_file()
    assert verify_hashes(folder).ok
    with pytest.raises(RecipeError, match="without a model"):
        export_gensim(counts, corpus, tmp_path / "h", gensim_model=True)
    with pytest.raises(RecipeError, match="'nmf'"):
        export_gensim(
            counts, corpus, tmp_path / "h", topics=rn.fit_nmf(counts, n_topics=3), gensim_model=True
        )
    assert not (tmp_path / "h").exists()


def test_tidy_tables_hold_every_count_and_share(material, tmp_path):
    corpus, _, counts, fit = material
    folder = export_csv(counts, corpus, tmp_path / "t", topics=fit, top=5)
    tokens = pd.read_csv(folder / "token_counts.csv", encoding="utf-8-sig", keep_default_na=False)
    assert tokens["count"].sum() == counts.counts.sum()
    assert len(tokens) == counts.counts.nnz
    shares = pd.read_csv(folder / "doc_topics.csv", encoding="utf-8-sig", float_precision="round_trip")
    assert np.allclose(shares.groupby("doc_id")["share"].sum(), 1)
    wide = shares.pivot_table(index="doc_id", columns="topic", values="share").loc[list(fit.doc_ids)]
    assert (wide.to_numpy() == fit.doc_topics).all()
    terms = pd.read_csv(folder / "topic_terms.csv", encoding="utf-8-sig")
    assert terms.groupby("topic")["rank"].apply(list).tolist() == [[1, 2, 3, 4, 5]] * 4


class TestLdavis:
    def test_inputs_are_shares_and_counts(self, material, tmp_path):
        corpus, _, counts, fit = material
        folder = export_ldavis(counts, corpus, tmp_path / "v", topics=fit)
        inputs = json.loads((folder / "ldavis_inputs.json").read_text(encoding="utf-8"))
        assert set(inputs) == {
            "topic_term_dists",
            "doc_topic_dists",
            "doc_lengths",
            "vocab",
            "term_frequency",
        }
        for name in ("topic_term_dists", "doc_topic_dists"):
            assert np.abs(np.sum(inputs[name], axis=1) - 1).max() < 1e-12
        assert inputs["doc_lengths"] == counts.counts.sum(axis=1).ravel().tolist()[0]
        assert sum(inputs["term_frequency"]) == counts.counts.sum()
        numbers = pd.read_csv(folder / "topics.csv", encoding="utf-8-sig")
        viewer = json.loads((folder / "lda.json").read_text(encoding="utf-8"))
        assert [fit.topic_ids[n - 1] for n in viewer["topic.order"]] == numbers["topic"].tolist()

    def test_terms_that_no_document_holds_are_left_out_and_counted(self, tmp_path):
        counts = plant(n_docs=30, n_terms=40, n_topics=3).counts
        empty = csr_matrix(np.hstack([counts.counts.toarray(), np.zeros((30, 1))]))
        wider = TermMatrix(empty, [*counts.vocabulary, "无"], counts.doc_ids)
        folder = export_ldavis(wider, None, tmp_path / "v", topics=rn.fit_lda(wider, n_topics=3, passes=2))
        about = json.loads((folder / "export.json").read_text(encoding="utf-8"))
        held = int((np.asarray(empty.sum(axis=0)) > 0).sum())
        assert about["terms_that_no_document_holds"] == 41 - held
        assert len(json.loads((folder / "ldavis_inputs.json").read_text(encoding="utf-8"))["vocab"]) == held

    def test_the_viewer_shows_planted_topics_from_the_largest(self):
        planted = plant(n_docs=120, n_terms=80, n_topics=4, common=0.0)
        counts = planted.counts.counts.toarray()
        held = counts.sum(axis=0) > 0
        phi = planted.topic_terms[:, held] / planted.topic_terms[:, held].sum(axis=1, keepdims=True)
        vocab = [term for term, keep in zip(planted.counts.vocabulary, held, strict=True) if keep]
        viewer, order = ldavis_viewer(
            {
                "topic_term_dists": phi.tolist(),
                "doc_topic_dists": planted.doc_topics.tolist(),
                "doc_lengths": counts.sum(axis=1).tolist(),
                "vocab": vocab,
                "term_frequency": counts[:, held].sum(axis=0).tolist(),
            }
        )
        sizes = planted.doc_topics.T @ counts.sum(axis=1)
        assert order.tolist() == np.argsort(-sizes).tolist()
        assert viewer["mdsDat"]["Freq"] == sorted(viewer["mdsDat"]["Freq"], reverse=True)
        assert sum(viewer["mdsDat"]["Freq"]) == pytest.approx(100)
        rows = pd.DataFrame(viewer["tinfo"])
        for number, topic in enumerate(order.tolist(), start=1):
            shown = rows[rows["Category"] == f"Topic{number}"].sort_values("logprob", ascending=False)
            assert shown["Term"].tolist()[0] == vocab[int(phi[topic].argmax())]
        spread = pd.DataFrame(viewer["token.table"]).groupby("Term")["Freq"].sum()
        assert spread.between(0.5, 1.5).all()


def test_a_model_of_other_documents_or_terms_is_refused(material, tmp_path):
    corpus, _, counts, fit = material
    fewer = TermMatrix(counts.counts[5:], counts.vocabulary, counts.doc_ids[5:])
    with pytest.raises(InputError, match="5 of 79 documents of the model that have no counts"):
        export_r(fewer, corpus, tmp_path / "r", topics=fit)
    renamed = TermMatrix(counts.counts, [*counts.vocabulary[:-1], "新词"], counts.doc_ids)
    with pytest.raises(InputError, match="1 terms of the fit without a column"):
        export_r(renamed, corpus, tmp_path / "r", topics=fit)
    other = rn.sample_corpus(cities=2, years=1, per_cell=1, seed=3)
    with pytest.raises(InputError, match="documents that the corpus does not hold"):
        export_r(counts, other, tmp_path / "r", topics=fit)
    assert not (tmp_path / "r").exists()


def test_documents_and_terms_come_in_the_order_of_the_model(material, tmp_path):
    corpus, _, counts, fit = material
    rows = np.random.default_rng(0).permutation(len(counts.doc_ids))
    columns = np.random.default_rng(1).permutation(len(counts.vocabulary))
    shuffled = TermMatrix(
        csr_matrix(counts.counts[rows][:, columns]),
        [counts.vocabulary[n] for n in columns],
        [counts.doc_ids[n] for n in rows],
    )
    one = export_r(counts, corpus, tmp_path / "one", topics=fit)
    other = export_r(shuffled, corpus, tmp_path / "other", topics=fit)
    assert files(one) == files(other)


@pytest.mark.parametrize("term", ["水\n路", "水\t路", "", "水\u2028路"])
def test_a_term_that_would_break_a_line_is_refused(tmp_path, term):
    counts = TermMatrix(csr_matrix([[1, 2]]), ["水", term], ["a"])
    with pytest.raises(InputError, match="empty or hold a line break"):
        export_r(counts, None, tmp_path / "r")


def test_cells_that_a_spreadsheet_would_run_are_guarded(tmp_path):
    counts = TermMatrix(csr_matrix([[1, 2]]), ["=1+1", "@路"], ["-a"])
    cells = [
        cell
        for name, export in (("r", export_r), ("csv", export_csv))
        for path in export(counts, None, tmp_path / name).glob("*.csv")
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        for cell in row
    ]
    assert {"'=1+1", "'@路", "'-a"} <= set(cells)
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 0.5, 1e-300, 1e17, 0.1]), min_size=3, max_size=3),
        min_size=1,
        max_size=6,
    )
)
def test_matrix_market_reads_back_bit_for_bit(rows):
    back = mmread(io.BytesIO(matrix_market_bytes(csr_matrix(np.array(rows, dtype=float)))))
    assert (back.toarray() == np.array(rows)).all()


def test_a_saved_model_is_exported_with_its_corpus_counted_as_it_was(material, tmp_path):
    corpus, tokens, counts, fit = material
    model = save_model(fit, tmp_path / "model", corpus=corpus, tokens=tokens)
    pages = tmp_path / "pages"
    from readout_nlp.sample.generate import SampleSettings
    from readout_nlp.sample.write import write_sample

    write_sample(pages, settings=SampleSettings(cities=3, years=2, per_cell=2))
    folder = export_corpus([pages / "pages"], tmp_path / "r", to="r", model=model)
    assert files(folder) == files(export_r(counts, corpus, tmp_path / "direct", topics=fit))
    with pytest.raises(RecipeError, match="an export to 'stata'"):
        export_corpus([pages], tmp_path / "x", to="stata")
    with pytest.raises(RecipeError, match="without a model"):
        export_corpus([pages], tmp_path / "x", to="ldavis")
