"""Instagram and SMS at their webhooks, on the real Postgres: the same conversation as on WhatsApp, on their channel."""

import hashlib
import hmac
from urllib.parse import urlencode

import pytest

from tests.integration.intake.test_intake_webhook import first_ticket, put, resolved
from tests.support.infra import Database
from tests.support.intake import GATEWAY_SECRET, VERIFY_TOKEN, Intake, direct, message, opened

TEXT = "jln poros Loa Janan rusak parah bgt, tdk ada perbaikan"
CDN = "https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1&signature=x"


async def kinds(intake: Intake) -> list[str]:
    """Return the kinds of the events of complaints."""
    return [kind.removeprefix("submission.") for kind, _ in await intake.events("submission.")]


def counted(intake: Intake, channel: str, kind: str) -> float | None:
    labels = {"channel": channel, "kind": kind}
    return intake.live.meters.registry.get_sample_value("tanggap_chat_messages_total", labels)


async def test_the_handshake_of_instagram_is_answered_as_plain_text(intake: Intake) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158"}
    good = await intake.http.get("/v1/instagram/webhook", params=query)
    bad = await intake.http.get("/v1/instagram/webhook", params=query | {"hub.verify_token": "lain"})
    assert (good.status_code, good.text, bad.status_code) == (200, "1158", 403)


async def test_a_wrong_signature_or_secret_takes_nothing(intake: Intake) -> None:
    assert (await intake.instagram(direct("mid.1", TEXT), secret="asing")).status_code == 403
    assert (await intake.sms("1", TEXT, secret="asing")).status_code == 403
    assert (await intake.http.post("/v1/sms/webhook", content=b"\xff\xfe")).status_code == 422
    assert await intake.events() == []


@pytest.mark.parametrize(("channel", "source"), [("instagram", "Instagram"), ("sms", "SMS")])
async def test_a_text_becomes_a_complaint_on_its_channel(intake: Intake, channel: str, source: str) -> None:
    answer = await (intake.instagram(direct("mid.1", TEXT)) if channel == "instagram" else intake.sms("1", TEXT))
    assert answer.status_code == 200
    [(_, told)] = await intake.events("submission.")
    assert (told["channel"], told["source"], told["text"]) == (channel, source, TEXT)
    [(_, linked)] = await intake.events("contact.linked")
    address = "17841400000000123" if channel == "instagram" else "6281200001234"
    assert (linked["channel"], linked["address"]) == (channel, address)
    _, row = await intake.complaint(told["ticket"])
    assert (row["channel"], row["timeline"][0]["params"]) == (channel, {"channel": channel})
    assert counted(intake, channel, "text") == 1


async def test_three_bubbles_on_instagram_are_one_complaint(intake: Intake) -> None:
    await intake.instagram(*(direct(f"mid.{n}", text) for n, text in enumerate(("halo", "lampu jalan mati"))))
    await intake.instagram(direct("mid.3", "di Palaran"))
    asked = (await intake.events("contact.reply_requested"))[-1][1]
    assert (asked["channel"], asked["address"]) == ("instagram", "17841400000000123")
    await intake.instagram(direct("mid.4", "Kirim", quick_reply={"payload": "draft:send"}))
    [(_, told)] = await intake.events("submission.")
    assert (told["text"], told["place"]) == ("lampu jalan mati\ndi Palaran", "Palaran")


async def test_an_sms_answers_a_question_with_the_number_of_a_choice(intake: Intake) -> None:
    await intake.sms("1", "lampu jalan mati di depan rumah kami")
    await intake.sms("2", "Palaran")
    await intake.sms("3", "1")
    [(_, told)] = await intake.events("submission.")
    assert (told["channel"], told["place"]) == ("sms", "Palaran")


@pytest.mark.parametrize("channel", ["instagram", "sms"])
async def test_what_is_said_on_a_complaint_bears_the_channel(intake: Intake, channel: str) -> None:
    async def say(own: str, text: str) -> None:
        await (intake.instagram(direct(own, text)) if channel == "instagram" else intake.sms(own, text))

    await say("1", TEXT)
    await put(intake, await first_ticket(intake), *resolved())
    await say("2", "Pak tolong dicek lagi")
    await say("3", "sudah pak terima kasih")
    acts = [data for kind, data in await intake.events("submission.citizen")]
    assert [act["channel"] for act in acts] == [channel, channel]
    assert await kinds(intake) == ["submitted", "citizen_replied", "citizen_confirmed"]


@pytest.mark.parametrize("channel", ["instagram", "sms"])
async def test_stop_and_mulai_are_no_complaints(intake: Intake, channel: str) -> None:
    for own, text in (("1", "STOP"), ("2", "mulai")):
        await (intake.instagram(direct(own, text)) if channel == "instagram" else intake.sms(own, text))
    told = await intake.events()
    assert [kind for kind, _ in told if "opted" in kind] == ["contact.opted_out", "contact.opted_in"]
    assert {data["channel"] for kind, data in told if kind == "contact.reply_requested"} == {channel}


async def test_a_person_has_a_contact_on_each_channel(intake: Intake) -> None:
    await intake.sms("1", TEXT, "081200001234")
    await intake.whatsapp(message("wamid.1", TEXT, "6281200001234"))
    assert len(await intake.rows("SELECT key FROM state WHERE data ->> 'kind' = 'contact'")) == 2


async def test_equal_ids_of_two_channels_are_two_messages(intake: Intake) -> None:
    await intake.sms("1", TEXT)
    await intake.instagram(direct("1", TEXT))
    assert await kinds(intake) == ["submitted", "submitted"]


async def test_a_quoted_message_on_instagram_names_the_complaint(intake: Intake) -> None:
    await intake.instagram(direct("mid.1", TEXT))
    await intake.instagram(direct("mid.2", "Air kotor di Babulu sudah seminggu"))
    await intake.instagram(direct("mid.3", "Lokasinya dekat pasar", reply_to={"mid": "mid.1"}))
    rows = await intake.rows("SELECT key, type FROM events WHERE type LIKE 'submission.%' ORDER BY position")
    assert (rows[2]["type"], rows[2]["key"]) == ("submission.citizen_replied", rows[0]["key"])


async def test_a_photo_on_instagram_awaits_fetching_under_its_address(intake: Intake) -> None:
    photo = direct("mid.1", TEXT, attachments=[{"type": "image", "payload": {"url": CDN}}])
    for _ in range(2):
        await intake.instagram(photo)
    await intake.instagram(direct("mid.2", "kirim"))
    rows = await intake.rows("SELECT owner, state, provider_id FROM media")
    assert [tuple(row) for row in rows] == [("instagram", "awaited", CDN)]


@pytest.mark.parametrize(("sender", "kind"), [("0541123456", "landline"), ("2000", "no_number"), ("INFO", "no_number")])
async def test_a_sender_who_cannot_be_answered_is_refused_in_words(intake: Intake, sender: str, kind: str) -> None:
    answer = await intake.sms("1", TEXT, sender)
    assert answer.status_code == 200
    assert "nomor ponsel" in answer.text
    assert await intake.events() == []
    assert counted(intake, "sms", kind) == 1


async def test_what_cannot_be_read_is_parked_once_without_the_secret(intake: Intake) -> None:
    for _ in range(2):
        assert (await intake.sms("", TEXT)).status_code == 200
        assert (await intake.instagram({"message": {"mid": "x", "text": "y"}})).status_code == 200
    rows = await intake.rows("SELECT topic, body FROM parked ORDER BY topic")
    assert [row["topic"] for row in rows] == ["webhook.instagram", "webhook.sms"]
    assert GATEWAY_SECRET.encode() not in rows[1]["body"]


async def test_a_gateway_may_sign_its_body_instead(intake_database: Database) -> None:
    async with opened(intake_database, sms_signature_header="X-Signature", sms_from_field="msisdn") as intake:
        raw = urlencode({"msisdn": "081200001234", "text": TEXT, "id": "1"}).encode()
        for secret, status in ((GATEWAY_SECRET, 200), ("asing", 403)):
            signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
            answer = await intake.http.post("/v1/sms/webhook", content=raw, headers={"X-Signature": signature})
            assert answer.status_code == status
        assert (await intake.sms("2", TEXT)).status_code == 403
        assert await kinds(intake) == ["submitted"]


async def test_a_chat_without_secrets_is_off_and_says_so(intake_database: Database) -> None:
    async with opened(intake_database, instagram_app_secrets="", sms_secrets=" , ") as intake:
        assert (await intake.instagram(direct("mid.1", TEXT), secret="")).status_code == 403
        assert (await intake.sms("1", TEXT, secret="")).status_code == 403
        registry = intake.live.meters.registry
        off = {name: registry.get_sample_value("tanggap_chat_off", {"channel": name}) for name in ("whatsapp", "sms")}
        assert off == {"whatsapp": 0, "sms": 1}


async def test_messages_to_another_number_of_our_application_are_counted_and_dropped(intake_database: Database) -> None:
    status = {"id": "wamid.O", "status": "read", "timestamp": "1773628200", "recipient_id": "6280000000123"}
    async with opened(intake_database, whatsapp_numbers="100, 101") as intake:
        for number in ("101", "999"):
            metadata = {"phone_number_id": number}
            await intake.whatsapp(message(f"wamid.{number}", TEXT), metadata=metadata, statuses=[status])
        assert await kinds(intake) == ["submitted"]
        assert len(await intake.events("contact.message_status")) == 1
        assert (counted(intake, "whatsapp", "other_number"), counted(intake, "whatsapp", "text")) == (1, 1)


async def test_a_message_of_a_group_is_counted_as_one(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT, group_id="G.1"))
    assert (counted(intake, "whatsapp", "group"), await intake.events()) == (1, [])


async def test_a_filled_in_form_of_whatsapp_is_kept_as_words(intake: Intake) -> None:
    given = (
        '{"flow_token": "t", "masalah": "Lampu jalan padam semua", "tempat": "Palaran", "foto": [], "darurat": true}'
    )
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": given}}
    await intake.whatsapp(message("wamid.1", "", type="interactive", interactive=reply))
    await intake.whatsapp(message("wamid.2", "kirim"))
    [(_, told)] = await intake.events("submission.")
    assert told["text"] == "masalah: Lampu jalan padam semua\ntempat: Palaran\ndarurat: ya"
    assert counted(intake, "whatsapp", "form") == 1


async def test_a_changed_user_id_leads_to_the_same_person(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.1", TEXT, from_user_id="ID.1"))
    system = {"type": "user_changed_user_id", "body": "User changed", "user_id": "ID.2"}
    told = message("wamid.2", "", type="system", system=system, from_user_id="ID.1")
    del told["from"], told["text"]
    await intake.whatsapp(told)
    later = message("wamid.3", "tiangnya nomor 17 pak", from_user_id="ID.2")
    del later["from"]
    await intake.whatsapp(later)
    assert await kinds(intake) == ["submitted", "citizen_replied"]
