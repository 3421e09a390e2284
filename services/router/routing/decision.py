"""The values of a routing decision."""

from __future__ import annotations

from typing import NamedTuple

from services.router.routing.choices import Choice
from shared.events.fact import Authority, Class, Outcome, Priority


class Alternative(NamedTuple):
    """A possible place of the complaint.

    ``opd``: the OPD, if the authority is our province. ``topic``: what the complaint would be about.
    ``to``: the body that a referral would name. ``probability``: that it belongs there.
    """

    authority: Authority
    opd: str | None
    topic: str
    to: str | None
    probability: float


class Decision(NamedTuple):
    """The decision on one complaint.

    ``authority`` and ``opd`` are None for triage. ``to`` and ``next_step`` are set for a referral only.
    ``probability``: that the best candidate is right, its authority and the kind of agency there. A triage has one too.
    ``raw``: the same before calibration. ``words``: the words and pairs that weighed most for its topic.
    ``elsewhere``: the matter lies in another province. ``alternatives``: of a triage the three best candidates, else
    those after the decision. ``choices``: the sentences among which the citizen may choose, if that can decide.
    """

    outcome: Outcome
    authority: Authority | None
    opd: str | None
    probability: float
    reasons: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    topic: str | None
    class_: Class
    priority: Priority
    to: str | None
    next_step: str | None
    raw: float = 0.0
    words: tuple[str, ...] = ()
    elsewhere: bool = False
    choices: tuple[Choice, ...] = ()
