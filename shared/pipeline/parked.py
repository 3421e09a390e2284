"""Records as parked rows, and back: with all that is needed to try them again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from shared.kafka.records import Record
from shared.pipeline.rows import Q
from shared.pipeline.work import Parked, Work
from shared.postgres.pool import Connection

MAX_DETAIL = 500


async def park(connection: Connection, works: Sequence[Work]) -> None:
    """Put these records aside in one statement; the same record twice is kept once."""
    rows = [work for work in works if work.record is not None]
    if rows:
        columns = zip(*(_columns(work) for work in rows), strict=True)
        await connection.execute(Q["park"], *(list(column) for column in columns))


def parked_of(row: Any) -> Parked:
    """A row as loaded for another try."""
    return Parked(id=row["id"], key=row["key"], topic=row["topic"], sequence=row["sequence"], record=record_of(row))


def record_of(row: Any) -> Record:
    """A parked row's record as it came; its offset is negative, so that it does not count as handled twice."""
    headers = tuple((name, None if value is None else bytes.fromhex(value)) for name, value in json.loads(row["headers"]))
    return Record(row["topic"], row["partition"], -1, row["appended_at"], row["raw_key"], row["body"], headers)


def _columns(work: Work) -> tuple[object, ...]:
    record, item = work.record, work.item
    if record is None:
        raise ValueError("only records are parked")
    headers = json.dumps([[_storable(name), None if value is None else value.hex()] for name, value in record.headers])
    return (
        record.topic,
        record.partition,
        record.offset,
        record.appended_at.astimezone(UTC),
        item.key if item else None,
        item.sequence if item and work.sequenced else None,
        record.key,
        headers,
        record.value,
        work.reason or "undecodable",
        _storable(work.problem or "")[:MAX_DETAIL],
    )


def _storable(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
