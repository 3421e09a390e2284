"""Due times of cases that a caller describes, computed by the same functions as the service's own clocks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from shared.worktime import (
    BadCalendarError,
    BadLimitError,
    Limit,
    Offset,
    OutsideCalendarError,
    Pause,
    Timetable,
    Unit,
    WorktimeError,
    due_time,
    level_time,
    parse_calendar,
    reminder_time,
)
from shared.worktime.reading import shipped_calendar
from shared.worktime.words import explain, moment_words, offset_words


@dataclass(frozen=True, slots=True)
class DueRequest:
    """A start, a limit, the pauses between, and the levels asked for."""

    start: datetime
    limit: Limit
    pauses: tuple[Pause, ...]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DueResult:
    """The due time of a case, the time of each level, and the explanation.

    ``reminders`` are the times at which people are notified, for levels that are not notified when they are reached.
    """

    due: datetime
    levels: tuple[tuple[str, datetime], ...]
    explanation: tuple[str, ...]
    reminders: tuple[tuple[str, datetime], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the result in the shape of a line of `--file`, with times in the calendar's zone."""
        reminded = {offset: {"told_at": at.isoformat()} for offset, at in self.reminders}
        return {
            "due": self.due.isoformat(),
            "levels": [
                {"offset": offset, "at": at.isoformat(), **reminded.get(offset, {})} for offset, at in self.levels
            ],
            "explanation": list(self.explanation),
        }


def load_timetable(path: Path | None) -> Timetable:
    """Return the timetable of a calendar file, or of the shipped calendar.

    Raise BadCalendarError when the file is wrong.
    """
    if path is None:
        return Timetable(shipped_calendar())
    try:
        return Timetable(parse_calendar(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadCalendarError([f"the file cannot be read: {error}"]) from None


def read_request(table: Timetable, data: Mapping[str, Any]) -> DueRequest:
    """Parse a request from its JSON form. Raise `BadLimitError` that names the field."""
    for name in ("start", "limit", "unit"):
        if data.get(name) is None:
            raise BadLimitError(f"{name}: is missing")
    limit = data["limit"]
    if isinstance(limit, bool) or not isinstance(limit, int | float):
        raise BadLimitError(f"limit: a number is needed, not {limit!r}")
    if data["unit"] not in set(Unit):
        raise BadLimitError(f"unit: one of {', '.join(Unit)} is needed, not {data['unit']!r}")
    pauses = tuple(_pause(table, entry) for entry in _listed(data, "pauses"))
    levels = tuple(str(entry) for entry in _listed(data, "levels"))
    return DueRequest(
        read_moment(table, data["start"], "start"), Limit(float(limit), Unit(data["unit"])), pauses, levels
    )


def _listed(data: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = data.get(name) or []
    if not isinstance(value, list | tuple):
        raise BadLimitError(f"{name}: a list is needed")
    return value


def _pause(table: Timetable, entry: Any) -> Pause:
    ends = entry.split("/") if isinstance(entry, str) else entry
    if not isinstance(ends, list | tuple) or len(ends) != 2:
        raise BadLimitError("pauses: each is a pair of moments, FROM/TO or [from, to]")
    return Pause(read_moment(table, ends[0], "pauses"), read_moment(table, ends[1], "pauses"))


def read_moment(table: Timetable, text: Any, field: str) -> datetime:
    """Parse an ISO 8601 moment. A moment without an offset from UTC is taken in the calendar's zone.

    Raise BadLimitError for another text, OutsideCalendarError for a year that the calendar does not cover.
    """
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise BadLimitError(f"{field}: not a moment such as 2026-03-16T10:00+08:00: {text!r}") from None
    calendar = table.calendar
    if not calendar.first_year <= moment.year <= calendar.last_year:
        years = f"{calendar.first_year}–{calendar.last_year}"
        raise OutsideCalendarError(f"{field}: outside the years of the calendar {calendar.name} ({years})")
    return moment if moment.tzinfo else moment.replace(tzinfo=table.zone)


def calculate(table: Timetable, request: DueRequest) -> DueResult:
    """Compute due time, levels and explanation of one case."""
    due = due_time(table, request.start, request.limit, request.pauses)
    lines = explain(table, request.start, request.limit, due, request.pauses)
    levels: list[tuple[str, datetime]] = []
    reminders: list[tuple[str, datetime]] = []
    for text in request.levels:
        offset = Offset.parse(text)
        at = level_time(table, due, offset)
        levels.append((text, at.astimezone(table.zone)))
        lines.append(f"Tingkat {text} ({offset_words(offset)}): {moment_words(table, at)}.")
        reminded_at = reminder_time(table, due, offset)
        if reminded_at != at:
            reminders.append((text, reminded_at.astimezone(table.zone)))
            lines.append(
                f"Sebagai pengingat, tingkat {text} diberitahukan {moment_words(table, reminded_at)}, saat kantor buka."
            )
    return DueResult(due.astimezone(table.zone), tuple(levels), tuple(lines), tuple(reminders))


def calculate_lines(table: Timetable, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield a result for each line of JSON. A line may bring its own `calendar`.

    A bad line yields `{"error": …}` in its place.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if not isinstance(data, dict):
                raise BadLimitError("a JSON object is needed")
            own = _own_table(json.dumps(data["calendar"])) if isinstance(data.get("calendar"), dict) else table
            yield calculate(own, read_request(own, data)).as_json()
        except (json.JSONDecodeError, WorktimeError) as error:
            yield {"error": f"line {number}: {error}"}


@lru_cache(maxsize=16)
def _own_table(text: str) -> Timetable:
    return Timetable(parse_calendar(text))
