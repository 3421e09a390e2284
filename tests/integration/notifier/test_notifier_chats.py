"""Instagram and SMS on the real Postgres: what reaches the platform and the gateway, and what is told another way."""

import contextlib
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

import pytest

from shared.events import contacts
from tests.integration.notifier.conftest import Room, Stubs, make_room
from tests.support.infra import Database
from tests.support.notifier_facts import TICKET, linked, opened, resolved
from tests.support.notifier_rooms import reaches, states
from tests.support.receiver import Receiver, receiver

IGSID = "17841400000000123"
MOBILE = "6281200001234"
SENT = b"HTTP/1.1 200 OK\nContent-Length: %d\nConnection: close\n\n%s"


def answer(content: bytes, status: bytes = b"200 OK") -> bytes:
    return SENT.replace(b"200 OK", status) % (len(content), content)


class World:
    """A notifier with Instagram's platform and an SMS gateway outside."""

    def __init__(self, room: Room, outside: Receiver) -> None:
        self.room, self.outside = room, outside

    async def person(self, channel: Any, address: str, *, wrote: bool = True) -> tuple[UUID, UUID]:
        """Return the complaint and the contact of a new reporter."""
        complaint, person = uuid4(), uuid4()
        told = [contacts.WindowOpened(at=self.room.now())] if wrote else []
        await self.room.hear(person, linked(complaint, channel=channel, address=address), *told)
        await self.room.hear(complaint, opened(self.room.now(), person, channel=channel))
        return complaint, person

    def sms(self) -> list[dict[str, list[str]]]:
        """Return the forms that the gateway got."""
        return [
            parse_qs(body.decode())
            for path, (_, body) in zip(self.outside.asked, self.outside.requests, strict=True)
            if path == "/sms"
        ]

    def direct(self) -> list[dict[str, Any]]:
        """Return the messages that Instagram got."""
        return [
            json.loads(body)
            for path, (_, body) in zip(self.outside.asked, self.outside.requests, strict=True)
            if path == "/v24.0/me/messages"
        ]


@pytest.fixture
async def world(notifier_database: Database, stubs: Stubs, clock_file: Path) -> AsyncIterator[World]:
    async with contextlib.AsyncExitStack() as stack:
        outside = await stack.enter_async_context(receiver())
        outside.answers["/v24.0/me/messages"] = answer(b'{"recipient_id": "1", "message_id": "mid.9"}')
        outside.answers["/sms"] = answer(b"OK id=77")
        more = {
            "instagram_base": outside.url, "instagram_token": "token-ig",
            "sms_url": f"{outside.url}/sms", "sms_fields": "user=tanggap&password=rahasia",
            "sms_success": r"OK id=(\d+)", "sms_token": "token-sms",
        }  # fmt: skip
        room = await stack.enter_async_context(make_room(notifier_database, stubs, clock_file, **more))
        yield World(room, outside)


async def test_a_reporter_on_instagram_is_told_there_while_the_window_is_open(world: World) -> None:
    await world.person("instagram", IGSID)
    await world.room.settle()
    [told] = world.direct()
    assert told["recipient"] == {"id": IGSID}
    assert TICKET in told["message"]["text"]
    headers, _ = world.outside.requests[0]
    assert headers["authorization"] == "Bearer token-ig"
    assert (await reaches(world.room, "sent"))["provider_id"] == "mid.9"


async def test_after_the_window_a_reporter_on_instagram_is_listed_for_a_person(world: World) -> None:
    complaint, _ = await world.person("instagram", IGSID)
    await world.room.settle()
    world.room.at(world.room.now() + timedelta(hours=25))
    await world.room.hear(complaint, resolved())
    world.room.at(world.room.now() + timedelta(minutes=2))
    assert (await reaches(world.room, "given_up"))["reason"] == "window closed"
    assert len(world.direct()) == 1


async def test_after_the_window_another_channel_of_the_reporter_is_used(world: World) -> None:
    complaint, person = await world.person("instagram", IGSID, wrote=False)
    other = uuid4()
    await world.room.hear(other, linked(complaint, channel="sms", address=MOBILE))
    await world.room.settle()
    [form] = world.sms()
    assert form["to"] == [f"+{MOBILE}"]
    assert world.direct() == []
    assert person != other


async def test_an_sms_has_the_gateway_s_form_and_the_secret_page(world: World) -> None:
    await world.person("sms", MOBILE, wrote=False)
    await world.room.settle()
    [form] = world.sms()
    assert (form["to"], form["user"], form["password"]) == ([f"+{MOBILE}"], ["tanggap"], ["rahasia"])
    assert form["text"][0].startswith("Tanggap Kaltim:")
    assert f"https://tanggap.example/aduan/{TICKET}/rahasia" in form["text"][0]
    assert (await reaches(world.room, "sent"))["provider_id"] == "77"


async def test_stop_is_honoured_on_sms_after_its_own_answer(world: World) -> None:
    complaint, person = await world.person("sms", MOBILE, wrote=False)
    await world.room.settle()
    reply = contacts.ReplyRequested(template="opted_out", channel="sms", address=MOBILE)
    await world.room.hear(person, contacts.OptedOut(), reply)
    await world.room.settle()
    await world.room.hear(complaint, resolved())
    world.room.at(world.room.now() + timedelta(minutes=2))
    assert (await reaches(world.room, "suppressed"))["reason"] == "opted out"
    assert len(world.sms()) == 2
    assert "MULAI" in world.sms()[1]["text"][0]


async def test_a_question_on_sms_has_numbered_lines(world: World) -> None:
    params = {"text": "Sudah benar?", "choice:draft:send": "Kirim", "choice:draft:edit": "Ubah"}
    fact = contacts.ReplyRequested(template="reply", params=params, channel="sms", address=MOBILE)
    await world.room.hear(uuid4(), fact)
    await world.room.settle()
    [form] = world.sms()
    assert form["text"] == ["Sudah benar?\n1. Kirim\n2. Ubah\nBalas dengan angkanya."]


async def test_a_gateway_that_refuses_is_not_asked_again_and_a_person_sees_it(world: World) -> None:
    world.outside.answers["/sms"] = answer(b"ERROR saldo habis")
    await world.person("sms", MOBILE, wrote=False)
    assert (await reaches(world.room, "given_up"))["reason"] == "no success"
    assert len(world.sms()) == 1


async def test_a_refused_token_stops_the_channel_and_loses_nothing(world: World) -> None:
    world.outside.answers["/v24.0/me/messages"] = answer(b'{"error": {"code": 190}}', b"401 Unauthorized")
    await world.person("instagram", IGSID)
    for _ in range(200):
        if await world.room.live.pool.fetchval("SELECT true FROM stopped_channels WHERE channel = 'instagram'"):
            break
        await world.room.live.pool.execute("SELECT pg_sleep(0.05)")
    assert [state for state, _ in await states(world.room)] == ["due"]


async def test_channels_without_settings_are_off(notifier_database: Database, stubs: Stubs, clock_file: Path) -> None:
    async with make_room(notifier_database, stubs, clock_file) as room:
        found = {}
        for _ in range(100):
            found = {
                channel: room.live.meters.registry.get_sample_value("tanggap_channel_off", {"channel": channel})
                for channel in ("whatsapp", "instagram", "sms")
            }
            if found["sms"]:
                break
            await room.live.pool.execute("SELECT pg_sleep(0.05)")
        assert found == {"whatsapp": 0, "instagram": 1, "sms": 1}
