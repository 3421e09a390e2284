"""Whose authority, then which OPD: a pure function over tables of words (`data/`)."""

from services.router.routing.decide import Candidate, Decision, decide

__all__ = ["Candidate", "Decision", "decide"]
