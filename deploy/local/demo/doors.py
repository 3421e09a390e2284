"""The three doors of intake: adapter API, WhatsApp webhook, SP4N-LAPOR! import. Complaints go in by their real formats.

Some complaints of each door are sent twice on purpose.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.local.demo.http import client
from deploy.local.demo.samples import Samples, messages

# The number of complaints in one list that an adapter posts.
TOGETHER = 20
# One in so many is sent twice.
EVERY_REPEATED = 5
PHONE_NUMBER_ID = "100000000000001"


class Doubled(Exception):
    """A repeat got another answer than the first request."""


@dataclass(slots=True)
class Sent:
    """Everything that the doors acknowledged.

    ``tickets`` are by the sender's own id, ``links`` by ticket. ``whatsapp`` are messages by their id: their answer
    holds no ticket. ``report`` is the report of the import.
    """

    tickets: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    whatsapp: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeats: int = 0
    report: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of the three doors (one process, or three of one image), with their keys and secrets.

    ``whatsapp`` is the address of all chat channels, and ``adapter`` that of the web pages too.
    """

    adapter: str
    whatsapp: str
    sp4n: str
    adapter_key: str
    sp4n_key: str
    app_secret: str
    verify_token: str


def signature(secret: str, body: bytes) -> str:
    """Return the signature that Meta would put on a webhook with this body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def whatsapp_body(message: Mapping[str, Any], contact: Mapping[str, Any]) -> bytes:
    """Return the body of a webhook with one message of a person on WhatsApp."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "628000000000", "phone_number_id": PHONE_NUMBER_ID},
        "contacts": [contact],
        "messages": [message],
    }
    entry = {"id": "0", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}, ensure_ascii=False).encode()


class Doors:
    """The sender of all samples. ``sent`` keeps everything that was acknowledged."""

    def __init__(self, addresses: Addresses, receiver: str) -> None:
        self._to, self._receiver = addresses, receiver
        self._http = client()
        self._at_once = asyncio.Semaphore(8)
        self.sent = Sent()

    async def close(self) -> None:
        """Close the HTTP client."""
        await self._http.aclose()

    async def send(self, samples: Samples) -> Sent:
        """Send all samples through the three doors at the same time. Raises Doubled when a repeat is answered anew."""
        await asyncio.gather(self._adapter(samples), self._whatsapp(samples), self._sp4n(samples))
        return self.sent

    # adapters ------------------------------------------------------------------------------------------------------

    async def _adapter(self, samples: Samples) -> None:
        bodies = [self._reachable(body) for body in samples.adapter]
        singles, listed = bodies[: len(bodies) // 3], bodies[len(bodies) // 3 :]
        await asyncio.gather(
            *(self._single(body, again=place % EVERY_REPEATED == 0) for place, body in enumerate(singles))
        )
        lists = [listed[start : start + TOGETHER] for start in range(0, len(listed), TOGETHER)]
        await asyncio.gather(*(self._listed(bodies, again=place == 0) for place, bodies in enumerate(lists)))

    def _reachable(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return ``body`` with the sample's callback address replaced by the webhook receiver of this demo."""
        if "callback_url" not in body:
            return body
        return body | {"callback_url": f"{self._receiver}/hooks/{body['callback_url'].rstrip('/').rpartition('/')[2]}"}

    async def _single(self, body: dict[str, Any], *, again: bool) -> None:
        token = {"Idempotency-Key": f"demo-{body['external_id']}"}
        first = await self._post("/v1/submissions", body, token)
        self._note(body, first)
        if again:
            self._same(first, await self._post("/v1/submissions", body, token))

    async def _listed(self, bodies: list[dict[str, Any]], *, again: bool) -> None:
        first = await self._post("/v1/submissions", bodies, {})
        for body, item in zip(bodies, first["items"], strict=True):
            self._note(body, item)
        if again:
            second = await self._post("/v1/submissions", bodies, {})
            for one, other in zip(first["items"], second["items"], strict=True):
                self._same(one, other)

    async def _post(self, path: str, body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
        async with self._at_once:
            key = {"Authorization": f"Bearer {self._to.adapter_key}"}
            answer = await self._http.post(self._to.adapter + path, json=body, headers=key | dict(headers))
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def _note(self, body: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        if answer["status"] == "refused":
            raise RuntimeError(f"the sample {body['external_id']} was refused: {answer['problem']}")
        self.sent.tickets[body["external_id"]] = answer["ticket"]
        self.sent.links[answer["ticket"]] = answer["link"]

    def _same(self, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
        self.sent.repeats += 1
        if second["status"] != "repeated" or second["ticket"] != first["ticket"]:
            raise Doubled(f"the repeat of {first['ticket']} was {second['status']} as {second.get('ticket')}")

    # WhatsApp ------------------------------------------------------------------------------------------------------

    async def _whatsapp(self, samples: Samples) -> None:
        await self._handshake()
        await asyncio.gather(
            *(self._webhook(body, place % EVERY_REPEATED == 0) for place, body in enumerate(samples.whatsapp))
        )

    async def _handshake(self) -> None:
        asked = {"hub.mode": "subscribe", "hub.verify_token": self._to.verify_token, "hub.challenge": "20260302"}
        answer = await self._http.get(f"{self._to.whatsapp}/v1/whatsapp/webhook", params=asked)
        if answer.text != "20260302":
            raise RuntimeError(f"the webhook's handshake was answered {answer.status_code}")

    async def _webhook(self, webhook: dict[str, Any], again: bool) -> None:
        heard = messages(webhook)
        for message in heard:
            message["timestamp"] = str(int(time.time()))
        raw = json.dumps(webhook, ensure_ascii=False).encode()
        for _ in range(2 if again else 1):
            await self.post_webhook(raw)
        self.sent.repeats += len(heard) if again else 0
        self.sent.whatsapp |= {message["id"]: message for message in heard}

    async def post_webhook(self, raw: bytes) -> None:
        """Post one signed webhook. Raises HTTPStatusError when the answer is an error."""
        async with self._at_once:
            headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(self._to.app_secret, raw)}
            answer = await self._http.post(f"{self._to.whatsapp}/v1/whatsapp/webhook", content=raw, headers=headers)
        answer.raise_for_status()

    # SP4N-LAPOR! ---------------------------------------------------------------------------------------------------

    async def _sp4n(self, samples: Samples) -> None:
        first, second = [await self._upload(samples.laporan) for _ in range(2)]
        if second["accepted"] or second["tickets"] != first["tickets"]:
            raise Doubled(f"the second import of the same file accepted {second['accepted']} rows")
        self.sent.report = first
        self.sent.repeats += second["unchanged"]
        self.sent.tickets |= first["tickets"]

    async def _upload(self, content: bytes) -> dict[str, Any]:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        answer = await self._http.post(
            f"{self._to.sp4n}/v1/imports/laporan-ringkas",
            files={"file": ("laporan_ringkas.xlsx", content, kind)},
            headers={"Authorization": f"Bearer {self._to.sp4n_key}"},
        )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found
