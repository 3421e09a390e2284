"""The clocks of a case as a pure fold over its events and the passing of time."""

from services.sla.rules.fold import Recompute, Rules

__all__ = ["Recompute", "Rules"]
