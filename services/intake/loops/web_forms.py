"""The loop that deletes the web forms that nobody sent."""

from __future__ import annotations

from typing import Any, Final

from services.intake.store import Q
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

log = get_logger()
CLEAR_S: Final = 60.0


async def clear_forms(running: Running[Any]) -> None:
    """Delete forms a day after they were typed, on the leading replica, until cancelled."""

    async def once() -> None:
        if running.leading():
            await running.pool.execute(Q["clear_forms"])

    await every(CLEAR_S, once, TRANSIENT, failed=_failed)


def _failed(error: Exception) -> None:
    log.warning("forms.retried", error=type(error).__name__)
