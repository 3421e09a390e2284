"""The routing of a text to an authority, and to an OPD of the province: a pure function over word tables (`data/`)."""

from services.router.routing.decide import decide
from services.router.routing.decision import Alternative, Decision

__all__ = ["Alternative", "Decision", "decide"]
