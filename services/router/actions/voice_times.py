"""The time within which somebody must write a voice note down: four working hours of the office's calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from shared.worktime import Limit, OutsideCalendarError, Timetable, Unit, due_time

WRITTEN_WITHIN: Final = Limit(4, Unit.WORKING_HOUR)


def due_of_voice(hours: Timetable, since: datetime) -> datetime | None:
    """Return when a voice note that came at this time must stand in words. None: the calendar does not reach so far."""
    try:
        return due_time(hours, since, WRITTEN_WITHIN)
    except OutsideCalendarError:
        return None
