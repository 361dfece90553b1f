from types import SimpleNamespace

import polars as pl
import pytest
from scipy.sparse import csr_matrix

from readout_nlp.errors import InputError, RecipeError
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.acts import select_acts

CORPUS = SimpleNamespace(
    items=pl.DataFrame(
        {"item_id": ["a-1", "a-2", "b-1", "b-2"], "act": ["relay", "hear", "relay", "decide"]},
        schema={"item_id": pl.String(), "act": pl.String()},
    )
)
COUNTS = TermMatrix(csr_matrix([[1, 0], [2, 0], [3, 1]]), ["水", "电"], ["b-2", "a-1", "b-1"])


def test_the_rows_of_an_act_stay_in_their_order_with_all_columns():
    relayed = select_acts(COUNTS, CORPUS, acts="relay")
    assert list(relayed.doc_ids) == ["a-1", "b-1"]
    assert relayed.counts.toarray().tolist() == [[2, 0], [3, 1]]
    assert relayed.vocabulary == COUNTS.vocabulary


def test_several_acts_share_out_what_there_is():
    parts = [select_acts(COUNTS, CORPUS, acts=acts).doc_ids for acts in (["relay"], ["decide", "hear"])]
    assert sorted(parts[0] + parts[1]) == sorted(COUNTS.doc_ids)


@pytest.mark.parametrize("acts", ["relays", [], ["relay", "x"], "hear"])
def test_acts_that_pick_nothing_are_refused(acts):
    with pytest.raises(RecipeError):
        select_acts(COUNTS, CORPUS, acts=acts)


def test_counts_of_whole_documents_are_refused():
    whole = TermMatrix(csr_matrix([[1]]), ["水"], ["a"])
    with pytest.raises(InputError, match="no items of the corpus"):
        select_acts(whole, CORPUS, acts="relay")
