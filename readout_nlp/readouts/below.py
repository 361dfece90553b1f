"""What a meeting studied, listed below a colon: 会议研究了以下事项:甲;乙;丙."""

from __future__ import annotations

import re

from readout_nlp.readouts import patterns
from readout_nlp.readouts.matter import Matter, has_topic, matter_of, subject_of
from readout_nlp.readouts.spans import Span, clauses

_BELOW = re.compile("了?(?:以下|下列|如下)[^,。;:]{0,8}(?:事项|议题|文件|问题|内容|工作|情况):")


def listed_below(sentence: Span) -> tuple[Matter, ...]:
    """Read the matters of a list below a colon, one behind every semicolon.

    Examples
    --------
    >>> text = "会议研究了以下事项:《茶园办法》;渡口停航事宜;关于灯会的请示。"
    >>> [matter.subject for matter in listed_below(Span(0, len(text), text))]
    ['《茶园办法》', '渡口停航事宜', '灯会的请示']
    """
    if "下" not in sentence.text[:16] or ":" not in sentence.text[:30]:
        return ()
    verbs = patterns.verb_group().match(sentence.text, 2 if sentence.text.startswith("会议") else 0)
    begun = _BELOW.match(sentence.text, verbs.end("verbs")) if verbs is not None else None
    if verbs is None or begun is None:
        return ()
    rest = Span(sentence.start + begun.end(), sentence.end, sentence.text[begun.end() :])
    named = [(part, subject_of(part.text)) for part in clauses(rest, ";")]
    if len(named) < 2 or not all(has_topic(subject) for _, subject in named):
        return ()
    return tuple(matter_of(part, verbs["verbs"], subject) for part, subject in named)
