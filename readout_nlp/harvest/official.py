"""Whose meeting it was: a crawl also holds those of clubs and fairs, which the genre's wording alone fits."""

from __future__ import annotations

import re

from readout_nlp.harvest.prefilter import ORGANS
from readout_nlp.readouts.readout import Readout

NO_ORGAN = "a meeting, but no organ of Party or state near the beginning"
_WITHIN = 600  # characters in which a report names whose meeting it was
_ORGAN = re.compile("|".join(map(re.escape, ORGANS)))


def names_organ(readout: Readout) -> bool:
    """Say whether the title, the meeting's name or the beginning of the text names an organ or an office.

    Examples
    --------
    >>> from readout_nlp.readouts.parse import parse_page
    >>> names_organ(parse_page("4月2日,县委召开会议。会议听取了春耕备耕工作情况汇报。"))
    True
    """
    said = (readout.title, readout.meeting_type, (readout.body or "")[:_WITHIN])
    return any(text is not None and _ORGAN.search(text) is not None for text in said)
