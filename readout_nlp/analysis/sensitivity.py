"""Does pre-processing drive the result? The same study again, with one setting changed at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from readout_nlp.analysis.fits import lda_fits, nmf_fits
from readout_nlp.analysis.headlines import TREND_COLUMNS, Headlines, agreement, headlines
from readout_nlp.analysis.recipe import Recipe, recipe_from
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.errors import ReadoutNLPError, RecipeError
from readout_nlp.tokens.counts import count_terms
from readout_nlp.tokens.lexicon import Lexicon
from readout_nlp.tokens.tokenize import tokenize

Map = Callable[..., Iterable[Any]]

RESULTS = ("topics", "shares", "trends", "similarity", "nearest")
SEED = "random_state"
LEXICON = "lexicon"
MARGIN = 0.05
COLUMNS = ["setting", "value", "n_documents", "n_terms", *RESULTS, "moved", "fault"]
ALTERNATIVES: Mapping[str, Sequence[Any]] = {
    SEED: (0, 1, 2, 3),
    "segmenter": ("rjieba", "jieba"),
    LEXICON: ("project", "none"),
    "stop_tiers": ((1, 2, 3), (1, 2), (1,)),
    "min_df": (3, 5, 10),
    "max_df": (0.5, 0.25, 1.0),
    "unit": ("item", "document"),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Sensitivity:
    """What another choice of pre-processing would have done to the results.

    Attributes
    ----------
    results : pandas.DataFrame
        One row a choice: ``setting``, ``value``, ``n_documents``, ``n_terms``, then how far each headline
        result agrees with that of the recipe (see `readout_nlp.analysis.headlines.agreement`): ``topics``,
        ``shares``, ``trends``, ``similarity``, ``nearest``, all at most 1; ``moved``: the results that agree
        less than under any mere change of the seed; ``fault``: why a choice could not be tried, or "".
    trends : pandas.DataFrame
        One row a choice and topic: whether the topic's trend is ``held``, ``unclear`` or ``reversed``.
    """

    results: pd.DataFrame
    trends: pd.DataFrame


def sensitivity(
    corpus: Corpus,
    recipe: Recipe | None = None,
    *,
    vary: Mapping[str, Sequence[Any]] | None = None,
    map: Map = map,  # noqa: A002  # the seam through which processes come from above
) -> Sensitivity:
    """Fit the model of a recipe again under other choices of pre-processing, and say which results hold.

    What `preText` (Denny and Spirling 2018) asks of English texts, asked of readouts: choices that no theory
    decides should not decide the result. Settings change one at a time, the others stay those of the recipe.
    A model differs from seed to seed as well, so that other seeds are tried beside: a choice has moved a
    result if it agrees with the recipe's less than the worst of these seeds does, by more than 0.05.

    Parameters
    ----------
    corpus
    recipe
        What is reported; None: the defaults.
    vary
        Values to try by setting, the recipe's own among them or not: ``segmenter``, ``lexicon`` (``project``,
        ``none``, a lexicon file added to the project's, or a `Lexicon`), ``stop_tiers``, ``min_df``,
        ``max_df``, ``unit`` and ``random_state``, the seed. None: all of them (`ALTERNATIVES`).
    map
        Spreads the fits over processes.

    Returns
    -------
    Sensitivity

    Raises
    ------
    RecipeError
        A setting or value is unknown; the recipe itself cannot be fitted.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> corpus = rn.sample_corpus(cities=3, years=2, per_cell=2)
    >>> found = sensitivity(corpus, rn.Recipe(n_topics=4), vary={"segmenter": ["jieba"]})
    >>> found.results[["setting", "value", "topics", "shares"]].to_numpy().tolist()
    [['segmenter', 'jieba', 1.0, 1.0]]
    """
    recipe = recipe or Recipe()
    choices = _choices(recipe, ALTERNATIVES if vary is None else vary)
    fixed = _with_topics(corpus, recipe)
    main, *others = map(partial(_attempt, corpus, fixed), [(SEED, recipe.random_state), *choices])
    if isinstance(main, ReadoutNLPError):
        raise main
    rows, tables = [], []
    for (setting, value), found in zip(choices, others, strict=True):
        choice = {"setting": setting, "value": label(value)}
        results, trends = _against(main, found)
        rows.append({**choice, **_size(found), **results, "fault": _fault(found)})
        tables.append(trends.assign(**choice))
    return Sensitivity(results=_judged(pd.DataFrame(rows)), trends=_stacked(tables))


def label(value: Any) -> str:
    """Write a value of a setting as a table shows it.

    Examples
    --------
    >>> label((1, 2)), label(0.5), label(Lexicon.of(["三农"])), label(Path("own/terms.txt"))
    ('1 2', '0.5', 'lexicon of 1 terms', 'terms.txt')
    """
    if isinstance(value, Lexicon):
        return f"lexicon of {len(value)} terms"
    if isinstance(value, Path):
        return value.name
    return " ".join(str(part) for part in value) or "none" if isinstance(value, (tuple, list)) else str(value)


def _choices(recipe: Recipe, vary: Mapping[str, Sequence[Any]]) -> list[tuple[str, Any]]:
    strange = [name for name in vary if name not in ALTERNATIVES]
    if strange:
        raise RecipeError(
            f"{', '.join(map(repr, strange))} to vary",
            f"some of {', '.join(ALTERNATIVES)}",
            "choose among these",
        )
    own = {**recipe.model_dump(), LEXICON: "project"}
    choices = [
        (name, value) for name, values in vary.items() for value in values if not _same(value, own[name])
    ]
    for name, value in choices:
        if name != LEXICON:
            recipe_from({**recipe.model_dump(), name: value}, origin="what to vary")
    return choices


def _same(value: Any, own: Any) -> bool:
    listed = isinstance(value, (tuple, list)) and isinstance(own, (tuple, list))
    return set(value) == set(own) if listed else type(value) is type(own) and bool(value == own)


def _with_topics(corpus: Corpus, recipe: Recipe) -> Recipe:
    # K stays what the recipe makes of its own unit, or other units would be fitted with another K
    n_topics = recipe.topics_for(len(corpus.documents(recipe.unit)))
    return recipe_from({**recipe.model_dump(), "n_topics": n_topics, "n_seeds": 1})


def _attempt(corpus: Corpus, recipe: Recipe, choice: tuple[str, Any]) -> Headlines | ReadoutNLPError:
    try:
        return _study(corpus, recipe, choice)
    except ReadoutNLPError as fault:
        return fault


def _study(corpus: Corpus, recipe: Recipe, choice: tuple[str, Any]) -> Headlines:
    setting, value = choice
    changed = recipe if setting == LEXICON else recipe_from({**recipe.model_dump(), setting: value})
    tokens = tokenize(
        corpus,
        unit=changed.unit,
        segmenter=changed.segmenter,
        tiers=changed.stop_tiers,
        lexicon=_lexicon(value) if setting == LEXICON else None,
    )
    counts = count_terms(tokens, min_df=changed.min_df, max_df=changed.max_df)
    fit = {"lda": lda_fits, "nmf": nmf_fits}[changed.model](counts, changed, map=map)[0]
    return headlines(fit, corpus, unit=changed.unit, metric=changed.metric, min_items=changed.min_items)


def _lexicon(value: Any) -> Any:
    if isinstance(value, str) and value in ("project", "none"):
        return None if value == "project" else Lexicon.of([])
    return value


def _against(main: Headlines, found: Headlines | ReadoutNLPError) -> tuple[dict[str, float], pd.DataFrame]:
    if isinstance(found, ReadoutNLPError):
        return dict.fromkeys(RESULTS, float("nan")), pd.DataFrame()
    return agreement(main, found)


def _size(found: Headlines | ReadoutNLPError) -> dict[str, int]:
    if isinstance(found, ReadoutNLPError):
        return {"n_documents": 0, "n_terms": 0}
    return {"n_documents": len(found.fit.doc_ids), "n_terms": len(found.fit.vocabulary)}


def _fault(found: Headlines | ReadoutNLPError) -> str:
    return str(found) if isinstance(found, ReadoutNLPError) else ""


def _judged(results: pd.DataFrame) -> pd.DataFrame:
    if results.empty:
        return pd.DataFrame(columns=COLUMNS)
    agree = results[list(RESULTS)]
    of_seeds = results["setting"] == SEED
    worst = agree[of_seeds].min().fillna(1.0)
    lower = (agree < worst - MARGIN).mul(~of_seeds, axis=0)
    moved = [" ".join(np.array(RESULTS)[row]) for row in lower.to_numpy(dtype=bool)]
    return results.assign(moved=moved)[COLUMNS]


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    held = [table for table in tables if len(table)]
    if not held:
        return pd.DataFrame(columns=["setting", "value", *TREND_COLUMNS])
    return pd.concat(held, ignore_index=True)[["setting", "value", *TREND_COLUMNS]]
