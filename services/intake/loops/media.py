"""The loops of the media store: the sweep, the fetching and comparing of files, and the events about them."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

from services.intake.actions.evidence import compare_evidence
from services.intake.actions.media import settle_files
from services.intake.media.fetching import MediaFetcher
from services.intake.media.keeping import MediaKeeper, make_files
from services.intake.media.marking import StoreMark
from services.intake.media.rows import Q
from services.intake.media.spool import delete_leftovers
from services.intake.media.sweeping import find_orphans, sweep
from services.intake.metrics import media_meters
from services.intake.settings import IntakeSettings
from shared.backoff import every
from shared.errors import Unavailable
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

log = get_logger()
SWEEP_S: Final = 5.0
ORPHANS_S: Final = 600.0
FETCH_S: Final = 2.0
SAY_S: Final = 1.0
COMPARE_S: Final = 2.0
_ON: Final = (Unavailable, *TRANSIENT)


async def sweep_media(running: Running[Any], settings: IntakeSettings) -> None:
    """Sweep the media store on the leading replica until cancelled. Each replica empties its own spool."""
    files = make_files(settings)
    mark, meters = StoreMark(running.pool, files), media_meters(running.meters.registry)
    looked: float | None = None

    async def once() -> None:
        nonlocal looked
        late = looked is None or time.monotonic() - looked >= ORPHANS_S
        if late:
            await asyncio.to_thread(delete_leftovers, settings.media_spool)
        [waiting] = await running.pool.fetch(Q["waiting"])
        meters.waiting.set(waiting["number"])
        meters.oldest.set(waiting["seconds"])
        if not running.leading():
            return
        await mark.check()
        for reason, number in (await sweep(running.pool, files, settings.media_unused_hours)).items():
            meters.settled(reason, number)
        if late:
            await find_orphans(running.pool, files)
            looked = time.monotonic()

    await every(SWEEP_S, once, _ON, failed=_failed)


async def fetch_media(running: Running[Any], settings: IntakeSettings) -> None:
    """Fetch awaited files until cancelled. Every replica takes part, and none takes a file that another has taken."""
    fetcher = MediaFetcher(MediaKeeper(running.pool, settings, meters=media_meters(running.meters.registry)))

    try:
        await every(FETCH_S, fetcher.fetch_due, _ON, failed=_failed)
    finally:
        await fetcher.close()


async def compare_media(running: Running[Any], settings: IntakeSettings) -> None:
    """Compare on the leading replica what agencies named as evidence, until cancelled."""
    files = make_files(settings)

    async def once() -> None:
        if running.leading():
            await compare_evidence(running, files)

    await every(COMPARE_S, once, _ON, failed=_failed)


async def say_media(running: Running[Any]) -> None:
    """Say on the leading replica what became of the files that channels held, until cancelled."""

    async def once() -> None:
        if running.leading():
            await settle_files(running)

    await every(SAY_S, once, _ON, failed=_failed)


def _failed(error: Exception) -> None:
    log.warning("media.retried", error=type(error).__name__)
