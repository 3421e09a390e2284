"""Receivers of webhooks that systems name as ``callback_url``: each has one secret, or two during a rotation."""

from typing import Any, Literal

from services.notifier.channels.addresses import address_fits
from services.notifier.channels.webhook_addresses import origin_of
from services.notifier.channels.webhook_secrets import new_secret
from services.notifier.codes import Channel
from services.notifier.errors import ReceiverError
from services.notifier.settings import NotifierSettings
from services.notifier.store import Q
from shared.postgres.pool import open_pool

ReceiverChange = Literal["add", "rotate", "finish", "remove", "resume"]
QUERIES: dict[ReceiverChange, str] = {
    "add": "add_receiver",
    "rotate": "rotate_receiver",
    "finish": "finish_receiver",
    "remove": "remove_receiver",
    "resume": "resume_receiver",
}
REFUSALS: dict[ReceiverChange, str] = {
    "add": "this receiver has a secret already; `rotate` gives it another",
    "rotate": "this receiver is not known, or a rotation is under way; `finish` ends it",
    "finish": "this receiver is not known, or no rotation is under way",
    "remove": "this receiver is not known",
    "resume": "none of this receiver's addresses is left alone",
}


async def change_receiver(settings: NotifierSettings, address: str, change: ReceiverChange) -> str | None:
    """Change one receiver that systems name in their submissions.

    Return its new secret, which is shown only now, or None when ``change`` makes none. Raises ReceiverError when
    ``address`` is no webhook address or the change does not fit the receiver's state.
    """
    if not address_fits(Channel.WEBHOOK, address, allow_loopback=settings.webhook_allow_loopback):
        raise ReceiverError("the receiver must be an address such as https://host")
    secret = new_secret() if change in ("add", "rotate") else None
    values = (origin_of(address), secret) if secret else (origin_of(address),)
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        changed = await pool.fetchval(Q[QUERIES[change]], *values)
    finally:
        await pool.close()
    if changed is None:
        raise ReceiverError(REFUSALS[change])
    return secret


async def list_receivers(settings: NotifierSettings) -> list[dict[str, Any]]:
    """Return the receivers that systems may name, each with the number of secrets that sign its webhooks."""
    pool = await open_pool(settings.dsn.get_secret_value(), size=1, name="notifier-command")
    try:
        return [dict(row) for row in await pool.fetch(Q["list_receivers"])]
    finally:
        await pool.close()
