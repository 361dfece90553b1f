"""The fictional centre's documents: what cities relay, and where their planted passages come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from readout_nlp.sample.material import fill, full_width, topics
from readout_nlp.sample.settings import SampleSettings
from readout_nlp.sample.streams import stream
from readout_nlp.sample.world import CENTRE, FIRST_YEAR, LAST_YEAR, tifa_first_used


@dataclass(frozen=True, slots=True)
class CentreDocument:
    """One document of the fictional centre: sentences in half-width form, each with its full stop."""

    id: str
    topic: str
    title: str
    day: date
    sentences: tuple[str, ...]

    @property
    def wording(self) -> str:
        """The text as printed."""
        return full_width("".join(self.sentences))


def centre_documents(settings: SampleSettings) -> tuple[CentreDocument, ...]:
    """Give the documents issued up to the sample's last day, in order of time.

    Examples
    --------
    >>> document = centre_documents(SampleSettings(years=1))[0]
    >>> document.title.startswith("中枢政务会关于"), document.day.year
    (True, 2012)
    """
    return tuple(document for document in _documents(settings.seed) if document.day <= settings.last_day)


def latest_document(settings: SampleSettings, topic: str, *, before: date) -> CentreDocument | None:
    """Give the last document about a topic in the 420 days before a day; None if there is none."""
    recent = [d for d in centre_documents(settings) if d.topic == topic and 5 <= (before - d.day).days <= 420]
    return recent[-1] if recent else None


@lru_cache(maxsize=4)  # pure, and asked for by every page
def _documents(seed: int) -> tuple[CentreDocument, ...]:
    written = [_write(seed, topic, year) for topic in topics() for year in range(FIRST_YEAR, LAST_YEAR + 1)]
    return tuple(sorted((d for d in written if d is not None), key=lambda d: (d.day, d.id)))


def _write(seed: int, topic: str, year: int) -> CentreDocument | None:
    rng = stream(seed, "centre", topic, year)
    if rng.random() < 0.4:
        return None
    day = date(year, 1, 10) + timedelta(days=rng.randrange(340))
    known = topics()[topic]
    templates = rng.sample(known.sentences, 7)
    sentences = [f"要{fill(template, known, rng)}。" for template in templates]
    current = [term for term, first in tifa_first_used().items() if first <= day]
    if current:
        sentences.append(f"要全面推行“{rng.choice(current)}”的工作方法。")
    title = f"{CENTRE}关于做好{known.heads[0]}的指导意见"
    return CentreDocument(f"centre:{topic}-{year}", topic, title, day, tuple(sentences))
