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
    from readout_nlp.compare.adoption import tifa_adoption
    from readout_nlp.compare.adoption_order import adoption_order
    from readout_nlp.compare.agreement import agreement
    from readout_nlp.compare.before_after import similarity_before_after
    from readout_nlp.compare.bounds import year_bounds
    from readout_nlp.compare.composition import composition
    from readout_nlp.compare.contents import act_profiles, tifa_profiles, topic_profiles, word_profiles
    from readout_nlp.compare.design_covariates import covariates_of
    from readout_nlp.compare.design_tenure import add_tenure
    from readout_nlp.compare.discovery_rate import discovery_rate
    from readout_nlp.compare.draws import posterior_draws
    from readout_nlp.compare.drift import drift
    from readout_nlp.compare.echo_extremes import echo_extremes
    from readout_nlp.compare.echo_shares import echo_shares
    from readout_nlp.compare.effects import topic_effects
    from readout_nlp.compare.event_study import event_study, leads_and_lags
    from readout_nlp.compare.formula_mask import formula_terms, mask_formula
    from readout_nlp.compare.keyness import keyness
    from readout_nlp.compare.lag import lag_to_centre
    from readout_nlp.compare.leaders import leaders
    from readout_nlp.compare.maps import place_map
    from readout_nlp.compare.mention_counts import count_mentions
    from readout_nlp.compare.mention_shares import mention_shares
    from readout_nlp.compare.nearest import nearest
    from readout_nlp.compare.neighbours import character_grams, neighbours
    from readout_nlp.compare.pairs import pairs
    from readout_nlp.compare.randomisation import randomisation_p
    from readout_nlp.compare.rarefy import rarefied_similarity
    from readout_nlp.compare.resonance import resonance
    from readout_nlp.compare.shares import act_shares, topic_shares
    from readout_nlp.compare.silence import silence
    from readout_nlp.compare.similarity import similarity
    from readout_nlp.compare.split import CorpusSplit, split_corpus
    from readout_nlp.compare.support import place_tree
    from readout_nlp.compare.survival import adoption_curves
    from readout_nlp.compare.trajectories import trajectories
    from readout_nlp.compare.trends import year_trends
    from readout_nlp.corpus.corpus import Corpus
    from readout_nlp.corpus.coverage import coverage
    from readout_nlp.corpus.events import events
    from readout_nlp.corpus.kwic import kwic
    from readout_nlp.corpus.read import read_corpus, sample_corpus, sample_reference
    from readout_nlp.corpus.select import select_readouts
    from readout_nlp.corpus.store import ingest, open_store
    from readout_nlp.errors import ReadoutNLPError
    from readout_nlp.passages.corpus_passages import corpus_passages
    from readout_nlp.passages.echo import echo
    from readout_nlp.passages.formula import estimate_formula
    from readout_nlp.passages.known_tifa import known_tifa
    from readout_nlp.passages.mentions import place_mentions
    from readout_nlp.passages.network import reuse_network
    from readout_nlp.passages.occurrences import formula_spans
    from readout_nlp.passages.reuse import text_reuse
    from readout_nlp.passages.tifa_candidates import tifa_candidates
    from readout_nlp.passages.tifa_match import match_tifa
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
    "CorpusSplit": "compare.split",
    "ReadoutNLPError": "errors",
    "Recipe": "analysis",
    "TermMatrix": "tokens.counts",
    "Tokens": "tokens.tokenize",
    "TopicChoice": "topics.choice",
    "TopicFit": "topics.fit",
    "act_profiles": "compare.contents",
    "act_shares": "compare.shares",
    "add_tenure": "compare.design_tenure",
    "adoption_curves": "compare.survival",
    "adoption_order": "compare.adoption_order",
    "agreement": "compare.agreement",
    "analyse": "analysis",
    "character_grams": "compare.neighbours",
    "choose_topics": "topics.choose",
    "composition": "compare.composition",
    "consensus": "topics.consensus",
    "consensus_stability": "topics.consensus",
    "corpus_passages": "passages.corpus_passages",
    "count_mentions": "compare.mention_counts",
    "count_terms": "tokens.counts",
    "covariates_of": "compare.design_covariates",
    "coverage": "corpus.coverage",
    "discovery_rate": "compare.discovery_rate",
    "drift": "compare.drift",
    "echo": "passages.echo",
    "echo_extremes": "compare.echo_extremes",
    "echo_shares": "compare.echo_shares",
    "estimate_formula": "passages.formula",
    "event_study": "compare.event_study",
    "events": "corpus.events",
    "figures": "present.figures",
    "fit_clusters": "topics.clusters",
    "fit_lda": "topics.lda",
    "fit_nmf": "topics.nmf",
    "fit_seeds": "topics.stability",
    "fit_subsamples": "topics.stability",
    "formula_spans": "passages.occurrences",
    "formula_terms": "compare.formula_mask",
    "held_out_perplexity": "topics.perplexity",
    "hold_out": "topics.perplexity",
    "infer_topics": "topics.infer",
    "ingest": "corpus.store",
    "keyness": "compare.keyness",
    "known_tifa": "passages.known_tifa",
    "kwic": "corpus.kwic",
    "lag_to_centre": "compare.lag",
    "leaders": "compare.leaders",
    "leads_and_lags": "compare.event_study",
    "load_model": "saved.models",
    "mask_formula": "compare.formula_mask",
    "match_tifa": "passages.tifa_match",
    "match_topics": "topics.stability",
    "mention_shares": "compare.mention_shares",
    "nearest": "compare.nearest",
    "neighbours": "compare.neighbours",
    "open_store": "corpus.store",
    "pairs": "compare.pairs",
    "parse_page": "readouts.parse",
    "place_map": "compare.maps",
    "place_mentions": "passages.mentions",
    "place_tree": "compare.support",
    "posterior_draws": "compare.draws",
    "randomisation_p": "compare.randomisation",
    "rarefied_similarity": "compare.rarefy",
    "read_corpus": "corpus.read",
    "resonance": "compare.resonance",
    "reuse_network": "passages.network",
    "sample_corpus": "corpus.read",
    "sample_reference": "corpus.read",
    "save_model": "saved.models",
    "seed_stability": "topics.stability",
    "select_acts": "topics.acts",
    "select_readouts": "corpus.select",
    "sensitivity": "analysis.sensitivity",
    "silence": "compare.silence",
    "similarity": "compare.similarity",
    "similarity_before_after": "compare.before_after",
    "split_corpus": "compare.split",
    "text_reuse": "passages.reuse",
    "tifa_adoption": "compare.adoption",
    "tifa_candidates": "passages.tifa_candidates",
    "tifa_profiles": "compare.contents",
    "tokenize": "tokens.tokenize",
    "topic_effects": "compare.effects",
    "topic_profiles": "compare.contents",
    "topic_shares": "compare.shares",
    "topic_table": "topics.quality",
    "trajectories": "compare.trajectories",
    "word_profiles": "compare.contents",
    "write_report": "present.report",
    "year_bounds": "compare.bounds",
    "year_trends": "compare.trends",
}

__all__ = [
    "Analysis",
    "Corpus",
    "CorpusSplit",
    "ReadoutNLPError",
    "Recipe",
    "TermMatrix",
    "Tokens",
    "TopicChoice",
    "TopicFit",
    "act_profiles",
    "act_shares",
    "add_tenure",
    "adoption_curves",
    "adoption_order",
    "agreement",
    "analyse",
    "character_grams",
    "choose_topics",
    "composition",
    "consensus",
    "consensus_stability",
    "corpus_passages",
    "count_mentions",
    "count_terms",
    "covariates_of",
    "coverage",
    "discovery_rate",
    "drift",
    "echo",
    "echo_extremes",
    "echo_shares",
    "estimate_formula",
    "event_study",
    "events",
    "figures",
    "fit_clusters",
    "fit_lda",
    "fit_nmf",
    "fit_seeds",
    "fit_subsamples",
    "formula_spans",
    "formula_terms",
    "held_out_perplexity",
    "hold_out",
    "infer_topics",
    "ingest",
    "keyness",
    "known_tifa",
    "kwic",
    "lag_to_centre",
    "leaders",
    "leads_and_lags",
    "load_model",
    "mask_formula",
    "match_tifa",
    "match_topics",
    "mention_shares",
    "nearest",
    "neighbours",
    "open_store",
    "pairs",
    "parse_page",
    "place_map",
    "place_mentions",
    "place_tree",
    "posterior_draws",
    "randomisation_p",
    "rarefied_similarity",
    "read_corpus",
    "resonance",
    "reuse_network",
    "sample_corpus",
    "sample_reference",
    "save_model",
    "seed_stability",
    "select_acts",
    "select_readouts",
    "sensitivity",
    "silence",
    "similarity",
    "similarity_before_after",
    "split_corpus",
    "text_reuse",
    "tifa_adoption",
    "tifa_candidates",
    "tifa_profiles",
    "tokenize",
    "topic_effects",
    "topic_profiles",
    "topic_shares",
    "topic_table",
    "trajectories",
    "word_profiles",
    "write_report",
    "year_bounds",
    "year_trends",
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
