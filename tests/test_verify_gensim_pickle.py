"""A gensim model is a program until its bytes are known: nothing of it runs, whatever is said or hashed."""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.models import LdaModel, LdaMulticore, LsiModel

import readout_nlp as rn
from readout_nlp.cli import main
from readout_nlp.errors import CheckError, InputError, RecipeError
from readout_nlp.exchange.gensim_pickle import convert_gensim, read_gensim_pickle
from readout_nlp.saved.verify import verify_hashes
from readout_nlp.tokens.tokenize import tokens_from_lists

TEXTS = [["水", "电", "路", "水"], ["改革", "开放", "改革"], ["水", "路"], ["开放", "改革", "电"]] * 6
NAME = "lda.model"


def trained(kind=LdaModel, **settings):
    logging.disable(logging.WARNING)  # gensim advises on so few texts
    words = Dictionary(TEXTS)
    model = kind([words.doc2bow(text) for text in TEXTS], id2word=words, **settings)
    logging.disable(logging.NOTSET)
    return model


def sums_of(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


@pytest.fixture
def saved(tmp_path):
    model = trained(num_topics=2, random_state=1)
    folder = tmp_path / "gensim"
    folder.mkdir()
    model.save(str(folder / NAME))
    return model, folder


class Evil:
    """Creates a file when it is unpickled."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def evil(tmp_path):
    """A model whose main file creates a folder, and the folder it would create."""
    folder, mark = tmp_path / "evil", tmp_path / "it-ran"
    folder.mkdir()
    (folder / NAME).write_bytes(pickle.dumps(Evil(mark)))
    (folder / f"{NAME}.state").write_bytes(pickle.dumps(Evil(mark)))
    return folder, mark


def test_the_evil_file_would_run_if_it_were_simply_unpickled(evil):
    folder, mark = evil
    with pytest.raises(Exception):  # noqa: B017, PT011  # gensim finds that it is no model, after it ran
        LdaModel.load(str(folder / NAME))
    assert mark.exists()


def test_nothing_is_opened_without_the_flag(evil):
    folder, mark = evil
    with pytest.raises(RecipeError, match="trust_pickle=True"):
        read_gensim_pickle(folder / NAME, trust_pickle=False, sha256=sums_of(folder))
    assert not mark.exists()


@pytest.mark.parametrize("truthy", [1, "yes"])
def test_the_flag_is_true_and_nothing_like_it(evil, truthy):
    folder, mark = evil
    with pytest.raises(RecipeError):
        read_gensim_pickle(folder / NAME, trust_pickle=truthy, sha256=sums_of(folder))
    assert not mark.exists()


def test_nothing_runs_without_hashes_or_with_wrong_ones(evil):
    folder, mark = evil
    right = sums_of(folder)
    for hashes, error in (
        ({}, RecipeError),
        ({NAME: right[NAME]}, RecipeError),
        ({**right, NAME: "0" * 64}, CheckError),
        ({**right, f"{NAME}.state": "0" * 64}, CheckError),
        ({**right, NAME: "not a hash"}, RecipeError),
    ):
        with pytest.raises(error):
            read_gensim_pickle(folder / NAME, trust_pickle=True, sha256=hashes)
        assert not mark.exists()


def test_nothing_runs_even_with_the_flag_and_right_hashes(evil):
    folder, mark = evil
    with pytest.raises(InputError, match=r"asks for (posix|nt)\.mkdir"):
        read_gensim_pickle(folder / NAME, trust_pickle=True, sha256=sums_of(folder))
    assert not mark.exists()


@pytest.mark.parametrize(
    "asked",
    [
        ("os", "system"),
        ("builtins", "eval"),
        ("builtins", "getattr"),
        ("__builtin__", "exec"),
        ("numpy", "load"),
    ],
)
def test_no_other_function_is_ever_called(saved, asked):
    _, folder = saved
    module, name = asked
    (folder / NAME).write_bytes(f"c{module}\n{name}\n(S'x'\ntR.".encode())
    with pytest.raises(InputError, match="asks for"):
        read_gensim_pickle(folder / NAME, trust_pickle=True, sha256=sums_of(folder))


def test_what_is_unpickled_are_the_bytes_that_were_hashed(saved, monkeypatch):
    model, folder = saved
    sums, reads = sums_of(folder), []
    real = Path.open

    def counted(self, *mode, **how):
        reads.append(self.name)
        return real(self, *mode, **how)

    monkeypatch.setattr(Path, "open", counted)
    fit = read_gensim_pickle(folder / NAME, trust_pickle=True, sha256=sums)
    assert len(reads) == len(set(reads))
    assert fit.n_topics == model.num_topics


MODELS = {
    "float32": lambda: trained(num_topics=2, random_state=1),
    "float64": lambda: trained(num_topics=3, random_state=2, dtype=np.float64, alpha="auto", eta="auto"),
    "asymmetric": lambda: trained(num_topics=2, random_state=2, alpha="asymmetric", passes=3),
    "multicore": lambda: trained(LdaMulticore, num_topics=2, random_state=1, workers=1),
}


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("apart", [10 * 2**20, 1], ids=["whole", "arrays apart"])
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_topics_words_and_priors_come_back(kind, apart, protocol, tmp_path):
    model = MODELS[kind]()
    model.save(str(tmp_path / NAME), sep_limit=apart, pickle_protocol=protocol)
    fit = read_gensim_pickle(tmp_path / NAME, trust_pickle=True, sha256=sums_of(tmp_path))
    theirs = model.get_topics()
    assert fit.topic_terms.dtype == np.float64
    np.testing.assert_allclose(fit.topic_terms, theirs, rtol=1e-12 if theirs.dtype == np.float64 else 1e-5)
    assert [model.id2word[column] for column in range(len(fit.vocabulary))] == list(fit.vocabulary)
    np.testing.assert_allclose(fit.state["alpha"], model.alpha)
    assert fit.params["converted_from"]["class"].endswith(type(model).__name__)


def test_a_converted_model_is_saved_verified_infers_and_returns_to_gensim(saved, tmp_path):
    model, folder = saved
    out = convert_gensim(folder / NAME, tmp_path / "model", trust_pickle=True, sha256=sums_of(folder))
    assert verify_hashes(out).ok
    fit = rn.load_model(out)
    counts = rn.count_terms(
        tokens_from_lists([str(n) for n in range(len(TEXTS))], TEXTS), min_df=1, max_df=1.0
    )
    shares = rn.infer_topics(fit, counts)
    assert not shares.novel.any()
    theirs = np.array([model.inference([model.id2word.doc2bow(text)])[0][0] for text in TEXTS])
    theirs /= theirs.sum(axis=1, keepdims=True)
    assert np.abs(shares.doc_topics - theirs).max() < 0.01
    np.testing.assert_array_equal(fit.to_gensim().get_topics(), fit.topic_terms)


def test_a_model_of_another_kind_is_refused_by_name(tmp_path):
    words = Dictionary(TEXTS)
    model = LsiModel([words.doc2bow(text) for text in TEXTS], id2word=words, num_topics=2)
    model.save(str(tmp_path / NAME))
    (tmp_path / f"{NAME}.state").write_bytes((tmp_path / NAME).read_bytes())
    with pytest.raises(InputError, match="LsiModel"):
        read_gensim_pickle(tmp_path / NAME, trust_pickle=True, sha256=sums_of(tmp_path))


def test_a_damaged_file_with_its_own_hash_is_a_clear_error(saved):
    _, folder = saved
    whole = (folder / NAME).read_bytes()
    for data in (b"", whole[:100], b"\x80\x04N.", b"\x1f\x8b" + whole):
        (folder / NAME).write_bytes(data)
        with pytest.raises(InputError):
            read_gensim_pickle(folder / NAME, trust_pickle=True, sha256=sums_of(folder))


def test_a_model_without_words_is_refused(saved):
    _, folder = saved
    (folder / f"{NAME}.id2word").write_bytes(pickle.dumps({0: "水"}))
    with pytest.raises(InputError, match="1 words"):
        read_gensim_pickle(folder / NAME, trust_pickle=True, sha256=sums_of(folder))


def test_the_command_wants_both_the_flag_and_the_sums(saved, tmp_path, monkeypatch, capsys):
    _, folder = saved
    sums = tmp_path / "SUMS"

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["readout-nlp", "convert", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code, capsys.readouterr()

    sums.write_text(
        "".join(f"{known}  {name}\n" for name, known in sums_of(folder).items()), encoding="utf-8"
    )
    out = tmp_path / "model"
    code, said = call(folder / NAME, "--out", out, "--sums", sums)
    assert (code, out.exists()) == (2, False)
    assert "--trust-pickle" in said.err
    code, said = call(folder / NAME, "--out", out, "--sums", sums, "--trust-pickle")
    assert (code, said.out.splitlines()[-1]) == (0, str(out))
    sums.write_text("".join(f"{'0' * 64}  {name}\n" for name in sums_of(folder)), encoding="utf-8")
    assert call(folder / NAME, "--out", tmp_path / "two", "--sums", sums, "--trust-pickle")[0] == 3
