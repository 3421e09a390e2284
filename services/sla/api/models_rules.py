"""Requests and answers about calendar and policies."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from shared.web.inputs import Day


class DayOut(BaseModel):
    """A day off, or a day declared as working, with the reason."""

    date: date
    working: bool
    hours: list[str]
    name: str
    declared: bool


class PeriodOut(BaseModel):
    """A range of dates with office hours of their own."""

    name: str
    first: date
    last: date
    hours: dict[str, list[str]]


class ChangeOut(BaseModel):
    """The version in force, since when, and why. Version 0 is what the service was started with."""

    version: int
    changed_at: AwareDatetime | None
    why: str | None


class CalendarOut(ChangeOut):
    """The calendar of one year. ``text`` is the whole calendar as it is written."""

    name: str
    source: str
    zone: str
    zone_label: str
    years: tuple[int, int]
    hours: dict[str, list[str]]
    periods: list[PeriodOut]
    year: int
    days: list[DayOut]
    text: str
    library: str = Field(description="the release that gave the holidays of this version")
    digest: str = Field(description="SHA-256 over its holidays and its zone's rules")
    differs: dict[str, int] = Field(default={}, description="what is installed but not in force, by kind")


class LimitOut(BaseModel):
    """A limit with its ladder. It applies to cases that fit every condition of ``only``.

    ``extension``: by how much an OPD can extend it once. ``law``: the regulation of this one limit, if it has its own.
    """

    clock: str
    limit: float
    unit: str
    only: dict[str, list[str]]
    ladder: list[dict[str, Any]]
    extension: float = 0
    law: str | None = None


class PolicyOut(BaseModel):
    """The limits from one date on, with the regulation they come from."""

    version: int
    first: date
    last: date | None
    source: str
    limits: list[LimitOut]


class PoliciesOut(ChangeOut):
    """Every policy, oldest first. ``text`` is all policies as they are written."""

    policies: list[PolicyOut]
    text: str


class HistoryOut(BaseModel):
    """One change of calendar or policies, with the person who made it and the reason."""

    version: int
    what: str
    changed_at: AwareDatetime
    changed_by: str
    why: str


class Why(BaseModel):
    """The reason for a change, and the version that the change was made from.

    A change made from an older version is refused, so that it does not overwrite another person's change.
    """

    why: str = Field(min_length=3, max_length=500)
    version: int = Field(ge=0, description="the version in force that was looked at")


class TextIn(Why):
    """The whole calendar or all policies."""

    text: str = Field(min_length=1, max_length=200_000)


class OverrideIn(Why):
    """A day declared off or on."""

    date: Day
    kind: Literal["off", "on"]
    name: str = Field(min_length=1, max_length=200)
    hours: str = Field(default="", max_length=200, description="only for a day declared on: 07:30-12:00, 13:00-16:00")


class RulesIn(BaseModel):
    """Other rules whose effect is asked for."""

    calendar: str | None = Field(default=None, max_length=200_000)
    policies: str | None = Field(default=None, max_length=200_000)


class MoveOut(BaseModel):
    """A running deadline that would move."""

    complaint_id: str
    ticket: str | None
    opd: str | None
    clock: str
    run: int
    was_due_at: AwareDatetime
    due_at: AwareDatetime
    effect: str


class LevelMoveOut(BaseModel):
    """A level of a running deadline that would be added, removed, moved within its ladder, or told to others."""

    complaint_id: str
    ticket: str | None
    opd: str | None
    clock: str
    run: int
    level: str
    to: list[str]
    was_at: AwareDatetime | None
    at: AwareDatetime | None
    effect: str


class WhatifOut(BaseModel):
    """The effect of other rules on the running deadlines. ``moves`` and ``levels`` are the first 200 each.

    ``complete`` is true if every case was looked at.
    """

    cases: int
    counts: dict[str, int]
    complete: bool
    moves: list[MoveOut]
    levels: list[LevelMoveOut] = []


class RecomputedOut(BaseModel):
    """The number of cases looked at, of deadlines that moved, and of cases that failed."""

    cases: int
    moved: int
    failed: int
