"""The work behind the notifier's own commands on the command line."""

from pathlib import Path
from typing import Any, Literal

from services.notifier.channels.addresses import UnresolvedError, UnsafeAddressError, check, origin_of
from services.notifier.errors import BadAddressesError, ReceiverError
from services.notifier.kinds import Channel
from services.notifier.people import Person, fits, new_secret, read_people
from services.notifier.settings import NotifierSettings
from services.notifier.store import Q
from shared.masking import masked_address
from shared.postgres.pool import open_pool
from shared.reference import opds

Change = Literal["add", "rotate", "finish", "remove", "resume"]
CHANGES: dict[Change, str] = {
    "add": "add_receiver",
    "rotate": "rotate_receiver",
    "finish": "finish_receiver",
    "remove": "remove_receiver",
    "resume": "resume_receiver",
}
NOT_CHANGED: dict[Change, str] = {
    "add": "this receiver has a secret already; `rotate` gives it another",
    "rotate": "this receiver is not known, or a rotation is under way; `finish` ends it",
    "finish": "this receiver is not known, or no rotation is under way",
    "remove": "this receiver is not known",
    "resume": "none of this receiver's addresses is left alone",
}


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
    people = read_people(text, opds(), allow_loopback=settings.webhook_allow_loopback)
    await _reachable(people, allow_loopback=settings.webhook_allow_loopback)
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        async with pool.acquire() as connection, connection.transaction():
            before = await connection.fetchval("SELECT now()")
            columns = [
                (p.audience.value, p.opd, p.name, p.channel.value, p.address, *(*p.secrets, None, None)[:2])
                for p in people
            ]
            await connection.execute(Q["import_addresses"], *(list(column) for column in zip(*columns, strict=True)))
            retired = await connection.fetch(Q["retire_addresses"], before)
            await connection.execute(Q["addresses_named_again"], before)
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
    """Return the officers and supervisors, with masked addresses."""
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        rows = await pool.fetch(Q["addresses"])
    finally:
        await pool.close()
    return [
        {**dict(row), "address": masked_address(row["address"]), "imported_at": f"{row['imported_at']:%F}"}
        for row in rows
    ]


async def change_receiver(settings: NotifierSettings, address: str, change: Change) -> str | None:
    """Change one receiver that systems name in their submissions.

    Return its new secret, which is shown only now, or None when ``change`` makes none. Raises ReceiverError when
    ``address`` is no webhook address or the change does not fit the receiver's state.
    """
    if not fits(Channel.WEBHOOK, address, allow_loopback=settings.webhook_allow_loopback):
        raise ReceiverError("the receiver must be an address such as https://host")
    made = new_secret() if change in ("add", "rotate") else None
    values = (origin_of(address), made) if made else (origin_of(address),)
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        changed = await pool.fetchval(Q[CHANGES[change]], *values)
    finally:
        await pool.close()
    if changed is None:
        raise ReceiverError(NOT_CHANGED[change])
    return made


async def list_receivers(settings: NotifierSettings) -> list[dict[str, Any]]:
    """Return the receivers that systems may name, each with the number of secrets that sign its webhooks."""
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        return [dict(row) for row in await pool.fetch(Q["receivers"])]
    finally:
        await pool.close()
