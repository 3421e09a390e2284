"""The content of one export, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime

from shared.events.fact import State


class NotALaporan(ValueError):
    """The file is no Laporan Ringkas and nothing of it is imported. The message gives the reason in Indonesian."""


@dataclass(frozen=True, slots=True)
class LaporanRow:
    """One report of SP4N. ``tracking_id`` is its identity there: a text, by which we never sort.

    ``disposed_at`` and ``followed_up_at`` are None unless the export has such columns.
    """

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
    disposed_at: datetime | None = None
    followed_up_at: datetime | None = None

    @property
    def last_activity(self) -> datetime:
        """Return the latest time in the row: filing, disposition or follow-up."""
        return max(at for at in (self.filed_at, self.disposed_at, self.followed_up_at) if at is not None)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported, with its number in the sheet and the reason in Indonesian."""

    number: int
    tracking_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Laporan:
    """The good rows in the order of the sheet, the bad rows, and notes on parts that were not read."""

    rows: tuple[LaporanRow, ...] = ()
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
