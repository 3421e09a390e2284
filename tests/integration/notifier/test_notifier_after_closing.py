"""The questions after the end go out on the real Kafka and Postgres: once, with their answers, and to nobody who left."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events import cases, contacts
from shared.events.fact import Fact
from tests.support.notifier_facts import TICKET, linked, opened, resolved

Room = Any


async def answered(room: Room) -> tuple[UUID, UUID]:
    """An answered complaint of a reporter on WhatsApp, two days after the reporter's last message."""
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint), contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person), resolved())
    await pass_time(room, timedelta(days=2))
    return complaint, person


async def pass_time(room: Room, some: timedelta = timedelta(minutes=2)) -> None:
    room.at(room.now() + some)
    await room.settle()


async def told(room: Room, complaint: UUID, *facts: Fact) -> list[dict[str, Any]]:
    """Return the messages that these facts lead to."""
    before = len(room.stubs.messages("whatsapp"))
    await room.hear(complaint, *facts)
    await pass_time(room)
    return list(room.stubs.messages("whatsapp")[before:])


@pytest.mark.parametrize(("by", "template"), [("silence", "tanggap_tanya_selesai"), ("citizen", "tanggap_tanya_puas")])
async def test_outside_the_window_the_template_of_the_question_is_sent_once(room: Room, by: Any, template: str) -> None:
    complaint, _ = await answered(room)
    [message] = await told(room, complaint, cases.Closed(by=by))
    assert message["type"] == "template"
    rows = [row for row in await room.rows() if row["template"] == "closed"]
    assert [(row["state"], row["approved"]) for row in rows] == [("sent", template)]
    assert await told(room, complaint) == []


async def test_inside_the_window_the_second_question_is_a_list_and_follows_the_answer_to_the_first(room: Room) -> None:
    complaint, person = await answered(room)
    await told(room, complaint, cases.Closed(by="silence"))
    await room.hear(person, contacts.WindowOpened(at=room.now()))
    [message] = await told(room, complaint, cases.Confirmed(), cases.Closed(by="citizen"))
    assert message["type"] == "interactive"
    assert "Seberapa puas Anda" in message["text"]
    assert TICKET in message["text"]


async def test_who_said_stop_is_not_asked(room: Room) -> None:
    complaint, person = await answered(room)
    await room.hear(person, contacts.OptedOut())
    assert await told(room, complaint, cases.Closed(by="silence")) == []


async def test_nobody_is_asked_about_an_erased_complaint(room: Room) -> None:
    complaint, person = await answered(room)
    await room.hear(person, contacts.ContactErased())
    assert await told(room, complaint, cases.CaseErased(), cases.Closed(by="silence")) == []
