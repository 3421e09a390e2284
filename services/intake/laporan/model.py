"""What one export holds, in our words."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.events.fact import State


class NotALaporan(ValueError):
    """The file is no Laporan Ringkas; the message says in Indonesian why. Nothing of it is imported."""


@dataclass(frozen=True, slots=True)
class Row:
    """One report of SP4N; `tracking_id` is its identity there, text that is never sorted by."""

    number: int
    tracking_id: str
    filed_at: datetime
    text: str = field(repr=False)
    status: str
    state: State
    by: str | None = None
    anonim: bool = False
    rahasia: bool = False
    title: str | None = field(default=None, repr=False)
    reporter: str | None = field(default=None, repr=False)
    classification: str | None = None
    category: str | None = None
    source: str | None = None
    opd_name: str | None = None
    reason: str | None = None
    place: str | None = None
    rating: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be taken over: its number in the sheet, and why, in Indonesian."""

    number: int
    tracking_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Laporan:
    """Every good row in the order of the sheet, and every bad one."""

    rows: tuple[Row, ...] = ()
    bad: tuple[BadRow, ...] = ()
