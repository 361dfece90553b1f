"""Items by act, so that what is relayed and what a place decides itself can be modelled apart."""

from __future__ import annotations

from collections.abc import Iterable

from scipy.sparse import csr_matrix

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import InputError, RecipeError
from readout_nlp.readouts.readout import ACTS
from readout_nlp.tokens.counts import TermMatrix


def select_acts(counts: TermMatrix, corpus: Corpus, *, acts: str | Iterable[str]) -> TermMatrix:
    """Keep the items of some acts; the vocabulary stays, so that fits on different acts can be compared.

    Parameters
    ----------
    counts : TermMatrix
        One row an item, as `tokenize` with ``unit="item"`` and `count_terms` give them.
    corpus : Corpus
        Where the items' acts stand.
    acts
        One or several of relay, hear, analyse, deliberate, decide, approve, deploy, residual and unstated.
        An item counts by its leading act.

    Returns
    -------
    TermMatrix
        The rows of these acts, in their order.

    Raises
    ------
    RecipeError
        An act that does not exist, or none of these items in the counts.
    InputError
        A row that is no item of the corpus.

    Examples
    --------
    >>> from readout_nlp import count_terms, sample_corpus, tokenize
    >>> corpus = sample_corpus()
    >>> counts = count_terms(tokenize(corpus, unit="item"))
    >>> relayed, decided = (select_acts(counts, corpus, acts=act) for act in ("relay", "decide"))
    >>> set(relayed.doc_ids) & set(decided.doc_ids)
    set()
    >>> relayed.vocabulary == counts.vocabulary
    True
    """
    wanted = {acts} if isinstance(acts, str) else set(acts)
    unknown = sorted(wanted - set(ACTS))
    if unknown or not wanted:
        raise RecipeError(
            f"acts={', '.join(unknown) or 'none'}", f"some of {', '.join(ACTS)}", "mend the acts"
        )
    act_of = dict(corpus.items.select("item_id", "act").iter_rows())
    strangers = [doc_id for doc_id in counts.doc_ids if doc_id not in act_of]
    if strangers:
        raise InputError(
            f"{len(strangers)} rows that are no items of the corpus (first: {strangers[0]})",
            "counts of this corpus, one row an item",
            'make the counts with tokenize(corpus, unit="item") and count_terms',
        )
    kept = [row for row, doc_id in enumerate(counts.doc_ids) if act_of[doc_id] in wanted]
    if not kept:
        raise RecipeError(f"no item of {', '.join(sorted(wanted))}", "at least one", "choose other acts")
    rows = csr_matrix(counts.counts[kept])
    return TermMatrix(rows, counts.vocabulary, [counts.doc_ids[row] for row in kept])
