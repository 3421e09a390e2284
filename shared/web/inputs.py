"""Values from outside with bounds: dates that all arithmetic and Postgres can hold, and the fields of a form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, AwareDatetime
from starlette.requests import Request

from shared.clean import clean_text

FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199


def bounded_day(day: date) -> date:
    """Return the day. Raises ValueError outside of the years 2000 to 2199."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def bounded_instant(instant: datetime) -> datetime:
    """Return the instant. Raises ValueError outside of the years 2000 to 2199, and without an offset."""
    if instant.tzinfo is None:
        raise ValueError("must have an offset, such as +08:00")
    bounded_day(instant)
    return instant


Day = Annotated[date, AfterValidator(bounded_day)]
Instant = Annotated[AwareDatetime, AfterValidator(bounded_instant)]


async def fields_of(request: Request) -> dict[str, str]:
    """Return the text fields of a form, cleaned and without blanks at their ends. A file in the form is refused."""
    async with request.form(max_files=0, max_fields=200) as form:
        return {clean_text(name): clean_text(value).strip() for name, value in form.items() if isinstance(value, str)}
