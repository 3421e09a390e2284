"""The comparison of the version in force with the installed libraries and files, made once per version."""

from __future__ import annotations

import asyncio

from services.sla.versions.differences import InstalledDifference, compare_with_installed
from services.sla.versions.in_force import RuleVersions
from services.sla.versions.version import RuleVersion
from shared.observability.logs import get_logger
from shared.postgres.pool import Pool

log = get_logger()


class InstalledRules:
    """Compares each version that comes into force with what is installed, once, and remembers the difference."""

    def __init__(self, versions: RuleVersions) -> None:
        self._versions = versions
        self._compared: tuple[int, InstalledDifference] | None = None

    async def compare(self, pool: Pool) -> tuple[RuleVersion, InstalledDifference]:
        """Return the version in force and the difference between it and what is installed.

        The comparison reads the libraries, so it runs in a thread.
        """
        version = await self._versions.current(pool)
        if self._compared is None or self._compared[0] != version.number:
            difference = await asyncio.to_thread(compare_with_installed, version, self._versions.files)
            self._compared = version.number, difference
            if difference:
                log.warning(
                    "rules.differ",
                    version=version.number,
                    in_force=difference.fixed,
                    installed=difference.installed,
                    **difference.counts(),
                    days=[
                        day.isoformat() for day in (*difference.added, *difference.removed, *difference.renamed)[:10]
                    ],
                )
        return version, self._compared[1]
