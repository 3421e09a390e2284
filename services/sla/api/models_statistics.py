"""Answers about the statistics of ended deadlines."""

from __future__ import annotations

from pydantic import BaseModel


class ToldOut(BaseModel):
    """The numbers of one clock: met on time, met late, and median and p90 of office hours without pauses."""

    on_time: int
    late: int
    median_hours: float | None
    p90_hours: float | None


class LineOut(BaseModel):
    """The numbers of one OPD and topic.

    ``asked``: the answers that asked their citizen whether it is solved. ``answered``, ``confirmed``: how many of those
    heard a word, and how many heard that it is solved. They count in the period of the answer. ``rated``: how many were
    rated. ``satisfied``: how many of those with more than the middle of their scale. ``rating``: the mean on the scale
    of 4.

    A null topic covers the whole OPD; if both are null the line covers everybody.
    """

    opd: str | None
    topic: str | None
    respond: ToldOut
    resolve: ToldOut
    pauses: int
    transfers: int
    disputes: int
    asked: int
    answered: int
    confirmed: int
    rated: int
    satisfied: int
    rating: float | None


class CitizensOut(BaseModel):
    """The words of citizens after the answers of one month (`2026-03`), about one OPD, on one channel of complaints.

    The counts mean the same as those of the numbers per OPD. An empty ``channel`` was not kept yet. If ``month``,
    ``opd`` and ``channel`` are null the line covers everybody.
    """

    month: str | None
    opd: str | None
    channel: str | None
    asked: int
    answered: int
    confirmed: int
    rated: int
    satisfied: int
    rating: float | None


class SharesOut(BaseModel):
    """Parts of an OPD's answers, from 0 to 1; null without an answer."""

    disputed: float | None
    reopened: float | None
    silent: float | None


class FiguresOut(BaseModel):
    """The answers of one OPD, and the fate of each.

    ``honest``: the answers that say "not yet, because". ``silent``: silence closed the case, and no word came since.
    ``decided``: the answers of which it is known what they were worth; ``kept``: those that were worth something.
    """

    opd: str
    answers: int
    on_time: int
    honest: int
    confirmed: int
    disputed: int
    reopened: int
    silent: int
    decided: int
    kept: int
    shares: SharesOut
