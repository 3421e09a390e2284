"""The routing of a text to an authority, and to an OPD of the province: a pure function over word tables (`data/`)."""

from services.router.routing.decide import Alternative, Decision, decide

__all__ = ["Alternative", "Decision", "decide"]
