"""readout_nlp: official Chinese meeting readouts as evidence, from raw pages to a report.

The names below are the whole public interface; each is loaded on first use, so that ``import readout_nlp``
and ``readout-nlp --help`` answer at once.

Examples
--------
>>> import readout_nlp as rn
>>> readout = rn.parse_page("4月2日,市委常委会召开会议。会议听取了全市春耕备耕工作情况的汇报。".encode())
>>> [item.act for item in readout.items]
['hear']
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from readout_nlp.analysis import Analysis, Recipe, analyse
    from readout_nlp.analysis.sensitivity import sensitivity
    from readout_nlp.compare.shares import act_shares, topic_shares
    from readout_nlp.compare.similarity import similarity
    from readout_nlp.compare.trajectories import trajectories
    from readout_nlp.corpus.corpus import Corpus
    from readout_nlp.corpus.coverage import coverage
    from readout_nlp.corpus.events import events
    from readout_nlp.corpus.kwic import kwic
    from readout_nlp.corpus.read import read_corpus, sample_corpus
    from readout_nlp.corpus.store import ingest, open_store
    from readout_nlp.errors import ReadoutNLPError
    from readout_nlp.present import figures
    from readout_nlp.present.report import write_report
    from readout_nlp.readouts.parse import parse_page
    from readout_nlp.saved.models import load_model, save_model
    from readout_nlp.tokens.counts import TermMatrix, count_terms
    from readout_nlp.tokens.tokenize import Tokens, tokenize
    from readout_nlp.topics.acts import select_acts
    from readout_nlp.topics.choice import TopicChoice
    from readout_nlp.topics.choose import choose_topics
    from readout_nlp.topics.clusters import fit_clusters
    from readout_nlp.topics.consensus import consensus, consensus_stability
    from readout_nlp.topics.fit import TopicFit
    from readout_nlp.topics.infer import infer_topics
    from readout_nlp.topics.lda import fit_lda
    from readout_nlp.topics.nmf import fit_nmf
    from readout_nlp.topics.perplexity import held_out_perplexity, hold_out
    from readout_nlp.topics.quality import topic_table
    from readout_nlp.topics.stability import fit_seeds, fit_subsamples, match_topics, seed_stability

_HOMES = {
    "Analysis": "analysis",
    "Corpus": "corpus.corpus",
    "ReadoutNLPError": "errors",
    "Recipe": "analysis",
    "TermMatrix": "tokens.counts",
    "Tokens": "tokens.tokenize",
    "TopicChoice": "topics.choice",
    "TopicFit": "topics.fit",
    "act_shares": "compare.shares",
    "analyse": "analysis",
    "choose_topics": "topics.choose",
    "consensus": "topics.consensus",
    "consensus_stability": "topics.consensus",
    "count_terms": "tokens.counts",
    "coverage": "corpus.coverage",
    "events": "corpus.events",
    "figures": "present.figures",
    "fit_clusters": "topics.clusters",
    "fit_lda": "topics.lda",
    "fit_nmf": "topics.nmf",
    "fit_seeds": "topics.stability",
    "fit_subsamples": "topics.stability",
    "held_out_perplexity": "topics.perplexity",
    "hold_out": "topics.perplexity",
    "infer_topics": "topics.infer",
    "ingest": "corpus.store",
    "kwic": "corpus.kwic",
    "load_model": "saved.models",
    "match_topics": "topics.stability",
    "open_store": "corpus.store",
    "parse_page": "readouts.parse",
    "read_corpus": "corpus.read",
    "sample_corpus": "corpus.read",
    "save_model": "saved.models",
    "seed_stability": "topics.stability",
    "select_acts": "topics.acts",
    "sensitivity": "analysis.sensitivity",
    "similarity": "compare.similarity",
    "tokenize": "tokens.tokenize",
    "topic_shares": "compare.shares",
    "topic_table": "topics.quality",
    "trajectories": "compare.trajectories",
    "write_report": "present.report",
}

__all__ = [
    "Analysis",
    "Corpus",
    "ReadoutNLPError",
    "Recipe",
    "TermMatrix",
    "Tokens",
    "TopicChoice",
    "TopicFit",
    "act_shares",
    "analyse",
    "choose_topics",
    "consensus",
    "consensus_stability",
    "count_terms",
    "coverage",
    "events",
    "figures",
    "fit_clusters",
    "fit_lda",
    "fit_nmf",
    "fit_seeds",
    "fit_subsamples",
    "held_out_perplexity",
    "hold_out",
    "infer_topics",
    "ingest",
    "kwic",
    "load_model",
    "match_topics",
    "open_store",
    "parse_page",
    "read_corpus",
    "sample_corpus",
    "save_model",
    "seed_stability",
    "select_acts",
    "sensitivity",
    "similarity",
    "tokenize",
    "topic_shares",
    "topic_table",
    "trajectories",
    "write_report",
]
__version__ = version("readout-nlp")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'readout_nlp' has no attribute {name!r}")
    home = import_module(f"readout_nlp.{_HOMES[name]}")
    value = home if _HOMES[name].endswith(f".{name}") and not hasattr(home, name) else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
