"""Changes of a calendar's text: declare a day off or on, or withdraw the declaration. Pure."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from shared.bounds import OutOfBounds, checked
from shared.errors import Invalid
from shared.worktime import BadCalendarError
from shared.worktime.reading import parse_calendar, read_date, read_text


def with_override(text: str, day: date, kind: str, name: str, hours: str = "") -> str:
    """Return the calendar with ``day`` declared ``off`` or ``on``. An earlier declaration of the day is replaced.

    Raise Invalid with the field that is wrong.
    """
    data = dict(read_text(text))
    calendar = parse_calendar(text)
    try:
        checked(day, date(calendar.first_year, 1, 1), date(calendar.last_year, 12, 31))
    except OutOfBounds as error:
        raise Invalid(str(error), field="date") from None
    entry: dict[str, Any] = {"date": day.isoformat(), "kind": kind, "name": name}
    if hours.strip():
        entry["hours"] = hours.strip()
    try:
        parse_calendar(json.dumps({**data, "overrides": [entry]}, default=str))
    except BadCalendarError as error:
        raise Invalid("; ".join(error.problems), field="hours" if hours.strip() else "kind") from None
    return _written(data, [*_without(data, day), entry])


def without_override(text: str, day: date) -> str:
    """Return the calendar without a declaration of ``day``. Raise Invalid when there is none."""
    data = dict(read_text(text))
    left = _without(data, day)
    if len(left) == len(_overrides(data)):
        raise Invalid("nothing was declared of this day", field="date")
    return _written(data, left)


def _overrides(data: dict[str, Any]) -> list[dict[str, Any]]:
    found = data.get("overrides") or []
    if isinstance(found, dict):
        return [
            {"date": day, **(entry if isinstance(entry, dict) else {"kind": entry})} for day, entry in found.items()
        ]
    return list(found)


def _without(data: dict[str, Any], day: date) -> list[dict[str, Any]]:
    return [entry for entry in _overrides(data) if read_date(entry["date"]) != day]


def _written(data: dict[str, Any], overrides: list[dict[str, Any]]) -> str:
    overrides = sorted(overrides, key=lambda entry: str(entry["date"]))
    return json.dumps({**data, "overrides": overrides}, default=str, ensure_ascii=False, indent=2) + "\n"
