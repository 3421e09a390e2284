"""The office's calendar: the shipped one, or a file that replaces it."""

from functools import cache
from pathlib import Path

from shared.worktime import BadCalendarError, Timetable, parse_calendar
from shared.worktime.reading import shipped_calendar


@cache
def office_hours(file: Path | None) -> Timetable:
    """Return the calendar in ``file``, or the shipped one, as a look-up table.

    Building the table takes about a second, so each process does it once. Exits when ``file`` cannot be read.
    """
    if file is None:
        return Timetable(shipped_calendar())
    try:
        return Timetable(parse_calendar(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, BadCalendarError) as problem:
        raise SystemExit(f"TANGGAP_NOTIFIER_CALENDAR: {problem}") from None
