"""The levels of a ladder that a run has reported already, and the numbers of those ahead. Pure."""

from __future__ import annotations

from datetime import datetime

from services.sla.policy import Level
from services.sla.state import ClockRun


def already_reported(run: ClockRun, at: datetime, level: Level) -> bool:
    """Return whether a level needs no report any more.

    It was reported under this ladder or another, or a later level of its side (before or after the due time) was.
    """
    for fired in run.fired:
        if fired.offset == level.text:
            return True
        if fired.level == level.number and (level.number <= 0 or fired.offset is None):
            return True
        if level.number and (fired.level > 0) == (level.number > 0) and fired.level and at <= fired.at:
            return True
    return False


def level_number(run: ClockRun, level: Level) -> int:
    """Return the number under which a level is reported.

    This is its own number, or the next free one if an earlier ladder has used that number.
    """
    used = max((fired.level for fired in run.fired), default=level.number - 1)
    return max(level.number, used + 1) if level.number > 0 else level.number
