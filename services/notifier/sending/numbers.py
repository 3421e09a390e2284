"""Keeps the gauges true, and says aloud what needs a person."""

import asyncio

from services.notifier.kinds import CHANNELS
from services.notifier.metrics import Numbers, from_the_start
from services.notifier.state import NotifierState
from services.notifier.store import Q
from services.notifier.wording import approved_names
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.service import Running

EVERY_S = 10.0
log = get_logger()


async def watch(running: Running[NotifierState]) -> None:
    """Every ten seconds, until cancelled."""
    numbers = Numbers(running.meters.registry)
    from_the_start(running.meters)
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
    templates = {row["name"] for row in await pool.fetch(Q["stopped_templates"])}
    for name in approved_names():
        numbers.templates.labels(name).set(name in templates)
    for name in sorted(templates & approved_names()):
        log.error("template.stopped", template=name)
    numbers.overdue.set(await pool.fetchval(Q["overdue"], running.clock.now()))
