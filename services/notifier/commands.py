"""What the notifier's own commands do."""

from pathlib import Path
from typing import Any

from services.notifier.channels.addresses import UnresolvedError, UnsafeAddressError, check
from services.notifier.errors import BadAddressesError
from services.notifier.kinds import Channel
from services.notifier.people import Person, read_people
from services.notifier.settings import NotifierSettings
from services.notifier.store import Q
from shared.masking import masked_address
from shared.postgres.pool import open_pool
from shared.reference import opds


def read_file(file: Path) -> str:
    """The text of a CSV; raises BadAddressesError where it is none."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadAddressesError(f"{file.name} cannot be read as a text file") from problem


async def import_addresses(settings: NotifierSettings, text: str) -> dict[str, int]:
    """Replace the table of officers and supervisors by these rows; raises BadAddressesError and imports nothing."""
    people = read_people(text, opds(), allow_loopback=settings.webhook_allow_loopback)
    await _reachable(people, allow_loopback=settings.webhook_allow_loopback)
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        async with pool.acquire() as connection, connection.transaction():
            before = await connection.fetchval("SELECT now()")
            columns = [(p.audience.value, p.opd, p.name, p.channel.value, p.address, p.secret) for p in people]
            await connection.execute(Q["import_addresses"], *(list(column) for column in zip(*columns, strict=True)))
            retired = await connection.fetch(Q["retire_addresses"], before)
            await connection.execute(Q["wake_staff"])
    finally:
        await pool.close()
    return {"imported": len(people), "retired": len(retired)}


async def _reachable(people: list[Person], *, allow_loopback: bool) -> None:
    for person in people:
        if person.channel is Channel.WEBHOOK:
            try:
                await check(person.address, allow_loopback=allow_loopback)
            except (UnsafeAddressError, UnresolvedError) as problem:
                raise BadAddressesError(f"the webhook of {person.name}: {problem}") from problem


async def list_addresses(settings: NotifierSettings) -> list[dict[str, Any]]:
    """Who is told for whom; addresses masked."""
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        rows = await pool.fetch(Q["addresses"])
    finally:
        await pool.close()
    return [{**dict(row), "address": masked_address(row["address"]), "imported_at": f"{row['imported_at']:%F}"} for row in rows]
