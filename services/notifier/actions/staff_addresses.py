"""The table of officers' and supervisors' addresses: its import from a file, and its listing."""

from pathlib import Path
from typing import Any

from services.notifier.channels.webhook_addresses import UnresolvedError, UnsafeAddressError, check
from services.notifier.codes import Channel
from services.notifier.errors import BadAddressesError
from services.notifier.settings import NotifierSettings
from services.notifier.staff_table import StaffAddress, read_staff_table
from services.notifier.store import Q
from shared.masking import masked_address
from shared.postgres.pool import open_pool
from shared.reference import open_opds


def read_file(file: Path) -> str:
    """Return the text of a CSV file. Raises BadAddressesError when it cannot be read as UTF-8 text."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadAddressesError(f"{file.name} cannot be read as a text file") from problem


async def import_addresses(settings: NotifierSettings, text: str) -> dict[str, int]:
    """Replace the table of officers and supervisors by the rows of ``text``; return the counts.

    Raises BadAddressesError, and imports nothing, when a row is bad or a webhook's address is refused.
    """
    rows = read_staff_table(text, open_opds(), allow_loopback=settings.webhook_allow_loopback)
    await _check_webhooks(rows, allow_loopback=settings.webhook_allow_loopback)
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        async with pool.acquire() as connection, connection.transaction():
            before = await connection.fetchval("SELECT now()")
            columns = [
                (
                    row.audience.value,
                    row.opd,
                    row.name,
                    row.channel.value,
                    row.address,
                    *(*row.secrets, None, None)[:2],
                )
                for row in rows
            ]
            await connection.execute(Q["import_addresses"], *(list(column) for column in zip(*columns, strict=True)))
            retired = await connection.fetch(Q["retire_addresses"], before)
            await connection.execute(Q["resume_imported_addresses"], before)
            await connection.execute(Q["wake_staff"])
    finally:
        await pool.close()
    return {"imported": len(rows), "retired": len(retired)}


async def _check_webhooks(rows: list[StaffAddress], *, allow_loopback: bool) -> None:
    for row in rows:
        if row.channel is Channel.WEBHOOK:
            try:
                await check(row.address, allow_loopback=allow_loopback)
            except (UnsafeAddressError, UnresolvedError) as problem:
                raise BadAddressesError(f"the webhook of {row.name}: {problem}") from problem


async def list_addresses(settings: NotifierSettings) -> list[dict[str, Any]]:
    """Return the officers and supervisors, with masked addresses."""
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        rows = await pool.fetch(Q["list_addresses"])
    finally:
        await pool.close()
    return [
        {**dict(row), "address": masked_address(row["address"]), "imported_at": f"{row['imported_at']:%F}"}
        for row in rows
    ]
