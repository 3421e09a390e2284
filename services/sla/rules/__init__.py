"""The clocks of a case: a pure fold over the case's events and the passing of time."""

from services.sla.rules.fold import Recompute, Rules

__all__ = ["Recompute", "Rules"]
