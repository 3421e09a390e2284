"""One version of calendar and policies, and the version that would follow it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.sla.policy import BadPoliciesError
from services.sla.rules import DueDates
from services.sla.versions.texts import RuleTexts, order_problems
from shared.errors import Invalid
from shared.worktime import BadCalendarError, parse_calendar
from shared.worktime.reading import read_text
from shared.worktime.taken import Taken, depends_on

ChangedPart = Literal["calendar", "policies", "both"]


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of the rules. ``number`` 0 is the files of the first start.

    ``taken`` is the data that this version took from libraries.
    """

    number: int
    texts: RuleTexts
    due_dates: DueDates
    taken: Taken
    what: ChangedPart = "both"
    changed_at: datetime | None = None
    changed_by: str | None = None
    why: str | None = None


def next_version(
    base: RuleVersion, calendar: str | None, policies: str | None, *, installed: bool = False
) -> RuleVersion:
    """Return the version that would follow ``base``.

    The version keeps the dates that were taken from libraries, unless the calendar asks for others, or ``installed``
    asks for those of the installed libraries. Raise Invalid with every problem, or when the calendar covers fewer years
    than the one in force.
    """
    texts = RuleTexts(calendar or base.texts.calendar, policies or base.texts.policies)
    fresh = calendar is not None or installed
    what: ChangedPart = "both" if fresh and policies else "calendar" if fresh else "policies"
    try:
        if calendar is not None:
            parse_calendar(calendar)
        taken = texts.taken() if installed or not _asks_the_same(base.texts, texts) else base.taken
        # A new calendar is not refused for problems that the policies in force have already.
        known = () if policies else order_problems(base.due_dates)
        due_dates = texts.checked_due_dates(base.number + 1, taken, known)
    except BadCalendarError as error:
        raise Invalid("; ".join(error.problems), field="calendar") from None
    except BadPoliciesError as error:
        raise Invalid("; ".join(error.problems), field="policies") from None
    _check_years(base.due_dates, due_dates)
    return RuleVersion(base.number + 1, texts, due_dates, taken, what)


def _asks_the_same(old: RuleTexts, new: RuleTexts) -> bool:
    return old.calendar == new.calendar or depends_on(read_text(old.calendar)) == depends_on(read_text(new.calendar))


def _check_years(old: DueDates, new: DueDates) -> None:
    before, after = old.table.calendar, new.table.calendar
    if after.first_year > before.first_year or after.last_year < before.last_year:
        raise Invalid(
            f"years: must cover {before.first_year} to {before.last_year}, as the calendar in force does",
            field="calendar",
        )
