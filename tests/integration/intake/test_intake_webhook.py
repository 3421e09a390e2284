"""The WhatsApp webhook on the real Postgres: who may knock, what is kept, which complaint a message belongs to."""

import json
from typing import Any
from uuid import UUID

import pytest

from services.intake.rules.fold import fold
from shared.events import cases
from shared.events.catalogue import CASES, DEADLINES
from shared.ids import new_id
from shared.pipeline import Item
from tests.support.intake import VERIFY_TOKEN, Intake, message, webhook

TEXT = "jln poros Loa Janan rusak parah bgt, tdk ada perbaikan"


async def put(intake: Intake, ticket: str, *facts: Any) -> UUID:
    """The complaint after what the router said, as if it had been read from Kafka."""
    key, _ = await intake.complaint(ticket)
    adapter = intake.live.step.parts.adapter
    for fact in facts:
        [row] = await intake.rows("SELECT data FROM state WHERE key = $1", key)
        at = intake.live.clock.now()
        item = Item(
            key=key, data=fact, actor="opd:dishub", at=at, id=new_id(), keys=(key,), topic=topic_of(fact), sequence=1
        )
        change = fold({key: adapter.validate_json(row["data"])}, item, at)
        data = adapter.dump_json(change.states[key]).decode()
        await intake.rows("UPDATE state SET data = $2, version = version + 1 WHERE key = $1", key, data)
    return UUID(str(key))


def topic_of(fact: Any) -> str:
    return DEADLINES if fact.TYPE.startswith("deadline.") else CASES


async def first_ticket(intake: Intake) -> str:
    [(_, data), *_] = await intake.events("submission.submitted")
    return str(data["ticket"])


def resolved() -> list[Any]:
    return [cases.Resolved(opd="dishub", answer="Jalan sudah diperbaiki.")]


async def test_the_handshake_is_answered_as_plain_text(intake: Intake) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158"}
    good = await intake.http.get("/v1/whatsapp/webhook", params=query)
    bad = await intake.http.get("/v1/whatsapp/webhook", params=query | {"hub.verify_token": "lain"})
    assert (good.status_code, good.text, bad.status_code) == (200, "1158", 403)


async def test_a_signed_text_opens_a_complaint_and_the_window(intake: Intake) -> None:
    answer = await intake.whatsapp(
        message("wamid.1", TEXT), contacts=[{"wa_id": "6280000000123", "profile": {"name": "Warga"}}]
    )
    assert answer.status_code == 200
    assert [kind for kind, _ in await intake.events()] == [
        "contact.window_opened",
        "contact.linked",
        "submission.submitted",
    ]


async def test_a_wrong_signature_takes_nothing(intake: Intake) -> None:
    answer = await intake.signed(webhook(message("wamid.1", TEXT)), "asing")
    assert (answer.status_code, await intake.events()) == (403, [])


async def test_the_same_message_again_changes_nothing(intake: Intake) -> None:
    for _ in range(3):
        assert (await intake.whatsapp(message("wamid.1", TEXT), message("wamid.1", TEXT))).status_code == 200
    assert len(await intake.events("submission.")) == 1


async def test_all_messages_of_a_body_are_taken(intake: Intake) -> None:
    await intake.whatsapp(*(message(f"wamid.{n}", f"{TEXT} {n}", sender=f"62800000001{n:02}") for n in range(20)))
    assert len(await intake.events("submission.submitted")) == 20


async def test_anonim_in_the_text_hides_the_name(intake: Intake) -> None:
    await intake.whatsapp(
        message("wamid.1", f"ANONIM. {TEXT}"), contacts=[{"wa_id": "6280000000123", "profile": {"name": "Warga"}}]
    )
    [(_, data)] = await intake.events("submission.")
    assert (data["anonim"], data["reporter_name"]) == (True, None)


async def test_a_reply_to_an_answered_complaint_belongs_to_it(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    await put(intake, await first_ticket(intake), *resolved())
    await intake.whatsapp(message("wamid.2", "Terima kasih, tapi lubangnya di sisi kiri juga"))
    assert [kind for kind, _ in await intake.events("submission.")] == [
        "submission.submitted",
        "submission.citizen_replied",
    ]


async def test_sudah_confirms_and_belum_disputes_an_answer(intake: Intake) -> None:
    for number, words in enumerate(("Sudah.", "BELUM, masih berlubang")):
        sender = f"628000000010{number}"
        await intake.whatsapp(message(f"wamid.{number}", TEXT, sender))
        ticket = (await intake.events("submission.submitted"))[number][1]["ticket"]
        await put(intake, ticket, *resolved())
        await intake.whatsapp(message(f"wamid.r{number}", words, sender))
    kinds = [kind for kind, _ in await intake.events("submission.") if kind != "submission.submitted"]
    assert kinds == ["submission.citizen_confirmed", "submission.citizen_disputed"]


async def answered(intake: Intake, number: int = 1, text: str = TEXT) -> str:
    """A complaint by WhatsApp that its OPD has answered."""
    await intake.whatsapp(message(f"wamid.a{number}", text))
    ticket = str((await intake.events("submission.submitted"))[-1][1]["ticket"])
    await put(intake, ticket, *resolved())
    return ticket


async def kinds(intake: Intake) -> list[str]:
    """Return the kinds of the events written after the complaints themselves."""
    return [kind for kind, _ in await intake.events("submission.") if kind != "submission.submitted"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Masih rusak pak, tidak ada yang datang memperbaiki", "disputed"), ("belum ada perubahan", "disputed"),
        ("Pak tolong dicek lagi", "replied"), ("sudah rusak lagi", "replied"), ("terima kasih", "replied"), ("STATUS", "replied"),
        ("sudah pak terima kasih", "confirmed"), ("Alhamdulillah sudah mulus, makasih", "confirmed"), ("👍🏾", "confirmed"),
    ],
)  # fmt: skip
async def test_what_is_said_on_an_answered_complaint(intake: Intake, words: str, kind: str) -> None:
    await answered(intake)
    await intake.whatsapp(message("wamid.2", words))
    assert await kinds(intake) == [f"submission.citizen_{kind}"]


@pytest.mark.parametrize(
    "more",
    [
        {"type": "sticker", "sticker": {"id": "1"}}, {"type": "location", "location": {"latitude": -0.5, "longitude": 117.1}},
        {"type": "image", "image": {"id": "1"}}, {"type": "contacts", "contacts": []}, {"type": "hologram", "hologram": {}},
    ],
)  # fmt: skip
async def test_a_message_without_words_on_an_answered_complaint_is_a_word_too(
    intake: Intake, more: dict[str, Any]
) -> None:
    await answered(intake)
    bare = message("wamid.2", "") | more
    del bare["text"]
    await intake.whatsapp(bare)
    assert await kinds(intake) == ["submission.citizen_replied"]


async def test_a_button_answers_for_the_complaint_that_it_names(intake: Intake) -> None:
    first = await answered(intake, 1)
    await answered(intake, 2, "ADUAN BARU sampah menumpuk di pasar Sangatta")
    parse_button = {"type": "button_reply", "button_reply": {"id": f"dispute:{first}", "title": "Belum selesai"}}
    await intake.whatsapp(message("wamid.3", "", type="interactive", interactive=parse_button))
    key, _ = await intake.complaint(first)
    [row] = await intake.rows("SELECT key FROM events WHERE type = 'submission.citizen_disputed'")
    assert row["key"] == key


async def test_a_button_that_names_an_unknown_complaint_decides_nothing(intake: Intake) -> None:
    parse_button = {"type": "button_reply", "button_reply": {"id": "confirm:KT-0000-0000-0", "title": "Sudah selesai"}}
    await intake.whatsapp(message("wamid.2", "", type="interactive", interactive=parse_button))
    assert await intake.events("submission.") == []
    await answered(intake)
    await intake.whatsapp(message("wamid.3", "", type="interactive", interactive=parse_button))
    assert await kinds(intake) == ["submission.citizen_replied"]


async def test_a_reaction_to_the_answer_is_a_word(intake: Intake) -> None:
    await answered(intake)
    for number, sign in enumerate(("👍🏽", "😡", "")):
        told = {"message_id": "wamid.a1", "emoji": sign}
        await intake.whatsapp(message(f"wamid.r{number}", "", type="reaction", reaction=told))
    assert await kinds(intake) == ["submission.citizen_confirmed", "submission.citizen_replied"]


async def test_words_that_may_be_about_two_answered_complaints_are_said_on_both(intake: Intake) -> None:
    await answered(intake, 1)
    await answered(intake, 2, "ADUAN BARU sampah menumpuk di pasar Sangatta")
    await intake.whatsapp(message("wamid.3", "sudah pak terima kasih"))
    await intake.whatsapp(message("wamid.3", "sudah pak terima kasih"))
    assert await kinds(intake) == ["submission.citizen_replied"] * 2
    assert len(await intake.rows("SELECT DISTINCT key FROM events WHERE type = 'submission.citizen_replied'")) == 2


async def test_another_matter_beside_an_answered_complaint_opens_its_own(intake: Intake) -> None:
    await answered(intake)
    await intake.whatsapp(message("wamid.2", "Belum lama ini ada lubang baru juga di depan SDN 3 Sangatta, mau lapor"))
    await intake.whatsapp(message("wamid.3", "Belum pernah saya lapor, ini pertama kali: pipa bocor di Palaran"))
    assert (len(await intake.events("submission.submitted")), await kinds(intake)) == (3, [])


@pytest.mark.parametrize("words", ["halo", "terima kasih", "🙏", "5", "STATUS", "Assalamualaikum", "mau lapor pak"])
async def test_small_talk_opens_no_complaint_and_is_answered(intake: Intake, words: str) -> None:
    await intake.whatsapp(message("wamid.1", words))
    told = await intake.events()
    assert [kind for kind, _ in told] == ["contact.window_opened", "contact.reply_requested"]
    assert told[-1][1]["template"] == "reply"
    assert 0 < len(told[-1][1]["params"]["text"]) <= 300


async def test_a_second_message_while_nothing_waits_for_the_person_opens_another(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    await intake.whatsapp(message("wamid.2", "Lampu jalan di Sangatta padam"))
    assert len(await intake.events("submission.submitted")) == 2


async def test_a_quoted_message_of_the_person_names_the_complaint(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    await intake.whatsapp(message("wamid.2", "Lokasinya dekat pasar", context={"id": "wamid.1"}))
    assert [kind for kind, _ in await intake.events("submission.")] == [
        "submission.submitted",
        "submission.citizen_replied",
    ]


async def test_a_quoted_notice_of_ours_names_the_complaint(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    key = await put(intake, await first_ticket(intake))
    notice = new_id()
    await intake.rows("INSERT INTO own_messages VALUES ($1, $2)", notice, key)
    status = {
        "id": "wamid.OURS",
        "status": "sent",
        "timestamp": "1773628200",
        "recipient_id": "6280000000123",
        "biz_opaque_callback_data": str(notice),
    }
    await intake.signed(webhook(statuses=[status]))
    await intake.whatsapp(message("wamid.2", "Lokasinya dekat pasar", context={"id": "wamid.OURS"}))
    assert (await intake.events("submission."))[-1][0] == "submission.citizen_replied"


async def test_a_status_is_passed_on_once(intake: Intake) -> None:
    status = {
        "id": "wamid.O",
        "status": "delivered",
        "timestamp": "1773628200",
        "recipient_id": "6280000000123",
        "biz_opaque_callback_data": str(new_id()),
    }
    for _ in range(2):
        await intake.signed(webhook(statuses=[status]))
    [(kind, data)] = await intake.events()
    assert (kind, data["status"], data["message_id"]) == (
        "contact.message_status_reported",
        "delivered",
        status["biz_opaque_callback_data"],
    )


async def test_stop_and_mulai_are_no_complaints(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", "STOP"))
    await intake.whatsapp(message("wamid.2", " mulai! "))
    kinds = [kind for kind, _ in await intake.events()]
    assert kinds == [
        f"contact.{kind}"
        for kind in ("window_opened", "opted_out", "reply_requested", "window_opened", "opted_in", "reply_requested")
    ]


async def test_an_unknown_type_is_answered_politely(intake: Intake) -> None:
    unknown = {"from": "6280000000123", "id": "wamid.1", "timestamp": "1773628200", "type": "hologram", "hologram": {}}
    assert (await intake.whatsapp(unknown)).status_code == 200
    assert (await intake.events())[-1][0] == "contact.reply_requested"


async def test_what_cannot_be_read_gets_200_and_is_parked_once(intake: Intake) -> None:
    bad = json.dumps({"object": "page"}).encode()
    for raw in (bad, bad, webhook({"type": "text"}, message("wamid.1", TEXT))):
        assert (await intake.signed(raw)).status_code == 200
    assert [row["topic"] for row in await intake.rows("SELECT topic FROM parked")] == ["webhook.whatsapp"] * 2
    assert len(await intake.events("submission.")) == 1


async def test_a_person_known_by_number_is_the_same_when_a_user_id_comes_along(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT))
    await put(intake, await first_ticket(intake), *resolved())
    await intake.whatsapp(message("wamid.2", "Sudah", from_user_id="ID.9"))
    assert (await intake.events("submission."))[-1][0] == "submission.citizen_confirmed"
