"""Converts records to parked rows and back, with all that is needed to try them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from shared.kafka.records import Record
from shared.kafka.unpacking import KEPT_BYTES, MAX_HEADER_BYTES, MAX_HEADERS, MAX_KEY_BYTES, Cut
from shared.pipeline.rows import Q
from shared.pipeline.work import Parked, Work
from shared.postgres.pool import Connection

MAX_DETAIL = 500
_NOT_CUT = (None, None)


async def park(connection: Connection, works: Sequence[Work]) -> None:
    """Park the records of these works in one statement. A record that is parked already is not stored again."""
    rows = [work for work in works if work.record is not None]
    if rows:
        columns = zip(*(_columns(work) for work in rows), strict=True)
        await connection.execute(Q["park"], *(list(column) for column in columns))


def parked_of(row: Any) -> Parked:
    """Convert a loaded row for another try."""
    return Parked(
        id=row["id"],
        key=row["key"],
        topic=row["topic"],
        sequence=row["sequence"],
        record=record_of(row),
        reason=row["reason"],
    )


def record_of(row: Any) -> Record:
    """Return the record of a parked row as it came. Its offset is -1, so that it does not count as handled twice."""
    headers = tuple(
        (name, None if value is None else bytes.fromhex(value)) for name, value in json.loads(row["headers"])
    )
    return Record(row["topic"], row["partition"], -1, row["appended_at"], row["raw_key"], row["body"], headers)


def _columns(work: Work) -> tuple[object, ...]:
    record, item = work.record, work.item
    if record is None:
        raise ValueError("only records are parked")
    headers = json.dumps(
        [[_storable(name), None if value is None else value.hex()] for name, value in _bounded(record)]
    )
    body, whole, digest = _body(work, record)
    return (
        record.topic,
        record.partition,
        record.offset,
        record.appended_at.astimezone(UTC),
        item.key if item else None,
        item.sequence if item and work.sequenced else None,
        record.key[:MAX_KEY_BYTES] if record.key else record.key,
        headers,
        body,
        work.reason or "undecodable",
        _storable(work.problem or "")[:MAX_DETAIL],
        whole,
        digest,
    )


def _body(work: Work, record: Record) -> tuple[bytes | None, int | None, bytes | None]:
    """Return the body to keep and, where it was cut, its whole length and its SHA-256.

    A body that is only evidence is cut to its first bytes. Such is an OPD's record that nobody can read, or a record
    that names no complaint. A record of our own is kept whole, because a fix may fold it later; the broker limits its size.
    """
    body, item = record.value, work.item
    if not isinstance(body, Cut) and body is not None and len(body) > KEPT_BYTES:
        evidence = item is None or (item.opd is not None and work.reason == "undecodable")
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
