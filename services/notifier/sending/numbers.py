"""Keeps the gauges true, and says aloud what needs a person."""

import asyncio

from services.notifier.kinds import CHANNELS
from services.notifier.metrics import Numbers
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.service import Running

EVERY_S = 10.0
log = get_logger()


async def watch(running: Running[NotifierState]) -> None:
    """Every ten seconds, until cancelled."""
    numbers = Numbers(running.meters.registry)
    while True:
        running.pulse.beat("numbers")
        try:
            await measure(running, numbers)
        except TRANSIENT as error:
            log.warning("numbers.retried", error=type(error).__name__)
        await asyncio.sleep(EVERY_S)


async def measure(running: Running[NotifierState], numbers: Numbers) -> None:
    """All gauges once."""
    pool = running.pool
    numbers.messages.clear()
    for row in await pool.fetch(Q["open"]):
        numbers.messages.labels(row["channel"], row["state"]).set(row["messages"])
    numbers.waiting.clear()
    for row in await pool.fetch(Q["waiting"]):
        numbers.waiting.labels(row["audience"]).inc(row["notices"])
    stopped = {row["channel"]: row["reason"] for row in await pool.fetch(Q["stopped"])}
    for channel in CHANNELS:
        numbers.stopped.labels(channel).set(channel in stopped)
    for channel, reason in stopped.items():
        log.error("channel.stopped", channel=channel, reason=reason)
    numbers.overdue.set(await pool.fetchval(Q["overdue"], running.clock.now()))
