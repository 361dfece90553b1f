"""One model out of many fits: what the seeds agree on, with the evidence for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from readout_nlp.errors import RecipeError
from readout_nlp.threads import one_thread, side_by_side
from readout_nlp.tokens.counts import TermMatrix
from readout_nlp.topics.check import check_request
from readout_nlp.topics.fit import Array, TopicFit
from readout_nlp.topics.lda import fit_lda
from readout_nlp.topics.matching import Rows, overlaps, pair_up, pairwise_overlap, top_sets, unit_rows
from readout_nlp.topics.matrix import Indices
from readout_nlp.topics.stability import stability_table
from readout_nlp.workers import Map

Topics = npt.NDArray[np.float32]

FITS = 20
OWN_THREADS = ("cvb0", "vb")  # engines that use all processors themselves: processes would only compete
SMALL = 2_000_000  # counts of which fits run side by side: of more, each is cut into large enough pieces
MEMBER_PASSES = {"cvb0": 5}  # few are enough: the mean mends what each fit leaves open
REFIT_PASSES = 1  # every further pass lets the model drift from what the fits have in common
ROUNDS = 5
SPLITS = 3


@one_thread()
def consensus(
    counts: TermMatrix,
    *,
    n_topics: int,
    n_fits: int = FITS,
    passes: int | None = None,
    random_state: int = 0,
    map: Map = map,  # noqa: A002
    map_partitions: Map = map,
    **settings: Any,
) -> TopicFit:
    """Fit LDA from many seeds and give the model that they agree on.

    The centre of the fits is the one that the others resemble most, by the mean top-10 Jaccard of matched
    topics (ldaPrototype: Rieger, Rahnenführer and Jentsch 2020). All fits are matched to it one to one by
    cosine (Hungarian method), the matched topics are averaged, and matched to the mean again until nothing
    changes. From this mean one pass over all documents gives a model of the usual kind.

    How stable it is, is measured between *independent* models: the fits fall at random into two halves, each
    half makes a consensus of its own, and a topic's stability is the overlap of its two counterparts, the
    mean of three such splits. Models of half as many fits are less stable than the whole: the true value
    lies, if anything, above.

    Parameters
    ----------
    counts : TermMatrix
        Shape (n_docs, n_terms).
    n_topics
        K.
    n_fits
        Fits to agree, at least 2. More make independent runs more alike, at a cost in proportion.
    passes
        Passes of each fit; where None, 5 for ``cvb0`` and the engine's own number for the others.
    random_state
        All seeds come from it; two different ones share no seed.
    map
        How to run the fits. `own_map` is right for ``cvb0``, whose fits use all processors; a process pool's
        for the other engines.
    map_partitions
        With ``partitions`` among the settings, how to read the partitions of each fit, as `fit_lda` takes it.
        The fits then come one after the other: `map` is the built-in one.
    **settings
        Passed to `fit_lda`: ``method``, ``alpha``, ``eta``, ``iterations``, ``n_threads``, ``partitions`` ...

    Returns
    -------
    TopicFit
        As `fit_lda` gives it. ``params["consensus"]`` holds the evidence: ``n_fits``; ``passes``, of each
        fit; ``seeds``; ``centrality`` (mean top-10 Jaccard of each fit with the others) and ``centre`` (the
        place of the fit where it is largest); ``to_consensus`` (mean top-10 Jaccard of each fit with the
        model); and ``topics``, the stability that `consensus_stability` shows.

    Raises
    ------
    InputError, RecipeError
        As `fit_lda` does, and if `n_fits` is below 2.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> counts = TermMatrix(csr_matrix([[9, 8, 0, 0], [0, 0, 9, 7]] * 3), list("abcd"), list("uvwxyz"))
    >>> model = consensus(counts, n_topics=2, n_fits=4)
    >>> model.params["consensus"]["to_consensus"]
    [1.0, 1.0, 1.0, 1.0]
    """
    check_request(counts, n_topics=n_topics, n_fits=n_fits, random_state=random_state)
    if n_fits < 2:
        raise RecipeError(f"n_fits={n_fits}", "at least 2 fits, for they are to agree", "use 10 or 20")
    if passes is None:
        passes = MEMBER_PASSES.get(settings.get("method", "cvb0"))
    if settings.get("partitions"):
        settings["map"] = map_partitions
    own = {**settings, "n_topics": n_topics, "passes": passes}
    seeds = [int(seed) for seed in np.random.SeedSequence(random_state).generate_state(int(n_fits))]
    members = list(map(partial(_learn, counts, own), seeds))
    alike = pairwise_overlap(members)
    centrality = _centrality(alike)
    refit = partial(
        fit_lda, counts, n_topics=n_topics, passes=REFIT_PASSES, random_state=random_state, **settings
    )

    def agreed(of: Indices | None) -> TopicFit:  # None: of all
        which = np.arange(len(members)) if of is None else of
        mean = _matched_mean([members[i] for i in which], _centrality(alike[np.ix_(which, which)]))
        return refit(init=mean, documents=of is None)

    whole_and_halves = [None, *_halves(len(members), random_state)]
    agreeing: list[TopicFit] = list(own_map(counts, **settings)(agreed, whole_and_halves))
    model, halves = agreeing[0], [part.topic_terms for part in agreeing[1:]]
    evidence = {
        "n_fits": int(n_fits),
        "passes": passes,
        "seeds": seeds,
        "centre": int(centrality.argmax()),
        "centrality": centrality.tolist(),
        "to_consensus": [float(_counterparts(model.topic_terms, member)[1].mean()) for member in members],
        "topics": _between(model.topic_terms, halves),
    }
    return replace(model, params={**model.params, "consensus": evidence})


def own_map(counts: TermMatrix, *, method: str = "cvb0", partitions: int | None = None, **_: Any) -> Map:
    """Give the map for fits that use all processors here: side by side where there is little to read.

    The results are the same.

    Parameters
    ----------
    counts : TermMatrix
    method, partitions
        Settings of the fits. Others than this package's own engines, and partitions, which other processes
        may read, go one after the other.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> counts = TermMatrix(csr_matrix([[1]]), ["a"], ["u"])
    >>> [int(one) for one in own_map(counts)(abs, [-1, 2])]
    [1, 2]
    """
    beside = method in OWN_THREADS and not partitions and counts.counts.nnz <= SMALL
    return side_by_side if beside else map


def consensus_stability(fit: TopicFit) -> pd.DataFrame | None:
    """Show how stable each topic of a consensus is between independent halves of its fits.

    Parameters
    ----------
    fit : TopicFit

    Returns
    -------
    pandas.DataFrame or None
        As `seed_stability` gives it, ``n_fits`` being the pairs of halves compared; None if `fit` is no
        consensus.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> counts = TermMatrix(csr_matrix([[9, 8, 0, 0], [0, 0, 9, 7]] * 3), list("abcd"), list("uvwxyz"))
    >>> consensus_stability(consensus(counts, n_topics=2, n_fits=4))[["topic", "jaccard"]].to_numpy().tolist()
    [['t01', 1.0], ['t02', 1.0]]
    """
    evidence = fit.params.get("consensus")
    if evidence is None:
        return None
    topics = evidence["topics"]
    return stability_table(
        fit.topic_ids, jaccards=topics["jaccard"], cosines=topics["cosine"], n_fits=topics["n_pairs"]
    )


def _learn(counts: TermMatrix, settings: dict[str, Any], seed: int) -> Topics:
    fit = fit_lda(counts, random_state=seed, documents=False, **settings)
    return fit.topic_terms.astype(np.float32)


def _centrality(alike: Array) -> Array:
    """Mean top-10 Jaccard of each fit with the others; 1 for a fit alone."""
    n_fits = len(alike)
    mean: Array = (alike.sum(axis=1) - (n_fits > 1)) / max(n_fits - 1, 1)
    return mean


def _matched_mean(members: Sequence[Topics], centrality: Array) -> Array:
    """Average the topics of all fits, matched to the most central one and then to their own mean."""
    n_topics = len(members[0])
    units = unit_rows(np.concatenate(members))
    mean, before = members[int(centrality.argmax())].astype(np.float64), None
    for _ in range(ROUNDS):
        cosines = unit_rows(mean.astype(np.float32)) @ units.T
        places = [pair_up(block)[1] for block in np.split(cosines, len(members), axis=1)]
        if before is not None and np.array_equal(places, before):
            break
        mean, before = np.zeros((n_topics, units.shape[1])), places
        for member, place in zip(members, places, strict=True):
            mean += member[place]
        mean /= len(members)
    return mean


def _halves(n_fits: int, random_state: int) -> list[Indices]:
    """Split the fits at random, several times: first half, second half, first half ..."""
    chance, middle = np.random.default_rng(random_state), n_fits // 2
    orders = [chance.permutation(n_fits) for _ in range(SPLITS)]
    return [part for order in orders for part in (order[:middle], order[middle:])]


def _between(topics: Array, halves: Sequence[Array]) -> dict[str, Any]:
    """Compare, for every topic, its counterparts in the models of a first and a second half."""
    jaccards, cosines = [], []
    for pair in zip(halves[::2], halves[1::2], strict=True):
        left, right = (model[_counterparts(topics, model)[0]] for model in pair)
        sets = top_sets(np.concatenate([left, right]))
        jaccards.append(np.diag(overlaps(*np.split(sets, 2))).astype(np.float64))
        cosines.append(np.minimum((unit_rows(left) * unit_rows(right)).sum(axis=1), 1.0))
    return {
        "jaccard": np.mean(jaccards, axis=0).tolist(),
        "cosine": np.mean(cosines, axis=0).tolist(),
        "n_pairs": len(jaccards),
    }


def _counterparts(topics: Array, other: Array | Topics) -> tuple[Indices, Rows]:
    """Place of every topic's counterpart, and the overlap of their first ten terms."""
    places = pair_up(unit_rows(topics) @ unit_rows(other).T)[1]
    sets = top_sets(np.concatenate([topics, other[places]]))
    return places, np.diag(overlaps(*np.split(sets, 2)))
