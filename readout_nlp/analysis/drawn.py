"""The part of a large corpus that the costliest comparisons look at: whole cities drawn by lot."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import polars as pl

from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.select import select_readouts
from readout_nlp.passages.expected import passages_per_pair

MOST_PASSAGES = 1_500_000  # that echo is told from: about 2 GB, and a minute
MOST_ITEMS = 60_000  # in which new wordings are looked for
LOOKED_AT = 2_000  # items, to tell how much their texts share


@dataclass(frozen=True, eq=False, kw_only=True)
class Drawn:
    """What was drawn.

    Attributes
    ----------
    corpus
        The part, or the whole.
    n_items, of_items
        Items in it, and in the whole.
    """

    corpus: Corpus
    n_items: int
    of_items: int

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return self.n_items == self.of_items


def drawn_for_echo(corpus: Corpus, *, most: int | None, random_state: int = 0) -> Drawn:
    """Draw as much of a corpus as echo can be looked for in.

    Parameters
    ----------
    corpus
    most
        Items at most; None: as many as share about `MOST_PASSAGES` passages, told from `LOOKED_AT` of them.
    random_state
        Decides the lot.

    Examples
    --------
    >>> import readout_nlp as rn
    >>> drawn = drawn_for_echo(rn.sample_corpus(cities=2, years=2, per_cell=2), most=None)
    >>> drawn.whole
    True
    """
    if most is None:
        few = corpus.items.select("item_id", "text").sample(
            min(LOOKED_AT, corpus.items.height), seed=random_state
        )
        rate = passages_per_pair(few["text"].to_list())
        most = corpus.items.height if rate == 0 else int(math.sqrt(2 * MOST_PASSAGES / rate))
    return drawn_cities(corpus, most, random_state=random_state)


def drawn_cities(corpus: Corpus, most: int, *, random_state: int = 0) -> Drawn:
    """Draw whole cities, each with its districts, as long as they hold at most `most` items together.

    What a city took from itself, and its districts from it, is then all there to be found; of what cities
    took from each other, what those drawn took from those drawn. Readouts of no known place are a city of
    their own. Where none fits, single readouts are drawn.

    Parameters
    ----------
    corpus
    most
        Items at most.
    random_state
        Decides the lot; the same cities are drawn whatever else the corpus holds, if there is room for them.
    """
    total = corpus.items.height
    if total <= most:
        return Drawn(corpus=corpus, n_items=total, of_items=total)
    kept = _taken(corpus, pl.coalesce("prefecture", "place", pl.lit("")), most, random_state)
    kept = kept or _taken(corpus, pl.col("readout_id"), most, random_state)
    part = select_readouts(corpus, kept)
    return Drawn(corpus=part, n_items=part.items.height, of_items=total)


def _taken(corpus: Corpus, group: pl.Expr, most: int, random_state: int) -> list[str]:
    """Give the readouts of groups in the order of their lots, as long as there is room."""
    counts = corpus.items.group_by("readout_id").len("n")
    homes = corpus.readouts.select("readout_id", group=group).join(counts, on="readout_id", how="left")
    sizes = homes.group_by("group").agg(pl.col("n").fill_null(0).sum()).rows()
    lots = sorted(sizes, key=lambda one: hashlib.sha256(f"{random_state} {one[0]}".encode()).digest())
    taken, room = set(), most
    for name, size in lots:
        if size <= room:
            taken.add(name)
            room -= size
    return homes.filter(pl.col("group").is_in(taken))["readout_id"].to_list()
