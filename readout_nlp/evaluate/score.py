"""Truth and pages -> Evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from readout_nlp.evaluate.agenda import AgendaScore, score_agenda
from readout_nlp.evaluate.evaluation import BodyScore, Evaluation, Fault
from readout_nlp.evaluate.fields import FIELDS, Field, Outcome, is_readout, judge
from readout_nlp.evaluate.matching import letters, shared_shingles
from readout_nlp.evaluate.tally import tally
from readout_nlp.evaluate.truth import Pairs, Record, page_name, pair, read_truth
from readout_nlp.pages.page import Rejected
from readout_nlp.pages.read import read_pages
from readout_nlp.readouts.parse import parse_page, parse_rejected
from readout_nlp.readouts.readout import Readout


def evaluate_paths(
    truth: Path, paths: Sequence[Path], *, progress: Callable[..., Iterable[Any]] | None = None
) -> Evaluation:
    """Parse pages and measure them against their truth.

    Parameters
    ----------
    truth
        JSON lines as the sample's ``truth.jsonl``: ``path`` (or ``file``) of the page, ``kind`` (null: the
        page reports no meeting) and any of the fields of a parsed page. A field that a line leaves out is not
        scored on that page; null says that it cannot be known. Items need `body`, and each `act`, `acts` and
        `start`, or else the `text` by which it is found there.
    paths
        The pages: files or folders.
    progress
        Wraps an iterable to show a bar: ``progress(pages, description=...)``.

    Raises
    ------
    InputError
        A file is missing or is no truth, or no page belongs to any truth.

    Examples
    --------
    >>> import json, tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> page = "4月2日,市委常委会召开会议。会议听取了春耕情况汇报。"
    >>> _ = (folder / "a.txt").write_text(page, encoding="utf-8")
    >>> known = {"path": "a.txt", "kind": "readout", "meeting_type": "市委常委会", "published": "2020-04-03"}
    >>> _ = (folder / "truth.jsonl").write_text(json.dumps(known), encoding="utf-8")
    >>> done = evaluate_paths(folder / "truth.jsonl", [folder])
    >>> done.fields["meeting_type"].right, done.fields["published"].refused
    (1, 1)
    """
    truths = read_truth(truth)
    pages: Iterable[Any] = read_pages(paths)
    if progress:
        pages = progress(pages, description="pages")
    readouts = (parse_rejected(one) if isinstance(one, Rejected) else parse_page(one) for one in pages)
    return evaluate(pair(truths, readouts))


def evaluate(pairs: Pairs) -> Evaluation:
    """Measure parsed pages against their truth; see `evaluate_paths`.

    Examples
    --------
    >>> page = parse_page("4月2日,市委常委会召开会议。会议听取了春耕情况汇报。", origin="a.txt")
    >>> done = evaluate(pair([{"path": "a.txt", "meeting_type": "县委常委会"}], [page]))
    >>> done.faults
    (Fault(page='a.txt', field='meeting_type', outcome='wrong', truth='县委常委会', found='市委常委会'),)
    """
    judged = {field.name: [judge(field, *both) for both in pairs.pairs] for field in FIELDS}
    told = [(truth, readout) for truth, readout in pairs.pairs if is_readout(truth)]
    return Evaluation(
        fields={name: tally(outcomes) for name, outcomes in judged.items()},
        body=_score_bodies(told),
        agenda=sum((_agenda(*both) for both in told), AgendaScore()),
        faults=tuple(
            _fault(field, truth, readout, outcome)
            for at, (truth, readout) in enumerate(pairs.pairs)
            for field in FIELDS
            if (outcome := judged[field.name][at]) in ("wrong", "refused", "false")
        ),
        missing=pairs.missing,
        unknown=pairs.unknown,
    )


def _score_bodies(told: Sequence[tuple[Record, Readout]]) -> BodyScore:
    bodies = [(str(truth["body"]), _body(readout)) for truth, readout in told if "body" in truth]
    counts = [shared_shingles(known, found) for known, found in bodies]
    return BodyScore(
        pages=len(bodies),
        exact=sum(letters(known).text == letters(found).text for known, found in bodies),
        shared=sum(shared for shared, _, _ in counts),
        true=sum(true for _, true, _ in counts),
        found=sum(found for _, _, found in counts),
    )


def _body(readout: Readout) -> str:
    """Give what a reader gets: nothing of a page that was set aside."""
    return "" if readout.quarantine is not None else readout.body


def _agenda(truth: Record, readout: Readout) -> AgendaScore:
    if "items" not in truth or "body" not in truth:
        return AgendaScore()
    return score_agenda(truth["items"], readout.items, body=truth["body"])


def _fault(field: Field, truth: Record, readout: Readout, outcome: Outcome | None) -> Fault:
    known, given = field.truth(truth), field.found(readout)
    return Fault(
        page=page_name(truth),
        field=field.name,
        outcome=str(outcome),
        truth=_shown(known),
        found=_shown(given),
    )


def _shown(given: Any) -> str | None:
    if isinstance(given, tuple):
        return " to ".join("?" if day is None else str(day) for day in given)
    return None if given is None else str(given)
