"""The office's calendar of a service: the shipped one, or a file that replaces it."""

from functools import cache
from pathlib import Path

from shared.worktime.errors import BadCalendarError
from shared.worktime.reading import parse_calendar, shipped_calendar
from shared.worktime.table import Timetable


@cache
def office_hours(file: Path | None, setting: str) -> Timetable:
    """Return the calendar in ``file``, or the shipped one, as a look-up table. ``setting`` is the setting's name.

    Building the table takes about a second, so each process does it once. Exits when ``file`` cannot be read.
    """
    if file is None:
        return Timetable(shipped_calendar())
    try:
        return Timetable(parse_calendar(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, BadCalendarError) as problem:
        raise SystemExit(f"{setting}: {problem}") from None
