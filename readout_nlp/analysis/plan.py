"""What a run would take: time, memory and disk by stage, from a sample of its pages; room is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from readout_nlp.analysis.bounded import require_memory
from readout_nlp.analysis.recipe import Recipe
from readout_nlp.corpus.corpus import Corpus
from readout_nlp.corpus.plan import CorpusEstimate, estimate_corpus, with_stored
from readout_nlp.paged import is_paged
from readout_nlp.room import free_at, require_room, size_text, time_text
from readout_nlp.text_tables import text_table

if TYPE_CHECKING:
    import pandas as pd

    from readout_nlp.analysis.analyse import Analysis


class Cost(NamedTuple):
    """What a stage takes: so much in any case, and so much an item.

    ``spread`` stages are shared out among the workers; ``by_topics`` ones grow with the number of topics too.
    """

    seconds: float
    seconds_item: float
    bytes: float = 0.0
    bytes_item: float = 0.0
    spread: bool = False
    by_topics: bool = False


# Of runs of 3, 30 and 300 synthetic cities (benchmarks/national_run.py; its results: national_text.txt):
# lines near all three, so that what does not grow with size, as the search for echo, is fixed.
COSTS: Mapping[str, Cost] = {
    "tokens": Cost(0.5, 0.00005, spread=True),
    "lda": Cost(2.5, 0.00018, spread=True, by_topics=True),
    "nmf": Cost(9.0, 0.00016, spread=True, by_topics=True),
    "tables": Cost(30.0, 0.00045, spread=True),
    "clusters": Cost(5.0, 0.00005, by_topics=True),
    "write": Cost(2.0, 0.00003, bytes=2_900_000, bytes_item=1_700),
    "report": Cost(11.0, 0.00002, bytes=3_500_000, bytes_item=70),
    "figures": Cost(2.5, 0.0, bytes=6_700_000),
}

# Parts of the cost of tables: of its seconds in any case, most of which go to echo, and of those an item.
# One after the other on 12,757 items of the synthetic sample; what is left goes to the tables of every run.
SHARES_OF_TABLES: Mapping[str, tuple[float, float]] = {
    "echo": (0.79, 0.0),
    "tifa": (0.10, 0.45),
    "words": (0.05, 0.22),
    "likeness": (0.04, 0.18),
    "trends": (0.0, 0.01),
    "leaders": (0.0, 0.0),
}


class Measured(NamedTuple):
    """How `COSTS` were measured, and what memory the same runs took."""

    workers: int = 2
    topics: int = 50
    base_bytes: int = 2_000_000_000  # of the process that leads
    worker_bytes: int = 300_000_000
    item_bytes: int = 4_200


MEASURED = Measured()
STORE = "corpus"  # in the folder of a run
STARTING = 5.0  # seconds until libraries are loaded
SETTLING = 0.0004  # seconds a readout: merged, sorted, labelled, with one process
VALUE = 8  # bytes of a number in a model
KINDS = 3  # of models that a run fits: LDA, NMF, a clustering
SHARES, TERMS = 4, 6  # tables of documents by topics, and of topics by words, that the fits of a run hold
PAGED, TEXT = (
    6,
    20,
)  # of such tables of documents that lie in files; bytes a character, in texts, tokens, counts
VOCABULARY = 5.0  # words kept are about so many times the root of the number of characters (Heaps)
GENEROUS = 1.5  # asked for, of what is expected


class StagePlan(NamedTuple):
    """One stage: its seconds, and the bytes that it writes."""

    name: str
    seconds: float
    disk_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run, or reading pages into a store, is expected to take: of the right size and no more.

    Attributes
    ----------
    corpus
        What the corpus would hold.
    stages
        In their order.
    workers
        Processes at a time.
    memory_bytes
        Of all processes together, where it is most.
    free_bytes
        Free on the disk of the folder.
    """

    corpus: CorpusEstimate
    stages: tuple[StagePlan, ...]
    workers: int
    memory_bytes: int
    free_bytes: int

    @property
    def seconds(self) -> float:
        """Seconds of all stages."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def disk_bytes(self) -> int:
        """Bytes that all stages write; fits go once the run has ended."""
        return sum(stage.disk_bytes for stage in self.stages)

    def to_dict(self) -> dict[str, Any]:
        """Give it as JSON values."""
        about = {name: value for name, value in asdict(self.corpus).items() if name in _ABOUT}
        return {
            **about,
            "workers": self.workers,
            "seconds": round(self.seconds, 1),
            "memory_bytes": self.memory_bytes,
            "disk_bytes": self.disk_bytes,
            "free_bytes": self.free_bytes,
            "stages": [stage._asdict() | {"seconds": round(stage.seconds, 1)} for stage in self.stages],
        }

    def lines(self, width: int | None = None) -> list[str]:
        """Say it to a person, in lines no wider than `width`."""
        of = self.corpus
        rows = [
            (one.name, time_text(one.seconds), size_text(one.disk_bytes) if one.disk_bytes else "-")
            for one in self.stages
        ]
        beside = "1 process" if self.workers == 1 else f"{self.workers:,} processes"
        files = f"{of.files:,} files, {size_text(of.input_bytes)}" if of.files else "the built-in sample"
        return [
            f"{files if of.looked_at else 'nothing that is not in the store'}: about {of.pages:,} pages, "
            f"{of.readouts:,} of them readouts, with {of.items:,} items and {of.characters:,} characters",
            f"about {time_text(self.seconds)}, {size_text(self.memory_bytes)} of memory, "
            f"{size_text(self.disk_bytes)} of disk ({size_text(self.free_bytes)} free), with {beside} "
            f"(from {of.looked_at:,} pages)",
            "",
            *text_table(("stage", "time", "disk"), rows, right="<>>", width=width),
        ]


_ABOUT = {"files", "input_bytes", "pages", "readouts", "items", "characters", "looked_at"}


def plan_ingest(
    paths: Sequence[Path], store: Path, *, workers: int = 1, columns: Mapping[str, str] | None = None
) -> Plan:
    """Estimate what reading pages into a corpus store takes; nothing is written.

    Parameters
    ----------
    paths, columns
        As in `read_corpus`.
    store
        The folder of the store; what it has read already does not count.
    workers
        Processes at a time.
    """
    corpus = estimate_corpus(paths, store=store, columns=columns)
    return _plan(corpus, (_reading(corpus, workers),), out=store, workers=workers)


def plan_run(
    paths: Sequence[Path],
    out: Path,
    *,
    recipe: Recipe | None = None,
    workers: int = 1,
    memory: int | None = None,
) -> Plan:
    """Estimate what `run_analysis` takes; nothing is written.

    Parameters
    ----------
    paths
        As in `run_analysis`.
    out
        The folder of the run; pages that a run cut short has read into it are not read again.
    recipe
        The settings; None: the defaults.
    workers
        Processes at a time.
    memory
        Bytes that the run is to keep to.

    Raises
    ------
    RecipeError
        It could not keep to `memory`.
    """
    recipe = recipe or Recipe()
    store = out / STORE
    corpus = with_stored(estimate_corpus(paths, store=store), store)
    n_items = corpus.items if recipe.unit == "item" else corpus.readouts
    n_topics = recipe.topics_for(n_items)
    fits = fits_bytes(n_items, n_topics, characters=corpus.characters) // KINDS
    stages = [_reading(corpus, workers)]
    for name, cost in costs_of(recipe).items():
        share = n_topics / MEASURED.topics if cost.by_topics else 1.0
        spread = MEASURED.workers / workers if cost.spread else 1.0
        seconds = cost.seconds + cost.seconds_item * n_items * share * spread
        disk = fits if cost.by_topics else round(cost.bytes + cost.bytes_item * n_items)
        disk += (
            paged_bytes(n_items, n_topics, characters=corpus.characters) if memory and name == "tables" else 0
        )
        stages.append(StagePlan(name, seconds, disk))
    require_memory(memory, n_items, workers=workers)
    plan = _plan(corpus, tuple(stages), out=out, workers=workers)
    return plan if memory is None else replace(plan, memory_bytes=min(plan.memory_bytes, memory))


def costs_of(recipe: Recipe) -> Mapping[str, Cost]:
    """Give the costs of the stages that a recipe asks for.

    Examples
    --------
    >>> lean = costs_of(Recipe(beside=(), scrutiny=()))
    >>> list(lean)
    ['tokens', 'lda', 'tables', 'write', 'report', 'figures']
    >>> lean["tables"].seconds < COSTS["tables"].seconds / 10
    True
    """
    left_out = [shares for part, shares in SHARES_OF_TABLES.items() if part not in recipe.scrutiny]
    fixed, an_item = (1 - sum(shares[at] for shares in left_out) for at in (0, 1))
    tables = COSTS["tables"]
    lean = tables._replace(seconds=tables.seconds * fixed, seconds_item=tables.seconds_item * an_item)
    asked = {name: cost for name, cost in COSTS.items() if not cost.by_topics or name in recipe.fitted}
    return {**asked, "tables": lean}


def fits_bytes(n_items: int, n_topics: int, *, characters: int) -> int:
    """Give the bytes of all models that a run keeps until it has ended.

    Examples
    --------
    >>> fits_bytes(1000, 10, characters=1_000_000)
    2720000
    """
    n_terms = VOCABULARY * characters**0.5
    return int(VALUE * n_topics * (SHARES * n_items + TERMS * n_terms))


def paged_bytes(n_items: int, n_topics: int, *, characters: int) -> int:
    """Give the bytes of the files that large things lie in at a time, where memory is bounded.

    Examples
    --------
    >>> paged_bytes(1000, 10, characters=1_000_000)
    20480000
    """
    return VALUE * n_topics * PAGED * n_items + TEXT * characters


def require_fits_room(out: Path, corpus: Corpus, recipe: Recipe) -> None:
    """Refuse to begin models that the disk cannot hold; those of a run cut short are not asked for again.

    Raises
    ------
    StoreError
        Too little is free.
    """
    n_items = corpus.items.height if recipe.unit == "item" else corpus.readouts.height
    characters = int(corpus.readouts["body"].str.len_chars().sum())
    whole = fits_bytes(n_items, recipe.topics_for(n_items), characters=characters)
    needed = GENEROUS * whole * len(recipe.fitted) / KINDS
    if is_paged():
        needed += GENEROUS * paged_bytes(n_items, recipe.topics_for(n_items), characters=characters)
    require_room(out, needed - _there(out))


def require_results_room(out: Path, found: Analysis) -> None:
    """Refuse to begin tables, model, report and figures that the disk cannot hold.

    Raises
    ------
    StoreError
        Too little is free.
    """
    tables = sum(map(_size, found.tables.values()))
    model = found.topics.doc_topics.nbytes + 2 * found.topics.topic_terms.nbytes
    n_items = found.corpus.items.height
    drawn = sum(cost.bytes + cost.bytes_item * n_items for cost in (COSTS["report"], COSTS["figures"]))
    require_room(out, GENEROUS * (tables + model + drawn))


def _size(table: pd.DataFrame, most: int = 1000) -> float:
    """Give about the bytes of a table as CSV and Parquet, by its first rows in memory."""
    head = table.head(most)
    head.attrs = {}  # pandas copies them, to the depth, with every column
    return float(head.memory_usage(deep=True).sum()) * len(table) / max(1, len(head))


def _there(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("fits/**/*") if path.is_file())


def _reading(corpus: CorpusEstimate, workers: int) -> StagePlan:
    seconds = STARTING + corpus.seconds / workers + SETTLING * corpus.readouts
    return StagePlan("corpus", seconds, corpus.store_bytes)


def _plan(corpus: CorpusEstimate, stages: tuple[StagePlan, ...], *, out: Path, workers: int) -> Plan:
    beside = workers * MEASURED.worker_bytes if workers > 1 else 0
    return Plan(
        corpus=corpus,
        stages=stages,
        workers=workers,
        memory_bytes=MEASURED.base_bytes + beside + MEASURED.item_bytes * corpus.items,
        free_bytes=free_at(out),
    )
