"""A router that is connected to the stub of SP4N, with cases that wait to go there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from services.router.app import build
from services.router.loops.sp4n import connect_sp4n
from services.router.settings import RouterSettings
from services.router.sp4n.table import read_table
from services.router.state import CASE_ADAPTER, Case
from services.router.store import save_rows
from shared.events.fact import Fact
from shared.runtime.running import Running, running
from tests.support.router_mirror_story import opened
from tests.support.router_world import RouterWorld
from tests.support.sp4n import BASE, GUID, TOKEN, Served
from tests.support.toys import until

TABLE = Path("deploy/local/demo/stubs/sp4n/table.toml")
WAITING = "SELECT count(*) FROM sp4n_mirror WHERE state <> 'settled'"
STATE = "INSERT INTO state (key, version, read, written, waiting, data) VALUES ($1, 1, '{}', '{}', false, $2)"


def connected(world: RouterWorld, stub: Served, **more: Any) -> RouterSettings:
    """Return the settings of a router that has an account at the stub."""
    given: dict[str, Any] = {
        "sp4n_mirror": True,
        "sp4n_url": stub.url + BASE,
        "sp4n_token": TOKEN,
        "sp4n_guid": GUID,
        "sp4n_channel": 13,
        "sp4n_user_id": 77,
        "sp4n_search_path": "/complaints/complaint",
        "sp4n_table": TABLE,
        "sp4n_rate": 1000,
        "sp4n_try_seconds": 1.5,
        "sp4n_settle_seconds": 0.5,
        "sp4n_poll_seconds": 1,
    }
    return world.settings(**(given | more))


@contextlib.asynccontextmanager
async def mirror(settings: RouterSettings) -> AsyncIterator[Running[Case]]:
    """Run a router with nothing but its commands and the connection."""
    async with running(build(settings)) as live:
        task = asyncio.create_task(connect_sp4n(live, settings, read_table(settings.sp4n_table)))
        try:
            yield live
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def put_cases(
    live: Running[Case], number: int, then: Sequence[Fact] = (), *, first: int = 0, **more: Any
) -> list[tuple[UUID, Case]]:
    """Put cases that an OPD has, and that are to go to SP4N. ``then``: facts that come before anything has gone.

    ``first``: the number in the first ticket.
    """
    made = [opened(ticket=f"KT-{first + at:04d}-0000-0", **more) for at in range(number)]
    mirror_rows = [row for one in made for row in one.last.rows]
    for one in made:
        for fact in then:
            one.fold(fact)
    async with live.pool.acquire() as connection, connection.transaction():
        rows = [(one.key, CASE_ADAPTER.dump_json(one.case, by_alias=True).decode()) for one in made]
        await connection.executemany(STATE, rows)
        await save_rows(connection, mirror_rows)
    return [(one.key, one.case) for one in made]


async def settled(live: Running[Case], seconds: float = 30.0) -> None:
    """Wait until nothing waits for SP4N."""

    async def nothing_waits() -> bool:
        return not await live.pool.fetchval(WAITING)

    await until(nothing_waits, "all is there", seconds)


async def order(stub: Served, **wanted: Any) -> None:
    """Order traps."""
    async with httpx.AsyncClient(base_url=stub.url) as client:
        (await client.post("/sp4n-stub/orders", json=wanted)).raise_for_status()
