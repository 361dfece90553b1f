"""Models of other programs come in as they are, compare with ours, and what is wrong with them is said."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planted_topics import matched, plant

import readout_nlp as rn
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.exchange.imported import import_topics, topics_from_matrices
from readout_nlp.exchange.labelled import Labelled, named, read_labelled, read_names
from readout_nlp.exchange.to_gensim import export_gensim
from readout_nlp.exchange.to_r import export_r
from readout_nlp.saved.models import load_model, save_model
from readout_nlp.topics.check import check_topic_fit

PLANTED = plant(n_docs=40, n_terms=30, n_topics=3)
PHI, THETA = PLANTED.topic_terms, PLANTED.doc_topics
VOCABULARY, DOC_IDS = PLANTED.counts.vocabulary, PLANTED.counts.doc_ids


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "vocabulary.txt").write_text("".join(f"{term}\n" for term in VOCABULARY), encoding="utf-8")
    (tmp_path / "doc_ids.txt").write_text("".join(f"{name}\n" for name in DOC_IDS), encoding="utf-8")
    return tmp_path


def as_r_writes(matrix, path, *, prefix="V", names=None):
    """Write a matrix as R's write.csv does."""
    columns = names or [f"{prefix}{n}" for n in range(1, matrix.shape[1] + 1)]
    pd.DataFrame(matrix, columns=columns, index=range(1, len(matrix) + 1)).to_csv(path, quoting=2)


def test_an_stm_model_with_logarithms(folder):
    as_r_writes(np.log(PHI), folder / "logbeta.csv")
    pd.DataFrame(THETA, columns=["X1", "X2", "X3"]).assign(doc_id=DOC_IDS)[
        ["doc_id", "X1", "X2", "X3"]
    ].to_csv(folder / "theta.csv", index=False)
    (folder / "doc_ids.txt").unlink()
    found = import_topics([folder], source="r", log_beta=True, program="stm 1.3.7").topics
    check_topic_fit(found)
    assert np.allclose(found.topic_terms, PHI)
    assert np.allclose(found.doc_topics, THETA)
    assert found.doc_ids == tuple(DOC_IDS)
    assert found.method == "imported"
    assert found.params["program"] == "stm 1.3.7"
    assert set(found.params["files"]) == {"topic_terms", "doc_topics", "vocabulary"}
    assert str(folder) not in json.dumps(found.params)


def test_a_keyatm_model_whose_topics_have_names_in_another_order(folder):
    names = ["1_economy", "2_party", "Other_1"]
    pd.DataFrame(PHI, index=names, columns=VOCABULARY).to_csv(folder / "phi.csv")
    shuffled = [2, 0, 1]
    pd.DataFrame(THETA[:, shuffled], columns=[names[n] for n in shuffled], index=DOC_IDS).to_csv(
        folder / "theta.csv"
    )
    found = import_topics([folder / "phi.csv", folder / "theta.csv"], source="r").topics
    assert found.topic_ids == ("t01", "t02", "t03")
    assert found.params["given_topics"] == names
    assert np.allclose(found.doc_topics, THETA)
    pd.DataFrame(THETA, columns=["a", "b", "c"], index=DOC_IDS).to_csv(folder / "theta.csv")
    with pytest.raises(InputError, match="topics of other names"):
        import_topics([folder], source="r")


def test_tidy_rows_as_tidytext_gives_them(folder):
    beta = [(k + 1, term, PHI[k, n]) for n, term in enumerate(VOCABULARY) for k in range(3)]
    pd.DataFrame(beta, columns=["topic", "term", "beta"]).to_csv(folder / "beta.csv", index=False)
    gamma = [(name, k + 1, THETA[n, k]) for n, name in enumerate(DOC_IDS) for k in range(3)]
    pd.DataFrame(gamma, columns=["document", "topic", "gamma"]).to_csv(folder / "gamma.csv", index=False)
    found = import_topics([folder / "beta.csv", folder / "gamma.csv"], source="csv").topics
    assert np.allclose(found.topic_terms, PHI)
    assert np.allclose(found.doc_topics, THETA)


@pytest.mark.parametrize("to", [export_r, export_gensim])
def test_what_we_export_comes_back_bit_for_bit(tmp_path, to):
    fit = rn.fit_lda(PLANTED.counts, n_topics=3, passes=2)
    out = to(PLANTED.counts, None, tmp_path / "out", topics=fit)
    back = import_topics([out], source="r").topics
    assert np.allclose(back.topic_terms, fit.topic_terms, rtol=1e-15, atol=0)
    assert np.allclose(back.doc_topics, fit.doc_topics, rtol=1e-15, atol=0)
    assert (back.vocabulary, back.doc_ids) == (fit.vocabulary, fit.doc_ids)


def test_an_imported_model_is_saved_compared_and_matched_with_ours(tmp_path):
    corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    counts = rn.count_terms(rn.tokenize(corpus), min_df=2)
    fit = rn.fit_lda(counts, n_topics=3, passes=2)
    out = export_r(counts, corpus, tmp_path / "out", topics=fit)
    shares = pd.read_csv(out / "doc_topics.csv")
    shares.loc[len(shares)] = ["elsewhere-01", 1.0, 0.0, 0.0]
    shares.to_csv(out / "doc_topics.csv", index=False)
    (out / "docvars.csv").unlink()
    found = import_topics([out], source="r", corpus=corpus)
    assert found.unmatched == ("elsewhere-01",)
    saved = load_model(save_model(found.topics, tmp_path / "model", corpus=corpus))
    table = rn.topic_shares(saved, corpus)
    ours = rn.topic_shares(
        replace(fit, params={}), corpus
    )  # a foreign model does not say what has no evidence
    assert np.allclose(table["share"], ours["share"], equal_nan=True)
    assert matched(fit.topic_terms, saved.topic_terms)[0].tolist() == [0, 1, 2]
    with pytest.raises(RecipeError, match="a model imported from another program"):
        rn.infer_topics(saved, counts)
    with pytest.raises(RecipeError, match="'imported'"):
        saved.to_gensim()
    with pytest.raises(InputError, match="no document of the corpus among the model's"):
        import_topics([out], source="r", corpus=rn.sample_corpus(cities=2, years=1, per_cell=1, seed=5))


class TestFaultsAreSaid:
    @staticmethod
    def made(phi=PHI, theta=THETA, **more):
        return topics_from_matrices(
            Labelled(values=phi), Labelled(values=theta), vocabulary=VOCABULARY, doc_ids=DOC_IDS, **more
        )

    def test_terms_by_topics(self):
        with pytest.raises(
            InputError, match="topic_terms of 30 x 3 for 30 terms, which is terms x topics: transpose it"
        ):
            self.made(phi=PHI.T)

    def test_topics_by_documents(self):
        with pytest.raises(InputError, match="which is topics x documents: transpose it"):
            self.made(theta=THETA.T)

    def test_logarithms(self):
        with pytest.raises(InputError, match=r"logarithms: their exponentials sum to 1.*--log-beta"):
            self.made(phi=np.log(PHI))

    def test_shares_taken_for_logarithms(self):
        with pytest.raises(InputError, match=r"logarithms of shares from .*leave --log-beta out"):
            self.made(log_beta=True)

    def test_counts(self):
        with pytest.raises(InputError, match="rows of topic_terms that sum to"):
            self.made(phi=np.round(1000 * PHI))

    def test_the_first_terms_only(self):
        cut = np.where(np.sort(PHI, axis=1)[:, [-5]] <= PHI, PHI, 0)
        with pytest.raises(InputError, match="export every term"):
            self.made(phi=cut)

    def test_other_numbers_of_topics(self):
        with pytest.raises(InputError, match="3 topics in topic_terms and 2 in doc_topics"):
            self.made(theta=THETA[:, :2] / THETA[:, :2].sum(axis=1, keepdims=True))

    def test_missing_numbers(self):
        with pytest.raises(InputError, match="finite shares"):
            self.made(theta=np.where(THETA.max() == THETA, np.nan, THETA))

    def test_zeros_as_logarithms_are_zeros(self):
        with np.errstate(divide="ignore"):
            logs = np.log(np.eye(3, 30))
        assert (self.made(phi=logs, log_beta=True).topic_terms == np.eye(3, 30)).all()

    def test_names_that_are_not_there(self):
        with pytest.raises(InputError, match=r"no vocabulary.*no document ids"):
            topics_from_matrices(Labelled(values=PHI), Labelled(values=THETA))

    def test_repeated_names(self):
        with pytest.raises(InputError, match="1 repeated vocabulary"):
            topics_from_matrices(
                Labelled(values=PHI),
                Labelled(values=THETA),
                vocabulary=[VOCABULARY[1], *VOCABULARY[1:]],
                doc_ids=DOC_IDS,
            )

    def test_files_that_are_missing_or_several(self, folder):
        with pytest.raises(InputError, match=r"no topic_terms .*; no doc_topics"):
            import_topics([folder], source="r")
        for name in ("beta.csv", "phi.csv", "theta.csv"):
            as_r_writes(PHI, folder / name)
        with pytest.raises(InputError, match=r"several files of one kind \(beta.csv, phi.csv\)"):
            import_topics([folder], source="r")
        with pytest.raises(RecipeError, match="'spss'"):
            import_topics([folder], source="spss")


class TestHostileFiles:
    def test_a_pickle_in_a_npy_is_never_run(self, tmp_path):
        class Bomb:
            def __reduce__(self):
                return (open, (str(tmp_path / "ran"), "w"))

        path = tmp_path / "beta.npy"
        np.save(path, np.array([Bomb()], dtype=object), allow_pickle=True)
        (tmp_path / "plain.npy").write_bytes(pickle.dumps(Bomb()))
        for name in ("beta.npy", "plain.npy"):
            with pytest.raises(InputError, match="which is no matrix"):
                read_labelled(tmp_path / name)
        assert not (tmp_path / "ran").exists()

    def test_a_header_that_claims_more_than_memory_is_refused(self, tmp_path):
        (tmp_path / "beta.mtx").write_text(
            "%%MatrixMarket matrix coordinate real general\n9999999 9999999 1\n1 1 1\n", encoding="ascii"
        )
        with pytest.raises(InputError, match="9999999 x 9999999 cells"):
            read_labelled(tmp_path / "beta.mtx")
        np.save(tmp_path / "beta.npy", np.ones((2, 2)))
        data = (tmp_path / "beta.npy").read_bytes().replace(b"(2, 2)", b"(2e9999"[:6])
        (tmp_path / "beta.npy").write_bytes(data)
        with pytest.raises(InputError, match="which is no matrix"):
            read_labelled(tmp_path / "beta.npy")
        claim = b"(9999999, 9999999), }"
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': " + claim
        header += b" " * (117 - len(header)) + b"\n"
        (tmp_path / "beta.npy").write_bytes(
            b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"0" * 64
        )
        with pytest.raises(InputError, match="which is no matrix"):
            read_labelled(tmp_path / "beta.npy")

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("a,b\n1,2\n1\n", "line 3 of another length"),
            ("", "an empty file"),
            ("a,b\n", "no rows"),
            ('"' + "x" * 70_000, "field larger"),
            ("topic,term,beta\n1,水,0.5\n1,水,0.5\n", "1 and 水 twice"),
        ],
    )
    def test_a_csv_that_is_no_matrix(self, tmp_path, text, fault):
        (tmp_path / "beta.csv").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=fault):
            read_labelled(tmp_path / "beta.csv")

    def test_other_kinds_of_file_are_not_read(self, tmp_path):
        (tmp_path / "model.rds").write_bytes(b"X")
        with pytest.raises(InputError, match=r"a matrix in model.rds; expected a file .csv"):
            read_labelled(tmp_path / "model.rds")


def test_names_in_the_forms_that_programs_write(tmp_path):
    forms = {
        "a.txt": "水\n路\n",
        "b.json": '["水", "路"]',
        "c.json": '{"1": "路", "0": "水"}',
        "d.csv": '"","x"\n"1","水"\n"2","路"\n',
        "e.csv": "doc_id,year\n水,2012\n路,2013\n",
        "f.txt": "2\n1\t路\t1\n0\t水\t2\n",
        "g.csv": "水\n路\n",
    }
    for name, text in forms.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert read_names(tmp_path / name) == ("水", "路"), name
    (tmp_path / "gb.txt").write_bytes("教育\n防汛\n".encode("gb18030"))
    assert read_names(tmp_path / "gb.txt") == ("教育", "防汛")


def test_numbers_in_order_are_no_names():
    assert named(["V1", "V2", "V3"]) is None
    assert named(["0", "1"]) is None
    assert named(["Topic 1", "Topic 2"]) is None
    assert named(["V2", "V1"]) == ("V2", "V1")
