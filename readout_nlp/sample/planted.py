"""What was planted, beside the truth of each page: attention, tifa, passages, and the centre's documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from readout_nlp.sample.adoption import adopted
from readout_nlp.sample.attention import attention
from readout_nlp.sample.centre import centre_documents
from readout_nlp.sample.generate import generate_sample
from readout_nlp.sample.material import topics
from readout_nlp.sample.settings import SampleSettings
from readout_nlp.sample.world import NOTICE, all_cities, tifa_first_used


def planted_truth(
    settings: SampleSettings | None = None, *, truths: Iterable[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Give what was planted in a sample as a whole.

    Parameters
    ----------
    settings : SampleSettings
        Seed and size.
    truths : iterable of dict
        The pages' truths, where they are at hand; generated anew otherwise.

    Returns
    -------
    dict
        ``topics`` {id: name}; ``attention`` [{code, year, readouts, shares {topic: share}}], one a city and
        year, `readouts` counting the city's and its counties'; ``tifa`` [{term, code, first_used, adopted}],
        `adopted` None where the city had not by the last day (censored); ``passages`` [{kind, source,
        source_start, source_end, target, start, end}], spans into the truth bodies or a document's wording;
        ``centre`` [{id, topic, title, date, wording}].

    Examples
    --------
    >>> planted = planted_truth(SampleSettings(cities=1, years=1, per_cell=1))
    >>> len(planted["attention"]), len(planted["topics"]) >= 20
    (1, True)
    """
    chosen = settings or SampleSettings()
    rows = list(truths) if truths is not None else [file.truth for file in generate_sample(chosen)]
    return {
        "notice": NOTICE,
        "topics": {topic.id: topic.name for topic in topics().values()},
        "attention": _attention(chosen, rows),
        "tifa": _tifa(chosen),
        "passages": [{**span, "target": row["path"]} for row in rows for span in row.get("copied", [])],
        "centre": [
            {"id": d.id, "topic": d.topic, "title": d.title, "date": d.day.isoformat(), "wording": d.wording}
            for d in centre_documents(chosen)
        ],
    }


def _attention(settings: SampleSettings, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held = Counter((row["key"][:4], int(row["key"].split("-")[1])) for row in rows if row["kind"])
    return [
        {
            "code": city.code,
            "year": year,
            "readouts": held[city.code[:4], year],
            "shares": {
                topic: round(share, 6) for topic, share in attention(settings.seed, city.code, year).items()
            },
        }
        for city in all_cities()[: settings.cities]
        for year in settings.calendar
    ]


def _tifa(settings: SampleSettings) -> list[dict[str, Any]]:
    return [
        {
            "term": term,
            "code": city.code,
            "first_used": tifa_first_used()[term].isoformat(),
            "adopted": day.isoformat() if day else None,
        }
        for city in all_cities()[: settings.cities]
        for term, day in adopted(settings, city.code).items()
        if tifa_first_used()[term] <= settings.last_day
    ]
