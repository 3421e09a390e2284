"""The registry in force in this process: its newest version, as it holds today."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter

from shared.clock import WITA, Clock
from shared.pipeline.tables import Q
from shared.postgres.pool import Pool
from shared.reference import in_force, put_in_force, shipped
from shared.reference.registry import OpdRow, Registry, TopicRow, table_on

_OPDS: Final = TypeAdapter(tuple[OpdRow, ...])
_TOPICS: Final = TypeAdapter(tuple[TopicRow, ...])


class RegistryCopy:
    """Holds the newest version that this service knows, and exchanges the table when it or the day changes."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self.registry = shipped()

    async def refresh(self) -> None:
        """Read a newer version if there is one, and put the table of today into force."""
        row = await self._pool.fetchrow(Q["registry_newest"], self.registry.version)
        # The answer may come late, after another call has read a newer version.
        if row is not None and row["version"] > self.registry.version:
            self.registry = read_registry(row["version"], row["opds"], row["topics"])
        today = self._clock.now().astimezone(WITA).date()
        table = in_force()
        if table.registry is not self.registry or table.day != today:
            put_in_force(table_on(self.registry, today))


def read_registry(version: int, opds: str, topics: str) -> Registry:
    """Return a version as it is stored. Fields of a newer release are left out."""
    return Registry(version, _OPDS.validate_json(opds, extra="ignore"), _TOPICS.validate_json(topics, extra="ignore"))
