"""A disk of its own for Kafka or Postgres that runs full under load, and has room again later."""

import asyncio
import contextlib
import errno
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from deploy.local.postgres import LocalPostgres
from tests.chaos.field import Field

FULL_S = 20.0
BACK_WITHIN_S = 60.0
MIB = 1024 * 1024
FILLER = "filler"


@contextlib.contextmanager
def small(folder: Path, mebibytes: int) -> Iterator[None]:
    """Put a small disk in memory at ``folder`` for the block. Needs the right to mount."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


async def fill_postgres(field: Field) -> None:
    """Fill the disk of Postgres. It refuses what it cannot write, and is started again if it ended."""
    postgres = field.system.infra.postgres
    assert isinstance(postgres, LocalPostgres)
    failed = field.filer.failed.total()
    async with _filled(field, postgres.root):
        await asyncio.sleep(FULL_S)
        field.report(f"Postgres {'runs' if postgres.running else 'has ended'}")
    field.verdict.none(int(field.filer.failed.total() == failed), "the disk was never full")
    if not postgres.running:
        await asyncio.to_thread(postgres.start)
    await _through(field)


async def fill_kafka(field: Field) -> None:
    """Fill the disk of the only broker. It ends, and is started again when there is room, as a supervisor does."""
    (broker,) = field.kafka.nodes
    async with _filled(field, broker.root):
        async with asyncio.timeout(BACK_WITHIN_S):
            while broker.running:
                await asyncio.sleep(0.5)
        field.report("the broker has ended")
        await asyncio.sleep(FULL_S)
    await asyncio.to_thread(field.kafka.stop)
    await asyncio.to_thread(field.kafka.start)
    await _through(field)
    field.verdict.none(field.filer.failed.total(), f"tries that intake did not take ({dict(field.filer.failed)})")


@contextlib.asynccontextmanager
async def _filled(field: Field, disk: Path) -> AsyncIterator[None]:
    await asyncio.sleep(5)
    field.report(f"fill the disk of {disk.name}")
    await asyncio.to_thread(_fill, disk / FILLER)
    try:
        yield
    finally:
        (disk / FILLER).unlink()
        field.report("there is room again")


def _fill(filler: Path) -> None:
    """Write until nothing more fits. Nobody can then write a page, for what is freed meanwhile is taken as well."""
    with filler.open("wb", buffering=0) as output:
        for piece in (bytes(MIB), bytes(4096)):
            try:
                while True:
                    output.write(piece)
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise


async def _through(field: Field) -> None:
    took = await field.until_through(time.monotonic())
    field.report(f"complaints are through {took:.1f} s later")
    field.verdict.none(int(took > BACK_WITHIN_S), f"complaints are through late ({took:.1f} s)")
    field.verdict.figures |= {"back_seconds": round(took, 1), "failed_tries": dict(field.filer.failed)}
