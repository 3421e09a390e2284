"""Rest: the moment at which nothing is in flight, so that the clock may be stepped and the books may be read."""

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from deploy.local.demo.http import client
from shared.events.catalogue import INTERNAL
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).with_name("queries.sql"))
LOOK_EVERY_S = 0.02
PATIENCE_S = 60.0
Offsets = Mapping[str, int]


class NotAtRest(Exception):
    """Something stayed in flight for a minute. The message says what."""


def pairs() -> tuple[list[str], list[str]]:
    """Return topic and reader of every internal stream as two columns."""
    rows = [(stream.topic, reader) for stream in INTERNAL for reader in stream.readers]
    return [row[0] for row in rows], [row[1] for row in rows]


class Rest:
    """The wait for rest: it polls the four schemas and the stubs until nothing moves any more."""

    def __init__(self, pool: "asyncpg.Pool[Any]", stubs: str) -> None:
        self._pool = pool
        self._http = client(stubs)
        self._readers = pairs()
        self._marks: tuple[int, ...] = (0, 0, 0, 0)
        self.looks = 0

    async def close(self) -> None:
        """Close the HTTP client."""
        await self._http.aclose()

    async def tally(self) -> dict[str, Any]:
        """Return the counts of the stubs."""
        found: dict[str, Any] = (await self._http.get("/tally")).json()
        return found

    async def reached(self, now: datetime, said: Mapping[str, Offsets] | None = None) -> None:
        """Wait until nothing is in flight at domain time ``now`` and all updates in ``said`` are handled.

        ``said`` maps a topic to the last offset that an OPD wrote in each partition. One snapshot of the database shows
        everything in flight in the services. The stubs are asked before and after the snapshot. If no status waits and
        none was posted in between, the stubs have nothing in flight either. Raises NotAtRest after a minute.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            if not (under_way := await self._behind(said or {}) or await self._under_way(now)):
                before = await self.tally()
                marks = tuple((await self._pool.fetch(Q["marks"]))[0])
                under_way = await self._under_way(now)
                after = await self.tally()
                if (
                    not under_way
                    and not after["statuses_waiting"]
                    and before["statuses_posted"] == after["statuses_posted"]
                ):
                    self._marks = marks
                    return
            if time.monotonic() > until:
                raise NotAtRest(f"still under way after {PATIENCE_S:.0f} s: {under_way}")
            await asyncio.sleep(LOOK_EVERY_S)

    async def _behind(self, said: Mapping[str, Offsets]) -> Mapping[str, Any]:
        """Return the OPDs' updates that the router has not handled yet."""
        for topic, offsets in said.items():
            handled = {row["partition"]: row["next"] for row in await self._pool.fetch(Q["handled"], topic)}
            if behind := {place: last for place, last in offsets.items() if handled.get(int(place), 0) <= last}:
                return {topic: behind}
        return {}

    async def _under_way(self, now: datetime) -> Mapping[str, Any]:
        self.looks += 1
        found = (await self._pool.fetch(Q["under_way"], now, *self._marks, *self._readers))[0]
        return {name: count for name, count in dict(found).items() if count}
