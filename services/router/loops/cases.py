"""The loop that counts the cases that wait at the desks and at the OPDs, and those that were referred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from services.router.metrics import CaseGauges
from services.router.store import Q
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT

if TYPE_CHECKING:
    from shared.runtime.running import Running

EVERY_S: Final = 60.0
log = get_logger()


async def count_cases(running: Running[Any]) -> None:
    """Count every minute while this replica leads, and show nothing otherwise, until cancelled."""
    gauges = CaseGauges(running.meters.registry)

    async def once() -> None:
        if not running.leading():
            gauges.clear()
            return
        desks, of_opds, referred = [
            [dict(row) for row in await running.pool.fetch(Q[name])]
            for name in ("count_at_desks", "count_of_opds", "count_referred")
        ]
        gauges.show(desks, of_opds, referred, running.clock.now())

    await every(EVERY_S, once, TRANSIENT, failed=lambda error: log.warning("cases.retried", error=type(error).__name__))
