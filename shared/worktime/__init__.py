"""Working time: an office's calendar, due times and levels as pure look-ups, and their explanation in words."""

from shared.worktime.calendar import Calendar, DayPlan, Override, Period, Shift
from shared.worktime.deadlines import Limit, Offset, Pause, Unit, due_time, level_time, reminder_time, union
from shared.worktime.errors import BadCalendarError, BadLimitError, OutsideCalendarError, WorktimeError
from shared.worktime.reading import parse_calendar
from shared.worktime.table import Timetable

__all__ = [
    "BadCalendarError",
    "BadLimitError",
    "Calendar",
    "DayPlan",
    "Limit",
    "Offset",
    "OutsideCalendarError",
    "Override",
    "Pause",
    "Period",
    "Shift",
    "Timetable",
    "Unit",
    "WorktimeError",
    "due_time",
    "level_time",
    "parse_calendar",
    "reminder_time",
    "union",
]
