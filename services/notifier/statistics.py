"""Statistics of the notifier: counts for operators, and the gauges' values read from the tables."""

from typing import Any

from services.notifier.codes import CHANNELS
from services.notifier.metrics import MessageGauges
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import Q
from services.notifier.texts import approved_names
from shared.observability.logs import get_logger
from shared.runtime.running import Running

OTHER_TEMPLATE = "other"
log = get_logger()


async def count_waiting(running: Running[NotifierState]) -> list[dict[str, Any]]:
    """Return the counts of notices that wait for an address, by audience, OPD and kind."""
    return [dict(row) for row in await running.pool.fetch(Q["count_waiting"])]


async def count_pending(running: Running[NotifierState]) -> dict[str, int]:
    """Return the counts of what is in flight at the present domain time."""
    row = await running.pool.fetchrow(Q["count_pending"], running.clock.now())
    return dict(row) if row else {}


async def count_messages(running: Running[NotifierState]) -> list[dict[str, Any]]:
    """Return the counts of messages by channel and state."""
    return [dict(row) for row in await running.pool.fetch(Q["count_messages"])]


async def measure(running: Running[NotifierState], gauges: MessageGauges, settings: NotifierSettings) -> None:
    """Set all gauges, and the health of each channel, once."""
    pool = running.pool
    gauges.messages.clear()
    for row in await pool.fetch(Q["count_open"]):
        gauges.messages.labels(row["channel"], row["state"]).set(row["messages"])
    gauges.waiting.clear()
    for row in await pool.fetch(Q["count_waiting"]):
        gauges.waiting.labels(row["audience"]).inc(row["notices"])
    await _measure_stops(running, gauges)
    for row in await pool.fetch(Q["measure_overdue"], running.clock.now(), list(settings.channels)):
        gauges.overdue.labels(row["channel"]).set(row["seconds"])
        running.health.set(f"channel-{row['channel']}", row["seconds"] <= settings.overdue_seconds)


async def _measure_stops(running: Running[NotifierState], gauges: MessageGauges) -> None:
    pool = running.pool
    stopped = {row["channel"]: row for row in await pool.fetch(Q["list_stopped_channels"])}
    for channel in CHANNELS:
        gauges.stopped.labels(channel).set(channel in stopped and stopped[channel]["until"] is None)
        gauges.resting.labels(channel).set(channel in stopped and stopped[channel]["until"] is not None)
    for channel, row in stopped.items():
        log.error("channel.stopped", channel=channel, reason=row["reason"], rests=row["until"] is not None)
    names = approved_names()
    templates = [row["name"] for row in await pool.fetch(Q["list_stopped_templates"])]
    for name in sorted(names):
        gauges.templates.labels(name).set(name in templates)
    gauges.templates.labels(OTHER_TEMPLATE).set(any(name not in names for name in templates))
    for name in templates:
        log.error("template.stopped", template=name if name in names else OTHER_TEMPLATE)
    gone = [row["channel"] for row in await pool.fetch(Q["list_stopped_addresses"]) if row["until"] is None]
    for channel in CHANNELS:
        gauges.addresses.labels(channel).set(gone.count(channel))
