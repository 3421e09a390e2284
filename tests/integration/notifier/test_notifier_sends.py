"""Messages reach the outside: rows first, merged, once."""

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.notifier.actions.staff_addresses import import_addresses
from shared.events import cases, contacts
from tests.support.notifier_facts import TICKET, assigned, deadline, escalated, linked, officers, opened, resolved

Room = Any


async def filed(room: Room, **more: Any) -> tuple[UUID, UUID]:
    """A complaint with one reporter on WhatsApp who has just written."""
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint, **more), contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person))
    return complaint, person


async def test_a_citizen_gets_one_message_for_filing_and_assignment(room: Room) -> None:
    complaint, _ = await filed(room)
    await room.hear(complaint, assigned(), deadline("respond", room.now()))
    await room.settle()
    [message] = room.stubs.messages("whatsapp")
    assert "kami terima" in message["text"]
    assert "diteruskan ke Dinas Perhubungan" in message["text"]
    assert "Sabtu, 11 April 2026 pukul 10.00 WITA" in message["text"]
    assert f"https://tanggap.example/aduan/{TICKET}/rahasia" in message["text"]
    assert message["to"] == "+6280000000123"


async def test_an_officer_is_told_by_mail_after_a_minute_in_office_hours(room: Room) -> None:
    complaint, _ = await filed(room)
    await room.hear(complaint, assigned())
    await room.settle()
    assert room.stubs.messages("email") == []
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    [mail] = room.stubs.messages("email")
    assert mail["to"] == "pejabat.dishub@kaltim.example"
    assert TICKET in mail["subject"]


async def test_an_opds_webhook_is_signed_and_carries_the_ticket(room: Room) -> None:
    complaint, _ = await filed(room)
    await room.hear(complaint, assigned("dpupr-pera"))
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    [hook] = room.stubs.messages("webhook")
    assert (hook["type"], hook["data"]["ticket"], hook["to"]) == ("complaint.assigned", TICKET, "dpupr")


async def put_off_for_hours(room: Room) -> None:
    """Store what many earlier looks for an address would have left on the waiting notices."""
    for _ in range(200):
        if await room.live.pool.fetchval("SELECT count(*) FROM notices WHERE looks > 0"):
            break
        await asyncio.sleep(0.05)
    changed = await room.live.pool.execute("UPDATE notices SET looks = 15, look_at = now() + interval '6 hours'")
    assert changed != "UPDATE 0"


async def test_a_citizen_whose_address_comes_late_is_told_at_once(room: Room) -> None:
    complaint, person = uuid4(), uuid4()
    await room.hear(complaint, opened(room.now(), person))
    await put_off_for_hours(room)
    await room.hear(person, linked(complaint), contacts.WindowOpened(at=room.now()))
    await room.settle()
    [message] = room.stubs.messages("whatsapp")
    assert "kami terima" in message["text"]


async def test_an_officer_who_is_entered_late_is_told_at_once(room: Room) -> None:
    complaint, _ = await filed(room)
    await room.live.pool.execute("UPDATE addresses SET active = false")
    await room.hear(complaint, assigned())
    await put_off_for_hours(room)
    await import_addresses(room.live.settings, officers(room.stubs.http))
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    assert [mail["to"] for mail in room.stubs.messages("email")] == ["pejabat.dishub@kaltim.example"]


async def test_what_happened_to_each_message_is_told_on_the_stream(room: Room) -> None:
    complaint, _ = await filed(room)
    await room.hear(complaint, assigned())
    await room.settle()
    assert await room.told() == ["notification.sent", "notification.sent"]


async def test_a_repeated_fact_sends_nothing_again(room: Room) -> None:
    complaint, person = uuid4(), uuid4()
    items = await room.hear(person, linked(complaint)) + await room.hear(complaint, opened(room.now(), person))
    await room.settle()
    assert await room.repeat(items) == ["repeat", "repeat"]
    await room.settle()
    assert room.stubs.tally()["notified"] == 1


async def test_a_notice_waits_as_a_row_until_its_contact_is_known(room: Room) -> None:
    complaint, person = uuid4(), uuid4()
    await room.hear(complaint, opened(room.now(), person))
    await room.live.pool.execute("SELECT pg_sleep(0.5)")
    assert await room.rows() == []
    await room.hear(person, linked(complaint))
    await room.settle()
    assert room.stubs.tally()["whatsapp"]["accepted"] == 1


async def test_outside_the_window_the_approved_template_is_sent(room: Room) -> None:
    complaint, _ = await filed(room)
    await room.settle()
    room.at(room.now() + timedelta(hours=25))
    await room.hear(complaint, resolved())
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    assert [message["type"] for message in room.stubs.messages("whatsapp")] == ["text", "template"]


async def test_a_lost_link_goes_to_its_owner_inside_and_outside_the_window(room: Room) -> None:
    complaint, person = uuid4(), uuid4()
    own = linked(complaint, link="/aduan/KT-7F3K-9Q2M-X/0c5e7f6d")
    await room.hear(person, own, contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person))
    await room.settle()
    again = contacts.ReplyRequested(
        template="link_again", complaint=complaint, channel=own.channel, address=own.address
    )
    for _ in range(2):
        await room.hear(person, again)
        await room.settle()
        room.at(room.now() + timedelta(hours=25))
    _, text, template = room.stubs.messages("whatsapp")
    assert [one["type"] for one in (text, template)] == ["text", "template"]
    for one in (text, template):
        assert "/aduan/KT-7F3K-9Q2M-X/0c5e7f6d" in str(one)


async def test_who_said_stop_is_told_nothing_more(room: Room) -> None:
    complaint, person = await filed(room)
    await room.settle()
    await room.hear(person, contacts.OptedOut())
    await room.hear(complaint, resolved())
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    assert room.stubs.tally()["whatsapp"]["accepted"] == 1
    assert (await room.told())[-1] == "notification.suppressed"


async def test_the_night_holds_a_citizens_message_until_seven(room: Room) -> None:
    complaint, _ = await filed(room)
    await room.settle()
    evening = room.now() + timedelta(hours=12)
    room.at(evening)
    await room.hear(complaint, resolved())
    room.at(evening + timedelta(minutes=5))
    await room.settle()
    assert room.stubs.tally()["whatsapp"]["accepted"] == 1
    room.at(evening + timedelta(hours=9))
    await room.settle()
    assert room.stubs.tally()["whatsapp"]["accepted"] == 2


async def test_an_escalation_reaches_inspektorat_and_sekda(room: Room) -> None:
    complaint, _ = await filed(room)
    await room.hear(complaint, assigned(), escalated(room.now(), "inspektorat", "sekda", level=3))
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    told = {mail["to"] for mail in room.stubs.messages("email")}
    assert {"inspektorat@kaltim.example", "sekda@kaltim.example"} <= told


async def test_urgent_work_is_told_at_once_even_on_a_sunday_night(room: Room) -> None:
    room.at(room.now() - timedelta(hours=12))
    complaint = uuid4()
    await room.hear(complaint, opened(room.now(), priority="urgent"), assigned(priority="urgent"))
    await room.settle()
    assert "MENDESAK" in room.stubs.messages("email")[0]["subject"]


async def test_a_case_that_came_closed_tells_nobody(room: Room) -> None:
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint))
    await room.hear(complaint, opened(room.now(), person, state="closed"), cases.Closed(by="admin"))
    room.at(room.now() + timedelta(minutes=5))
    await room.settle()
    assert room.stubs.tally()["notified"] == 0


async def test_an_immediate_answer_goes_to_who_has_no_complaint_yet(room: Room) -> None:
    person = uuid4()
    reply = contacts.ReplyRequested(
        template="reply", params={"text": "Tulis aduan Anda."}, channel="whatsapp", address="+6280000000124"
    )
    await room.hear(person, contacts.WindowOpened(at=room.now()), reply)
    await room.settle()
    [told] = room.stubs.messages("whatsapp")
    assert told["text"] == "Tulis aduan Anda."


async def test_a_question_of_the_conversation_goes_out_alone_with_its_choices(room: Room) -> None:
    person, asked = uuid4(), {"text": "Sudah benar?", "choice:draft:send": "Kirim", "choice:draft:cancel": "Batal"}
    reply = contacts.ReplyRequested(template="reply", params=asked, channel="whatsapp", address="+6280000000124")
    await room.hear(person, contacts.WindowOpened(at=room.now()), reply)
    await room.settle()
    [told] = room.stubs.messages("whatsapp")
    assert told["text"] == "Sudah benar?"
    [row] = await room.rows()
    assert json.loads(row["facts"])["choices"] == [["draft:send", "Kirim"], ["draft:cancel", "Batal"]]


async def test_erasure_leaves_neither_words_nor_address(room: Room) -> None:
    complaint, person = await filed(room)
    await room.settle()
    room.at(room.now() + timedelta(hours=1))
    await room.hear(complaint, resolved("Jawaban dengan nama."))
    await room.settle()
    await room.hear(complaint, cases.CaseErased())
    await room.hear(person, contacts.ContactErased())
    rows = await room.rows()
    assert {(row["address"], row["facts"]) for row in rows} == {(None, "{}")}
    assert {row["state"] for row in rows} == {"sent", "suppressed"}


async def test_an_imported_history_is_one_mail_and_one_webhook_for_each_agency(room: Room) -> None:
    imported, filed_at = room.now(), room.now() - timedelta(days=1200)
    for number in range(120):
        history = opened(filed_at, ticket=f"KT-{number:04}-AAAA-A", channel="sp4n", imported_at=imported, history=True)
        opd = "dishub" if number % 2 else "dpupr-pera"
        await room.hear(uuid4(), history, assigned(opd), cases.Accepted(opd=opd, assignment_id=uuid4()), at=filed_at)
    for minutes in (1, 16, 60, 60 * 24 * 3):
        room.at(imported + timedelta(minutes=minutes))
        await room.settle()
    [mail], [_] = room.stubs.messages("email"), room.stubs.messages("webhook")
    assert mail["to"] == "pejabat.dishub@kaltim.example"
    assert "60 aduan lama" in mail["subject"]


async def test_a_stored_address_with_other_letters_in_its_domain_gets_its_mail(room: Room) -> None:
    await filed(room, channel="email", address="warga@büro.example")
    await room.settle()
    [mail] = room.stubs.messages("email")
    assert mail["to"] == "warga@xn--bro-hoa.example"


async def test_a_stored_address_that_mail_servers_may_not_take_is_given_up_before_a_person(room: Room) -> None:
    await filed(room, channel="email", address="wargá@contoh.example")
    await room.settle()
    assert [(row["state"], row["reason"]) for row in await room.rows()] == [("given_up", "the address needs SMTPUTF8")]
    assert room.stubs.messages("email") == []
