"""The loops of the connection to SP4N: one sends, one reads there, one compares both sides at night and counts."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any, Final

from services.router.metrics import Sp4nGauges
from services.router.settings import RouterSettings
from services.router.sp4n.client import Sp4n
from services.router.sp4n.comparing import compare
from services.router.sp4n.courier import Courier
from services.router.sp4n.polling import read_complaint
from services.router.sp4n.table import Table
from services.router.store import Q
from shared.backoff import SHORT_S, Backoff, every, retry
from shared.errors import Refused
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

IDLE_S: Final = 0.5
COUNT_EVERY_S: Final = 15.0
COUNT_MIRRORED_EVERY_S: Final = 600.0
NIGHTLY: Final = timedelta(hours=24)
_POLLS: Final = 20
_AGAIN: Final = timedelta(seconds=30)
log = get_logger()


async def connect_sp4n(running: Running[Any], settings: RouterSettings, table: Table) -> None:
    """Send, read, compare and count until cancelled. Without an account only count."""
    gauges = Sp4nGauges(running.meters.registry)
    async with asyncio.TaskGroup() as group:
        group.create_task(_count(running, gauges, connected=bool(settings.sp4n_url)))
        group.create_task(_count_mirrored(running, gauges))
        if settings.sp4n_url:
            group.create_task(_exchange(running, settings, table))


async def _exchange(running: Running[Any], settings: RouterSettings, table: Table) -> None:
    sp4n = Sp4n(settings)
    courier = Courier(running, settings, sp4n, table)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_send(running, settings, courier))
            group.create_task(_read(running, settings, sp4n))
            group.create_task(_compare_nightly(running, sp4n))
    finally:
        await courier.aclose()
        await sp4n.aclose()


async def _send(running: Running[Any], settings: RouterSettings, courier: Courier) -> None:
    """Lease complaints and deliver each, as many at once as there are slots."""
    # Longer than the longest try with its uploads, so that an expired lease means that its replica is gone.
    lease = timedelta(seconds=10 * settings.sp4n_try_seconds + 30)
    free, tasks = asyncio.Semaphore(settings.sp4n_slots), set[asyncio.Task[None]]()

    async def deliver(row: Any) -> None:
        try:
            await courier.deliver(row)
        except (*TRANSIENT, Refused) as error:
            # The lease ends by itself, and what was being sent is looked up before it is sent again.
            log.warning("sp4n.delivery_broken", error=type(error).__name__)
        finally:
            free.release()

    async def once() -> bool:
        running.health.beat("sp4n")
        await free.acquire()
        try:
            rows = await running.pool.fetch(Q["lease_mirror"], 1, lease)
        except BaseException:
            # Includes CancelledError: a slot that is not given back is lost for this process.
            free.release()
            raise
        if not rows:
            free.release()
            return False
        task = asyncio.create_task(deliver(rows[0]))
        tasks.add(task)
        task.add_done_callback(partial(_done, tasks))
        return True

    backoff = Backoff(longest=SHORT_S)
    while True:
        if not await retry(once, TRANSIENT, failed=_noted, backoff=backoff):
            await asyncio.sleep(IDLE_S)


def _done(tasks: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
    tasks.discard(task)
    if not task.cancelled() and (error := task.exception()):
        log.error("sp4n.failed", error=type(error).__name__)


async def _read(running: Running[Any], settings: RouterSettings, sp4n: Sp4n) -> None:
    """Read the complaints in SP4N whose time has come."""
    pause = timedelta(seconds=settings.sp4n_poll_seconds)

    async def one(row: Any) -> None:
        if not await read_complaint(running, sp4n, row["complaint"], row["tracking_id"]):
            await running.pool.execute(Q["poll_again"], row["complaint"], min(_AGAIN, pause))

    async def once() -> bool:
        rows = await running.pool.fetch(Q["lease_polls"], _POLLS, pause)
        for at in range(0, len(rows), settings.sp4n_slots):
            await asyncio.gather(*(one(row) for row in rows[at : at + settings.sp4n_slots]))
        return bool(rows)

    backoff = Backoff(longest=SHORT_S)
    while True:
        if not await retry(once, (*TRANSIENT, Refused), failed=_noted, backoff=backoff):
            await asyncio.sleep(IDLE_S)


async def _compare_nightly(running: Running[Any], sp4n: Sp4n) -> None:
    """Compare both sides once a day. The replica that leads does it."""

    async def once() -> None:
        last = await running.pool.fetchrow(Q["last_comparison"])
        if running.leading() and (last is None or last["age"] >= NIGHTLY.total_seconds()):
            await compare(running, sp4n)

    await every(
        60.0, once, TRANSIENT, failed=lambda error: log.warning("sp4n.not_compared", error=type(error).__name__)
    )


async def _count(running: Running[Any], gauges: Sp4nGauges, *, connected: bool) -> None:
    """Count what waits again and again. Without an account it waits for people, so that none of it is late."""

    async def once() -> None:
        rows = [dict(row) for row in await running.pool.fetch(Q["count_mirror"])]
        last = await running.pool.fetchrow(Q["last_comparison"])
        gauges.set(rows, dict(last) if last is not None else None, connected=connected)
        gauges.unread.set((connected and await running.pool.fetchval(Q["longest_unread"])) or 0.0)

    await every(COUNT_EVERY_S, once, TRANSIENT, failed=_not_counted)


async def _count_mirrored(running: Running[Any], gauges: Sp4nGauges) -> None:
    """Count what stands in SP4N now and then: it is long, and nobody waits for the number."""

    async def once() -> None:
        gauges.mirrored.set(await running.pool.fetchval(Q["count_mirrored"]))

    await every(COUNT_MIRRORED_EVERY_S, once, TRANSIENT, failed=_not_counted)


def _not_counted(error: Exception) -> None:
    log.warning("sp4n.not_counted", error=type(error).__name__)


async def _noted(error: Exception, backoff: Backoff) -> None:
    if backoff.noteworthy:
        log.warning("sp4n.retried", error=type(error).__name__)
