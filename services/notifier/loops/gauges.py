"""Loop that updates the gauges and the channels' health, and logs stops that need a person."""

from services.notifier.codes import CHANNELS
from services.notifier.metrics import MessageGauges, create_outcomes
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.statistics import measure
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

EVERY_S = 10.0
log = get_logger()


async def update_gauges(running: Running[NotifierState], settings: NotifierSettings) -> None:
    """Measure every ten seconds until cancelled."""
    gauges = MessageGauges(running.meters.registry)
    create_outcomes(running.meters)
    for channel in CHANNELS:
        off = channel not in settings.channels
        gauges.off.labels(channel).set(off)
        if off:
            log.warning("channel.off", channel=channel)
    await every(
        EVERY_S,
        lambda: measure(running, gauges, settings),
        TRANSIENT,
        failed=lambda error: log.warning("numbers.retried", error=type(error).__name__),
        beat=lambda: running.health.beat("numbers"),
    )
