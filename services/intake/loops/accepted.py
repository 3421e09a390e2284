"""The loop that counts the accepted complaints by channel, whichever way they came."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from services.intake import store
from services.intake.metrics import AcceptedCounter
from shared.backoff import every
from shared.ids import first_id
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT

if TYPE_CHECKING:
    from shared.runtime.running import Running

EVERY_S: Final = 15.0
# A complaint's id is made before its commit, which may wait for Postgres.
SETTLED_S: Final = 60.0
log = get_logger()


async def count_accepted(running: Running[Any]) -> None:
    """Count what was accepted since the last look while this replica leads, until cancelled."""
    counter = AcceptedCounter(running.meters.registry)
    since: float | None = None

    async def once() -> None:
        nonlocal since
        until = time.time() - SETTLED_S
        if not running.leading():
            since = None
            return
        if since is not None:
            counter.count(await store.count_accepted(running.pool, first_id(since), first_id(until)))
        since = until

    await every(
        EVERY_S, once, TRANSIENT, failed=lambda error: log.warning("accepted.retried", error=type(error).__name__)
    )
