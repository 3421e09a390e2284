"""The audit of all services: verify the logs, and read the ends of the chains for the anchors."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg

from deploy.audit.anchors import Anchor
from deploy.audit.findings import Checked
from deploy.audit.walk import Q, Walk
from deploy.postgres.apply import SERVICES
from shared.pipeline.chain import GENESIS
from shared.postgres.pool import connect

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

# Only the order of an index keeps the memory of a walk constant; a sort of the whole log would not.
SETTINGS = {
    "application_name": "audit",
    "enable_seqscan": "off",
    "enable_sort": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "statement_timeout": "600s",
}


class Audit:
    """The audit, as the role ``books`` at this address may make it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    async def verify(self, anchors: Sequence[Anchor], services: Sequence[str] = SERVICES) -> AsyncIterator[Checked]:
        """Yield the result of each service, all of one snapshot of the database."""
        async with self._connected() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            for service in services:
                yield await Walk(connection, service, anchors).check()

    async def ends(self) -> list[Anchor]:
        """Return the end of each chain now."""
        now, found = datetime.now(UTC), []
        async with self._connected() as connection:
            for service in SERVICES:
                row = await connection.fetchrow(Q["end"].replace("{service}", service))
                number, link = (row["number"], row["link"]) if row else (0, GENESIS)
                found.append(Anchor(service, number, link, now))
        return found

    async def contradicted(self, anchors: Sequence[Anchor]) -> list[Anchor]:
        """Return the newest anchors, one of each service, whose link the chain does not hold."""
        newest = {anchor.service: anchor for anchor in anchors if anchor.service in SERVICES}
        found = []
        async with self._connected() as connection:
            for anchor in newest.values():
                sql = Q["link_at"].replace("{service}", anchor.service)
                link = await connection.fetchval(sql, anchor.number) if anchor.number else GENESIS
                if link != anchor.link:
                    found.append(anchor)
        return found

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[Connection]:
        connection = await connect(self._dsn, timeout=5, command_timeout=610, server_settings=SETTINGS)
        try:
            yield connection
        finally:
            await connection.close(timeout=5)
