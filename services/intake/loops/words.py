"""The loop that forgets the words of old complaints."""

from __future__ import annotations

from typing import Any, Final

from services.intake.rules.similarity import REMEMBERED
from services.intake.store import Q
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

log = get_logger()
FORGET_S: Final = 600.0


async def forget_words(running: Running[Any]) -> None:
    """Forget the words of complaints that are too old to be found, on the leading replica, until cancelled."""

    async def once() -> None:
        if running.leading():
            await running.pool.execute(Q["forget_old_words"], running.clock.now() - REMEMBERED)

    await every(FORGET_S, once, TRANSIENT, failed=_failed)


def _failed(error: Exception) -> None:
    log.warning("words.retried", error=type(error).__name__)
