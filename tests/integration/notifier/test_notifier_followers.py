"""A follower of another person's complaint: the first message, the news, and the end, down to what is sent."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.events import contacts
from tests.integration.notifier.test_notifier_sends import filed
from tests.support.notifier_facts import TICKET, assigned, linked, resolved

Room = Any
LINK = f"/ikuti/{TICKET}/punya-pengikut"


async def test_a_follower_hears_that_he_follows_then_the_state_alone_then_nothing(room: Room) -> None:
    complaint, _ = await filed(room)
    follower = uuid4()
    following = linked(complaint, role="follower", channel="email", address="pengikut@contoh.id", link=LINK)
    await room.hear(follower, following)
    await room.settle()
    [first] = room.stubs.messages("email")
    assert (first["to"], first["subject"]) == ("pengikut@contoh.id", f"Anda mengikuti aduan {TICKET}")
    assert f"https://tanggap.example{LINK}" in first["text"]
    await room.hear(complaint, assigned(), resolved())
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    news = [mail for mail in room.stubs.messages("email") if mail["to"] == "pengikut@contoh.id"][1:]
    told = " ".join(mail["text"] for mail in news)
    assert f"Aduan {TICKET} yang Anda ikuti sudah dijawab oleh Dinas Perhubungan." in told
    assert resolved().answer not in told
    before = len(room.stubs.messages("email"))
    await room.hear(follower, contacts.ContactUnlinked(complaint=complaint), contacts.ContactErased())
    await room.hear(complaint, resolved())
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    assert len(room.stubs.messages("email")) == before
    rows = await room.live.pool.fetch("SELECT address FROM messages WHERE contact = $1", follower)
    assert {row["address"] for row in rows} == {None}
