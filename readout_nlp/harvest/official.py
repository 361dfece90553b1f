"""Whose meeting it was: a crawl also holds those of clubs and fairs, which the genre's wording alone fits."""

from __future__ import annotations

import re

from readout_nlp.readouts.readout import Readout

NO_ORGAN = "a meeting, but no organ of Party or state near the beginning"
_WITHIN = 600  # characters in which a report names whose meeting it was
_ORGAN = re.compile(
    "中共|中央|国务院|全国人大|全国政协|党委|党组|工委|常委|常务会|政府|人大|政协|纪委|监委|管委会|委员会"
    "|领导小组|指挥部|联席会议|政治局|兵团|书记|主席|总理|部长|局长"
    "|[省市县区旗州盟镇乡](?:委|长)"
)


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
