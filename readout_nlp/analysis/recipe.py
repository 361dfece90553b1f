"""The recipe: every setting of an analysis, frozen, checked, and written into each result."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from readout_nlp.errors import InputError, RecipeError

MAX_DEFAULT_TOPICS = 20
DOCS_PER_TOPIC = 15

Beside = Literal["other_model", "clusters"]
Scrutiny = Literal["trends", "likeness", "words", "leaders", "tifa", "echo"]
NONE = "none"


class Recipe(BaseModel):
    """The settings of one analysis; any of them may stand in a TOML file under its own name.

    Attributes
    ----------
    unit
        What is counted as one document: each agenda ``item``, or each readout as a ``document``.
    n_topics
        K. None: one topic for every 15 documents, at least 2 and at most 20; a place to start, not a finding.
    model
        The model whose topics the tables and the report show; the other one is reported beside it.
    beside
        What is made beside this model: the ``other_model`` and ``clusters``.
    engine
        What learns the LDA: ``cvb0`` (fast), ``vb`` or ``gensim``.
    passes
        Passes of each LDA over the corpus; None: 5 for ``cvb0``, as many as the engine needs for the others.
    partitions
        Of ``cvb0``: each LDA fit learns from so many parts of the documents, whose statistics are summed
        after every pass, so that processes share one fit. The number is part of the model, who shares it is
        not. None or 0: each fit learns in one process.
    n_seeds
        LDA fits from different seeds that the reported model is the consensus of, and which its stability
        is measured between; of NMF, at most 2 fits to subsamples. 1: one fit and no stability.
    n_clusters
        Number of clusters; None: as many as topics.
    cluster_method, cluster_on
        The clustering, and what it sees: TF-IDF of the words or the topic shares.
    min_df, max_df
        Words in fewer than `min_df` documents, or in more than this share of them, are left out.
    stop_tiers
        Tiers of stop words left out: 1 function words, 2 formulae of the genre, 3 ubiquitous verbs.
    segmenter
        ``rjieba`` (fast) or ``jieba`` (the reference); both cut Chinese text alike.
    metric
        The distance of the similarity tables.
    min_items
        A cell of a table with fewer items is marked thin.
    resamples
        Resamples of readouts behind every interval.
    scrutiny
        What the comparisons are put to: ``trends`` (years three ways, bounds), ``likeness`` (pairs of places
        beside chance, map, tree, drift), ``words`` (keyness, formula), ``leaders``, ``tifa`` (adoption and
        lag), ``echo`` (who copies whom). What is left out here or in `beside` costs nothing; the report says
        that it was not asked for.
    echo_items
        Echo is looked for in so many items at most: those of whole cities drawn by lot. None: as many as a
        look at the texts says can be searched in a minute or two, which for corpora of some thousand
        readouts are all.
    split
        This part of the readouts is used to discover topics and the rest to estimate every table; None: all
        serve for both.
    random_state
        The seed that everything random starts from.
    language
        The language of figures, and the one in which the report opens.

    Examples
    --------
    >>> Recipe(n_topics=12).n_topics
    12
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Literal["item", "document"] = "item"
    n_topics: int | None = Field(default=None, ge=2)
    model: Literal["lda", "nmf"] = "lda"
    beside: tuple[Beside, ...] = get_args(Beside)
    engine: Literal["cvb0", "vb", "gensim"] = "cvb0"
    passes: int | None = Field(default=None, ge=1)
    partitions: int | None = Field(default=None, ge=0)
    n_seeds: int = Field(default=10, ge=1)
    n_clusters: int | None = Field(default=None, ge=2)
    cluster_method: Literal["kmeans", "agglomerative"] = "kmeans"
    cluster_on: Literal["tfidf", "topics"] = "tfidf"
    min_df: int = Field(default=3, ge=1)
    max_df: float = Field(default=0.5, gt=0, le=1)
    stop_tiers: tuple[Literal[1, 2, 3], ...] = (1, 2, 3)
    segmenter: Literal["rjieba", "jieba"] = "rjieba"
    metric: Literal["jensen_shannon", "hellinger", "cosine"] = "jensen_shannon"
    min_items: int = Field(default=5, ge=1)
    resamples: int = Field(default=500, ge=100)
    scrutiny: tuple[Scrutiny, ...] = get_args(Scrutiny)
    echo_items: int | None = Field(default=None, ge=1)
    split: float | None = Field(default=None, gt=0, lt=1)
    random_state: int = Field(default=0, ge=0)
    language: Literal["zh", "en"] = "zh"

    @field_validator("partitions")
    @classmethod
    def _of_cvb0_alone(cls, partitions: int | None, about: ValidationInfo) -> int | None:
        engine = about.data.get("engine", "cvb0")  # missing where it is itself at fault
        if partitions and engine != "cvb0":
            raise ValueError(f"partitions are of the engine cvb0, not of {engine}")
        return partitions or None

    @property
    def fitted(self) -> tuple[str, ...]:
        """Name what is fitted, in the order of a run.

        Examples
        --------
        >>> Recipe().fitted, Recipe(model="nmf", beside=()).fitted
        (('lda', 'nmf', 'clusters'), ('nmf',))
        """
        models = ("lda", "nmf") if "other_model" in self.beside else (self.model,)
        return (*models, "clusters") if "clusters" in self.beside else models

    def topics_for(self, n_docs: int) -> int:
        """Give K for a corpus of `n_docs` documents: the one asked for, or the default by size.

        Examples
        --------
        >>> Recipe().topics_for(90), Recipe().topics_for(5000)
        (6, 20)
        """
        if self.n_topics is not None:
            return self.n_topics
        return max(2, min(MAX_DEFAULT_TOPICS, n_docs // DOCS_PER_TOPIC))


def read_recipe(path: Path) -> Recipe:
    """Read a recipe from a TOML file.

    Raises
    ------
    InputError
        The file cannot be read or is not TOML.
    RecipeError
        A key is unknown or a value is out of range; all faults are named at once.
    """
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise InputError(f"no readable recipe at {path}", "a TOML file", "check the path") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"{path} is not TOML ({fault})", "lines such as n_topics = 12", "mend it") from fault
    return recipe_from(settings, origin=str(path))


def recipe_from(settings: dict[str, Any], *, origin: str = "the recipe") -> Recipe:
    """Check `settings` and freeze them.

    Examples
    --------
    >>> recipe_from({"n_topcis": 12})
    Traceback (most recent call last):
    readout_nlp.errors.RecipeError: found in the recipe: unknown key 'n_topcis' (did you mean 'n_topics'?); \
expected the keys unit, n_topics, model, beside, engine, passes, partitions, n_seeds, n_clusters, \
cluster_method, cluster_on, min_df, max_df, stop_tiers, segmenter, metric, min_items, resamples, scrutiny, \
echo_items, split, random_state, language; correct the recipe and run again
    """
    try:
        return Recipe(**settings)
    except ValidationError as faults:
        found = "; ".join(_fault(dict(fault)) for fault in faults.errors())
        keys = ", ".join(Recipe.model_fields)
        raise RecipeError(
            f"in {origin}: {found}", f"the keys {keys}", "correct the recipe and run again"
        ) from None


def only(names: str | None) -> dict[str, tuple[str, ...]]:
    """Read the parts that a command line asks for, as settings of a recipe; nothing asked, none.

    Raises
    ------
    RecipeError
        A name is unknown; all names are listed.

    Examples
    --------
    >>> only("clusters, trends")
    {'beside': ('clusters',), 'scrutiny': ('trends',)}
    >>> only("none")
    {'beside': (), 'scrutiny': ()}
    """
    if names is None:
        return {}
    asked = [] if names.strip() == NONE else [name.strip() for name in names.split(",")]
    unknown = [name for name in asked if name not in {*get_args(Beside), *get_args(Scrutiny)}]
    if unknown:
        listed = ", ".join((*get_args(Beside), *get_args(Scrutiny)))
        raise RecipeError(
            f"--only {names}: no part {', '.join(map(repr, unknown))}",
            f"some of {listed}, with commas between them, or {NONE}",
            "correct the names and run again",
        )
    kinds = {"beside": get_args(Beside), "scrutiny": get_args(Scrutiny)}
    return {kind: tuple(name for name in every if name in asked) for kind, every in kinds.items()}


def _fault(fault: dict[str, Any]) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] != "extra_forbidden":
        return f"{key} = {fault['input']!r} ({fault['msg'].removeprefix('Value error, ')})"
    near = difflib.get_close_matches(key, Recipe.model_fields, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    return f"unknown key {key!r}{hint}"
