"""Whether a text is a readout: a meeting is convened, and it does something."""

from __future__ import annotations

import re

from readout_nlp.readouts.blocks import Outline

NO_MEETING = "not a readout: no sentence near the beginning convenes a meeting"
NO_MATTER = "not a readout: a meeting is named, but nothing it dealt with"
ANNOUNCED = "not a readout: the meeting is announced, not reported"
_FUTURE = re.compile(
    r"(?:定于|拟于|将于|计划于|拟定于)[^。]{0,60}(?:召开|举行)|(?:召开|举行)[^。]{0,40}的(?:通知|公告|预告)"
)


def what_is_missing(plan: Outline) -> str | None:
    """Name what a text lacks to be a readout; None when it is one."""
    lead = plan.lead
    if lead is None:
        return NO_MEETING
    if _FUTURE.search(lead.sentence.text):
        return ANNOUNCED
    if not lead.matters and not any(b.kind in ("head", "speech", "residual") for b in plan.blocks):
        return NO_MATTER
    return None
