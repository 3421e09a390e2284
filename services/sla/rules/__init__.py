"""The clocks of a case: a pure fold over the case's events and the passing of time."""

from services.sla.rules.commands import Recompute
from services.sla.rules.due_dates import DueDates
from services.sla.rules.fold import fold

__all__ = ["DueDates", "Recompute", "fold"]
