"""Reads a calendar from TOML or JSON text, and reports all its problems at once."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

from shared.worktime.calendar import DAY_MINUTES, Calendar, Override, Period, Shift, Week
from shared.worktime.errors import BadCalendarError
from shared.worktime.taken import ZONE, Taken, taken_now

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")
MOST_DOTS = 200
FIELDS = {"name", "zone", "zone_label", "years", "source", "hours", "periods", "holidays", "overrides"}
HOLIDAY_FIELDS = {"country", "categories", "language", "dates"}


def shipped_calendar() -> Calendar:
    """Return the calendar that the product ships: Indonesia, WITA, the office hours of the province."""
    return parse_calendar(shipped_text())


def shipped_text() -> str:
    """Return the text of the shipped calendar."""
    return resources.files("shared.worktime").joinpath("indonesia.toml").read_text("utf-8")


def read_text(text: str) -> dict[str, object]:
    """Parse `text`, as JSON when it begins with a brace, else as TOML. Raises `BadCalendarError` when it is neither."""
    try:
        check_depth(text)
        found: dict[str, object] = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCalendarError([f"neither JSON nor TOML: {error}"]) from None
    return found


def check_depth(text: str) -> None:
    """Raise ValueError for keys that are nested too deep. Reading a dotted key costs the square of its depth."""
    if any(line.count(".") > MOST_DOTS for line in text.splitlines()):
        raise ValueError(f"a line has at most {MOST_DOTS} dots")


def parse_calendar(text: str, taken: Taken | None = None) -> Calendar:
    """Parse a calendar, as JSON when `text` begins with a brace, else as TOML. Raises `BadCalendarError`.

    ``taken`` is what the calendar took from libraries when it was put into force. Without it the installed libraries
    are asked.
    """
    return read_calendar(read_text(text), taken)


def read_calendar(data: Mapping[str, object], taken: Taken | None = None) -> Calendar:
    """Return the calendar of a parsed document. Raises `BadCalendarError` with every problem."""
    reader = _Reader(taken)
    calendar = reader.calendar(data)
    if reader.problems or calendar is None:
        raise BadCalendarError(reader.problems)
    return calendar


class _Reader:
    def __init__(self, taken: Taken | None) -> None:
        self.problems: list[str] = []
        self._taken = taken

    @contextmanager
    def _at(self, where: str) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError, KeyError, AttributeError, NotImplementedError, OverflowError, OSError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            self.problems.append(f"{where}: {what}")

    def calendar(self, data: Mapping[str, object]) -> Calendar | None:
        self.problems += [f"{name}: no such field" for name in sorted(set(data) - FIELDS)]
        zone, first, last = ZoneInfo(ZONE), 2012, 2045
        with self._at("zone"):
            key = str(data.get("zone", ZONE))
            zone = ZoneInfo(key) if self._taken is None else self._taken.zone_info(key)
        with self._at("years"):
            first, last = (int(year) for year in data.get("years", (2012, 2045)))  # type: ignore[attr-defined]
            if not 1970 < first <= last < 2200:
                raise ValueError("a first and a last year between 1971 and 2199, in order")
        week = self._week(data.get("hours"), "hours")
        if not any(week):
            self.problems.append("hours: there is no office hour in the week")
        periods = self._periods(data)
        days_off = self._holidays(data)
        overrides = self._overrides(data)
        if self.problems:
            return None
        label = str(data.get("zone_label") or ("WITA" if zone.key == "Asia/Makassar" else zone.key))
        return Calendar(
            name=str(data.get("name", "unnamed")),
            zone=zone,
            zone_label=label,
            week=week,
            first_year=first,
            last_year=last,
            periods=periods,
            holidays=days_off,
            overrides=overrides,
            source=str(data.get("source", "")),
        )

    def _week(self, hours: object, where: str) -> Week:
        days: list[tuple[Shift, ...] | None] = [None] * 7
        with self._at(where):
            if not isinstance(hours, Mapping):
                raise TypeError('a table is needed, such as {"mon-thu": ["07:30-12:00", "13:00-16:00"]}')
            for key, spans in hours.items():
                with self._at(f"{where}.{key}"):
                    shifts = read_shifts(spans)
                    for index in read_days(str(key)):
                        if days[index] is not None:
                            raise ValueError(f"{DAYS[index]} is given twice")
                        days[index] = shifts
        return tuple(shifts or () for shifts in days)

    def _periods(self, data: Mapping[str, object]) -> tuple[Period, ...]:
        found: list[Period] = []
        entries: list[Mapping[str, object]] = []
        with self._at("periods"):
            entries = _entries(data.get("periods"))
        for number, entry in enumerate(entries, 1):
            where = f"periods[{number}]"
            with self._at(where):
                first, last = read_date(entry["from"]), read_date(entry["to"])
                if last < first:
                    raise ValueError("`to` is before `from`")
                for other in found:
                    if first <= other.last and other.first <= last:
                        raise ValueError(f"overlaps {other.name!r}")
                found.append(
                    Period(str(entry.get("name", where)), first, last, self._week(entry.get("hours"), f"{where}.hours"))
                )
        return tuple(sorted(found, key=lambda period: period.first))

    def _holidays(self, data: Mapping[str, object]) -> dict[date, str]:
        given = data.get("holidays") or {}
        days: dict[date, str] = {}
        if isinstance(given, list | tuple):
            given = {"dates": given}
        with self._at("holidays"):
            if not isinstance(given, Mapping):
                raise TypeError("a list of dates, or a table with `country`, `categories`, `dates`")
            self.problems += [f"holidays.{key}: no such field" for key in sorted(set(given) - HOLIDAY_FIELDS)]
            if given.get("country") and not any(problem.startswith("years") for problem in self.problems):
                days.update((self._taken or taken_now(data)).holidays)
            dates = given.get("dates", [])
            for number, entry in enumerate(dates.items() if isinstance(dates, Mapping) else dates, 1):
                with self._at(f"holidays.dates[{number}]"):
                    day, name = _dated(entry)
                    days[day] = name
        return days

    def _overrides(self, data: Mapping[str, object]) -> dict[date, Override]:
        found: dict[date, Override] = {}
        entries: list[Mapping[str, object]] = []
        with self._at("overrides"):
            entries = _entries(data.get("overrides"))
        for number, entry in enumerate(entries, 1):
            with self._at(f"overrides[{number}]"):
                day, kind = read_date(entry["date"]), entry["kind"]
                if kind not in {"off", "on"}:
                    raise ValueError("`kind` is off or on")
                if day in found:
                    raise ValueError(f"{day} is given twice")
                shifts = read_shifts(entry["hours"]) if entry.get("hours") else None
                if kind == "off" and shifts:
                    raise ValueError("a day off has no hours")
                default = "hari kerja khusus" if kind == "on" else "hari libur khusus"
                found[day] = Override(str(entry.get("name", default)), kind == "on", shifts)
        return found


def read_date(value: object) -> date:
    """Return a date, from TOML's date or from YYYY-MM-DD. Raises ValueError for other text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(str(value))


def read_days(key: str) -> list[int]:
    """Parse `mon`, `mon-thu` or `sat,sun` as weekday numbers, with Monday as 0. Raises ValueError for anything else."""
    found: list[int] = []
    for part in key.lower().replace(" ", "").split(","):
        first, _, last = (name[:3] for name in part.partition("-"))
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(f"a weekday (mon … sun), a range such as mon-thu, or a list is needed, not {key!r}")
        start, end = DAYS.index(first), DAYS.index(last or first)
        if end < start:
            raise ValueError(f"{part} runs backwards")
        found += range(start, end + 1)
    return found


def read_shifts(spans: object) -> tuple[Shift, ...]:
    """Parse shifts and return them in order. 24:00 is allowed.

    The forms are `["07:30-12:00", …]`, `[["07:30", "12:00"], …]` and one string with commas. Raises TypeError or
    ValueError for other values and for overlaps.
    """
    if isinstance(spans, str):
        spans = [part for part in spans.split(",") if part.strip()]
    if not isinstance(spans, list | tuple):
        raise TypeError('hours are written as a list, such as ["07:30-12:00", "13:00-16:00"]')
    shifts: list[Shift] = []
    for span in spans:
        text = span if isinstance(span, str) else "-".join(str(end)[:5] for end in span)
        match = SPAN.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not a span of time such as 07:30-12:00: {text!r}")
        a, b, c, d = (int(part) for part in match.groups())
        shift = Shift(a * 60 + b, c * 60 + d)
        if b > 59 or d > 59 or not 0 <= shift.start < shift.end <= DAY_MINUTES:
            raise ValueError(f"{text} does not lie within one day, its start before its end")
        shifts.append(shift)
    shifts.sort()
    if any(later.start < earlier.end for earlier, later in pairwise(shifts)):
        raise ValueError("the spans of time overlap")
    return tuple(shifts)


def _entries(value: object) -> list[Mapping[str, object]]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [
            {"date": day, **(entry if isinstance(entry, Mapping) else {"kind": entry})} for day, entry in value.items()
        ]
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise TypeError("a list of tables is needed")
    return value


def _dated(entry: object) -> tuple[date, str]:
    if isinstance(entry, Mapping):
        return read_date(entry["date"]), str(entry.get("name", "hari libur"))
    if isinstance(entry, list | tuple):
        return read_date(entry[0]), str(entry[1])
    return read_date(entry), "hari libur"
