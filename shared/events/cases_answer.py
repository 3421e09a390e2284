"""The outcome of an answer, and what follows it: a call, a rating, a longer time. Part of `complaint.cases.v1`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.fact import Fact, Text

# The outcome stands beside the state of a case: an answer alone does not say that anything was repaired.
AnswerOutcome = Literal["fixed", "explained", "scheduled", "not_possible", "not_ours"]
CallAnswer = Literal["solved", "not_solved", "not_reached"]


class WithOutcome(Fact):
    """The outcome of an answer. A writer that does not say one means ``fixed``.

    ``until``: the promised day of ``scheduled``. ``reason``, ``legal_basis``: why it is ``not_possible``.
    ``to``: the authority that is right, for ``not_ours``.
    """

    outcome: AnswerOutcome = "fixed"
    until: date | None = None
    reason: Text | None = None
    legal_basis: Annotated[str, Field(min_length=1, max_length=2_000)] | None = None
    to: Annotated[str, Field(min_length=1, max_length=300)] | None = None


class Called(Fact):
    """A person called the citizen of a case that silence had closed. ``note`` is for officers.

    ``solved``, ``not_solved``: the events of the citizen's own word follow.
    """

    TYPE: ClassVar[str] = "case.called"
    answer: CallAnswer
    note: str | None = None


class Rated(Fact):
    """The citizen rated the handling of an answered case, from 1 (bad) to ``scale`` (good)."""

    TYPE: ClassVar[str] = "case.rated"
    stars: int
    scale: int


class Extended(Fact):
    """The OPD took the longer time that the law gives once for an information request. The citizen reads the reason."""

    TYPE: ClassVar[str] = "case.extended"
    opd: str
    reason: Text
