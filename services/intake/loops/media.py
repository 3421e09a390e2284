"""The loops of the media store: the sweep, and the fetching of files that the platform still holds."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from services.intake.media.errors import MediaAway
from services.intake.media.fetching import MediaFetcher
from services.intake.media.keeping import MediaKeeper, make_files
from services.intake.media.marking import StoreMark
from services.intake.media.spool import delete_leftovers
from services.intake.media.sweeping import find_orphans, sweep
from services.intake.settings import IntakeSettings
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

log = get_logger()
SWEEP_S: Final = 5.0
ORPHANS_S: Final = 600.0
FETCH_S: Final = 2.0
_ON: Final = (MediaAway, *TRANSIENT)


async def sweep_media(running: Running[Any], settings: IntakeSettings) -> None:
    """Sweep the media store on the leading replica until cancelled. Each replica empties its own spool."""
    files = make_files(settings)
    mark = StoreMark(running.pool, files)
    looked: float | None = None

    async def once() -> None:
        nonlocal looked
        late = looked is None or time.monotonic() - looked >= ORPHANS_S
        if late:
            await asyncio.to_thread(delete_leftovers, settings.media_spool)
        if not running.leading():
            return
        await mark.check()
        await sweep(running.pool, files, settings.media_unused_hours)
        if late:
            await find_orphans(running.pool, files)
            looked = time.monotonic()

    await every(SWEEP_S, once, _ON, failed=_failed)


async def fetch_media(running: Running[Any], settings: IntakeSettings) -> None:
    """Fetch awaited files until cancelled. Every replica takes part, and none takes a file that another has taken."""
    fetcher = MediaFetcher(MediaKeeper(running.pool, settings))

    try:
        await every(FETCH_S, fetcher.fetch_due, _ON, failed=_failed)
    finally:
        await fetcher.close()


def _failed(error: Exception) -> None:
    log.warning("media.retried", error=type(error).__name__)
