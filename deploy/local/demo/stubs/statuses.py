"""Statuses of the WhatsApp stub: signed webhooks that report what became of the system's messages."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any

import httpx

STATUSES = ("sent", "delivered", "read")


def signature(secret: str, body: bytes) -> str:
    """Return the signature that Meta puts on a webhook: ``sha256=`` and the hex HMAC of the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def envelope(phone_number_id: str, statuses: Sequence[dict[str, Any]]) -> bytes:
    """Return the body of a webhook that holds ``statuses``."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "628000000000", "phone_number_id": phone_number_id},
        "statuses": list(statuses),
    }
    entry = {"id": "0", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def status(wamid: str, name: str, recipient: str, callback_data: str | None, code: int | None = None) -> dict[str, Any]:
    """Return one status in WhatsApp's format. ``callback_data`` is the id that the sender gave to the message."""
    entry: dict[str, Any] = {
        "id": wamid,
        "status": name,
        "timestamp": str(int(time.time())),
        "recipient_id": recipient.lstrip("+"),
    }
    if callback_data is not None:
        entry["biz_opaque_callback_data"] = callback_data
    if code is not None:
        entry["errors"] = [{"code": code, "title": "stub"}]
    return entry


class StatusPoster:
    """The sender of queued statuses, in order. It repeats each post until the webhook answers 200.

    Without a URL it drops the statuses.
    """

    def __init__(self, url: str | None, secret: str, phone_number_id: str, most: int = 100) -> None:
        self.url, self._secret, self._phone, self._most = url, secret, phone_number_id, most
        self._queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.posted = 0
        self.busy = False

    def add(self, entry: dict[str, Any]) -> None:
        """Queue one status, unless there is no URL."""
        if self.url:
            self._queue.put_nowait(entry)

    @property
    def waiting(self) -> int:
        """The number of queued statuses, plus one while a post is under way."""
        return self._queue.qsize() + int(self.busy)

    async def run(self) -> None:
        """Post until cancelled."""
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
            while True:
                batch = [await self._queue.get()]
                self.busy = True
                while len(batch) < self._most and not self._queue.empty():
                    batch.append(self._queue.get_nowait())
                await self._post(client, envelope(self._phone, batch))
                self.posted += len(batch)
                self.busy = False

    async def _post(self, client: httpx.AsyncClient, body: bytes) -> None:
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(self._secret, body)}
        wait = 0.1
        while self.url:
            try:
                answer = await client.post(self.url, content=body, headers=headers)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.OK:
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, 2.0)
