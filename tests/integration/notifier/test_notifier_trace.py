"""A trace goes from an event through the rows to the receiver, the log and the events about the message."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from services.notifier.store import Q
from shared.events import cases, contacts
from shared.inputs.catch_up import CatchUp
from tests.integration.notifier.conftest import make_room, nothing_unread
from tests.support.infra import Database
from tests.support.notifier_facts import assigned, linked, opened
from tests.support.notifier_rooms import CODES, hook, reaches, table, until
from tests.support.receiver import receiver

Room = Any
FIRST = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
SECOND = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
REFUSAL = b"HTTP/1.1 422 Unprocessable Content\r\n\r\n"


async def traces_of_events(room: Room) -> set[str | None]:
    return {row["traceparent"] for row in await room.live.pool.fetch("SELECT traceparent FROM events")}


async def file_complaint(room: Room, traceparent: str | None = FIRST, **more: Any) -> UUID:
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint, **more), contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person), traceparent=traceparent)
    return complaint


async def test_a_webhook_carries_the_trace_of_the_event_it_tells(room: Room) -> None:
    async with receiver() as opd:
        await table(room, hook(0, f"{opd.url}/x"))
        await room.hear(uuid4(), opened(room.now()), assigned(CODES[0]), traceparent=FIRST)
        await until(lambda: bool(opd.requests))
        await room.settle()
    assert [headers["traceparent"] for headers, _ in opd.requests] == [FIRST]
    assert await traces_of_events(room) == {FIRST}


@pytest.mark.parametrize("traceparent", [None, "not-a-trace", f"{FIRST}\r\nx-other: 1"])
async def test_without_a_well_formed_trace_a_webhook_carries_none(room: Room, traceparent: str | None) -> None:
    async with receiver() as opd:
        await table(room, hook(0, f"{opd.url}/x"))
        await room.hear(uuid4(), opened(room.now()), assigned(CODES[0]), traceparent=traceparent)
        await until(lambda: bool(opd.requests))
        await room.settle()
    [(headers, _)] = opd.requests
    assert not {"traceparent", "x-other"} & headers.keys()


async def test_several_notices_in_one_message_go_on_under_the_trace_of_the_first(room: Room) -> None:
    complaint = await file_complaint(room)
    await room.hear(complaint, assigned("tidak-ada"), traceparent=SECOND)
    await room.settle()
    assert room.stubs.tally()["whatsapp"]["accepted"] == 1
    assert {row["traceparent"] for row in await room.rows()} == {FIRST, SECOND}
    assert await room.told() == ["notification.sent", "notification.sent"]
    assert await traces_of_events(room) == {FIRST}


async def test_notices_of_several_complaints_in_one_mail_go_on_under_the_trace_of_the_first(room: Room) -> None:
    for traceparent in (FIRST, SECOND):
        await room.hear(uuid4(), opened(room.now()), assigned(), traceparent=traceparent)
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    assert len(room.stubs.messages("email")) == 1
    assert await room.told() == ["notification.sent", "notification.sent"]
    assert await traces_of_events(room) == {FIRST}


async def test_a_later_status_is_published_under_the_messages_trace(room: Room) -> None:
    complaint = await file_complaint(room)
    await room.hear(complaint, assigned("tidak-ada"), traceparent=SECOND)
    await room.settle()
    [head] = [row for row in await room.rows() if row["provider_id"]]
    read = contacts.MessageStatusReported(
        provider_id=head["provider_id"], message_id=head["id"], status="read", at=room.now()
    )
    await room.hear(head["contact"], read)
    await room.settle()
    assert (await room.told()).count("notification.read") == 2
    assert await traces_of_events(room) == {FIRST}


async def test_two_messages_about_one_complaint_keep_their_own_traces(room: Room) -> None:
    complaint = await file_complaint(room, FIRST)
    await room.settle()
    await room.hear(complaint, cases.Closed(by="citizen"), traceparent=SECOND)
    await room.settle()
    assert await traces_of_events(room) == {FIRST, SECOND}


async def test_what_goes_to_another_channel_keeps_the_trace(room: Room) -> None:
    async with receiver(b"HTTP/1.1 410 Gone\r\n\r\n") as opd:
        mail = f"officer,{CODES[0]},Sistem 0,email,sistem@kaltim.example,\n"
        await table(room, hook(0, f"{opd.url}/x"), mail)
        await room.live.pool.execute("UPDATE addresses SET active = false WHERE channel = 'email'")
        await room.hear(uuid4(), opened(room.now()), assigned(CODES[0]), traceparent=FIRST)
        await room.live.pool.execute("SELECT pg_sleep(0.5)")
        await reaches(room, "given_up")
        await room.live.pool.execute("UPDATE addresses SET active = true WHERE channel = 'email'")
        given_up = [row["id"] for row in await room.rows()]
        await room.live.pool.fetch(Q["copy_to_other_channel"], given_up, None, ["email"])
        room.at(room.now() + timedelta(minutes=1))
        await room.settle()
    assert {(row["channel"], row["traceparent"]) for row in await room.rows()} == {
        ("webhook", FIRST),
        ("email", FIRST),
    }


async def test_an_address_given_by_hand_keeps_the_trace(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 132005}])
    await file_complaint(room)
    row = await reaches(room, "given_up")
    await room.live.pool.fetch(Q["copy_to_address"], row["id"], "email", "warga@contoh.example")
    assert [one["traceparent"] for one in await room.rows()] == [FIRST, FIRST]


async def test_the_log_of_an_accepted_message_names_its_trace(room: Room) -> None:
    with capture_logs() as lines:
        await file_complaint(room)
        await room.settle()
    [line] = [line for line in lines if line["event"] == "message.accepted"]
    assert (line["log_level"], line["trace_id"]) == ("debug", "4bf92f3577b34da6a3ce929d0e0e4736")


async def test_the_log_of_a_refused_message_names_its_trace(room: Room) -> None:
    with capture_logs() as lines:
        async with receiver(REFUSAL) as opd:
            await table(room, hook(0, f"{opd.url}/x"))
            await room.hear(uuid4(), opened(room.now()), assigned(CODES[0]), traceparent=FIRST)
            await reaches(room, "given_up")
    [line] = [line for line in lines if line["event"] == "message.not_accepted"]
    assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_the_log_of_a_recovered_message_names_its_trace(
    notifier_database: Database, stubs: Any, clock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CatchUp, "caught_up", nothing_unread)
    with capture_logs() as lines:
        async with make_room(notifier_database, stubs, clock_file, try_seconds=30) as room, receiver(None) as opd:
            await table(room, hook(0, f"{opd.url}/x"))
            await room.hear(uuid4(), opened(room.now()), assigned(CODES[0]), traceparent=FIRST)
            await until(lambda: opd.under_way == 1)
            await room.live.pool.execute("UPDATE messages SET leased_until = now() - interval '1 second'")
            await reaches(room, "due")
    assert [line["trace_id"] for line in lines if line["event"] == "message.recovered"] == [
        "4bf92f3577b34da6a3ce929d0e0e4736"
    ]


async def test_a_message_without_a_trace_goes_out_all_the_same(room: Room) -> None:
    await file_complaint(room, None, channel="email", address="warga@contoh.example")
    await room.settle()
    assert [row["traceparent"] for row in await room.rows()] == [None]
    assert await traces_of_events(room) == {None}
