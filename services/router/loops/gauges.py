"""The loop that counts the voice notes which nobody has written down."""

from __future__ import annotations

from typing import Any, Final

from services.router.actions.case_lists import count_voices
from services.router.metrics import VoiceGauges
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running
from shared.worktime import Timetable

EVERY_S: Final = 10.0
log = get_logger()


async def update_gauges(running: Running[Any], hours: Timetable) -> None:
    """Count every ten seconds until cancelled."""
    gauges = VoiceGauges(running.meters.registry)

    async def once() -> None:
        counted = await count_voices(running, hours)
        gauges.waiting.set(counted.waiting)
        gauges.late.set(counted.late)

    await every(
        EVERY_S, once, TRANSIENT, failed=lambda error: log.warning("voices.retried", error=type(error).__name__)
    )
