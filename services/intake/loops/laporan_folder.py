"""The loop that imports the exports of the watched folder, one replica at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from services.intake.actions.importing import import_laporan
from services.intake.actions.running import RunningIntake
from services.intake.laporan import NotALaporan
from services.intake.laporan.folder import DONE, REJECTED, LaporanFolder
from services.intake.metrics import LaporanGauges
from services.intake.settings import IntakeSettings
from services.intake.store import Q
from shared.backoff import every
from shared.errors import Transient, Unavailable
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.postgres.pool import Connection
from shared.runtime.running import Running

log = get_logger()
LOOK_S: Final = 10.0
# As large as an upload may be.
LARGEST: Final = 20 * 1024 * 1024
_LATER: Final = (*TRANSIENT, Transient, Unavailable)
_UNREADABLE: Final = "Berkas tidak boleh dibaca oleh layanan ini. Periksa hak aksesnya, lalu taruh kembali."
_TOO_LARGE: Final = "Berkas lebih besar dari 20 MB. Ekspor per kurun waktu yang lebih pendek."
_FAILED: Final = "Berkas ini menggagalkan pembacaan. Log layanan menyebut sebabnya."


async def watch_folder(running: Running[Any], settings: IntakeSettings) -> None:
    """Look into the folder every ten seconds until cancelled. A failure leaves the file for the next look."""
    if settings.laporan_folder is None:
        return
    intake, folder = RunningIntake(running, settings), LaporanFolder(settings.laporan_folder)
    gauges = LaporanGauges(running.meters.registry)

    async def once() -> None:
        try:
            await look(intake, folder)
        finally:
            counts = await asyncio.to_thread(folder.count)
            gauges.show(counts.waiting, counts.oldest_s, counts.rejected)

    await every(LOOK_S, once, _LATER, failed=_failed)


async def look(intake: RunningIntake, folder: LaporanFolder) -> None:
    """Import all files that lie there, unless another replica is at it."""
    async with intake.pool.acquire() as connection:
        if not await connection.fetchval(Q["take_laporan_folder"]):
            return
        try:
            for file in await asyncio.to_thread(folder.pick_up, intake.running.clock.now()):
                if not await asyncio.to_thread(folder.lay_down_reported, file):
                    await _import(intake, folder, file)
        finally:
            await _leave(connection)


async def _leave(connection: Connection) -> None:
    """Unlock the folder. The lock ends with its connection, so that a replica that died keeps nobody from the folder."""
    try:
        await connection.execute(Q["leave_laporan_folder"])
    except BaseException:
        # Includes CancelledError: the pool would keep the connection, and the lock with it.
        connection.terminate()
        raise


async def _import(intake: RunningIntake, folder: LaporanFolder, file: Path) -> None:
    """Import one file, and lay it down with its report. A file that cannot be imported is rejected with the reason."""
    place, report = REJECTED, {"reason": _TOO_LARGE}
    try:
        if (await asyncio.to_thread(file.stat)).st_size <= LARGEST:
            done = await import_laporan(intake, await asyncio.to_thread(file.read_bytes), "import")
            place, report = DONE, done.as_json()
    except NotALaporan as error:
        report = {"reason": str(error)}
    except PermissionError:
        report = {"reason": _UNREADABLE}
    except _LATER:
        raise
    except Exception as error:  # noqa: BLE001 - the file would end every process that takes it up
        log.error("laporan.failed", error=type(error).__name__)
        report = {"reason": _FAILED}
    await asyncio.to_thread(folder.lay_down, file, place, report)
    log.info("laporan.laid_down", place=place, bad=len(report.get("bad", ())))


def _failed(error: Exception) -> None:
    log.warning("laporan.retried", error=type(error).__name__)
