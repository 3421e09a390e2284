"""The reading of dates as people and spreadsheets write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januari",
            "feb february februari peb pebruari",
            "mar march maret mrt",
            "apr april",
            "may mei",
            "jun june juni",
            "jul july juli",
            "aug august agustus agu agt ags",
            "sep september sept",
            "oct october oktober okt",
            "nov november nop nopember",
            "dec december desember des",
        ),
        1,
    )
    for name in names.split()
}
_NUMBERS: Final = re.compile(r"(\d{1,4})[./\- ](\d{1,2})[./\- ](\d{2,4})")
_WORDS: Final = re.compile(r"(\d{1,2})[ \-./]([A-Za-z]{3,9})\.?,?[ \-./](\d{2,4})")
_MONTH_FIRST: Final = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_TIME: Final = re.compile(r"[T ](\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?")
# Days since this day are how spreadsheets keep a date. The bounds are 1990 and 2100.
_SHEET: Final = datetime(1899, 12, 30, tzinfo=UTC)
_SHEET_DAYS: Final = (32_874.0, 73_050.0)
# Seconds since 1970, from 1990 to 2100. Some systems write thousandths.
_SECONDS: Final = (631_152_000.0, 4_102_444_800.0)


def read_time(value: object) -> datetime | None:
    """Return the time that a cell holds, or None if it holds none. A time without a zone counts as UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(float(value))
    return _from_text(value.strip()) if isinstance(value, str) else None


def _from_text(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _written(text) or _plain_number(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _plain_number(text: str) -> datetime | None:
    return _from_number(float(text)) if re.fullmatch(r"\d{5,13}(\.\d+)?", text) else None


def _from_number(number: float) -> datetime | None:
    if _SHEET_DAYS[0] <= number <= _SHEET_DAYS[1]:
        return _SHEET + timedelta(days=number)
    for seconds in (number, number / 1000):
        if _SECONDS[0] <= seconds <= _SECONDS[1]:
            return datetime.fromtimestamp(seconds, UTC)
    return None


def _written(text: str) -> datetime | None:
    """Read a day with a month as a word or as a number. The day comes before the month unless the year comes first."""
    day = _day(text)
    if day is None:
        return None
    clock = _TIME.search(text)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    whole = time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else time()
    return datetime.combine(day, whole, UTC)


def _day(text: str) -> date | None:
    if found := _WORDS.search(text):
        return _date(found.group(3), _MONTHS.get(found.group(2).lower(), 0), found.group(1))
    if found := _MONTH_FIRST.search(text):
        return _date(found.group(3), _MONTHS.get(found.group(1).lower(), 0), found.group(2))
    if found := _NUMBERS.search(text):
        first, middle, last = found.groups()
        if len(first) == 4:
            return _date(first, int(middle), last)
        # "12/31/2024" can only be written with the month first.
        if int(middle) > 12:
            return _date(last, int(first), middle)
        return _date(last, int(middle), first)
    return None


def _date(year: str, month: int, day: str) -> date | None:
    whole = int(year) + 2000 if len(year) == 2 else int(year)
    try:
        return date(whole, month, int(day)) if 1990 <= whole < 2100 else None
    except ValueError:
        return None
