import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.neighbors import NearestNeighbors

from readout_nlp.compare.neighbours import COLUMNS, character_grams, neighbours
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix


def matrix(counts, ids=None):
    counts = csr_matrix(counts)
    names = ids or [f"d{n:03d}" for n in range(counts.shape[0])]
    return TermMatrix(counts, [f"w{n}" for n in range(counts.shape[1])], names)


def random_counts(n_docs=80, n_terms=40, seed=0):
    rng = np.random.default_rng(seed)
    held = rng.random((n_docs, n_terms)) < 0.15
    return csr_matrix(held * rng.random((n_docs, n_terms)) * 5)


def test_neighbours_are_those_of_scikit_learn():
    counts = random_counts()
    counts = counts[counts.getnnz(axis=1) > 0]
    table = neighbours(matrix(counts), k=5, weighting="none")
    apart, _ = NearestNeighbors(metric="cosine", algorithm="brute").fit(counts).kneighbors(n_neighbors=5)
    found = table.pivot_table(index="doc_id", columns="rank", values="similarity").to_numpy()
    assert np.allclose(found, 1 - apart, atol=1e-12)


def test_tfidf_changes_who_is_near():
    counts = [[5, 1, 0], [5, 0, 1], [0, 1, 0], [5, 0, 0]]
    plain = neighbours(matrix(counts), k=1, weighting="none").set_index("doc_id")["neighbour_id"]
    assert plain["d000"] == "d003"
    weighed = neighbours(matrix(counts), k=3).set_index(["doc_id", "neighbour_id"])["similarity"]
    bare = neighbours(matrix(counts), k=3, weighting="none").set_index(["doc_id", "neighbour_id"])[
        "similarity"
    ]
    assert weighed["d000", "d002"] > bare["d000", "d002"]


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), k=st.integers(1, 12))
def test_ranks_fall_similarity_is_symmetric_and_no_document_is_its_own_neighbour(seed, k):
    table = neighbours(matrix(random_counts(30, 20, seed)), k=k)
    assert list(table.columns) == COLUMNS
    assert (table["doc_id"] != table["neighbour_id"]).all()
    assert table["similarity"].between(0, 1, inclusive="right").all()
    for _, own in table.groupby("doc_id"):
        assert own["rank"].tolist() == list(range(1, len(own) + 1))
        assert (np.diff(own["similarity"]) <= 0).all()
    pairs = table.set_index(["doc_id", "neighbour_id"])["similarity"].to_dict()
    for (one, other), value in pairs.items():
        assert pairs.get((other, one), value) == value, "to the bit"


def test_neither_threads_nor_the_order_of_documents_change_a_bit():
    counts = random_counts(200, 30)
    one, two = (neighbours(matrix(counts), k=7, n_threads=n) for n in (1, 2))
    assert one.equals(two)
    order = np.random.default_rng(0).permutation(200)
    turned = neighbours(matrix(counts[order], [f"d{n:03d}" for n in order]), k=7)
    assert turned.sort_values(["doc_id", "rank"], ignore_index=True).equals(one)


def test_ties_go_by_id():
    table = neighbours(matrix([[1, 1]] * 6, ids=list("fedcba")), k=2)
    near = table.groupby("doc_id")["neighbour_id"].agg(list)
    assert near["a"] == ["b", "c"]
    assert near["f"] == ["a", "b"]
    assert np.allclose(table["similarity"], 1)


def test_empty_and_lone_documents_have_no_neighbours_and_are_counted():
    table = neighbours(matrix([[1, 0, 0], [0, 0, 0], [2, 0, 0], [0, 0, 3]]), k=2)
    assert set(table["doc_id"]) == {"d000", "d002"}
    assert table.attrs["left_out"] == {"without_terms": 1, "without_neighbours": 2}
    alone = neighbours(matrix([[1, 2]]), k=3)
    assert alone.empty
    assert list(alone.columns) == COLUMNS


def test_wrong_calls_are_refused():
    with pytest.raises(RecipeError, match="k=0"):
        neighbours(matrix([[1]]), k=0)
    with pytest.raises(RecipeError, match="bm25"):
        neighbours(matrix([[1]]), weighting="bm25")
    with pytest.raises(InputError, match="negative"):
        neighbours(matrix([[-1]]))


texts = st.dictionaries(
    st.text("abc", max_size=3), st.text("水电路 \n𠮷", max_size=12), min_size=1, max_size=6
)


@settings(max_examples=60)
@given(texts=texts, n=st.integers(1, 4))
def test_grams_are_those_counted_one_by_one(texts, n):
    bare = {name: "".join(text.split()) for name, text in texts.items()}
    expected = {
        name: {text[at : at + n]: 0 for at in range(len(text) - n + 1)} for name, text in bare.items()
    }
    for name, text in bare.items():
        for at in range(len(text) - n + 1):
            expected[name][text[at : at + n]] += 1
    if not any(expected.values()):
        with pytest.raises(InputError):
            character_grams(texts, n=n, min_df=1)
        return
    grams = character_grams(texts, n=n, min_df=1)
    assert list(grams.doc_ids) == list(texts)
    for row, name in enumerate(texts):
        own = grams.counts[[row]].toarray()[0]
        assert {gram: count for gram, count in zip(grams.vocabulary, own, strict=True) if count} == expected[
            name
        ]


def test_grams_of_few_texts_are_dropped_and_reprints_are_found():
    stories = {"a": "会议研究了防汛工作安排", "b": "会议研究了防汛工作的安排", "c": "今天天气很好大家出门"}
    grams = character_grams(stories, n=3)
    assert "研究了" in grams.vocabulary
    assert "天气很" not in grams.vocabulary
    table = neighbours(character_grams(stories, n=3, min_df=1), k=1).set_index("doc_id")
    assert table.loc["a", "neighbour_id"] == "b"
    assert "c" not in table.index
    with pytest.raises(RecipeError, match="n=5"):
        character_grams(stories, n=5)
