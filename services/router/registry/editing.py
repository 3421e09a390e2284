"""Single edits of a table: a new row, other values from a day on, and an end. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.router.registry.checking import ONE_DAY
from services.router.registry.texts import P


def change_from(rows: Sequence[P], code: str, day: date, values: Mapping[str, Any]) -> list[P]:
    """Return the rows with other values of a code from a day on, for as long as its row of that day holds.

    If the row begins on the day, it is changed itself. Otherwise it ends the day before, and keeps what it said.
    """
    found: list[P] = []
    for row in rows:
        if row.code != code or not row.holds_on(day):
            found.append(row)
        elif row.first == day:
            found.append(row.model_copy(update=dict(values)))
        else:
            ended: dict[str, Any] = {"valid_to": day - ONE_DAY}
            if "successor" in type(row).model_fields:
                ended["successor"] = None
            found += [row.model_copy(update=ended), row.model_copy(update={"valid_from": day, **values})]
    return found


def end_with(rows: Sequence[P], code: str, last: date, values: Mapping[str, Any]) -> list[P]:
    """Return the rows with the end of a code: its row of the last day ends then, and later rows are gone."""
    found: list[P] = []
    for row in rows:
        if row.code != code or row.last < last:
            found.append(row)
        elif row.holds_on(last):
            found.append(row.model_copy(update={"valid_to": last, **values}))
    return found
