"""The operators' door."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.notifier.rules.rows import ResumeSending, StopSending
from services.notifier.store import save_rows
from shared.events import contacts
from shared.web.keys import Keys
from tests.support.notifier_facts import linked, opened
from tests.support.web import web_of

Room = Any


@contextlib.asynccontextmanager
async def door(room: Room, role: str | None = "operator") -> AsyncIterator[httpx.AsyncClient]:
    headers = {}
    if role:
        key = await Keys(room.live.pool).create(owner="test", role=role, opd="dishub" if role == "officer" else None)
        headers["Authorization"] = f"Bearer {key}"
    transport = httpx.ASGITransport(app=web_of(room.live))
    async with httpx.AsyncClient(transport=transport, base_url="http://notifier", headers=headers) as client:
        yield client


async def given_up(room: Room, people: int = 1) -> None:
    room.stubs.order(refusals=[{"code": 132005}] * people)
    for number in range(people):
        complaint, person = uuid4(), uuid4()
        await room.hear(
            person, linked(complaint, address=f"+628000000{number:04}"), contacts.WindowOpened(at=room.now())
        )
        await room.hear(complaint, opened(room.now(), person))
    await room.settle()


PATHS = [
    ("GET", "/v1/messages"),
    ("GET", "/v1/waiting"),
    ("GET", "/v1/pending"),
    ("GET", "/v1/counts"),
    ("GET", "/v1/channels/stopped"),
    ("POST", "/v1/channels/email/resume"),
    ("GET", "/v1/templates/stopped"),
    ("POST", "/v1/templates/tanggap_x/resume"),
    ("GET", "/v1/addresses/stopped"),
    ("POST", f"/v1/messages/{uuid4()}/retry"),
    ("POST", f"/v1/messages/{uuid4()}/acknowledge"),
    ("POST", f"/v1/messages/{uuid4()}/other-channel"),
]


@pytest.mark.parametrize(("role", "status"), [(None, 401), ("officer", 403)])
async def test_no_door_opens_without_the_right_key(room: Room, role: str | None, status: int) -> None:
    async with door(room, role) as client:
        answers = [(await client.request(method, path, json={})).status_code for method, path in PATHS]
    assert answers == [status] * len(PATHS)


async def test_a_given_up_message_is_listed_without_text_or_whole_address(room: Room) -> None:
    await given_up(room)
    async with door(room) as client:
        answer = await client.get("/v1/messages")
    [message] = answer.json()["messages"]
    assert (message["state"], message["reason"], message["code"]) == ("given_up", "whatsapp 132005", 132005)
    assert "8000000" not in answer.text


async def test_the_list_goes_on_where_a_page_ended(room: Room) -> None:
    await given_up(room, people=3)
    async with door(room) as client:
        first = (await client.get("/v1/messages", params={"limit": 2})).json()
        second = (await client.get("/v1/messages", params={"limit": 2, "after": first["next"]})).json()
    assert [len(page["messages"]) for page in (first, second)] == [2, 1]


async def test_a_retry_sends_it_after_all(room: Room) -> None:
    await given_up(room)
    async with door(room) as client:
        message = (await client.get("/v1/messages")).json()["messages"][0]["id"]
        assert (
            await client.post(f"/v1/messages/{message}/retry", json={"why": "templat diperbaiki"})
        ).status_code == 200
        await room.settle()
        again = await client.post(f"/v1/messages/{message}/retry", json={})
    assert room.stubs.tally()["whatsapp"]["accepted"] == 1
    assert (again.status_code, again.json()["code"]) == (409, "not_given_up")


async def test_an_acknowledged_message_leaves_the_list(room: Room) -> None:
    await given_up(room)
    async with door(room) as client:
        message = (await client.get("/v1/messages")).json()["messages"][0]["id"]
        await client.post(f"/v1/messages/{message}/acknowledge", json={"why": "ditelepon"})
        assert (await client.get("/v1/messages")).json()["messages"] == []


async def test_another_address_by_hand_gets_the_message_once(room: Room) -> None:
    await given_up(room)
    async with door(room) as client:
        message = (await client.get("/v1/messages")).json()["messages"][0]["id"]
        refused = await client.post(f"/v1/messages/{message}/other-channel", json={"channel": "email"})
        wrong = await client.post(
            f"/v1/messages/{message}/other-channel", json={"channel": "email", "address": "bukan-alamat"}
        )
        taken = await client.post(
            f"/v1/messages/{message}/other-channel", json={"channel": "email", "address": "warga@contoh.example"}
        )
    await room.settle()
    assert [answer.status_code for answer in (refused, wrong, taken)] == [409, 422, 200]
    assert [mail["to"] for mail in room.stubs.messages("email")] == ["warga@contoh.example"]


async def test_a_mail_address_by_hand_is_stored_as_it_is_sent_to(room: Room) -> None:
    await given_up(room)
    async with door(room) as client:
        message = (await client.get("/v1/messages")).json()["messages"][0]["id"]
        taken = await client.post(
            f"/v1/messages/{message}/other-channel", json={"channel": "email", "address": " Warga@BÜRO.example "}
        )
    await room.settle()
    assert taken.status_code == 200
    assert [mail["to"] for mail in room.stubs.messages("email")] == ["Warga@xn--bro-hoa.example"]


async def test_a_message_that_does_not_exist_is_not_found(room: Room) -> None:
    async with door(room) as client:
        answer = await client.post(f"/v1/messages/{uuid4()}/retry", json={})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")


async def test_a_bad_place_in_the_list_is_refused_by_name(room: Room) -> None:
    async with door(room) as client:
        answer = await client.get("/v1/messages", params={"after": "x"})
    assert answer.status_code == 422


async def test_a_stopped_channel_is_shown_and_resumed(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 190, "status": 401}])
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint), contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person))
    async with door(room) as client:
        for _ in range(100):
            stopped = (await client.get("/v1/channels/stopped")).json()
            if stopped:
                break
            await room.live.pool.execute("SELECT pg_sleep(0.05)")
        assert [stop["channel"] for stop in stopped] == ["whatsapp"]
        assert (await client.post("/v1/channels/whatsapp/resume")).status_code == 200
        await room.settle()
        assert (await client.get("/v1/counts")).json() == [{"channel": "whatsapp", "state": "sent", "messages": 1}]
        assert (await client.post("/v1/channels/whatsapp/resume")).status_code == 404


async def test_who_cannot_be_told_for_want_of_an_address_is_shown(room: Room) -> None:
    await room.hear(uuid4(), opened(room.now(), uuid4()))
    async with door(room) as client:
        for _ in range(100):
            waiting = (await client.get("/v1/waiting")).json()
            if waiting:
                break
            await room.live.pool.execute("SELECT pg_sleep(0.05)")
    assert (waiting[0]["audience"], waiting[0]["kind"], waiting[0]["notices"]) == ("citizen", "acknowledged", 1)


async def test_a_stopped_template_is_listed_and_resumed(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 132001}])
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint))
    await room.hear(complaint, opened(room.now(), person))
    async with door(room) as client:
        for _ in range(100):
            stopped = (await client.get("/v1/templates/stopped")).json()
            if stopped and stopped[0]["messages"]:
                break
            await room.live.pool.execute("SELECT pg_sleep(0.05)")
        assert [(stop["name"], stop["messages"]) for stop in stopped] == [("tanggap_aduan_diterima", 1)]
        assert (await client.post("/v1/templates/tanggap_aduan_diterima/resume")).status_code == 200
        await room.settle()
        again = await client.post("/v1/templates/tanggap_aduan_diterima/resume")
        wrong = await client.post("/v1/templates/%00/resume")
        unknown = await client.post("/v1/templates/tidak_ada/resume")
    assert room.stubs.tally()["whatsapp"]["accepted"] == 1
    assert (again.status_code, wrong.status_code, unknown.status_code) == (404, 400, 404)


async def test_addresses_that_are_left_alone_are_listed_without_their_secret_paths(room: Room) -> None:
    await room.live.pool.execute(
        "INSERT INTO stopped_addresses (channel, address, reason) VALUES ('webhook', 'https://mitra.example/rahasia', 'http 410')"
    )
    async with door(room) as client:
        [stopped] = (await client.get("/v1/addresses/stopped")).json()
    assert (stopped["address"], stopped["until"]) == ("https://mitra.example", None)


async def test_no_webhook_is_given_by_hand_that_could_not_be_signed(room: Room) -> None:
    await given_up(room)
    async with door(room) as client:
        message = (await client.get("/v1/messages")).json()["messages"][0]["id"]
        answer = await client.post(
            f"/v1/messages/{message}/other-channel",
            json={"channel": "webhook", "address": f"{room.stubs.http}/hooks/x"},
        )
    assert answer.status_code == 422


async def test_a_stop_that_comes_with_a_fact_is_kept_in_the_same_step(room: Room) -> None:
    """Whoever learns of a template's or an account's state asks for it by a row."""
    async with room.live.pool.acquire() as connection, connection.transaction():
        await save_rows(
            connection, [StopSending("template", "tanggap_x", "paused"), StopSending("channel", "whatsapp", "account")]
        )
    async with door(room) as client:
        names = [stop["name"] for stop in (await client.get("/v1/templates/stopped")).json()]
        channels = [stop["channel"] for stop in (await client.get("/v1/channels/stopped")).json()]
        async with room.live.pool.acquire() as connection, connection.transaction():
            await save_rows(connection, [ResumeSending("template", "tanggap_x"), ResumeSending("channel", "whatsapp")])
        assert (await client.get("/v1/templates/stopped")).json() == []
        assert (await client.get("/v1/channels/stopped")).json() == []
    assert (names, channels) == (["tanggap_x"], ["whatsapp"])
