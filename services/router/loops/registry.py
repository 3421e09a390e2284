"""The loop of the registry: the first version, the hand-over of cases, and the topics without an OPD."""

from __future__ import annotations

from typing import Any, Final

from services.router.actions.handing_over import HandOver
from services.router.actions.registry import RegistryDesk
from services.router.metrics import RegistryGauges
from services.router.registry.checking import without_office
from services.router.routing.offices import routed_opds
from shared.backoff import every
from shared.errors import Transient, Unavailable
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.reference import in_force
from shared.runtime.running import Running

EVERY_S: Final = 5.0
log = get_logger()


async def keep_registry(running: Running[Any]) -> None:
    """Look every five seconds until cancelled. Only the leader writes; every replica counts for its own metric."""
    gauges = RegistryGauges(running.meters.registry)
    desk, hand_over = RegistryDesk(running), HandOver(running)

    async def once() -> None:
        if running.leading():
            await desk.install()
            if moved := await hand_over.run():
                log.info("registry.handed_over", cases=moved)
        gauges.without_office.set(len(without_office(in_force(), routed_opds())))

    await every(
        EVERY_S,
        once,
        (*TRANSIENT, Transient, Unavailable),
        failed=lambda error: log.warning("registry.waiting", error=type(error).__name__),
        beat=lambda: running.health.beat("registry-keeper"),
    )
