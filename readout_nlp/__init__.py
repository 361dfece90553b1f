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
    from readout_nlp.analysis.analyse import Analysis, analyse
    from readout_nlp.analysis.extend import infer_saved
    from readout_nlp.analysis.recipe import Recipe
    from readout_nlp.analysis.refit import refit, save_refit
    from readout_nlp.analysis.sensitivity import sensitivity
    from readout_nlp.analysis.verdicts import Verdicts
    from readout_nlp.analysis.verify_model import verify_model
    from readout_nlp.compare.adoption import tifa_adoption
    from readout_nlp.compare.adoption_curve import adoption_curve
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
    from readout_nlp.compare.drift_text import describe_drift
    from readout_nlp.compare.dsl import dsl_shares
    from readout_nlp.compare.dsl_effects import dsl_effects
    from readout_nlp.compare.dsl_sample import draw_for_coding
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
    from readout_nlp.compare.place_sides import describe_join, unmatched_rows
    from readout_nlp.compare.place_tenures import join_tenures, tenure_years
    from readout_nlp.compare.place_years import join_place_years
    from readout_nlp.compare.randomisation import randomisation_p
    from readout_nlp.compare.rarefy import rarefied_similarity
    from readout_nlp.compare.resonance import resonance
    from readout_nlp.compare.shares import act_shares, topic_shares
    from readout_nlp.compare.silence import silence
    from readout_nlp.compare.similarity import similarity
    from readout_nlp.compare.split import CorpusSplit, split_corpus
    from readout_nlp.compare.support import place_tree
    from readout_nlp.compare.survival import adoption_curves
    from readout_nlp.compare.topic_acts import topic_acts
    from readout_nlp.compare.topic_drift import topic_drift
    from readout_nlp.compare.topic_pairs import matched_topics, nearest_topics
    from readout_nlp.compare.trajectories import trajectories
    from readout_nlp.compare.trends import year_trends
    from readout_nlp.corpus.corpus import Corpus
    from readout_nlp.corpus.coverage import coverage
    from readout_nlp.corpus.events import events
    from readout_nlp.corpus.intake import Intake, check_pages
    from readout_nlp.corpus.join_stores import merge_corpora, merge_stores
    from readout_nlp.corpus.kwic import kwic
    from readout_nlp.corpus.merged_from import merged_from
    from readout_nlp.corpus.read import read_corpus, sample_corpus, sample_reference
    from readout_nlp.corpus.select import select_readouts
    from readout_nlp.corpus.store import ingest, open_store
    from readout_nlp.errors import ReadoutNLPError
    from readout_nlp.exchange.gensim_pickle import convert_gensim
    from readout_nlp.exchange.imported import import_topics
    from readout_nlp.exchange.to_csv import export_csv
    from readout_nlp.exchange.to_gensim import export_gensim
    from readout_nlp.exchange.to_ldavis import export_ldavis
    from readout_nlp.exchange.to_r import export_r
    from readout_nlp.harvest.harvest import harvest_dumps
    from readout_nlp.pages.faults import RowFault
    from readout_nlp.passages.aligned import aligned_passages
    from readout_nlp.passages.corpus_passages import corpus_passages
    from readout_nlp.passages.echo import echo
    from readout_nlp.passages.first_lines import first_lines
    from readout_nlp.passages.formula import estimate_formula
    from readout_nlp.passages.known_tifa import known_tifa
    from readout_nlp.passages.mentions import place_mentions
    from readout_nlp.passages.network import reuse_network
    from readout_nlp.passages.occurrences import formula_spans
    from readout_nlp.passages.reuse import text_reuse
    from readout_nlp.passages.tifa_candidates import tifa_candidates
    from readout_nlp.passages.tifa_match import match_tifa
    from readout_nlp.present import figures
    from readout_nlp.present.paper_tables import paper_table
    from readout_nlp.present.report import write_report
    from readout_nlp.readouts.parse import parse_page
    from readout_nlp.saved.cite import cite
    from readout_nlp.saved.diff import ModelDiff, diff_models
    from readout_nlp.saved.labels import edit_label
    from readout_nlp.saved.models import load_model, save_model
    from readout_nlp.saved.validation import write_validation
    from readout_nlp.tokens.counts import TermMatrix, count_terms
    from readout_nlp.tokens.presegmented import Presegmented, read_tokens
    from readout_nlp.tokens.tokenize import Tokens, tokenize
    from readout_nlp.topics.acts import select_acts
    from readout_nlp.topics.align import align_topics
    from readout_nlp.topics.choice import TopicChoice
    from readout_nlp.topics.choose import choose_topics
    from readout_nlp.topics.clusters import fit_clusters
    from readout_nlp.topics.consensus import consensus, consensus_stability
    from readout_nlp.topics.fit import TopicFit
    from readout_nlp.topics.infer import infer_topics
    from readout_nlp.topics.lda import fit_lda
    from readout_nlp.topics.lda_partitions import fit_lda_partitions
    from readout_nlp.topics.nmf import fit_nmf
    from readout_nlp.topics.partitions import write_partitions
    from readout_nlp.topics.perplexity import held_out_perplexity, hold_out
    from readout_nlp.topics.quality import topic_table
    from readout_nlp.topics.relevance import relevance, relevant_terms
    from readout_nlp.topics.stability import fit_seeds, fit_subsamples, match_topics, seed_stability

_HOMES = {
    "Analysis": "analysis.analyse",
    "Corpus": "corpus.corpus",
    "CorpusSplit": "compare.split",
    "Intake": "corpus.intake",
    "ModelDiff": "saved.diff",
    "Presegmented": "tokens.presegmented",
    "ReadoutNLPError": "errors",
    "Recipe": "analysis.recipe",
    "RowFault": "pages.faults",
    "TermMatrix": "tokens.counts",
    "Tokens": "tokens.tokenize",
    "TopicChoice": "topics.choice",
    "TopicFit": "topics.fit",
    "Verdicts": "analysis.verdicts",
    "act_profiles": "compare.contents",
    "act_shares": "compare.shares",
    "add_tenure": "compare.design_tenure",
    "adoption_curve": "compare.adoption_curve",
    "adoption_curves": "compare.survival",
    "adoption_order": "compare.adoption_order",
    "agreement": "compare.agreement",
    "align_topics": "topics.align",
    "aligned_passages": "passages.aligned",
    "analyse": "analysis.analyse",
    "character_grams": "compare.neighbours",
    "check_pages": "corpus.intake",
    "choose_topics": "topics.choose",
    "cite": "saved.cite",
    "composition": "compare.composition",
    "consensus": "topics.consensus",
    "consensus_stability": "topics.consensus",
    "convert_gensim": "exchange.gensim_pickle",
    "corpus_passages": "passages.corpus_passages",
    "count_mentions": "compare.mention_counts",
    "count_terms": "tokens.counts",
    "covariates_of": "compare.design_covariates",
    "coverage": "corpus.coverage",
    "describe_drift": "compare.drift_text",
    "describe_join": "compare.place_sides",
    "diff_models": "saved.diff",
    "discovery_rate": "compare.discovery_rate",
    "draw_for_coding": "compare.dsl_sample",
    "drift": "compare.drift",
    "dsl_effects": "compare.dsl_effects",
    "dsl_shares": "compare.dsl",
    "echo": "passages.echo",
    "echo_extremes": "compare.echo_extremes",
    "echo_shares": "compare.echo_shares",
    "edit_label": "saved.labels",
    "estimate_formula": "passages.formula",
    "event_study": "compare.event_study",
    "events": "corpus.events",
    "export_csv": "exchange.to_csv",
    "export_gensim": "exchange.to_gensim",
    "export_ldavis": "exchange.to_ldavis",
    "export_r": "exchange.to_r",
    "figures": "present.figures",
    "first_lines": "passages.first_lines",
    "fit_clusters": "topics.clusters",
    "fit_lda": "topics.lda",
    "fit_lda_partitions": "topics.lda_partitions",
    "fit_nmf": "topics.nmf",
    "fit_seeds": "topics.stability",
    "fit_subsamples": "topics.stability",
    "formula_spans": "passages.occurrences",
    "formula_terms": "compare.formula_mask",
    "harvest_dumps": "harvest.harvest",
    "held_out_perplexity": "topics.perplexity",
    "hold_out": "topics.perplexity",
    "import_topics": "exchange.imported",
    "infer_saved": "analysis.extend",
    "infer_topics": "topics.infer",
    "ingest": "corpus.store",
    "join_place_years": "compare.place_years",
    "join_tenures": "compare.place_tenures",
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
    "matched_topics": "compare.topic_pairs",
    "mention_shares": "compare.mention_shares",
    "merge_corpora": "corpus.join_stores",
    "merge_stores": "corpus.join_stores",
    "merged_from": "corpus.merged_from",
    "nearest": "compare.nearest",
    "nearest_topics": "compare.topic_pairs",
    "neighbours": "compare.neighbours",
    "open_store": "corpus.store",
    "pairs": "compare.pairs",
    "paper_table": "present.paper_tables",
    "parse_page": "readouts.parse",
    "place_map": "compare.maps",
    "place_mentions": "passages.mentions",
    "place_tree": "compare.support",
    "posterior_draws": "compare.draws",
    "randomisation_p": "compare.randomisation",
    "rarefied_similarity": "compare.rarefy",
    "read_corpus": "corpus.read",
    "read_tokens": "tokens.presegmented",
    "refit": "analysis.refit",
    "relevance": "topics.relevance",
    "relevant_terms": "topics.relevance",
    "resonance": "compare.resonance",
    "reuse_network": "passages.network",
    "sample_corpus": "corpus.read",
    "sample_reference": "corpus.read",
    "save_model": "saved.models",
    "save_refit": "analysis.refit",
    "seed_stability": "topics.stability",
    "select_acts": "topics.acts",
    "select_readouts": "corpus.select",
    "sensitivity": "analysis.sensitivity",
    "silence": "compare.silence",
    "similarity": "compare.similarity",
    "similarity_before_after": "compare.before_after",
    "split_corpus": "compare.split",
    "tenure_years": "compare.place_tenures",
    "text_reuse": "passages.reuse",
    "tifa_adoption": "compare.adoption",
    "tifa_candidates": "passages.tifa_candidates",
    "tifa_profiles": "compare.contents",
    "tokenize": "tokens.tokenize",
    "topic_acts": "compare.topic_acts",
    "topic_drift": "compare.topic_drift",
    "topic_effects": "compare.effects",
    "topic_profiles": "compare.contents",
    "topic_shares": "compare.shares",
    "topic_table": "topics.quality",
    "trajectories": "compare.trajectories",
    "unmatched_rows": "compare.place_sides",
    "verify_model": "analysis.verify_model",
    "word_profiles": "compare.contents",
    "write_partitions": "topics.partitions",
    "write_report": "present.report",
    "write_validation": "saved.validation",
    "year_bounds": "compare.bounds",
    "year_trends": "compare.trends",
}

__all__ = [
    "Analysis",
    "Corpus",
    "CorpusSplit",
    "Intake",
    "ModelDiff",
    "Presegmented",
    "ReadoutNLPError",
    "Recipe",
    "RowFault",
    "TermMatrix",
    "Tokens",
    "TopicChoice",
    "TopicFit",
    "Verdicts",
    "act_profiles",
    "act_shares",
    "add_tenure",
    "adoption_curve",
    "adoption_curves",
    "adoption_order",
    "agreement",
    "align_topics",
    "aligned_passages",
    "analyse",
    "character_grams",
    "check_pages",
    "choose_topics",
    "cite",
    "composition",
    "consensus",
    "consensus_stability",
    "convert_gensim",
    "corpus_passages",
    "count_mentions",
    "count_terms",
    "covariates_of",
    "coverage",
    "describe_drift",
    "describe_join",
    "diff_models",
    "discovery_rate",
    "draw_for_coding",
    "drift",
    "dsl_effects",
    "dsl_shares",
    "echo",
    "echo_extremes",
    "echo_shares",
    "edit_label",
    "estimate_formula",
    "event_study",
    "events",
    "export_csv",
    "export_gensim",
    "export_ldavis",
    "export_r",
    "figures",
    "first_lines",
    "fit_clusters",
    "fit_lda",
    "fit_lda_partitions",
    "fit_nmf",
    "fit_seeds",
    "fit_subsamples",
    "formula_spans",
    "formula_terms",
    "harvest_dumps",
    "held_out_perplexity",
    "hold_out",
    "import_topics",
    "infer_saved",
    "infer_topics",
    "ingest",
    "join_place_years",
    "join_tenures",
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
    "matched_topics",
    "mention_shares",
    "merge_corpora",
    "merge_stores",
    "merged_from",
    "nearest",
    "nearest_topics",
    "neighbours",
    "open_store",
    "pairs",
    "paper_table",
    "parse_page",
    "place_map",
    "place_mentions",
    "place_tree",
    "posterior_draws",
    "randomisation_p",
    "rarefied_similarity",
    "read_corpus",
    "read_tokens",
    "refit",
    "relevance",
    "relevant_terms",
    "resonance",
    "reuse_network",
    "sample_corpus",
    "sample_reference",
    "save_model",
    "save_refit",
    "seed_stability",
    "select_acts",
    "select_readouts",
    "sensitivity",
    "silence",
    "similarity",
    "similarity_before_after",
    "split_corpus",
    "tenure_years",
    "text_reuse",
    "tifa_adoption",
    "tifa_candidates",
    "tifa_profiles",
    "tokenize",
    "topic_acts",
    "topic_drift",
    "topic_effects",
    "topic_profiles",
    "topic_shares",
    "topic_table",
    "trajectories",
    "unmatched_rows",
    "verify_model",
    "word_profiles",
    "write_partitions",
    "write_report",
    "write_validation",
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
