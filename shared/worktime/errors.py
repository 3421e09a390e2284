"""The errors of a calendar, a limit or a moment. The docstring of a class is its message."""

from collections.abc import Sequence


class WorktimeError(ValueError):
    """Working time cannot be counted."""


class BadCalendarError(WorktimeError):
    """The calendar has problems, each named."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("calendar: " + "; ".join(self.problems))


class BadLimitError(WorktimeError):
    """A limit, an offset or a pause is not one that can be counted."""


class OutsideCalendarError(WorktimeError):
    """The moment lies outside the years that the calendar covers."""
