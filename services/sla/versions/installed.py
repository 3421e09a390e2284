"""The watch over the rules in force.

It fixes version 0 at the first start and reports what is installed but not in force.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from services.sla.metrics import RuleDifferenceGauge
from services.sla.versions import RuleVersion, RuleVersions, UnreadableRules
from services.sla.versions.differences import InstalledDifference, difference
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import Pool

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from shared.service import Running

log = get_logger()
EVERY_S = 60


class InstalledRules:
    """Compares each version that comes into force with what is installed, once."""

    def __init__(self, versions: RuleVersions) -> None:
        self._rulebook = versions
        self._seen: tuple[int, InstalledDifference] | None = None

    async def look(self, pool: Pool) -> tuple[RuleVersion, InstalledDifference]:
        """Return the version in force and how the installed data differs from it."""
        version = await self._rulebook.fresh(pool)
        if self._seen is None or self._seen[0] != version.number:
            found = await asyncio.to_thread(difference, version, self._rulebook.files)
            self._seen = version.number, found
            if found:
                log.warning(
                    "rules.differ",
                    version=version.number,
                    in_force=found.fixed,
                    installed=found.installed,
                    **found.counts(),
                    days=[day.isoformat() for day in (*found.added, *found.removed, *found.renamed)[:10]],
                )
        return version, self._seen[1]

    async def watch(self, running: Running[CaseClocks]) -> None:
        """Compare at the start and every minute, until cancelled."""
        meter = RuleDifferenceGauge(running.meters.registry)
        while True:
            try:
                _, found = await self.look(running.pool)
                meter.show(found.counts())
            except (*TRANSIENT, UnreadableRules) as error:
                log.warning("rules.retried", error=type(error).__name__)
            for _ in range(EVERY_S // 10):
                running.pulse.beat("rules")
                await asyncio.sleep(10)
