"""Dead letters: converts records to parked rows and back, with all that is needed to try them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, NamedTuple
from uuid import UUID

from shared.kafka.unpacking import KEPT_BYTES, MAX_HEADER_BYTES, MAX_HEADERS, MAX_KEY_BYTES, Cut
from shared.pipeline.items import Entry, Item, Problem, Unkeyed
from shared.pipeline.tables import Q
from shared.postgres.pool import Connection
from shared.record import Record

MAX_DETAIL = 500
_NOT_CUT = (None, None)
_UNREADABLE = Problem("undecodable", "")


class DeadLetter(NamedTuple):
    """A parked row: its id and place in the order, and what its record is to the present code."""

    id: int
    key: UUID
    topic: str
    sequenced: bool
    entry: Entry

    @property
    def keys(self) -> tuple[UUID, ...]:
        """The keys that must be loaded for another try."""
        return self.entry.keys if isinstance(self.entry, Item) else (self.key,)


async def park(connection: Connection, parked: Sequence[tuple[Entry, Problem | None]]) -> None:
    """Park these records in one statement. A record that is parked already is not stored again."""
    if parked:
        columns = zip(*(_columns(entry, problem or _UNREADABLE) for entry, problem in parked), strict=True)
        await connection.execute(Q["park"], *(list(column) for column in columns))


def record_of(row: Any) -> Record:
    """Return the record of a parked row as it came. Its offset is -1, so that it does not count as handled twice."""
    headers = tuple(
        (name, None if value is None else bytes.fromhex(value)) for name, value in json.loads(row["headers"])
    )
    return Record(row["topic"], row["partition"], -1, row["appended_at"], row["raw_key"], row["body"], headers)


def _columns(entry: Entry, problem: Problem) -> tuple[object, ...]:
    record = entry.record
    if record is None:
        raise ValueError("only records are parked")
    headers = json.dumps(
        [[_storable(name), None if value is None else value.hex()] for name, value in _bounded(record)]
    )
    body, whole, digest = _body(entry, record, problem)
    return (
        record.topic,
        record.partition,
        record.offset,
        record.appended_at.astimezone(UTC),
        entry.key if isinstance(entry, Item) else None,
        entry.sequence if isinstance(entry, Item) and entry.sequenced else None,
        record.key[:MAX_KEY_BYTES] if record.key else record.key,
        headers,
        body,
        problem.reason,
        _storable(problem.detail)[:MAX_DETAIL],
        whole,
        digest,
    )


def _body(entry: Entry, record: Record, problem: Problem) -> tuple[bytes | None, int | None, bytes | None]:
    """Return the body to keep and, where it was cut, its whole length and its SHA-256.

    A body that is only evidence is cut to its first bytes. Such is an OPD's record that nobody can read, or a record
    that names no complaint. A record of our own is kept whole, because a fix may fold it later; the broker limits its size.
    """
    body = record.value
    if not isinstance(body, Cut) and body is not None and len(body) > KEPT_BYTES:
        evidence = isinstance(entry, Unkeyed) or (entry.opd is not None and problem.reason == "undecodable")
        body = Cut.of(body, "") if evidence else body
    return (bytes(body), body.whole_bytes, body.digest) if isinstance(body, Cut) else (body, *_NOT_CUT)


def _bounded(record: Record) -> Iterator[tuple[str, bytes | None]]:
    """Yield the headers up to the limits that also hold for a compressed batch."""
    spent = 0
    for name, value in record.headers[:MAX_HEADERS]:
        spent += len(name) + len(value or b"")
        if spent > MAX_HEADER_BYTES:
            return
        yield name, value


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
