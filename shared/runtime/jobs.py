"""The housekeeping of every service: gauges, seals, old receipts, the registry, and dead letters that may go on."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from shared.backoff import Backoff, every
from shared.errors import NotFound, Transient
from shared.observability.logs import get_logger
from shared.observability.metrics import REASONS, TOPICS, one_of
from shared.pipeline.receipts import forget
from shared.pipeline.sealing import seal
from shared.pipeline.tables import Q
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

log = get_logger()
GAUGES_S, SEALS_S, RECEIPTS_S, NEWER_S, REGISTRY_S = 5.0, 1.0, 10.0, 20.0, 1.0
NEWER_AT_ONCE = 200
FIRST_PAUSE_S, LAST_PAUSE_S = 0.5, 5.0


def jobs_of(live: Running[Any]) -> dict[str, Coroutine[Any, Any, None]]:
    """Return the jobs that run beside a service's inputs until cancelled, by name."""
    return {
        "gauges": watch_gauges(live),
        "seals": seal_log(live),
        "receipts": forget_receipts(live),
        "newer": retry_newer(live),
        "held": take_up_held(live),
        "registry": watch_registry(live),
    }


async def watch_gauges(live: Running[Any]) -> None:
    """Refresh the gauges of outbox and parked records. This also reports whether Postgres answers."""

    async def look() -> None:
        await _refresh(live)
        live.health.well("postgres")

    await every(
        GAUGES_S,
        look,
        TRANSIENT,
        failed=lambda _error: live.health.trouble("postgres"),
        beat=lambda: live.health.beat("gauges"),
    )


async def _refresh(live: Running[Any]) -> None:
    meters = live.meters
    outbox = await live.pool.fetchrow(Q["outbox_depth"])
    parked = await live.pool.fetch(Q["parked_count"])
    meters.unsealed_age.set(await live.pool.fetchval(Q["unsealed_age"]))
    if outbox is not None:
        meters.outbox.set(outbox["waiting"])
        meters.stuck.set(outbox["stuck"])
        meters.outbox_age.set(outbox["age"])
    meters.parked.clear()
    for row in parked:
        meters.parked.labels(one_of(row["topic"], TOPICS), one_of(row["reason"], REASONS)).inc(row["rows"])


async def watch_registry(live: Running[Any]) -> None:
    """Take a newer registry, or the table of a new day, into force within a second."""
    await every(
        REGISTRY_S,
        live.registry.refresh,
        TRANSIENT,
        failed=lambda error: log.warning("registry.retried", error=type(error).__name__),
        beat=lambda: live.health.beat("registry"),
    )


async def seal_log(live: Running[Any]) -> None:
    """Seal the new events every second, while this replica leads."""

    # The rounds follow each other by the second, so that an outage must not log each of them.
    backoff = Backoff()

    async def look() -> None:
        if live.leading():
            await seal(live.pool)
        backoff.reset()

    def failed(error: Exception) -> None:
        if backoff.noteworthy:
            log.warning("seals.waiting", error=type(error).__name__)
        backoff.next_pause()

    await every(SEALS_S, look, TRANSIENT, failed=failed, beat=lambda: live.health.beat("seals"))


async def forget_receipts(live: Running[Any]) -> None:
    """Delete old receipts every few seconds."""
    await every(
        RECEIPTS_S,
        lambda: forget(live.pool),
        TRANSIENT,
        failed=lambda error: log.warning("receipts.kept", error=type(error).__name__),
    )


async def retry_newer(live: Running[Any]) -> None:
    """Retry records that were parked because newer code had written their row, until a replica can read the row."""
    await every(
        NEWER_S,
        lambda: retry_newer_once(live),
        (Transient, *TRANSIENT),
        failed=lambda error: log.warning("newer.retry_failed", error=type(error).__name__),
    )


async def retry_newer_once(live: Running[Any]) -> None:
    """Retry these records once, the oldest first.

    A record that was folded with an earlier one is gone when its turn comes.
    """
    for row in await live.pool.fetch(Q["parked_newer"], NEWER_AT_ONCE):
        try:
            await live.step.replay.retry(row["id"])
        except NotFound:
            continue


async def take_up_held(live: Running[Any]) -> None:
    """Fold the records that were set aside as soon as their row is free, in order."""
    held, pause = live.step.held, FIRST_PAUSE_S
    while True:
        live.health.beat("held")
        try:
            left = await take_up_held_once(live)
        except (Transient, *TRANSIENT) as error:
            log.info("held.retried", error=type(error).__name__)
            left = len(held)
        live.meters.held.set(left)
        pause = min(LAST_PAUSE_S, pause * 2) if left else LAST_PAUSE_S
        held.wake.clear()
        try:
            async with asyncio.timeout(pause):
                await held.wake.wait()
            pause = FIRST_PAUSE_S
            await asyncio.sleep(pause)
        except TimeoutError:
            continue


async def take_up_held_once(live: Running[Any]) -> int:
    """Look at all held keys once and fold the records of those that are free. Return how many keys stay."""
    step, pool = live.step, live.pool
    found = [row["key"] for row in await pool.fetch(Q["held_keys"])]
    step.held.add(key for key in found if key not in step.held)
    marks = step.held.marks()
    if not marks:
        return 0
    free = {row["key"] for row in await pool.fetch(Q["lockable"], sorted(marks, key=lambda key: key.int))}
    for key in sorted(free, key=lambda key: key.int):
        records = await step.replay.advance(key)
        if records:
            log.info("held.taken_up", key=str(key), records=records)
            live.relay.wake()
    waiting = {row["key"] for row in await pool.fetch(Q["held_keys"])}
    step.held.drop(marks, waiting | (marks.keys() - free))
    return len(step.held)
