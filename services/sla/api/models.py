"""Answers about clocks and deadlines."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel


class LevelOut(BaseModel):
    """A level of the ladder. It was told at ``at``, or will be told then."""

    level: int
    offset: str
    at: AwareDatetime
    told: bool
    to: tuple[str, ...]


class ClockOut(BaseModel):
    """One run of a clock, with an explanation of its due time in one sentence and day by day.

    ``helper``: the assignment of the OPD that only helps and whose clock it is.
    """

    clock: str
    run: int
    opd: str | None
    helper: UUID | None = None
    state: Literal["running", "paused", "met", "ended"]
    started_at: AwareDatetime
    due_at: AwareDatetime
    ended_at: AwareDatetime | None
    outcome: str | None
    late: bool
    summary: str
    explanation: list[str]
    levels: list[LevelOut]


class CaseOut(BaseModel):
    """A case's clocks, the oldest first."""

    complaint_id: str
    ticket: str | None
    opd: str | None
    class_: str
    priority: str
    clocks: list[ClockOut]


class DueOut(BaseModel):
    """A case's earliest deadline."""

    complaint_id: str
    ticket: str | None
    opd: str | None
    clock: str
    run: int
    due_at: AwareDatetime
    overdue: bool


class DuePage(BaseModel):
    """A page of deadlines. ``next`` is the cursor of the following page."""

    items: list[DueOut]
    next: str | None


class FeedOut(BaseModel):
    """The address of an OPD's calendar feed."""

    opd: str
    address: str
