"""The values of a routing decision."""

from __future__ import annotations

from typing import NamedTuple

from shared.events.fact import Authority, Class, Outcome, Priority


class Alternative(NamedTuple):
    """A possible authority. ``opd``: the OPD, if the authority is the province. ``confidence``: from 0 to 1."""

    authority: Authority
    opd: str | None
    confidence: float


class Decision(NamedTuple):
    """The decision on one complaint.

    ``authority`` and ``opd`` are None for triage. ``to`` and ``next_step`` are set for a referral only.
    ``region`` is the code of the regency or city that the text names.
    """

    outcome: Outcome
    authority: Authority | None
    opd: str | None
    confidence: float
    reasons: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    topic: str | None
    class_: Class
    priority: Priority
    to: str | None
    next_step: str | None
    region: str | None = None
