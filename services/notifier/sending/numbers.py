"""Loop that updates the gauges and the channels' health, and logs stops that need a person."""

import asyncio

from services.notifier.kinds import CHANNELS
from services.notifier.metrics import Numbers, from_the_start
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import Q
from services.notifier.wording import approved_names
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

EVERY_S = 10.0
OTHER_TEMPLATE = "other"
log = get_logger()


async def watch(running: Running[NotifierState], settings: NotifierSettings) -> None:
    """Measure every ten seconds until cancelled."""
    numbers = Numbers(running.meters.registry)
    from_the_start(running.meters)
    for channel in CHANNELS:
        off = channel not in settings.channels
        numbers.off.labels(channel).set(off)
        if off:
            log.warning("channel.off", channel=channel)
    while True:
        running.health.beat("numbers")
        try:
            await measure(running, numbers, settings)
        except TRANSIENT as error:
            log.warning("numbers.retried", error=type(error).__name__)
        await asyncio.sleep(EVERY_S)


async def measure(running: Running[NotifierState], numbers: Numbers, settings: NotifierSettings) -> None:
    """Set all gauges, and the health of each channel, once."""
    pool = running.pool
    numbers.messages.clear()
    for row in await pool.fetch(Q["open"]):
        numbers.messages.labels(row["channel"], row["state"]).set(row["messages"])
    numbers.waiting.clear()
    for row in await pool.fetch(Q["waiting"]):
        numbers.waiting.labels(row["audience"]).inc(row["notices"])
    await _stopped(running, numbers)
    for row in await pool.fetch(Q["overdue"], running.clock.now(), list(settings.channels)):
        numbers.overdue.labels(row["channel"]).set(row["seconds"])
        running.health.set(f"channel-{row['channel']}", row["seconds"] <= settings.overdue_seconds)


async def _stopped(running: Running[NotifierState], numbers: Numbers) -> None:
    pool = running.pool
    stopped = {row["channel"]: row for row in await pool.fetch(Q["stopped"])}
    for channel in CHANNELS:
        numbers.stopped.labels(channel).set(channel in stopped and stopped[channel]["until"] is None)
        numbers.resting.labels(channel).set(channel in stopped and stopped[channel]["until"] is not None)
    for channel, row in stopped.items():
        log.error("channel.stopped", channel=channel, reason=row["reason"], rests=row["until"] is not None)
    names = approved_names()
    templates = [row["name"] for row in await pool.fetch(Q["stopped_templates"])]
    for name in sorted(names):
        numbers.templates.labels(name).set(name in templates)
    numbers.templates.labels(OTHER_TEMPLATE).set(any(name not in names for name in templates))
    for name in templates:
        log.error("template.stopped", template=name if name in names else OTHER_TEMPLATE)
    gone = [row["channel"] for row in await pool.fetch(Q["stopped_addresses"]) if row["until"] is None]
    for channel in CHANNELS:
        numbers.addresses.labels(channel).set(gone.count(channel))
