"""The loop that finds out for all live streams of this process which complaints have changed."""

from __future__ import annotations

from typing import Any, Final

from services.intake.actions.watching import Watchers
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

log = get_logger()
LOOK_S: Final = 1.0


async def watch_complaints(running: Running[Any], watchers: Watchers) -> None:
    """Look for changes until cancelled. Then end all streams, because the server waits for open connections."""
    try:
        await every(LOOK_S, lambda: watchers.look(running.pool), TRANSIENT, failed=_failed)
    finally:
        watchers.close()


def _failed(error: Exception) -> None:
    log.warning("live.retried", error=type(error).__name__)
