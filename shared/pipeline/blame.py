"""Tells errors that time heals from those of one record, and names the problem of such a record."""

from __future__ import annotations

from shared.errors import Invalid, OurFailure, Refused, Transient
from shared.outcomes import Reason
from shared.pipeline.items import Problem
from shared.postgres.errors import TRANSIENT, is_refused_data


def passes(error: BaseException) -> bool:
    """Return whether time or a retry heals this error."""
    return isinstance(error, Transient) or (isinstance(error, TRANSIENT) and not is_refused_data(error))


def problem_of(error: Exception) -> Problem:
    """Return the problem of a record that a transaction refuses.

    The detail is never the error's text, which may carry a citizen's.
    """
    sqlstate = getattr(error, "sqlstate", None)
    if sqlstate:
        return Problem("data", f"SQLSTATE {sqlstate}")
    reason: Reason = "data" if isinstance(error, TRANSIENT) else "fold"
    return Problem(reason, type(error).__name__)


def refusal_of(error: Exception) -> Refused:
    """Return what the caller of a command that a transaction refuses is told."""
    if isinstance(error, Refused):
        return error
    problem = problem_of(error)
    return Invalid(f"the database refuses a value ({problem.detail})") if problem.reason == "data" else OurFailure()
