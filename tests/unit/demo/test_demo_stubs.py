"""The stubs of the chat platforms: they hand out what a citizen sent to who holds the token, and count what we send."""

import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.local.demo.stubs.outside import Outside

TOKEN = {"Authorization": "Bearer rahasia"}


@pytest.fixture
async def platform() -> AsyncIterator[httpx.AsyncClient]:
    outside = Outside(status_url=None, app_secret="a", webhook_secret="whsec_YQ==", token="rahasia")
    transport = httpx.ASGITransport(outside.web())
    async with httpx.AsyncClient(transport=transport, base_url="http://platform.example") as http:
        yield http


async def test_a_file_is_found_by_its_id_and_its_bytes_fit_the_hash(platform: httpx.AsyncClient) -> None:
    await platform.put("/files/77", content=b"suara", headers={"Content-Type": "audio/ogg"})
    place = (await platform.get("/v24.0/77", headers=TOKEN)).json()
    assert (place["mime_type"], place["file_size"]) == ("audio/ogg", 5)
    content = (await platform.get(place["url"], headers=TOKEN)).content
    assert hashlib.sha256(content).hexdigest() == place["sha256"]


async def test_a_file_needs_the_token_and_an_unknown_one_is_refused(platform: httpx.AsyncClient) -> None:
    await platform.put("/files/77", content=b"suara")
    assert (await platform.get("/v24.0/77")).status_code == 401
    assert (await platform.get("/files/77")).status_code == 401
    assert (await platform.get("/v24.0/78", headers=TOKEN)).status_code == 400


async def test_messages_on_instagram_and_by_sms_are_counted_apart_from_whatsapp(platform: httpx.AsyncClient) -> None:
    message = {"recipient": {"id": "9"}, "message": {"text": "Aduan diterima"}}
    assert (await platform.post("/v24.0/me/messages", json=message, headers=TOKEN)).json()["message_id"]
    assert (await platform.post("/sms", data={"to": "+628", "text": "Aduan"}, headers=TOKEN)).status_code == 200
    tally = (await platform.get("/tally")).json()
    assert {name: tally[name]["accepted"] for name in ("instagram", "sms", "whatsapp")} == {
        "instagram": 1,
        "sms": 1,
        "whatsapp": 0,
    }
    [read] = (await platform.get("/messages/instagram")).json()
    assert (read["to"], read["text"]) == ("9", "Aduan diterima")


async def test_messages_without_the_token_are_refused(platform: httpx.AsyncClient) -> None:
    assert (await platform.post("/v24.0/me/messages", json={"recipient": {"id": "9"}})).status_code == 401
    assert (await platform.post("/sms", data={"to": "+628", "text": "Aduan"})).status_code == 401
    tally = (await platform.get("/tally")).json()
    assert (tally["instagram"]["refused"], tally["sms"]["refused"]) == (1, 1)
