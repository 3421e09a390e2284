"""The report of the books as plain values, and the rule that decides what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.events.catalogue import CASES, INTERNAL, SUBMISSIONS


@dataclass(frozen=True, slots=True)
class Pair:
    """One stream and one of its readers."""

    topic: str
    writer: str
    reader: str


PAIRS = tuple(Pair(stream.topic, stream.writer, reader) for stream in INTERNAL for reader in stream.readers)

# The stream by which each service learns of a complaint. Intake learns of the case that was made from its complaint.
HEARD: Mapping[str, str] = {"router": SUBMISSIONS, "sla": CASES, "notifier": CASES, "intake": CASES}


@dataclass(frozen=True, slots=True)
class Behind:
    """A key whose reader had not read every event at the first look."""

    key: UUID
    written: int
    read: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Events of one key, from ``read + 1`` to ``written``, that the reader has not read and is not about to read."""

    topic: str
    key: UUID
    writer: str
    reader: str
    read: int
    written: int
    parked_reason: str | None


@dataclass(frozen=True, slots=True)
class StreamBooks:
    """The totals of a stream and a reader. ``ahead`` counts the keys that were read beyond what was written.

    ``written``, ``read`` and ``missing`` count events.
    """

    topic: str
    writer: str
    reader: str
    keys: int
    written: int
    read: int
    missing: int
    ahead: int


@dataclass(frozen=True, slots=True)
class Absent:
    """An acknowledged complaint that a service has never heard of."""

    key: UUID
    service: str


@dataclass(frozen=True, slots=True)
class Unread:
    """Records of an OPD, from offset ``read`` to before ``written``, that the router has not read at two looks."""

    topic: str
    partition: int
    read: int
    written: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An event that the world has seen and the log of its writer does not hold, since a restore.

    ``ticket`` is that of a complaint that was filed. ``detail`` are codes, such as channel and template of a message.
    """

    id: UUID
    writer: str
    topic: str
    key: UUID
    type: str
    at: datetime
    ticket: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """One comparison of the four schemas. ``known`` counts the acknowledged complaints by service.

    ``forgotten`` is a list for people, after a restore. ``unread`` is what OPDs wrote and the router has not read;
    None: Kafka was not asked. ``truncated`` is true if there is more than the report lists.
    """

    at: datetime
    seconds: float
    acknowledged: int
    known: Mapping[str, int]
    streams: Sequence[StreamBooks]
    missing: Sequence[Missing]
    absent: Sequence[Absent]
    truncated: bool
    forgotten: Sequence[Forgotten] = ()
    unread: Sequence[Unread] | None = None

    @property
    def balanced(self) -> bool:
        """Return whether nothing is missing and no reader has read what was never written."""
        ahead = any(stream.ahead for stream in self.streams)
        return not self.missing and not self.absent and not self.unread and not ahead

    def document(self) -> dict[str, Any]:
        """Return the report as JSON values. `republish --from` reads this form."""
        return {
            "at": self.at.isoformat(),
            "seconds": round(self.seconds, 3),
            "balanced": self.balanced,
            "complaints": {"acknowledged": self.acknowledged, "known": dict(self.known)},
            "streams": [_plain(stream) for stream in self.streams],
            "missing": [_plain(entry) for entry in self.missing],
            "absent": [_plain(entry) for entry in self.absent],
            "truncated": self.truncated,
            "unread": None if self.unread is None else [_plain(entry) for entry in self.unread],
            "forgotten": [_plain(entry) for entry in self.forgotten],
        }


def still(behind: Sequence[Behind], read_now: Mapping[UUID, int]) -> list[Behind]:
    """Return the keys whose reader stands where it stood at the first look.

    Events that were written by then and are still unread are not on their way; they are missing.
    """
    return [entry for entry in behind if read_now.get(entry.key, 0) == entry.read]


def _plain(entry: Any) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in entry.__slots__}
    return {name: _json(value) for name, value in values.items()}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
