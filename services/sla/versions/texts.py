"""The texts of calendar and policies, and the due times that they describe. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from services.sla.policy import BadPoliciesError, out_of_order, read_policies
from services.sla.rules import DueDates
from shared.worktime import BadCalendarError, Timetable, parse_calendar
from shared.worktime.reading import read_text
from shared.worktime.taken import Taken, taken_now


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """The texts of calendar and policies."""

    calendar: str
    policies: str

    def taken(self) -> Taken:
        """Return the data that the calendar takes from the installed libraries.

        Raise BadCalendarError when the libraries do not have it.
        """
        data = read_text(self.calendar)
        # The libraries raise NotImplementedError for a country that they lack, and OSError for a zone without a file.
        try:
            return taken_now(data)
        except (ValueError, TypeError, NotImplementedError, OSError) as error:
            raise BadCalendarError([str(error)]) from None

    def due_dates(self, number: int, taken: Taken) -> DueDates:
        """Return the due times under the texts. Raise BadCalendarError or BadPoliciesError with every problem."""
        return DueDates(Timetable(parse_calendar(self.calendar, taken)), read_policies(self.policies), number)

    def checked_due_dates(self, number: int, taken: Taken, known: Collection[str] = ()) -> DueDates:
        """Return the due times under the texts, after a check of the order of clocks.

        A clock that can end after the clock that follows it is a problem, unless that problem is ``known``. Raise
        BadPoliciesError with every problem.
        """
        due_dates = self.due_dates(number, taken)
        problems = [problem for problem in order_problems(due_dates) if problem not in known]
        if problems:
            raise BadPoliciesError(problems)
        return due_dates


def order_problems(due_dates: DueDates) -> list[str]:
    """Return the pairs of limits of which the earlier can end after the later."""
    return out_of_order(due_dates.policies, due_dates.table)
