"""The loop that counts how many reporters were asked what their complaints are about, and so keeps them few."""

from __future__ import annotations

from typing import Any, Final

from services.intake import store
from services.intake.actions.asking import AskingShare
from services.intake.metrics import ChoiceGauges
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

EVERY_S: Final = 5.0
log = get_logger()


async def count_choices(running: Running[Any], share: AskingShare) -> None:
    """Count until cancelled. Before the first count nobody is asked."""
    gauges = ChoiceGauges(running.meters.registry)

    async def once() -> None:
        counted = await store.count_choices(running.pool)
        share.counted(counted.filed, counted.asked)
        gauges.show(counted.filed, counted.asked, counted.chosen)

    await every(EVERY_S, once, TRANSIENT, failed=_failed)


def _failed(error: Exception) -> None:
    log.warning("choices.retried", error=type(error).__name__)
