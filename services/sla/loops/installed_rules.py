"""The loop that shows as a metric how the rules in force differ from what is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.sla.errors import UnreadableRules
from services.sla.metrics import RuleDifferenceGauge
from services.sla.versions.installed import InstalledRules
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from shared.runtime.running import Running

log = get_logger()
EVERY_S = 60


class InstalledRulesLoop:
    """Compares the rules in force with what is installed. The first comparison also fixes version 0."""

    def __init__(self, installed: InstalledRules) -> None:
        self._installed = installed

    async def watch_installed_rules(self, running: Running[CaseClocks]) -> None:
        """Compare at the start and every minute, until cancelled."""
        gauge = RuleDifferenceGauge(running.meters.registry)

        async def compare() -> None:
            _, difference = await self._installed.compare(running.pool)
            gauge.show(difference.counts())

        await every(
            EVERY_S,
            compare,
            (*TRANSIENT, UnreadableRules),
            failed=lambda error: log.warning("rules.retried", error=type(error).__name__),
            beat=lambda: running.health.beat("rules"),
        )
