"""People who write on a chat channel: what they send goes to the real webhook, what they read lies at the stub."""

import io
import json
import re
import time
import uuid
from typing import Any

from PIL import Image, ImageDraw

from deploy.local.demo.doors import Addresses, signature, whatsapp_body
from deploy.local.demo.http import client

TICKET = re.compile(r"KT-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]")


class Chats:
    """All people of the scenes at the webhooks of the chat channels."""

    def __init__(self, to: Addresses, platform: str) -> None:
        self._to = to
        self._http, self._platform = client(to.whatsapp), client(platform)

    async def close(self) -> None:
        """Close the HTTP clients."""
        await self._http.aclose()
        await self._platform.aclose()

    async def whatsapp(self, number: str, kind: str, content: dict[str, Any]) -> None:
        """Send one WhatsApp message of this kind."""
        wamid, moment = f"wamid.{uuid.uuid4().hex.upper()}", str(int(time.time()))
        message = {"from": number, "id": wamid, "timestamp": moment, "type": kind, kind: content}
        raw = whatsapp_body(message, {"profile": {"name": "Warga Contoh"}, "wa_id": number})
        await self._signed("/v1/whatsapp/webhook", raw)

    async def say(self, number: str, text: str) -> None:
        """Send one WhatsApp message of words."""
        await self.whatsapp(number, "text", {"body": text})

    async def attach(self, number: str, kind: str, file: bytes, mime: str, **more: str) -> None:
        """Give a file to the platform and send the WhatsApp message that names it."""
        media = str(uuid.uuid4().int)[:15]
        held = await self._platform.put(f"/files/{media}", content=file, headers={"Content-Type": mime})
        held.raise_for_status()
        await self.whatsapp(number, kind, {"id": media, "mime_type": mime, **more})

    async def instagram(self, sender: str, text: str) -> None:
        """Send one message on Instagram Direct."""
        account, moment = "17800000000000001", int(time.time() * 1000)
        said = {
            "sender": {"id": sender},
            "recipient": {"id": account},
            "timestamp": moment,
            "message": {"mid": f"m_{uuid.uuid4().hex}", "text": text},
        }
        entry = {"id": account, "time": moment, "messaging": [said]}
        await self._signed("/v1/instagram/webhook", json.dumps({"object": "instagram", "entry": [entry]}).encode())

    async def sms(self, number: str, text: str) -> None:
        """Send one SMS by the gateway's form."""
        form = {"from": f"+{number}", "text": text, "id": uuid.uuid4().hex, "secret": self._to.app_secret}
        (await self._http.post("/v1/sms/webhook", data=form)).raise_for_status()

    async def read(self, channel: str, address: str) -> list[str]:
        """Return all that this person has read so far, the oldest first."""
        found = (await self._platform.get(f"/messages/{channel}")).json()
        return [one["text"] for one in found if one["to"].lstrip("+") == address]

    async def ticket(self, channel: str, address: str) -> str | None:
        """Return the first ticket that this person has read of, or None."""
        found = TICKET.search(" ".join(await self.read(channel, address)))
        return found[0] if found else None

    async def _signed(self, path: str, raw: bytes) -> None:
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signature(self._to.app_secret, raw)}
        (await self._http.post(path, content=raw, headers=headers)).raise_for_status()


def photo(shade: int) -> bytes:
    """Return a photo as a phone sends it: a JPEG of a dark road with a lamp post. Another shade is another photo."""
    picture = Image.new("RGB", (1280, 960), (shade, shade, shade + 24))
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 960), (560, 480), (720, 480), (1280, 960)], fill=(62, 60, 58))
    draw.rectangle([900, 180, 918, 760], fill=(120, 120, 124))
    draw.ellipse([860, 150, 950, 190], fill=(96, 96, 80))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
