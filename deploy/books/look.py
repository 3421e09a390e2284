"""The comparison of the four schemas. It uses only the views that the role ``books`` may read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
from confluent_kafka import KafkaException

from deploy.books.offices import OfficeStreams, Place
from deploy.books.report import (
    HEARD,
    PAIRS,
    Absent,
    Behind,
    Forgotten,
    Missing,
    Pair,
    Report,
    StreamBooks,
    Unread,
    still,
)
from shared.postgres.pool import connect
from shared.postgres.queries import Queries

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

Q = Queries.load(Path(__file__).with_name("queries.sql"))
LONGEST_S = 600
# Memory for a join of a million keys, on one core: the books may take minutes, but must not slow the services down.
SETTINGS = {
    "application_name": "books",
    "work_mem": "64MB",
    "max_parallel_workers_per_gather": "0",
    "statement_timeout": f"{LONGEST_S}s",
}
LIMIT = 100_000
PAGE = 5_000
Line = tuple[str, str, str]


class Books:
    """Compares what was written with what was read, in one statement.

    ``settle`` is the time in seconds between two looks, which separate missing events from events on their way.
    ``limit`` is the number of entries named per stream and reader; if there are more, the report says that it is
    truncated. Without ``offices`` it does not compare what OPDs wrote.
    """

    def __init__(self, dsn: str, settle: float = 2.0, limit: int = LIMIT, offices: OfficeStreams | None = None) -> None:
        self._dsn = dsn
        self._settle = settle
        self._limit = limit
        self._offices = offices

    async def compare(self) -> Report:
        """Return one report. Raise the errors of asyncpg and of the network when the database cannot be asked."""
        connection = await connect(self._dsn, timeout=5, command_timeout=LONGEST_S + 10, server_settings=SETTINGS)
        try:
            return await self._compare(connection)
        finally:
            await connection.close(timeout=5)

    async def _compare(self, connection: Connection) -> Report:
        began, at = time.perf_counter(), datetime.now(UTC)
        rows = await connection.fetch(Q["compare"], self._limit)
        lines: dict[Line, Any] = {(row["what"], row["topic"], row["reader"]): row for row in rows}
        held = await self._held()
        waiting = await self._unread(connection, held)
        if waiting or any(row["behind"] for row in rows):
            await asyncio.sleep(self._settle)
        missing: list[Missing] = []
        streams: list[StreamBooks] = []
        for pair in PAIRS:
            row = lines.get(("stream", pair.topic, pair.reader))
            named = await self._missing(connection, pair, _behind(row))
            missing += named
            streams.append(_totals(pair, row, named))
        absent: list[Absent] = []
        acknowledged, known = 0, dict.fromkeys(HEARD, 0)
        for service, topic in HEARD.items():
            row = lines.get(("known", topic, service))
            if row is not None:
                acknowledged, known[service] = row["written"], row["read"]
                keys = await self._still(connection, service, topic, _behind(row))
                absent += [Absent(entry.key, service) for entry in keys]
        forgotten = await self._forgotten(connection)
        truncated = any(row["behind"] > self._limit for row in rows) or len(forgotten) >= self._limit
        unread = None if held is None else [entry for entry in await self._unread(connection, held) if entry in waiting]
        took = time.perf_counter() - began
        return Report(at, took, acknowledged, known, streams, missing, absent, truncated, forgotten, unread)

    async def _held(self) -> Mapping[Place, tuple[int, int]] | None:
        """Return what Kafka holds of the OPDs' streams, or None when it cannot be asked."""
        try:
            return await self._offices.held() if self._offices else None
        except (KafkaException, TimeoutError):
            return None  # the report says that this was not compared

    async def _unread(self, connection: Connection, held: Mapping[Place, tuple[int, int]] | None) -> list[Unread]:
        """Return the partitions of which the router has not read all that they held."""
        rows = await connection.fetch(Q["positions"]) if held else []
        read = {(row["topic"], row["partition"]): row["next"] for row in rows}
        places = [(place, max(read.get(place, 0), begin), end) for place, (begin, end) in sorted((held or {}).items())]
        return [Unread(*place, at, end) for place, at, end in places if at < end]

    async def _forgotten(self, connection: Connection) -> list[Forgotten]:
        """Return what people must look at after a restore."""
        found: list[Forgotten] = []
        for writer in HEARD:
            rows = await connection.fetch(Q["forgotten"].replace("{writer}", writer), self._limit)
            found += [Forgotten(row["id"], writer, *row[1:]) for row in rows]
        return found

    async def _missing(self, connection: Connection, pair: Pair, behind: Sequence[Behind]) -> list[Missing]:
        stays = await self._still(connection, pair.reader, pair.topic, behind)
        why: dict[UUID, str] = {}
        for page in _pages(stays):
            rows = await connection.fetch(_of(pair.reader, "parked_why"), pair.topic, [entry.key for entry in page])
            why |= {row["key"]: row["reason"] for row in rows}
        return [
            Missing(pair.topic, entry.key, pair.writer, pair.reader, entry.read, entry.written, why.get(entry.key))
            for entry in stays
        ]

    async def _still(self, connection: Connection, reader: str, topic: str, behind: Sequence[Behind]) -> list[Behind]:
        """Look a second time, only at the keys that were behind at the first look."""
        stays: list[Behind] = []
        for page in _pages(behind):
            rows = await connection.fetch(_of(reader, "read_now"), topic, [entry.key for entry in page])
            stays += still(page, {row["key"]: row["last"] for row in rows})
        return stays


def _behind(row: Any) -> list[Behind]:
    if row is None or not row["behind"]:
        return []
    columns = zip(row["keys_behind"], row["written_behind"], row["read_behind"], strict=True)
    return [Behind(key, written, read) for key, written, read in columns]


def _totals(pair: Pair, row: Any, named: Sequence[Missing]) -> StreamBooks:
    """Return the totals of a stream and reader. ``missing`` counts the events that both looks found missing.

    If more keys were behind than the statement listed, ``missing`` counts the events that the first look found.
    """
    if row is None:
        return StreamBooks(pair.topic, pair.writer, pair.reader, 0, 0, 0, 0, 0)
    listed = row["behind"] == len(row["keys_behind"] or ())
    missing = sum(entry.written - entry.read for entry in named) if listed else row["written"] - row["read"]
    return StreamBooks(
        pair.topic, pair.writer, pair.reader, row["keys"], row["written"], row["read"], missing, row["ahead"]
    )


def _pages(entries: Sequence[Behind]) -> list[Sequence[Behind]]:
    return [entries[start : start + PAGE] for start in range(0, len(entries), PAGE)]


def _of(reader: str, name: str) -> str:
    """Return a statement on one reader's schema. The name comes from the catalogue, never from outside."""
    return Q[name].replace("{reader}", reader)
